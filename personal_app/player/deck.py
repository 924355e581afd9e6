"""What both engines share: the states, the wishes uttered while loading, the playhead and the telling.

A `Deck` is an engine with the library left out. Each library's engine adds the few hooks at the end of the class and
sends reports (`player.reports`), from any thread; the deck turns them into states and signals. The module must never
import a decoding library.

    EMPTY ──load──> LOADING ──Started──> PLAYING <──pause, play──> PAUSED
                       │                    ├──Waiting──> BUFFERING
                       └──> FAILED          └──ReachedEnd──> ENDED, or FAILED where much of the recording is missing
"""

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtWidgets import QWidget

from personal_app.player import failures
from personal_app.player.clock import monotonic_ms as monotonic_ms
from personal_app.player.containers import Container, inspect
from personal_app.player.engine import (
    FASTEST,
    SLOWEST,
    Engine,
    EngineSignals,
    Failure,
    MediaKind,
    Milliseconds,
    PlayerState,
    Rate,
    Snapshot,
    Stream,
)
from personal_app.player.playhead import Playhead
from personal_app.player.reports import (
    Broke,
    Inspected,
    Opening,
    Played,
    ReachedEnd,
    Released,
    Report,
    Shown,
    SnapshotDone,
    Started,
    Waiting,
)
from personal_app.player.telling import Post, ticking
from personal_app.player.worker import Worker

TICK_MS = 100
START_DEADLINE_MS = 10_000
#: A stream may have to fetch its index from its end over a thin line before it begins. Why nothing comes is told by
#: whoever fetches it.
STREAM_DEADLINE_MS = 600_000
#: Without a word from the library for so long, a stream that plays waits for what is not here yet: libvlc says nothing
#: of that, and its reports are at most a second apart.
SILENCE_MS = 1_300
#: libvlc refills its buffer for some milliseconds after each seek; only a longer wait is worth telling.
WAITING_GRACE_MS = 300
#: How far from the known duration an end may be. libvlc ends up to 1.1 s early where no sound device drains its
#: buffers, and containers round; a file cut short is off by more.
END_TOLERANCE_MS = 2_500


_WITH_PICTURE = frozenset({PlayerState.PLAYING, PlayerState.BUFFERING, PlayerState.PAUSED})


class _Media(msgspec.Struct, frozen=True):
    source: Path | Stream
    kind: MediaKind
    duration_ms: int

    @property
    def name(self) -> Path:
        """What people are told that it is called."""
        return Path(self.source.name)

    @property
    def is_stream(self) -> bool:
        """Whether it comes while it plays."""
        return isinstance(self.source, Stream)


class Deck(Engine):
    """An engine but for the library; see the module's first lines."""

    def __init__(
        self,
        name: str,
        surface: QWidget,
        *,
        clock: Callable[[], float] = monotonic_ms,
        start_deadline_ms: int = START_DEADLINE_MS,
    ) -> None:
        self.signals = EngineSignals()
        self._name = name
        self._surface = surface
        self._clock = clock
        self._state = PlayerState.EMPTY
        self._failure: Failure | None = None
        self._media: _Media | None = None
        self._playhead = Playhead()
        self._rate = Rate(1.0)
        self._number = 0
        self._opened: Opening | None = None
        self._wishes_pause = False
        self._percent = 0
        self._closed = False
        self._trusted_port = 0
        self._start_deadline_ms = start_deadline_ms
        # When the library last spoke of where a stream is, and where it sought since.
        self._heard_ms = 0.0
        self._heard_media_ms = 0.0
        self._sought = False
        self._worker = Worker(f"player {name}")
        self._post = Post(self._take)
        self._ticks = ticking(TICK_MS, self._tick, repeats=True)
        self._deadline = ticking(start_deadline_ms, self._give_up_starting)
        self._grace = ticking(WAITING_GRACE_MS, self._start_buffering)

    @property
    def name(self) -> str:
        return self._name

    @property
    def surface(self) -> QWidget:
        return self._surface

    @property
    def state(self) -> PlayerState:
        return self._state

    @property
    def failure(self) -> Failure | None:
        return self._failure

    @property
    def duration_ms(self) -> Milliseconds:
        return Milliseconds(self._media.duration_ms if self._media else 0)

    @property
    def rate(self) -> Rate:
        return self._rate

    def position(self) -> Milliseconds:
        return Milliseconds(self._playhead.position_ms(self._clock()))

    def trust_port(self, port: int) -> None:
        self._trusted_port = port

    def load(
        self, source: Path | Stream, kind: MediaKind, duration_ms: int, *, start_ms: int = 0, paused: bool = False
    ) -> None:
        if duration_ms < 1:
            raise ValueError(f"a recording lasts at least 1 ms, not {duration_ms}")
        if self._closed:
            return
        self._media = _Media(source, kind, duration_ms)
        self._open(start_ms, paused)

    def play(self) -> None:
        self._wishes_pause = False
        if self._state is PlayerState.PAUSED:
            self._go_on()
        elif self._state is PlayerState.ENDED:
            self._open(0, paused=False)
        elif self._state is PlayerState.FAILED:
            self._open(self.position(), paused=False)

    def pause(self) -> None:
        self._wishes_pause = True
        if self._state in (PlayerState.PLAYING, PlayerState.BUFFERING):
            self._hold()

    def stop(self) -> None:
        self._number += 1
        self._media = None
        self._let_go()
        self._playhead = Playhead()
        self._enter(PlayerState.EMPTY)

    def seek(self, position_ms: int) -> None:
        if self._media is None or self._state is PlayerState.FAILED:
            return
        wished_ms = min(max(0, position_ms), self._media.duration_ms)
        if self._state is PlayerState.ENDED:
            self._open(wished_ms, paused=True)
        else:
            self._playhead.jump(wished_ms, self._clock())
            if self._media.is_stream and self._state is PlayerState.BUFFERING:
                # The library waits for bytes that nobody wants any more.
                self._open(wished_ms, self._wishes_pause)
            elif self._state is not PlayerState.LOADING:
                self._sought = self._media.is_stream
                self._heard_ms, self._heard_media_ms = self._clock(), float(wished_ms)
                self._seek_media(wished_ms)
        self._tell_position()

    def set_rate(self, rate: float) -> None:
        if not SLOWEST <= rate <= FASTEST:
            raise ValueError(f"the speed must be between {SLOWEST} and {FASTEST}, not {rate}")
        self._rate = Rate(rate)
        self._playhead.set_rate(rate, self._clock())
        if not self._closed:
            self._apply_rate()

    def take_snapshot(self, path: Path) -> None:
        if self._state in _WITH_PICTURE and self._media is not None and self._media.kind is MediaKind.VIDEO:
            self._snap(path)
        else:
            self._tell(self.signals.snapshot_taken, Snapshot(path, failures.no_snapshot()))

    def close(self) -> None:
        if self._closed:
            return
        self.stop()
        self._closed = True
        self._release()
        self._worker.close()

    def wait_closed(self, timeout_s: float) -> bool:
        return self._closed and self._worker.join(timeout_s)

    # What becomes of a load.

    def _open(self, start_ms: int, paused: bool) -> None:
        assert self._media is not None
        self._number += 1
        self._let_go()
        self._playhead = Playhead(self._media.duration_ms)
        self._playhead.set_rate(self._rate, self._clock())
        self._playhead.jump(start_ms, self._clock())
        self._wishes_pause = paused
        self._enter(PlayerState.LOADING)
        self._deadline.start(STREAM_DEADLINE_MS if self._media.is_stream else self._start_deadline_ms)
        number, source = self._number, self._media.source
        if isinstance(source, Stream) and source.port != self._trusted_port:
            self._report(number, Inspected(failures.not_ours(self._media.name)))
            return
        self._worker.post(lambda: self._report(number, Inspected(inspect(source))))

    def _on_inspected(self, result: Container | Failure) -> None:
        if isinstance(result, Failure):
            self._fail(result)
            return
        assert self._media is not None
        self._opened = Opening(
            self._number, self._media.source, self._media.kind, result, self.position(), self._wishes_pause
        )
        self._open_media(self._opened)

    def _on_started(self, has_picture: bool) -> None:
        if self._state is not PlayerState.LOADING or self._opened is None or self._media is None:
            return
        self._deadline.stop()
        if self._media.kind is MediaKind.VIDEO and not has_picture:
            self._tell(self.signals.noticed, failures.no_picture(self._media.name))
        if self.position() != self._opened.start_ms:
            self._seek_media(self.position())
        self._enter(PlayerState.PAUSED if self._wishes_pause else PlayerState.PLAYING)
        if self._wishes_pause != self._opened.paused:
            (self._hold_media if self._wishes_pause else self._resume_media)()
        if not self._wishes_pause:
            self._run_on()

    def _give_up_starting(self) -> None:
        self._fail(failures.no_start(self._media.name if self._media else Path()))

    def _fail(self, failure: Failure) -> None:
        self._playhead.hold(self._clock())
        self._number += 1
        self._let_go()
        self._failure = failure
        self._enter(PlayerState.FAILED)
        self._tell(self.signals.failed, failure)

    def _let_go(self) -> None:
        for timer in (self._ticks, self._deadline, self._grace):
            timer.stop()
        self._failure = None
        self._sought = False
        if self._opened is not None:
            self._opened = None
            self._close_media()

    # What becomes of playing.

    def _go_on(self) -> None:
        self._resume_media()
        self._run_on()
        self._enter(PlayerState.PLAYING)

    def _run_on(self) -> None:
        now_ms = self._clock()
        self._heard_ms, self._heard_media_ms = now_ms, float(self._playhead.position_ms(now_ms))
        self._playhead.run(now_ms)
        self._ticks.start()

    def _hold(self) -> None:
        self._hold_media()
        self._playhead.hold(self._clock())
        self._ticks.stop()
        self._grace.stop()
        self._enter(PlayerState.PAUSED)

    def _on_waiting(self, waiting: bool, percent: int = 0) -> None:
        if waiting and percent != self._percent:
            self._percent = percent
            if self._state is PlayerState.BUFFERING:
                self._tell(self.signals.buffering, percent)
        if not waiting:
            self._grace.stop()
            if self._state is PlayerState.BUFFERING:
                self._playhead.run(self._clock())
                self._enter(PlayerState.PLAYING)
        elif self._state is PlayerState.PLAYING and not self._grace.isActive():
            self._grace.start()

    def _start_buffering(self) -> None:
        if self._sought:
            # The library still waits for bytes from where it was and would seek when they come: begin anew there.
            self._open(self.position(), self._wishes_pause)
            return
        self._playhead.hold(self._clock())
        self._enter(PlayerState.BUFFERING)
        self._tell(self.signals.buffering, self._percent)

    def _look_for_silence(self) -> None:
        """Notice that a stream has nothing to play, and go back to where the picture stands still."""
        if self._media is None or not self._media.is_stream or self._state is not PlayerState.PLAYING:
            return
        if self._clock() - self._heard_ms >= SILENCE_MS:
            if not self._sought:
                self._playhead.jump(round(self._heard_media_ms), self._clock())
            self._percent = 0
            self._start_buffering()

    def _on_played(self, played: Played) -> None:
        if self._sought and abs(played.media_ms - self._heard_media_ms) < 1:
            # libvlc repeats the wish before it has done anything about it.
            return
        self._sought = False
        self._heard_ms, self._heard_media_ms = played.at_ms, played.media_ms
        self._on_waiting(False)
        self._playhead.report(played.media_ms, played.at_ms)

    def _on_end(self) -> None:
        assert self._media is not None
        missing_ms = self._media.duration_ms - self.position()
        if missing_ms > END_TOLERANCE_MS * max(1.0, self._rate):
            self._fail(failures.ended_early(self._media.name, self.position(), self._media.duration_ms))
            return
        self._ticks.stop()
        self._grace.stop()
        self._playhead.hold(self._clock())
        self._playhead.jump(self._media.duration_ms, self._clock())
        self._enter(PlayerState.ENDED)
        self._tell_position()
        self._tell(self.signals.ended)

    def _on_broke(self) -> None:
        assert self._media is not None
        path, duration_ms = self._media.name, self._media.duration_ms
        begun = self._state is not PlayerState.LOADING
        # What played until here shows that the file was whole up to here.
        self._fail(failures.ended_early(path, self.position(), duration_ms) if begun else failures.damaged(path))

    # Reports in, signals out.

    def _report(self, number: int, report: Report) -> None:
        """Send a report from any thread; it is taken on the UI thread, unless its opening is no longer the present."""
        self._post.report(number, report)

    def _take(self, number: int, report: Report) -> None:
        if isinstance(report, Released):
            self.signals.closed.emit()
            return
        if isinstance(report, SnapshotDone):
            self._tell(self.signals.snapshot_taken, report.snapshot)
            return
        if number != self._number:
            return
        match report:
            case Inspected(result):
                self._on_inspected(result)
            case Started(has_picture):
                self._on_started(has_picture)
            case Shown():
                self._tell(self.signals.first_frame)
            case Played():
                self._on_played(report)
            case Waiting(waiting, percent):
                self._on_waiting(waiting, percent)
            case ReachedEnd():
                self._on_end()
            case Broke():
                self._on_broke()
            case _:
                self._take_more(report)

    def _take_more(self, report: Report) -> None:
        """Take what only some decks know of."""

    def _enter(self, state: PlayerState) -> None:
        if state is not self._state:
            self._state = state
            self._tell(self.signals.state_changed, state)

    def _tick(self) -> None:
        self._look_for_silence()
        self._tell_position()

    def _tell_position(self) -> None:
        self._tell(self.signals.position_changed, self.position())

    def _tell(self, signal: object, *values: object) -> None:
        self._post.tell(signal, *values)

    # What each library does in its own way. All are called on the UI thread and must not wait.

    @abstractmethod
    def _open_media(self, opening: Opening) -> None:
        """Open; report Started (and Shown), or Broke."""

    @abstractmethod
    def _close_media(self) -> None:
        """Let go of what is open."""

    @abstractmethod
    def _resume_media(self) -> None:
        """Play on."""

    @abstractmethod
    def _hold_media(self) -> None:
        """Hold."""

    @abstractmethod
    def _seek_media(self, position_ms: int) -> None:
        """Go there, playing or held as before."""

    @abstractmethod
    def _apply_rate(self) -> None:
        """Take over `rate`."""

    @abstractmethod
    def _snap(self, path: Path) -> None:
        """Write the present picture to `path` and report SnapshotDone."""

    @abstractmethod
    def _release(self) -> None:
        """Release everything and report Released."""
