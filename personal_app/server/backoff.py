"""How long to leave a database alone that could not be reached: twice as long each time, up to a bound.

The caller hands in seconds of a clock that never jumps. This module must never wait itself.
"""

SHORTEST_S, LONGEST_S = 0.1, 2.0


class Backoff:
    """The pauses between attempts; the first attempt after a success comes at once."""

    def __init__(self) -> None:
        self._pause_s = 0.0
        self._until = float("-inf")

    @property
    def troubled(self) -> bool:
        """True from a failure to the next success."""
        return self._pause_s > 0

    @property
    def first(self) -> bool:
        """True after the first failure of several."""
        return self._pause_s == SHORTEST_S

    def failed(self, now_s: float) -> None:
        """An attempt failed."""
        self._pause_s = min(LONGEST_S, self._pause_s * 2) or SHORTEST_S
        self._until = now_s + self._pause_s

    def succeeded(self) -> None:
        """An attempt went well."""
        self._pause_s, self._until = 0.0, float("-inf")

    def left_s(self, now_s: float) -> float:
        """Return how long it is until the next attempt, 0 where it is due."""
        return max(0.0, self._until - now_s)
