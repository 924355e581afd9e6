"""Where a recording is between two reports of the library: media time and a clock that never jumps.

libvlc says where it is every 250 to 500 ms only, Qt at every picture. The playhead runs on from the last report at the
set rate. It is pure: every function takes the instant in milliseconds, and the module must never ask for the time or
import Qt.
"""

#: A report this far off is a jump of the picture itself and is followed; a smaller step back is waited out.
_JUMP_MS = 1_000.0
#: After a seek, reports of the time before are still on their way for this long.
_SETTLING_MS = 700.0
#: While settling, a report further than this from the wished position is one of those.
_STALE_MS = 500.0
#: Without a report for this long the library has stalled, and running on would be a guess. libvlc's reports are at most
#: a second apart.
_RUN_ON_MS = 3_000.0


class Playhead:
    """A position in [0, duration_ms] that runs while playing. Instants are monotonic milliseconds."""

    def __init__(self, duration_ms: int = 0) -> None:
        self._duration_ms = duration_ms
        self._media_ms = 0.0
        self._at_ms = 0.0
        self._rate = 1.0
        self._running = False
        self._shown_ms = 0.0
        self._settled_at_ms = 0.0

    def position_ms(self, now_ms: float) -> int:
        """Return the position at `now_ms`; while running it never goes back but after `jump`."""
        self._shown_ms = max(self._shown_ms, self._predicted(now_ms))
        return int(self._shown_ms)

    def jump(self, position_ms: int, now_ms: float) -> None:
        """Set the position, as a seek or a load does; reports of the time before it are then told apart."""
        self._anchor(position_ms, now_ms)
        self._shown_ms = self._media_ms
        self._settled_at_ms = now_ms + _SETTLING_MS

    def run(self, now_ms: float) -> None:
        """Let time pass from `now_ms` on."""
        if not self._running:
            self._anchor(self._shown_ms, now_ms)
            self._running = True

    def hold(self, now_ms: float) -> None:
        """Stand still from `now_ms` on."""
        self._anchor(self.position_ms(now_ms), now_ms)
        self._running = False

    def set_rate(self, rate: float, now_ms: float) -> None:
        """Run at `rate` from `now_ms` on."""
        self._anchor(self._predicted(now_ms), now_ms)
        self._rate = rate

    def report(self, media_ms: float, at_ms: float) -> bool:
        """Take in that the library was at `media_ms` at the instant `at_ms`; return False for a report left aside."""
        error_ms = media_ms - self._predicted(at_ms)
        if not self._running or at_ms < self._at_ms:
            return False
        if at_ms < self._settled_at_ms and abs(error_ms) > _STALE_MS:
            return False
        self._anchor(media_ms, at_ms)
        if error_ms < -_JUMP_MS:
            self._shown_ms = self._media_ms
        return True

    def _predicted(self, now_ms: float) -> float:
        passed_ms = min(max(0.0, now_ms - self._at_ms), _RUN_ON_MS) * self._rate if self._running else 0.0
        return min(self._media_ms + passed_ms, float(self._duration_ms))

    def _anchor(self, media_ms: float, at_ms: float) -> None:
        self._media_ms = min(max(0.0, float(media_ms)), float(self._duration_ms))
        self._at_ms = at_ms
