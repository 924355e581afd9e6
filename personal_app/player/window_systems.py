"""On which window systems libvlc can draw, and when a wish for an engine takes effect. Pure; must never import Qt.

It is read before there is an application, because Qt's window system is chosen once and for all when that is made.
"""

from collections.abc import Mapping
from enum import StrEnum

from personal_app.player.kinds import EngineKind

#: Qt's names for the platforms on which libvlc 3 can draw into a widget's window.
EMBEDDING_PLATFORMS = frozenset({"xcb", "windows", "cocoa"})
#: The variable by which Qt is told its platform (Qt's "Qt for Embedded Linux" and QGuiApplication documentation).
QT_PLATFORM = "QT_QPA_PLATFORM"
X11 = "xcb"


class Outlook(StrEnum):
    """When a wish for an engine takes effect."""

    NOW = "now"
    NEXT_START = "next_start"
    NEVER = "never"


def outlook(kind: EngineKind, platform: str, environment: Mapping[str, str]) -> Outlook:
    """Return when `kind` can play, where Qt's platform is `platform`. Whether it is installed is not known here."""
    if kind is EngineKind.QT or platform in EMBEDDING_PLATFORMS:
        return Outlook.NOW
    # Wayland sessions bring an X server along for programs of that kind, and DISPLAY names it.
    on_wayland = platform.startswith("wayland") and environment.get("DISPLAY")
    return Outlook.NEXT_START if on_wayland else Outlook.NEVER


def wants_x11(environment: Mapping[str, str], system: str) -> bool:
    """Tell whether Qt would draw through Wayland here, unasked, and could draw through X11 instead."""
    return (
        system.startswith("linux")
        and QT_PLATFORM not in environment
        and bool(environment.get("WAYLAND_DISPLAY"))
        and bool(environment.get("DISPLAY"))
    )
