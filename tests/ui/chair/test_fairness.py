"""Turns are counted by what a chair may know: names and aliases apart, and nothing of what is hidden or declined."""

from datetime import UTC, datetime, timedelta

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import Alias, QuestionId, Revision, SessionId, TalkId
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.ui.chair.fairness import askers, fairness, shares

S = QuestionState
ONE, TWO = TalkId("one"), TalkId("two")
NOON = datetime(2020, 9, 21, 12, 0, tzinfo=UTC)


def asked(
    number: int, state: S, asker: str | None, talk: TalkId = ONE, votes: int = 0, alias: str | None = None
) -> DrawnQuestion:
    row = QuestionRow(
        id=QuestionId(f"q{number}"),
        session=SessionId("s"),
        talk=talk,
        text="Why?",
        state=state,
        asked_at=NOON + timedelta(seconds=number),
        revision=Revision(1),
        moved=Revision(1),
        asker=asker,
        alias=Alias(alias) if alias is not None else None,
    )
    return DrawnQuestion(row=row, votes=votes)


def test_nothing_asked() -> None:
    found = fairness((), (ONE,))
    assert (shares(found, {}), askers(found), found.wanted) == ("Answered 0 of 0", "", None)


def test_answers_are_counted_by_talk_and_turns_by_asker() -> None:
    found = fairness(
        (
            asked(0, S.ANSWERED, "Ada"),
            asked(1, S.PENDING, "Ada"),
            asked(2, S.QUEUED, "Gil", TWO),
            asked(3, S.APPROVED, "Gil"),
            asked(4, S.REJECTED, "Gil"),
            asked(5, S.DEFERRED, "Bo"),
            asked(6, S.HIDDEN, "Bo"),
        ),
        (ONE, TWO),
    )
    assert shares(found, {ONE: "Paper 1", TWO: "Paper 2"}) == "Answered 1 of 3 (Paper 1) · 0 of 1 (Paper 2)"
    assert found.often == (("Ada", 1, 2), ("Gil", 1, 2))
    assert askers(found) == "Turns of those who ask often: Ada 1 of 2 · Gil 1 of 2"


def test_who_cannot_be_told_apart_is_not_counted_together() -> None:
    assert fairness((asked(0, S.APPROVED, None), asked(1, S.APPROVED, None)), (ONE,)).often == ()


def test_aliases_tell_namesakes_apart_and_join_no_name_with_an_anonymous_one() -> None:
    found = fairness(
        (
            asked(0, S.APPROVED, "Ada", alias="a1"),
            asked(1, S.APPROVED, "Ada", alias="a2"),
            asked(2, S.ANSWERED, None, alias="beef1"),
            asked(3, S.APPROVED, None, alias="beef1"),
        ),
        (ONE,),
    )
    assert found.often == (("Anonymous BEEF", 1, 2),)


def test_what_many_wait_for_is_open_has_votes_and_no_turn() -> None:
    queued, open_, older = (
        asked(0, S.QUEUED, "A", votes=30),
        asked(2, S.APPROVED, "A", votes=9),
        asked(1, S.APPROVED, "B", votes=9),
    )
    assert fairness((queued, open_, older), (ONE,)).wanted == older
    assert fairness((queued, asked(3, S.APPROVED, "A", votes=2)), (ONE,)).wanted is None
