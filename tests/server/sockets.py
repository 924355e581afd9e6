"""Descriptors that are no files: what is written to one goes to the listener that has it, as a socket would take it."""

from array import array
from typing import Protocol

from personal_app.server.broadcast import Left


class Owner(Protocol):
    """Who has a descriptor."""

    def take(self, frame: bytes) -> int:
        """Take in as much of a frame as there is room for, and return how many bytes that is."""


class Sockets:
    """Stands for the kernel in place of `broadcast.write_to_all`."""

    def __init__(self) -> None:
        self._owners: list[Owner] = []

    def plug(self, owner: Owner) -> int:
        """Return a descriptor for a listener."""
        self._owners.append(owner)
        return len(self._owners) - 1

    def send(self, descriptors: "array[int]", frame: bytes) -> Left:
        """Write `frame` to each; return which of them did not take all of it, and how many bytes they took."""
        taken = [self._owners[descriptor].take(frame) for descriptor in descriptors]
        return [(place, size) for place, size in enumerate(taken) if size != len(frame)]
