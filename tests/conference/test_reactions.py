"""Reactions are counted for each talk, for everyone, and nothing is left of who sent which."""

import msgspec
import pytest

from personal_app.conference import messages
from personal_app.conference.board import Board
from personal_app.conference.errors import BrokenRules
from personal_app.conference.ids import Revision, Tally
from personal_app.conference.people import PUBLIC
from personal_app.conference.reactions import Reaction, ReactionCount
from personal_app.conference.register import Register
from personal_app.conference.session_server import Reacted, ServerSession
from personal_app.conference.visibility import shared_since
from tests.factories import PAPER_1, START, WELCOME, participant, register

ADA = participant("Ada")


def clapped(held: Register, times: int, tally: int) -> None:
    held.apply(held.reacted_to({(WELCOME, Reaction.CLAP): times}), Tally(tally))


def test_reactions_add_up_and_use_a_tally() -> None:
    held = register()
    decision = held.reacted_to({(WELCOME, Reaction.CLAP): 3, (PAPER_1, Reaction.WOW): 1})
    assert (decision.counts, decision.rows) == (True, False)
    held.apply(decision, Tally(4))
    clapped(held, 2, 5)
    assert held.reaction_counts(WELCOME) == (ReactionCount(WELCOME, "clap", 5),)
    assert (held.tally, dict(held.reacted)) == (5, {WELCOME: 5, PAPER_1: 4})


def test_everyone_is_told_what_changed_since_they_were_told_last() -> None:
    held = register()
    clapped(held, 1, 1)
    held.apply(held.reacted_to({(PAPER_1, Reaction.HEART): 2}), Tally(2))
    assert len(shared_since(held, PUBLIC, Revision(0), Tally(0)).reactions) == 2
    since = shared_since(held, PUBLIC, held.revision, Tally(1))
    assert since.reactions == (ReactionCount(PAPER_1, "heart", 2),)
    assert shared_since(held, PUBLIC, held.revision, Tally(0), among={WELCOME}).reactions[0].talk == WELCOME
    assert shared_since(held, PUBLIC, held.revision, Tally(2)).empty


def test_a_board_keeps_the_count_that_came_last_though_frames_come_in_any_order() -> None:
    board = Board()
    for tally, count in ((5, 9), (4, 7)):
        board.apply(
            messages.Changes(
                revision=Revision(0), tally=Tally(tally), reactions=(ReactionCount(WELCOME, "clap", count),)
            )
        )
    assert board.drawn_reactions() == (ReactionCount(WELCOME, "clap", 9),)


def test_a_reaction_is_heard_from_who_has_joined_alone() -> None:
    said = messages.React(talk=WELCOME, kind=Reaction.CLAP)
    frame = messages.encode(said)
    assert messages.decode_client(frame) == said
    for me, heard in ((ADA, [Reacted(said)]), (None, [])):
        session = ServerSession(me=me)
        with pytest.raises(BrokenRules):
            session.receive(frame, START)
        session.receive(messages.encode(messages.Hello(client="test/1")), START)
        assert session.receive(frame, START) == heard


def test_a_reaction_that_is_not_known_is_against_the_rules() -> None:
    with pytest.raises(BrokenRules):
        messages.decode_client(msgspec.json.encode({"type": "react", "talk": WELCOME, "kind": "boo"}))
