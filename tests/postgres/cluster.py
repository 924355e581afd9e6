"""A real PostgreSQL of the tests' own: made in a temporary folder, on a free loopback port, gone when they end.

PostgreSQL refuses to run as root, so root's tests run it as another user. It is told to end when the tests' process
does, however that ends. What is killed here is never the machine, so it need not sync its disk.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

from personal_app.server import tables
from personal_app.server.database import open_database

START_S = 30.0
_USER = "personal"
_DATABASE = "conference"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "autovacuum_naptime": "10s",
    "log_min_messages": "fatal",
}


def binaries() -> Path:
    """Return the folder with the newest PostgreSQL's programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    program = shutil.which("initdb")
    assert program is not None, "PostgreSQL is missing: apt-get install -y postgresql, or call make test as root"
    return Path(program).parent


class Cluster:
    """One PostgreSQL, with one database that is emptied for each test."""

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        self.port = 0
        self._settings = {**_SETTINGS, **(settings or {})}
        self._folder = Path(tempfile.mkdtemp(prefix="personal-postgres-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._made = False

    def make(self) -> None:
        """Make the data folder and start."""
        if os.geteuid() == 0:
            shutil.chown(self._folder, _other_user())
        initdb = [str(binaries() / "initdb"), "--pgdata", str(self._data), "--username", _USER]
        subprocess.run(
            [*_as_other_user(), *initdb, "--auth=trust", "--no-locale", "--encoding=UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd="/",
        )
        for _ in range(5):
            self.port = _free_port()
            if self.start():
                return
        raise AssertionError(f"PostgreSQL did not start; it said:\n{self.log}")

    def start(self) -> bool:
        """Start on the port it has; return whether it did."""
        settings = [word for name, value in self._settings.items() for word in ("-c", f"{name}={value}")]
        command = [str(binaries() / "postgres"), "-D", str(self._data), "-p", str(self.port), *settings]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([*_as_other_user(), *command], stdout=log, stderr=log, cwd="/")
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                self.execute("SELECT 1")
                return True
            time.sleep(0.05)
        return False

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: every session is cut; with SIGQUIT at once, with SIGINT in good order."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(START_S)

    def remove(self) -> None:
        """End it and remove all it had."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._folder)

    @property
    def log(self) -> str:
        """What it has logged."""
        return (self._folder / "log").read_text(errors="replace")

    def url(self, database: str = "postgres", port: int | None = None) -> str:
        """Return the URL of a database, through another port where one is given."""
        return f"postgresql://{_USER}@127.0.0.1:{port or self.port}/{database}"

    def execute(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        """Run one statement and return what it gives."""
        with psycopg.connect(self.url(database), autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def emptied_database(self) -> str:
        """Return the name of the database at the newest schema, with nothing in it any more."""
        if not self._made:
            self.execute(f"CREATE DATABASE {_DATABASE}")
            open_database(self.url(_DATABASE))
            self._made = True
        names = ", ".join(table.name for table in tables.metadata.sorted_tables)
        self.execute(f"TRUNCATE {names}", _DATABASE)
        return _DATABASE

    def cut_sessions(self, database: str) -> int:
        """Cut every session on a database (pg_terminate_backend); return how many there were."""
        cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
        return len(self.execute(cut))

    @property
    def _data(self) -> Path:
        return self._folder / "data"


_running: list[Cluster] = []


@contextlib.contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Give a PostgreSQL while it is needed; within another call's time it is that call's."""
    if _running:
        yield _running[0]
        return
    cluster = Cluster()
    try:
        cluster.make()
        _running.append(cluster)
        yield cluster
    finally:
        _running.clear()
        cluster.remove()


def _as_other_user() -> list[str]:
    died = ["setpriv", "--pdeathsig=QUIT"] if shutil.which("setpriv") else []
    if os.geteuid() != 0:
        return died
    user = pwd.getpwnam(_other_user())
    return [*(died or ["setpriv"]), f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _other_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
