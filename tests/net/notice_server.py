"""A session bus of our own with somebody on it who shows notices, as a desktop does."""

import shutil
import subprocess
import threading
from pathlib import Path
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.threading import DBusConnection, DBusRouter, Proxy, ReceiveStopped, open_dbus_connection

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
DAEMON = shutil.which("dbus-daemon")
_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""


class Bus:
    """A dbus-daemon on a socket in `folder`."""

    def __init__(self, folder: Path) -> None:
        assert DAEMON is not None
        socket, config = folder / "bus", folder / "bus.conf"
        config.write_text(_CONFIG.format(socket=socket))
        self._process = subprocess.Popen(
            [DAEMON, f"--config-file={config}", "--nofork", "--nopidfile", "--print-address=1"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        self.address = self._process.stdout.readline().strip()
        assert self.address, "the bus did not begin"

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


class NoticeServer:
    """Answers on the bus at `address`, and keeps the bodies of what it was asked to show."""

    def __init__(self, address: str, *, capabilities: tuple[str, ...] = ("body", "body-markup", "actions")) -> None:
        self.shown: list[tuple[Any, ...]] = []
        self.came = threading.Event()
        self._capabilities = list(capabilities)
        self._connection: DBusConnection = open_dbus_connection(address)
        with DBusRouter(self._connection) as router:
            Proxy(message_bus, router, timeout=5).RequestName(NAME)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def press(self, number: int, action: str = "default") -> None:
        """Let a person press the notice of that number."""
        emitter = DBusAddress(PATH, bus_name=NAME, interface=NAME)
        self._connection.send(new_signal(emitter, "ActionInvoked", "us", (number, action)))

    def end(self) -> None:
        self._connection.interrupt()
        self._thread.join(5)
        self._connection.close()

    def _work(self) -> None:
        while True:
            try:
                message: Message = self._connection.receive()
            except (ReceiveStopped, ConnectionError, OSError):
                return
            if message.header.message_type is MessageType.method_call:
                self._connection.send(self._answer(message))

    def _answer(self, message: Message) -> Message:
        member = message.header.fields[HeaderFields.member]
        if member == "GetCapabilities":
            return new_method_return(message, "as", (self._capabilities,))
        if member == "Notify" and message.header.fields[HeaderFields.signature] == "susssasa{sv}i":
            self.shown.append(message.body)
            self.came.set()
            return new_method_return(message, "u", (len(self.shown),))
        return new_error(message, "org.freedesktop.DBus.Error.InvalidArgs")
