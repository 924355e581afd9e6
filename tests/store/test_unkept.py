"""What a disk refuses of a person's own things: told once, tried again, and kept as it was wanted last."""

from collections.abc import Callable

import pytest

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.store import unkept
from personal_app.store.store import Store
from personal_app.store.unkept import CALM_S, FIRST_WAIT_S, LONGEST_WAIT_S, Key, Unkept
from tests.store.conftest import OpenStore
from tests.store.material import ANN, CLOSE_S, RESULT_S, applied, changes, question, replaced

BIG = "x" * 200_000


class Disk:
    """What a disk is asked, on a clock of its own."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.full = True
        self.kept: list[str] = []
        self.told: list[str] = []
        self.unkept = Unkept(self.told.append, lambda: self.now_s)

    def keep(self, key: Key, value: str) -> None:
        def job(_: object) -> None:
            if self.full:
                raise EnvironmentTrouble("The disk is full.")
            self.kept.append(value)

        try:
            job(None)
        except EnvironmentTrouble as trouble:
            self.unkept.refused(key, job, trouble)
        else:
            self.unkept.kept(key)

    def pass_until_due(self) -> float:
        wait_s = self.unkept.wait_s
        assert wait_s is not None
        self.now_s += wait_s
        self.unkept.try_again(None)  # type: ignore[arg-type]
        return wait_s


def test_it_is_told_once_and_tried_ever_more_rarely() -> None:
    disk = Disk()
    assert disk.unkept.wait_s is None
    for text in ("one", "two"):
        disk.keep(("draft", text), text)
    waits = [disk.pass_until_due() for _ in range(8)]
    assert waits[:3] == [FIRST_WAIT_S, 2 * FIRST_WAIT_S, 4 * FIRST_WAIT_S]
    assert waits[-1] == LONGEST_WAIT_S
    assert disk.told == ["The disk is full."]
    disk.full = False
    disk.pass_until_due()
    assert (disk.told, disk.kept) == (["The disk is full.", ""], ["one", "two"])
    assert disk.unkept.wait_s is None


def test_only_what_was_wanted_last_is_tried() -> None:
    disk = Disk()
    for text in ("one", "two"):
        disk.keep(("draft", "a"), text)
    disk.keep(("draft", "b"), "three")
    disk.full = False
    disk.keep(("draft", "b"), "four")
    disk.pass_until_due()
    assert disk.kept == ["four", "two"]


def test_a_disk_that_comes_and_goes_is_not_told_of_all_the_time() -> None:
    disk = Disk()
    waits = []
    for _ in range(4):
        disk.full = True
        disk.keep(("view", ""), "frame")
        disk.full = False
        waits.append(disk.pass_until_due())
    assert waits[-1] > 8 * waits[0]
    disk.now_s += CALM_S + 1
    disk.full = True
    disk.keep(("view", ""), "frame")
    assert disk.unkept.wait_s == FIRST_WAIT_S


def test_a_fault_of_ours_is_not_tried_for_ever() -> None:
    disk = Disk()

    def broken(_: object) -> None:
        raise ValueError("a bug")

    disk.unkept.refused(("draft", "a"), broken, EnvironmentTrouble("The disk is full."))
    with pytest.raises(ValueError, match="a bug"):
        disk.pass_until_due()
    assert disk.unkept.wait_s is None


def limit(store: Store, more_pages: int) -> None:
    """Let the file grow by so many pages and no more: SQLite then finds the disk full."""

    def bound(cache: object) -> None:
        plain = cache._database.plain  # type: ignore[attr-defined]
        (now,) = plain.execute("PRAGMA page_count").fetchone()
        plain.execute(f"PRAGMA max_page_count = {now + more_pages}")

    store._do(bound).result(RESULT_S)


def test_what_did_not_fit_is_kept_when_there_is_room(
    open_store: OpenStore, folder: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unkept, "FIRST_WAIT_S", 0.02)
    assert open_store().close(CLOSE_S)
    told: list[str] = []
    store = Store(folder, tell=told.append)  # type: ignore[arg-type]
    try:
        store.keep_draft("ask:other", "kept").result(RESULT_S)
        limit(store, 4)
        refused: list[Callable[[], object]] = [
            store.keep_draft("ask:paper", BIG).result,
            store.keep_setting("stars", BIG).result,
        ]
        for result in refused:
            with pytest.raises(EnvironmentTrouble, match="disk is full"):
                result()
        assert store.drafts().result(RESULT_S) == {"ask:other": "kept"}, "reading goes on"
        assert len(told) == 1
        assert "free some room" in told[0]
        limit(store, 1000)
        store.keep_draft("ask:other", "").result(RESULT_S)
    finally:
        assert store.close(CLOSE_S)
    assert told[1:] == [""]
    again = open_store()
    assert again.drafts().result(RESULT_S) == {"ask:paper": BIG}
    assert again.settings().result(RESULT_S)["stars"] == BIG


def test_a_frame_that_did_not_fit_is_told_of_and_so_is_its_end(
    open_store: OpenStore, folder: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unkept, "FIRST_WAIT_S", 0.02)
    assert open_store().close(CLOSE_S)
    told: list[str] = []
    store = Store(folder, tell=told.append)  # type: ignore[arg-type]
    try:
        store.keep_profile(ANN)
        store.apply(replaced(changes(1, 1))).result(RESULT_S)
        limit(store, 4)
        with pytest.raises(EnvironmentTrouble, match="disk is full"):
            store.apply(applied(changes(2, 1, [question(1, 2, BIG)]))).result(RESULT_S)
        limit(store, 1000)
        with pytest.raises(EnvironmentTrouble, match="catches up"):
            store.apply(applied(changes(3, 1, [question(2, 3)]))).result(RESULT_S)
    finally:
        assert store.close(CLOSE_S)
    assert [bool(sentence) for sentence in told] == [True, False]
