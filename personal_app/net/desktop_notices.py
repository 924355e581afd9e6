"""Notices on the person's desktop, through org.freedesktop.Notifications where there is one on the session's bus.

The interface is that of the Desktop Notifications Specification 1.2 (specifications.freedesktop.org). It is spoken by
jeepney on a thread of its own, which begins with the first notice: asking a bus may take a while, and Qt's D-Bus module
cannot say an unsigned number from Python, which the interface asks for. Must never import Qt.
"""

import logging
import os
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from jeepney import Message

_log = logging.getLogger(__name__)

PROGRAM = "PeRSonAl"
_PATH, _NAME = "/org/freedesktop/Notifications", "org.freedesktop.Notifications"
_REPLY_S = 5.0
#: What the specification calls a press on the notice itself.
_DEFAULT = "default"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown: a line and a sentence, plain text both. `key` comes back where a person presses it."""

    key: str
    title: str
    text: str
    action: str = "Open"


class NoticeShown(msgspec.Struct, frozen=True):
    """The desktop has taken the notice."""

    notice: Notice


class NoticeMissed(msgspec.Struct, frozen=True):
    """There is nobody on this desktop to show the notice."""

    notice: Notice


class NoticePressed(msgspec.Struct, frozen=True):
    """A person has pressed the notice with this key."""

    key: str


NoticeEvent = NoticeShown | NoticeMissed | NoticePressed


def session_bus() -> str | None:
    """Return the address of the session's bus; None where there is none, for one is never started for our sake."""
    if not sys.platform.startswith("linux"):
        return None
    if address := os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return address
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    socket = Path(runtime) / "bus" if runtime else None
    return f"unix:path={socket}" if socket is not None and socket.is_socket() else None


class DesktopNotices:
    """`show` may be called from any thread and never waits; `tell` is called on the thread of the notices."""

    def __init__(self, tell: Callable[[NoticeEvent], None]) -> None:
        self._tell = tell
        self._jobs: queue.Queue[Notice | Message | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._keys: dict[int, str] = {}
        self._bus: _Bus | None = None

    def show(self, notice: Notice) -> None:
        """Show a notice; `NoticeShown` or `NoticeMissed` is told, and `NoticePressed` where a person presses it."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="notices", daemon=True)
            self._thread.start()
        self._jobs.put(notice)

    def close(self, timeout_s: float) -> bool:
        """Show no more, and tell whether the thread ended within `timeout_s`."""
        self._jobs.put(None)
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            if isinstance(job, Notice):
                self._show(job)
            else:
                self._on_signal(job)
        self._leave()

    def _show(self, notice: Notice) -> None:
        try:
            number = self._notify(notice)
        except Exception as fault:
            # Of the many ways in which a bus can be missing or broken none is ours to mend.
            _log.info("a notice could not be shown on this desktop: %s", str(fault) or type(fault).__name__)
            self._leave()
            self._tell(NoticeMissed(notice))
            return
        self._keys[number] = notice.key
        self._tell(NoticeShown(notice))

    def _notify(self, notice: Notice) -> int:
        if self._bus is not None:
            try:
                return self._bus.notify(notice)
            except Exception as fault:
                _log.info("the session's bus is asked anew: %s", str(fault) or type(fault).__name__)
                self._leave()
        self._bus = _Bus(self._jobs)
        return self._bus.notify(notice)

    def _leave(self) -> None:
        if self._bus is not None:
            self._bus.close()
            self._bus = None
            self._keys.clear()

    def _on_signal(self, message: "Message") -> None:
        from jeepney import HeaderFields

        member = message.header.fields.get(HeaderFields.member)
        body: tuple[Any, ...] = message.body
        if member == "ActionInvoked" and body[1] == _DEFAULT and body[0] in self._keys:
            self._tell(NoticePressed(self._keys[body[0]]))
        elif member == "NotificationClosed":
            self._keys.pop(body[0], None)


class _Bus:
    """An open connection to the session's bus, whose signals about notices are put among `signals`."""

    def __init__(self, signals: "queue.Queue[Any]") -> None:
        """Raises OSError and what jeepney raises where there is no bus, or nobody on it who shows notices."""
        from jeepney import DBusAddress, MatchRule, message_bus
        from jeepney.io.threading import open_dbus_connection

        address = session_bus()
        if address is None:
            raise OSError("there is no session bus")
        self._address = DBusAddress(_PATH, bus_name=_NAME, interface=_NAME)
        self._signals = signals
        self._answers: queue.Queue[Message | None] = queue.Queue()
        self._connection = open_dbus_connection(address)
        # Not jeepney's own router, which lets its thread die with a traceback when the bus ends.
        self._reader = threading.Thread(target=self._read, name="notices' bus", daemon=True)
        self._reader.start()
        try:
            for member in ("ActionInvoked", "NotificationClosed"):
                rule = MatchRule(type="signal", interface=_NAME, path=_PATH, member=member)
                self._answer(message_bus.AddMatch(rule))
            self._can = frozenset(self._ask("GetCapabilities")[0])
        except BaseException:
            self.close()
            raise

    def notify(self, notice: Notice) -> int:
        """Show the notice and return the desktop's number for it."""
        text = _escaped(notice.text) if "body-markup" in self._can else notice.text
        actions = [_DEFAULT, notice.action] if "actions" in self._can else []
        hints = {"urgency": ("y", 1), "desktop-entry": ("s", "personal-app")}
        body = (PROGRAM, 0, "", notice.title, text, actions, hints, -1)
        return int(self._ask("Notify", "susssasa{sv}i", body)[0])

    def close(self) -> None:
        """Leave the bus."""
        self._connection.interrupt()
        self._reader.join(_REPLY_S)
        self._connection.close()

    def _ask(self, method: str, signature: str | None = None, body: tuple[Any, ...] = ()) -> tuple[Any, ...]:
        from jeepney import new_method_call

        return self._answer(new_method_call(self._address, method, signature, body))

    def _answer(self, call: "Message") -> tuple[Any, ...]:
        """Return the body of the answer; raises OSError where none comes and DBusErrorResponse where it is an error."""
        from jeepney import HeaderFields
        from jeepney.wrappers import unwrap_msg

        serial = next(self._connection.outgoing_serial)
        self._connection.send(call, serial=serial)
        deadline = monotonic() + _REPLY_S
        while True:
            try:
                answer = self._answers.get(timeout=max(0.0, deadline - monotonic()))
            except queue.Empty:
                raise TimeoutError("no answer in time") from None
            if answer is None:
                raise ConnectionResetError("the bus has ended")
            if answer.header.fields.get(HeaderFields.reply_serial) == serial:
                body: tuple[Any, ...] = unwrap_msg(answer)
                return body

    def _read(self) -> None:
        from jeepney import MessageType
        from jeepney.io.threading import ReceiveStopped

        try:
            while True:
                message = self._connection.receive()
                signal = message.header.message_type is MessageType.signal
                (self._signals if signal else self._answers).put(message)
        except (ReceiveStopped, OSError):
            self._answers.put(None)
        except Exception:
            _log.exception("what the session's bus said could not be read")
            self._answers.put(None)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
