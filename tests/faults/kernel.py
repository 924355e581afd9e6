"""What a process asks of its files, decided from outside: let through, refused with an error, or met by a kill.

The kernel itself does it, by a seccomp filter with user notification (Linux 5.5, seccomp_unotify(2)): whatever the
process runs, Python or SQLite, meets at the chosen call what a failing disk would give it, with no part exchanged and
no compiler needed. Calls about anything but the files of one folder go through. Must never import the product.
"""

import array
import ctypes
import errno
import fcntl
import os
import platform
import select
import signal
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import NamedTuple

_FLAGS_THAT_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT
#: By machine: the number of seccomp(2), and of every call that changes a file or the name of one, with what tells which
#: file it is: "fd" (a descriptor), "path", or "at" (a folder's descriptor, then a path).
_CALLS: dict[str, tuple[int, dict[int, tuple[str, str]]]] = {
    "x86_64": (
        317,
        {
            1: ("write", "fd"),
            18: ("pwrite64", "fd"),
            20: ("writev", "fd"),
            74: ("fsync", "fd"),
            75: ("fdatasync", "fd"),
            77: ("ftruncate", "fd"),
            82: ("rename", "path"),
            83: ("mkdir", "path"),
            87: ("unlink", "path"),
            90: ("chmod", "path"),
            91: ("fchmod", "fd"),
            257: ("openat", "at"),
            258: ("mkdirat", "at"),
            263: ("unlinkat", "at"),
            264: ("renameat", "at"),
            268: ("fchmodat", "at"),
            285: ("fallocate", "fd"),
            316: ("renameat2", "at"),
        },
    ),
    "aarch64": (
        277,
        {
            34: ("mkdirat", "at"),
            35: ("unlinkat", "at"),
            38: ("renameat", "at"),
            46: ("ftruncate", "fd"),
            47: ("fallocate", "fd"),
            52: ("fchmod", "fd"),
            53: ("fchmodat", "at"),
            56: ("openat", "at"),
            64: ("write", "fd"),
            66: ("writev", "fd"),
            68: ("pwrite64", "fd"),
            82: ("fsync", "fd"),
            83: ("fdatasync", "fd"),
            276: ("renameat2", "at"),
        },
    ),
}
#: What a full disk refuses; taking something away always goes.
GROWS = frozenset({"write", "pwrite64", "writev", "openat", "mkdir", "mkdirat", "fallocate", "fsync", "fdatasync"})

_SET_FILTER, _NEW_LISTENER, _NO_NEW_PRIVILEGES = 1, 1 << 3, 38
_ALLOW, _NOTIFY = 0x7FFF0000, 0x7FC00000
_LOAD, _EQUAL, _ANY_OF, _RETURN = 0x20, 0x15, 0x45, 0x06
_THIRD_ARGUMENT = 32
_NOTICE, _ANSWER = struct.Struct("QIIiIQ6Q"), struct.Struct("QqiI")
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
_CONTINUE = 1


class Call(NamedTuple):
    """A call that changes a file of the folder, or its name."""

    name: str
    file: str


class Harm(NamedTuple):
    """What happens at the n-th call, counted from 1: an error, once or (`lasting`) from then on, or with None a kill.

    A lasting error meets only what needs room.
    """

    nth: int
    error: int | None
    lasting: bool = False

    def __str__(self) -> str:
        what = "kill" if self.error is None else errno.errorcode[self.error]
        return f"{what} {'from' if self.lasting else 'at'} call {self.nth}"


class Outcome(NamedTuple):
    """How it went: every call there was, what the process printed, and its exit status (negative: the signal)."""

    calls: list[Call]
    printed: str
    status: int


def possible() -> bool:
    """Tell whether this machine lets a process be watched so."""
    actions = Path("/proc/sys/kernel/seccomp/actions_avail")
    known = actions.exists() and "user_notif" in actions.read_text() and platform.machine() in _CALLS
    return known and _can_be_set()


def run(work: Callable[[], None], folder: Path, harm: Harm | None, within_s: float = 60.0) -> Outcome:
    """Run `work` in a fork of this process, which must have one thread only, and let `harm` come over it.

    What it prints is caught. Raises TimeoutError where it does not end in time.
    """
    ours, its = socket.socketpair()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        _be_watched(work, its, write)
    its.close()
    os.close(write)
    ended = False
    try:
        with ours:
            listener = _taken(ours)
        outcome = _Judge(child, listener, read, folder, harm).watch(monotonic() + within_s)
        ended = True
        return outcome
    finally:
        if not ended:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
        os.close(read)


class _Judge:
    """Answers for the calls of one process until it ends."""

    def __init__(self, child: int, listener: int, read: int, folder: Path, harm: Harm | None) -> None:
        self._child = child
        self._listener = listener
        self._read = read
        self._folder = str(folder)
        self._harm = harm
        self._calls: list[Call] = []
        self._known = _CALLS[platform.machine()][1]

    def watch(self, deadline: float) -> Outcome:
        poll = select.poll()
        poll.register(self._listener, select.POLLIN)
        poll.register(self._read, select.POLLIN)
        printed = b""
        while True:
            left_s = deadline - monotonic()
            if left_s <= 0:
                raise TimeoutError(f"it hangs, after {len(self._calls)} calls: {printed.decode()}")
            for descriptor, event in poll.poll(left_s * 1000):
                if descriptor == self._listener and event & select.POLLIN:
                    self._answer()
                elif descriptor == self._listener:
                    poll.unregister(self._listener)
                    os.close(self._listener)
                elif piece := os.read(self._read, 65536):
                    printed += piece
                else:
                    _, status = os.waitpid(self._child, 0)
                    return Outcome(self._calls, printed.decode(), os.waitstatus_to_exitcode(status))

    def _answer(self) -> None:
        notice = bytearray(_NOTICE.size)
        try:
            fcntl.ioctl(self._listener, _RECEIVE, notice)
        except OSError:
            # Whoever asked was killed meanwhile.
            return
        id_, task, _, number, _, _, *arguments = _NOTICE.unpack(notice)
        name, told_by = self._known[number]
        file = self._file(task, told_by, arguments)
        error: int | None = 0
        if file is not None:
            self._calls.append(Call(name, file))
            error = self._verdict(name)
        if error is None:
            # It dies waiting for the answer, and the call is never made.
            os.kill(self._child, signal.SIGKILL)
            return
        answer = _ANSWER.pack(id_, 0, -error, 0 if error else _CONTINUE)
        try:
            fcntl.ioctl(self._listener, _SEND, answer)
        except OSError:
            return

    def _verdict(self, name: str) -> int | None:
        """Return the error that a call meets, 0 where it meets none, and None for a kill."""
        harm = self._harm
        if harm is None or len(self._calls) < harm.nth:
            return 0
        if harm.lasting and harm.error is not None:
            return harm.error if name in GROWS else 0
        return harm.error if len(self._calls) == harm.nth else 0

    def _file(self, task: int, told_by: str, arguments: list[int]) -> str | None:
        """Return which of the folder's files a call is about, or None."""
        try:
            if told_by == "fd":
                path = str(Path(f"/proc/{task}/fd/{_descriptor(arguments[0])}").readlink())
            else:
                path = self._text(task, arguments[0] if told_by == "path" else arguments[1])
        except OSError:
            return None
        inside = path == self._folder or path.startswith(f"{self._folder}/")
        return path[len(self._folder) + 1 :] if inside else None

    def _text(self, task: int, address: int) -> str:
        with open(f"/proc/{task}/mem", "rb", buffering=0) as memory:  # noqa: PTH123
            return os.pread(memory.fileno(), 4096, address).split(b"\0", 1)[0].decode(errors="replace")


def _be_watched(work: Callable[[], None], its: socket.socket, write: int) -> None:
    """Be the child: let the parent judge from now on, do the work, and end."""
    status = 1
    try:
        os.dup2(write, 1)
        os.dup2(write, 2)
        listener = _filtered()
        its.sendmsg([b"l"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [listener]))])
        os.close(listener)
        its.close()
        os.close(write)
        work()
        status = 0
    except BaseException:
        import traceback

        os.write(1, traceback.format_exc().encode())
    finally:
        os._exit(status)


def _filtered() -> int:
    """Put this process under a filter that asks about each of the known calls; return where they are answered."""
    seccomp, calls = _CALLS[platform.machine()]
    libc = ctypes.CDLL(None, use_errno=True)
    program = _program(calls)
    code = ctypes.create_string_buffer(program, len(program))
    fprog = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    held = ctypes.create_string_buffer(fprog, len(fprog))
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
    listener: int = libc.syscall(seccomp, _SET_FILTER, _NEW_LISTENER, held)
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return listener


def _program(calls: dict[int, tuple[str, str]]) -> bytes:
    """Return the filter (classic BPF): the calls are asked about, opening a file only where it may be written."""
    opening = next(number for number, (name, _) in calls.items() if name == "openat")
    others = [number for number in calls if number != opening]
    lines = [(_LOAD, 0, 0, 0), (_EQUAL, 0, 2, opening), (_LOAD, 0, 0, _THIRD_ARGUMENT)]
    lines.append((_ANY_OF, len(others) + 1, len(others), _FLAGS_THAT_WRITE))
    lines += [(_EQUAL, len(others) - place, 0, number) for place, number in enumerate(others)]
    lines += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _NOTIFY)]
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _taken(ours: socket.socket) -> int:
    _, ancillary, _, _ = ours.recvmsg(1, socket.CMSG_SPACE(4))
    if not ancillary:
        raise OSError(errno.ENOSYS, "this machine does not let a process be watched")
    return int(array.array("i", ancillary[0][2])[0])


def _descriptor(argument: int) -> int:
    return ctypes.c_int32(argument & 0xFFFFFFFF).value


def _can_be_set() -> bool:
    try:
        return run(lambda: None, Path("/nowhere"), None, 10.0).status == 0
    except (OSError, TimeoutError):
        return False
