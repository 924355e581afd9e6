"""Which recordings are to be brought here, and what stands in the way of each.

What a person asked to keep is remembered across restarts; what was only to be watched is not. Must never bring anything
itself, nor read files or the network.
"""

import logging
from collections.abc import Callable, Iterator, Mapping

import msgspec

from personal_app.conference.ids import RecordingId
from personal_app.conference.saving import Order, to_run
from personal_app.services.recording_kind import RecordingKind

_log = logging.getLogger(__name__)

#: The setting that holds what is to be saved.
_SETTING = "saving"
_NOT_OPEN = "It comes when its talk opens."


class RecordingOrders:
    """Orders in the sequence they were given; what changes is given to `keep_setting` (key, value)."""

    def __init__(self, keep_setting: Callable[[str, str], object]) -> None:
        self._keep_setting = keep_setting
        self._written = ""
        self._orders: dict[RecordingId, Order] = {}
        self._failed: dict[RecordingId, str] = {}
        #: Why nothing at all can be brought, in a sentence.
        self.halted = ""

    def __iter__(self) -> Iterator[Order]:
        return iter(tuple(self._orders.values()))

    def take(self, settings: Mapping[str, str]) -> None:
        """Take in what was to be saved when the program last ran."""
        self._written = settings.get(_SETTING, "")
        self._orders = {order.recording: order for order in _read(self._written)}

    def get(self, recording: RecordingId) -> Order | None:
        """Return the order for a recording."""
        return self._orders.get(recording)

    def put(self, order: Order, failure: str = "") -> None:
        """Take an order, in its former place where there was one; `failure` says why it cannot be carried out yet."""
        self.halted = ""
        self._failed.pop(order.recording, None)
        self._orders[order.recording] = order
        if failure:
            self._failed[order.recording] = failure
        self.keep()

    def pause(self, recording: RecordingId) -> bool:
        """Leave an order for later; tell whether there was one."""
        order = self._orders.get(recording)
        if order is not None:
            self._orders[recording] = msgspec.structs.replace(order, paused=True)
            self.keep()
        return order is not None

    def drop(self, recording: RecordingId) -> Order | None:
        """Forget an order and return it; what was noted for the next start changes with `keep`."""
        self._failed.pop(recording, None)
        return self._orders.pop(recording, None)

    def fail(self, recording: RecordingId, sentence: str) -> bool:
        """Note why an order could not be carried out. Tell whether it stays: one for watching is forgotten instead."""
        order = self._orders.get(recording)
        if order is None or not order.by_hand:
            self.drop(recording)
            return False
        self._failed[recording] = sentence
        return True

    def forgive(self) -> None:
        """Try again what failed."""
        self._failed.clear()

    def to_run(self, watched: RecordingId | None, is_open: Callable[[RecordingId], bool]) -> tuple[RecordingId, ...]:
        """Return which are to be on their way now."""
        if self.halted:
            return ()
        ready = [each for each in self if each.recording not in self._failed and is_open(each.recording)]
        return to_run(ready, watched)

    def standing(self, order: Order, is_open: bool) -> tuple[RecordingKind, str]:
        """Return how an order stands that is not on its way, and what to say of it."""
        if (sentence := self._failed.get(order.recording)) is not None:
            return RecordingKind.FAILED, sentence
        if order.paused or self.halted:
            return RecordingKind.PAUSED, self.halted
        return RecordingKind.WAITING, "" if is_open else _NOT_OPEN

    def keep(self) -> None:
        """Remember for the next start what a person asked to keep."""
        written = msgspec.json.encode([order for order in self._orders.values() if order.by_hand]).decode()
        if written != self._written:
            self._written = written
            self._keep_setting(_SETTING, written)


def _read(kept: str) -> tuple[Order, ...]:
    try:
        return msgspec.json.decode(kept, type=tuple[Order, ...]) if kept else ()
    except msgspec.DecodeError as fault:
        _log.warning("what was to be saved cannot be read and is forgotten: %s", fault)
        return ()
