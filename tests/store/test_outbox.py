"""The outbox: in order, bound to its participant, kept until the view shows what was wanted or it was refused."""

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import CommandId, Revision, Tally, random_id
from personal_app.conference.messages import Command
from personal_app.conference.session_client import ResumePoint
from personal_app.conference.wishes import Wish
from personal_app.store.store import Store
from tests.store.conftest import OpenStore
from tests.store.material import ANN, BOB, RESULT_S, applied, ask, changes, done, refused, replaced, resume_at


@pytest.fixture
def joined(store: Store) -> Store:
    store.keep_profile(ANN)
    return store


def commands(store: Store) -> tuple[Command, ...]:
    return store.resume().result(RESULT_S)[1]


def wishes(store: Store) -> tuple[Wish, ...]:
    return store.wishes().result(RESULT_S)


def edit(asked: Wish, text: str, after: Wish) -> Wish:
    wanted = do.Edit(question=do.question_of(asked.command.do), text=text)
    return Wish(command=Command(id=random_id(), do=wanted), at=asked.at, after=CommandId(after.command.id))


def test_wishes_come_back_in_their_order_after_a_restart(joined: Store, open_store: OpenStore) -> None:
    # Made in an order that neither their ids nor their times have.
    made = [ask(f"Question {number}", second=-number) for number in range(20)]
    for wish in made:
        joined.put(wish)
    store = open_store()
    assert wishes(store) == tuple(made)
    assert commands(store) == tuple(wish.command for wish in made)


def test_a_wish_put_twice_stands_once_and_where_it_was(joined: Store) -> None:
    first, second = ask("first"), ask("second")
    for wish in (first, second, first):
        joined.put(wish)
    assert wishes(joined) == (first, second)


def test_what_waits_for_another_move_is_not_sent_and_comes_again_in_its_place(
    joined: Store, open_store: OpenStore
) -> None:
    first, second, third = ask("first"), ask("second"), ask("third")
    second = msgspec.structs.replace(second, after=CommandId(first.command.id))
    for wish in (first, second, third):
        joined.put(wish)
    store = open_store()
    assert wishes(store) == (first, second, third)
    assert commands(store) == (first.command, third.command)
    may_go = msgspec.structs.replace(second, after=None, command=msgspec.structs.replace(second.command, seen=7))
    store.put(may_go)
    assert wishes(store) == (first, may_go, third)
    assert commands(store) == (first.command, may_go.command, third.command)


def test_what_waits_for_a_refused_move_is_refused_with_it(joined: Store) -> None:
    first, other = ask("first"), ask("other")
    second = edit(first, "second", after=first)
    third = edit(first, "third", after=second)
    # What waits for one of another question may be right without it: the server says.
    behind = msgspec.structs.replace(ask("behind"), after=CommandId(third.command.id))
    for wish in (first, second, third, other, behind):
        joined.put(wish)
    joined.settle(refused(first, RefusalCode.CONFLICT))
    assert wishes(joined) == (other, behind)
    receipts = joined.receipts().result(RESULT_S)
    assert [receipt.wish for receipt in receipts] == [first, second, third]


def test_an_outbox_belongs_to_its_participant(joined: Store, open_store: OpenStore) -> None:
    anns, bobs = ask("Ann asks"), ask("Bob asks")
    joined.put(anns)
    joined.keep_profile(BOB)
    assert (wishes(joined), commands(joined)) == ((), ())
    joined.put(bobs)
    store = open_store()
    assert commands(store) == (bobs.command,)
    store.forget_profile()
    assert (wishes(store), commands(store), store.receipts().result(RESULT_S)) == ((), (), ())
    store.keep_profile(ANN)
    assert commands(store) == (anns.command,)


def test_a_connection_of_somebody_who_is_another_by_now_is_given_theirs_alone(joined: Store) -> None:
    anns, bobs = ask("Ann's"), ask("Bob's")
    joined.apply(replaced(changes(3, 1)))
    joined.put(anns)
    joined.keep_profile(BOB)
    joined.put(bobs)
    joined.apply(replaced(changes(7, 2)), BOB.participant)
    joined.apply(replaced(changes(9, 3)), ANN.participant)
    assert joined.resume(ANN.participant).result(RESULT_S) == (ResumePoint(), (anns.command,))
    assert joined.wishes(ANN.participant).result(RESULT_S) == (anns,)
    assert joined.resume(BOB.participant).result(RESULT_S) == (resume_at(7, 2), (bobs.command,))


def test_what_is_new_of_somebody_who_is_another_by_now_is_passed_over(joined: Store) -> None:
    renamed = msgspec.structs.replace(ANN, name="Anna")
    joined.amend_profile(renamed)
    assert joined.profile().result(RESULT_S) == renamed
    joined.keep_profile(BOB)
    joined.amend_profile(ANN)
    assert joined.profile().result(RESULT_S) == BOB


def test_who_has_not_joined_is_told_to(store: Store) -> None:
    with pytest.raises(Refusal, match="Join the conference"):
        store.put(ask()).result(RESULT_S)


def test_an_acknowledged_wish_is_drawn_until_the_view_shows_it_and_never_sent_again(joined: Store) -> None:
    wish = ask()
    joined.apply(replaced(changes(3, 3)))
    joined.put(wish)
    joined.settle(done(wish, revision=5, tally=3))
    assert commands(joined) == ()
    assert wishes(joined) == (msgspec.structs.replace(wish, done=(Revision(5), Tally(3))),)
    joined.apply(applied(changes(4, 9)))
    assert len(wishes(joined)) == 1, "the view is not there yet"
    joined.apply(applied(changes(5, 9)))
    assert wishes(joined) == ()


def test_a_wish_acknowledged_after_the_view_showed_it_is_forgotten_at_once(joined: Store) -> None:
    wish = ask()
    joined.put(wish)
    joined.apply(replaced(changes(7, 7)))
    joined.settle(done(wish, revision=7, tally=0))
    joined.settle(done(wish, revision=7, tally=0))
    assert wishes(joined) == ()


def test_a_final_refusal_leaves_a_receipt_with_the_words(joined: Store, open_store: OpenStore) -> None:
    wish, other = ask("My long question"), ask("Another")
    joined.put(wish)
    joined.put(other)
    joined.settle(refused(wish))
    joined.settle(refused(wish))
    store = open_store()
    assert wishes(store) == (other,)
    (receipt,) = store.receipts().result(RESULT_S)
    assert (receipt.wish, receipt.code, receipt.detail) == (wish, RefusalCode.WRONG_STATE, "It is too late for that.")
    store.forget_receipt(CommandId(wish.command.id))
    assert store.receipts().result(RESULT_S) == ()


def test_a_refusal_for_now_changes_nothing(joined: Store) -> None:
    wish = ask()
    joined.put(wish)
    joined.settle(refused(wish, RefusalCode.SLOW_DOWN, final=False))
    assert commands(joined) == (wish.command,)
    assert joined.receipts().result(RESULT_S) == ()


def test_answers_to_commands_never_made_here_change_nothing(joined: Store) -> None:
    joined.settle(done(ask(), 1, 1)).result(RESULT_S)
    joined.settle(refused(ask())).result(RESULT_S)
    joined.settle(msgspec.structs.replace(refused(ask()), id=None)).result(RESULT_S)
    assert (wishes(joined), joined.receipts().result(RESULT_S)) == ((), ())


def test_after_another_life_of_the_server_what_it_acknowledged_and_never_showed_is_sent_again(joined: Store) -> None:
    wish = ask()
    joined.apply(replaced(changes(3, 3)))
    joined.put(wish)
    joined.settle(done(wish, revision=5, tally=3))
    joined.apply(replaced(changes(9, 9), view="view-of-a-chair"))
    assert wishes(joined) == (), "the same life: the counters mean the same"
    joined.put(wish)
    joined.settle(done(wish, revision=50, tally=3))
    joined.apply(replaced(changes(2, 2), epoch="epoch-2"))
    assert commands(joined) == (wish.command,)
