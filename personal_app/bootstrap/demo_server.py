"""The conference that comes with the program, run by a small server of this machine for whoever just looks around.

It is the real server in a process of its own, on a free port of the loopback interface, with a data folder in the
profile. Must never be reachable from elsewhere.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

START_S = 30
STOP_MS = 3_000
BEGAN_S_AGO = 15
_OPEN_AT = " is open at "
_ROOT = Path(__file__).parents[2]


class DemoServer(QObject):
    """Starts and ends the process; lives on the UI thread."""

    #: The address of the running server.
    opened = Signal(str)
    #: A sentence that says why there is none.
    failed = Signal(str)

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self._address = ""
        self._process = QProcess(self)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        self._process.readyReadStandardOutput.connect(self._on_line)
        self._process.finished.connect(self._on_end)
        self._process.errorOccurred.connect(self._on_end)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(START_S * 1000)
        self._patience.timeout.connect(lambda: self._fail("it did not start in time"))

    def start(self) -> None:
        """Begin to start the server; `opened` or `failed` follows. Where it runs already, `opened` follows at once."""
        if self._address:
            self.opened.emit(self._address)
            return
        if self.running:
            return
        conference = _ROOT / "assets" / "demo"
        if not (conference / "conference.toml").exists():
            self._fail("it is part of the program's source and not of this installation")
            return
        self._patience.start()
        self._process.setWorkingDirectory(str(_ROOT))
        arguments = ["serve", "--conference", str(conference), "--data", str(self._data), "--port", "0"]
        arguments.append(f"--rehearse=-{BEGAN_S_AGO}")
        self._process.start(sys.executable, ["-m", "personal_app.server", *arguments])

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._process.state() is not QProcess.ProcessState.NotRunning

    def stop(self) -> None:
        """Ask the server to end, and make it where it has not within a few seconds; nothing is told any more."""
        self._patience.stop()
        self._process.blockSignals(True)
        if self.running:
            self._process.terminate()
            QTimer.singleShot(STOP_MS, self._process, self._process.kill)

    def _on_line(self) -> None:
        text = bytes(self._process.readAllStandardOutput().data()).decode(errors="replace")
        for line in text.splitlines():
            if _OPEN_AT in line and not self._address:
                self._patience.stop()
                self._address = line.split(_OPEN_AT, 1)[1].strip()
                self.opened.emit(self._address)

    def _on_end(self) -> None:
        if self._patience.isActive():
            self._fail("its server ended at once; the log says why")
        self._address = ""

    def _fail(self, why: str) -> None:
        self._patience.stop()
        self.failed.emit(f"The demo conference cannot be shown: {why}. Join a conference by its address instead.")
