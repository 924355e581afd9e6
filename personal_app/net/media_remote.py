"""The player on the session's bus: media keys and the desktop's widgets reach it, and the screen stays lit meanwhile.

It speaks MPRIS with jeepney on a thread of its own, which begins with the first recording that plays. Where there is no
bus, or it ends, nothing is missed but the keys. Must never import Qt, nor decide what a wish does.
"""

import logging
import os
import queue
import threading
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from personal_app.net.desktop_notices import PROGRAM, session_bus
from personal_app.net.mpris import (
    NAME,
    PATH,
    PLAYER,
    PROPERTIES,
    ROOT,
    Playing,
    Refused,
    Wish,
    changed_signal,
    properties,
    setting_of,
    sought_signal,
    wish_of,
)
from personal_app.net.screen_awake import Answered, ScreenAwake

if TYPE_CHECKING:
    from jeepney import Message

_log = logging.getLogger(__name__)

_AGAIN_S = 30.0
#: RequestName's flag "do not wait for the name", and its answers "you have it" and "you had it".
_NOT_QUEUED, _OWNS = 4, (1, 4)
_XML = (
    '<node><interface name="org.mpris.MediaPlayer2"><method name="Raise"/></interface>'
    '<interface name="org.mpris.MediaPlayer2.Player"><method name="PlayPause"/><method name="Play"/>'
    '<method name="Pause"/><method name="Stop"/><method name="Next"/><method name="Previous"/>'
    '<method name="Seek"><arg name="Offset" type="x" direction="in"/></method>'
    '<method name="SetPosition"><arg name="TrackId" type="o" direction="in"/>'
    '<arg name="Position" type="x" direction="in"/></method>'
    '<signal name="Seeked"><arg name="Position" type="x"/></signal></interface></node>'
)


def steady_ms() -> float:
    """Return what the steady clock says, in ms."""
    return monotonic() * 1000


class _Shown(NamedTuple):
    state: Playing
    jumped: bool


class _BusEnded(NamedTuple):
    bus: "_Bus"


class MediaRemote:
    """`show` may be called from any thread and never waits; `tell` is called on the thread of the remote."""

    def __init__(self, tell: Callable[[Wish], None]) -> None:
        self._tell = tell
        self._jobs: queue.Queue[_Shown | Message | _BusEnded | None] = queue.Queue()
        self._thread: threading.Thread | None = None
        self._state = Playing()
        self._bus: _Bus | None = None
        self._not_before_s = 0.0

    def show(self, state: Playing, *, jumped: bool = False) -> None:
        """Let the desktop know what plays; `jumped` says that its position is not where it would have come to."""
        if self._thread is None:
            if session_bus() is None:
                return
            self._thread = threading.Thread(target=self._work, name="media keys", daemon=True)
            self._thread.start()
        self._jobs.put(_Shown(state, jumped))

    def close(self, timeout_s: float) -> bool:
        """Leave the bus, and tell whether the thread ended within `timeout_s`."""
        self._jobs.put(None)
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            try:
                self._do(job)
            except Exception as fault:
                # Of the many ways in which a bus can be missing or broken none is ours to mend.
                _log.info("the desktop does not know what plays: %s", str(fault) or type(fault).__name__)
                self._leave()
                self._not_before_s = monotonic() + _AGAIN_S
        self._leave()

    def _do(self, job: "_Shown | Message | _BusEnded") -> None:
        if isinstance(job, _Shown):
            self._show(*job)
        elif isinstance(job, _BusEnded):
            if job.bus is self._bus:
                raise ConnectionResetError("the bus has ended")
        elif self._bus is not None and not self._bus.take_answer(job):
            self._answer(self._bus, job)

    def _show(self, state: Playing, jumped: bool) -> None:
        before, self._state = self._state, state
        if self._bus is None:
            if monotonic() < self._not_before_s:
                return
            self._bus = _Bus(self._jobs)
        else:
            told = changed_signal(before, state)
            if told is not None:
                self._bus.send(told)
            if jumped:
                self._bus.send(sought_signal(state.position(steady_ms())))
        self._bus.screen.keep(state.awake)

    def _answer(self, bus: "_Bus", call: "Message") -> None:
        from jeepney import HeaderFields, MessageFlag, MessageType, new_error, new_method_return

        if call.header.message_type is not MessageType.method_call:
            return
        try:
            signature, body = self._reply(call.header.fields, call.body)
            answer = new_method_return(call, signature, body)
        except Refused as refused:
            answer = new_error(call, refused.name, "s", (str(refused),))
        if HeaderFields.sender in call.header.fields and not call.header.flags & MessageFlag.no_reply_expected:
            bus.send(answer)

    def _reply(self, fields: dict[Any, Any], body: tuple[Any, ...]) -> tuple[str | None, tuple[Any, ...]]:
        """Return the signature and the body of the answer; what is wished is told."""
        from jeepney import HeaderFields

        member, interface = fields[HeaderFields.member], fields.get(HeaderFields.interface)
        if interface == "org.freedesktop.DBus.Peer" and member == "Ping":
            return None, ()
        if interface == "org.freedesktop.DBus.Introspectable" and member == "Introspect":
            return "s", (_XML,)
        if fields.get(HeaderFields.path) != PATH:
            raise Refused("UnknownObject", "there is nothing here")
        if interface == PROPERTIES:
            return self._properties(member, fields.get(HeaderFields.signature), body)
        self._wish(wish_of(member, interface, body, self._state))
        return None, ()

    def _properties(
        self, member: str, signature: str | None, body: tuple[Any, ...]
    ) -> tuple[str | None, tuple[Any, ...]]:
        match member, signature:
            case "GetAll", "s":
                return "a{sv}", (properties(body[0], self._state, steady_ms()),)
            case "Get", "ss":
                found = properties(body[0], self._state, steady_ms()).get(body[1])
                if found is None:
                    raise Refused("UnknownProperty", f"there is no {body[1]} here")
                return "v", (found,)
            case "Set", "ssv":
                if body[0] not in (PLAYER, ROOT):
                    raise Refused("UnknownInterface", f"there is no {body[0]} here")
                self._wish(setting_of(body[1], body[2][1]))
                return None, ()
            case _:
                raise Refused("UnknownMethod", f"there is no such {member} here")

    def _wish(self, wish: Wish | None) -> None:
        if wish is not None:
            self._tell(wish)

    def _leave(self) -> None:
        if self._bus is not None:
            self._bus.close()
            self._bus = None


class _Bus:
    """An open connection to the session's bus under the player's name; whatever comes is put among `jobs`."""

    def __init__(self, jobs: "queue.Queue[Any]") -> None:
        """Raises OSError and what jeepney raises where there is no bus."""
        from jeepney.io.threading import open_dbus_connection

        address = session_bus()
        if address is None:
            raise OSError("there is no session bus")
        self._jobs = jobs
        self._answered: dict[int, Answered] = {}
        self._connection = open_dbus_connection(address)
        self.screen = ScreenAwake(self.ask, PROGRAM)
        self._reader = threading.Thread(target=self._read, name="media keys' bus", daemon=True)
        self._reader.start()
        self._request(NAME)

    def send(self, message: "Message") -> None:
        """Send a message that nothing answers."""
        self._connection.send(message)

    def ask(self, call: "Message", answered: Answered) -> None:
        """Send a call, whose answer `answered` is given."""
        serial = next(self._connection.outgoing_serial)
        self._answered[serial] = answered
        self._connection.send(call, serial=serial)

    def take_answer(self, message: "Message") -> bool:
        """Hand an answer on to whoever asked, and tell whether it is one."""
        from jeepney import HeaderFields

        serial = message.header.fields.get(HeaderFields.reply_serial)
        if serial is None:
            return False
        answered = self._answered.pop(serial, None)
        if answered is not None:
            answered(message)
        return True

    def close(self) -> None:
        """Leave the bus."""
        self._connection.interrupt()
        self._reader.join(5.0)
        self._connection.close()

    def _request(self, name: str) -> None:
        """Ask for a name; another copy of this program may have it, and then ours is the specification's other form."""
        from jeepney import message_bus

        def answered(answer: "Message") -> None:
            if name == NAME and answer.body[0] not in _OWNS:
                self._request(f"{NAME}.instance{os.getpid()}")

        self.ask(message_bus.RequestName(name, _NOT_QUEUED), answered)

    def _read(self) -> None:
        from jeepney.io.threading import ReceiveStopped

        try:
            while True:
                self._jobs.put(self._connection.receive())
        except (ReceiveStopped, OSError):
            self._jobs.put(_BusEnded(self))
        except Exception:
            _log.exception("what the session's bus said could not be read")
            self._jobs.put(_BusEnded(self))
