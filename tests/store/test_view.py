"""The view and its resume point: together or not at all, never claiming more than is held; text that goes for good."""

from pathlib import Path

import pytest
from msgspec import structs

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import AnnouncementId, Revision
from personal_app.conference.rows import AnnouncementRow
from personal_app.conference.session_client import ResumePoint
from personal_app.store import cache
from personal_app.store.layout import cache_file
from personal_app.store.store import Store
from tests.store.conftest import OpenStore
from tests.store.material import (
    ANN,
    BOB,
    CLOSE_S,
    NOON,
    RESULT_S,
    answer,
    applied,
    ask,
    board_of,
    bytes_of,
    changes,
    mine,
    question,
    question_id,
    replaced,
    resume_at,
)


def point(store: Store) -> ResumePoint:
    return store.resume().result(RESULT_S)[0]


def texts(store: Store) -> set[str]:
    return {drawn.row.text for drawn in board_of(*store.view().result(RESULT_S)).drawn().values()}


def test_an_empty_cache_resumes_from_nothing(store: Store) -> None:
    assert store.resume().result(RESULT_S) == (ResumePoint(), ())
    frame, own = store.view().result(RESULT_S)
    assert (frame.set, frame.revision, own.set) == ((), 0, ())


def test_the_resume_point_follows_the_frames_and_never_goes_back(store: Store, open_store: OpenStore) -> None:
    store.apply(replaced(changes(5, 5, [question(1, 5)])))
    assert point(store) == resume_at(5, 5)
    store.apply(applied(changes(8, 6)))
    store.apply(applied(changes(6, 9)))
    assert point(open_store()) == resume_at(8, 9)


def test_a_view_that_another_version_took_in_is_told_again_and_shown_meanwhile(
    store: Store, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.apply(replaced(changes(5, 5, [question(1, 5)])))
    assert point(store) == resume_at(5, 5)
    assert store.close(CLOSE_S)
    monkeypatch.setattr(cache, "reading", lambda: "of a later version")
    later = open_store()
    assert point(later) == ResumePoint()
    assert texts(later)
    later.apply(replaced(changes(6, 5, [question(1, 5)])))
    assert point(later) == resume_at(6, 5)


@pytest.mark.parametrize(("epoch", "view"), [("epoch-2", "view-1"), ("epoch-1", "view-2")])
def test_a_frame_of_another_conversation_makes_the_next_hello_ask_for_all(store: Store, epoch: str, view: str) -> None:
    store.apply(replaced(changes(5, 5, [question(1, 5)])))
    store.apply(applied(changes(6, 5, [question(2, 6)]), epoch=epoch, view=view))
    assert point(store) == ResumePoint()
    store.apply(applied(changes(7, 5)))
    assert point(store) == ResumePoint(), "only a full state mends it"
    store.apply(replaced(changes(7, 5), epoch=epoch, view=view))
    assert point(store) == resume_at(7, 5, epoch, view)


def test_changes_on_nothing_are_no_whole_view(store: Store) -> None:
    store.apply(applied(changes(6, 5, [question(2, 6)])))
    assert point(store) == ResumePoint()


def test_a_full_state_replaces_all_but_what_the_person_wrote(store: Store) -> None:
    wish = ask()
    store.keep_profile(ANN)
    store.keep_draft("ask:paper", "Why")
    store.keep_setting("theme", "dark")
    store.put(wish)
    store.apply(replaced(changes(5, 5, [question(1, 5, "old")], counts=[(1, 3)]), mine(5, 5, [question(3, 5, "own")])))
    store.apply(replaced(changes(2, 2, [question(2, 1, "new")]), mine(2, 2, full=True), epoch="epoch-2"))
    assert texts(store) == {"new"}
    assert store.resume().result(RESULT_S) == (resume_at(2, 2, epoch="epoch-2"), (wish.command,))
    assert store.drafts().result(RESULT_S) == {"ask:paper": "Why"}
    assert store.settings().result(RESULT_S)["theme"] == "dark"


def test_another_person_on_the_same_computer_starts_with_an_empty_view(store: Store, folder: Path) -> None:
    store.keep_profile(ANN)
    store.apply(replaced(changes(5, 5, [question(1, 5, "waits for a chair-canary")])))
    store.keep_profile(BOB).result(RESULT_S)
    assert (texts(store), point(store)) == (set(), ResumePoint())
    assert b"chair-canary" not in bytes_of(folder)


def test_a_profile_that_changes_its_name_keeps_its_view(store: Store) -> None:
    store.keep_profile(ANN)
    store.apply(replaced(changes(5, 5, [question(1, 5)])))
    store.keep_profile(ANN)
    assert point(store) == resume_at(5, 5)


def test_secrets_leave_the_file_with_the_profile(store: Store, folder: Path) -> None:
    store.keep_profile(ANN).result(RESULT_S)
    assert ANN.token.encode() in bytes_of(folder), "else this test looks in the wrong place"
    store.forget_profile().result(RESULT_S)
    held = bytes_of(folder)
    assert ANN.token.encode() not in held
    assert ANN.recovery_code.encode() not in held
    assert ANN.token not in repr(ANN)


def test_text_that_is_gone_is_in_no_byte_of_the_folder(store: Store, folder: Path, open_store: OpenStore) -> None:
    """Many rows of many sizes, written and written again, so that pages split and leave copies behind."""
    rows = [question(number, 1, f"canary-{number:03} {'x' * (number * 37 % 900)}") for number in range(300)]
    store.apply(replaced(changes(1, 1, rows[:150], counts=[(3, 1)])))
    for start in range(150, 300, 30):
        store.apply(applied(changes(2, 2, rows[start : start + 30])))
    longer = [question(number, 3, f"canary-{number:03} {'y' * 700}") for number in range(0, 300, 3)]
    store.apply(applied(changes(3, 3, longer)))
    store.apply(
        applied(changes(3, 3, [answer(number, number, 3, f"reply-canary-{number:03}") for number in range(60)]))
    )
    gone = [number for number in range(300) if number % 2]
    store.apply(applied(changes(4, 4, gone=gone))).result(RESULT_S)
    for held in (bytes_of(folder), _after_restart(open_store, folder)):
        assert all(f"canary-{number:03} ".encode() not in held for number in gone)
        assert all(f"reply-canary-{number:03}".encode() not in held for number in gone if number < 60)
        assert all(f"canary-{number:03} ".encode() in held for number in range(0, 300, 2))


def _after_restart(open_store: OpenStore, folder: Path) -> bytes:
    open_store().settings().result(RESULT_S)
    return bytes_of(folder)


def test_the_text_of_a_withdrawn_question_goes_too(store: Store, folder: Path) -> None:
    store.apply(replaced(changes(1, 1, [question(1, 1, "canary")])))
    store.apply(applied(changes(2, 1, [question(1, 2, "")]))).result(RESULT_S)
    assert texts(store) == {""}
    assert b"canary" not in bytes_of(folder)


def test_a_late_frame_does_not_bring_back_what_is_gone(store: Store, open_store: OpenStore) -> None:
    store.apply(replaced(changes(1, 1, [question(1, 1, "shown"), answer(1, 1, 1)], counts=[(1, 4)])))
    store.apply(applied(changes(3, 1, gone=[1])))
    store = open_store()
    store.apply(applied(changes(2, 1, [question(1, 2, "shown"), answer(1, 1, 2)], counts=[(1, 5)])))
    frame, _ = store.view().result(RESULT_S)
    assert (frame.set, frame.tallies, frame.revision) == ((), (), 3)
    store.apply(applied(changes(4, 2, [question(1, 4, "shown again"), answer(1, 1, 2)], counts=[(1, 5)])))
    (drawn,) = board_of(*store.view().result(RESULT_S)).drawn().values()
    assert (drawn.row.text, drawn.votes, len(drawn.answers)) == ("shown again", 5, 1)


def test_ones_own_part_given_whole_replaces_what_is_not_newer(store: Store) -> None:
    own = [question(1, 5), question(2, 6), question(3, 7)]
    store.apply(replaced(changes(7, 7), mine(7, 5, own, [(1, True)])))
    store.apply(applied(changes(7, 7), mine(7, 7, votes=[(3, True)])))
    store.apply(applied(changes(8, 8), mine(6, 5, [question(4, 6)], [(2, True)], full=True)))
    _, kept = store.view().result(RESULT_S)
    assert {row.id for row in kept.set} == {question_id(3), question_id(4)}
    assert dict(kept.votes) == {question_id(3): True, question_id(2): True}


def test_ones_own_question_stays_when_it_is_gone_for_others(store: Store) -> None:
    store.apply(replaced(changes(1, 1, [question(1, 1, "mine")]), mine(1, 1, [question(1, 1, "mine")], [(1, True)])))
    store.apply(applied(changes(2, 1, gone=[1]), mine(2, 1, [question(1, 2, "mine", reason="Off topic")])))
    (drawn,) = board_of(*store.view().result(RESULT_S)).drawn().values()
    assert (drawn.row.text, drawn.row.reason, drawn.mine, drawn.voted) == ("mine", "Off topic", True, True)


def test_text_whose_bytes_could_not_be_taken_out_is_taken_out_at_the_next_opening(
    store: Store, folder: Path, open_store: OpenStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full_disk(_: object) -> None:
        raise OSError(28, "No space left on device")

    store.apply(replaced(changes(1, 1, [question(1, 1, "canary")]))).result(RESULT_S)
    with monkeypatch.context() as patched:
        patched.setattr("personal_app.store.database.Database.sweep", full_disk)
        store.apply(applied(changes(2, 1, gone=[1]))).result(RESULT_S)
    assert "could not be taken out" in caplog.text
    assert texts(store) == set()
    open_store().settings().result(RESULT_S)
    assert b"canary" not in bytes_of(folder)


def test_a_full_disk_is_told_of_and_the_thread_lives_on(store: Store, folder: Path) -> None:
    store.apply(replaced(changes(1, 1, [question(1, 1, "held")]))).result(RESULT_S)
    fill(store)
    many = [question(number, 2, "x" * 900) for number in range(2, 400)]
    with pytest.raises(EnvironmentTrouble, match="disk is full") as trouble:
        store.apply(applied(changes(2, 2, many))).result(RESULT_S)
    assert str(folder) in str(trouble.value)
    fill(store, pages=1 << 20)
    with pytest.raises(EnvironmentTrouble, match="lacks some changes"):
        store.apply(applied(changes(3, 3, [question(500, 3)]))).result(RESULT_S)
    assert texts(store) == {"held"}, "nothing was kept by halves"
    assert point(store) == resume_at(1, 1), "the next hello asks for what was missed"
    store.apply(applied(changes(3, 3, [question(500, 3, "later"), *many]))).result(RESULT_S)
    assert {"held", "later"} <= texts(store)


def test_words_that_do_not_fit_are_told_of_and_those_before_are_safe(store: Store, open_store: OpenStore) -> None:
    first = ask("first")
    store.keep_profile(ANN)
    store.put(first).result(RESULT_S)
    fill(store)
    handed = [store.put(ask("x" * 900)) for _ in range(50)]
    with pytest.raises(EnvironmentTrouble, match="disk is full"):
        handed[-1].result(RESULT_S)
    assert first in open_store().wishes().result(RESULT_S)


def fill(store: Store, pages: int = 1) -> None:
    """Let the file grow to so many pages at most; one means not beyond what it has."""
    store._do(lambda cache: cache._database.plain.execute(f"PRAGMA max_page_count = {pages}").fetchone()).result(
        RESULT_S
    )


def test_a_view_that_cannot_be_read_is_fetched_anew(
    store: Store, open_store: OpenStore, caplog: pytest.LogCaptureFixture
) -> None:
    """As after a step back to an older version of the program, which does not know a state that a newer one kept."""
    store.apply(replaced(changes(1, 1, [question(1, 1)]))).result(RESULT_S)
    store._do(
        lambda cache: cache._database.plain.execute("UPDATE questions SET body = CAST('{}' AS BLOB)").fetchone()
    ).result(RESULT_S)
    store = open_store()
    assert store.snapshot().result(RESULT_S).changes is None
    assert texts(store) == set()
    assert point(store) == ResumePoint()
    assert "cannot be read" in caplog.text


def test_all_of_it_lies_in_one_file_that_only_we_may_read(folder: Path) -> None:
    store = Store(folder)
    store.apply(replaced(changes(1, 1, [question(1, 1)]))).result(RESULT_S)
    assert folder.stat().st_mode & 0o777 == 0o700
    files = [file for file in folder.iterdir() if file.is_file()]
    assert cache_file(folder) in files
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert (folder / "recordings").stat().st_mode & 0o777 == 0o700
    assert store.close(CLOSE_S)


def test_a_file_that_others_could_read_is_made_private(store: Store, folder: Path, open_store: OpenStore) -> None:
    store.settings().result(RESULT_S)
    cache_file(folder).chmod(0o644)
    open_store().settings().result(RESULT_S)
    assert cache_file(folder).stat().st_mode & 0o777 == 0o600


def test_a_question_is_known_by_its_id(store: Store) -> None:
    store.apply(replaced(changes(1, 1, [question(1, 1)])))
    board = board_of(*store.view().result(RESULT_S))
    assert board.shared.keys() == {question_id(1)}


def test_an_answer_that_is_reworded_and_an_announcement_that_is_over_leave_the_file(store: Store, folder: Path) -> None:
    told = AnnouncementRow(
        id=AnnouncementId("announcement-of-tests0"), text="over-canary", by="Olga", at=NOON, revision=Revision(1)
    )
    store.apply(replaced(changes(1, 1, [question(1, 1), answer(1, 1, 1, "first-canary"), told]))).result(RESULT_S)
    assert b"over-canary" in bytes_of(folder), "else this test looks in the wrong place"
    reworded = structs.replace(answer(1, 1, 2, "second"), edited=True)
    store.apply(applied(changes(2, 1, [reworded]))).result(RESULT_S)
    assert b"first-canary" not in bytes_of(folder)
    over = structs.replace(told, text="", ended=True, revision=Revision(3))
    store.apply(applied(changes(3, 1, [over]))).result(RESULT_S)
    assert b"over-canary" not in bytes_of(folder)
