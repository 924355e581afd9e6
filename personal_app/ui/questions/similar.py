"""Which of the questions that are there resemble what somebody is about to ask, so that they may vote instead.

Words are compared without case, accents and common endings; a rare word counts more than one that every question has.
Writing without spaces between words is compared by pairs of characters. Simple on purpose: it runs at each pause of
the keyboard over all questions of a talk. Pure; must never ask a service.
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache

from personal_app.conference.board import DrawnQuestion

#: Shorter than this nothing can be said about likeness.
LEAST_WORDS = 2
#: How much of the weight of the shorter text both share, from 0 to 1, for one to be offered.
LIKE_ENOUGH = 0.5
#: More questions than this are not compared; a caller gives the likeliest first.
MOST_COMPARED = 2000
_WORD = re.compile(r"\w+")
_COMMON = frozenset(
    {
        *("a", "an", "the", "this", "that", "these", "those", "some", "any", "all", "more", "much", "no", "not", "one"),
        *("i", "me", "my", "you", "your", "we", "our", "it", "its", "they", "them", "their", "there", "then", "than"),
        *("what", "when", "where", "which", "who", "why", "how", "if", "so", "such", "as", "at", "by", "for", "from"),
        *(
            "in",
            "into",
            "of",
            "on",
            "or",
            "and",
            "but",
            "to",
            "with",
            "about",
            "be",
            "been",
            "is",
            "are",
            "was",
            "were",
        ),
        *("can", "could", "do", "does", "did", "has", "have", "had", "will", "would", "use", "used", "using", "say"),
    }
)


@cache
def _no_spaces() -> re.Pattern[str]:
    """Writing without spaces between words. Compiling such ranges takes milliseconds that the start does not have."""
    return re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")


def similar(text: str, questions: Sequence[DrawnQuestion], most: int = 3) -> tuple[DrawnQuestion, ...]:
    """Return at most `most` of `questions` that resemble `text`, the most alike first; nothing for a text too short."""
    wanted = terms(text)
    if len(wanted) < LEAST_WORDS or not questions:
        return ()
    rated = [(question, terms(question.row.text)) for question in questions]
    seen_in = Counter(term for _, found in rated for term in found)
    weight = {term: math.log(1 + (len(rated) + 1) / (seen_in[term] + 0.5)) for term in wanted | seen_in.keys()}
    whole = sum(weight[term] for term in wanted)
    alike: list[tuple[float, int, DrawnQuestion]] = []
    for place, (question, found) in enumerate(rated):
        shared = sum(weight[term] for term in wanted & found)
        shorter = min(whole, sum(weight[term] for term in found))
        if len(wanted & found) >= LEAST_WORDS and shared >= LIKE_ENOUGH * shorter:
            alike.append((-shared / (whole or 1.0), place, question))
    return tuple(question for _, _, question in sorted(alike, key=lambda entry: entry[:2])[:most])


class Search:
    """The same search in slices, for reading a thousand questions for the first time takes longer than a frame."""

    def __init__(self, text: str, questions: Sequence[DrawnQuestion]) -> None:
        self._text = text
        self._questions = questions[:MOST_COMPARED]
        self._read = 0

    def go_on(self, most: int = 60) -> tuple[DrawnQuestion, ...] | None:
        """Read at most `most` further questions; None while there are more to read, else what resembles the text."""
        for question in self._questions[self._read : self._read + most]:
            terms(question.row.text)
        self._read += most
        return None if self._read < len(self._questions) else similar(self._text, self._questions)


@lru_cache(maxsize=2 * MOST_COMPARED)
def terms(text: str) -> frozenset[str]:
    """Return what of `text` is compared: stems of its telling words, pairs of characters where there are no spaces."""
    flat = unicodedata.normalize("NFKD", text[:2000].casefold())
    flat = "".join(character for character in flat if not unicodedata.combining(character))
    found: set[str] = set()
    for word in _WORD.findall(flat):
        if _no_spaces().search(word):
            found.update(word[place : place + 2] for place in range(max(1, len(word) - 1)))
        elif word not in _COMMON:
            found.add(_stem(word))
    return frozenset(found)


def _stem(word: str) -> str:
    for ending in ("ization", "isation", "ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
