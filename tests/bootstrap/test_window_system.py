"""libvlc under Wayland: what was chosen last is read before there is an application, and Qt is told."""

from pathlib import Path

import pytest

from benchmarks.start import fill
from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.window_system import choose_window_system
from personal_app.player.kinds import EngineKind
from personal_app.services.player_settings import PLAYER, PlayerSettings
from personal_app.store.store import Store

SESSION = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}


def chosen(profile: Path, *options: str, session: dict[str, str] = SESSION) -> str | None:
    environment = dict(session)
    choose_window_system(parse_arguments(["--profile", str(profile), *options]), environment, "linux")
    return environment.get("QT_QPA_PLATFORM")


@pytest.mark.timeout(120)
def test_what_was_chosen_decides_which_window_system_is_used(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    assert chosen(profile) is None
    fill(profile)
    assert chosen(profile) is None
    for kind, system in ((EngineKind.LIBVLC, "xcb"), (EngineKind.QT, None)):
        store = Store(profile)
        store.keep_setting(PLAYER, PlayerSettings(engine=kind).text()).result(20)
        assert store.close(20)
        assert chosen(profile) == system
    assert chosen(profile, "--engine", "libvlc") == "xcb"
    assert chosen(profile, "--engine", "libvlc", session={"DISPLAY": ":0"}) is None
