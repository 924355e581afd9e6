"""What each viewer holds of a question in each state: texts, names, reasons, offers and ids."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from personal_app.conference.board import Board
from personal_app.conference.ids import Revision, Tally
from personal_app.conference.messages import Changes, Mine
from personal_app.conference.people import PUBLIC, Audience, audience
from personal_app.conference.questions import (
    PUBLIC_STATES,
    REASONED_STATES,
    Move,
    MoveRecord,
    Question,
    QuestionState,
    Speaker,
)
from personal_app.conference.register import Decision, Register, VoteChange
from personal_app.conference.rows import QuestionRow
from personal_app.conference.visibility import MinePart, SharedPart, mine_since, own_row, question_row, shared_since
from tests.factories import (
    PAPER_1,
    RESEARCH,
    START,
    aid,
    answer,
    author,
    chair,
    organizer,
    participant,
    qid,
    question,
    register,
)

S = QuestionState
ADA = participant("Ada")
#: Who looks, and whether they see what is not public.
VIEWERS: dict[str, tuple[Audience, bool]] = {
    "public": (PUBLIC, False),
    "chair": (audience(chair().grants), True),
    "organizer": (audience(organizer().grants), True),
    "other chair": (audience(chair("Carlos", RESEARCH).grants), False),
    "author": (audience(author().grants), False),
    "other author": (audience(author("Bea", PAPER_1).grants), False),
}
TEXT, NAME, REASON, ANSWER = "Canary-text", "Canary-name", "Canary-reason", "Canary-answer"


def canary(state: QuestionState, **fields: Any) -> Question:
    return question(state=state, text=TEXT, asker_name=NAME, reason=REASON, **fields)


def told(part: SharedPart | MinePart) -> str:
    return msgspec.json.encode(part).decode()


def everything(held: Register, viewer: str) -> str:
    return told(shared_since(held, VIEWERS[viewer][0], Revision(0), Tally(0)))


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("state", S)
def test_who_holds_which_text(state: QuestionState, viewer: str) -> None:
    held = register(canary(state), answers=(answer(text=ANSWER),))
    words = everything(held, viewer)
    privy = VIEWERS[viewer][1]
    visible = privy or state in PUBLIC_STATES
    assert (TEXT in words) is (visible and state is not S.WITHDRAWN)
    assert (NAME in words) is visible
    assert (ANSWER in words) is visible
    assert (REASON in words) is (privy and state in REASONED_STATES)


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("state", S)
def test_who_asked_an_anonymous_question_goes_to_nobody(state: QuestionState, viewer: str) -> None:
    asker = participant("Canary-id")
    held = register(canary(state, anonymous=True, asker=asker.id), answers=(answer(),))
    words = everything(held, viewer)
    assert NAME not in words
    assert asker.id not in words


@pytest.mark.parametrize("state", S)
def test_the_asker_holds_their_own_with_the_reason(state: QuestionState) -> None:
    held = register(canary(state, anonymous=True))
    words = told(mine_since(held, ADA.id, Revision(0), Tally(0)))
    assert (TEXT in words) is (state is not S.WITHDRAWN)
    assert (REASON in words) is (state in REASONED_STATES)
    assert NAME not in words
    assert mine_since(held, participant("Nora").id, Revision(0), Tally(0)).empty


@pytest.mark.parametrize(
    ("viewer", "offers", "ids"),
    [
        ("public", [], None),
        ("other chair", [], None),
        ("other author", [], None),
        ("chair", ["Amir", "Bea"], "amirs id"),
        ("organizer", ["Amir", "Bea"], "amirs id"),
        ("author", ["Amir", "Bea"], "amirs id"),
    ],
)
def test_offers_and_ids_of_answerers_go_to_chairs_and_the_talks_authors(
    viewer: str, offers: list[str], ids: str | None
) -> None:
    amir = Speaker("Amir", author().id)
    held = question(state=S.ANSWERING, answerer=amir, offers=(amir, Speaker("Bea", author("Bea").id)))
    row = question_row(held, VIEWERS[viewer][0])
    assert row is not None
    assert [offer.name for offer in row.offers] == offers
    assert row.answerer is not None
    assert row.answerer.name == "Amir"
    assert row.answerer.participant == (author().id if ids else None)
    assert all(offer.participant for offer in row.offers)


def test_the_asker_as_asker_is_told_of_no_offers() -> None:
    amir = Speaker("Amir", author().id)
    row = own_row(question(state=S.ANSWERING, answerer=amir, offers=(amir,)))
    assert row.offers == ()
    assert row.answerer is not None
    assert row.answerer.participant is None


@pytest.mark.parametrize("gone_to", [S.REJECTED, S.MERGED, S.HIDDEN, S.WITHDRAWN])
@pytest.mark.parametrize(
    ("since", "gone"),
    [
        (3, False),  # never saw it
        (4, True),  # saw it from its first showing on
        (6, True),
        (7, False),  # was told already
        (9, False),
    ],
)
def test_gone_goes_to_those_who_could_have_seen_it(gone_to: QuestionState, since: int, gone: bool) -> None:
    held = register(
        question(state=gone_to, shown=Revision(4), ceased=Revision(7), revision=Revision(7)),
        question("later", revision=Revision(9)),
    )
    part = shared_since(held, PUBLIC, Revision(since), Tally(0))
    assert part.gone == ((qid("q"),) if gone else ())
    assert part.rows == ()
    chairs = shared_since(held, VIEWERS["chair"][0], Revision(since), Tally(0))
    assert chairs.gone == ()


def test_what_was_never_shown_is_never_gone() -> None:
    held = register(question(state=S.REJECTED, revision=Revision(7)))
    assert shared_since(held, PUBLIC, Revision(3), Tally(0)).empty


def test_only_rows_that_changed_are_told() -> None:
    held = register(
        question("old", S.APPROVED, revision=Revision(3)),
        question("new", S.APPROVED, revision=Revision(5)),
        answers=(answer("old", "old", revision=Revision(3)), answer("new", "new", revision=Revision(5))),
    )
    part = shared_since(held, PUBLIC, Revision(4), Tally(0))
    assert {row.id for row in part.rows} == {qid("new"), aid("new")}
    assert isinstance(part.rows[0], QuestionRow)
    assert shared_since(held, PUBLIC, Revision(5), Tally(0)).empty


def test_what_came_back_comes_with_its_answers_and_count() -> None:
    back = question(state=S.APPROVED, shown=Revision(2), ceased=Revision(5), revision=Revision(8))
    held = register(back, answers=(answer(revision=Revision(3)),))
    held.apply(Decision(votes=(VoteChange(qid("q"), ADA.id, True),)), Tally(4))
    part = shared_since(held, PUBLIC, Revision(6), Tally(4))
    assert {row.id for row in part.rows} == {qid("q"), aid("a")}
    assert part.tallies == ((qid("q"), 1),)


def test_a_move_of_what_everyone_holds_repeats_neither_answers_nor_count() -> None:
    held = register(question(state=S.ANSWERED, revision=Revision(8)), answers=(answer(revision=Revision(3)),))
    held.apply(Decision(votes=(VoteChange(qid("q"), ADA.id, True),)), Tally(4))
    part = shared_since(held, PUBLIC, Revision(6), Tally(4))
    assert [row.id for row in part.rows] == [qid("q")]
    assert part.tallies == ()


def test_counts_go_to_those_who_see_the_question() -> None:
    held = register(question("shown", S.APPROVED), question("hidden", S.REJECTED))
    for tally, name in enumerate(("shown", "hidden"), start=1):
        held.apply(Decision(votes=(VoteChange(qid(name), ADA.id, True),)), Tally(tally))
    assert shared_since(held, PUBLIC, Revision(1), Tally(0)).tallies == ((qid("shown"), 1),)
    assert len(shared_since(held, VIEWERS["chair"][0], Revision(1), Tally(0)).tallies) == 2
    assert shared_since(held, PUBLIC, Revision(1), Tally(1)).empty


def test_a_part_is_empty_only_where_all_of_it_is() -> None:
    assert SharedPart().empty
    assert MinePart().empty
    row = own_row(question())
    for part in (SharedPart(rows=(row,)), SharedPart(gone=(row.id,)), SharedPart(tallies=((row.id, 1),))):
        assert not part.empty
    for own in (MinePart(rows=(row,)), MinePart(votes=((row.id, True),))):
        assert not own.empty


def test_named_questions_are_looked_at_alone() -> None:
    held = register(question("one", S.APPROVED), question("two", S.APPROVED))
    part = shared_since(held, PUBLIC, Revision(0), Tally(0), [qid("two")])
    assert [row.id for row in part.rows] == [qid("two")]


def test_ones_own_votes_are_told_whole_and_taken_back_too() -> None:
    held = register(*(question(name, S.APPROVED) for name in ("kept", "taken", "never")))
    nora = participant("Nora").id
    changes = [("kept", ADA.id, True), ("taken", ADA.id, True), ("never", nora, True), ("taken", ADA.id, False)]
    for tally, (name, voter, cast) in enumerate(changes, start=1):
        held.apply(Decision(votes=(VoteChange(qid(name), voter, cast),)), Tally(tally))
    assert mine_since(held, ADA.id, Revision(0), Tally(0)).votes == ((qid("kept"), True),)
    assert dict(mine_since(held, ADA.id, Revision(1), Tally(2)).votes) == {qid("taken"): False, qid("never"): False}
    assert mine_since(held, ADA.id, Revision(1), Tally(4)).empty


def test_who_voted_is_told_to_nobody_else() -> None:
    held = register(question(state=S.APPROVED))
    voter = participant("Canary-voter").id
    held.apply(Decision(votes=(VoteChange(qid("q"), voter, True),)), Tally(1))
    for viewer in VIEWERS:
        assert voter not in everything(held, viewer)
    assert mine_since(held, ADA.id, Revision(1), Tally(0)).votes == ()


def test_a_question_that_came_and_went_meanwhile_is_not_mentioned() -> None:
    held = register(question(state=S.REJECTED, shown=Revision(5), ceased=Revision(7), revision=Revision(7)))
    for tally, cast in enumerate((True, False), start=2):
        held.apply(Decision(votes=(VoteChange(qid("q"), participant("Nora").id, cast),)), Tally(tally))
    assert mine_since(held, participant("Gil").id, Revision(4), Tally(1)).votes == ()
    assert mine_since(held, participant("Gil").id, Revision(5), Tally(1)).votes == ((qid("q"), False),)


def test_when_an_anonymous_question_was_asked_is_told_within_minutes_to_all_but_its_asker() -> None:
    asked = START + timedelta(minutes=7, seconds=13, microseconds=999)
    for anonymous, told_at in ((True, START + timedelta(minutes=5)), (False, asked)):
        shown = question(state=S.APPROVED, asked_at=asked, anonymous=anonymous)
        record = MoveRecord(
            revision=Revision(1),
            question=shown.id,
            move=Move.ASK,
            actor=ADA.id,
            at=asked,
            source=None,
            target=S.PENDING,
        )
        for seen_as, chair_ in VIEWERS.values():
            row = question_row(shown, seen_as, [record])
            assert row is not None
            assert row.asked_at == told_at
            assert [move.at for move in row.history] == ([told_at] if chair_ and seen_as.chairs(shown.session) else [])
        assert own_row(shown).asked_at == asked


def test_the_asker_sees_when_they_asked_on_the_row_that_everyone_sees_too() -> None:
    asked = START + timedelta(minutes=7)
    shown = question(state=S.APPROVED, asked_at=asked, anonymous=True)
    shared = question_row(shown, PUBLIC)
    assert shared is not None
    board = Board()
    mine = Mine(revision=Revision(1), tally=Tally(0), set=(own_row(shown),))
    board.apply(Changes(revision=Revision(1), tally=Tally(0), set=(shared,)), mine)
    assert board.drawn()[shown.id].row.asked_at == asked
