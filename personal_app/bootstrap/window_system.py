"""Lets Qt draw through X11 where a person wants libvlc and the session is Wayland's, before there is an application.

Must never import what starts slowly; the cache is read only where the answer depends on it.
"""

from collections.abc import MutableMapping

from personal_app.bootstrap.arguments import Arguments
from personal_app.player.kinds import EngineKind
from personal_app.player.window_systems import QT_PLATFORM, X11, wants_x11
from personal_app.services.player_settings import PLAYER, player_settings
from personal_app.store.first_page import read_beginning


def choose_window_system(arguments: Arguments, environment: MutableMapping[str, str], system: str) -> None:
    """Say in `environment` which window system Qt is to use, where libvlc needs another one than Qt would take."""
    if not wants_x11(environment, system):
        return
    wished = arguments.engine or player_settings(read_beginning(arguments.profile, PLAYER).setting).engine
    if wished is EngineKind.LIBVLC:
        environment[QT_PLATFORM] = X11
