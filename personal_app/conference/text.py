"""What people write, made fit to be kept and shown: normal form, no control characters, no tricks of direction.

Cleaning never loses a letter; what cannot be kept is refused with a sentence. This module must never know which field
it cleans beyond its name and bound.
"""

import unicodedata

from personal_app.conference.errors import Refusal, RefusalCode

QUESTION_CHARS = 1000
ANSWER_CHARS = 4000
ANNOUNCEMENT_CHARS = 500
REASON_CHARS = 300
NAME_CHARS = 60

#: More marks than any living script puts on one letter; beyond it the mark is dropped, for it would cover other lines.
_MARKS_PER_LETTER = 4
#: Overrides and isolates that turn the reading direction of what follows (Unicode TR 9, section 2).
_DIRECTION = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))


def clean_text(text: str, what: str, limit: int, *, lines: bool = True, empty: bool = False) -> str:
    """Return `text` in NFC, trimmed, without direction controls and stacked marks.

    `what` names the field in refusals ("your question"); `limit` counts code points after cleaning; `lines` allows
    line breaks and tabs. Raises Refusal (invalid) for control characters, lone surrogates, nothing left (unless
    `empty`) and too much text.
    """
    if lines:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = text.strip() if _plain(text, lines) else _kept(text, what, lines)
    if not kept and not empty:
        raise Refusal(RefusalCode.INVALID, f"{_capital(what)} is empty: write something first.")
    if len(kept) > limit:
        raise Refusal(
            RefusalCode.INVALID,
            f"{_capital(what)} has {len(kept)} characters, and {limit} is the most: shorten it by {len(kept) - limit}.",
        )
    return kept


def _plain(text: str, lines: bool) -> bool:
    """Tell whether there is nothing to look for: letters, digits and signs of ASCII, and no control but line breaks."""
    return text.isascii() and (text.replace("\n", "") if lines else text).isprintable()


def _kept(text: str, what: str, lines: bool) -> str:
    fault = next((character for character in text if _forbidden(character, lines)), None)
    if fault is not None:
        raise Refusal(
            RefusalCode.INVALID,
            f"{_capital(what)} holds a character that cannot be kept (U+{ord(fault):04X}): take it out and send again.",
        )
    kept = _without_stacks(unicodedata.normalize("NFC", text.translate(_DIRECTION))).strip()
    return kept if any(map(_visible, kept)) else ""


def _forbidden(character: str, lines: bool) -> bool:
    if character in "\n\t\u2028\u2029":
        return not lines
    return unicodedata.category(character) in ("Cc", "Cs")


def _visible(character: str) -> bool:
    """Tell whether something is to be seen of the character alone: letters, numbers, punctuation, symbols."""
    return unicodedata.category(character)[0] in "LNPS"


def _without_stacks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        # Joiners and the like leave a stack of marks the stack that it is.
        if category != "Cf":
            marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MARKS_PER_LETTER or category == "Cf":
            kept.append(character)
    return "".join(kept)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
