"""Questions are put in words that a person would use."""

from datetime import UTC, datetime, timedelta

import pytest

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId, Revision, SessionId, TalkId
from personal_app.conference.questions import Move, QuestionState
from personal_app.conference.rows import MarkRow, QuestionRow, SpeakerRow
from personal_app.ui.cards import wording

NOW = datetime(2020, 5, 29, 17, 0, tzinfo=UTC)
S = QuestionState


def _row(state: S = S.APPROVED, **fields: object) -> QuestionRow:
    values: dict[str, object] = {
        "id": QuestionId("q"),
        "session": SessionId("s"),
        "talk": TalkId("t"),
        "text": "Why?",
        "state": state,
        "asked_at": NOW,
        "revision": Revision(1),
        "moved": Revision(1),
    }
    return QuestionRow(**(values | fields))  # type: ignore[arg-type]  # the fields are the test's own


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(seconds=-40), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=3, minutes=5), "3 h ago"),
        (timedelta(days=1, hours=2), "yesterday"),
        (timedelta(days=12), "12 days ago"),
    ],
)
def test_ages(before: timedelta, words: str) -> None:
    assert wording.ago(NOW - before, NOW) == words


@pytest.mark.parametrize(("ms", "words"), [(-5, "0:00"), (7_999, "0:07"), (751_000, "12:31"), (3_723_000, "1:02:03")])
def test_positions(ms: int, words: str) -> None:
    assert wording.position(ms) == words


@pytest.mark.parametrize(
    ("row", "first", "words"),
    [
        (_row(S.PENDING), False, "Waiting for a chair"),
        (_row(S.QUEUED), True, "Up next"),
        (_row(S.QUEUED), False, "In the speaking order"),
        (_row(S.ANSWERING), False, "Being answered"),
        (_row(S.ANSWERING, answerer=SpeakerRow("Bilge Acun")), False, "Being answered by Bilge Acun"),
        (_row(S.ANSWERED, mark=MarkRow(NOW)), False, "Answered live"),
        (_row(S.ANSWERED), False, "Answered in writing"),
        (_row(S.REJECTED), False, "Declined"),
    ],
)
def test_states(row: QuestionRow, first: bool, words: str) -> None:
    assert wording.state(row, first=first) == words


@pytest.mark.parametrize("state", list(S))
def test_every_state_has_a_sentence_for_its_asker(state: S) -> None:
    sentence = wording.fate(DrawnQuestion(row=_row(state), mine=True))
    assert sentence.endswith(".")


def test_the_asker_reads_the_reason() -> None:
    declined = DrawnQuestion(row=_row(S.REJECTED, reason="Not about the talk."))
    assert wording.fate(declined) == "A chair declined it: Not about the talk."
    on_its_way = DrawnQuestion(row=_row(S.PENDING), unsent=(Move.ASK,))
    assert wording.fate(on_its_way) == "On its way to the chairs."


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), ""),
        (("A",), "A offers to take it live"),
        (("A", "B"), "A and B offer to take it live"),
        (("A", "B", "C"), "A, B and C offer to take it live"),
    ],
)
def test_offers(names: tuple[str, ...], words: str) -> None:
    assert wording.offers(_row(offers=tuple(map(SpeakerRow, names)))) == words


def test_who_asked_anonymously_is_nobody() -> None:
    assert wording.asker(_row()) == "Anonymous"
    assert wording.asker(_row(asker="Mei Chen")) == "Mei Chen"
