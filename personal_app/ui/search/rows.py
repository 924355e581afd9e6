"""What was found as rows of a list: a heading for each kind, the hits of it below. Pure: no Qt."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from personal_app.conference.finding import Excerpt, Hit, HitKind
from personal_app.conference.ids import TalkId
from personal_app.conference.program import Conference
from personal_app.ui.schedule.times import position_words

_HEADINGS = {
    HitKind.TALK: "Talks",
    HitKind.SESSION: "Sessions",
    HitKind.PERSON: "People",
    HitKind.CHAPTER: "Chapters",
    HitKind.NOTE: "My notes",
    HitKind.QUESTION: "Questions",
    HitKind.ANSWER: "Answers",
    HitKind.SPOKEN: "Said in talks",
}


class FoundRow(NamedTuple):
    """A row. A heading has no `hit`; of a hit `title` or `context` may have no words, `foot` tells where it is."""

    id: str
    title: Excerpt
    context: Excerpt = Excerpt()
    foot: str = ""
    hit: Hit | None = None

    def words(self) -> str:
        """Return the row in one sentence, for those who hear the list."""
        return ". ".join(filter(None, (self.title.text, self.context.text, self.foot)))


def found_rows(hits: Sequence[Hit], conference: Conference | None) -> tuple[FoundRow, ...]:
    """Return the rows of `hits`, which are in the order of their kinds."""
    rows: list[FoundRow] = []
    for kind, some in groupby(hits, key=lambda hit: hit.kind):
        rows.append(FoundRow(id=f"heading {kind}", title=Excerpt(_HEADINGS[kind])))
        rows.extend(_row(hit, conference) for hit in some)
    return tuple(rows)


def _row(hit: Hit, conference: Conference | None) -> FoundRow:
    # A line of speech is known by its talk: two talks may each have one of the same number.
    id_ = f"{hit.kind} {hit.talk} {hit.ref}"
    return FoundRow(id=id_, title=hit.head, context=hit.body, foot=_foot(hit, conference), hit=hit)


def _foot(hit: Hit, conference: Conference | None) -> str:
    if hit.kind is HitKind.TALK:
        return ""
    moment = position_words(hit.position_ms) if hit.position_ms is not None else ""
    return " · ".join(filter(None, (moment, _title(hit.talk, conference))))


def _title(talk_id: TalkId | None, conference: Conference | None) -> str:
    talk = conference.talk(talk_id) if conference is not None and talk_id is not None else None
    return talk.title if talk is not None else ""
