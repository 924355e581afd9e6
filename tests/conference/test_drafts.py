"""The draft of an answer: shared by who may answer, shown to nobody else, and never overwritten unseen."""

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference.board import Board
from personal_app.conference.drafts import draft_of
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import Revision, Tally
from personal_app.conference.messages import Changes
from personal_app.conference.people import PUBLIC, Participant, audience
from personal_app.conference.questions import QuestionState
from personal_app.conference.register import Register
from personal_app.conference.rows import AnswerRow, DraftRow
from personal_app.conference.visibility import shared_since
from tests.conference.test_merging import ADA, AMIR, CHAIR, NORA, carry_out, refusal
from tests.factories import PAPER_1, RESEARCH, aid, author, chair, organizer, qid, question, register

S = QuestionState
Q = qid("q")
BEA = author("Bea")


def draft(text: str, on: int | None = None) -> do.SaveDraft:
    return do.SaveDraft(question=Q, text=text, draft=on)


def answer(text: str, on: int | None) -> do.WriteAnswer:
    return do.WriteAnswer(question=Q, answer=aid("a"), text=text, draft=on)


def words(held: Register) -> str:
    known = draft_of(held, Q)
    return known.text if known is not None else ""


def drafted(text: str = "Becau") -> Register:
    held = register(question(state=S.APPROVED))
    carry_out(held, AMIR, draft(text))
    return held


def told(held: Register, who: Participant | None, since: int = 0) -> Changes:
    part = shared_since(held, PUBLIC if who is None else audience(who.grants), Revision(since), Tally(0))
    return Changes(revision=held.revision, tally=held.tally, set=part.rows, gone=part.gone)


def drafts_in(changes: Changes) -> list[DraftRow]:
    return [row for row in changes.set if isinstance(row, DraftRow)]


@pytest.mark.parametrize("who", [BEA, AMIR, CHAIR, organizer()], ids=lambda who: who.name)
def test_who_may_answer_is_shown_the_draft_and_who_writes_it(who: Participant) -> None:
    (row,) = drafts_in(told(drafted("A canary."), who))
    assert (row.text, row.by, row.participant, row.question) == ("A canary.", "Amir", AMIR.id, Q)


@pytest.mark.parametrize("who", [None, NORA, ADA, author("Bob", PAPER_1), chair("Carlos", RESEARCH)])
def test_nobody_else_is(who: Participant | None) -> None:
    held = drafted("A canary.")
    assert b"canary" not in msgspec.json.encode(told(held, who))
    assert AMIR.id.encode() not in msgspec.json.encode(told(held, who, since=1))


def test_a_draft_moves_nothing_and_stands_in_no_history() -> None:
    held = register(question(state=S.APPROVED))
    decision = carry_out(held, AMIR, draft("Becau"))
    assert (decision.questions, decision.moves, decision.openings) == ((), (), ())


def test_who_goes_on_names_the_words_they_go_on_from() -> None:
    held = drafted()
    first = held.revision
    carry_out(held, BEA, draft("Because", on=first))
    refused = refusal(held, AMIR, draft("Becau we", on=first))
    assert refused.code is RefusalCode.CONFLICT
    assert refused.detail.startswith("Bea has written on this draft meanwhile.")
    assert refusal(held, AMIR, draft("Becau we")).code is RefusalCode.CONFLICT
    assert words(held) == "Because"
    carry_out(held, AMIR, draft("Becau we", on=held.revision))
    assert words(held) == "Becau we"


def test_the_same_words_again_change_nothing_whatever_they_go_on_from() -> None:
    held = drafted()
    before = held.revision
    carry_out(held, BEA, draft(" Becau ", on=99))
    assert held.revision == before


def test_an_answer_made_from_the_draft_ends_it() -> None:
    held = drafted()
    carry_out(held, AMIR, answer("Because.", held.revision))
    assert words(held) == ""
    assert [row.text for row in told(held, None).set if isinstance(row, AnswerRow)] == ["Because."]
    (over,) = drafts_in(told(held, BEA, since=held.revision - 1))
    assert over.text == ""
    assert drafts_in(told(held, BEA)) == []


def test_an_answer_does_not_end_what_another_author_has_written_meanwhile() -> None:
    held = drafted()
    first = held.revision
    carry_out(held, BEA, draft("Because of", on=first))
    assert refusal(held, AMIR, answer("Because.", first)).code is RefusalCode.CONFLICT
    carry_out(held, CHAIR, answer("A chair's word.", None))
    assert words(held) == "Because of"
    carry_out(held, BEA, do.WriteAnswer(question=Q, answer=aid("b"), text="Because of it.", draft=first))
    assert words(held) == "", "the last words were one's own"


def test_a_question_out_of_sight_takes_its_draft_along_and_brings_it_back() -> None:
    held = drafted("A canary.")
    board = Board()
    board.apply(told(held, BEA))
    seen = held.revision
    carry_out(held, CHAIR, do.Hide(question=Q))
    board.apply(told(held, BEA, since=seen))
    assert board.open == {}
    assert drafts_in(told(held, BEA)) == []
    seen = held.revision
    carry_out(held, CHAIR, do.Unhide(question=Q))
    board.apply(told(held, BEA, since=seen))
    assert [row.text for row in board.open.values() if isinstance(row, DraftRow)] == ["A canary."]


def test_a_draft_may_be_thrown_away_and_is_too_long_where_an_answer_would_be() -> None:
    held = drafted()
    carry_out(held, BEA, draft("", on=held.revision))
    assert words(held) == ""
    assert refusal(held, BEA, draft("x" * 4001)).code is RefusalCode.INVALID


@pytest.mark.parametrize("who", [ADA, CHAIR])
def test_asking_to_undo_a_draft_does_not_tell_whether_there_is_one(who: Participant) -> None:
    none, begun = register(question(state=S.APPROVED)), drafted()
    wanted = do.UndoOpening(row=f"draft {Q}", moves=(begun.revision,))
    found = [refusal(held, who, wanted) for held in (none, begun)]
    assert [refused.code for refused in found] == [RefusalCode.UNKNOWN] * 2
    assert found[0].detail == found[1].detail
