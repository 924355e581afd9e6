"""What the engine that plays has to say, whichever it is: one listener, which another engine may be given to.

Must never tell an engine anything, nor know which talk is played.
"""

import logging

from PySide6.QtCore import QObject, Signal

from personal_app.player.engine import Engine, Failure, Notice, PlayerState

_log = logging.getLogger(__name__)


class EngineEar(QObject):
    """`stood` tells that the engine stands otherwise than before, `moved` (ms) that only its position is another.

    What is told comes a turn later than it is: by then the engine may be busy with another recording, so its own
    properties are to be asked.
    """

    stood = Signal()
    moved = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        #: What a person should know although the recording plays, or nothing.
        self.notice = ""
        #: How much of what is waited for is there, in per cent.
        self.buffered = 0

    def listen(self, engine: Engine) -> None:
        """Hear what an engine tells from now on."""
        signals = engine.signals
        signals.state_changed.connect(self._on_state)
        signals.position_changed.connect(self.moved)
        signals.buffering.connect(self._on_buffering)
        signals.failed.connect(self._on_failed)
        signals.noticed.connect(self._on_noticed)

    def leave(self, engine: Engine) -> None:
        """Hear nothing of an engine any more."""
        signals = engine.signals
        signals.state_changed.disconnect(self._on_state)
        signals.position_changed.disconnect(self.moved)
        signals.buffering.disconnect(self._on_buffering)
        signals.failed.disconnect(self._on_failed)
        signals.noticed.disconnect(self._on_noticed)

    def forget(self) -> None:
        """Let what was said of the recording before be over."""
        self.notice = ""

    def _on_state(self, _: PlayerState) -> None:
        self.stood.emit()

    def _on_buffering(self, percent: int) -> None:
        self.buffered = percent
        self.stood.emit()

    def _on_failed(self, failure: Failure) -> None:
        _log.warning("a recording does not play (%s): %s", failure.kind, failure.sentence)
        self.stood.emit()

    def _on_noticed(self, notice: Notice) -> None:
        self.notice = notice.sentence
        self.stood.emit()
