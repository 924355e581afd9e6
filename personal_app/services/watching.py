"""Which part of each talk the person has watched, and where to go on; written down while it plays.

It listens to the player and never moves it. Must never touch the disk itself.
"""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

from personal_app.conference.ids import TalkId
from personal_app.conference.watching import NOTHING, Watched, united, with_span
from personal_app.player.clock import monotonic_ms
from personal_app.services.playback import PlaybackService, PlayPhase

#: What a kill may cost.
KEEP_EVERY_MS = 4_000
#: A report may come late and the player's clock may jump a little: beyond this it was a seek.
_SLACK_MS = 1_500
#: Who has played so much elsewhere does not want to go on where they were any more.
_OFFER_MS = 60_000


class WatchingService(QObject):
    """`changed` (a TalkId) tells of another part that was watched, `offer_changed` that there is a place to go on."""

    changed = Signal(str)
    offer_changed = Signal()

    def __init__(
        self,
        playback: PlaybackService,
        keep: Callable[[TalkId, Watched], None],
        parent: QObject | None = None,
        *,
        clock_ms: Callable[[], float] = monotonic_ms,
    ) -> None:
        super().__init__(parent)
        self._playback = playback
        self._keep = keep
        self._clock_ms = clock_ms
        self._watched: dict[TalkId, Watched] = {}
        self._talk: TalkId | None = None
        self._from_ms: int | None = None
        self._at_ms = self._duration_ms = 0
        self._told_ms = 0.0
        self._unkept = False
        self._offer_ms: int | None = None
        self._played_ms = 0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(KEEP_EVERY_MS)
        self._timer.timeout.connect(self.flush)
        playback.changed.connect(self._on_changed)
        playback.moved.connect(self._on_moved)

    @property
    def offer_ms(self) -> int | None:
        """Where the open talk can be gone on with: as it was left, while it runs for nobody else; None for nowhere."""
        return self._offer_ms if self._playback.state.live_ms is None else None

    def watched(self, talk: TalkId) -> Watched:
        """Return what was watched of a talk."""
        return self._watched.get(talk, NOTHING)

    def shares(self) -> dict[TalkId, float]:
        """Return for each talk which share of its recording was watched, 0 to 1."""
        return {talk: watched.share for talk, watched in self._watched.items()}

    def resume(self) -> None:
        """Go on where the open talk was left."""
        if (offer := self.offer_ms) is not None:
            self._drop_offer()
            self._playback.seek(offer)
            self._playback.play()

    def forget_offer(self) -> None:
        """Watch from where it is: the place where it was left is not offered any more."""
        self._drop_offer()

    def flush(self) -> None:
        """Write down at once what has not been."""
        self._close_span()
        if self._unkept and self._talk is not None:
            self._unkept = False
            self._keep(self._talk, self._watched[self._talk])

    def take(self, watched: Mapping[TalkId, Watched]) -> None:
        """Take in what was kept; what was watched meanwhile is added to it."""
        before = self._watched
        both = {talk: united(watched[talk], before[talk]) for talk in watched.keys() & before.keys()}
        self._watched = {**watched, **before, **both}
        for talk in watched:
            self.changed.emit(talk)
        if self._talk is not None and self._talk not in before:
            self._make_offer()

    def _on_changed(self) -> None:
        state = self._playback.state
        if state.talk != self._talk:
            self.flush()
            self._talk = state.talk
            self._from_ms = None
            self._make_offer()
        if state.phase is PlayPhase.ENDED and self._from_ms is not None:
            # The last report comes some moments before the end.
            self._advance(max(self._at_ms, state.position_ms))
        if state.phase is not PlayPhase.PLAYING:
            self.flush()
            self._from_ms = None

    def _on_moved(self, position_ms: int) -> None:
        state = self._playback.state
        if state.phase is not PlayPhase.PLAYING or self._talk != state.talk or self._talk is None:
            return
        now = self._clock_ms()
        passed_ms = (now - self._told_ms) * max(1.0, state.rate)
        self._told_ms = now
        if self._from_ms is None:
            self._begin_span(position_ms, state.duration_ms)
        elif 0 <= position_ms - self._at_ms <= passed_ms + _SLACK_MS:
            self._advance(position_ms)
        else:
            # Who goes somewhere else by themselves needs no way back any more.
            self._close_span()
            self._drop_offer()
            self._begin_span(position_ms, state.duration_ms)
        if not self._timer.isActive():
            self._timer.start()

    def _begin_span(self, position_ms: int, duration_ms: int) -> None:
        self._from_ms = self._at_ms = position_ms
        self._duration_ms = duration_ms

    def _advance(self, position_ms: int) -> None:
        self._played_ms += position_ms - self._at_ms
        self._at_ms = position_ms
        if self._offer_ms is not None and self._played_ms > _OFFER_MS:
            self._drop_offer()

    def _close_span(self) -> None:
        """Take in what was watched since the last time; where the person is offered a way back, it stays that place."""
        if self._talk is None or self._from_ms is None or self._at_ms <= self._from_ms:
            return
        before = self.watched(self._talk)
        found = with_span(before, self._from_ms, self._at_ms, self._duration_ms)
        if self._offer_ms is not None:
            found = Watched(found.spans, before.last_ms, found.duration_ms)
        self._from_ms = self._at_ms
        if found != before:
            self._watched[self._talk] = found
            self._unkept = True
            self.changed.emit(self._talk)

    def _make_offer(self) -> None:
        self._played_ms = 0
        wanted = self.watched(self._talk).resume_ms if self._talk is not None else None
        if wanted != self._offer_ms:
            self._offer_ms = wanted
            self.offer_changed.emit()

    def _drop_offer(self) -> None:
        if self._offer_ms is not None:
            self._offer_ms = None
            self.offer_changed.emit()
