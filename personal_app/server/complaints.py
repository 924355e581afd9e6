"""What peers did that cost them their connection: a line of the log each, and not more lines than anybody reads.

Never an address, a token or anything that a peer said: who asks anonymously must not be found by what the log tells.
"""

import logging
from collections.abc import Callable

from personal_app.server.limits import Bucket, Rate

#: A flood of bad peers must not fill the disk with lines about itself.
LINES = Rate(1, 100)

_log = logging.getLogger(__name__)


class Complaints:
    """The log as far as bad peers are concerned; `now_s` gives seconds of a clock that never jumps."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._lines = Bucket(LINES, now_s())
        self._untold = 0

    def closed(self, code: int, why: str) -> None:
        """A live connection was closed with `code`."""
        self._tell(f"a live connection was closed with {code}: {why}")

    def cut(self, why: str) -> None:
        """A connection was ended without a word."""
        self._tell(f"a connection was cut: {why}")

    def _tell(self, line: str) -> None:
        if self._lines.take(self._now_s()):
            self._untold += 1
            return
        untold, self._untold = self._untold, 0
        _log.warning("%s%s", line, f" ({untold} more were not written down)" if untold else "")
