"""One frame to many sockets in one go.

What Python does between two sends is paid for twice: the sends come back to caches that it has emptied. Here nothing
of a listener is looked at but its descriptor, and those lie side by side. This module must never know who listens.
"""

from array import array
from itertools import repeat
from os import write as _write

#: The places in `descriptors` that did not take the whole frame, and how many bytes they took.
Left = list[tuple[int, int]]


def write_to_all(descriptors: "array[int]", frame: bytes) -> Left:
    """Write `frame` to each non-blocking socket; return which of them did not take all of it.

    One that is full or broken has taken nothing, and says what it has to say to who tries the rest.
    """
    left: Left = []
    size, place = len(frame), 0
    writes = map(_write, descriptors, repeat(frame))
    while place < len(descriptors):
        try:
            for taken in writes:
                if taken != size:
                    left.append((place, taken))
                place += 1
        except OSError:
            left.append((place, 0))
            place += 1
    return left
