"""A real server in a process of its own, on a free loopback port, that tests may kill and start again."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from personal_app.conference.people import Grant
from personal_app.net import http_api
from personal_app.net.address import Address
from personal_app.net.http_api import Credentials
from personal_app.server.control import Invite, ask_running_server
from personal_app.server.data_folder import DataFolder

ROOT = Path(__file__).resolve().parents[2]
#: Far more than anything takes on a loaded machine; a test that meets it has found something that hangs.
START_S = STOP_S = 30.0


def run_cli(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run one `personal-server` command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "personal_app.server", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=START_S,
        check=False,
    )


class ServerProcess:
    """`personal-server serve` on one data folder. Once started it keeps its port over a restart."""

    def __init__(
        self,
        conference: Path,
        data: Path,
        *options: str,
        environment: dict[str, str] | None = None,
        within: tuple[str, ...] = (),
    ) -> None:
        self.conference = conference
        self.data = data
        self.base_url = ""
        self.log = data.with_name(data.name + ".log")
        self._options = options
        #: What starts it and then becomes it: the beginning of its command line.
        self._within = within
        self._environment = {**os.environ, **(environment or {})}
        self._port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> Address:
        """The address as the client has it."""
        return Address(self.base_url)

    @property
    def port(self) -> int:
        """The port it listens at."""
        return self._port

    def start(self) -> "ServerProcess":
        """Start it and wait until it is open."""
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [
                    *self._within,
                    *(sys.executable, "-m", "personal_app.server", "serve", "--conference", str(self.conference)),
                    *("--data", str(self.data), "--port", str(self._port), *self._options),
                ],
                cwd=ROOT,
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self._process.stdout is not None
        # A server that hangs before it is open must not hang the test: its end closes the pipe.
        deadline = threading.Timer(START_S, self._process.kill)
        deadline.start()
        line = self._process.stdout.readline()
        deadline.cancel()
        if " is open at " not in line:
            self.kill()
            raise AssertionError(f"the server did not start; it said:\n{self.log.read_text()}")
        self.base_url = line.rsplit(" ", 1)[1].strip()
        self._port = int(self.base_url.rsplit(":", 1)[1])
        return self

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        assert self._process is not None
        self._process.kill()
        self._wait()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it in good order; return its exit status."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._wait()

    def restart(self) -> None:
        """Start it again after `kill` or `stop`, on the same port and data."""
        self.start()

    def close(self) -> None:
        """End it if it still runs."""
        if self._process is not None and self._process.poll() is None:
            self.stop()

    @property
    def root(self) -> Path:
        """Where the process's own view of the files begins."""
        assert self._process is not None
        return Path(f"/proc/{self._process.pid}/root")

    @property
    def memory_kib(self) -> int:
        """How much memory the process holds (resident)."""
        assert self._process is not None
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    @property
    def open_files(self) -> int:
        """How many files and sockets the process has open."""
        assert self._process is not None
        return len(os.listdir(f"/proc/{self._process.pid}/fd"))  # noqa: PTH208

    def invite(self, grant: Grant) -> str:
        """Return the code of a new invitation, asked of the running server through its socket."""
        return ask_running_server(DataFolder(self.data), Invite(grant)).code

    def join(self, name: str, *grants: Grant) -> Credentials:
        """Return what a new participant with these grants is given."""
        credentials = http_api.join(self.address, name, self.invite(grants[0]) if grants else "")
        for grant in grants[1:]:
            http_api.redeem(self.address, credentials.token, self.invite(grant))
        return credentials

    def _wait(self) -> int:
        assert self._process is not None
        try:
            status = self._process.wait(STOP_S)
        finally:
            if self._process.poll() is None:
                self._process.kill()
                self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()
        return status
