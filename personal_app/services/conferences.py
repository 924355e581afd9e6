"""The conferences of this person on this computer: each has a profile of its own, and a window of its own.

Must never read a folder or start a process itself.
"""

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Signal


class KnownConference(msgspec.Struct, frozen=True, kw_only=True):
    """A conference with a profile here: `key` names it to the service, `here` is true of the one in this window."""

    key: str
    title: str = ""
    address: str = ""
    name: str = ""
    here: bool = False


class ConferenceWays(msgspec.Struct, frozen=True):
    """What can be asked of whoever keeps profiles: to look which there are, to open one, to make room for another.

    The second argument of `open` and the one of `add` say whether this window is to be left for it.
    """

    look: Callable[[], None]
    open: Callable[[str, bool], None]
    add: Callable[[bool], None]


class ConferenceService(QObject):
    """Holds which conferences there are, as far as was looked."""

    changed = Signal()
    #: A sentence: why one could not be opened.
    failed = Signal(str)

    def __init__(self, ways: ConferenceWays, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ways = ways
        self._known: tuple[KnownConference, ...] = ()

    @property
    def known(self) -> tuple[KnownConference, ...]:
        """The conferences, that of this window first."""
        return self._known

    def look(self) -> None:
        """Look which there are; `changed` follows where they are others."""
        self._ways.look()

    def open(self, key: str, *, leave: bool = False) -> None:
        """Open one in a window of its own, or bring the window forward that it is open in; `failed` may follow."""
        self._ways.open(key, leave)

    def add(self, *, leave: bool = False) -> None:
        """Open a window in which another conference can be joined; `failed` may follow."""
        self._ways.add(leave)

    def take(self, known: tuple[KnownConference, ...]) -> None:
        """Take in which there are."""
        ordered = tuple(sorted(known, key=lambda each: not each.here))
        if ordered != self._known:
            self._known = ordered
            self.changed.emit()

    def take_failure(self, sentence: str) -> None:
        """Take in why one could not be opened."""
        self.failed.emit(sentence)
