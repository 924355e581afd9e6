"""What people have begun to write and not sent, kept across restarts. Must never touch the disk itself."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, QTimer, Signal

_SETTLE_MS = 400


class DraftService(QObject):
    """Holds drafts by key ("ask:<talk>", "answer:<question>") and writes them down soon after the last keystroke."""

    #: Drafts came from the cache: a box that is still empty may have one.
    taken = Signal()

    def __init__(self, keep: Callable[[str, str], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keep = keep
        self._drafts: dict[str, str] = {}
        self._unsaved: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self.flush)

    def load(self, key: str) -> str:
        """Return the draft of that key, or nothing."""
        return self._drafts.get(key, "")

    def save(self, key: str, text: str) -> None:
        """Keep `text` as the draft of that key; an empty text forgets it."""
        if self._drafts.get(key, "") == text:
            return
        self._drafts[key] = text
        self._unsaved.add(key)
        self._timer.start()

    def flush(self) -> None:
        """Write down at once what has not been."""
        unsaved, self._unsaved = self._unsaved, set()
        for key in sorted(unsaved):
            self._keep(key, self._drafts[key])

    def take(self, drafts: Mapping[str, str]) -> None:
        """Take in the drafts that the cache held at the start."""
        self._drafts = {**drafts, **self._drafts}
        self.taken.emit()
