"""Opening whatever lies in the folder: nothing, an older or newer schema, a damaged file, one that is held."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy2, copytree

import pytest

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.store import opening
from personal_app.store.inspection import Standing, inspect, reader
from personal_app.store.layout import NEWEST, VERSIONS, building_file, cache_file
from personal_app.store.snapshot import read_snapshot
from personal_app.store.store import Store
from personal_app.store.values import Opened
from tests.store.conftest import OpenStore
from tests.store.material import (
    ANN,
    CLOSE_S,
    NOON,
    RESULT_S,
    answer,
    applied,
    ask,
    changes,
    conference,
    question,
    refused,
    replaced,
)

WISHES = [ask(f"My question {number}") for number in range(8)]
REFUSED = ask("Too late")


@pytest.fixture
def filled(folder: Path) -> Path:
    """A cache with a view of many pages and the person's own words, closed."""
    store = Store(folder)
    store.keep_profile(ANN)
    store.keep_program("etag", conference())
    store.apply(replaced(changes(1, 1, [question(number, 1, "x" * 800) for number in range(200)])))
    store.apply(applied(changes(2, 1, [answer(number, number, 2) for number in range(50)])))
    for wish in [*WISHES, REFUSED]:
        store.put(wish)
    store.settle(refused(REFUSED))
    store.keep_draft("ask:paper", "Half a thought")
    store.keep_setting("theme", "dark")
    assert store.close(CLOSE_S)
    return folder


def overwrite(path: Path, at: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(data)


def page_of(path: Path, table: str) -> int:
    """Return where the table's first page begins in the file."""
    with closing(reader(path)) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    return int((root - 1) * size)


def scribble_over_questions(path: Path) -> None:
    overwrite(path, page_of(path, "questions"), b"\xff" * 4096)


def scribble_over_an_index(path: Path) -> None:
    overwrite(path, page_of(path, "ix_outbox_participant"), b"\xff" * 4096)


def cut_off_the_last_pages(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.truncate(size - 40 * 4096)


def forget_the_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DELETE FROM alembic_version")
        connection.commit()


DAMAGE: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(b"not a database at all, but long enough " * 500),
    "zero bytes": lambda path: path.write_bytes(b""),
    "half a header": lambda path: path.write_bytes(b"SQLite for"),
    "zeros": lambda path: path.write_bytes(bytes(path.stat().st_size)),
    "questions": scribble_over_questions,
    "index": scribble_over_an_index,
    "cut": cut_off_the_last_pages,
    "no version": forget_the_version,
}
#: The kinds of damage after which what the person wrote can still be read.
READABLE = ("questions", "index", "cut", "no version")


def damaged_files(folder: Path) -> list[Path]:
    return sorted(folder.glob("cache.damaged-*.sqlite"))


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_cache_is_set_aside_and_made_anew(kind: str, filled: Path, open_store: OpenStore) -> None:
    DAMAGE[kind](cache_file(filled))
    broken = cache_file(filled).read_bytes()
    assert read_snapshot(filled) is None or kind in READABLE
    store = open_store()
    sentence = store.opened.result(RESULT_S).rescued
    (aside,) = damaged_files(filled)
    assert aside.read_bytes() == broken
    assert aside.stat().st_mode & 0o777 == 0o600
    assert aside.name in sentence
    assert ("Join again" in sentence) == (kind not in READABLE)
    assert re.fullmatch(r"cache\.damaged-\d{8}T\d{6}Z\.sqlite", aside.name)
    store.keep_profile(ANN)
    store.put(ask("A new one"))
    store = open_store()
    assert store.opened.result(RESULT_S) == Opened(), "the new one is whole"
    assert store.wishes().result(RESULT_S)[-1].command.do.text == "A new one"  # type: ignore[union-attr]


def test_words_that_were_only_in_the_log_when_the_program_was_killed_are_saved_too(
    filled: Path, tmp_path: Path, open_store: OpenStore
) -> None:
    late = ask("Written just before")
    store = open_store()
    store.put(late).result(RESULT_S)
    # What is on the disk now is what a kill would leave: the file as it was, and the log beside it.
    assert late.command.id.encode() not in cache_file(filled).read_bytes()
    crashed = copytree(filled, tmp_path / "crashed")
    scribble_over_questions(cache_file(crashed))
    rescued = Store(crashed)
    assert "9 unsent or unconfirmed moves" in rescued.opened.result(RESULT_S).rescued
    assert rescued.wishes().result(RESULT_S) == (*WISHES, late)
    assert rescued.close(CLOSE_S)


@pytest.mark.parametrize("kind", READABLE)
def test_the_persons_own_words_are_saved_first(kind: str, filled: Path, open_store: OpenStore) -> None:
    DAMAGE[kind](cache_file(filled))
    store = open_store()
    sentence = store.opened.result(RESULT_S).rescued
    assert "your profile, 8 unsent or unconfirmed moves, one declined move, one draft" in sentence
    kept = store.snapshot().result(RESULT_S)
    assert kept.profile == ANN
    assert list(kept.wishes) == WISHES
    assert [receipt.wish for receipt in kept.receipts] == [REFUSED]
    assert kept.drafts == {"ask:paper": "Half a thought"}
    assert kept.settings["theme"] == "dark"
    assert (kept.changes, kept.conference) == (None, None), "that comes from the server again"


def test_rows_that_can_be_read_are_saved_from_a_table_that_cannot(folder: Path, open_store: OpenStore) -> None:
    store = open_store()
    store.keep_profile(ANN)
    wishes = [ask(f"{number} {'x' * 900}") for number in range(60)]
    for wish in wishes:
        store.put(wish)
    assert store.close(CLOSE_S)
    file = cache_file(folder)
    middle = file.read_bytes().index(b"30 xxx")
    overwrite(file, middle // 4096 * 4096, b"\xff" * 4096)
    store = open_store()
    assert "your profile" in store.opened.result(RESULT_S).rescued
    saved = list(store.wishes().result(RESULT_S))
    assert saved[0] == wishes[0]
    assert saved[-1] == wishes[-1]
    assert len(saved) >= len(wishes) - 5
    assert saved == [wish for wish in wishes if wish in saved]


def test_two_damages_within_a_second_keep_both_files(folder: Path) -> None:
    for _ in range(2):
        folder.mkdir(exist_ok=True)
        cache_file(folder).write_bytes(b"")
        store = Store(folder, lambda: NOON)
        store.opened.result(RESULT_S)
        assert store.close(CLOSE_S)
    assert [file.name for file in damaged_files(folder)] == [
        "cache.damaged-20200913T120000Z-2.sqlite",
        "cache.damaged-20200913T120000Z.sqlite",
    ]


def test_a_disk_that_damages_the_file_at_every_start_is_not_filled(folder: Path) -> None:
    for second in range(6):
        folder.mkdir(exist_ok=True)
        cache_file(folder).write_bytes(bytes([second]))
        store = Store(folder, lambda second=second: NOON + timedelta(seconds=second))  # type: ignore[misc]
        store.opened.result(RESULT_S)
        assert store.close(CLOSE_S)
    assert [file.read_bytes() for file in damaged_files(folder)] == [bytes([3]), bytes([4]), bytes([5])]


def test_a_newer_schema_is_kindly_refused_and_left_untouched(filled: Path) -> None:
    with closing(sqlite3.connect(cache_file(filled))) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    before = {file.name: file.read_bytes() for file in filled.iterdir() if file.suffix == ".sqlite"}
    assert read_snapshot(filled) is None
    store = Store(filled)
    with pytest.raises(EnvironmentTrouble, match="newer version"):
        store.opened.result(RESULT_S)
    with pytest.raises(EnvironmentTrouble, match="newer version"):
        store.put(ask()).result(RESULT_S)
    assert store.close(CLOSE_S)
    assert {file.name: file.read_bytes() for file in filled.iterdir() if file.suffix == ".sqlite"} == before


def test_a_second_store_on_the_same_folder_is_turned_away(store: Store, folder: Path) -> None:
    store.keep_draft("ask:paper", "Why?").result(RESULT_S)
    second = Store(folder)
    with pytest.raises(EnvironmentTrouble, match="in use by another window"):
        second.opened.result(RESULT_S)
    assert second.close(CLOSE_S)
    assert read_snapshot(folder) is None
    assert store.drafts().result(RESULT_S) == {"ask:paper": "Why?"}
    assert damaged_files(folder) == []


def test_a_folder_that_is_none_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("I am a file")
    store = Store(tmp_path / "file" / "profile")
    with pytest.raises(EnvironmentTrouble, match="choose another folder"):
        store.opened.result(RESULT_S)
    assert store.close(CLOSE_S)


def test_a_folder_in_the_place_of_the_file_is_told_of(folder: Path) -> None:
    cache_file(folder).mkdir(parents=True)
    store = Store(folder)
    with pytest.raises(EnvironmentTrouble, match="choose another folder"):
        store.opened.result(RESULT_S)
    assert store.close(CLOSE_S)


def test_an_end_while_the_new_file_grows_leaves_the_way_free(filled: Path, open_store: OpenStore) -> None:
    building_file(filled).write_bytes(b"half a fil")
    store = open_store()
    assert store.opened.result(RESULT_S) == Opened()
    assert store.wishes().result(RESULT_S) == tuple(WISHES)
    assert not building_file(filled).exists()


def test_an_end_between_setting_aside_and_taking_its_place_loses_nothing(filled: Path, open_store: OpenStore) -> None:
    cache_file(filled).rename(building_file(filled))
    store = open_store()
    assert store.opened.result(RESULT_S) == Opened()
    assert store.wishes().result(RESULT_S) == tuple(WISHES)


def test_an_end_before_anything_was_whole_begins_again(folder: Path) -> None:
    folder.mkdir()
    building_file(folder).write_bytes(b"")
    store = Store(folder)
    assert store.opened.result(RESULT_S) == Opened()
    assert store.settings().result(RESULT_S) == {}
    assert store.close(CLOSE_S)


def test_an_end_while_the_new_file_took_its_first_page_begins_again(folder: Path, tmp_path: Path) -> None:
    growing = building_file(tmp_path)
    with closing(sqlite3.connect(growing, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE of_this (words)")
        connection.execute("PRAGMA cache_size = 2")
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO of_this VALUES (?)", [("x" * 3000,)] * 50)
        folder.mkdir()
        for suffix in ("", "-journal"):
            copy2(f"{growing}{suffix}", f"{building_file(folder)}{suffix}")
    store = Store(folder)
    assert store.opened.result(RESULT_S) == Opened()
    assert store.close(CLOSE_S)


def test_a_damaged_file_is_left_where_it_is_when_the_disk_is_full(
    filled: Path, monkeypatch: pytest.MonkeyPatch, open_store: OpenStore
) -> None:
    scribble_over_questions(cache_file(filled))
    broken = cache_file(filled).read_bytes()

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(opening, "restore", full_disk)
        store = Store(filled)
        with pytest.raises(EnvironmentTrouble, match="disk is full"):
            store.opened.result(RESULT_S)
        assert store.close(CLOSE_S)
    assert cache_file(filled).read_bytes() == broken
    assert open_store().wishes().result(RESULT_S) == tuple(WISHES), "once there is room"


def test_inspection_names_what_it_finds(tmp_path: Path, filled: Path) -> None:
    assert inspect(tmp_path / "nothing.sqlite").standing is Standing.MISSING
    assert inspect(cache_file(filled)).standing is Standing.CURRENT
    assert VERSIONS[-1] == NEWEST


def test_the_clock_is_asked_only_for_the_name(folder: Path) -> None:
    asked: list[datetime] = []

    def clock() -> datetime:
        asked.append(datetime.now(UTC))
        return asked[-1]

    store = Store(folder, clock)
    store.opened.result(RESULT_S)
    assert store.close(CLOSE_S)
    assert asked == []
