"""The checker itself: a history that is right passes, and each promise that is broken in it is found."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from personal_app.conference import commands as do
from personal_app.conference.board import DrawnQuestion
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import QuestionId, Revision, SessionId, TalkId
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from tests.history.check import NOBODY, faults
from tests.history.records import Journal, KeptDone, KeptQuestion, Record, Seen, Sent, Told, Truth, read

AT = datetime(2020, 5, 29, 12, tzinfo=UTC)
ADA, BOB = "ada", "bob"
FIRST, SECOND = "question-one-abcdefghi", "question-two-abcdefghi"


def id_of(number: int) -> str:
    return f"command-{number:014}"


def sent(number: int, who: str, wanted: do.Do) -> Sent:
    return Sent(at=float(number), who=who, command=Command(id=id_of(number), do=wanted))


def done(number: int, who: str, revision: int, tally: int, at: float | None = None) -> Told:
    answer: Any = Done(id=id_of(number), revision=Revision(revision), tally=tally)  # type: ignore[arg-type]
    return Told(at=number + 0.5 if at is None else at, who=who, answer=answer)


def refused(number: int, who: str, code: RefusalCode) -> Told:
    final = code is not RefusalCode.SLOW_DOWN
    answer = Refused(id=id_of(number), code=code, final=final, detail="No.")  # type: ignore[arg-type]
    return Told(at=number + 0.5, who=who, answer=answer)


def ask(question: str) -> do.Ask:
    return do.Ask(question=question, talk="paper-2", text=f"Why {question}?")


def drawn(question: str, votes: int, revision: int) -> DrawnQuestion:
    row = QuestionRow(
        id=QuestionId(question),
        session=SessionId("research"),
        talk=TalkId("paper-2"),
        text=f"Why {question}?",
        state=QuestionState.APPROVED,
        asked_at=AT,
        revision=Revision(revision),
        moved=Revision(revision),
    )
    return DrawnQuestion(row=row, votes=votes)


VIEW = (drawn(FIRST, 1, 1), drawn(SECOND, 0, 2))
TRUTH = Truth(
    questions=(
        KeptQuestion(FIRST, ADA, f"Why {FIRST}?", "approved"),
        KeptQuestion(SECOND, BOB, f"Why {SECOND}?", "approved"),
    ),
    votes=((FIRST, BOB),),
    done=(
        KeptDone(ADA, id_of(1), 1, 0),
        KeptDone(BOB, id_of(2), 1, 1),
        KeptDone(BOB, id_of(4), 2, 1),
    ),
)
RIGHT: tuple[Record, ...] = (
    sent(1, ADA, ask(FIRST)),
    done(1, ADA, 1, 0),
    sent(2, BOB, do.Vote(question=FIRST)),
    done(2, BOB, 1, 1),
    sent(3, ADA, do.Approve(question=FIRST)),
    refused(3, ADA, RefusalCode.NOT_ALLOWED),
    sent(4, BOB, ask(SECOND)),
    refused(4, BOB, RefusalCode.SLOW_DOWN),
    sent(4, BOB, ask(SECOND)),
    done(4, BOB, 2, 1, at=4.9),
    done(4, BOB, 2, 1, at=5.0),
    *(Seen(who=who, fresh=fresh, questions=VIEW, open=()) for who in (ADA, BOB) for fresh in (False, True)),
    Seen(who=NOBODY, fresh=True, questions=VIEW, open=()),
    TRUTH,
)


def with_truth(**changed: Any) -> tuple[Record, ...]:
    return (*RIGHT[:-1], replace(TRUTH, **changed))


def without(*unwanted: Record) -> tuple[Record, ...]:
    return tuple(record for record in RIGHT if record not in unwanted)


def with_view(who: str, fresh: bool, questions: Iterable[DrawnQuestion]) -> tuple[Record, ...]:
    return tuple(
        replace(record, questions=tuple(questions))
        if isinstance(record, Seen) and (record.who, record.fresh) == (who, fresh)
        else record
        for record in RIGHT
    )


BROKEN: dict[str, tuple[tuple[Record, ...], str]] = {
    "an acknowledged command is lost": (with_truth(done=TRUTH.done[1:]), "is there 0 times"),
    "an acknowledged question is lost": (with_truth(questions=TRUTH.questions[1:]), "is there 0 times"),
    "a question is there twice": (with_truth(questions=(*TRUTH.questions, TRUTH.questions[0])), "is there 2 times"),
    "a refused command is there": (
        with_truth(done=(*TRUTH.done, KeptDone(ADA, id_of(3), 3, 1))),
        "was refused and is there",
    ),
    "something nobody sent is there": (
        with_truth(done=(*TRUTH.done, KeptDone(ADA, id_of(9), 3, 1))),
        "was never sent",
    ),
    "a question nobody asked is there": (
        with_truth(questions=(*TRUTH.questions, KeptQuestion("other", ADA, "?", "pending"))),
        "was never asked",
    ),
    "a question has other words": (
        with_truth(questions=(replace(TRUTH.questions[0], text="How?"), TRUTH.questions[1])),
        "is not what was asked",
    ),
    "a question has another asker": (
        with_truth(questions=(replace(TRUTH.questions[0], asker=BOB), TRUTH.questions[1])),
        "is not what was asked",
    ),
    "an acknowledged vote is lost": (with_truth(votes=()), "is not there, against"),
    "a vote is there that nobody cast": (with_truth(votes=(*TRUTH.votes, (SECOND, ADA))), "is there 1 times"),
    "a command is kept at another place": (
        with_truth(done=(replace(TRUTH.done[0], revision=7), *TRUTH.done[1:])),
        "is kept at (7, 0)",
    ),
    "a repeat is acknowledged otherwise": ((*RIGHT, done(4, BOB, 3, 1, at=6.0)), "in two ways"),
    "an acknowledged command is refused": ((*RIGHT, refused(1, ADA, RefusalCode.CONFLICT)), "and refused"),
    "an answer to nothing": ((*RIGHT, done(8, ADA, 3, 1)), "did not send"),
    "a later command comes before an earlier one": (
        (*without(done(2, BOB, 1, 1), TRUTH), done(2, BOB, 0, 1), replace(TRUTH, done=TRUTH.done)),
        "was put before",
    ),
    "a client's view lacks a question": (with_view(ADA, False, VIEW[:1]), "ended with another view"),
    "a client's view has another count": (
        with_view(ADA, False, (drawn(FIRST, 2, 1), VIEW[1])),
        "ended with another view",
    ),
    "the server shows less than there is": (with_view(NOBODY, True, VIEW[:1]), "misses 1"),
    "the server shows a wrong count": (with_view(NOBODY, True, (drawn(FIRST, 0, 1), VIEW[1])), "not so"),
    "nobody looked": (tuple(r for r in RIGHT if not (isinstance(r, Seen) and r.who == NOBODY)), "nobody looked"),
}


def test_a_right_history_passes() -> None:
    assert faults(RIGHT) == []


def test_a_wish_that_is_open_may_have_come_or_not() -> None:
    without_answers = without(done(2, BOB, 1, 1))
    assert faults(without_answers) == []
    lost = replace(TRUTH, votes=(), done=(TRUTH.done[0], TRUTH.done[2]))
    views = tuple(
        replace(record, questions=(drawn(FIRST, 0, 1), VIEW[1])) if isinstance(record, Seen) else record
        for record in without_answers[:-1]
    )
    assert faults((*views, lost)) == []


@pytest.mark.parametrize(("records", "word"), BROKEN.values(), ids=BROKEN)
def test_each_broken_promise_is_found(records: tuple[Record, ...], word: str) -> None:
    found = faults(records)
    assert any(word in fault for fault in found), found


def test_a_history_is_written_and_read(tmp_path: Path) -> None:
    write: Callable[[Journal, Record], None] = Journal.write
    with Journal(tmp_path, ADA) as ada, Journal(tmp_path, BOB) as bob:
        for record in RIGHT:
            write(ada if getattr(record, "who", ADA) == ADA else bob, record)
    assert sorted(map(str, read(tmp_path))) == sorted(map(str, RIGHT))
