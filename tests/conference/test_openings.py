"""A talk's questions opened and closed by hand, moderation, announcements: who may, whom it binds, who sees."""

from datetime import datetime, timedelta

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference.board import Board
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import Revision, Tally
from personal_app.conference.messages import Changes
from personal_app.conference.people import PUBLIC, Participant, audience
from personal_app.conference.program import QuestionTimes
from personal_app.conference.questions import QaState, QuestionState
from personal_app.conference.register import Decision, Register
from personal_app.conference.rows import AnnouncementRow, QaRow, open_key
from personal_app.conference.visibility import shared_since
from personal_app.conference.wishes import Viewer, draw
from tests.conference.test_merging import ADA, AMIR, CHAIR, GIL, NORA, carry_out, refusal
from tests.factories import (
    PAPER_3,
    START,
    WELCOME,
    aid,
    ask,
    call,
    chair,
    conference,
    organizer,
    qid,
    question,
    register,
)

S = QuestionState
OLGA = organizer()


def regulate(qa: QaState | None = None, moderated: bool | None = None) -> do.Regulate:
    return do.Regulate(talk=WELCOME, qa=qa, moderated=moderated)


def regulated(qa: QaState) -> Register:
    held = register(question(state=S.APPROVED), question("mine"))
    carry_out(held, CHAIR, regulate(qa))
    return held


def seen_by_all(held: Register) -> Board:
    board = Board()
    part = shared_since(held, PUBLIC, Revision(0), Tally(0))
    board.apply(Changes(revision=held.revision, tally=held.tally, set=part.rows))
    return board


@pytest.mark.parametrize("who", [ADA, AMIR, chair("Carlos", "research")])  # type: ignore[arg-type]
def test_only_chairs_of_the_session_open_and_close(who: Participant) -> None:
    assert refusal(register(), who, regulate(QaState.CLOSED)).code is RefusalCode.NOT_ALLOWED


def test_a_talk_that_is_not_there_is_unknown() -> None:
    assert refusal(register(), OLGA, do.Regulate(talk="none", qa=QaState.OPEN)).code is RefusalCode.UNKNOWN


@pytest.mark.parametrize(("qa", "votes"), [(QaState.PAUSED, True), (QaState.CLOSED, False)])
def test_what_attendees_may_still_do(qa: QaState, votes: bool) -> None:
    held = regulated(qa)
    assert refusal(held, ADA, ask("new")).code is RefusalCode.CLOSED
    assert refusal(held, ADA, do.Edit(question=qid("mine"), text="Better?")).code is RefusalCode.CLOSED
    if votes:
        carry_out(held, NORA, do.Vote(question=qid("q")))
        assert held.count(qid("q")) == 1
    else:
        assert refusal(held, NORA, do.Vote(question=qid("q"))).code is RefusalCode.CLOSED
    carry_out(held, ADA, do.Withdraw(question=qid("mine")))


@pytest.mark.parametrize("who", [CHAIR, AMIR, OLGA])
def test_chairs_and_authors_are_not_bound(who: Participant) -> None:
    held = regulated(QaState.CLOSED)
    carry_out(held, who, ask("new"))
    carry_out(held, who, do.Vote(question=qid("q")))
    assert held.count(qid("q")) == 1


def test_other_talks_stay_open_and_it_can_be_opened_again() -> None:
    held = regulated(QaState.CLOSED)
    carry_out(held, GIL, ask("other", PAPER_3))
    carry_out(held, CHAIR, regulate(QaState.OPEN))
    carry_out(held, GIL, ask("new"))
    assert held.questions[qid("new")].state is S.PENDING


def test_moderation_is_switched_and_what_is_not_said_stays() -> None:
    held = register()
    carry_out(held, CHAIR, regulate(moderated=False))
    carry_out(held, CHAIR, regulate(QaState.PAUSED))
    assert (held.qa(WELCOME).qa, held.qa(WELCOME).moderated) == (QaState.PAUSED, False)
    carry_out(held, CHAIR, regulate(QaState.OPEN))
    carry_out(held, GIL, ask("new"))
    assert held.questions[qid("new")].state is S.APPROVED
    assert carry_out(held, CHAIR, regulate(QaState.OPEN)) == Decision()


NOW = call(ADA, regulate()).now
LATER, EARLIER = NOW + timedelta(hours=1), NOW - timedelta(hours=1)


def timed(**times: datetime) -> Register:
    """Return a register of a conference whose program says when the opening's questions open, pause and close."""
    opening, research = conference().sessions
    planned = msgspec.structs.replace(opening, questions=QuestionTimes(**times))
    return register(question(state=S.APPROVED), conference=conference(sessions=(planned, research)))


@pytest.mark.parametrize(
    ("times", "asks", "votes"),
    [
        ({}, True, True),
        ({"opens": NOW}, True, True),
        ({"opens": LATER}, False, False),
        ({"opens": EARLIER, "pauses": LATER, "closes": LATER}, True, True),
        ({"pauses": NOW, "closes": LATER}, False, True),
        ({"pauses": EARLIER, "closes": NOW}, False, False),
    ],
)
def test_the_program_opens_pauses_and_closes_by_itself(times: dict[str, datetime], asks: bool, votes: bool) -> None:
    held = timed(**times)
    for wanted, taken in ((ask("new"), asks), (do.Vote(question=qid("q")), votes)):
        if taken:
            carry_out(held, GIL, wanted)
        else:
            assert refusal(held, GIL, wanted).code is RefusalCode.CLOSED
    carry_out(held, AMIR, ask("an author's"))


def test_who_is_too_early_is_told_when_and_who_is_too_late_that_it_is_over() -> None:
    early = refusal(timed(opens=LATER), GIL, ask("new"))
    assert early.detail == "This talk takes no questions yet: it does from 21 September 2020, 17:30 UTC on."
    late = refusal(timed(closes=EARLIER), GIL, do.Vote(question=qid("q")))
    assert late.detail == "This talk takes no more votes: the time that the program gives them is over."


def test_a_chair_says_otherwise_by_hand_and_leaves_it_to_the_program_again() -> None:
    held = timed(opens=LATER)
    carry_out(held, CHAIR, regulate(moderated=False))
    assert refusal(held, GIL, ask("new")).code is RefusalCode.CLOSED
    carry_out(held, CHAIR, regulate(QaState.OPEN))
    opened = held.revision
    carry_out(held, GIL, ask("new"))
    back = do.Regulate(talk=WELCOME, scheduled=True)
    carry_out(held, CHAIR, back)
    assert (held.qa(WELCOME).qa, held.qa(WELCOME).moderated) == (None, False)
    assert refusal(held, GIL, ask("newer")).code is RefusalCode.CLOSED
    assert carry_out(held, CHAIR, back) == Decision()
    carry_out(held, CHAIR, undo(QA, held.revision))
    assert held.qa(WELCOME).qa is QaState.OPEN
    carry_out(held, CHAIR, undo(QA, opened))
    assert held.qa(WELCOME).qa is None
    both = do.Regulate(talk=WELCOME, qa=QaState.OPEN, scheduled=True)
    assert refusal(held, CHAIR, both).code is RefusalCode.INVALID
    assert refusal(held, GIL, back).code is RefusalCode.NOT_ALLOWED


def test_everyone_is_told_what_is_open() -> None:
    drawn = draw(seen_by_all(regulated(QaState.PAUSED)), (), None, Viewer())
    row = drawn.qa_of(WELCOME)
    assert isinstance(row, QaRow)
    assert row.qa is QaState.PAUSED
    assert drawn.qa_of(PAPER_3) is None


def announce(text: str = "Lunch is served.", **fields: object) -> do.Announce:
    return do.Announce(announcement=aid("lunch"), text=text, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("who", [ADA, AMIR, CHAIR])
def test_only_organizers_announce(who: Participant) -> None:
    assert refusal(register(), who, announce()).code is RefusalCode.NOT_ALLOWED
    assert refusal(register(), who, do.EndAnnouncement(announcement=aid("lunch"))).code is RefusalCode.NOT_ALLOWED


def test_an_announcement_is_told_until_its_end() -> None:
    held = register()
    until = call(OLGA, announce()).now + timedelta(minutes=5)
    carry_out(held, OLGA, announce(until=until))
    drawn = draw(seen_by_all(held), (), None, Viewer())
    assert [row.text for row in drawn.announcements(START)] == ["Lunch is served."]
    assert drawn.announcements(until) == ()


def test_one_that_would_be_over_already_is_refused() -> None:
    assert refusal(register(), OLGA, announce(until=START)).code is RefusalCode.INVALID


def test_taken_away_its_text_goes_and_its_id_is_used_up() -> None:
    held = register()
    carry_out(held, OLGA, announce())
    carry_out(held, OLGA, announce("Lunch is late."))
    before = held.revision
    carry_out(held, OLGA, do.EndAnnouncement(announcement=aid("lunch")))
    (row,) = shared_since(held, PUBLIC, before, Tally(0)).rows
    assert isinstance(row, AnnouncementRow)
    assert (row.text, row.ended) == ("", True)
    assert shared_since(held, PUBLIC, Revision(0), Tally(0)).empty
    assert refusal(held, OLGA, announce()).code is RefusalCode.ID_REUSED
    assert carry_out(held, OLGA, do.EndAnnouncement(announcement=aid("lunch"))) == Decision()
    unknown = do.EndAnnouncement(announcement=aid("other"))
    assert refusal(held, OLGA, unknown).code is RefusalCode.UNKNOWN


# -- the history, and undo -------------------------------------------------------------------------------------------

QA = f"qa {WELCOME}"
LUNCH = f"announcement {aid('lunch')}"


def undo(row: str, *moves: int) -> do.UndoOpening:
    return do.UndoOpening(row=row, moves=moves)


def told_to(held: Register, who: Participant | None, row: str) -> AnnouncementRow | QaRow | None:
    part = shared_since(held, PUBLIC if who is None else audience(who.grants), Revision(0), Tally(0))
    found = [each for each in part.rows if isinstance(each, AnnouncementRow | QaRow) and open_key(each) == row]
    return found[0] if found else None


def test_who_opened_and_closed_is_told_to_the_chairs_of_the_session_alone() -> None:
    held = register()
    carry_out(held, CHAIR, regulate(QaState.PAUSED))
    carry_out(held, OLGA, regulate(moderated=False))
    for who in (None, AMIR, chair("Carlos", "research")):  # type: ignore[arg-type]
        row = told_to(held, who, QA)
        assert row is not None
        assert row.history == ()
    for who in (CHAIR, OLGA):
        row = told_to(held, who, QA)
        assert row is not None
        assert [(move.by, move.qa, move.moderated, move.undone) for move in row.history] == [
            ("Chiara", QaState.PAUSED, True, False),
            ("Olga", QaState.PAUSED, False, False),
        ]


def test_openings_are_undone_newest_first_or_all_together() -> None:
    held = register()
    carry_out(held, CHAIR, regulate(QaState.PAUSED))
    paused = held.revision
    carry_out(held, OLGA, regulate(QaState.CLOSED))
    closed = held.revision
    refused = refusal(held, CHAIR, undo(QA, paused))
    assert (refused.code, refused.moves) == (RefusalCode.SUPERSEDED, (closed,))
    assert "Olga" in refused.detail
    carry_out(held, CHAIR, undo(QA, closed))
    assert held.qa(WELCOME).qa is QaState.PAUSED
    carry_out(held, CHAIR, undo(QA, paused))
    assert (held.qa(WELCOME).qa, held.qa(WELCOME).moderated) == (None, True)
    assert refusal(held, CHAIR, undo(QA, paused)).code is RefusalCode.UNKNOWN
    row = told_to(held, CHAIR, QA)
    assert row is not None
    assert [move.undone for move in row.history] == [True, True, False, False]


def test_an_announcement_is_undone_to_its_words_before_or_away() -> None:
    held = register()
    carry_out(held, OLGA, announce())
    first = held.revision
    carry_out(held, OLGA, announce("Lunch is late."))
    second = held.revision
    carry_out(held, OLGA, do.EndAnnouncement(announcement=aid("lunch")))
    carry_out(held, OLGA, undo(LUNCH, held.revision))
    assert [row.text for row in draw(seen_by_all(held), (), None, Viewer()).announcements(START)] == ["Lunch is late."]
    carry_out(held, OLGA, undo(LUNCH, second, first))
    assert draw(seen_by_all(held), (), None, Viewer()).announcements(START) == ()
    assert told_to(held, None, LUNCH) is None


def test_what_was_taken_away_is_told_to_organizers_alone() -> None:
    held = register()
    carry_out(held, OLGA, announce("A canary."))
    carry_out(held, OLGA, do.EndAnnouncement(announcement=aid("lunch")))
    assert told_to(held, CHAIR, LUNCH) is None
    row = told_to(held, OLGA, LUNCH)
    assert row is not None
    assert [move.text for move in row.history] == ["A canary.", ""]


#: Who may change and undo what is about no question.
MINDERS = {QA: (CHAIR, OLGA), LUNCH: (OLGA,)}


@pytest.mark.parametrize("row", MINDERS)
@pytest.mark.parametrize("who", [ADA, AMIR, CHAIR, OLGA, chair("Carlos", "research")], ids=lambda who: who.name)  # type: ignore[arg-type]
def test_only_who_looks_after_a_row_undoes(row: str, who: Participant) -> None:
    held = register()
    carry_out(held, OLGA, announce() if row == LUNCH else regulate(QaState.CLOSED))
    if who in MINDERS[row]:
        assert carry_out(held, who, undo(row, held.revision)).open
    else:
        assert refusal(held, who, undo(row, held.revision)).code is RefusalCode.NOT_ALLOWED


def test_what_was_never_changed_is_not_undone() -> None:
    assert refusal(register(), OLGA, undo("qa nowhere", 1)).code is RefusalCode.UNKNOWN
