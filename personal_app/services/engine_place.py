"""The place on the screen where an engine's picture appears: there from the beginning, filled when the engine is.

Another engine may take it over while the app runs. Must never know which talk is played, nor decode anything itself.
"""

from collections.abc import Callable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from personal_app.player.choice import Choice, EngineSource
from personal_app.player.engine import Engine


class EnginePlace:
    """Holds the one engine of a window, once it was chosen and made."""

    def __init__(self, source: EngineSource) -> None:
        self.engine: Engine | None = None
        self.choice: Choice | None = None
        self._source = source
        self._surface: QWidget | None = None
        self._take: Callable[[Engine], None] = _leave
        self._give_up: Callable[[Engine], None] = _leave
        self._leaving: list[Engine] = []
        self._closed = False
        self._port = 0

    def trust_port(self, port: int) -> None:
        """Let streams be opened from this port of 127.0.0.1, by the engine that is there or will be."""
        self._port = port
        if self.engine is not None:
            self.engine.trust_port(port)

    def fill(self, take: Callable[[Engine], None], give_up: Callable[[Engine], None]) -> None:
        """Have `take` called with each engine that takes the place: now or later, or never after `close`.

        `give_up` is called with the one before, which still plays and which nobody may call afterwards.
        """
        self._take, self._give_up = take, give_up
        self._source.when_ready(self._on_ready)
        self._source.changed.connect(self._on_changed)

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
        return self.choice.reason if self.choice is not None else "not started yet"

    def close(self) -> None:
        """Make no engine any more."""
        self._closed = True

    def _on_ready(self, choice: Choice) -> None:
        if self._closed or self.engine is not None:
            return
        self.choice = choice
        self.engine = self._source.create()
        self.engine.trust_port(self._port)
        self._place()
        self._take(self.engine)

    def _on_changed(self, choice: Choice) -> None:
        before, former = self.choice, self.engine
        self.choice = choice
        if self._closed or former is None or (before is not None and before.kind is choice.kind):
            return
        self._give_up(former)
        self._retire(former)
        self.engine = self._source.create()
        self.engine.trust_port(self._port)
        self._place()
        self._take(self.engine)

    def _retire(self, engine: Engine) -> None:
        """Close an engine, and let its surface live until it has let go of it."""
        self._leaving.append(engine)

        def gone() -> None:
            engine.surface.deleteLater()
            self._leaving.remove(engine)

        engine.signals.closed.connect(gone)
        self._source.retire(engine)
        engine.surface.hide()

    def _place(self) -> None:
        if self._surface is not None and self.engine is not None:
            layout = self._surface.layout()
            assert layout is not None
            layout.addWidget(self.engine.surface)


def _leave(_: Engine) -> None:
    """Nobody wants it yet."""
