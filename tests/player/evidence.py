"""What an engine told during a test, in order."""

from personal_app.player.engine import Engine, Failure, Notice, PlayerState, Snapshot


class Evidence:
    """Listens to every signal of an engine from its making on."""

    def __init__(self, engine: Engine) -> None:
        self.states: list[PlayerState] = []
        self.positions: list[int] = []
        self.failures: list[Failure] = []
        self.notices: list[Notice] = []
        self.snapshots: list[Snapshot] = []
        self.buffered: list[int] = []
        self.first_frames = 0
        self.ends = 0
        signals = engine.signals
        signals.state_changed.connect(self.states.append)
        signals.position_changed.connect(self.positions.append)
        signals.failed.connect(self.failures.append)
        signals.noticed.connect(self.notices.append)
        signals.snapshot_taken.connect(self.snapshots.append)
        signals.buffering.connect(self.buffered.append)
        signals.first_frame.connect(self._on_first_frame)
        signals.ended.connect(self._on_end)

    def _on_first_frame(self) -> None:
        self.first_frames += 1

    def _on_end(self) -> None:
        self.ends += 1
