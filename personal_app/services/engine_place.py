"""The place on the screen where an engine's picture appears: there from the beginning, filled when the engine is.

Must never know which talk is played, nor decode anything itself.
"""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from personal_app.player.choice import Choice, EngineSource
from personal_app.player.engine import Engine


class EnginePlace:
    """Holds the one engine of a window, once it was chosen and made."""

    def __init__(self, source: EngineSource) -> None:
        self.engine: Engine | None = None
        self._source = source
        self._choice: Choice | None = None
        self._surface: QWidget | None = None
        self._take: Callable[[Engine], None] = _leave
        self._closed = False

    def fill(self, take: Callable[[Engine], None]) -> None:
        """Have `take` called with the engine as soon as it can be made: now, or later, or never after `close`."""
        self._take = take
        self._source.when_ready(self._on_ready)

    def surface(self) -> QWidget:
        """Return the widget that shows the picture, to be placed in a layout once."""
        if self._surface is None:
            self._surface = QWidget()
            layout = QVBoxLayout(self._surface)
            layout.setContentsMargins(0, 0, 0, 0)
            self._place()
        return self._surface

    def words(self) -> str:
        """Return which engine plays and why, for the About box."""
        return self._choice.reason if self._choice is not None else "not started yet"

    def close(self) -> None:
        """Make no engine any more."""
        self._closed = True

    def _on_ready(self, choice: Choice) -> None:
        if self._closed:
            return
        self._choice = choice
        self.engine = self._source.create()
        self._place()
        self._take(self.engine)

    def _place(self) -> None:
        if self._surface is not None and self.engine is not None:
            layout = self._surface.layout()
            assert layout is not None
            layout.addWidget(self.engine.surface)


def _leave(_: Engine) -> None:
    """Nobody wants it yet."""
