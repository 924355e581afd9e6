"""How we stand with the server, in words that a person understands. Must never open a connection."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

import msgspec
from PySide6.QtCore import QObject, Signal


class ConnectionKind(StrEnum):
    """Where the live connection stands."""

    CONNECTING = "connecting"
    LIVE = "live"
    RECONNECTING = "reconnecting"
    OFFLINE = "offline"
    REFUSED = "refused"


class Why(StrEnum):
    """Why there is no connection, where that is more than a line that broke."""

    RESTART = "restart"
    NOT_KNOWN = "not_known"
    OUTDATED = "outdated"
    LOCKED = "locked"


class ConnectionState(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot: the kind, when the next try comes, how many commands wait to be sent, what is the matter, and why."""

    kind: ConnectionKind = ConnectionKind.OFFLINE
    retry_at: datetime | None = None
    waiting: int = 0
    detail: str = ""
    why: Why | None = None


class CaughtUp:
    """Tells, asked once a second, whether what the server had to tell anew has come since the connection was made.

    What the cache says may be of yesterday, and the first frames come a moment after the connection.
    """

    LOOKS = 3

    def __init__(self, connection: "ConnectionService") -> None:
        self._connection = connection
        self._looks = 0

    def look(self) -> bool:
        """Look, and return whether it has."""
        live = self._connection.state.kind is ConnectionKind.LIVE
        self._looks = self._looks + 1 if live else 0
        return self._looks >= self.LOOKS


class ConnectionService(QObject):
    """Tells the screens how we stand with the server."""

    changed = Signal()
    #: Something the server has to say to everyone who is connected.
    noticed = Signal(str)

    def __init__(self, retry: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._retry = retry
        self._state = ConnectionState()

    @property
    def state(self) -> ConnectionState:
        """The current snapshot."""
        return self._state

    def words(self, now: datetime) -> str:
        """Return the state as the top bar says it: "Live", "Reconnecting in 3 s", "Offline, 2 to send"."""
        state = self._state
        to_send = f", {state.waiting} to send" if state.waiting else ""
        match state.kind:
            case ConnectionKind.LIVE:
                return f"Live{to_send}"
            case ConnectionKind.CONNECTING:
                return f"Connecting…{to_send}"
            case ConnectionKind.RECONNECTING:
                seconds = max(0, round((state.retry_at - now).total_seconds())) if state.retry_at is not None else 0
                if state.why is Why.RESTART:
                    back = f"back in {seconds} s" if seconds else "back in a moment"
                    return f"Server restarts, {back}{to_send}"
                return f"Reconnecting in {seconds} s{to_send}" if seconds else f"Reconnecting…{to_send}"
            case ConnectionKind.REFUSED if state.why is Why.OUTDATED:
                return f"Update needed{to_send}"
            case ConnectionKind.REFUSED if state.why is Why.LOCKED:
                return f"Key store locked{to_send}"
            case ConnectionKind.REFUSED:
                return f"Not let in{to_send}"
        return f"Offline{to_send}"

    def retry_now(self) -> None:
        """Try to connect at once instead of waiting."""
        self._retry()

    def take(self, state: ConnectionState) -> None:
        """Take in a new snapshot; the number of waiting commands is kept by `take_waiting`."""
        self._set(msgspec.structs.replace(state, waiting=self._state.waiting))

    def take_waiting(self, waiting: int) -> None:
        """Take in how many commands wait to be acknowledged."""
        self._set(msgspec.structs.replace(self._state, waiting=waiting))

    def take_notice(self, text: str) -> None:
        """Take in what the server says to everyone."""
        self.noticed.emit(text)

    def _set(self, state: ConnectionState) -> None:
        if state != self._state:
            self._state = state
            self.changed.emit()
