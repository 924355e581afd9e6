"""From a profile to the first paint: what is imported for it, what it shows, and a window that goes early."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.start import fill
from personal_app.store.first_page import read_first_page
from personal_app.store.snapshot import read_snapshot
from personal_app.store.store import Store
from personal_app.ui.first_page.form import Place
from tools.driving import ROOT

#: None of these may be in memory at the first paint of a cached start: each costs it some milliseconds.
LATER = (
    "alembic",
    "asyncio",
    "msgspec",
    "personal_app.bootstrap.house",
    "personal_app.conference",
    "personal_app.services.services",
    "personal_app.ui.top_bar",
    "personal_app.ui.workspace",
    "PySide6.QtMultimedia",
    "PySide6.QtNetwork",
    "qtawesome",
    "requests",
    "sqlalchemy",
    "ssl",
    "vlc",
    "websockets",
    "zoneinfo",
)


def started(profile: Path, act: str) -> dict[str, Any]:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.bootstrap.starting", str(profile), act],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    assert "Traceback" not in ran.stderr, ran.stderr
    assert told["threads"] == []
    return told


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile with program and questions that was open once: its next start has a first page."""
    profile = tmp_path_factory.mktemp("start") / "profile"
    fill(profile)
    assert read_first_page(profile) is None
    first = started(profile, "kept")
    assert (first["page"], first["opened"]) == (False, True)
    assert read_first_page(profile) is not None
    return profile


def test_the_first_paint_imports_little(filled: Path) -> None:
    told = started(filled, "paint")
    assert told["page"]
    assert [name for name in told["modules"] if name in LATER] == []
    ours = [name for name in told["modules"] if name.startswith("personal_app.")]
    assert len(ours) < 60, ours


@pytest.mark.parametrize("act", ["paint", "furnished", "opened"])
def test_a_window_that_goes_early_leaves_nothing_behind(filled: Path, act: str) -> None:
    told = started(filled, act)
    assert told["page"]
    assert told["furnished"] is (act != "paint")
    again = read_snapshot(filled)
    assert again is not None
    assert again.conference is not None


def test_the_page_comes_again_at_each_start(filled: Path) -> None:
    kept = read_first_page(filled)
    assert kept is not None
    assert started(filled, "opened")["page"]
    again = read_first_page(filled)
    assert again is not None
    assert _places(again) == _places(kept)
    assert json.loads(again)["cards"] == json.loads(kept)["cards"]


def _places(record: str) -> list[Place]:
    """Return what stands where.

    The room beside it is as much as the connection's words left of it, and the second window is no higher than the
    screen, which is lower here than the first.
    """
    return [Place(*place)._replace(room=0, height=0) for place in json.loads(record)["places"]]


def test_a_page_that_cannot_be_read_is_passed_over(filled: Path) -> None:
    store = Store(filled)
    store.opened.result(10)
    _, mine = store.view().result(10)
    store.keep_first_page(lambda: '{"form": 1}', mine.revision, mine.tally).result(10)
    assert store.close(10)
    assert read_first_page(filled) == '{"form": 1}'
    told = started(filled, "opened")
    assert (told["page"], told["opened"]) == (False, True)
    assert started(filled, "opened")["page"]
