"""What a process says of a person's things as it keeps them, and what may stand of them afterwards.

A thing has a name and a value. Whoever keeps it says so before and after: what was kept must stand, or what was begun
later; nothing else may. So it is the same for an error, a full disk and a kill. Must never look at a disk.
"""

import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import Any, NamedTuple

import msgspec

from personal_app.conference.errors import ConferenceError

RESULT_S = 30.0
#: What is told by the server and comes again when the connection is made anew.
OF_THE_VIEW = frozenset({"view", "hidden", "page"})


class Line(NamedTuple):
    """One thing said: a value is `begun` or `kept`, or the person was `told` why not."""

    said: str
    name: str
    value: str


class Story:
    """Told by the process that keeps, a line of JSON at once after the other; read by whoever watches it."""

    def keep(self, name: str, value: str, job: "Future[Any]") -> bool:
        """Say what became of a job; it was begun just now."""
        self.say("begun", name, value)
        try:
            job.result(RESULT_S)
        except ConferenceError as trouble:
            self.say("told", name, str(trouble))
            return False
        self.say("kept", name, value)
        return True

    def say(self, said: str, name: str, value: str) -> None:
        """Say one thing."""
        sys.stdout.buffer.write(msgspec.json.encode([said, name, value]) + b"\n")
        sys.stdout.buffer.flush()


def read_story(printed: str) -> tuple[list[Line], list[str]]:
    """Return what was said, and every other line: a fault that nobody foresaw."""
    lines, others = [], []
    for line in printed.splitlines():
        try:
            lines.append(Line(*msgspec.json.decode(line, type=tuple[str, str, str])))
        except msgspec.DecodeError:
            others.append(line)
    return lines, others


def allowed(before: dict[str, str], lines: Iterable[Line]) -> dict[str, set[str]]:
    """Return which values each thing may have now, by its name; `before` holds those it had. "" stands for none."""
    may = {name: {value} for name, value in before.items()}
    for line in lines:
        if line.said == "begun":
            may.setdefault(line.name, {""}).add(line.value)
        elif line.said == "kept":
            may[line.name] = {line.value}
    return may


def lost(may: dict[str, set[str]], stands: dict[str, str]) -> list[str]:
    """Return a sentence for each thing that does not stand as it may."""
    return [
        f"{name} is {stands.get(name, '')!r}, and may be {sorted(values)}"
        for name, values in may.items()
        if stands.get(name, "") not in values
    ]


def felt_too_often(lines: Sequence[Line]) -> list[str]:
    """Return what else was refused after one error that was over at once.

    A cache that could not be opened refuses everything, and one that lacks a frame the next ones; who could not be kept
    cannot ask.
    """
    own = [line for line in lines if line.name not in OF_THE_VIEW and not line.name.startswith("file ")]
    told = [line.name for line in own if line.said == "told"]
    excused = len(told) <= 1 or "profile" in told or not any(line.said == "kept" for line in own)
    return [] if excused else [f"one error was felt by {', '.join(told)}"]


def misspoken(lines: Iterable[Line]) -> list[str]:
    """Return what a person was told that is no sentence."""
    told = {line.value for line in lines if line.said == "told"}
    return sorted(text for text in told if len(text) < 30 or text[0].islower() or text[-1] != ".")
