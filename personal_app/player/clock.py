"""The clock that positions run on between two reports of a library."""

import time


def monotonic_ms() -> float:
    """Return milliseconds of the machine's clock that never jumps."""
    return time.monotonic() * 1000.0
