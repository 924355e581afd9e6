"""Who may do what to a question in which state: every cell of the table, tried on the real decision."""

import itertools

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import Revision
from personal_app.conference.moderation import decide, standings
from personal_app.conference.people import Participant
from personal_app.conference.questions import (
    NO_QUESTIONS_MOVES,
    POLL_MOVES,
    PUBLIC_STATES,
    STATE_WORDS,
    TABLE,
    VOTABLE_STATES,
    Move,
    MoveRecord,
    QuestionState,
    Speaker,
    Standing,
    Was,
)
from personal_app.conference.register import Register
from tests.factories import (
    PAPER_1,
    RESEARCH,
    WELCOME,
    aid,
    answer,
    author,
    call,
    chair,
    conference,
    organizer,
    participant,
    qid,
    question,
    register,
    talk,
)

#: The table once more, as the design has it: the move, the states it is possible in, the people who may.
EXPECTED = """
edit      pending returned                              asker
withdraw  pending returned approved queued deferred merged   asker
approve   pending                              chair organizer
return    pending                              chair organizer
reject    pending approved queued deferred     chair organizer
queue     approved queued deferred             chair organizer
unqueue   queued                               chair organizer
start     approved queued                      chair organizer starter
put_back  answering                            chair organizer answerer
finish    answering                            chair organizer answerer
defer     approved queued answering            chair organizer
offer     approved queued                      author starter
draft     approved queued answering answered deferred   author starter chair organizer
answer    approved queued answering answered deferred   author starter chair organizer
retract   approved queued answering answered deferred   author starter chair organizer
reopen    answered                             chair organizer
hide      approved queued answering answered deferred   chair organizer
unhide    hidden                               chair organizer
merge     pending approved queued deferred     chair organizer
split     merged                               chair organizer
undo      every                                chair organizer
note      pending returned approved rejected queued answering answered deferred merged hidden withdrawn chair organizer
follow_up approved queued answering answered deferred   author starter chair organizer
assign    pending approved queued deferred     chair organizer
handle_reports every                           chair organizer
silence   every                                  chair organizer
silence_name every                               chair organizer
let_ask   every                                  chair organizer
report    approved queued answering answered deferred   everyone
vote      approved queued merged               everyone
unvote    approved queued answering answered deferred merged   everyone
"""
PEOPLE: dict[str, Participant] = {
    "attendee": participant("Nora"),
    "asker": participant("Ada"),
    "chair": chair("Chiara"),
    "other chair": chair("Carlos", RESEARCH),
    "organizer": organizer(),
    "author": author("Amir"),
    "starter": author("Amir"),
    "other author": author("Bea", PAPER_1),
    "answerer": participant("Abel"),
}
TARGETS = {
    Move.EDIT: "pending",
    Move.WITHDRAW: "withdrawn",
    Move.APPROVE: "approved",
    Move.RETURN: "returned",
    Move.REJECT: "rejected",
    Move.QUEUE: "queued",
    Move.UNQUEUE: "approved",
    Move.START: "answering",
    Move.PUT_BACK: "queued",
    Move.FINISH: "answered",
    Move.DEFER: "deferred",
    Move.REOPEN: "approved",
    Move.HIDE: "hidden",
    Move.UNHIDE: "queued",
    Move.MERGE: "merged",
    Move.SPLIT: "queued",
    Move.UNDO: "approved",
}


def _rows() -> dict[Move, tuple[set[str], set[str]]]:
    rows = {}
    for line in EXPECTED.strip().splitlines():
        move, rest = line.split(maxsplit=1)
        words = rest.split()
        states = {
            state.value
            for state in QuestionState
            if state in words or ("every" in words and state is not QuestionState.OTHER)
        }
        who = set(words) - states - {"every"}
        rows[Move(move)] = states, set(PEOPLE) if "everyone" in who else who
    return rows


ROWS = _rows()


def _wanted(move: Move) -> do.Do:
    if move is Move.ANSWER:
        return do.WriteAnswer(question=qid("q"), answer=aid("a"), text="Because.")
    if move is Move.DRAFT:
        return do.SaveDraft(question=qid("q"), text="Becau")
    fields: dict[str, object] = {"type": move.value, "question": qid("q")}
    if move is Move.RETRACT:
        fields["answer"] = aid("chairs")
    if move is Move.ASSIGN:
        fields["person"] = "amir"
    if move is Move.NOTE:
        fields["text"] = "Ask him later."
    if move is Move.MERGE:
        fields["into"] = qid("target")
    if move is Move.UNDO:
        fields["moves"] = (1,)
    if move is Move.EDIT:
        fields["text"] = "Reworded?"
    return msgspec.convert(fields, type=do.Do)  # type: ignore[no-any-return]


def _register(state: QuestionState, who: str, *, anonymous: bool = False) -> Register:
    talks = (talk(WELCOME, authors_may_start=who == "starter"),)
    known = question(state=state, anonymous=anonymous, reports=(participant("Rita").id,))
    if state in (QuestionState.ANSWERING, QuestionState.ANSWERED):
        known = msgspec.structs.replace(known, answerer=Speaker("Abel", PEOPLE["answerer"].id))
    if state in (QuestionState.HIDDEN, QuestionState.MERGED):
        known = msgspec.structs.replace(known, before=QuestionState.QUEUED, shown=Revision(1))
    if state is QuestionState.MERGED:
        known = msgspec.structs.replace(known, into=qid("target"), into_number=2)
    target = question("target", QuestionState.APPROVED, number=2)
    writer = PEOPLE["answerer" if who not in PEOPLE else who]
    written = answer("chairs", writer=writer.id, writer_name=writer.name)
    made = register(known, target, answers=(written,), conference=conference(talks=talks))
    was = Was(state=QuestionState.APPROVED)
    chiara = PEOPLE["chair"]
    made.take_moves(
        [
            MoveRecord(
                revision=Revision(1),
                question=known.id,
                move=Move.QUEUE,
                actor=chiara.id,
                actor_name=chiara.name,
                at=known.asked_at,
                source=QuestionState.APPROVED,
                target=state,
                was=was,
            )
        ]
    )
    return made


def _outcome(move: Move, state: QuestionState, who: str) -> str:
    try:
        held = _register(state, who, anonymous=move is Move.SILENCE)
        decision = decide(held, call(PEOPLE[who], _wanted(move), seen=1))
    except Refusal as refusal:
        return str(refusal.code)
    return decision.questions[0].state if decision.questions else "drafted" if decision.open else "as it was"


def _expected(move: Move, state: QuestionState, who: str) -> str:
    states, allowed = ROWS[move]
    sees_merged = state is QuestionState.MERGED
    if state not in PUBLIC_STATES and not sees_merged and who not in ("asker", "chair", "organizer"):
        return RefusalCode.UNKNOWN
    if who not in allowed:
        return RefusalCode.NOT_ALLOWED
    if state not in states:
        # An answerer is one only while there is something to answer, or there was.
        return RefusalCode.WRONG_STATE
    if move in (Move.VOTE, Move.UNVOTE, Move.LET_ASK):
        return "as it was"
    if move is Move.DRAFT:
        return "drafted"
    if move is Move.ANSWER:
        return "answered" if state in (QuestionState.APPROVED, QuestionState.DEFERRED) else state
    if move is Move.RETRACT:
        return state
    return TARGETS.get(move, state)


CELLS = [
    (move, state, who)
    for move, state, who in itertools.product(ROWS, QuestionState, PEOPLE)
    if who != "answerer" or state in (QuestionState.ANSWERING, QuestionState.ANSWERED)
]


@pytest.mark.parametrize("move", ROWS)
def test_every_cell_of_the_table(move: Move) -> None:
    cells = [cell for cell in CELLS if cell[0] is move]
    assert {cell: _outcome(*cell) for cell in cells} == {cell: _expected(*cell) for cell in cells}


def test_the_rows_that_the_design_names_are_all_there_are() -> None:
    assert set(ROWS) == set(TABLE) - {Move.ASK} - NO_QUESTIONS_MOVES
    assert {move: TABLE[move].who for move in NO_QUESTIONS_MOVES - POLL_MOVES} == {
        Move.REGULATE: {Standing.CHAIR},
        Move.ANNOUNCE: {Standing.ORGANIZER},
        Move.END_ANNOUNCEMENT: {Standing.ORGANIZER},
        Move.RETIME: {Standing.CHAIR},
        Move.UNDO_OPENING: {Standing.CHAIR, Standing.ORGANIZER},
    }
    assert not any(TABLE[move].sources for move in NO_QUESTIONS_MOVES)
    assert TABLE[Move.ASK].sources == frozenset()
    assert TABLE[Move.ASK].who == {Standing.JOINED}


@pytest.mark.parametrize("state", QuestionState)
def test_every_state_has_words_and_every_standing_is_found(state: QuestionState) -> None:
    assert STATE_WORDS[state]
    assert VOTABLE_STATES <= PUBLIC_STATES


def test_somebody_may_be_several_things_to_a_question() -> None:
    both = participant("Samuel", *chair().grants, *author().grants)
    held = register(question(asker=both.id, state=QuestionState.APPROVED))
    found = standings(held, both, held.questions[qid("q")])
    assert found == {Standing.JOINED, Standing.ASKER, Standing.CHAIR, Standing.AUTHOR}
