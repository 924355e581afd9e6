"""Receipts of what was sent: once each, the latest of each participant, gone with whom signs out."""

from datetime import timedelta
from pathlib import Path

import pytest

from personal_app.conference import commands as do
from personal_app.conference import sent_moves
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import CommandId, Revision, Tally, random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.wishes import Wish
from personal_app.store import sent_store
from personal_app.store.store import Store
from tests.store.material import ANN, BOB, CLOSE_S, NOON, RESULT_S


def wish(text: str = "Why?") -> Wish:
    return Wish(command=Command(id=random_id(), do=do.Ask(question=random_id(), talk="paper", text=text)), at=NOON)


def done(of: Wish, revision: int = 5) -> Done:
    return Done(id=CommandId(of.command.id), revision=Revision(revision), tally=Tally(0))


@pytest.fixture
def now() -> list[timedelta]:
    return [timedelta()]


def open_store(folder: Path, now: list[timedelta]) -> Store:
    return Store(folder, lambda: NOON + now[0])


def texts(store: Store, participant: str = ANN.participant) -> list[tuple[str, str]]:
    moves = store.sent(participant).result(RESULT_S)
    return [(getattr(move.wish.command.do, "text", ""), move.refused) for move in moves]


def test_what_is_answered_leaves_a_receipt_that_outlives_a_restart(tmp_path: Path, now: list[timedelta]) -> None:
    store = open_store(tmp_path, now)
    store.keep_profile(ANN)
    first, second, third = wish("first"), wish("second"), wish("third")
    for each in (first, second, third):
        store.put(each)
    now[0] = timedelta(minutes=1)
    store.settle(done(first))
    refusal = Refused(id=CommandId(second.command.id), code=RefusalCode.INVALID, final=True, detail="Too late.")
    store.settle(refusal)
    later = Refused(id=CommandId(third.command.id), code=RefusalCode.SLOW_DOWN, final=False, detail="Wait.")
    store.settle(later).result(RESULT_S)
    # A repeat, and an answer to what is not ours, are no news.
    now[0] = timedelta(minutes=9)
    store.settle(done(first, 7))
    store.settle(done(wish()))
    assert store.close(CLOSE_S)

    again = open_store(tmp_path, now)
    assert texts(again) == [("second", "Too late."), ("first", "")]
    moves = again.sent(ANN.participant).result(RESULT_S)
    assert [move.answered_at for move in moves] == [NOON + timedelta(minutes=1)] * 2
    assert texts(again, BOB.participant) == []
    again.forget_profile().result(RESULT_S)
    assert texts(again) == []
    assert again.close(CLOSE_S)


def test_words_kept_for_co_authors_are_no_receipts_and_the_oldest_go(
    tmp_path: Path, now: list[timedelta], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sent_store, "KEPT", 3)
    store = open_store(tmp_path, now)
    store.keep_profile(ANN)
    draft = do.SaveDraft(question=random_id(), text="half a", draft=None)
    half = Wish(command=Command(id=random_id(), do=draft), at=NOON)
    assert not sent_moves.is_told(half)
    for each in (*(wish(str(number)) for number in range(5)), half):
        store.put(each)
        store.settle(done(each))
    assert texts(store) == [("4", ""), ("3", ""), ("2", "")]
    assert store.close(CLOSE_S)
