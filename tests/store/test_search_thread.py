"""The program and what is said in recordings are found as soon as they are here, and no longer than they are in it."""

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from personal_app.conference.finding import Hit, HitKind, terms_of
from personal_app.conference.ids import Sha256
from personal_app.conference.program import Conference
from personal_app.conference.recordings import CaptionTrack, FileFacts
from personal_app.store import side_files
from personal_app.store.layout import search_file
from personal_app.store.search_thread import SearchThread
from tests.store.material import CLOSE_S, RESULT_S, bytes_of
from tests.ui.demo import CAUSALITY, INTRODUCTION, demo_conference

SPEECH = """WEBVTT

00:00:01.000 --> 00:00:04.000
Welcome to a talk about recommendation,

00:00:04.000 --> 00:00:08.000
machine

00:00:08.000 --> 00:00:12.000
learning and naïve nightingales.

00:00:30.000 --> 00:00:32.000
推荐系统
"""


@pytest.fixture
def thread(tmp_path: Path) -> Iterator[SearchThread]:
    thread = SearchThread(tmp_path)
    yield thread
    assert thread.close(CLOSE_S)


def with_captions(conference: Conference, text: str = SPEECH) -> tuple[Conference, Sha256, bytes]:
    """Return the program with captions for its second talk, and the file."""
    data = text.encode()
    sha256 = Sha256(hashlib.sha256(data).hexdigest())
    facts = FileFacts(sha256=sha256, size_bytes=len(data), media_type="text/vtt")
    recordings = tuple(
        msgspec.structs.replace(each, captions=(CaptionTrack(language="en", file=facts),))
        if each.talk == CAUSALITY
        else each
        for each in conference.recordings
    )
    return msgspec.structs.replace(conference, recordings=recordings), sha256, data


def find(thread: SearchThread, text: str) -> tuple[Hit, ...]:
    return thread.find(terms_of(text)).result(RESULT_S)


def test_the_program_is_found_by_title_abstract_person_and_chapter(thread: SearchThread) -> None:
    thread.take_conference(demo_conference())
    assert thread.wait_idle(RESULT_S)
    assert [hit.talk for hit in find(thread, "causality recommender") if hit.kind is HitKind.TALK] == [CAUSALITY]
    assert [hit.talk for hit in find(thread, "raimond causality") if hit.kind is HitKind.TALK] == [CAUSALITY]
    assert [hit.ref for hit in find(thread, "netflix") if hit.kind is HitKind.PERSON] == ["yves-raimond"]
    assert {hit.position_ms for hit in find(thread, "usual view") if hit.kind is HitKind.CHAPTER} == {120_000}
    assert find(thread, "zebra") == ()
    best = find(thread, "introduction")[0]
    assert (best.kind, best.talk) == (HitKind.TALK, INTRODUCTION)


def test_what_is_said_is_found_at_its_moment_once_its_file_is_here(thread: SearchThread, tmp_path: Path) -> None:
    conference, sha256, data = with_captions(demo_conference())
    thread.take_conference(conference)
    assert thread.wait_idle(RESULT_S)
    assert find(thread, "nightingales") == ()
    side_files.keep(tmp_path, sha256, data)
    thread.look_again()
    assert thread.wait_idle(RESULT_S)
    for text, moment in (
        ("nightingales", 8_000),
        ("naive night", 8_000),
        ('"machine learning"', 4_000),
        ("系统", 30_000),
    ):
        (hit,) = (hit for hit in find(thread, text) if hit.kind is HitKind.SPOKEN)
        assert (hit.talk, hit.position_ms) == (CAUSALITY, moment), text


def test_it_is_there_at_the_next_start_without_being_read_in_again(tmp_path: Path) -> None:
    conference, sha256, data = with_captions(demo_conference())
    side_files.keep(tmp_path, sha256, data)
    for _ in range(2):
        thread = SearchThread(tmp_path)
        thread.take_conference(conference)
        assert thread.wait_idle(RESULT_S)
        assert len(find(thread, "nightingales")) == 1
        assert thread.close(CLOSE_S)
        (tmp_path / "side" / sha256).unlink(missing_ok=True)


def test_a_withdrawn_recordings_words_leave_the_files_bytes(tmp_path: Path) -> None:
    lines = "\n\n".join(
        f"00:{at // 60:02}:{at % 60:02}.000 --> 00:{at // 60:02}:{at % 60:02}.900\nnightingale number {at}"
        for at in range(600)
    )
    conference, sha256, data = with_captions(demo_conference(), f"WEBVTT\n\n{lines}\n")
    side_files.keep(tmp_path, sha256, data)
    thread = SearchThread(tmp_path)
    thread.take_conference(conference)
    assert thread.wait_idle(RESULT_S)
    assert len(find(thread, "nightingale")) > 0
    thread.take_conference(demo_conference())
    assert thread.wait_idle(RESULT_S)
    assert find(thread, "nightingale") == ()
    assert b"nightingale" not in bytes_of(tmp_path)
    assert thread.close(CLOSE_S)
    assert b"nightingale" not in bytes_of(tmp_path)


@pytest.mark.parametrize("damage", [b"no database at all, but long enough " * 500, b"half"])
def test_a_damaged_index_is_made_anew(tmp_path: Path, damage: bytes) -> None:
    search_file(tmp_path).write_bytes(damage)
    thread = SearchThread(tmp_path)
    thread.take_conference(demo_conference())
    assert thread.wait_idle(RESULT_S)
    assert len(find(thread, "netflix")) > 0
    assert thread.close(CLOSE_S)


def test_one_of_another_form_is_made_anew(tmp_path: Path) -> None:
    with closing(sqlite3.connect(search_file(tmp_path))) as plain:
        plain.execute("PRAGMA user_version = 77")
    thread = SearchThread(tmp_path)
    thread.take_conference(demo_conference())
    assert len(find(thread, "netflix")) >= 0
    assert thread.wait_idle(RESULT_S)
    assert len(find(thread, "netflix")) > 0
    assert thread.close(CLOSE_S)


def test_captions_that_cannot_be_read_are_passed_over(thread: SearchThread, tmp_path: Path) -> None:
    conference, sha256, data = with_captions(demo_conference(), "no captions")
    side_files.keep(tmp_path, sha256, data)
    thread.take_conference(conference)
    assert thread.wait_idle(RESULT_S)
    assert len(find(thread, "netflix")) > 0


def test_a_query_in_time_takes_the_place_of_the_one_before_and_none_is_left_at_the_end(tmp_path: Path) -> None:
    thread = SearchThread(tmp_path)
    thread.take_conference(demo_conference())
    futures = [thread.find(terms_of(text)) for text in ("net", "netf", "netfl", "netflix")]
    assert len(futures[-1].result(RESULT_S)) >= 0
    assert all(future.cancelled() or future.done() for future in futures)
    assert thread.close(CLOSE_S)
    assert thread.find(terms_of("late")).cancelled()
