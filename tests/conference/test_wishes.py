"""A person's own moves drawn before the server shows them: what is drawn is what comes, and nothing flickers."""

from typing import Any

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference.board import Board, DrawnBoard, DrawnQuestion
from personal_app.conference.ids import PersonId, Revision, Tally
from personal_app.conference.messages import Changes, Mine
from personal_app.conference.moderation import Call, decide
from personal_app.conference.people import Grant, Participant, Role, audience
from personal_app.conference.questions import Move, QaState, QuestionState, Speaker
from personal_app.conference.register import Register
from personal_app.conference.rows import AnnouncementRow
from personal_app.conference.speaking_order import ORDER_GAP
from personal_app.conference.visibility import mine_since, shared_since
from personal_app.conference.wishes import Viewer, Wish, draw, shown
from tests.factories import (
    OPENING,
    PAPER_1,
    PAPER_3,
    RESEARCH,
    START,
    WELCOME,
    aid,
    answer,
    ask,
    command,
    conference,
    participant,
    qid,
    question,
    register,
)

S = QuestionState
#: Chair, author and asker of everything, so that one board can show every move.
SAM = participant("Sam", Grant(Role.CHAIR, OPENING), Grant(Role.AUTHOR, WELCOME))


def view(held: Register, viewer: Participant = SAM) -> Board:
    shared = shared_since(held, audience(viewer.grants), Revision(0), Tally(0))
    own = mine_since(held, viewer.id, Revision(0), Tally(0))
    board = Board()
    board.apply(
        Changes(revision=held.revision, tally=held.tally, set=shared.rows, tallies=shared.tallies),
        Mine(revision=held.revision, tally=held.tally, full=True, set=own.rows, votes=own.votes),
    )
    return board


def wish(wanted: do.Do, done: tuple[int, int] | None = None) -> Wish:
    counters = None if done is None else (Revision(done[0]), Tally(done[1]))
    return Wish(command=command(wanted), at=START, done=counters)


def drawn_with(board: Board, *wishes: Wish) -> DrawnBoard:
    return draw(board, wishes, conference(), Viewer(name="Sam"))


def bare(drawn: DrawnQuestion) -> object:
    """Return what the eye sees of a question: neither counters nor numbers nor instants that only the server knows."""
    row = msgspec.structs.replace(
        drawn.row,
        revision=Revision(0),
        moved=Revision(0),
        number=None,
        alias=None,
        order=None,
        asked_at=START,
        mark=None,
        before=None,
        history=(),
    )
    answers = [(written.id, written.text, written.writer, written.by_author) for written in drawn.answers]
    return row, answers, drawn.votes, drawn.voted, drawn.mine


def order(drawn: DrawnBoard) -> list[str]:
    queued = [each for each in drawn.of_session(OPENING) if each.row.state is S.QUEUED]
    return [each.id for each in sorted(queued, key=lambda each: (each.row.order or 0, each.id))]


MOVES: list[tuple[str, do.Do, dict[str, Any]]] = [
    ("asked", ask("new"), {}),
    ("asked openly", ask("new", PAPER_3), {}),
    ("asked anonymously", ask("new", anonymous=True, position_ms=5), {}),
    ("edited", do.Edit(question=qid("q"), text="Better?"), {"state": S.PENDING}),
    ("withdrawn", do.Withdraw(question=qid("q")), {"state": S.QUEUED}),
    ("approved", do.Approve(question=qid("q")), {"state": S.PENDING}),
    ("rejected", do.Reject(question=qid("q"), reason="Off topic."), {"state": S.QUEUED}),
    ("returned", do.Return(question=qid("q"), reason="Which one?"), {"state": S.PENDING}),
    ("reworded by its asker", do.Edit(question=qid("q"), text="Better?"), {"state": S.RETURNED, "reason": "Which?"}),
    ("deferred", do.Defer(question=qid("q")), {"state": S.ANSWERING}),
    ("hidden", do.Hide(question=qid("q"), reason="Rude."), {"state": S.QUEUED}),
    ("merged", do.Merge(question=qid("q"), into=qid("one")), {"state": S.APPROVED}),
    ("answer taken back", do.RetractAnswer(question=qid("q"), answer=aid("mine")), {"state": S.ANSWERED}),
    ("queued first", do.Queue(question=qid("q")), {"state": S.APPROVED}),
    ("queued after", do.Queue(question=qid("q"), after=qid("one")), {"state": S.APPROVED}),
    ("queued last", do.Queue(question=qid("q"), after=qid("two")), {"state": S.APPROVED}),
    ("moved first", do.Queue(question=qid("q")), {"state": S.QUEUED, "order": 9 << 20}),
    ("moved after", do.Queue(question=qid("q"), after=qid("one")), {"state": S.QUEUED, "order": 9 << 20}),
    ("unqueued", do.Unqueue(question=qid("q")), {"state": S.QUEUED}),
    (
        "started by offer",
        do.Start(question=qid("q"), by=SAM.id),
        {"state": S.QUEUED, "offers": (Speaker("Sam", SAM.id),)},
    ),
    ("put back", do.PutBack(question=qid("q")), {"state": S.ANSWERING}),
    ("finished", do.Finish(question=qid("q")), {"state": S.ANSWERING}),
    ("reopened", do.Reopen(question=qid("q")), {"state": S.ANSWERED}),
    ("answered", do.WriteAnswer(question=qid("q"), answer=aid("new"), text="So."), {"state": S.APPROVED}),
    ("answered while queued", do.WriteAnswer(question=qid("q"), answer=aid("new"), text="So."), {"state": S.QUEUED}),
    ("reworded", do.WriteAnswer(question=qid("q"), answer=aid("mine"), text="So."), {"state": S.ANSWERED}),
    ("noted", do.Note(question=qid("q"), text="Ask him later."), {"state": S.APPROVED}),
    ("note taken away", do.Note(question=qid("q"), text=""), {"state": S.APPROVED, "note": "Ask him later."}),
    ("marked", do.FollowUp(question=qid("q")), {"state": S.ANSWERED}),
    ("unmarked", do.FollowUp(question=qid("q"), active=False), {"state": S.ANSWERED, "follow_up": True}),
    ("assigned", do.Assign(question=qid("q"), person="amir"), {"state": S.APPROVED}),
    ("assigned to nobody", do.Assign(question=qid("q")), {"state": S.APPROVED, "assigned": PersonId("amir")}),
    ("voted", do.Vote(question=qid("q")), {"state": S.APPROVED}),
    ("unvoted", do.Unvote(question=qid("q")), {"state": S.APPROVED}),
]


@pytest.mark.parametrize(("wanted", "fields"), [case[1:] for case in MOVES], ids=[case[0] for case in MOVES])
def test_what_is_drawn_is_what_comes(wanted: do.Do, fields: dict[str, Any]) -> None:
    mine = answer("mine", writer=SAM.id, writer_name="Sam", text="First.")
    known = question(**{"state": S.APPROVED, "asker": SAM.id, "asker_name": "Sam", **fields})
    held = register(
        known,
        question("one", S.QUEUED, order=1 << 20),
        question("two", S.QUEUED, order=2 << 20),
        answers=(mine,) if known.state is S.ANSWERED else (),
    )
    before = view(held)
    drawn = drawn_with(before, wish(wanted))

    call = Call(actor=SAM, do=wanted, now=START, revision=Revision(50), seen=Revision(1))
    held.apply(decide(held, call), Tally(held.tally + 1))
    came = draw(view(held), (), conference(), Viewer(name="Sam"))

    about = do.question_of(wanted)
    shown_now, shown_then = drawn.question(about), came.question(about)
    assert shown_now is not None
    assert shown_then is not None
    assert bare(shown_now) == bare(shown_then)
    assert shown_now.unsent == ((do.move_of(wanted),) if not isinstance(wanted, do.Ask) else (Move.ASK,))
    assert order(drawn) == order(came)


def open_rows(drawn: DrawnBoard) -> dict[str, object]:
    # The history is told by the server alone.
    rows = [msgspec.structs.replace(row, revision=Revision(0), history=()) for row in drawn.open]
    # An ended one is shown nowhere; its text goes once the server has heard of it.
    return {row.id: row for row in rows if not (isinstance(row, AnnouncementRow) and row.ended)}


@pytest.mark.parametrize(
    "wanted",
    [
        do.Regulate(talk=WELCOME, qa=QaState.PAUSED),
        do.Regulate(talk=WELCOME, moderated=False),
        do.Regulate(talk=PAPER_3, qa=QaState.CLOSED),
        do.Announce(announcement=aid("new"), text="Lunch is served.", until=START.replace(hour=23)),
        do.Announce(announcement=aid("old"), text="Lunch is over."),
        do.EndAnnouncement(announcement=aid("old")),
    ],
)
def test_what_everyone_will_see_is_drawn_as_it_comes(wanted: do.Do) -> None:
    olga = participant("Sam", Grant(Role.ORGANIZER))
    held = register()
    for revision, made in (
        (1, do.Announce(announcement=aid("old"), text="Coffee.")),
        (2, do.Regulate(talk=WELCOME, moderated=False)),
    ):
        held.apply(decide(held, Call(actor=olga, do=made, now=START, revision=Revision(revision))), Tally(0))
    board = view(held, olga)
    drawn = drawn_with(board, wish(wanted))
    held.apply(decide(held, Call(actor=olga, do=wanted, now=START, revision=Revision(50))), Tally(0))
    assert open_rows(drawn) == open_rows(drawn_with(view(held, olga)))


def test_closing_is_drawn_for_those_who_ask_next() -> None:
    drawn = drawn_with(Board(), wish(do.Regulate(talk=WELCOME, moderated=False)), wish(ask("new"))).question(qid("new"))
    assert drawn is not None
    assert drawn.row.state is S.APPROVED


def test_only_the_order_of_the_same_session_counts() -> None:
    other = question("other", S.QUEUED, session=RESEARCH, talk=PAPER_1, order=-(9 << 20))
    approved = question("waits", S.APPROVED)
    last = question("last", S.QUEUED, order=5 << 20)
    board = view(register(question(state=S.APPROVED), other, approved, last))
    drawn = drawn_with(board, wish(do.Queue(question=qid("q")))).question(qid("q"))
    assert drawn is not None
    assert drawn.row.order == (5 << 20) - ORDER_GAP
    moved = drawn_with(board, wish(do.Queue(question=qid("q"), after=qid("last")))).question(qid("q"))
    assert moved is not None
    assert moved.row.order == (5 << 20) + ORDER_GAP


def test_an_offer_is_drawn_under_the_persons_name() -> None:
    held = register(question(state=S.APPROVED))
    offered = drawn_with(view(held), wish(do.Offer(question=qid("q")))).question(qid("q"))
    assert offered is not None
    assert [offer.name for offer in offered.row.offers] == ["Sam"]
    again = drawn_with(view(held), wish(do.Offer(question=qid("q"))), wish(do.Offer(question=qid("q"), active=False)))
    back = again.question(qid("q"))
    assert back is not None
    assert back.row.offers == ()


def test_a_wish_is_drawn_until_the_view_holds_both_its_counters() -> None:
    held = register(question(state=S.APPROVED), revision=5)
    board = view(held)
    vote = do.Vote(question=qid("q"))
    assert not shown(wish(vote), board)
    assert not shown(wish(vote, done=(5, 1)), board)
    assert not shown(wish(vote, done=(6, 0)), board)
    assert shown(wish(vote, done=(5, 0)), board)
    drawn = drawn_with(board, wish(vote, done=(5, 0))).question(qid("q"))
    assert drawn is not None
    assert (drawn.votes, drawn.unsent) == (0, ())


def test_a_vote_that_came_before_its_acknowledgement_is_not_counted_twice() -> None:
    held = register(question(state=S.APPROVED))
    vote = do.Vote(question=qid("q"))
    held.apply(decide(held, Call(actor=SAM, do=vote, now=START, revision=Revision(9))), Tally(1))
    drawn = drawn_with(view(held), wish(vote)).question(qid("q"))
    assert drawn is not None
    assert (drawn.votes, drawn.voted) == (1, True)


def test_wishes_are_drawn_in_the_order_they_were_made() -> None:
    wishes = [
        wish(ask("new")),
        wish(do.Edit(question=qid("new"), text="Better?")),
        wish(do.Withdraw(question=qid("new"))),
    ]
    drawn = drawn_with(Board(), *wishes).question(qid("new"))
    assert drawn is not None
    assert (drawn.row.state, drawn.mine) == (S.WITHDRAWN, True)
    assert drawn.unsent == (Move.ASK, Move.EDIT, Move.WITHDRAW)


def test_what_the_board_no_longer_allows_is_passed_over() -> None:
    board = view(register(question(state=S.ANSWERED)))
    drawn = drawn_with(board, wish(do.Vote(question=qid("q"))), wish(do.Approve(question=qid("none")))).question(
        qid("q")
    )
    assert drawn is not None
    assert (drawn.votes, drawn.row.state, drawn.unsent) == (0, S.ANSWERED, (Move.VOTE,))


def test_without_a_program_a_question_cannot_be_placed() -> None:
    assert draw(Board(), [wish(ask())], None, Viewer()).questions == ()


def test_questions_are_drawn_in_the_order_they_were_asked() -> None:
    held = register(question("late", asked_at=START.replace(hour=23)), question("early"))
    assert [each.id for each in drawn_with(view(held)).questions] == [qid("early"), qid("late")]


def test_drawing_leaves_the_board_as_it_is() -> None:
    board = view(register(question(state=S.APPROVED)))
    before = board.drawn()
    drawn_with(board, wish(do.Vote(question=qid("q"))), wish(do.Queue(question=qid("q"))))
    assert board.drawn() == before
