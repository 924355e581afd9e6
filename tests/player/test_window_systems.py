"""When a wish for an engine takes effect, by the window system there is and could be."""

import pytest

from personal_app.player.kinds import EngineKind
from personal_app.player.window_systems import Outlook, outlook, wants_x11

X_SERVER = {"DISPLAY": ":0"}
BOTH = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}


@pytest.mark.parametrize(
    ("kind", "platform", "environment", "ahead"),
    [
        (EngineKind.QT, "wayland", {}, Outlook.NOW),
        (EngineKind.QT, "offscreen", {}, Outlook.NOW),
        (EngineKind.LIBVLC, "xcb", {}, Outlook.NOW),
        (EngineKind.LIBVLC, "windows", {}, Outlook.NOW),
        (EngineKind.LIBVLC, "wayland", X_SERVER, Outlook.NEXT_START),
        (EngineKind.LIBVLC, "wayland-egl", X_SERVER, Outlook.NEXT_START),
        (EngineKind.LIBVLC, "wayland", {}, Outlook.NEVER),
        (EngineKind.LIBVLC, "offscreen", X_SERVER, Outlook.NEVER),
    ],
)
def test_when_an_engine_can_play(kind: EngineKind, platform: str, environment: dict[str, str], ahead: Outlook) -> None:
    assert outlook(kind, platform, environment) is ahead


@pytest.mark.parametrize(
    ("environment", "system", "wanted"),
    [
        (BOTH, "linux", True),
        (BOTH, "win32", False),
        (X_SERVER, "linux", False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", False),
        ({**BOTH, "QT_QPA_PLATFORM": "wayland"}, "linux", False),
    ],
)
def test_x11_is_only_for_a_wayland_session_that_has_both(
    environment: dict[str, str], system: str, wanted: bool
) -> None:
    assert wants_x11(environment, system) is wanted
