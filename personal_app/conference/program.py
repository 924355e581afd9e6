"""The program of a conference: people, sessions, talks and dates, as frozen values that also travel as JSON.

Instants are aware and in UTC; the conference's own zone is kept beside them for showing. This module must never know
where a program came from: files are read in `formats`.
"""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from personal_app.conference.ids import ConferenceId, PersonId, RecordingId, SessionId, TalkId
from personal_app.conference.recordings import Recording


class SessionKind(StrEnum):
    """What a slot of the program is: a talk, a plenary talk, or questions and answers alone."""

    TALK = "talk"
    PLENARY = "plenary"
    QA = "qa"


class Opening(StrEnum):
    """From when on a recording may be watched: when its session's video starts, or always."""

    START = "start"
    ALWAYS = "always"


class Person(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody the program names."""

    id: PersonId
    name: str
    affiliation: str = ""
    bio: str = ""


class ImportantDate(msgspec.Struct, frozen=True, kw_only=True):
    """A deadline or event: the printed day, and the instant it ends (23:59:59 anywhere on earth, UTC-12)."""

    what: str
    on: date
    due: datetime


class CallForParticipation(msgspec.Struct, frozen=True, kw_only=True):
    """What the organizers ask for."""

    summary: str
    topics: tuple[str, ...] = ()
    presentation_minutes: int | None = None
    submission_pages_max: int | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A recording within a session's video: it starts `offset_ms` after the video does and runs `duration_ms`."""

    talk: TalkId
    recording: RecordingId
    offset_ms: int
    duration_ms: int


class Talk(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A talk or paper. Questions belong to it; `number` is the paper's printed number."""

    id: TalkId
    session: SessionId
    title: str
    abstract: str = ""
    presenters: tuple[PersonId, ...] = ()
    number: int | None = None
    recording: RecordingId | None = None
    opening: Opening = Opening.START
    moderated: bool = True
    authors_may_start: bool = False


class QuestionTimes(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """When a session's questions open, are paused and close by themselves; None: they never do.

    They are closed until `opens`, taken until `pauses`, only voted on until `closes`, and closed from then on.
    """

    opens: datetime | None = None
    pauses: datetime | None = None
    closes: datetime | None = None


class Session(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A slot of the program: [start, end), its video if it has one, and when its questions are answered live.

    `stream` is where a live stream of it comes from, `meeting` where those who speak meet; both are addresses without
    fault (`web_links`), or empty.
    """

    id: SessionId
    kind: SessionKind
    title: str
    start: datetime
    end: datetime
    qa_start: datetime
    qa_end: datetime
    talks: tuple[TalkId, ...]
    abstract: str = ""
    presenters: tuple[PersonId, ...] = ()
    chairs: tuple[PersonId, ...] = ()
    video_start: datetime | None = None
    items: tuple[Item, ...] = ()
    questions: QuestionTimes = QuestionTimes()
    stream: str = ""
    meeting: str = ""

    @property
    def video_ms(self) -> int:
        """How long the session's video runs, in ms; 0 where it has none."""
        return max((item.offset_ms + item.duration_ms for item in self.items), default=0)


class Conference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A whole conference. Sessions are in the order of their starts; talks in the order of their sessions."""

    id: ConferenceId
    title: str
    timezone: str
    day: date
    sessions: tuple[Session, ...]
    talks: tuple[Talk, ...]
    people: tuple[Person, ...]
    recordings: tuple[Recording, ...] = ()
    subtitle: str = ""
    access: str = ""
    format: str = ""
    organizers: tuple[PersonId, ...] = ()
    important_dates: tuple[ImportantDate, ...] = ()
    call: CallForParticipation | None = None

    def session(self, session_id: SessionId) -> Session | None:
        """Return the session of that id, or None."""
        return next((session for session in self.sessions if session.id == session_id), None)

    def talk(self, talk_id: TalkId) -> Talk | None:
        """Return the talk of that id, or None."""
        return next((talk for talk in self.talks if talk.id == talk_id), None)

    def person(self, person_id: PersonId) -> Person | None:
        """Return the person of that id, or None."""
        return next((person for person in self.people if person.id == person_id), None)

    def recording(self, recording_id: RecordingId) -> Recording | None:
        """Return the recording of that id, or None."""
        return next((recording for recording in self.recordings if recording.id == recording_id), None)

    def names(self, people: tuple[PersonId, ...]) -> str:
        """Return the names of `people` for reading: "A", "A and B", "A, B and C"; unknown ids are passed over."""
        names = [person.name for person in map(self.person, people) if person is not None]
        if len(names) < 2:
            return "".join(names)
        return f"{', '.join(names[:-1])} and {names[-1]}"
