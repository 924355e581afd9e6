"""Keeps the screen lit while something plays: org.freedesktop.ScreenSaver where there is one, else the desktop portal.

The first is the Idle Inhibition Service of freedesktop.org, the second org.freedesktop.portal.Inhibit of
xdg-desktop-portal. Both let go by themselves when the connection ends. Must never wait for an answer nor import Qt.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jeepney import Message

_SAVER = "org.freedesktop.ScreenSaver"
_SAVER_PATH = "/org/freedesktop/ScreenSaver"
_PORTAL = "org.freedesktop.portal.Desktop"
_PORTAL_PATH = "/org/freedesktop/portal/desktop"
#: The portal's number for "the session does not become idle".
_IDLE = 8
_WHY = "A recording plays"

Answered = Callable[["Message"], None]


class ScreenAwake:
    """`ask` sends a call and has its answer, an error too, given to a function later."""

    def __init__(self, ask: Callable[["Message", Answered], None], program: str) -> None:
        self._ask = ask
        self._program = program
        self._wanted = self._asking = False
        self._release: Message | None = None

    def keep(self, awake: bool) -> None:
        """Keep the screen lit, or let it be dark when its time comes."""
        self._wanted = awake
        if awake and self._release is None and not self._asking:
            from jeepney import DBusAddress, new_method_call

            self._asking = True
            saver = DBusAddress(_SAVER_PATH, bus_name=_SAVER, interface=_SAVER)
            self._ask(new_method_call(saver, "Inhibit", "ss", (self._program, _WHY)), self._on_saver)
        elif not awake:
            self._let_go()

    def _on_saver(self, answer: "Message") -> None:
        from jeepney import DBusAddress, MessageType, new_method_call

        if answer.header.message_type is MessageType.error:
            portal = DBusAddress(_PORTAL_PATH, bus_name=_PORTAL, interface="org.freedesktop.portal.Inhibit")
            options = {"reason": ("s", _WHY)}
            self._ask(new_method_call(portal, "Inhibit", "sua{sv}", ("", _IDLE, options)), self._on_portal)
            return
        saver = DBusAddress(_SAVER_PATH, bus_name=_SAVER, interface=_SAVER)
        self._hold(new_method_call(saver, "UnInhibit", "u", (answer.body[0],)))

    def _on_portal(self, answer: "Message") -> None:
        from jeepney import DBusAddress, MessageType, new_method_call

        if answer.header.message_type is MessageType.error:
            # Nobody here darkens the screen, or nobody lets itself be asked; the next recording asks again.
            self._asking = False
            return
        request = DBusAddress(answer.body[0], bus_name=_PORTAL, interface="org.freedesktop.portal.Request")
        self._hold(new_method_call(request, "Close"))

    def _hold(self, release: "Message") -> None:
        self._asking, self._release = False, release
        if not self._wanted:
            self._let_go()

    def _let_go(self) -> None:
        if self._release is not None:
            release, self._release = self._release, None
            self._ask(release, lambda _: None)
