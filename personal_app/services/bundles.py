"""A person's wish for a folder with all there is of a talk. Must never touch the disk itself."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from personal_app.conference.ids import TalkId


class BundleService(QObject):
    """`exported` carries a sentence: that it has begun, and what became of it."""

    exported = Signal(str)

    def __init__(self, export: Callable[[TalkId, Path], None], parent: QObject | None = None) -> None:
        """`export` makes a new folder in the one that is named."""
        super().__init__(parent)
        self._export = export

    def export(self, talk: TalkId, folder: Path) -> None:
        """Write the talk's recording, captions, chapters, poster, questions and answers; `exported` follows."""
        self._export(talk, folder)

    def tell(self, sentence: str) -> None:
        """Take in what became of it."""
        self.exported.emit(sentence)
