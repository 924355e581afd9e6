"""The viewer's own moves of polls drawn onto the board before the server has shown them: the counterpart of `wishes`.

This module must never decide whether a move is allowed.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from personal_app.conference import commands as do
from personal_app.conference.board import Board, DrawnPoll
from personal_app.conference.ids import PollId, Revision, SessionId, TalkId
from personal_app.conference.polls import POLL_TABLE, PollCount, PollState
from personal_app.conference.rows import PollRow

_Drawn = dict[PollId, DrawnPoll]


def draw_polls(board: Board, wanted: Iterable[tuple[do.OfPoll, datetime]]) -> tuple[DrawnPoll, ...]:
    """Return the board's polls with what is wished, and when that was, drawn in."""
    drawn = board.drawn_polls()
    for wish, at in wanted:
        _draw(drawn, wish, at)
    return tuple(drawn.values())


def _draw(drawn: _Drawn, wish: do.OfPoll, at: datetime) -> None:
    poll = drawn.get(do.poll_of(wish))
    if isinstance(wish, do.MakePoll):
        poll = _made(wish, at, poll)
    elif poll is None:
        return
    elif isinstance(wish, do.Ballot):
        poll = _voted(wish, poll)
    elif poll.row.state in POLL_TABLE[do.move_of(wish)].sources:
        target = POLL_TABLE[do.move_of(wish)].target
        poll = poll if target is None else _with_state(poll, target)
    drawn[poll.id] = msgspec.structs.replace(poll, unsent=(*poll.unsent, do.move_of(wish)))


def _made(wish: do.MakePoll, at: datetime, known: DrawnPoll | None) -> DrawnPoll:
    row = PollRow(
        id=do.poll_of(wish),
        session=SessionId(wish.session),
        revision=Revision(0) if known is None else known.row.revision,
        state=PollState.DRAFT,
        talk=None if wish.talk is None else TalkId(wish.talk),
        text=wish.text,
        options=wish.options,
        multiple=wish.multiple,
        made_at=at if known is None else known.row.made_at,
        results=True,
    )
    return DrawnPoll(row=row) if known is None else msgspec.structs.replace(known, row=row)


def _voted(wish: do.Ballot, poll: DrawnPoll) -> DrawnPoll:
    chosen = tuple(sorted(set(wish.options)))
    if poll.row.state is not PollState.OPEN or chosen[-1] >= len(poll.row.options):
        return poll
    count = poll.count
    if count is not None:
        votes = [each - (place in poll.chosen) + (place in chosen) for place, each in enumerate(count.votes)]
        count = PollCount(poll.id, count.voters + (not poll.chosen), tuple(votes))
    return msgspec.structs.replace(poll, chosen=chosen, count=count)


def _with_state(poll: DrawnPoll, state: PollState) -> DrawnPoll:
    return msgspec.structs.replace(poll, row=msgspec.structs.replace(poll.row, state=state))
