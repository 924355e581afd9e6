"""The mistakes of a file, collected until all of them are known: a sentence for each, with its line and key.

Must never judge a file: it keeps what the readers find and knows where it stands.
"""

import difflib
import json
import re
from collections.abc import Iterable, Mapping

from personal_app.conference.errors import BadConferenceFile
from personal_app.formats.toml_lines import KeyPath

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SHOWN_CHARS = 60
#: Looking for similar words takes time; a file with more mistakes than this is not helped by more of them.
_SUGGESTIONS_MOST = 50


class FaultList:
    """The mistakes found so far in the file `name`, whose keys stand on `lines`."""

    def __init__(self, name: str, lines: Mapping[KeyPath, int]) -> None:
        self._name = name
        self._lines = lines
        self._found: list[tuple[int, str]] = []
        self._suggestions = 0

    @property
    def sentences(self) -> tuple[str, ...]:
        """Return the sentences in the order of their lines."""
        return tuple(sentence for _, sentence in sorted(self._found, key=lambda fault: fault[0]))

    def add(self, path: KeyPath, sentence: str) -> None:
        """Note a mistake at `path` (the root: the whole file); `sentence` says what is wrong and what is right."""
        self._found.append((self._line(path) or 0, f"{self.place(path)}: {sentence}"))

    def place(self, path: KeyPath) -> str:
        """Return where `path` stands, for reading: file, line, and the key with elements counted from 1."""
        line = self._line(path)
        return ", ".join([self._name, *([f"line {line}"] if line else []), *([key_text(path)] if path else [])])

    def line_of(self, path: KeyPath) -> str:
        """Return "line 12" for `path`, for a sentence about another place."""
        return f"line {self._line(path) or 1}"

    def suggestion(self, word: str, words: Iterable[str]) -> str:
        """Return ' Did you mean "..."?' for the one of `words` that is most like `word`, or nothing."""
        meant = self.like(word, words)
        return f" Did you mean {shown(meant)}?" if meant else ""

    def like(self, word: str, words: Iterable[str]) -> str:
        """Return the one of `words` that is most like `word`, or "" where none is."""
        if self._suggestions >= _SUGGESTIONS_MOST:
            return ""
        self._suggestions += 1
        by_lower = {known.lower(): known for known in words}
        close = difflib.get_close_matches(word[:200].lower(), list(by_lower), n=1, cutoff=0.6)
        return by_lower[close[0]] if close else ""

    def check(self) -> None:
        """Raise BadConferenceFile with all sentences where there are any."""
        if self._found:
            raise BadConferenceFile(self.sentences)

    def _line(self, path: KeyPath) -> int | None:
        return next((self._lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in self._lines), None)


def key_text(path: KeyPath) -> str:
    """Return `path` as people write it: `sessions[2].start`, elements counted from 1."""
    words = ""
    for step in path:
        if isinstance(step, int):
            words += f"[{step + 1}]"
        else:
            words += ("." if words else "") + (step if _BARE_KEY.fullmatch(step) else shown(step))
    return words


def shown(value: object) -> str:
    """Return a value as it would stand in the file, cut to a length that can be read."""
    match value:
        case str():
            kept = value if len(value) <= _SHOWN_CHARS else f"{value[: _SHOWN_CHARS - 1]}…"
            return json.dumps(kept, ensure_ascii=not kept.isprintable())
        case bool():
            return "true" if value else "false"
        case dict():
            return "a table"
        case list():
            return "a list"
    words = str(value) if not isinstance(value, int) or abs(value) < 10**20 else "a huge number"
    return words if len(words) <= _SHOWN_CHARS else f"{words[: _SHOWN_CHARS - 1]}…"
