"""A desktop on a bus: it presses media keys, hears what plays, and darkens the screen unless asked not to."""

import queue
import threading
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_call,
    new_method_return,
)
from jeepney.io.threading import DBusConnection, DBusRouter, Proxy, ReceiveStopped, open_dbus_connection

from personal_app.net.mpris import NAME, PATH, PLAYER, PROPERTIES

SAVER, PORTAL = "org.freedesktop.ScreenSaver", "org.freedesktop.portal.Desktop"
WAIT_S = 20


class Desktop:
    """On the bus at `address`; `keeps` is the name under which it lets itself be asked to keep the screen lit."""

    def __init__(self, address: str, keeps: str = SAVER) -> None:
        self.heard: queue.Queue[tuple[str, tuple[Any, ...]]] = queue.Queue()
        self.asked: queue.Queue[tuple[str, tuple[Any, ...]]] = queue.Queue()
        self._answers: queue.Queue[Message] = queue.Queue()
        self._connection: DBusConnection = open_dbus_connection(address)
        with DBusRouter(self._connection) as router:
            bus = Proxy(message_bus, router, timeout=5)
            bus.RequestName(keeps)
            bus.AddMatch(MatchRule(type="signal", path=PATH))
            bus.AddMatch(MatchRule(type="signal", member="NameOwnerChanged"))
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def call(
        self, interface: str, member: str, signature: str | None = None, body: tuple[Any, ...] = (), name: str = NAME
    ) -> Message:
        """Return the player's answer, which may be an error."""
        address = DBusAddress(PATH, bus_name=name, interface=interface)
        self._connection.send(new_method_call(address, member, signature, body))
        return self._answers.get(timeout=WAIT_S)

    def get(self, name: str) -> Any:
        """Return a property of the player."""
        answer = self.call(PROPERTIES, "Get", "ss", (PLAYER, name))
        return answer.body[0][1]

    def await_name(self, name: str = NAME) -> None:
        """Wait until somebody has the name."""
        while True:
            member, body = self.heard.get(timeout=WAIT_S)
            if member == "NameOwnerChanged" and body[0] == name and body[2]:
                return

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
            fields = message.header.fields
            match message.header.message_type:
                case MessageType.method_call:
                    self.asked.put((fields[HeaderFields.member], message.body))
                    self._connection.send(_answer(message))
                case MessageType.signal:
                    self.heard.put((fields[HeaderFields.member], message.body))
                case _:
                    self._answers.put(message)


def _answer(message: Message) -> Message:
    match message.header.fields[HeaderFields.member], message.header.fields.get(HeaderFields.signature):
        case "Inhibit", "ss":
            return new_method_return(message, "u", (41,))
        case "Inhibit", "sua{sv}":
            return new_method_return(message, "o", ("/org/freedesktop/portal/desktop/request/1",))
        case "UnInhibit" | "Close", _:
            return new_method_return(message)
        case _:
            return new_error(message, "org.freedesktop.DBus.Error.InvalidArgs")
