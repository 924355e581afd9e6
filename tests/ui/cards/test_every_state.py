"""Every state of a question's life has its place and its words on each screen: the chair's, the asker's, everyone's."""

from datetime import UTC, datetime

import pytest

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId, Revision, SessionId, TalkId
from personal_app.conference.questions import PUBLIC_STATES, TABLE, Move, QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.ui.author.inbox import Filter
from personal_app.ui.author.inbox import shown_in as shown_to_author
from personal_app.ui.cards.card import Showing, card, own_card, spoken
from personal_app.ui.chair.lanes import Lane, lanes
from personal_app.ui.chair.moves import ChairMove, possible
from personal_app.ui.questions.arrangement import Tab, shown_in

S = QuestionState
TALK = TalkId("talk")
REASON = "It is not about the talk."
#: Where chairs find it, and which tab everyone finds it in; None: they do not.
PLACES: dict[S, tuple[Lane | None, Tab | None]] = {
    S.PENDING: (Lane.INBOX, None),
    S.RETURNED: (Lane.DONE, None),
    S.APPROVED: (Lane.SHOWN, Tab.TOP),
    S.REJECTED: (Lane.DONE, None),
    S.QUEUED: (Lane.ORDER, Tab.TOP),
    # It stands above the lanes.
    S.ANSWERING: (None, Tab.TOP),
    S.ANSWERED: (Lane.DONE, Tab.ANSWERED),
    S.DEFERRED: (Lane.DONE, Tab.TOP),
    S.MERGED: (Lane.DONE, None),
    S.HIDDEN: (Lane.DONE, None),
    S.WITHDRAWN: (Lane.DONE, None),
    S.OTHER: (Lane.DONE, None),
}


def question(state: S, *, mine: bool = False) -> DrawnQuestion:
    row = QuestionRow(
        id=QuestionId("q"),
        session=SessionId("s"),
        talk=TALK,
        text="" if state is S.WITHDRAWN else "Why?",
        state=state,
        asked_at=datetime(2020, 9, 21, tzinfo=UTC),
        revision=Revision(1),
        moved=Revision(1),
        number=3,
        reason=REASON if state in (S.RETURNED, S.REJECTED, S.HIDDEN) else "",
        into=QuestionId("t") if state is S.MERGED else None,
        into_number=12 if state is S.MERGED else None,
    )
    return DrawnQuestion(row=row, mine=mine)


def test_no_state_is_forgotten() -> None:
    assert set(PLACES) == set(S)


@pytest.mark.parametrize("state", list(S))
def test_chairs_find_it_and_can_go_on_from_it(state: S) -> None:
    found = lanes([question(state)])
    assert found.lane_of(QuestionId("q")) is PLACES[state][0]
    assert found.all() == (question(state),)
    if state is S.ANSWERING:
        assert found.now == question(state)
    # What was declined, returned or withdrawn waits for its asker, or is undone by its history.
    further = {move for move in ChairMove if move is not ChairMove.NOTE and possible(move, question(state))}
    assert bool(further) == (state not in (S.RETURNED, S.REJECTED, S.WITHDRAWN, S.OTHER))


@pytest.mark.parametrize("state", list(S))
def test_everyone_finds_what_is_public_and_nothing_else(state: S) -> None:
    tabs = {tab for tab in Tab if shown_in(tab, [question(state)])}
    tab = PLACES[state][1]
    assert tabs == ({tab, Tab.NEW} if tab is not None else set())
    assert (tab is not None) == (state in PUBLIC_STATES)
    listed = [wanted for wanted in Filter if shown_to_author(wanted, [question(state)], frozenset({TALK}))]
    assert len(listed) == (state in PUBLIC_STATES)


@pytest.mark.parametrize("state", list(S))
def test_its_asker_is_told_what_became_of_it(state: S) -> None:
    asked = question(state, mine=True)
    assert shown_in(Tab.MINE, [asked]) == (asked,)
    shown = own_card(asked, Showing())
    assert shown.state
    assert shown.note.endswith((".", REASON))
    assert (REASON in shown.note) == (state in (S.RETURNED, S.REJECTED, S.HIDDEN))
    assert ("#12" in shown.note) == (state is S.MERGED)
    assert shown.can_edit == (state in TABLE[Move.EDIT].sources)
    assert shown.can_withdraw == (state in TABLE[Move.WITHDRAW].sources)


@pytest.mark.parametrize("state", list(S))
def test_its_card_says_where_it_stands_to_the_eye_and_to_the_ear(state: S) -> None:
    shown = card(question(state), Showing(silent=frozenset()))
    assert shown.state
    assert shown.state in spoken(shown)
