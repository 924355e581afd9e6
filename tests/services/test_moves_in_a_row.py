"""Moves of one question made faster than the server answers: each reaches it with the look that it was made on."""

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import CommandId, QuestionId, Revision, SessionId, TalkId, Tally
from personal_app.conference.messages import Changes, Done, Refused
from personal_app.conference.polls import PollState
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.conference.session_client import Applied, ResumePoint
from personal_app.conference.wishes import Wish
from personal_app.services.questions import QuestionService, Receipt

NOW = datetime(2020, 5, 29, 16, 0, tzinfo=UTC)
ONE, OTHER = QuestionId("q" * 22), QuestionId("r" * 22)
S = QuestionState


def _row(question: QuestionId, state: S, moved: int, order: int | None = None) -> QuestionRow:
    return QuestionRow(
        id=question,
        session=SessionId("s"),
        talk=TalkId("t"),
        text="Why?",
        state=state,
        asked_at=NOW,
        revision=Revision(moved),
        moved=Revision(moved),
        order=order,
    )


class _Server:
    """Takes commands and answers when told to."""

    def __init__(self) -> None:
        self.sent: list[Wish] = []
        #: The outbox, in its order, with those that wait.
        self.kept: dict[str, Wish] = {}
        self.receipts: list[Receipt] = []
        self.service = QuestionService(self._send, lambda: NOW)
        self.service.refused.connect(self.receipts.append)
        rows = (_row(ONE, S.PENDING, 5), _row(OTHER, S.PENDING, 6))
        self.service.take_cached(Changes(revision=Revision(6), tally=Tally(0), set=rows), None, ())

    def _send(self, wish: Wish) -> None:
        self.kept[wish.command.id] = wish
        if wish.after is None:
            self.sent.append(wish)

    def done(self, place: int, revision: int) -> None:
        id_ = CommandId(self.sent[place].command.id)
        self.service.take_done(Done(id=id_, revision=Revision(revision), tally=Tally(0)))

    def refuse(self, place: int, code: RefusalCode, *, final: bool = True) -> None:
        id_ = CommandId(self.sent[place].command.id)
        self.service.take_refused(Refused(id=id_, code=code, final=final, detail="It has changed."))

    def start_from(self, row: QuestionRow, wishes: Iterable[Wish]) -> None:
        cached = Changes(revision=row.revision, tally=Tally(0), set=(row,))
        self.service.take_cached(cached, None, wishes)

    def show(self, row: QuestionRow) -> None:
        self.change(Changes(revision=row.revision, tally=Tally(0), set=(row,)))

    def change(self, changes: Changes) -> None:
        self.service.take_changes([Applied(resume=ResumePoint(), changes=changes, mine=None)])

    def moves(self) -> list[tuple[str, int | None]]:
        return [(do.move_of(wish.command.do).value, wish.command.seen) for wish in self.sent]

    def state(self) -> S:
        question = self.service.board.question(ONE)
        assert question is not None
        return question.row.state


@pytest.fixture
def server(qapp: object) -> _Server:
    assert qapp is not None
    return _Server()


def test_the_second_move_is_drawn_at_once_and_sent_when_the_first_is_shown(server: _Server) -> None:
    server.service.approve(ONE)
    server.service.queue(ONE, None)
    assert server.state() is S.QUEUED
    assert server.moves() == [("approve", 5)]
    server.done(0, 7)
    assert server.moves() == [("approve", 5)]
    server.show(_row(ONE, S.APPROVED, 7))
    assert server.moves() == [("approve", 5), ("queue", 7)]
    assert server.state() is S.QUEUED


def test_the_view_may_come_before_the_acknowledgement(server: _Server) -> None:
    server.service.approve(ONE)
    server.service.queue(ONE, None)
    server.show(_row(ONE, S.APPROVED, 7))
    server.done(0, 7)
    assert server.moves() == [("approve", 5), ("queue", 7)]


def test_other_questions_and_votes_do_not_wait(server: _Server) -> None:
    server.service.approve(ONE)
    server.service.approve(OTHER)
    server.service.vote(ONE)
    assert server.moves() == [("approve", 5), ("approve", 6), ("vote", None)]


def test_a_final_refusal_takes_down_what_was_built_on_it_and_tells_of_each(server: _Server) -> None:
    server.service.approve(ONE)
    server.service.queue(ONE, None)
    server.refuse(0, RefusalCode.CONFLICT)
    assert server.state() is S.PENDING
    assert server.service.waiting == 0
    assert [do.move_of(receipt.command.do).value for receipt in server.receipts] == ["approve", "queue"]
    assert server.moves() == [("approve", 5)]


def test_a_refusal_to_be_tried_again_keeps_everything_waiting(server: _Server) -> None:
    server.service.approve(ONE)
    server.service.queue(ONE, None)
    server.refuse(0, RefusalCode.SLOW_DOWN, final=False)
    assert server.state() is S.QUEUED
    assert server.service.waiting == 2
    assert not server.receipts[0].final


def test_three_in_a_row_go_one_after_the_other(server: _Server) -> None:
    server.service.approve(ONE)
    server.service.queue(ONE, None)
    server.service.start(ONE)
    server.done(0, 7)
    server.show(_row(ONE, S.APPROVED, 7))
    server.done(1, 8)
    server.show(_row(ONE, S.QUEUED, 8, order=1))
    assert server.moves() == [("approve", 5), ("queue", 7), ("start", 8)]


def test_a_held_move_of_a_question_that_went_away_is_for_the_server_to_refuse(server: _Server) -> None:
    server.service.approve(ONE)
    server.service.reject(ONE, "no")
    server.done(0, 7)
    server.change(Changes(revision=Revision(8), tally=Tally(0), gone=(ONE,)))
    assert server.moves() == [("approve", 5), ("reject", 5)]
    server.refuse(1, RefusalCode.UNKNOWN)
    assert [do.move_of(receipt.command.do).value for receipt in server.receipts] == ["reject"]
    assert server.service.waiting == 0


def test_a_text_changed_twice_is_sent_twice(server: _Server) -> None:
    server.service.edit(ONE, "Why so?")
    server.service.edit(ONE, "Why so often?")
    assert server.moves() == [("edit", 5)]
    server.done(0, 7)
    server.show(msgspec.structs.replace(_row(ONE, S.PENDING, 7), text="Why so?"))
    assert server.moves() == [("edit", 5), ("edit", 7)]
    question = server.service.board.question(ONE)
    assert question is not None
    assert question.row.text == "Why so often?"


def test_what_waits_is_in_the_outbox_and_goes_on_from_there_after_a_restart(server: _Server) -> None:
    server.service.approve(ONE)
    server.service.queue(ONE, None)
    server.service.start(ONE)
    first, second, third = server.kept.values()
    assert (first.after, second.after, third.after) == (None, first.command.id, second.command.id)

    again = _Server()
    again.start_from(_row(ONE, S.PENDING, 5), (first, second, third))
    assert (again.state(), again.service.waiting, again.sent) == (S.ANSWERING, 3, [])
    id_ = CommandId(first.command.id)
    again.service.take_done(Done(id=id_, revision=Revision(7), tally=Tally(0)))
    again.show(_row(ONE, S.APPROVED, 7))
    assert again.moves() == [("queue", 7)]
    assert again.sent[0].command.id == second.command.id
    again.done(0, 8)
    again.show(_row(ONE, S.QUEUED, 8, order=1))
    assert again.moves() == [("queue", 7), ("start", 8)]


def test_what_waited_for_a_move_that_is_shown_by_now_goes_at_the_start(server: _Server) -> None:
    server.service.approve(ONE)
    server.service.queue(ONE, None)
    _, second = server.kept.values()
    again = _Server()
    again.start_from(_row(ONE, S.APPROVED, 7), (second,))
    assert again.moves() == [("queue", 7)]


def test_a_place_behind_one_that_waits_to_be_queued_waits_with_it_and_keeps_its_own_look(server: _Server) -> None:
    server.show(_row(OTHER, S.APPROVED, 7))
    server.service.approve(ONE)
    server.service.queue(ONE, None)
    server.service.queue(OTHER, ONE)
    assert server.moves() == [("approve", 5)]
    server.done(0, 8)
    # Meanwhile another chair has moved it: what ours looked at is for the server to compare.
    rows = (_row(ONE, S.APPROVED, 8), _row(OTHER, S.DEFERRED, 9))
    server.change(Changes(revision=Revision(9), tally=Tally(0), set=rows))
    assert server.moves() == [("approve", 5), ("queue", 8), ("queue", 7)]


def test_merging_into_one_that_waits_to_be_shown_waits_with_it(server: _Server) -> None:
    server.service.approve(ONE)
    server.service.hide(ONE)
    server.service.unhide(ONE)
    server.service.merge(OTHER, ONE)
    assert server.moves() == [("approve", 5)]
    server.done(0, 7)
    server.show(_row(ONE, S.APPROVED, 7))
    server.done(1, 8)
    server.show(_row(ONE, S.HIDDEN, 8))
    assert server.moves() == [("approve", 5), ("hide", 7), ("unhide", 8), ("merge", 6)]


@pytest.mark.parametrize("leave", ["finish", "put_back", "defer", "hide"])
def test_the_next_is_not_called_before_the_one_that_is_being_answered_is_let_go(server: _Server, leave: str) -> None:
    server.show(_row(ONE, S.QUEUED, 7, order=1))
    server.show(_row(OTHER, S.QUEUED, 8, order=2))
    server.service.start(ONE)
    getattr(server.service, leave)(ONE)
    server.service.start(OTHER)
    server.service.finish(OTHER)
    assert server.moves() == [("start", 7)]
    server.done(0, 9)
    server.show(_row(ONE, S.ANSWERING, 9))
    assert server.moves() == [("start", 7), (leave, 9), ("start", 8)]
    server.done(2, 10)
    server.show(_row(OTHER, S.ANSWERING, 10))
    assert server.moves()[3:] == [("finish", 10)]


def test_a_poll_is_opened_once_it_is_there_and_falls_with_it(server: _Server) -> None:
    server.service.polls.make(SessionId("s"), None, "Which?", ("This", "That"), opened=True)
    (poll,) = server.service.board.polls
    server.service.polls.close(poll.id)
    assert server.moves() == [("make_poll", None)]
    made = msgspec.structs.replace(poll.row, revision=Revision(7), state=PollState.DRAFT)
    server.done(0, 7)
    server.change(Changes(revision=Revision(7), tally=Tally(0), set=(made,)))
    assert server.moves() == [("make_poll", None), ("open_poll", None), ("close_poll", None)]

    other = _Server()
    other.service.polls.make(SessionId("s"), None, "Which?", ("This", "That"), opened=True)
    other.refuse(0, RefusalCode.INVALID)
    assert (other.service.board.polls, other.service.waiting) == ((), 0)
    assert [do.move_of(receipt.command.do).value for receipt in other.receipts] == ["make_poll", "open_poll"]
    assert [receipt.command.do.text for receipt in other.service.receipts.kept] == ["Which?"]  # type: ignore[union-attr]


def test_what_waited_for_another_question_goes_to_the_server_where_that_one_falls(server: _Server) -> None:
    server.show(_row(ONE, S.QUEUED, 7, order=1))
    server.show(_row(OTHER, S.QUEUED, 8, order=2))
    server.service.start(ONE)
    server.service.finish(ONE)
    server.service.start(OTHER)
    server.refuse(0, RefusalCode.CONFLICT)
    assert [do.move_of(receipt.command.do).value for receipt in server.receipts] == ["start", "finish"]
    assert server.moves() == [("start", 7), ("start", 8)]
