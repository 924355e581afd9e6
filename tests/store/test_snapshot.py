"""What the first paint reads: the same as the store tells, fast, and nothing where there is nothing to be read."""

from pathlib import Path
from time import perf_counter

import pytest

from personal_app.conference.ids import RecordingId, Sha256
from personal_app.store.layout import cache_file, recordings_folder
from personal_app.store.snapshot import StartSnapshot, read_snapshot
from personal_app.store.store import Store
from personal_app.store.values import KeptRecording
from tests.store.conftest import OpenStore
from tests.store.material import (
    ANN,
    CLOSE_S,
    RESULT_S,
    answer,
    ask,
    changes,
    conference,
    done,
    mine,
    question,
    refused,
    replaced,
)


def test_without_a_cache_there_is_no_snapshot_and_nothing_is_made(folder: Path) -> None:
    assert read_snapshot(folder) is None
    assert not folder.exists()


def test_an_empty_cache_is_an_empty_snapshot(store: Store, folder: Path) -> None:
    assert store.snapshot().result(RESULT_S) == StartSnapshot()
    assert store.close(CLOSE_S)
    assert read_snapshot(folder) == StartSnapshot()


def test_the_snapshot_is_what_the_store_tells(folder: Path, open_store: OpenStore) -> None:
    store = open_store()
    file = recordings_folder(folder) / "opening.mp4"
    store.opened.result(RESULT_S)
    file.write_bytes(b"film")
    waiting, acknowledged, declined = ask("one"), ask("two"), ask("three")
    store.keep_profile(ANN)
    store.keep_program("etag", conference())
    store.apply(
        replaced(
            changes(5, 4, [question(1, 5), question(2, 3), answer(1, 2, 4)], counts=[(1, 3), (2, 0)]),
            mine(5, 4, [question(1, 5, reason="Off topic")], [(1, True), (2, False)], full=True),
        )
    )
    for wish in (waiting, acknowledged, declined):
        store.put(wish)
    store.settle(done(acknowledged, 6, 4))
    store.settle(refused(declined))
    store.keep_draft("ask:paper", "Half")
    store.keep_setting("theme", "dark")
    store.keep_recording(
        KeptRecording(recording=RecordingId("opening"), sha256=Sha256("0" * 64), path=file, size_bytes=4)
    )
    told = (
        store.profile().result(RESULT_S),
        store.program().result(RESULT_S),
        store.view().result(RESULT_S),
        store.wishes().result(RESULT_S),
        store.receipts().result(RESULT_S),
        store.drafts().result(RESULT_S),
        store.recordings().result(RESULT_S),
        store.settings().result(RESULT_S),
    )
    whole = store.snapshot().result(RESULT_S)
    assert store.close(CLOSE_S)
    found = read_snapshot(folder)
    assert found == whole
    assert found is not None
    assert told == (
        found.profile,
        (found.etag, found.conference),
        (found.changes, found.mine),
        found.wishes,
        found.receipts,
        found.drafts,
        found.recordings,
        found.settings,
    )
    assert len(found.wishes) == 2
    assert len(found.receipts) == len(found.recordings) == 1


def test_reading_changes_no_byte_of_the_cache(store: Store, folder: Path) -> None:
    store.keep_draft("ask:paper", "Half")
    assert store.close(CLOSE_S)
    before = cache_file(folder).read_bytes()
    assert read_snapshot(folder) is not None
    assert cache_file(folder).read_bytes() == before


def test_a_thousand_questions_are_read_within_a_frame_or_two(store: Store, folder: Path) -> None:
    store.keep_program("etag", conference())
    store.apply(replaced(changes(1, 1, [question(number, 1, "Why is that? " * 20) for number in range(1000)])))
    assert store.close(CLOSE_S)
    times = []
    for _ in range(15):
        began = perf_counter()
        assert read_snapshot(folder) is not None
        times.append((perf_counter() - began) * 1000)
    print(f"a snapshot of 1,000 questions: best {min(times):.1f} ms, worst {max(times):.1f} ms")
    assert min(times) < 30


@pytest.mark.parametrize("body", [b"", b"{}", b'{"address":1}', b"\xff\xfe"])
def test_a_body_that_cannot_be_read_costs_itself_alone(store: Store, folder: Path, body: bytes) -> None:
    store.keep_profile(ANN)
    store.keep_draft("ask:paper", "Half").result(RESULT_S)
    store._do(lambda cache: cache._database.plain.execute("UPDATE profile SET body = ?", (body,)).fetchone())
    assert store.profile().result(RESULT_S) is None
    assert store.close(CLOSE_S)
    found = read_snapshot(folder)
    assert found is not None
    assert (found.profile, found.drafts) == (None, {"ask:paper": "Half"})


def test_applying_a_thousand_rows_is_quick(store: Store) -> None:
    rows = [question(number, 1, "Why is that? " * 20) for number in range(1000)]
    counts = [(number, number) for number in range(1000)]
    store.apply(replaced(changes(1, 1, rows, counts=counts))).result(RESULT_S)
    times = []
    for revision in range(2, 7):
        newer = [question(number, revision, "Why is that? " * 20) for number in range(1000)]
        frame = replaced(changes(revision, revision, newer, counts=counts))
        began = perf_counter()
        store.apply(frame).result(RESULT_S)
        times.append((perf_counter() - began) * 1000)
    print(f"replacing 1,000 rows and counts: best {min(times):.1f} ms, worst {max(times):.1f} ms")
    assert min(times) < 300
