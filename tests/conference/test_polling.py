"""Polls: who may do what in which state, what a ballot changes, who is told the result, and what can be undone."""

import itertools

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference import polling
from personal_app.conference.board import Board, DrawnPoll
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import PollId, Revision, SessionId, Tally
from personal_app.conference.messages import Changes, Mine, decode_server
from personal_app.conference.moderation import decide
from personal_app.conference.people import Participant
from personal_app.conference.poll_wishes import draw_polls
from personal_app.conference.polls import (
    MOST_OPEN,
    MOST_OPEN_IN_ALL,
    MOST_OPTIONS,
    MOST_POLLS,
    OPTION_CHARS,
    POLL_CHARS,
    POLL_STATE_WORDS,
    POLL_TABLE,
    PollCount,
    PollState,
)
from personal_app.conference.questions import POLL_MOVES, TABLE, Move, Standing
from personal_app.conference.register import Register
from personal_app.conference.rows import PollRow
from personal_app.conference.visibility import audience_of, mine_since, poll_row, shared_since
from tests.conference.test_merging import ADA, AMIR, CHAIR, GIL, NORA, carry_out, refusal
from tests.factories import (
    OPENING,
    PAPER_1,
    RESEARCH,
    START,
    WELCOME,
    call,
    chair,
    conference,
    organizer,
    random_like,
    register,
    session,
)

OLGA, CARLOS = organizer(), chair("Carlos", RESEARCH)
POLL = PollId(random_like("poll"))
P = PollState

PEOPLE = {"attendee": NORA, "chair": CHAIR, "other chair": CARLOS, "organizer": OLGA, "author": AMIR}
CHAIRS = {"chair", "organizer"}
#: Who may, and from which states to which, as the design has it.
EXPECTED: dict[Move, tuple[set[str], dict[PollState, PollState]]] = {
    Move.MAKE_POLL: (CHAIRS, {P.DRAFT: P.DRAFT}),
    Move.OPEN_POLL: (CHAIRS, {P.DRAFT: P.OPEN}),
    Move.CLOSE_POLL: (CHAIRS, {P.OPEN: P.CLOSED}),
    Move.DISCARD_POLL: (CHAIRS, {P.DRAFT: P.DISCARDED, P.CLOSED: P.DISCARDED}),
    Move.UNDO_POLL: (CHAIRS, {P.OPEN: P.DRAFT, P.CLOSED: P.OPEN, P.DISCARDED: P.CLOSED}),
    Move.BALLOT: (set(PEOPLE), {P.OPEN: P.OPEN}),
}
WAY = {
    P.DRAFT: (),
    P.OPEN: (do.OpenPoll,),
    P.CLOSED: (do.OpenPoll, do.ClosePoll),
    P.DISCARDED: (do.OpenPoll, do.ClosePoll, do.DiscardPoll),
}


def make(name: str = "poll", *options: str, multiple: bool = False, session: str = OPENING) -> do.MakePoll:
    return do.MakePoll(
        poll=random_like(name),
        session=session,
        text="Which one?",
        options=options or ("This", "That", "Neither"),
        multiple=multiple,
    )


def poll_in(state: PollState, *, multiple: bool = False) -> Register:
    held = register()
    carry_out(held, CHAIR, make(multiple=multiple))
    for step in WAY[state]:
        carry_out(held, CHAIR, step(poll=POLL))
    return held


def ballot(*options: int) -> do.Ballot:
    return do.Ballot(poll=POLL, options=options)


def seen_by(held: Register, person: Participant | None, since: tuple[int, int] = (0, 0)) -> Board:
    """Return what a person holds who held nothing of polls before and is told all that came after `since`."""
    board = Board()
    revision, tally = Revision(since[0]), Tally(since[1])
    shared = shared_since(held, audience_of(held, person), revision, tally)
    own = mine_since(held, person.id, revision, tally) if person is not None else None
    mine = None
    if own is not None:
        mine = Mine(revision=held.revision, tally=held.tally, votes=own.votes, ballots=own.ballots)
    changes = Changes(revision=held.revision, tally=held.tally, set=shared.rows, poll_counts=shared.poll_counts)
    board.apply(changes, mine)
    return board


def drawn(held: Register, person: Participant | None) -> DrawnPoll:
    return seen_by(held, person).drawn_polls()[POLL]


# -- the table -----------------------------------------------------------------------------------------------------


def wanted(move: Move, held: Register) -> do.Do:
    if move is Move.MAKE_POLL:
        return make()
    fields: dict[str, object] = {"type": move.value, "poll": POLL}
    if move is Move.BALLOT:
        fields["options"] = (1,)
    if move is Move.UNDO_POLL:
        fields["moves"] = (held.polls[POLL].revision,)
    return msgspec.convert(fields, type=do.Do)  # type: ignore[no-any-return]


def outcome(move: Move, state: PollState, who: str) -> str:
    held = poll_in(state)
    try:
        decision = decide(held, call(PEOPLE[who], wanted(move, held), revision=held.revision + 1))
    except Refusal as refused:
        return str(refused.code)
    return decision.polls[0].state if decision.polls else state


def expected(move: Move, state: PollState, who: str) -> str:
    may, ways = EXPECTED[move]
    if who not in CHAIRS and state in (P.DRAFT, P.DISCARDED) and move is not Move.MAKE_POLL:
        return RefusalCode.UNKNOWN
    if who not in may:
        return RefusalCode.NOT_ALLOWED
    if state in ways:
        return ways[state]
    if move is Move.BALLOT and state is P.CLOSED:
        return RefusalCode.CLOSED
    return RefusalCode.UNKNOWN if move is Move.UNDO_POLL else RefusalCode.WRONG_STATE


@pytest.mark.parametrize("move", sorted(POLL_MOVES))
def test_every_cell_of_the_table(move: Move) -> None:
    cells = list(itertools.product((move,), PollState, PEOPLE))
    assert {cell: outcome(*cell) for cell in cells} == {cell: expected(*cell) for cell in cells}


def test_the_tables_know_the_same_moves() -> None:
    assert set(POLL_TABLE) == POLL_MOVES == set(EXPECTED)
    assert {move: rule.sources for move, rule in POLL_TABLE.items()} == {
        move: set(ways) for move, (_, ways) in EXPECTED.items()
    }
    assert {move: TABLE[move].who for move in POLL_MOVES} == {
        move: {Standing.JOINED} if move is Move.BALLOT else {Standing.CHAIR} for move in POLL_MOVES
    }
    assert set(POLL_STATE_WORDS) == set(PollState)


# -- making --------------------------------------------------------------------------------------------------------


def test_a_poll_is_of_a_session_or_of_one_of_its_talks() -> None:
    held = register()
    of_talk = msgspec.structs.replace(make(), talk=WELCOME)
    (poll,) = carry_out(held, CHAIR, of_talk).polls
    assert (poll.session, poll.talk, poll.made_at, poll.shown) == (OPENING, WELCOME, call(CHAIR, of_talk).now, None)
    elsewhere = refusal(register(), OLGA, msgspec.structs.replace(make(), talk=PAPER_1))
    assert elsewhere.code is RefusalCode.UNKNOWN
    assert refusal(register(), OLGA, make(session="none")).code is RefusalCode.UNKNOWN


@pytest.mark.parametrize(
    "options",
    [
        ("One",),
        tuple(map(str, range(MOST_OPTIONS + 1))),
        ("Same", " Same"),
        ("", "B"),
        ("a\nb", "c"),
        ("x" * (OPTION_CHARS + 1), "y"),
    ],
)
def test_options_that_cannot_be_kept_are_refused(options: tuple[str, ...]) -> None:
    assert refusal(register(), CHAIR, make("poll", *options)).code is RefusalCode.INVALID


def test_a_question_that_is_too_long_is_refused() -> None:
    long = msgspec.structs.replace(make(), text="x" * (POLL_CHARS + 1))
    assert refusal(register(), CHAIR, long).code is RefusalCode.INVALID


def test_a_draft_is_reworded_by_any_chair_until_somebody_has_voted_in_it() -> None:
    held = poll_in(P.DRAFT)
    carry_out(held, OLGA, make("poll", "Yes", "No"))
    assert held.polls[POLL].options == ("Yes", "No")
    assert [(move.move, move.actor_name) for move in held.polls[POLL].history] == [(Move.MAKE_POLL, "Olga")]
    carry_out(held, CHAIR, do.OpenPoll(poll=POLL))
    carry_out(held, NORA, ballot(1))
    carry_out(held, CHAIR, do.UndoPoll(poll=POLL, moves=(held.polls[POLL].revision,)))
    assert refusal(held, CHAIR, make()).code is RefusalCode.WRONG_STATE
    other = refusal(held, OLGA, make(session=RESEARCH))
    assert other.code is RefusalCode.ID_REUSED


def test_a_stale_look_at_a_poll_is_a_conflict() -> None:
    held = poll_in(P.OPEN)
    stale = call(CHAIR, do.ClosePoll(poll=POLL), revision=9, seen=1)
    with pytest.raises(Refusal) as refused:
        decide(held, stale)
    assert refused.value.code is RefusalCode.CONFLICT
    assert decide(held, call(CHAIR, do.ClosePoll(poll=POLL), revision=9, seen=held.polls[POLL].revision)).polls


def test_few_polls_of_a_session_are_open_at_once_and_not_many_are_kept() -> None:
    held = register()
    for number in range(MOST_POLLS):
        carry_out(held, CHAIR, make(str(number)))
    for number in range(MOST_OPEN):
        carry_out(held, CHAIR, do.OpenPoll(poll=random_like(str(number))))
    assert refusal(held, CHAIR, do.OpenPoll(poll=random_like(str(MOST_OPEN)))).code is RefusalCode.BUSY
    assert refusal(held, CHAIR, make("one more")).code is RefusalCode.INVALID
    carry_out(held, CARLOS, make("elsewhere", session=RESEARCH))
    carry_out(held, CARLOS, do.OpenPoll(poll=random_like("elsewhere")))
    closed = do.ClosePoll(poll=random_like("0"))
    carry_out(held, CHAIR, closed)
    carry_out(held, CHAIR, do.OpenPoll(poll=random_like(str(MOST_OPEN))))
    moves = (held.polls[PollId(closed.poll)].revision,)
    assert refusal(held, CHAIR, do.UndoPoll(poll=closed.poll, moves=moves)).code is RefusalCode.BUSY


def test_discarded_polls_make_room_for_others_and_need_room_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    most, made = 4, 8
    monkeypatch.setattr(polling, "MOST_POLLS", most)
    monkeypatch.setattr(polling, "MOST_MADE", made)
    held = register()
    for number in range(most):
        carry_out(held, CHAIR, make(str(number)))
    for number in range(most, made):
        carry_out(held, CHAIR, do.DiscardPoll(poll=random_like(str(number - most))))
        back = do.UndoPoll(poll=random_like(str(number - most)), moves=(last_move(held, number - most),))
        carry_out(held, CHAIR, make(str(number)))
        assert refusal(held, CHAIR, back).code is RefusalCode.INVALID
    carry_out(held, CHAIR, do.DiscardPoll(poll=random_like(str(made - 1))))
    assert "bring one of those back" in refusal(held, CHAIR, make("one more")).detail
    carry_out(held, CHAIR, back)
    assert held.polls[PollId(back.poll)].state is P.DRAFT


def last_move(held: Register, number: int) -> int:
    return held.polls[PollId(random_like(str(number)))].history[-1].revision


def test_not_more_polls_are_open_at_the_conference_than_its_views_bear() -> None:
    sessions = [session(SessionId(f"track-{number}"), title=f"Track {number}") for number in range(4)]
    held = register(conference=conference(sessions=(*conference().sessions, *sessions)))
    names = [f"{each.id} {number}" for each in sessions for number in range(MOST_OPEN)][: MOST_OPEN_IN_ALL + 1]
    for name in names:
        carry_out(held, OLGA, make(name, session=name.split()[0]))
    for name in names[:MOST_OPEN_IN_ALL]:
        carry_out(held, OLGA, do.OpenPoll(poll=random_like(name)))
    refused = refusal(held, OLGA, do.OpenPoll(poll=random_like(names[-1])))
    assert refused.code is RefusalCode.BUSY
    assert "the oldest, in “Track 0”" in refused.detail
    carry_out(held, OLGA, do.ClosePoll(poll=random_like(names[0])))
    carry_out(held, OLGA, do.OpenPoll(poll=random_like(names[-1])))
    moves = (held.polls[PollId(random_like(names[0]))].revision,)
    undone = do.UndoPoll(poll=random_like(names[0]), moves=moves)
    assert refusal(held, OLGA, undone).code is RefusalCode.BUSY


# -- voting --------------------------------------------------------------------------------------------------------


def test_a_ballot_is_counted_once_and_may_be_changed() -> None:
    held = poll_in(P.OPEN)
    decision = carry_out(held, NORA, ballot(0))
    assert (decision.counts, decision.rows, held.polled[POLL]) == (True, False, held.tally)
    assert decide(held, call(NORA, ballot(0, 0))).ballots == ()
    carry_out(held, GIL, ballot(0))
    carry_out(held, NORA, ballot(2))
    assert held.poll_count(POLL) == PollCount(POLL, 2, (1, 0, 1))


def test_where_several_may_be_chosen_people_are_counted_not_choices() -> None:
    held = poll_in(P.OPEN, multiple=True)
    carry_out(held, NORA, ballot(2, 0))
    carry_out(held, GIL, ballot(0))
    assert held.poll_count(POLL) == PollCount(POLL, 2, (2, 0, 1))


@pytest.mark.parametrize("wrong", [ballot(0, 1), ballot(3), ballot(9)])
def test_a_choice_that_the_poll_does_not_offer_is_refused(wrong: do.Ballot) -> None:
    assert refusal(poll_in(P.OPEN), NORA, wrong).code is RefusalCode.INVALID


# -- who sees what -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", PollState)
def test_drafts_and_what_is_discarded_are_the_chairs_alone(state: PollState) -> None:
    held = poll_in(state)
    seen = {name: POLL in seen_by(held, person).drawn_polls() for name, person in {**PEOPLE, "public": None}.items()}
    shown = state in (P.OPEN, P.CLOSED)
    assert seen == {name: shown or name in CHAIRS for name in seen}


def test_who_discarded_a_poll_holds_it_with_its_result_and_can_undo_that() -> None:
    held = poll_in(P.OPEN)
    carry_out(held, NORA, ballot(1))
    carry_out(held, CHAIR, do.ClosePoll(poll=POLL))
    chair, attendee, before = seen_by(held, CHAIR), seen_by(held, NORA), (held.revision, held.tally)
    carry_out(held, CHAIR, do.DiscardPoll(poll=POLL))
    for board, who in ((chair, CHAIR), (attendee, NORA)):
        late = shared_since(held, audience_of(held, who), *before)
        board.apply(Changes(revision=held.revision, tally=held.tally, set=late.rows, poll_counts=late.poll_counts))
    assert attendee.drawn_polls() == {}
    (discarded,) = chair.drawn_polls().values()
    assert (discarded.row.state, discarded.count) == (P.DISCARDED, PollCount(POLL, 1, (0, 1, 0)))
    assert discarded == drawn(held, CHAIR)
    carry_out(held, CHAIR, do.UndoPoll(poll=POLL, moves=(discarded.row.history[-1].revision,)))
    assert drawn(held, NORA).row.state is P.CLOSED


def test_the_result_of_an_open_poll_is_told_to_chairs_and_to_who_has_voted() -> None:
    held = poll_in(P.OPEN)
    carry_out(held, NORA, ballot(1))
    counts = {name: drawn(held, who).count is not None for name, who in {**PEOPLE, "public": None, "gil": GIL}.items()}
    assert {name for name, told in counts.items() if told} == {"attendee", "chair", "organizer"}
    told = shared_since(held, audience_of(held, GIL), Revision(0), Tally(0))
    assert told.poll_counts == ()
    assert drawn(held, NORA).chosen == (1,)
    carry_out(held, CHAIR, do.ClosePoll(poll=POLL))
    assert drawn(held, None).count == PollCount(POLL, 1, (0, 1, 0))
    closing = shared_since(held, audience_of(held, GIL), Revision(held.revision - 1), held.tally)
    assert [count.voters for count in closing.poll_counts] == [1]


def test_a_poll_that_is_opened_again_keeps_its_result_from_who_has_not_voted() -> None:
    held = poll_in(P.OPEN)
    carry_out(held, NORA, ballot(1))
    carry_out(held, CHAIR, do.ClosePoll(poll=POLL))
    board, before = seen_by(held, GIL), (held.revision, held.tally)
    assert board.drawn_polls()[POLL].count is not None
    carry_out(held, CHAIR, do.UndoPoll(poll=POLL, moves=(held.revision,)))
    since = shared_since(held, audience_of(held, GIL), *before)
    assert since.poll_counts == ()
    board.apply(Changes(revision=held.revision, tally=held.tally, set=since.rows))
    assert board.drawn_polls()[POLL].count is None


def test_only_chairs_are_told_who_moved_a_poll() -> None:
    held = poll_in(P.CLOSED)
    rows = {name: poll_row(held.polls[POLL], audience_of(held, who)) for name, who in PEOPLE.items()}
    history = {name: [move.by for move in row.history] for name, row in rows.items() if row is not None}
    assert history == {name: ["Chiara"] * 3 if name in CHAIRS else [] for name in PEOPLE}


def test_a_poll_that_is_taken_back_leaves_nothing_with_those_who_saw_it() -> None:
    held = poll_in(P.OPEN)
    board, before = seen_by(held, NORA), held.revision
    carry_out(held, CHAIR, do.UndoPoll(poll=POLL, moves=(held.revision,)))
    late = shared_since(held, audience_of(held, NORA), before, held.tally)
    (row,) = late.rows
    assert isinstance(row, PollRow)
    assert (row.gone, row.text, row.options, row.history) == (True, "", (), ())
    board.apply(Changes(revision=held.revision, tally=held.tally, set=late.rows))
    assert board.drawn_polls() == {}
    assert shared_since(held, audience_of(held, NORA), Revision(1), Tally(0)).rows == ()


# -- undoing -------------------------------------------------------------------------------------------------------


def test_moves_are_taken_back_newest_first_or_all_together() -> None:
    held = poll_in(P.CLOSED)
    opened, closed = (move.revision for move in held.polls[POLL].history[1:])
    stands_on_it = refusal(held, CHAIR, do.UndoPoll(poll=POLL, moves=(opened,)))
    assert (stands_on_it.code, stands_on_it.moves) == (RefusalCode.SUPERSEDED, (closed,))
    carry_out(held, CHAIR, do.UndoPoll(poll=POLL, moves=(closed, opened)))
    assert (held.polls[POLL].state, held.polls[POLL].history[-1].undoes) == (P.DRAFT, (closed, opened))
    assert refusal(held, CHAIR, do.UndoPoll(poll=POLL, moves=(opened,))).code is RefusalCode.UNKNOWN


# -- wishes --------------------------------------------------------------------------------------------------------


def test_what_the_viewer_wishes_is_drawn_before_it_is_shown() -> None:
    held = poll_in(P.OPEN)
    carry_out(held, GIL, ballot(1))
    (poll,) = draw_polls(seen_by(held, NORA), [(ballot(2), START)])
    assert (poll.chosen, poll.count, poll.unsent) == ((2,), None, (Move.BALLOT,))
    (poll,) = draw_polls(seen_by(held, GIL), [(ballot(0), START)])
    assert (poll.chosen, poll.count) == ((0,), PollCount(POLL, 1, (1, 0, 0)))
    (poll,) = draw_polls(seen_by(held, CHAIR), [(ballot(0), START), (do.ClosePoll(poll=POLL), START)])
    assert (poll.row.state, poll.count) == (P.CLOSED, PollCount(POLL, 2, (1, 1, 0)))
    assert draw_polls(seen_by(held, ADA), [(do.OpenPoll(poll=random_like("none")), START)])[0].unsent == ()
    (draft,) = draw_polls(Board(), [(make(), START)])
    assert (draft.row.state, draft.row.text, draft.row.made_at) == (P.DRAFT, "Which one?", START)


# -- a newer server ------------------------------------------------------------------------------------------------


def test_what_only_a_newer_server_knows_of_polls_is_passed_over() -> None:
    held = poll_in(P.OPEN)
    row = msgspec.to_builtins(poll_row(held.polls[POLL], audience_of(held, CHAIR)))
    row["history"][0]["move"] = "copy_poll"
    other = {**row, "id": random_like("other"), "state": "paused"}
    frame = {"type": "changes", "revision": 3, "tally": 0, "set": [row, other], "poll_counts": []}
    read = decode_server(msgspec.json.encode(frame))
    assert isinstance(read, Changes)
    (known,) = read.set
    assert isinstance(known, PollRow)
    assert (known.id, known.state, [move.move for move in known.history]) == (POLL, P.OPEN, [Move.OPEN_POLL])
