"""What is sought, and what is found: the terms of a query, and hits with the words around them.

A query is words, all of which must be there; the one that is still being written may be the beginning of a word, and
what stands in quotation marks must stand together. This module must never look anything up: the cache's indexes do.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

import msgspec

from personal_app.conference.folding import Word, folded, is_sign, words
from personal_app.conference.ids import PersonId, QuestionId, TalkId

#: Nobody types more, and a pasted page is no query.
QUERY_CHARS = 200
TERMS = 12
#: How much of a long text is shown of a hit, in code points, and how much of it stands before what was found.
EXCERPT_CHARS = 220
_BEFORE = 60

_SPACE = re.compile(r"\s")
_PART = re.compile(r'"([^"]*)("?)|(\S+)')


class HitKind(StrEnum):
    """What was found; in the order in which kinds are shown."""

    TALK = "talk"
    SESSION = "session"
    PERSON = "person"
    CHAPTER = "chapter"
    NOTE = "note"
    QUESTION = "question"
    ANSWER = "answer"
    SPOKEN = "spoken"


class Term(msgspec.Struct, frozen=True):
    """Folded words that must stand together; with `begun` the last of them may go on."""

    words: tuple[str, ...]
    begun: bool = False


class Excerpt(msgspec.Struct, frozen=True):
    """A piece of a text on one line, and the [start, end) of what was found in it, in code points."""

    text: str = ""
    marks: tuple[tuple[int, int], ...] = ()


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can be found: `head` counts more than `body`. `ref` names it among what its source holds.

    Of a line of speech only what stands before `own` code points of the body is its own: the rest is what is said next,
    so that words are found together that a caption's end divides.
    """

    kind: HitKind
    ref: str
    head: str = ""
    body: str = ""
    talk: TalkId | None = None
    position_ms: int | None = None
    own: int | None = None


class Hit(msgspec.Struct, frozen=True, kw_only=True):
    """What was found: where it leads (a talk, a moment of its recording in ms, a question) and its words."""

    kind: HitKind
    ref: str
    head: Excerpt = Excerpt()
    body: Excerpt = Excerpt()
    talk: TalkId | None = None
    position_ms: int | None = None
    question: QuestionId | None = None
    person: PersonId | None = None


def terms_of(text: str) -> tuple[Term, ...]:
    """Return what `text` asks for; nothing where there is too little to look for.

    The last word counts as begun unless white space or a quotation mark ends it, any other where it ends in an
    asterisk. A single letter says nothing, unless its script writes a word with one sign.
    """
    text = text[:QUERY_CHARS]
    found: list[Term] = []
    for part in _PART.finditer(text):
        quoted, closed, bare = part[1], part[2], part[3]
        begun = part.end() == len(text) and not closed if bare is None else part.end() == len(text) or bare[-1] == "*"
        said = folded(quoted if bare is None else bare).split()
        if said:
            found.append(Term(tuple(said), begun and not is_sign(said[-1])))
    if found and found[-1].begun and len(found[-1].words[-1]) == 1:
        last = found.pop()
        if len(last.words) > 1:
            found.append(Term(last.words[:-1]))
    if all(len("".join(term.words)) == 1 and not is_sign(term.words[0]) for term in found):
        return ()
    return tuple(found[:TERMS])


def hit(entry: Entry, terms: Sequence[Term]) -> Hit | None:
    """Return what is shown of an entry that holds the terms; None where all it has of them belongs to the next one."""
    marks = _marks(entry.body, terms)
    if entry.own is not None and marks and marks[0][0] >= entry.own:
        return None
    return Hit(
        kind=entry.kind,
        ref=entry.ref,
        head=excerpt(entry.head, terms),
        body=_excerpt(entry.body, marks, EXCERPT_CHARS),
        talk=entry.talk,
        position_ms=entry.position_ms,
        question=QuestionId(entry.ref.partition(" ")[0]) if entry.kind in (HitKind.QUESTION, HitKind.ANSWER) else None,
        person=PersonId(entry.ref) if entry.kind is HitKind.PERSON else None,
    )


def excerpt(text: str, terms: Sequence[Term], most: int = EXCERPT_CHARS) -> Excerpt:
    """Return `text` on one line with what was found marked; of a long one the part around the first of it."""
    return _excerpt(text, _marks(text, terms), most)


def _excerpt(text: str, marks: Sequence[tuple[int, int]], most: int) -> Excerpt:
    start = _start(text, marks[0][0]) if marks and len(text) > most else 0
    before = "…" if start else ""
    # One sign for one, for the marks are places in the text.
    piece = _SPACE.sub(" ", text[start : start + most])
    after = "…" if start + most < len(text) else ""
    shift = len(before) - start
    kept = tuple((at + shift, end + shift) for at, end in marks if at >= start and end <= start + most)
    return Excerpt(before + piece + after, kept)


def _start(text: str, first: int) -> int:
    """Return where an excerpt begins that shows what stands at `first`: at the beginning of a word."""
    if first <= _BEFORE:
        return 0
    space = text.find(" ", first - _BEFORE, first)
    return space + 1 if space >= 0 else first - _BEFORE


def _marks(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Return the [start, end) of everything in `text` that a term asks for, in order and without overlaps."""
    said = words(text) if text else []
    spans = sorted(span for term in terms for span in _spans(said, term))
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _spans(said: Sequence[Word], term: Term) -> list[tuple[int, int]]:
    *first, last = term.words
    before = len(first)
    found = []
    for at, word in enumerate(said):
        if (word.folded.startswith(last) if term.begun else word.folded == last) and at >= before:
            start = at - before
            if not first or [each.folded for each in said[start:at]] == first:
                found.append((said[start].start, word.end))
    return found
