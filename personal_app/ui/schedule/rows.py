"""The rows of the program list as frozen values, made from the program, the time and what is saved. Pure: no Qt."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from personal_app.conference import timeline
from personal_app.conference.ids import RecordingId, TalkId
from personal_app.conference.program import Conference, Session, Talk
from personal_app.conference.stars import Stars, overlaps, star_of_session, starred_sessions
from personal_app.conference.timeline import Phase
from personal_app.services.recordings import RecordingKind, RecordingState
from personal_app.ui.schedule.row import NEXT_TONE, RowKind, Saved, ScheduleRow, elapsed_share, next_words
from personal_app.ui.schedule.times import Clockface, length_words, session_span, size_words

__all__ = ["RowKind", "Saved", "ScheduleRow", "Timetable"]


_NOTHING_WATCHED: Mapping[TalkId, float] = {}


class Timetable:
    """The program of one conference as rows. What does not change with time is written once, when this is made."""

    def __init__(self, conference: Conference, face: Clockface) -> None:
        self._conference = conference
        self._sessions = conference.sessions
        self._talks = {talk.id: talk for talk in conference.talks}
        self._shown: dict[str, ScheduleRow] = {}
        self._rows: list[tuple[ScheduleRow, Session | None, Talk | None]] = []
        days = [face.day(session.start) for session in conference.sessions]
        shown_day = days[0] if len(set(days)) == 1 else None
        for session, day in zip(conference.sessions, days, strict=True):
            if day != shown_day:
                shown_day = day
                self._rows.append((ScheduleRow(id=f"day {day}", kind=RowKind.DAY, title=day), None, None))
            talks = [self._talks[id_] for id_ in session.talks if id_ in self._talks]
            alone = talks[0] if len(talks) == 1 else None
            self._rows.append((_session_row(conference, session, face), session, alone))
            if alone is None:
                self._rows.extend((_talk_row(conference, talk), None, talk) for talk in talks)

    def rows(
        self,
        now: datetime,
        saved: Callable[[RecordingId], RecordingState],
        stars: Stars = (),
        *,
        mine: bool = False,
        watched: Mapping[TalkId, float] = _NOTHING_WATCHED,
    ) -> tuple[ScheduleRow, ...]:
        """Return the rows at `now`: sessions by start, the talks of a session with several under it.

        Days get headings where there is more than one of them. A row that says what it said is the same object. With
        `mine` only what is starred is there, and the session of a talk that is. `watched` tells which share of a talk's
        recording the person has watched, 0 to 1.
        """
        following = timeline.now_and_next(self._sessions, now).next
        clashes = overlaps(self._conference, stars) if stars else {}
        wanted = self._mine(stars) if mine else None
        return tuple(
            self._kept(
                _with_time(row, session, now, is_next=session == following) if session is not None else row,
                talk,
                saved,
                starred=row.id in stars,
                clash=_clash_words(clashes.get(session.id, ())) if session is not None else "",
                watched=round(watched.get(talk.id, 0.0), 2) if talk is not None else 0.0,
            )
            for row, session, talk in self._rows
            if wanted is None or row.id in wanted
        )

    def _mine(self, stars: Stars) -> set[str]:
        """Return the ids of the rows that are there when only the starred are: a day has to have one of them."""
        sessions = {star_of_session(session.id) for session in starred_sessions(self._conference, stars)}
        found: set[str] = set()
        day = whole = ""
        for row, session, _ in self._rows:
            if row.kind is RowKind.DAY:
                day = row.id
            elif session is not None:
                whole = row.id
                found |= {row.id, day} if row.id in sessions else set()
            elif row.id in stars or whole in stars:
                found.add(row.id)
        return found

    def _kept(
        self,
        row: ScheduleRow,
        talk: Talk | None,
        saved: Callable[[RecordingId], RecordingState],
        *,
        starred: bool,
        clash: str,
        watched: float,
    ) -> ScheduleRow:
        if talk is not None and talk.recording is not None:
            row = row._replace(saved=_saved(saved(talk.recording)))
        if starred or clash or watched:
            row = row._replace(starred=starred, clash=clash, watched=watched)
        if self._shown.get(row.id) != row:
            self._shown[row.id] = row
        return self._shown[row.id]


def _clash_words(titles: Sequence[str]) -> str:
    return f"At the same time as {' and '.join(titles)}" if titles else ""


def _session_row(conference: Conference, session: Session, face: Clockface) -> ScheduleRow:
    chairs = conference.names(session.chairs)
    return ScheduleRow(
        id=f"session {session.id}",
        kind=RowKind.SESSION,
        title=session.title,
        people=conference.names(session.presenters) or (f"Chaired by {chairs}" if chairs else ""),
        talk=session.talks[0] if session.talks else None,
        here=face.here(session.start),
        there="" if face.same(session.start) else face.there(session.start),
        both=face.both(session.start),
        length=length_words(session_span(session)),
    )


def _with_time(row: ScheduleRow, session: Session, now: datetime, *, is_next: bool) -> ScheduleRow:
    phase = timeline.phase(session, now)
    chip, tone = _chip(session, phase, now, is_next=is_next)
    running = phase in (Phase.VIDEO, Phase.QA, Phase.BREAK) and session.end > session.start
    elapsed = elapsed_share(session.start, session.end, now) if running else None
    return row._replace(chip=chip, tone=tone, elapsed=elapsed, past=phase is Phase.OVER)


def _talk_row(conference: Conference, talk: Talk) -> ScheduleRow:
    return ScheduleRow(
        id=f"talk {talk.id}",
        kind=RowKind.TALK,
        title=talk.title,
        people=conference.names(talk.presenters),
        talk=talk.id,
        number=talk.number,
    )


def _chip(session: Session, phase: Phase, now: datetime, *, is_next: bool) -> tuple[str, str]:
    match phase:
        case Phase.VIDEO:
            return "Now: video", "live"
        case Phase.QA:
            return "Now: Q&A", "accent"
        case Phase.BREAK:
            return "Now: break", "neutral"
        case Phase.OVER:
            return "Over", "neutral"
    if is_next:
        return next_words(session.start, now), NEXT_TONE
    return "", "neutral"


def _saved(state: RecordingState) -> Saved:
    match state.kind:
        case RecordingKind.SAVED:
            return Saved(state.kind, f"saved, {size_words(state.size_bytes)}", 1.0)
        case RecordingKind.LOADING:
            return Saved(state.kind, f"{round(state.fraction * 100)} %", state.fraction)
        case RecordingKind.WAITING:
            return Saved(state.kind, "waits")
        case RecordingKind.PAUSED:
            return Saved(state.kind, f"paused, {round(state.fraction * 100)} %", state.fraction)
        case RecordingKind.FAILED:
            return Saved(state.kind, "not saved")
    return Saved(state.kind)
