"""Starts the processes of a conference and steers the desktop apps among them: for the demo and the end-to-end tests.

Everything that is started here is ended by `close`, and nothing else is.
"""

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

ROOT = Path(__file__).parents[1]
START_S = 60.0
STEP_S = 20.0
STOP_S = 15.0


class DrivingFailed(Exception):
    """Something did not happen in time; the message says what."""


class Screen:
    """A virtual X display of our own (Xvfb) on a free number."""

    def __init__(self, width: int, height: int, picture_in: Path | None = None) -> None:
        """With `picture_in`, a folder, what is on the screen stands in a file there (Xvfb_screen0, in the form XWD)."""
        program = shutil.which("Xvfb")
        if program is None:
            raise DrivingFailed("Xvfb is not installed: apt-get install -y xvfb")
        read, write = os.pipe()
        self._process = subprocess.Popen(
            [
                *(program, "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24"),
                *("-nolisten", "tcp", "-noreset"),
                *(("-fbdir", str(picture_in)) if picture_in is not None else ()),
            ],
            pass_fds=(write,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(write)
        with os.fdopen(read) as numbers:
            self.display = f":{numbers.readline().strip()}"
        if self.display == ":":
            raise DrivingFailed("Xvfb did not start")

    def close(self) -> None:
        """End the display."""
        end(self._process)


class Server:
    """A `personal-server serve` process on a free loopback port."""

    def __init__(self, conference: Path, data: Path, *options: str, port: int = 0) -> None:
        self._command = [
            *(sys.executable, "-m", "personal_app.server", "serve", "--conference", str(conference)),
            *("--data", str(data), *options, "--port"),
        ]
        self._data = data
        self._port = port
        self._process: subprocess.Popen[str] | None = None
        self.address = ""

    def start(self) -> None:
        """Start it, on the port it had before, and wait until it is open."""
        self._process = subprocess.Popen(
            [*self._command, str(self._port)], cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if " is open at " in line:
                self.address = line.rsplit(" ", 1)[1].strip()
                self._port = int(self.address.rsplit(":", 1)[1])
                return
        raise DrivingFailed("the server ended before it was open; its words are above")

    def invite(self, *grant: str) -> str:
        """Return a new invitation's code, e.g. for ("--chair", "research-qa")."""
        command = [sys.executable, "-m", "personal_app.server", "invite", "--data", str(self._data), *grant]
        found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=START_S, check=False)
        if found.returncode:
            raise DrivingFailed(f"no invitation could be had: {found.stderr.strip()}")
        return found.stdout.split()[0]

    def kill(self) -> None:
        """End it at once, as a power cut would (SIGKILL)."""
        assert self._process is not None
        self._process.kill()
        end(self._process)

    def close(self) -> None:
        """End it in an orderly way."""
        if self._process is not None:
            end(self._process)


NO_KEY_STORE = "keyring.backends.fail.Keyring"


class Client:
    """A desktop app in a process of its own, steered step by step."""

    def __init__(self, name: str, profile: Path, *options: str, environment: dict[str, str] | None = None) -> None:
        self.name = name
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        #: After the end: what held up the screen on the way there.
        self.parting: list[dict[str, Any]] = []
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "tools" / "driven_client.py"), "--profile", f"{profile}/", *options],
            cwd=ROOT,
            # What it is told on the way must not end up in the key store of whoever drives it.
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHON_KEYRING_BACKEND": NO_KEY_STORE, **(environment or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, name=f"answers of {name}", daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            answer = json.loads(line)
            if "parting" in answer:
                self.parting = answer["parting"]
            else:
                self._answers.put(answer)
        self._answers.put({"failed": "the app has ended"})

    def once(self, do: str, **step: Any) -> Any:
        """Do a step now; raises DrivingFailed where it cannot be done."""
        assert self.process.stdin is not None
        try:
            print(json.dumps({"do": do, **step}), file=self.process.stdin, flush=True)
            answer = self._answers.get(timeout=STEP_S)
        except (OSError, queue.Empty) as fault:
            raise DrivingFailed(f"{self.name} does not answer to {do}") from fault
        if "failed" in answer:
            raise DrivingFailed(f"{self.name}: {answer['failed']}")
        return answer["value"]

    def act(self, do: str, within_s: float = STEP_S, **step: Any) -> Any:
        """Do a step as soon as it can be done."""
        deadline = time.monotonic() + within_s
        while True:
            try:
                return self.once(do, **step)
            except DrivingFailed:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.1)

    def wait(self, holds: Callable[["Client"], bool], what: str, within_s: float = STEP_S) -> None:
        """Wait until something holds; raises DrivingFailed with `what` where it does not in time."""
        deadline = time.monotonic() + within_s
        while True:
            with contextlib.suppress(DrivingFailed):
                if holds(self):
                    return
            if time.monotonic() > deadline or self.process.poll() is not None:
                raise DrivingFailed(f"{self.name}: {what} did not happen within {within_s:.0f} s. {self._account()}")
            time.sleep(0.1)

    def _account(self) -> str:
        with contextlib.suppress(DrivingFailed):
            return f"Player: {self.once('player')}; connection: {self.once('connection')}; board: {self.once('board')}"
        return "The app has ended."

    def question(self, text: str) -> dict[str, Any] | None:
        """Return the question with `text` as the app shows it, or None."""
        return next((each for each in self.act("board") if each["text"] == text), None)

    def close(self) -> int:
        """End the app in an orderly way; return its exit status."""
        if self.process.poll() is None:
            with contextlib.suppress(DrivingFailed, OSError):
                self.once("quit")
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_S)
        return self._ended()

    def kill(self) -> None:
        """End it at once (SIGKILL)."""
        self.process.kill()
        self._ended()

    def _ended(self) -> int:
        if self.process.poll() is None:
            self.process.kill()
        status = self.process.wait()
        self._reader.join(STOP_S)
        return end(self.process) or status


Part = TypeVar("Part", Screen, Server, Client)


class Cast:
    """Everything that was started, ended together and in the opposite order."""

    def __init__(self) -> None:
        self._parts: list[Screen | Server | Client] = []

    def add(self, part: Part) -> Part:
        """Take a part in."""
        self._parts.append(part)
        return part

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in reversed(self._parts):
            part.close()


def end(
    process: "subprocess.Popen[str] | subprocess.Popen[bytes]", patience_s: float = STOP_S, ask: bool = True
) -> int:
    """End a process of ours: ask it, wait, and kill it where it does not go; return its exit status."""
    if ask and process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        return process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
    finally:
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
