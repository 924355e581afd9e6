"""Holding an engine that plays to the second everyone is at, as `conference.playback` plans it.

Must never open a recording or decide who follows: `services.playback` does.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from personal_app.conference.clock import Clock, to_epoch_ms
from personal_app.conference.ids import RecordingId
from personal_app.conference.playback import (
    SETTLING_MS,
    Correction,
    Keep,
    Lead,
    Nudge,
    On,
    Open,
    PlayerReading,
    Seek,
    plan,
)
from personal_app.conference.program import Session
from personal_app.player.engine import Engine

FOLLOW_EVERY_MS = 250


class Follower(QObject):
    """Corrects an engine four times a second between `begin` and `end`. `now` is the server's clock."""

    def __init__(
        self,
        now: Clock,
        clock_ms: Callable[[], float],
        parent: QObject | None = None,
        *,
        lead: Lead | None = None,
    ) -> None:
        """`lead` is how long the engine is taken to need for a beginning until something is known of it."""
        super().__init__(parent)
        self._now = now
        self._clock_ms = clock_ms
        self._moved_at_ms = clock_ms()
        self._opening = self._seeking = lead or Lead()
        self._learning: bool | None = None
        self._engine: Engine | None = None
        self._session: Session | None = None
        self._recording: RecordingId | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(FOLLOW_EVERY_MS)
        self._timer.timeout.connect(self.correct)

    @property
    def active(self) -> bool:
        """Whether an engine is being held."""
        return self._timer.isActive()

    def begin(self, engine: Engine, session: Session, recording: RecordingId) -> None:
        """Hold `engine`, which plays `recording`, to the video of `session`."""
        self._engine, self._session, self._recording = engine, session, recording
        if not self._timer.isActive():
            self._timer.start()

    def end(self) -> None:
        """Leave the engine to itself, at the rate it has."""
        self._engine = None
        self._timer.stop()

    def moved(self) -> None:
        """Note that the engine was told to seek or to open something just now: it is given time to get there."""
        self._moved_at_ms = self._clock_ms()
        self._learning = None

    def aim(self, live_ms: int, *, opening: bool = False) -> int:
        """Return where the engine is to be told to go, by a seek or an `opening`, to be where everyone is by then.

        Notes that it is told so just now.
        """
        self.moved()
        self._learning = opening
        return live_ms + (self._opening if opening else self._seeking).ms

    def correct(self) -> None:
        """Do at once what is to be done at this moment."""
        engine, session, recording = self._engine, self._session, self._recording
        if engine is None or session is None or recording is None or session.video_start is None:
            return
        reading = PlayerReading(
            recording=recording,
            position_ms=engine.position(),
            rate=engine.rate,
            moved_ms_ago=int(self._clock_ms() - self._moved_at_ms),
        )
        planned = plan(to_epoch_ms(self._now()), to_epoch_ms(session.video_start), session.items, reading)
        if isinstance(planned, On) and planned.item.recording == recording:
            self._learn(planned.position_ms - reading.position_ms, reading.moved_ms_ago)
            self._carry_out(engine, planned.correction)

    def _learn(self, behind_ms: int, moved_ms_ago: int) -> None:
        """Learn once from each beginning, when the engine can say where it is."""
        if self._learning is None or moved_ms_ago < SETTLING_MS:
            return
        if self._learning:
            self._opening = self._opening.learn(behind_ms)
        else:
            self._seeking = self._seeking.learn(behind_ms)
        self._learning = None

    def _carry_out(self, engine: Engine, correction: Correction) -> None:
        match correction:
            case Nudge(rate=rate):
                set_rate(engine, rate)
            case Seek(position_ms=position_ms) | Open(position_ms=position_ms):
                set_rate(engine, 1.0)
                engine.seek(self.aim(position_ms))
            case Keep():
                set_rate(engine, 1.0)


def set_rate(engine: Engine, rate: float) -> None:
    """Set the speed where it is another: told the same one again, libvlc stumbles and can be heard to."""
    if engine.rate != rate:
        engine.set_rate(rate)
