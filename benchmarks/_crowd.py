"""The crowd of clients (`_native/crowd.c`) as a benchmark uses it, and what is read of a server's process meanwhile.

The server works on the first core and the crowd on the second, so that neither takes time from the other.
"""

import contextlib
import json
import os
import resource
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[1]
NATIVE = ROOT / "benchmarks" / "_native"
BUILD = ROOT / "build" / "benchmarks"
SERVER_CORE, CROWD_CORE = 0, 1
#: Ten thousand connections and what else is open.
FILES = 12_000


class Impossible(SystemExit):
    """The machine lacks what a benchmark needs; the sentence says what."""


def compiled(name: str) -> Path:
    """Return the program made of `_native/NAME.c`, compiled anew where the source is newer."""
    source, program = NATIVE / f"{name}.c", BUILD / name
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        BUILD.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["cc", "-O2", "-o", str(program), str(source)], check=True)
        except FileNotFoundError:
            raise Impossible("The benchmark needs a C compiler: apt-get install -y gcc libc6-dev") from None
    return program


def allow_many_files() -> None:
    """Let this process and its children open many files. Raises Impossible where the machine does not allow it."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most < FILES:
        raise Impossible(f"The benchmark opens {FILES} files, and {most} are allowed: raise `ulimit -Hn`.")
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def start_pinned(
    command: Sequence[str], core: int, *, before_all: bool = False, **options: Any
) -> "subprocess.Popen[str]":
    """Start a process on one core alone, before others where we may, speaking lines of text over stdin and stdout.

    With `before_all` nothing interrupts it at all, nor one of its threads another: for what has one thread at work.
    """
    return subprocess.Popen(
        ["taskset", "-c", str(core), *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=_go_before_all if before_all else _go_first,  # noqa: PLW1509
        start_new_session=True,
        **options,
    )


def _go_first() -> None:
    """What else runs on the machine is to take as little time from what is measured as the system lets us say."""
    with contextlib.suppress(OSError):
        os.nice(-20)
        # Sessions share the processor first, and their processes what is theirs.
        Path("/proc/self/autogroup").write_text("-20")


def _go_before_all() -> None:
    _go_first()
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))


def read_line(process: "subprocess.Popen[str]") -> str:
    """Return the next line it says. Raises Impossible where it has ended instead."""
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise Impossible(f"{process.args!r} ended with status {process.wait()}")
    return line


def say_line(process: "subprocess.Popen[str]", line: str) -> None:
    """Say a line to it."""
    assert process.stdin is not None
    process.stdin.write(line + "\n")
    process.stdin.flush()


def end(process: "subprocess.Popen[str]") -> None:
    """End it and wait until it is gone."""
    if process.poll() is None:
        process.terminate()
    process.wait(30)
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


def cpu_s(pid: int) -> float:
    """Return how much processor time all threads of a process have used (utime + stime, s)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def busy_percent(pid: int, warm_up_s: float, round_s: float, rounds: int) -> list[float]:
    """Return how busy a process keeps a core in each of so many times after the first, in %."""
    time.sleep(warm_up_s)
    busy = []
    for _ in range(rounds):
        cpu, wall = cpu_s(pid), time.monotonic()
        time.sleep(round_s)
        busy.append((cpu_s(pid) - cpu) / (time.monotonic() - wall) * 100)
    return busy


def uss_kib(pid: int) -> int:
    """Return how much memory a process has for itself alone (KiB)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith(("Private_Clean:", "Private_Dirty:")))


class Crowd:
    """One crowd on the second core."""

    def __init__(self, port: int) -> None:
        # A crowd that is late is not to be taken for a server that is slow.
        self._process = start_pinned([str(compiled("crowd")), str(port)], CROWD_CORE, before_all=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        end(self._process)

    def tell(self, *lines: str) -> dict[str, Any]:
        """Give it commands, all at once; return what it says to the first."""
        say_line(self._process, "\n".join(lines))
        return self.hear()

    def hear(self) -> dict[str, Any]:
        """Return what it says next."""
        heard: dict[str, Any] = json.loads(read_line(self._process))
        return heard

    def hear_all(self) -> dict[str, Any]:
        """Return what it says next, which must be that nobody is missing."""
        heard = self.hear()
        if heard["missing"] or heard["lost"]:
            raise Impossible(f"not everybody was told: {heard}")
        return heard

    def open(self, count: int, how: str, tokens: Path | None = None, hellos: Path | None = None) -> dict[str, Any]:
        """Connect so many clients, all of whom must become ready."""
        heard = self.tell(f"open {count} {how} {tokens or '-'} {hellos or '-'}")
        if heard["ready"] != count or heard["lost"]:
            raise Impossible(f"not all clients were welcomed: {heard}")
        return heard
