"""Notes and what was watched are kept across restarts, kills and damage; an erased note is in no byte of the file."""

import signal
import subprocess
import sys
from pathlib import Path

import msgspec

from personal_app.conference.finding import HitKind, terms_of
from personal_app.conference.ids import TalkId
from personal_app.conference.notes import Note, NoteId
from personal_app.conference.watching import Watched
from personal_app.store.layout import cache_file
from personal_app.store.snapshot import read_snapshot
from personal_app.store.store import Store
from tests.store.conftest import OpenStore
from tests.store.material import CLOSE_S, NOON, RESULT_S, bytes_of
from tests.store.test_opening import overwrite, page_of

PAPER = TalkId("paper")
WATCHED = Watched(((0, 60_000),), 60_000, 600_000)


def note(number: int, text: str = "", **fields: object) -> Note:
    made = Note(id=NoteId(f"note{number:018d}"), talk=PAPER, text=text, position_ms=number * 1_000, made_at=NOON)
    return msgspec.structs.replace(made, **fields)


def found(store: Store, text: str) -> list[tuple[str, int | None]]:
    hits = store.find(terms_of(text)).result(RESULT_S)
    return [(hit.ref, hit.position_ms) for hit in hits if hit.kind is HitKind.NOTE]


def test_notes_are_kept_edited_and_found_by_their_present_words(store: Store, open_store: OpenStore) -> None:
    first, second = note(1, "Größe of the tables"), note(2, said="what the recommendation changes")
    store.keep_note(first)
    store.keep_note(second)
    assert found(store, "grosse ") == [(first.id, 1_000)]
    assert found(store, "bookmark recommendation ") == [(second.id, 2_000)], "a bookmark by what was said"
    store.keep_note(msgspec.structs.replace(first, text="other words")).result(RESULT_S)
    assert found(store, "tables ") == []
    again = open_store()
    assert {each.id: each.text for each in again.notes().result(RESULT_S)} == {first.id: "other words", second.id: ""}
    assert found(again, "other ") == [(first.id, 1_000)]


def test_an_erased_note_is_in_no_byte_of_the_file(store: Store, folder: Path) -> None:
    for number in range(40):
        store.keep_note(note(number, f"harmless text of note {number} " * 20))
    store.keep_draft("note:paper", "7000\nquetzalcoatl is a secret thought")
    store.keep_note(note(7, "quetzalcoatl is a secret thought"))
    store.keep_draft("note:paper", "").result(RESULT_S)
    assert b"quetzalcoatl" in bytes_of(folder)
    store.forget_note(note(7).id).result(RESULT_S)
    assert b"quetzalcoatl" not in bytes_of(folder)
    assert found(store, "harmless ") != []
    store.keep_note(note(8, "xylophone")).result(RESULT_S)
    store.keep_note(note(8, "drum")).result(RESULT_S)
    assert b"xylophone" not in bytes_of(folder), "what an edit took away is gone too"


def test_what_was_watched_and_noted_is_there_before_the_cache_is_open(store: Store, folder: Path) -> None:
    store.keep_watched(PAPER, WATCHED)
    store.keep_note(note(1, "a thought")).result(RESULT_S)
    assert store.close(CLOSE_S)
    snapshot = read_snapshot(folder)
    assert snapshot is not None
    assert snapshot.watched == {PAPER: WATCHED}
    assert [each.text for each in snapshot.notes] == ["a thought"]


def test_a_damaged_cache_gives_back_notes_and_what_was_watched(store: Store, folder: Path) -> None:
    for number in range(30):
        store.keep_note(note(number, f"thought {number}"))
    store.keep_watched(PAPER, WATCHED).result(RESULT_S)
    assert store.close(CLOSE_S)
    overwrite(cache_file(folder), page_of(cache_file(folder), "questions"), b"\xff" * 4096)
    again = Store(folder)
    told = again.opened.result(RESULT_S).rescued
    assert "30 notes" in told
    assert len(again.notes().result(RESULT_S)) == 30
    assert again.snapshot().result(RESULT_S).watched == {PAPER: WATCHED}
    assert found(again, '"thought 17" ') != [], "the index is made anew from what was rescued"
    assert again.close(CLOSE_S)


WRITER = """
import sys, time
from pathlib import Path
from personal_app.store.store import Store
from tests.store.test_notebook import PAPER, Watched, note

store = Store(Path(sys.argv[1]))
store.keep_note(note(1, "the last word"))
store.keep_watched(PAPER, Watched(((0, 60_000),), 60_000, 600_000)).result(30)
print("kept", flush=True)
time.sleep(60)
"""


def test_a_kill_costs_nothing_that_was_kept(folder: Path, open_store: OpenStore) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as writer:
        assert writer.stdout is not None
        try:
            assert writer.stdout.readline() == "kept\n"
        finally:
            writer.send_signal(signal.SIGKILL)
    store = open_store()
    assert [each.text for each in store.notes().result(RESULT_S)] == ["the last word"]
    assert store.snapshot().result(RESULT_S).watched == {PAPER: WATCHED}
