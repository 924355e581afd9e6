"""What a person looks for and what was found, as the screens see it. Must never look anything up itself."""

from collections.abc import Callable, Sequence

import msgspec
from PySide6.QtCore import QObject, Signal

from personal_app.conference.finding import Hit, HitKind, Term, terms_of

_ORDER = {kind: place for place, kind in enumerate(HitKind)}


class SearchState(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot. `hits` are in the order of their kinds and, of one kind, the best first.

    While the hits for `text` are on their way (`waiting`) those of the text before stay, so that nothing flickers.
    `asked` tells that the text says enough to look for something.
    """

    text: str = ""
    hits: tuple[Hit, ...] = ()
    asked: bool = False
    waiting: bool = False


class SearchService(QObject):
    """Holds the last query and what was found."""

    changed = Signal()

    def __init__(self, find: Callable[[int, tuple[Term, ...]], None], parent: QObject | None = None) -> None:
        """`find` looks the terms up; what it finds comes to `take` with the same number."""
        super().__init__(parent)
        self._find = find
        self._number = 0
        self._state = SearchState()

    @property
    def state(self) -> SearchState:
        """The present snapshot."""
        return self._state

    def look_for(self, text: str) -> None:
        """Look for what somebody has typed so far."""
        if text == self._state.text:
            return
        terms = terms_of(text)
        self._number += 1
        hits = self._state.hits if terms else ()
        self._state = SearchState(text=text, hits=hits, asked=bool(terms), waiting=bool(terms))
        self.changed.emit()
        if terms:
            self._find(self._number, terms)

    def look_again(self) -> None:
        """Look for the same once more: there may be more to find by now."""
        text, self._state = self._state.text, msgspec.structs.replace(self._state, text="")
        self.look_for(text)

    def take(self, number: int, hits: Sequence[Hit]) -> None:
        """Take in what was found; what was found for an earlier text is passed over."""
        if number != self._number:
            return
        in_order = tuple(sorted(hits, key=lambda hit: _ORDER[hit.kind]))
        self._state = msgspec.structs.replace(self._state, hits=in_order, waiting=False)
        self.changed.emit()
