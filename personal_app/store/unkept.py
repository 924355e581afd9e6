"""What the disk refused of a person's own things: tried again until it is kept, and told once while that lasts.

Of one thing only what was wanted last is tried. It belongs to the store's thread, and must never wait for anything, nor
import SQLAlchemy.
"""

from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any

from personal_app.conference.errors import EnvironmentTrouble

if TYPE_CHECKING:
    from personal_app.store.cache import Cache

#: What is kept, by its kind and name; and the job that keeps it.
Key = tuple[str, str]
Job = Callable[["Cache"], Any]

#: So long after a refusal (s) it is tried again, twice as long after the next one, and so on up to the last.
FIRST_WAIT_S, LONGEST_WAIT_S = 5.0, 160.0
#: After so long without a refusal (s) the next one is the first again.
CALM_S = 600.0


class Behind(EnvironmentTrouble):
    """A frame could not be kept, so that the next ones are not either: the connection is to be made anew."""


class Unkept:
    """`tell` is called with the sentence of the first refusal, and with nothing when everything is kept."""

    def __init__(self, tell: Callable[[str], None], now_s: Callable[[], float] = monotonic) -> None:
        self._tell = tell
        self._now_s = now_s
        self._jobs: dict[Key, Job] = {}
        self._pause_s = FIRST_WAIT_S
        self._refused_s = -CALM_S
        self._due_s = 0.0

    @property
    def wait_s(self) -> float | None:
        """How long until there is something to try again; None where there is nothing."""
        return max(0.0, self._due_s - self._now_s()) if self._jobs else None

    def refused(self, key: Key, job: Job, trouble: EnvironmentTrouble) -> None:
        """Take in that the disk refused a job."""
        now_s = self._now_s()
        if not self._jobs:
            self._pause_s = FIRST_WAIT_S if now_s - self._refused_s > CALM_S else self._longer()
            self._due_s = now_s + self._pause_s
            self._tell(str(trouble))
        self._jobs[key] = job
        self._refused_s = now_s

    def kept(self, key: Key) -> None:
        """Take in that a thing is kept as it was wanted last."""
        if self._jobs.pop(key, None) is not None and not self._jobs:
            self._tell("")

    def try_again(self, cache: "Cache") -> None:
        """Try each once more; the first that is refused ends it, for the others would be too."""
        for key, job in tuple(self._jobs.items()):
            try:
                job(cache)
            except EnvironmentTrouble:
                break
            except Exception:
                # A fault of ours is not mended by trying.
                self.kept(key)
                raise
            self.kept(key)
        self._pause_s = self._longer()
        self._due_s = self._now_s() + self._pause_s

    def _longer(self) -> float:
        return min(LONGEST_WAIT_S, 2 * self._pause_s)
