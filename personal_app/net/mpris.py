"""What a desktop's media keys and players' widgets see and wish: MPRIS, as values and messages.

The interface is the Media Player Remote Interfacing Specification 2.2 (specifications.freedesktop.org/mpris-spec). It
counts in microseconds, this program in milliseconds. Must never touch a bus or import Qt.
"""

import re
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from jeepney import Message

PATH = "/org/mpris/MediaPlayer2"
ROOT = "org.mpris.MediaPlayer2"
PLAYER = "org.mpris.MediaPlayer2.Player"
PROPERTIES = "org.freedesktop.DBus.Properties"
NAME = "org.mpris.MediaPlayer2.personal_app"
_TRACKS = "/org/personal_app/talk/"
_NO_TRACK = "/org/mpris/MediaPlayer2/TrackList/NoTrack"
_US = 1000


class Status(StrEnum):
    """How playing stands, in the interface's own words."""

    PLAYING = "Playing"
    PAUSED = "Paused"
    STOPPED = "Stopped"


class Playing(msgspec.Struct, frozen=True, kw_only=True):
    """What plays. The recording was at `position_ms` when the steady clock said `at_ms`, and `moves` on or does not.

    `awake` asks that the screen stays lit.
    """

    status: Status = Status.STOPPED
    talk: str = ""
    title: str = ""
    artists: tuple[str, ...] = ()
    album: str = ""
    duration_ms: int = 0
    position_ms: int = 0
    at_ms: float = 0.0
    moves: bool = False
    rate: float = 1.0
    slowest: float = 1.0
    fastest: float = 1.0
    volume: int = 100
    chapters: bool = False
    awake: bool = False

    def position(self, now_ms: float) -> int:
        """Return where the recording is when the steady clock says `now_ms`, in ms."""
        gone = (now_ms - self.at_ms) * self.rate if self.moves else 0.0
        return max(0, min(round(self.position_ms + gone), self.duration_ms))


class Press(StrEnum):
    """What is pressed on the desktop, in the interface's own words."""

    PLAY = "Play"
    PAUSE = "Pause"
    PLAY_PAUSE = "PlayPause"
    STOP = "Stop"
    NEXT = "Next"
    PREVIOUS = "Previous"
    RAISE = "Raise"


_BUTTONS = frozenset(str(press) for press in Press if press is not Press.RAISE)


class Pressed(msgspec.Struct, frozen=True):
    """A button of the desktop's."""

    what: Press


class Skipped(msgspec.Struct, frozen=True):
    """Go so many ms forward or, negative, back."""

    delta_ms: int


class Sought(msgspec.Struct, frozen=True):
    """Go to a position, in ms."""

    position_ms: int


class RateChosen(msgspec.Struct, frozen=True):
    """Play at a speed."""

    rate: float


class VolumeChosen(msgspec.Struct, frozen=True):
    """Be so loud, 0 to 100."""

    volume: int


Wish = Pressed | Skipped | Sought | RateChosen | VolumeChosen


class Refused(Exception):
    """A call is answered with the error of that name."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = f"org.freedesktop.DBus.Error.{name}"


def track_of(talk: str) -> str:
    """Return the object path that stands for a talk."""
    return _TRACKS + re.sub(r"[^A-Za-z0-9]", lambda sign: f"_{ord(sign[0]):x}_", talk) if talk else _NO_TRACK


def properties(interface: str, state: Playing, now_ms: float) -> dict[str, tuple[str, Any]]:
    """Return all properties of one of the two interfaces, as variants; raises `Refused` for any other."""
    if interface == ROOT:
        return {
            "CanQuit": ("b", False),
            "CanRaise": ("b", True),
            "HasTrackList": ("b", False),
            "Identity": ("s", "PeRSonAl"),
            "DesktopEntry": ("s", "personal-app"),
            "SupportedUriSchemes": ("as", []),
            "SupportedMimeTypes": ("as", []),
        }
    if interface != PLAYER:
        raise Refused("UnknownInterface", f"there is no {interface} here")
    there = state.status is not Status.STOPPED
    return {
        "PlaybackStatus": ("s", str(state.status)),
        "Rate": ("d", state.rate),
        "MinimumRate": ("d", state.slowest),
        "MaximumRate": ("d", state.fastest),
        "Metadata": ("a{sv}", _metadata(state)),
        "Volume": ("d", state.volume / 100),
        "Position": ("x", state.position(now_ms) * _US),
        "CanGoNext": ("b", there and state.chapters),
        "CanGoPrevious": ("b", there and state.chapters),
        "CanPlay": ("b", there),
        "CanPause": ("b", there),
        "CanSeek": ("b", there),
        "CanControl": ("b", True),
    }


def wish_of(member: str, interface: str | None, body: tuple[Any, ...], state: Playing) -> Wish | None:
    """Return what a method call wishes, None where there is nothing to do; raises `Refused` where it is no such call.

    `interface` may be missing, as D-Bus allows.
    """
    if member == Press.RAISE and interface in (ROOT, None):
        return Pressed(Press.RAISE)
    if interface not in (PLAYER, None):
        raise Refused("UnknownMethod", f"there is no {member} here")
    if member in _BUTTONS:
        return Pressed(Press(member))
    if member == "Seek" and _are(body, int):
        return Skipped(int(body[0]) // _US)
    if member == "SetPosition" and _are(body, str, int):
        position_ms = body[1] // _US
        # What was on when it was pressed may not be any more.
        fits = body[0] == track_of(state.talk) and 0 <= position_ms <= state.duration_ms
        return Sought(position_ms) if fits else None
    if member in ("Seek", "SetPosition"):
        raise Refused("InvalidArgs", f"{member} was asked with something else than it takes")
    raise Refused("UnknownMethod", f"there is no {member} here")


def setting_of(name: str, value: object) -> Wish | None:
    """Return what setting a property wishes; raises `Refused` where it cannot be set."""
    if not isinstance(value, int | float) or not isfinite(value):
        raise Refused("InvalidArgs", f"{name} is a number")
    if name == "Volume":
        return VolumeChosen(round(min(max(0.0, value), 1.0) * 100))
    if name == "Rate":
        # The specification's rule: a speed of nothing is a pause.
        return RateChosen(float(value)) if value > 0 else Pressed(Press.PAUSE)
    raise Refused("PropertyReadOnly", f"{name} cannot be set")


def changed_signal(before: Playing, after: Playing) -> "Message | None":
    """Return the signal of what is another now, None where nothing is; a position that only moves on is not told."""
    from jeepney import DBusAddress, new_signal

    old, new = (properties(PLAYER, state, state.at_ms) for state in (before, after))
    other = {name: value for name, value in new.items() if name != "Position" and old[name] != value}
    if not other:
        return None
    emitter = DBusAddress(PATH, interface=PROPERTIES)
    return new_signal(emitter, "PropertiesChanged", "sa{sv}as", (PLAYER, other, []))


def sought_signal(position_ms: int) -> "Message":
    """Return the signal of a position that was jumped to."""
    from jeepney import DBusAddress, new_signal

    return new_signal(DBusAddress(PATH, interface=PLAYER), "Seeked", "x", (position_ms * _US,))


def _metadata(state: Playing) -> dict[str, tuple[str, Any]]:
    facts: dict[str, tuple[str, Any]] = {"mpris:trackid": ("o", track_of(state.talk))}
    if state.talk:
        facts["mpris:length"] = ("x", state.duration_ms * _US)
        facts["xesam:title"] = ("s", state.title)
        facts["xesam:artist"] = ("as", list(state.artists))
        facts["xesam:album"] = ("s", state.album)
    return facts


def _are(body: tuple[Any, ...], *kinds: type) -> bool:
    return len(body) == len(kinds) and all(isinstance(part, kind) for part, kind in zip(body, kinds, strict=True))
