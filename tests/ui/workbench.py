"""All services of a window, with the outside replaced by lists that keep what was asked of it."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from personal_app.conference.clock import Clock
from personal_app.conference.finding import Term
from personal_app.conference.ids import RecordingId, TalkId
from personal_app.conference.notes import Note, NoteId
from personal_app.conference.people import Grant
from personal_app.conference.playback import Lead
from personal_app.conference.program import Conference
from personal_app.conference.watching import Watched
from personal_app.conference.wishes import Wish
from personal_app.services.announcements import AnnouncementService
from personal_app.services.bundles import BundleService
from personal_app.services.captions import CaptionService
from personal_app.services.conferences import ConferenceService, ConferenceWays
from personal_app.services.connection import ConnectionKind, ConnectionService, ConnectionState
from personal_app.services.drafts import DraftService
from personal_app.services.live_streams import LiveStreamService
from personal_app.services.notes import NoteService, NoteWays
from personal_app.services.playback import PlaybackService
from personal_app.services.presence import PresenceService
from personal_app.services.profile import CodeKind, JoinWish, ProfileService, ReturnWish, SignOutWish, Who
from personal_app.services.program import ProgramService
from personal_app.services.program_changes import ProgramChangeService
from personal_app.services.questions import QuestionService
from personal_app.services.reactions import ReactionService
from personal_app.services.recordings import RecordingKind, RecordingService, RecordingState
from personal_app.services.reminders import ReminderService
from personal_app.services.search import SearchService
from personal_app.services.sent import SentService
from personal_app.services.services import Services
from personal_app.services.shared_drafts import SharedDraftService
from personal_app.services.stars import StarService
from personal_app.services.times import keep_to_times
from personal_app.services.watching import WatchingService
from tests.ui.demo import CAPTIONS, ME, demo_board, demo_conference
from tests.ui.still_engine import StillEngine, StillSource


class HandClock:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Outside:
    """What the services asked of the network and the disk, in order."""

    sent: list[Wish] = field(default_factory=list)
    joined: list[JoinWish] = field(default_factory=list)
    redeemed: list[str] = field(default_factory=list)
    came_back: list[ReturnWish] = field(default_factory=list)
    asked_codes: list[CodeKind] = field(default_factory=list)
    signed_out: list[SignOutWish] = field(default_factory=list)
    entrusted: list[bool] = field(default_factory=list)
    looked_around: list[bool] = field(default_factory=list)
    retried: list[bool] = field(default_factory=list)
    saved: list[RecordingId] = field(default_factory=list)
    removed: list[RecordingId] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    exported: list[tuple[Path, bool]] = field(default_factory=list)
    looked_at_sent: list[bool] = field(default_factory=list)
    conferences: list[tuple[str, bool]] = field(default_factory=list)
    exported_talks: list[tuple[str, Path]] = field(default_factory=list)
    sought: list[tuple[int, tuple[Term, ...]]] = field(default_factory=list)
    reacted: list[tuple[str, str]] = field(default_factory=list)
    notes: dict[NoteId, Note] = field(default_factory=dict)
    exported_notes: list[tuple[tuple[Note, ...], Path]] = field(default_factory=list)
    watched: dict[TalkId, Watched] = field(default_factory=dict)
    told_here: list[tuple[str | None, str | None]] = field(default_factory=list)


@dataclass
class Workbench:
    """The services, the clock that drives them, the outside, and the still engine."""

    services: Services
    clock: HandClock
    outside: Outside
    source: StillSource

    @property
    def engine(self) -> StillEngine:
        return self.source.engine

    def go_to(self, now: datetime) -> None:
        """Let it be `now`, and tell everyone who shows the time."""
        self.clock.now = now
        self.services.program.ticked.emit()

    def join(self, *grants: Grant, name: str = ME) -> None:
        """Let the server take us in under `name` with `grants`."""
        self.services.profile.take(Who(address="https://personal.example", participant="ada", name=name, grants=grants))
        self.services.questions.take_viewer(name, "ada")

    def connect(self, kind: ConnectionKind = ConnectionKind.LIVE, waiting: int = 0) -> None:
        """Let the live connection stand as told."""
        self.services.connection.take(ConnectionState(kind=kind))
        self.services.connection.take_waiting(waiting)

    def show_program(self, conference: Conference | None = None) -> Conference:
        """Let the program be there; by default the one of 2020."""
        shown = conference if conference is not None else demo_conference()
        self.services.program.take(shown)
        return shown

    def show_questions(self, *, chair: bool = False) -> None:
        """Let the board hold the demo's questions as this person may see them."""
        shared, mine = demo_board(self.clock.now, chair=chair)
        self.services.questions.take_cached(shared, mine, ())

    def save_recordings(self) -> None:
        """Let every recording of the program be here, with captions."""
        conference = self.services.program.conference
        assert conference is not None
        for recording in conference.recordings:
            here = RecordingState(
                kind=RecordingKind.SAVED,
                fraction=1.0,
                size_bytes=recording.file.size_bytes,
                path=Path("here.mp4"),
                captions=CAPTIONS,
                by_hand=True,
            )
            self.services.recordings.take(recording.id, here)


def make_workbench(now: datetime) -> Workbench:
    """Return services that know nothing yet: no program, nobody joined, no connection."""
    clock = HandClock(now)
    outside = Outside()
    source = StillSource()
    return Workbench(_services(clock, outside, source), clock, outside, source)


def _services(clock: Clock, outside: Outside, source: StillSource) -> Services:
    program = ProgramService(clock)
    questions = QuestionService(outside.sent.append, clock)
    keep_to_times(program, questions)
    announcements = AnnouncementService(questions, clock, outside.kept.__setitem__)
    program.ticked.connect(announcements.look)
    recordings = RecordingService(outside.saved.append, outside.removed.append)
    connection = ConnectionService(lambda: outside.retried.append(True))
    profile = ProfileService(
        outside.joined.append,
        outside.redeemed.append,
        lambda: outside.looked_around.append(True),
        come_back=outside.came_back.append,
        ask_code=outside.asked_codes.append,
        sign_out=outside.signed_out.append,
        entrust=lambda: outside.entrusted.append(True),
    )
    # The engine here begins at once.
    playback = PlaybackService(source, program, recordings, lead=Lead(0))
    stars = StarService(
        lambda stars: outside.kept.__setitem__("stars", " ".join(sorted(stars))),
        lambda path, starred: outside.exported.append((path, starred)),
    )
    return Services(
        program=program,
        connection=connection,
        profile=profile,
        questions=questions,
        recordings=recordings,
        playback=playback,
        drafts=DraftService(outside.kept.__setitem__),
        stars=stars,
        shared_drafts=SharedDraftService(questions, connection, profile.participant),
        search=SearchService(lambda number, terms: outside.sought.append((number, terms))),
        announcements=announcements,
        presence=PresenceService(lambda session, question: outside.told_here.append((session, question))),
        reactions=ReactionService(lambda talk, kind: outside.reacted.append((talk, kind)), questions),
        notes=NoteService(
            NoteWays(
                keep=lambda note: outside.notes.__setitem__(note.id, note),
                forget=outside.notes.__delitem__,
                export=lambda notes, path: outside.exported_notes.append((notes, path)),
            ),
            clock,
        ),
        captions=CaptionService(playback, program, recordings, outside.kept.__setitem__),
        watching=WatchingService(playback, outside.watched.__setitem__),
        reminders=ReminderService(program, stars, questions, connection, outside.kept.__setitem__),
        changes=ProgramChangeService(program, stars, connection, outside.kept.__setitem__),
        streams=LiveStreamService(source, program, playback),
        sent=SentService(questions, lambda: outside.looked_at_sent.append(True)),
        conferences=ConferenceService(
            ConferenceWays(
                look=lambda: outside.conferences.append(("look", False)),
                open=lambda key, leave: outside.conferences.append((key, leave)),
                add=lambda leave: outside.conferences.append(("add", leave)),
            )
        ),
        bundles=BundleService(lambda talk, folder: outside.exported_talks.append((talk, folder))),
    )
