"""What the server refused for good, kept with the person's own words until they put it away.

A refusal may come while nobody looks, or in the last second before the window closes: what the cache kept of it is
taken in at the next start. Must never touch the cache itself.
"""

from collections.abc import Callable, Iterable

import msgspec
from PySide6.QtCore import QObject, Signal

from personal_app.conference.commands import Announce, Ask, Edit, MakePoll, WriteAnswer
from personal_app.conference.ids import CommandId, Revision
from personal_app.conference.messages import Command

#: Moves that carry a person's own words. Of the others nothing is lost: what is, is to be seen.
_WITH_WORDS = (Ask, Edit, WriteAnswer, Announce, MakePoll)


class Receipt(msgspec.Struct, frozen=True):
    """What became of a move that was refused: the move, why, and whether it is over (`final`) or tried again.

    `moves` are the revisions of the moves that are to be undone first, newest first, where that is why.
    """

    command: Command
    detail: str
    final: bool
    moves: tuple[Revision, ...] = ()


class ReceiptService(QObject):
    """Holds the final refusals that nobody has put away, oldest first."""

    #: Receipt: one that the cache kept from an earlier run was found; new ones are told by `QuestionService.refused`.
    found = Signal(object)

    def __init__(self, forget: Callable[[CommandId], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._forget = forget
        self._kept: dict[CommandId, Receipt] = {}

    @property
    def kept(self) -> tuple[Receipt, ...]:
        """The refusals, oldest first."""
        return tuple(self._kept.values())

    def take(self, receipt: Receipt) -> None:
        """Take in a refusal of just now; one that is tried again is none to keep, nor is one without words."""
        id_ = CommandId(receipt.command.id)
        if receipt.final and isinstance(receipt.command.do, _WITH_WORDS):
            self._kept[id_] = receipt
        elif receipt.final:
            self._forget(id_)

    def take_kept(self, receipts: Iterable[Receipt]) -> None:
        """Take in what the cache kept from before, oldest first."""
        new = [receipt for receipt in receipts if CommandId(receipt.command.id) not in self._kept]
        later, self._kept = self._kept, {}
        for receipt in new:
            self.take(receipt)
        found = self.kept
        self._kept |= later
        for receipt in found:
            self.found.emit(receipt)

    def put_away(self, receipt: Receipt) -> None:
        """Forget a refusal, here and in the cache, for the person has seen it."""
        id_ = CommandId(receipt.command.id)
        if self._kept.pop(id_, None) is not None:
            self._forget(id_)
