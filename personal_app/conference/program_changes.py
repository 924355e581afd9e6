"""What has changed in the program since a person last saw it, one change for each thing that became another.

An outline is what is compared: small enough to be kept whole, and without what nobody would call a change. Where the
whole program moved as one, that is one change and not one for each session. Pure; the words are found elsewhere.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from personal_app.conference.ids import ConferenceId, SessionId, Sha256, TalkId
from personal_app.conference.program import Conference, Session
from personal_app.conference.stars import Stars, star_of_session

#: So many of the latest changes are kept to be read again.
KEPT = 200
#: From so many sessions on, all moved by the same time, the program moved as a whole.
_AS_A_WHOLE = 2


class ChangeKind(StrEnum):
    """What became of a session, of a talk, or of the program."""

    SHIFTED = "shifted"
    ADDED = "added"
    CANCELLED = "cancelled"
    MOVED = "moved"
    LENGTH = "length"
    RENAMED = "renamed"
    PRESENTERS = "presenters"
    TALK_ADDED = "talk_added"
    TALK_CANCELLED = "talk_cancelled"
    TALK_MOVED = "talk_moved"
    RECORDING_ADDED = "recording_added"
    RECORDING_REPLACED = "recording_replaced"
    RECORDING_WITHDRAWN = "recording_withdrawn"


class TalkOutline(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of a talk can change; `recording` is the hash of its file."""

    id: TalkId
    title: str
    presenters: str = ""
    recording: Sha256 | None = None


class SessionOutline(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of a session can change."""

    id: SessionId
    title: str
    start: datetime
    end: datetime
    talks: tuple[TalkOutline, ...] = ()


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """What of a program can change."""

    conference: ConferenceId
    sessions: tuple[SessionOutline, ...] = ()


class ProgramChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change, seen `at`. `title` is that of the session or talk as it is now, `stars` what a person may have starred.

    `was` and `now` are the old and the new title, presenters or session; `start_was`, `start`, `end_was` and `end` the
    old and new times where these changed. A shift of all says in `start_was` and `start` when the first began.
    """

    kind: ChangeKind
    at: datetime
    title: str = ""
    stars: tuple[str, ...] = ()
    session: SessionId | None = None
    talk: TalkId | None = None
    was: str = ""
    now: str = ""
    start_was: datetime | None = None
    start: datetime | None = None
    end_was: datetime | None = None
    end: datetime | None = None

    def concerns(self, stars: Stars) -> bool:
        """Tell whether it is about something starred; what moved all of the program is, where anything is starred."""
        return bool(stars) if self.kind is ChangeKind.SHIFTED else any(star in stars for star in self.stars)


def outline(conference: Conference) -> Outline:
    """Return what of `conference` can change."""
    files = {recording.id: recording.file.sha256 for recording in conference.recordings}
    talks = {talk.id: talk for talk in conference.talks}

    def talk_outline(talk_id: TalkId) -> TalkOutline:
        talk = talks[talk_id]
        recording = files.get(talk.recording) if talk.recording is not None else None
        return TalkOutline(
            id=talk_id, title=talk.title, presenters=conference.names(talk.presenters), recording=recording
        )

    def session_outline(session: Session) -> SessionOutline:
        return SessionOutline(
            id=session.id,
            title=session.title,
            start=session.start,
            end=session.end,
            talks=tuple(talk_outline(talk) for talk in session.talks if talk in talks),
        )

    return Outline(conference=conference.id, sessions=tuple(map(session_outline, conference.sessions)))


def program_changes(before: Outline, after: Outline, at: datetime) -> tuple[ProgramChange, ...]:
    """Return what became another from `before` to `after`, in the order of the program; nothing of two conferences."""
    if before.conference != after.conference:
        return ()
    old = {session.id: session for session in before.sessions}
    new = {session.id: session for session in after.sessions}
    shift = _shift(old, new)
    found: list[ProgramChange] = []
    if shift is not None:
        starts = (min(each.start for each in old.values()), min(each.start for each in new.values()))
        found.append(ProgramChange(kind=ChangeKind.SHIFTED, at=at, start_was=starts[0], start=starts[1]))
    for session in after.sessions:
        if session.id in old:
            found += _of_session(_shifted(old[session.id], shift), session, at)
        else:
            found.append(_whole(ChangeKind.ADDED, session, at))
    found += [_whole(ChangeKind.CANCELLED, session, at) for session in before.sessions if session.id not in new]
    return (*found, *_of_talks(before, after, at))


def _shift(old: dict[SessionId, SessionOutline], new: dict[SessionId, SessionOutline]) -> timedelta | None:
    """Return by how much all sessions that stayed moved, where there are several and all moved alike."""
    moves = {new[each].start - session.start for each, session in old.items() if each in new}
    stayed = sum(1 for each in old if each in new)
    return moves.pop() if stayed >= _AS_A_WHOLE and len(moves) == 1 and timedelta() not in moves else None


def _shifted(session: SessionOutline, by: timedelta | None) -> SessionOutline:
    return session if by is None else msgspec.structs.replace(session, start=session.start + by, end=session.end + by)


def _stars(session: SessionOutline) -> tuple[str, ...]:
    return (star_of_session(session.id), *(f"talk {talk.id}" for talk in session.talks))


def _first_talk(session: SessionOutline) -> TalkId | None:
    return session.talks[0].id if session.talks else None


def _whole(kind: ChangeKind, session: SessionOutline, at: datetime) -> ProgramChange:
    return ProgramChange(
        kind=kind,
        at=at,
        title=session.title,
        stars=_stars(session),
        session=session.id,
        talk=_first_talk(session) if kind is ChangeKind.ADDED else None,
        start=session.start,
        end=session.end,
    )


def _of_session(old: SessionOutline, new: SessionOutline, at: datetime) -> list[ProgramChange]:
    about = ProgramChange(
        kind=ChangeKind.MOVED,
        at=at,
        title=new.title,
        stars=_stars(new),
        session=new.id,
        talk=_first_talk(new),
    )
    found = []
    if old.start != new.start:
        found.append(msgspec.structs.replace(about, start_was=old.start, start=new.start, end=new.end))
    elif old.end != new.end:
        found.append(msgspec.structs.replace(about, kind=ChangeKind.LENGTH, end_was=old.end, end=new.end))
    if old.title != new.title:
        found.append(msgspec.structs.replace(about, kind=ChangeKind.RENAMED, was=old.title, now=new.title))
    return found


def _of_talks(before: Outline, after: Outline, at: datetime) -> list[ProgramChange]:
    """Return what became of talks, but not of those whose whole session came or went."""
    kept = {session.id for session in before.sessions} & {session.id for session in after.sessions}
    old, new = dict(_talks(before)), dict(_talks(after))
    found: list[ProgramChange] = []
    for talk_id, (session, talk) in new.items():
        was = old.get(talk_id)
        about = _about(talk, session, at)
        if was is not None:
            found += _of_talk(about, was, (session, talk))
        elif session.id in kept:
            found.append(msgspec.structs.replace(about, kind=ChangeKind.TALK_ADDED, now=session.title))
    for talk_id, (session, talk) in old.items():
        if talk_id not in new and session.id in kept:
            found.append(
                msgspec.structs.replace(
                    _about(talk, session, at), kind=ChangeKind.TALK_CANCELLED, was=session.title, talk=None
                )
            )
    return found


def _talks(of: Outline) -> Iterable[tuple[TalkId, tuple[SessionOutline, TalkOutline]]]:
    return ((talk.id, (session, talk)) for session in of.sessions for talk in session.talks)


def _about(talk: TalkOutline, session: SessionOutline, at: datetime) -> ProgramChange:
    return ProgramChange(
        kind=ChangeKind.TALK_MOVED,
        at=at,
        title=talk.title,
        stars=(f"talk {talk.id}", star_of_session(session.id)),
        session=session.id,
        talk=talk.id,
    )


def _of_talk(
    about: ProgramChange, old: tuple[SessionOutline, TalkOutline], new: tuple[SessionOutline, TalkOutline]
) -> list[ProgramChange]:
    (session_was, was), (session, talk) = old, new
    found = []
    if session_was.id != session.id:
        stars = (*about.stars, star_of_session(session_was.id))
        found.append(msgspec.structs.replace(about, was=session_was.title, now=session.title, stars=stars))
    # A session of one talk bears its title: it is told once.
    alone = len(session.talks) == 1 and (was.title, talk.title) == (session_was.title, session.title)
    if was.title != talk.title and not alone:
        found.append(msgspec.structs.replace(about, kind=ChangeKind.RENAMED, was=was.title, now=talk.title))
    if was.presenters != talk.presenters:
        found.append(
            msgspec.structs.replace(about, kind=ChangeKind.PRESENTERS, was=was.presenters, now=talk.presenters)
        )
    if was.recording != talk.recording:
        kind = (
            ChangeKind.RECORDING_ADDED
            if was.recording is None
            else ChangeKind.RECORDING_WITHDRAWN
            if talk.recording is None
            else ChangeKind.RECORDING_REPLACED
        )
        found.append(msgspec.structs.replace(about, kind=kind))
    return found
