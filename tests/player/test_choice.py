"""Which engine plays: by platform, by wish, by what is installed; and that all of it is released."""

import importlib
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from pytestqt.qtbot import QtBot

from personal_app.player.choice import Choice, EngineKind, EngineSource
from personal_app.player.engine import EngineUnavailable
from personal_app.player.sound import has_sound_output


def chosen(qtbot: QtBot, source: EngineSource) -> Choice:
    """Let a source choose, release it, and return what it chose."""
    found: list[Choice] = []
    source.when_ready(found.append)
    source.warm()
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    with qtbot.waitSignal(source.closed, timeout=10_000):
        source.close()
    assert source.wait_closed(5)
    assert source.choice == found[0]
    later: list[Choice] = []
    source.when_ready(later.append)
    assert later == found
    return found[0]


def test_where_libvlc_cannot_draw_qt_plays(qtbot: QtBot) -> None:
    for platform in ("offscreen", "wayland"):
        choice = chosen(qtbot, EngineSource(platform=platform, environment={}))
        assert choice.kind is EngineKind.QT
        assert choice.reason == f"Qt Multimedia, because libvlc cannot draw into a window on the platform “{platform}”"


@pytest.mark.usefixtures("libvlc")
def test_where_it_can_draw_libvlc_plays(qtbot: QtBot) -> None:
    choice = chosen(qtbot, EngineSource(platform="xcb", environment={}))
    assert choice.kind is EngineKind.LIBVLC
    assert choice.reason.startswith("libvlc 3.")


def test_a_wish_for_qt_is_granted(qtbot: QtBot) -> None:
    choice = chosen(qtbot, EngineSource(EngineKind.QT, platform="xcb", environment={}))
    assert (choice.kind, choice.reason) == (EngineKind.QT, "Qt Multimedia, because it was asked for")


@pytest.mark.parametrize(
    ("fault", "why"),
    [
        (ImportError("no vlc"), "python-vlc is not installed"),
        (NotImplementedError("no library"), "libvlc is not installed (VLC brings it)"),
        (OSError("no library"), "libvlc is not installed (VLC brings it)"),
        (SystemExit(1), "libvlc is not installed (VLC brings it)"),
        (EngineUnavailable("libvlc is 4.0.0, and this app needs 3.0"), "libvlc is 4.0.0, and this app needs 3.0"),
        (RuntimeError("who knows"), "libvlc could not be started"),
    ],
)
def test_without_libvlc_qt_plays_and_says_why(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, fault: BaseException, why: str
) -> None:
    real = importlib.import_module

    def broken(name: str, package: str | None = None) -> ModuleType:
        if name.endswith("vlc_engine"):
            raise fault
        return real(name, package)

    monkeypatch.setattr(importlib, "import_module", broken)
    choice = chosen(qtbot, EngineSource(platform="xcb", environment={}))
    assert (choice.kind, choice.reason) == (EngineKind.QT, f"Qt Multimedia, because {why}")


def test_an_engine_may_be_made_before_anything_is_ready(qtbot: QtBot) -> None:
    source = EngineSource(EngineKind.QT, environment={})
    engine = source.create()
    assert engine.name.startswith("Qt Multimedia")
    with qtbot.waitSignal(source.closed, timeout=10_000):
        source.close()
    assert engine.wait_closed(5)
    engine.surface.deleteLater()


def test_a_preference_gives_way_to_what_was_told(qtbot: QtBot) -> None:
    for wish, reason in ((None, "it was asked for"), (EngineKind.LIBVLC, "libvlc cannot draw into a window on")):
        source = EngineSource(wish, platform="offscreen", environment={})
        source.prefer(EngineKind.QT)
        assert reason in chosen(qtbot, source).reason


@pytest.mark.usefixtures("libvlc")
def test_it_can_be_chosen_anew_and_both_are_released(qtbot: QtBot) -> None:
    source = EngineSource(platform="xcb", environment={})
    source.warm()
    first = source.create()
    assert first.name.startswith("libvlc")
    for kind, name in ((EngineKind.QT, "Qt Multimedia"), (EngineKind.LIBVLC, "libvlc")):
        with qtbot.waitSignal(source.changed, timeout=20_000) as told:
            source.change(kind)
        assert told.args is not None
        assert told.args[0].kind is kind
        second = source.create()
        assert second.name.startswith(name)
        with qtbot.waitSignal(first.signals.closed, timeout=10_000):
            source.retire(first)
        first.surface.deleteLater()
        first = second
    with qtbot.waitSignal(source.closed, timeout=10_000):
        source.close()
    assert source.wait_closed(5)
    source.change(EngineKind.QT)
    assert source.choice is not None
    assert source.choice.kind is EngineKind.LIBVLC
    first.surface.deleteLater()


def test_a_wish_that_cannot_be_had_leaves_what_was(qtbot: QtBot) -> None:
    source = EngineSource(EngineKind.QT, platform="offscreen", environment={})
    found: list[Choice] = []
    source.when_ready(found.append)
    source.warm()
    qtbot.waitUntil(lambda: bool(found), timeout=20_000)
    with qtbot.waitSignal(source.changed, timeout=20_000) as told:
        source.change(EngineKind.LIBVLC)
    assert told.args is not None
    assert told.args[0].kind is EngineKind.QT
    with qtbot.waitSignal(source.closed, timeout=10_000):
        source.close()


def test_nothing_is_imported_until_it_is_warmed() -> None:
    """Importing the choice must cost the first paint nothing."""
    code = (
        "import sys, personal_app.player.choice; "
        "sys.exit('vlc' in sys.modules or 'PySide6.QtMultimedia' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0


@pytest.mark.parametrize(
    ("environment", "files", "platform", "sound"),
    [
        ({}, [], "linux", False),
        ({}, [], "win32", True),
        ({}, [], "darwin", True),
        ({"PULSE_SERVER": "tcp:somewhere"}, [], "linux", True),
        ({"XDG_RUNTIME_DIR": "run"}, [], "linux", False),
        ({"XDG_RUNTIME_DIR": "run"}, ["run/pulse/native"], "linux", True),
        ({}, ["dev/snd/pcmC0D0p"], "linux", True),
        ({}, ["dev/snd/pcmC0D0c", "dev/snd/controlC0"], "linux", False),
    ],
)
def test_whether_there_is_sound(
    environment: dict[str, str], files: list[str], platform: str, sound: bool, tmp_path: Path
) -> None:
    for name in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    placed = {name: str(tmp_path / value) if "DIR" in name else value for name, value in environment.items()}
    assert has_sound_output(placed, platform, tmp_path) is sound
