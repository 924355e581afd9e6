"""What is set beside a question: who sees it, and that it makes nobody's look stale."""

import pytest

from personal_app.conference import commands as do
from personal_app.conference.errors import RefusalCode
from personal_app.conference.people import PUBLIC, audience
from personal_app.conference.questions import QuestionState
from personal_app.conference.register import Decision, Register
from personal_app.conference.rows import QuestionRow
from personal_app.conference.visibility import own_row, question_row
from tests.conference.test_merging import ADA, AMIR, CHAIR, GIL, NORA, carry_out, refusal
from tests.factories import author, qid, question, register

S = QuestionState
Q = qid("q")
#: Chair, author, everyone, asker.
VIEWERS = ("chair", "author", "public", "asker")


def rows(held: Register) -> dict[str, QuestionRow]:
    row = held.questions[Q]
    told = {
        "chair": question_row(row, audience(CHAIR.grants)),
        "author": question_row(row, audience(AMIR.grants)),
        "public": question_row(row, PUBLIC),
        "asker": own_row(row),
    }
    return {viewer: row for viewer, row in told.items() if row is not None}


@pytest.mark.parametrize(
    ("wanted", "field", "value", "privy"),
    [
        (do.Note(question=Q, text="Ask him later."), "note", "Ask him later.", {"chair"}),
        (do.FollowUp(question=Q), "follow_up", True, {"chair", "author"}),
        (do.Assign(question=Q, person="amir"), "assigned", "amir", {"chair", "author"}),
        (do.Report(question=Q), "reports", 1, {"chair"}),
    ],
)
def test_who_is_told_and_nobodys_look_grows_stale(wanted: do.Do, field: str, value: object, privy: set[str]) -> None:
    held = register(question(state=S.APPROVED))
    moved = held.questions[Q].moved
    carry_out(held, CHAIR, wanted)
    assert held.questions[Q].moved == moved
    assert {viewer for viewer, row in rows(held).items() if getattr(row, field) == value} == privy
    assert carry_out(held, CHAIR, wanted) == Decision()


def test_marks_are_taken_away_by_being_set_anew() -> None:
    held = register(question(state=S.APPROVED))
    for wanted in (do.Note(question=Q, text="Soon."), do.FollowUp(question=Q), do.Assign(question=Q, person="amir")):
        carry_out(held, CHAIR, wanted)
    for wanted in (do.Note(question=Q, text=""), do.FollowUp(question=Q, active=False), do.Assign(question=Q)):
        carry_out(held, CHAIR, wanted)
    row = rows(held)["chair"]
    assert (row.note, row.follow_up, row.assigned) == ("", False, None)


def test_reports_are_counted_once_for_each_person() -> None:
    held = register(question(state=S.APPROVED))
    for person in (NORA, GIL, NORA):
        carry_out(held, person, do.Report(question=Q))
    assert rows(held)["chair"].reports == 2


def test_only_a_presenter_is_asked_to_answer() -> None:
    held = register(question(state=S.APPROVED))
    assert refusal(held, CHAIR, do.Assign(question=Q, person="olga")).code is RefusalCode.INVALID


@pytest.mark.parametrize("who", [ADA, author("Bea", "paper-1")])  # type: ignore[arg-type]
def test_others_may_not(who: object) -> None:
    held = register(question(state=S.APPROVED))
    for wanted in (do.Note(question=Q, text="Soon."), do.FollowUp(question=Q), do.Assign(question=Q)):
        assert refusal(held, who, wanted).code is RefusalCode.NOT_ALLOWED  # type: ignore[arg-type]
