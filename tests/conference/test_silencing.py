"""Somebody is silenced: what stops and what does not, who is told what, and that nothing leads from alias to name."""

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference.aliases import Aliases
from personal_app.conference.board import Board
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import ParticipantId, Revision, SessionId, TalkId, Tally
from personal_app.conference.messages import Changes, Mine, encode
from personal_app.conference.people import PUBLIC, Audience, Participant, audience
from personal_app.conference.questions import Move
from personal_app.conference.register import Decision, Register
from personal_app.conference.rows import OwnSilence, QuestionRow, SilenceRow
from personal_app.conference.visibility import mine_since, shared_since
from personal_app.conference.wishes import Viewer, draw
from tests.conference.test_merging import ADA, AMIR, CHAIR, GIL, carry_out, refusal
from tests.factories import (
    OPENING,
    PAPER_1,
    PAPER_2,
    RESEARCH,
    WELCOME,
    ask,
    chair,
    conference,
    organizer,
    qid,
)

OLGA, CARLOS = organizer(), chair("Carlos", RESEARCH)
SEEN_BY_CHAIR = audience(CHAIR.grants)


def asked(**by: tuple[Participant, bool]) -> Register:
    """Return a register in which each of `by` was asked about the opening talk, anonymously or not."""
    held = Register(conference(), secret=b"a secret of the tests")
    for name, (asker, anonymous) in by.items():
        carry_out(held, asker, ask(name, anonymous=anonymous))
    return held


def silence(name: str = "q") -> do.Silence:
    return do.Silence(question=qid(name))


def rows_of(held: Register, seen_as: Audience) -> tuple[object, ...]:
    return shared_since(held, seen_as, Revision(0), Tally(0)).rows


def aliases_in(held: Register, seen_as: Audience) -> dict[str, str | None]:
    return {row.id: row.alias for row in rows_of(held, seen_as) if isinstance(row, QuestionRow)}


def told(held: Register, person: Participant) -> tuple[OwnSilence, ...]:
    return mine_since(held, person.id, Revision(0), Tally(0)).silences


# -- aliases -------------------------------------------------------------------------------------------------------


def test_an_alias_is_the_same_for_one_asker_of_a_talk_and_another_everywhere_else() -> None:
    made, other_secret = Aliases(b"one"), Aliases(b"two")
    ada, gil = ADA.id, GIL.id
    session, talk = SessionId("same"), TalkId("same")
    all_of_them = [
        made.anonymous(talk, ada),
        made.named(session, ada),
        made.anonymous(talk, gil),
        made.anonymous(TalkId("other"), ada),
        made.named(SessionId("other"), ada),
        other_secret.anonymous(talk, ada),
    ]
    assert len(set(all_of_them)) == len(all_of_them)
    assert made.anonymous(talk, ada) == all_of_them[0]
    assert all(len(alias) == 16 and alias.isalnum() and alias.islower() for alias in all_of_them)


def test_chairs_tell_askers_apart_and_nobody_else_does() -> None:
    held = asked(one=(ADA, True), two=(ADA, True), three=(GIL, True), named=(ADA, False))
    for name in ("one", "two", "three", "named"):
        carry_out(held, CHAIR, do.Approve(question=qid(name)))
    seen = aliases_in(held, SEEN_BY_CHAIR)
    assert seen[qid("one")] == seen[qid("two")]
    assert len({seen[qid("one")], seen[qid("three")], seen[qid("named")]}) == 3
    for nosy in (PUBLIC, audience(AMIR.grants), audience(CARLOS.grants)):
        assert set(aliases_in(held, nosy).values()) == {None}
    assert all(row.alias is None for row in mine_since(held, ADA.id, Revision(0), Tally(0)).rows)


def test_nothing_that_chairs_are_sent_depends_on_who_asks_anonymously() -> None:
    def all_that_is_sent(asker: Participant) -> bytes:
        held = asked(first=(asker, True), second=(asker, True), named=(ADA, False))
        carry_out(held, CHAIR, silence("first"))
        refusal(held, asker, ask("third", anonymous=True))
        carry_out(held, CHAIR, do.Approve(question=qid("second")))
        carry_out(held, CHAIR, do.LetAsk(question=qid("second")))
        alias = held.questions[qid("first")].alias
        sent = encode(Changes(revision=held.revision, tally=held.tally, set=rows_of(held, SEEN_BY_CHAIR)))  # type: ignore[arg-type]
        assert alias.encode() in sent
        return sent.replace(alias.encode(), b"the alias")

    assert all_that_is_sent(ADA) == all_that_is_sent(GIL)


# -- what stops ----------------------------------------------------------------------------------------------------


def test_an_alias_is_silenced_for_its_talk_and_for_nothing_else() -> None:
    held = asked(q=(ADA, True), before=(ADA, True))
    carry_out(held, CHAIR, silence())
    refused = refusal(held, ADA, ask("more", anonymous=True))
    assert (refused.code, refused.final) == (RefusalCode.SILENCED, True)
    assert "under your name" in refused.detail
    carry_out(held, ADA, ask("named"))
    carry_out(held, ADA, ask("elsewhere", PAPER_1, anonymous=True))
    carry_out(held, GIL, ask("gils", anonymous=True))
    carry_out(held, ADA, do.Edit(question=qid("before"), text="Better?"))


def test_a_name_is_silenced_for_its_session_and_what_is_anonymous_is_not() -> None:
    held = Register(conference(), secret=b"a secret of the tests")
    carry_out(held, ADA, ask("q", PAPER_1))
    carry_out(held, CARLOS, do.SilenceName(question=qid("q")))
    assert refusal(held, ADA, ask("other", PAPER_2)).code is RefusalCode.SILENCED
    carry_out(held, ADA, ask("anonymous", PAPER_1, anonymous=True))
    carry_out(held, ADA, ask("opening"))


def test_they_are_let_ask_again_by_any_question_of_theirs() -> None:
    held = asked(q=(ADA, True), other=(ADA, True), named=(ADA, False))
    carry_out(held, CHAIR, silence())
    carry_out(held, CHAIR, do.LetAsk(question=qid("named")))
    assert refusal(held, ADA, ask("more", anonymous=True)).code is RefusalCode.SILENCED
    carry_out(held, OLGA, do.LetAsk(question=qid("other")))
    carry_out(held, ADA, ask("more", anonymous=True))


def test_twice_is_once() -> None:
    held = asked(q=(ADA, True), other=(ADA, True))
    assert carry_out(held, CHAIR, do.LetAsk(question=qid("q"))) == Decision()
    carry_out(held, CHAIR, silence())
    assert carry_out(held, CHAIR, silence("other")) == Decision()
    carry_out(held, CHAIR, do.LetAsk(question=qid("q")))
    assert carry_out(held, CHAIR, do.LetAsk(question=qid("other"))) == Decision()


def test_the_move_must_fit_how_the_question_was_asked() -> None:
    held = asked(q=(ADA, True), named=(ADA, False))
    assert refusal(held, CHAIR, silence("named")).code is RefusalCode.INVALID
    assert refusal(held, CHAIR, do.SilenceName(question=qid("q"))).code is RefusalCode.INVALID


@pytest.mark.parametrize("who", [ADA, GIL, AMIR, CARLOS])
@pytest.mark.parametrize("wanted", [silence(), do.SilenceName(question=qid("q")), do.LetAsk(question=qid("q"))])
def test_only_chairs_of_the_session_say_so(who: Participant, wanted: do.Do) -> None:
    expected = RefusalCode.NOT_ALLOWED if who == ADA else RefusalCode.UNKNOWN
    assert refusal(asked(q=(ADA, True)), who, wanted).code is expected


# -- who is told ---------------------------------------------------------------------------------------------------


def test_chairs_are_told_the_alias_and_the_person_what_is_stopped_and_nobody_anything() -> None:
    held = asked(q=(ADA, True))
    carry_out(held, CHAIR, silence())
    (row,) = (row for row in rows_of(held, SEEN_BY_CHAIR) if isinstance(row, SilenceRow))
    assert (row.id, row.talk, row.name, row.by) == (held.questions[qid("q")].alias, WELCOME, "", "Chiara")
    for nosy in (PUBLIC, audience(AMIR.grants), audience(CARLOS.grants)):
        assert not any(isinstance(each, SilenceRow) for each in rows_of(held, nosy))
    assert [(own.session, own.talk) for own in told(held, ADA)] == [(OPENING, WELCOME)]
    assert told(held, GIL) == ()
    assert b"Chiara" not in encode(told(held, ADA)[0])


def test_a_named_one_is_told_by_name() -> None:
    held = asked(q=(ADA, False))
    carry_out(held, CHAIR, do.SilenceName(question=qid("q")))
    (row,) = (row for row in rows_of(held, SEEN_BY_CHAIR) if isinstance(row, SilenceRow))
    assert (row.talk, row.name) == (None, "Ada")
    assert [(own.session, own.talk) for own in told(held, ADA)] == [(OPENING, None)]


def test_the_history_names_the_chair_and_the_board_the_silenced() -> None:
    held = asked(q=(ADA, True))
    carry_out(held, CHAIR, silence())
    board = board_of(held, CHAIR.id, SEEN_BY_CHAIR)
    drawn = draw(board, (), None, Viewer())
    question = drawn.question(qid("q"))
    assert question is not None
    assert [(move.move, move.by) for move in question.row.history] == [(Move.ASK, ""), (Move.SILENCE, "Chiara")]
    assert [row.question for row in drawn.silenced(OPENING)] == [qid("q")]
    assert drawn.silenced(RESEARCH) == ()
    own = draw(board_of(held, ADA.id, PUBLIC), (), None, Viewer())
    assert own.may_not_ask(OPENING, WELCOME, anonymous=True)
    assert not own.may_not_ask(OPENING, WELCOME, anonymous=False)
    before = held.revision
    carry_out(held, CHAIR, do.LetAsk(question=qid("q")))
    mine = mine_since(held, ADA.id, before, Tally(0))
    assert [each.ended for each in mine.silences] == [True]
    assert [each.ended for each in shared_since(held, SEEN_BY_CHAIR, before, Tally(0)).rows[1:]] == [True]  # type: ignore[union-attr]
    assert told(held, ADA) == ()


def board_of(held: Register, person: ParticipantId, seen_as: Audience) -> Board:
    board = Board()
    part, own = shared_since(held, seen_as, Revision(0), Tally(0)), mine_since(held, person, Revision(0), Tally(0))
    mine = Mine(revision=held.revision, tally=held.tally, full=True, set=own.rows, silences=own.silences)
    board.apply(Changes(revision=held.revision, tally=held.tally, set=part.rows), mine)
    return board


# -- undoing -------------------------------------------------------------------------------------------------------


def undo(*moves: int, of: str = "q") -> do.Undo:
    return do.Undo(question=qid(of), moves=moves)


def test_it_is_undone_by_itself_whatever_came_of_the_question_since() -> None:
    held = asked(q=(ADA, True))
    carry_out(held, CHAIR, silence())
    said = held.revision
    carry_out(held, CHAIR, do.Approve(question=qid("q")))
    carry_out(held, CHAIR, undo(said))
    assert told(held, ADA) == ()
    carry_out(held, ADA, ask("more", anonymous=True))


def test_it_is_not_in_the_way_of_undoing_what_happened_to_the_question() -> None:
    held = asked(q=(ADA, True))
    carry_out(held, CHAIR, do.Approve(question=qid("q")))
    approved = held.revision
    carry_out(held, CHAIR, silence())
    carry_out(held, CHAIR, undo(approved))
    assert held.questions[qid("q")].state == "pending"
    assert len(told(held, ADA)) == 1


def test_letting_ask_is_undone_and_what_was_said_since_of_the_same_person_is_in_the_way() -> None:
    held = asked(q=(ADA, True), other=(ADA, True))
    carry_out(held, CHAIR, silence())
    said = held.revision
    carry_out(held, CHAIR, do.LetAsk(question=qid("q")))
    let = held.revision
    refused = refusal(held, CHAIR, undo(said))
    assert (refused.code, refused.moves) == (RefusalCode.SUPERSEDED, (let,))
    carry_out(held, CHAIR, undo(let))
    assert len(told(held, ADA)) == 1
    carry_out(held, CHAIR, undo(said))
    assert told(held, ADA) == ()
    carry_out(held, CHAIR, silence())
    again = held.revision
    carry_out(held, CHAIR, do.LetAsk(question=qid("other")))
    elsewhere = refusal(held, CHAIR, undo(again))
    assert (elsewhere.code, elsewhere.moves) == (RefusalCode.SUPERSEDED, (held.revision,))
    assert "list of the silenced" in elsewhere.detail
    carry_out(held, CHAIR, undo(*elsewhere.moves, again))
    assert told(held, ADA) == ()
    carry_out(held, CHAIR, silence())
    assert len(told(held, ADA)) == 1


def test_both_are_undone_in_one_command() -> None:
    held = asked(q=(ADA, True))
    carry_out(held, CHAIR, silence())
    said = held.revision
    carry_out(held, CHAIR, do.LetAsk(question=qid("q")))
    carry_out(held, CHAIR, undo(held.revision, said))
    assert told(held, ADA) == ()
    assert msgspec.structs.asdict(held.silences[held.questions[qid("q")].alias])["ended"] is True
