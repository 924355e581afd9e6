"""The door: one thread, jobs in their order, futures that tell the truth, and an end that leaves nothing behind."""

import asyncio
import threading
from pathlib import Path

import pytest

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.store.store import Store
from tests.store.conftest import OpenStore
from tests.store.material import CLOSE_S, RESULT_S, conference


def store_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "store"]


def test_no_thread_is_left_after_close(folder: Path) -> None:
    before = len(store_threads())
    store = Store(folder)
    assert len(store_threads()) == before + 1
    assert store.close(CLOSE_S)
    assert len(store_threads()) == before
    assert store.close(CLOSE_S), "closing twice is closing once"


def test_close_does_what_was_handed_over_before(folder: Path, open_store: OpenStore) -> None:
    store = Store(folder)
    handed = [store.keep_setting(f"key-{number}", "value") for number in range(200)]
    assert store.close(CLOSE_S)
    assert all(future.done() and future.exception() is None for future in handed)
    assert len(open_store().settings().result(RESULT_S)) == 200


def test_what_comes_after_close_is_told_so(folder: Path) -> None:
    store = Store(folder)
    store.close(CLOSE_S)
    with pytest.raises(EnvironmentTrouble, match="closed"):
        store.keep_draft("ask:paper", "Why?").result(RESULT_S)


def test_jobs_are_done_in_the_order_in_which_they_came(store: Store) -> None:
    for number in range(100):
        store.keep_draft("ask:paper", f"version {number}")
    assert store.drafts().result(RESULT_S) == {"ask:paper": "version 99"}


def test_a_waiter_that_is_cancelled_does_not_take_the_job_with_it(store: Store) -> None:
    async def give_up() -> None:
        waiting = asyncio.wrap_future(store.keep_draft("ask:paper", "Why?"))
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    asyncio.run(give_up())
    assert store.drafts().result(RESULT_S) == {"ask:paper": "Why?"}


def test_a_fault_of_ours_reaches_who_waits_and_the_log(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(AttributeError):
        store.keep_profile(None).result(RESULT_S)  # type: ignore[arg-type]
    assert "a job of the store broke" in caplog.text
    assert store.settings().result(RESULT_S) == {}, "the thread lives on"


def test_a_program_is_kept_with_its_etag(open_store: OpenStore) -> None:
    store = open_store()
    assert store.program().result(RESULT_S) is None
    store.keep_program("etag-1", conference("First"))
    store.keep_program("etag-2", conference("Second"))
    assert open_store().program().result(RESULT_S) == ("etag-2", conference("Second"))


def test_drafts_and_settings_are_kept_and_an_empty_draft_is_forgotten(open_store: OpenStore) -> None:
    store = open_store()
    store.keep_draft("ask:paper", "Why")
    store.keep_draft("ask:paper", "Why — and how? 🎈")
    store.keep_draft("answer:1", "Because")
    store.keep_draft("answer:1", "")
    store.keep_setting("theme", "dark")
    store = open_store()
    assert store.drafts().result(RESULT_S) == {"ask:paper": "Why — and how? 🎈"}
    assert store.settings().result(RESULT_S) == {"theme": "dark"}
