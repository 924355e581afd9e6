"""A playback service with everything around it that can be moved by hand: the time, the recordings, the engine."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from PySide6.QtWidgets import QApplication

from personal_app.conference.ids import RecordingId
from personal_app.conference.playback import Lead
from personal_app.conference.program import Conference, Item, Opening, SessionKind
from personal_app.player.engine import Stream
from personal_app.services.playback import PlaybackService, PlayPhase
from personal_app.services.program import ProgramService
from personal_app.services.recordings import RecordingKind, RecordingService, RecordingState
from tests.factories import (
    OPENING,
    PAPER_1,
    PAPER_2,
    RESEARCH,
    START,
    WELCOME,
    conference,
    recording,
    session,
    talk,
)
from tests.player.fake_engine import FakeEngine, FakeSource

MINUTE = timedelta(minutes=1)
LENGTH_MS = 10 * 60_000
#: What an MP4 file begins with; the engine here looks no further.
MP4 = b"\x00\x00\x00\x18ftypisom" + bytes(64)
PORT = 4711
TALK, PAPER, BARE = RecordingId("welcome"), RecordingId("paper-1"), PAPER_2


def program() -> Conference:
    """Return a talk whose video begins at START, a paper that is open from the beginning, and one without recording."""
    research = START + 30 * MINUTE
    return conference(
        sessions=(
            session(
                talks=(WELCOME,),
                video_start=START,
                items=(Item(talk=WELCOME, recording=TALK, offset_ms=0, duration_ms=LENGTH_MS),),
            ),
            session(
                RESEARCH,
                kind=SessionKind.QA,
                start=research,
                talks=(PAPER_1, PAPER_2),
            ),
        ),
        talks=(
            talk(WELCOME, OPENING, recording=TALK),
            talk(PAPER_1, RESEARCH, recording=PAPER, opening=Opening.ALWAYS),
            talk(PAPER_2, RESEARCH, opening=Opening.ALWAYS),
        ),
        recordings=(
            recording("welcome", WELCOME, duration_ms=LENGTH_MS),
            recording("paper-1", PAPER_1, duration_ms=LENGTH_MS),
        ),
    )


class Stage:
    """The service and what drives it. Engine and server share one clock, which `go` moves."""

    def __init__(self, folder: Path, now: datetime = START, *, warm: bool = True) -> None:
        self.now = now
        self.file = folder / "talk.mp4"
        self.file.write_bytes(MP4)
        self.saved: list[RecordingId] = []
        self.changes = 0
        self.moves: list[int] = []
        self.source = FakeSource(self.clock_ms)
        self.program = ProgramService(lambda: self.now)
        self.removed: list[RecordingId] = []
        self.recordings = RecordingService(self.saved.append, self.removed.append)
        self.kept: list[str] = []
        self.pictures = folder / "pictures"
        self.playback = PlaybackService(
            self.source,
            self.program,
            self.recordings,
            clock_ms=self.clock_ms,
            # The engine here begins at once.
            lead=Lead(0),
            keep=self.kept.append,
            pictures=self.pictures,
        )
        self.playback.changed.connect(self._on_changed)
        self.playback.moved.connect(self.moves.append)
        self.program.take(program())
        if warm:
            self.source.warm()

    @property
    def engine(self) -> FakeEngine:
        return self.source.made[-1]

    @property
    def phase(self) -> PlayPhase:
        return self.playback.state.phase

    def clock_ms(self) -> float:
        return (self.now - datetime(2020, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1)

    def go(self, ms: float) -> None:
        """Let time pass, and the second hand be seen to move."""
        self.now += timedelta(milliseconds=ms)
        self.program.ticked.emit()
        QApplication.processEvents()

    def have(self, *recordings: RecordingId) -> None:
        """Let recordings be here."""
        for each in recordings:
            self.recordings.take(each, RecordingState(kind=RecordingKind.SAVED, fraction=1.0, path=self.file))

    def bring(self, recording_id: RecordingId, fraction: float) -> None:
        """Let a recording be on its way."""
        self.recordings.take(recording_id, RecordingState(kind=RecordingKind.LOADING, fraction=fraction))

    def stream(self, recording_id: RecordingId, detail: str = "") -> None:
        """Let a recording be on its way, with its beginning here."""
        self.playback.trust_port(PORT)
        stream = Stream(port=PORT, token="t" * 32, head=MP4[:16], name="talk")
        state = RecordingState(kind=RecordingKind.LOADING, fraction=0.3, stream=stream, detail=detail)
        self.recordings.take(recording_id, state)

    def miss(self, recording_id: RecordingId, detail: str) -> None:
        """Let bringing a recording fail."""
        self.recordings.take(recording_id, RecordingState(kind=RecordingKind.FAILED, detail=detail))

    def end(self) -> None:
        self.playback.close()
        self.source.close()
        assert self.source.wait_closed(5)
        QApplication.processEvents()

    def _on_changed(self) -> None:
        self.changes += 1
