"""The record of what is shown first: handed out as long as it is true, and gone with the words in it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from personal_app.conference.ids import RecordingId, Revision, Sha256, Tally
from personal_app.store.first_page import read_first_page
from personal_app.store.layout import recordings_folder
from personal_app.store.store import Store
from personal_app.store.values import KeptRecording
from tests.store.conftest import OpenStore
from tests.store.material import (
    ANN,
    CLOSE_S,
    RESULT_S,
    applied,
    ask,
    bytes_of,
    changes,
    conference,
    question,
    replaced,
)


def keep(store: Store, record: str = "the page", revision: int = 5, tally: int = 4) -> None:
    store.keep_first_page(lambda: record, Revision(revision), Tally(tally)).result(RESULT_S)


@pytest.fixture
def filled(open_store: OpenStore) -> Store:
    store = open_store()
    store.keep_profile(ANN)
    store.keep_program("etag", conference())
    store.apply(replaced(changes(5, 4, [question(1, 5)], counts=[(1, 3)]))).result(RESULT_S)
    return store


def test_nothing_kept_is_nothing(folder: Path) -> None:
    assert read_first_page(folder) is None
    assert not folder.exists()


def test_it_is_handed_out_as_it_was_written(filled: Store, folder: Path) -> None:
    keep(filled, "two\nlines")
    assert filled.close(CLOSE_S)
    assert read_first_page(folder) == "two\nlines"


def test_one_drawn_from_another_view_is_passed_over(filled: Store, folder: Path) -> None:
    keep(filled)
    keep(filled, "older", revision=4)
    keep(filled, "older", tally=3)
    assert filled.close(CLOSE_S)
    assert read_first_page(folder) == "the page"


def _program(store: Store) -> None:
    store.keep_program("another", conference("Another"))


def _question(store: Store) -> None:
    store.apply(applied(changes(6, 4, [question(2, 6)])))


def _votes(store: Store) -> None:
    store.apply(applied(changes(5, 5, counts=[(1, 4)])))


def _wish(store: Store) -> None:
    store.put(ask("one"))


@pytest.mark.parametrize("change", [_program, _question, _votes, _wish])
def test_what_is_kept_after_it_makes_it_void(filled: Store, folder: Path, change: Callable[[Store], None]) -> None:
    keep(filled)
    change(filled)
    assert filled.close(CLOSE_S)
    assert read_first_page(folder) is None


def test_a_recording_that_came_makes_it_void(filled: Store, folder: Path) -> None:
    file = recordings_folder(folder) / "opening.mp4"
    file.write_bytes(b"film")
    keep(filled)
    filled.keep_recording(
        KeptRecording(recording=RecordingId("opening"), sha256=Sha256("ab" * 32), path=file, size_bytes=4)
    )
    assert filled.close(CLOSE_S)
    assert read_first_page(folder) is None


def test_a_draft_and_a_setting_change_nothing_of_it(filled: Store, folder: Path) -> None:
    keep(filled)
    filled.keep_draft("ask:paper", "Half")
    filled.keep_setting("checked:opening", "1")
    assert filled.close(CLOSE_S)
    assert read_first_page(folder) == "the page"


def test_words_that_went_away_leave_its_bytes_too(filled: Store, folder: Path) -> None:
    keep(filled, "a canary in the page")
    assert b"canary" in bytes_of(folder), "else this test looks in the wrong place"
    filled.apply(applied(changes(6, 4, gone=[1]))).result(RESULT_S)
    filled.settings().result(RESULT_S)
    assert b"canary" not in bytes_of(folder)


def test_a_file_that_is_no_cache_is_nothing(folder: Path) -> None:
    folder.mkdir()
    (folder / "cache.sqlite").write_bytes(b"no database" * 100)
    assert read_first_page(folder) is None


def test_reading_it_imports_neither_the_core_nor_a_library() -> None:
    heavy = ["msgspec", "sqlalchemy", "alembic", "personal_app.conference", "PySide6"]
    script = (
        "import sys; from personal_app.store.first_page import read_first_page; "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
