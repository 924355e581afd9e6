"""What a person has starred, and their wish for a calendar of it. Must never touch the disk itself."""

from collections.abc import Callable, Iterable
from pathlib import Path

from PySide6.QtCore import QObject, Signal


class StarService(QObject):
    """Holds the stars. `exported` carries a sentence: what became of a calendar that was asked for."""

    changed = Signal()
    exported = Signal(str)

    def __init__(
        self,
        keep: Callable[[frozenset[str]], None],
        export: Callable[[Path, bool], None],
        parent: QObject | None = None,
    ) -> None:
        """`keep` writes all stars down; `export` writes a calendar of the whole program or, with True, of the stars."""
        super().__init__(parent)
        self._keep = keep
        self._export = export
        self._stars: frozenset[str] = frozenset()

    @property
    def stars(self) -> frozenset[str]:
        """All stars."""
        return self._stars

    def toggle(self, star: str) -> None:
        """Give a star, or take it away where it is given."""
        self._stars = self._stars ^ {star}
        self._keep(self._stars)
        self.changed.emit()

    def export(self, path: Path, *, starred: bool) -> None:
        """Write a calendar of what is starred, or of all, to a file; `exported` follows."""
        self._export(path, starred)

    def take(self, stars: Iterable[str]) -> None:
        """Take in what was kept."""
        taken = frozenset(stars)
        if taken != self._stars:
            self._stars = taken
            self.changed.emit()
