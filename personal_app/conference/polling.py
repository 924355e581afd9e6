"""What each command does to a poll, and who may: the counterpart of `moderation` for polls.

This module must never show a poll to anybody (`visibility`).
"""

import msgspec

from personal_app.conference import commands as do
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import PollId, Revision, SessionId, TalkId
from personal_app.conference.people import audience
from personal_app.conference.plan import Call
from personal_app.conference.polls import (
    FEWEST_OPTIONS,
    MOST_MADE,
    MOST_OPEN,
    MOST_OPEN_IN_ALL,
    MOST_OPTIONS,
    MOST_POLLS,
    OPTION_CHARS,
    POLL_CHARS,
    POLL_STATE_WORDS,
    POLL_TABLE,
    SHOWN_STATES,
    Poll,
    PollMove,
    PollState,
    standing,
)
from personal_app.conference.questions import TABLE, Move, Standing
from personal_app.conference.register import BallotChange, Decision, Register
from personal_app.conference.text import clean_text


def decide(register: Register, call: Call, wanted: do.OfPoll) -> Decision:
    """Return what changes; nothing where it is so already.

    Raises Refusal: unknown (no such session, talk or poll that this person may see), not_allowed, conflict (the poll
    changed since `seen`), wrong_state, busy (too many are open), superseded (later moves stand on what is to be
    undone), closed (it takes no more votes), invalid (the texts, or the choice), id_reused.
    """
    if isinstance(wanted, do.MakePoll):
        return _make(register, call, wanted)
    poll = register.polls.get(do.poll_of(wanted))
    if poll is None or not (poll.state in SHOWN_STATES or _chairs(call, poll.session)):
        raise Refusal(RefusalCode.UNKNOWN, "There is no such poll here; it may have been taken away.")
    _check_right(call, do.move_of(wanted), poll.session)
    match wanted:
        case do.Ballot():
            return _ballot(register, call, wanted, poll)
        case do.UndoPoll():
            return _undo(register, call, wanted, poll)
        case _:
            return _go(register, call, do.move_of(wanted), poll)


def _make(register: Register, call: Call, wanted: do.MakePoll) -> Decision:
    session, talk = _place(register, wanted)
    _check_right(call, Move.MAKE_POLL, session)
    known = register.polls.get(do.poll_of(wanted))
    if known is None:
        _check_number(register, session)
        if len(register.polls_of(session)) >= MOST_MADE:
            raise Refusal(
                RefusalCode.INVALID,
                f"{MOST_MADE} polls were made in this session, with the discarded ones: bring one of those back.",
            )
    if known is not None and known.session != session:
        raise Refusal(RefusalCode.ID_REUSED, "A poll with this id was made already.")
    if known is not None:
        _check_seen(call, known)
        _check_state(known, Move.MAKE_POLL)
        if register.ballots.get(known.id):
            raise Refusal(
                RefusalCode.WRONG_STATE, "People have voted in this poll: open it as it is, or make a new one."
            )
    made = Poll(
        id=PollId(wanted.poll),
        session=session,
        talk=talk,
        text=clean_text(wanted.text, "the poll's question", POLL_CHARS),
        options=_options(wanted.options),
        multiple=wanted.multiple,
        state=PollState.DRAFT,
        made_at=call.now if known is None else known.made_at,
        revision=call.revision,
        shown=None if known is None else known.shown,
        # Of several wordings the last one's maker is told of: none before it can be gone back to.
        history=() if known is None else tuple(move for move in known.history if move.move is not Move.MAKE_POLL),
    )
    return _decided(made, _record(call, Move.MAKE_POLL, None, PollState.DRAFT))


def _place(register: Register, wanted: do.MakePoll) -> tuple[SessionId, TalkId | None]:
    session = next((each.id for each in register.conference.sessions if each.id == wanted.session), None)
    if session is None:
        raise Refusal(RefusalCode.UNKNOWN, f"There is no session “{wanted.session[:80]}” at this conference.")
    if wanted.talk is None:
        return session, None
    talk = register.talks.get(TalkId(wanted.talk))
    if talk is None or talk.session != session:
        raise Refusal(RefusalCode.UNKNOWN, f"There is no talk “{wanted.talk[:80]}” in this session.")
    return session, talk.id


def _options(given: tuple[str, ...]) -> tuple[str, ...]:
    options = tuple(clean_text(option, "an option", OPTION_CHARS, lines=False) for option in given)
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        raise Refusal(
            RefusalCode.INVALID,
            f"A poll has {FEWEST_OPTIONS} to {MOST_OPTIONS} options, and this one has {len(options)}: "
            "add some or take some away.",
        )
    if len(set(options)) != len(options):
        raise Refusal(RefusalCode.INVALID, "Two options of the poll are the same: change one of them.")
    return options


def _go(register: Register, call: Call, move: Move, poll: Poll) -> Decision:
    _check_seen(call, poll)
    _check_state(poll, move)
    target = POLL_TABLE[move].target
    assert target is not None
    return _moved(register, call, poll, _record(call, move, poll.state, target))


def _undo(register: Register, call: Call, wanted: do.UndoPoll, poll: Poll) -> Decision:
    named = {Revision(revision) for revision in wanted.moves}
    moves = standing(poll)
    if not named <= {move.revision for move in moves}:
        raise Refusal(RefusalCode.UNKNOWN, "That move was undone already, or never made. Look at the poll again.")
    taken_back = [move for move in moves if move.revision >= min(named)]
    later = [move for move in taken_back if move.revision not in named]
    if later:
        raise Refusal(
            RefusalCode.SUPERSEDED,
            f"Since then {later[0].actor_name} has changed it again (it became {later[0].target}): "
            "undo that first, or all of it together.",
            moves=[move.revision for move in later],
        )
    target = taken_back[-1].source
    assert target is not None
    record = _record(call, Move.UNDO_POLL, poll.state, target)
    undoes = tuple(move.revision for move in taken_back)
    return _moved(register, call, poll, msgspec.structs.replace(record, undoes=undoes))


def _ballot(register: Register, call: Call, wanted: do.Ballot, poll: Poll) -> Decision:
    if poll.state is PollState.CLOSED:
        raise Refusal(RefusalCode.CLOSED, "This poll is closed: no more votes are counted. Its result is shown.")
    _check_state(poll, Move.BALLOT)
    options = tuple(sorted(set(wanted.options)))
    if options[-1] >= len(poll.options) or (len(options) > 1 and not poll.multiple):
        raise Refusal(
            RefusalCode.INVALID,
            "That is not one of the poll's options: choose again."
            if options[-1] >= len(poll.options)
            else "Only one option of this poll can be chosen: choose again.",
        )
    before = register.ballots.get(poll.id, {}).get(call.actor.id, ())
    if options == before:
        return Decision()
    return Decision(ballots=(BallotChange(poll.id, call.actor.id, options, before),))


def _moved(register: Register, call: Call, poll: Poll, record: PollMove) -> Decision:
    if poll.state is PollState.DISCARDED:
        _check_number(register, poll.session)
    if record.target is PollState.OPEN:
        _check_room(register, poll)
    shown = call.revision if poll.shown is None and record.target in SHOWN_STATES else poll.shown
    return _decided(msgspec.structs.replace(poll, state=record.target, revision=call.revision, shown=shown), record)


def _decided(poll: Poll, record: PollMove) -> Decision:
    return Decision(polls=(msgspec.structs.replace(poll, history=(*poll.history, record)),))


def _record(call: Call, move: Move, source: PollState | None, target: PollState) -> PollMove:
    return PollMove(
        revision=call.revision,
        move=move,
        actor=call.actor.id,
        actor_name=call.actor.name,
        at=call.now,
        source=source,
        target=target,
    )


def _check_number(register: Register, session: SessionId) -> None:
    """Refuse one more poll that is not discarded."""
    if sum(poll.state is not PollState.DISCARDED for poll in register.polls_of(session)) >= MOST_POLLS:
        raise Refusal(
            RefusalCode.INVALID,
            f"A session has {MOST_POLLS} polls at most: open one of the drafts instead, or discard one.",
        )


def _check_room(register: Register, poll: Poll) -> None:
    is_open = [other for other in register.polls.values() if other.state is PollState.OPEN]
    if sum(other.session == poll.session for other in is_open) >= MOST_OPEN:
        raise Refusal(
            RefusalCode.BUSY, f"{MOST_OPEN} polls of this session are open already: close one of them first, then open."
        )
    if len(is_open) >= MOST_OPEN_IN_ALL:
        longest = min(is_open, key=lambda other: other.revision).session
        title = next((each.title for each in register.conference.sessions if each.id == longest), longest)
        raise Refusal(
            RefusalCode.BUSY,
            f"{MOST_OPEN_IN_ALL} polls are open at this conference already. Close one of this session, or ask the "
            f"organizers to close the oldest, in “{title[:80]}”; then open.",
        )


def _check_right(call: Call, move: Move, session: SessionId) -> None:
    has = {Standing.JOINED} | ({Standing.CHAIR} if _chairs(call, session) else set())
    if not TABLE[move].who & has:
        raise Refusal(
            RefusalCode.NOT_ALLOWED,
            "Only a discussion chair of this session can make, open and close its polls. "
            "Chairs join with an invitation from the organizers.",
        )


def _chairs(call: Call, session: SessionId) -> bool:
    return audience(call.actor.grants).chairs(session)


def _check_seen(call: Call, poll: Poll) -> None:
    if call.seen is not None and call.seen != poll.revision:
        raise Refusal(
            RefusalCode.CONFLICT,
            f"The poll has changed since you looked at it: it is now {POLL_STATE_WORDS[poll.state]}. "
            "Look at it again and decide.",
        )


def _check_state(poll: Poll, move: Move) -> None:
    if poll.state not in POLL_TABLE[move].sources:
        raise Refusal(RefusalCode.WRONG_STATE, f"That cannot be done now: the poll is {POLL_STATE_WORDS[poll.state]}.")
