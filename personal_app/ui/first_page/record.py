"""Writes down what the window is to show first at its next start: words, and what they become as time goes by.

Nothing that depends on the hour is written as it is now. Of each session it is written from when on it says what, of
the talks which one opens from when on; ages, the time that has passed and that is left are counted when it is painted.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from personal_app.conference.board import DrawnBoard
from personal_app.conference.ids import RecordingId, TalkId
from personal_app.conference.program import Conference, Session
from personal_app.conference.stars import Stars
from personal_app.services.recordings import RecordingKind, RecordingState
from personal_app.ui.cards.card import Card, Showing, card, first_in_order
from personal_app.ui.first_page.form import FORM, KeptAnswer, KeptCard, Place, Stage
from personal_app.ui.opening_talk import talk_to_show
from personal_app.ui.questions.arrangement import Tab, shown_in
from personal_app.ui.schedule.row import ScheduleRow
from personal_app.ui.schedule.rows import Timetable
from personal_app.ui.schedule.times import Clockface

#: More than these do not fit on any screen at once.
_CARDS = 24
#: Where a conference has more instants at which something changes, the later ones are for a later record.
_INSTANTS = 150


class KeptRow(NamedTuple):
    """A row, the span of its session (seconds since 1970), and what it says from when on."""

    row: ScheduleRow
    start: float
    end: float
    stages: tuple[Stage, ...]


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """The record. `opens` tells which talk is open from when on (seconds since 1970), `cards` is by talk."""

    form: int
    family: str
    scale: float
    until: float
    gutter: str
    places: tuple[Place, ...]
    rows: tuple[KeptRow, ...]
    opens: tuple[tuple[float, TalkId | None], ...]
    cards: dict[TalkId, tuple[KeptCard, ...]]


def first_page_record(
    conference: Conference,
    board: DrawnBoard,
    saved: Mapping[RecordingId, RecordingState],
    now: datetime,
    *,
    may_vote: bool,
    family: str,
    scale: float,
    places: tuple[Place, ...],
    last: TalkId | None = None,
    stars: Stars = (),
    watched: Mapping[TalkId, float] | None = None,
) -> str:
    """Return the record as text, on any thread.

    `places` are the words around the lists and where those begin, as the window shows them in `family` at `scale`;
    `last` is the talk that is open, `stars` what the person has starred, `watched` which share
    of a talk's recording they have watched.
    """
    instants = [now, *sorted(instant for instant in _instants(conference) if instant > now)]
    until = instants[_INSTANTS] if len(instants) > _INSTANTS else now + timedelta(days=36_500)
    rows = _rows(conference, saved, instants[:_INSTANTS], stars, watched or {})
    opens = tuple((at.timestamp(), talk_to_show(conference, at, last)) for at in instants[:_INSTANTS])
    showing = Showing(first=first_in_order(board.questions), may_vote=may_vote, live=False)
    kept = Kept(
        form=FORM,
        family=family,
        scale=scale,
        until=until.timestamp(),
        gutter=max((kept.row.there for kept in rows), key=len, default=""),
        places=places,
        rows=rows,
        opens=tuple(each for before, each in zip((None, *opens), opens, strict=False) if not _same(before, each)),
        cards={talk: _cards(board, talk, showing) for talk in dict.fromkeys(talk for _, talk in opens) if talk},
    )
    return msgspec.json.encode(kept).decode()


def _same(before: tuple[float, TalkId | None] | None, each: tuple[float, TalkId | None]) -> bool:
    return before is not None and before[1] == each[1]


def _instants(conference: Conference) -> set[datetime]:
    """Return when anything in the program may begin to look different."""
    return {instant for session in conference.sessions for instant in _instants_of(session)}


def _instants_of(session: Session) -> list[datetime]:
    found = [session.start, session.end, session.qa_start, session.qa_end]
    if session.video_start is not None:
        offsets = [0, session.video_ms]
        offsets += [at for item in session.items for at in (item.offset_ms, item.offset_ms + item.duration_ms)]
        found += [session.video_start + timedelta(milliseconds=offset) for offset in offsets]
    return found


def _rows(
    conference: Conference,
    saved: Mapping[RecordingId, RecordingState],
    instants: list[datetime],
    stars: Stars,
    watched: Mapping[TalkId, float],
) -> tuple[KeptRow, ...]:
    table = Timetable(conference, Clockface(conference))
    spans = {
        f"session {session.id}": (session.start.timestamp(), session.end.timestamp()) for session in conference.sessions
    }
    stages: list[list[Stage]] = []
    shown: tuple[ScheduleRow, ...] = ()
    for instant in instants:
        shown = table.rows(instant, lambda recording: _at_rest(saved.get(recording)), stars, watched=watched)
        stages = stages or [[] for _ in shown]
        for row, kept in zip(shown, stages, strict=True):
            stage = Stage.of(row, instant.timestamp())
            if not kept or kept[-1][1:] != stage[1:]:
                kept.append(stage)
    return tuple(
        KeptRow(row, *spans.get(row.id, (0.0, 0.0)), tuple(kept)) for row, kept in zip(shown, stages, strict=True)
    )


def _at_rest(state: RecordingState | None) -> RecordingState:
    """Return what will be left of it: the next start knows of no way and no failure."""
    return state if state is not None and state.kind is RecordingKind.SAVED else RecordingState()


def _cards(board: DrawnBoard, talk: TalkId, showing: Showing) -> tuple[KeptCard, ...]:
    return tuple(_kept(card(question, showing)) for question in shown_in(Tab.TOP, board.of_talk(talk))[:_CARDS])


def _kept(shown: Card) -> KeptCard:
    question, row = shown.question, shown.question.row
    return KeptCard(
        name=shown.name,
        state=shown.state,
        tone=shown.tone,
        note=shown.note,
        mark=shown.mark,
        offers=shown.offers,
        counts=shown.counts,
        can_vote=shown.can_vote,
        text=row.text,
        asker=row.asker,
        alias=row.alias,
        also_asked=row.also_asked,
        asked_at=row.asked_at.timestamp(),
        position_ms=row.position_ms,
        answered_ms=row.mark.position_ms if row.mark is not None else None,
        votes=question.votes,
        voted=question.voted,
        answers=tuple(
            KeptAnswer(answer.writer, answer.text, answer.written_at.timestamp(), answer.by_author)
            for answer in question.answers
        ),
    )
