"""What the player's tests share: recordings to play, an engine of each kind, and waiting with a deadline."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from personal_app.player.choice import EngineKind, open_libvlc
from personal_app.player.deck import START_DEADLINE_MS, Deck
from personal_app.player.engine import Engine, EngineUnavailable, PlayerState
from personal_app.player.native_noise import QT_LINES
from tests.player.evidence import Evidence
from tests.player.recordings import Clip, demo_clip, movie_duration_ms
from tools.numbered import can_make, numbered_recording

# Windows that nobody looks at; the one test that needs a real screen starts its own.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

ROOM = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let Qt's known lines pass in this folder, and no others."""
    for item in items:
        if ROOM in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore(*(f"^{line}$" for line in QT_LINES), extend=True))


@pytest.fixture(scope="session")
def clip() -> Clip:
    return demo_clip()


@pytest.fixture(scope="session")
def numbered(tmp_path_factory: pytest.TempPathFactory) -> Clip:
    """A recording of 40 s with numbers in its pictures and two sound tracks."""
    if not can_make():
        pytest.skip("ffmpeg is not here to make a recording")
    path = tmp_path_factory.mktemp("numbered") / "numbered.mp4"
    numbered_recording(path, 40, sounds=("eng", "fra"))
    return Clip(path, movie_duration_ms(path.read_bytes()))


@pytest.fixture(scope="session")
def libvlc() -> Iterator[object]:
    """One warm libvlc with its dummy outputs, which play in real time on a machine with no screen and no sound."""
    try:
        open_libvlc(sound=False).release()
    except EngineUnavailable as missing:
        pytest.skip(f"libvlc cannot be tested: {missing}")
    from personal_app.player.vlc_engine import VlcLibrary

    library = VlcLibrary(sound=False, picture=False)
    yield library
    library.release()


@pytest.fixture(params=list(EngineKind))
def engine_kind(request: pytest.FixtureRequest) -> EngineKind:
    return EngineKind(request.param)


@pytest.fixture
def make_engine(
    engine_kind: EngineKind, request: pytest.FixtureRequest, qapp: QApplication
) -> Iterator[Callable[..., Engine]]:
    """Return a function that makes engines of the kind under test; they are closed when the test ends."""
    made: list[Engine] = []

    def make(start_deadline_ms: int = START_DEADLINE_MS) -> Engine:
        engine: Deck
        if engine_kind is EngineKind.LIBVLC:
            from personal_app.player.vlc_engine import VlcEngine

            engine = VlcEngine(request.getfixturevalue("libvlc"), start_deadline_ms=start_deadline_ms)
        else:
            from personal_app.player.qt_engine import QtEngine

            engine = QtEngine(sound=False, start_deadline_ms=start_deadline_ms)
        made.append(engine)
        return engine

    if engine_kind is EngineKind.LIBVLC:
        request.getfixturevalue("libvlc")
    yield make
    for engine in made:
        engine.close()
        assert engine.wait_closed(10)
        qapp.processEvents()
        engine.surface.deleteLater()
    qapp.processEvents()


@pytest.fixture
def engine(make_engine: Callable[..., Engine]) -> Engine:
    return make_engine()


@pytest.fixture
def evidence(engine: Engine) -> Evidence:
    return Evidence(engine)


@pytest.fixture
def reach(qtbot: QtBot, engine: Engine) -> Callable[[PlayerState], None]:
    """Return a function that waits until the engine is in a state."""

    def wait(state: PlayerState) -> None:
        qtbot.waitUntil(lambda: engine.state is state, timeout=15_000)

    return wait
