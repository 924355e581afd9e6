"""Refusals: told at once, kept with their words until they are put away, found again after a restart."""

from datetime import UTC, datetime

from personal_app.conference import commands as do
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import CommandId, Revision, Tally
from personal_app.conference.messages import Changes, Command, Mine, Refused
from personal_app.conference.questions import QuestionState
from personal_app.conference.wishes import Wish
from personal_app.services.questions import QuestionService, Receipt
from personal_app.services.receipts import ReceiptService
from tests.factories import WELCOME, ask, command, conference, qid, question_row

NOW = datetime(2020, 9, 21, 16, 0, tzinfo=UTC)


class Asker:
    """A question service with its outside in lists."""

    def __init__(self) -> None:
        self.sent: list[Wish] = []
        self.forgotten: list[CommandId] = []
        self.told: list[Receipt] = []
        self.service = QuestionService(self.sent.append, lambda: NOW, forget=self.forgotten.append)
        self.service.take_conference(conference())
        self.service.refused.connect(self.told.append)

    def refuse(self, *, final: bool = True, **fields: object) -> Receipt:
        wish = self.sent[-1]
        code = RefusalCode.INVALID if final else RefusalCode.SLOW_DOWN
        self.service.take_refused(
            Refused(id=CommandId(wish.command.id), code=code, final=final, detail="No.", **fields)  # type: ignore[arg-type]
        )
        return self.told[-1]


def test_a_refused_question_leaves_the_board_and_its_words_stay() -> None:
    asker = Asker()
    asker.service.ask(WELCOME, "Why?")
    drawn = len(asker.service.board.questions)
    receipt = asker.refuse()
    assert (drawn, len(asker.service.board.questions)) == (1, 0)
    assert (receipt.final, receipt.detail) == (True, "No.")
    assert isinstance(receipt.command.do, do.Ask)
    assert receipt.command.do.text == "Why?"
    held = [*asker.service.receipts.kept]
    asker.service.receipts.put_away(receipt)
    asker.service.receipts.put_away(receipt)
    assert (held, [*asker.service.receipts.kept]) == ([receipt], [])
    assert asker.forgotten == [receipt.command.id]


def test_what_is_tried_again_stays_drawn_and_is_no_receipt() -> None:
    asker = Asker()
    asker.service.ask(WELCOME, "Why?")
    assert not asker.refuse(final=False).final
    assert len(asker.service.board.questions) == 1
    assert asker.service.waiting == 1
    assert (asker.service.receipts.kept, asker.forgotten) == ((), [])


def test_a_move_without_words_is_told_and_not_kept() -> None:
    asker = Asker()
    row = question_row("q", QuestionState.APPROVED)
    asker.service.take_cached(Changes(revision=Revision(9), tally=Tally(1), set=(row,)), None, ())
    asker.service.vote(qid("q"))
    receipt = asker.refuse()
    assert asker.told == [receipt]
    assert (asker.service.receipts.kept, asker.forgotten) == ((), [receipt.command.id])


def test_a_refusal_shows_the_question_as_it_is_by_now() -> None:
    """For everyone's questions and for the person's own that nobody else sees."""
    for shared in (True, False):
        asker = Asker()
        row = question_row("q", QuestionState.PENDING, text="Before?", revision=Revision(3))
        mine = Mine(revision=Revision(9), tally=Tally(1), set=(row,))
        everyones = Changes(revision=Revision(9), tally=Tally(1), set=(row,) if shared else ())
        asker.service.take_cached(everyones, mine if not shared else None, ())
        asker.service.edit(qid("q"), "After?")
        current = question_row("q", QuestionState.APPROVED, text="Before?", revision=Revision(5))
        asker.refuse(current=current)
        question = asker.service.board.question(qid("q"))
        assert question is not None
        assert (question.row.state, question.row.text) == (QuestionState.APPROVED, "Before?")


def test_an_answer_to_a_command_of_nobody_changes_nothing() -> None:
    asker = Asker()
    asker.service.take_refused(Refused(id=None, code=RefusalCode.INVALID, final=True, detail="What?"))
    asker.service.take_refused(Refused(id=CommandId("x" * 22), code=RefusalCode.INVALID, final=True, detail="What?"))
    assert asker.told == []


def kept(name: str) -> Receipt:
    return Receipt(command(ask(name), name), "No.", final=True)


def test_what_the_cache_kept_is_found_oldest_first_and_once() -> None:
    forgotten: list[CommandId] = []
    service = ReceiptService(forgotten.append)
    found: list[Receipt] = []
    service.found.connect(found.append)
    vote = Receipt(Command(id="v" * 22, do=do.Vote(question=qid("q"))), "No.", final=True)
    service.take(kept("new"))
    service.take_kept([kept("old"), kept("older"), kept("new"), vote])
    assert found == [kept("old"), kept("older")]
    assert service.kept == (kept("old"), kept("older"), kept("new"))
    assert forgotten == [vote.command.id]
    service.take_kept([kept("old")])
    assert len(found) == 2


def test_what_stands_in_the_way_of_undoing_is_told_with_the_refusal() -> None:
    asker = Asker()
    row = question_row(state=QuestionState.APPROVED)
    asker.service.take_cached(Changes(revision=Revision(9), tally=Tally(0), set=(row,)), None, ())
    asker.service.undo(qid("q"), (Revision(3),))
    assert asker.refuse(moves=(7, 5)).moves == (7, 5)
