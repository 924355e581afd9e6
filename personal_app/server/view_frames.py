"""The frames that bring a view up to date, and the counters up to which they do.

This module must never choose what is in them (`visibility`).
"""

from typing import Protocol

from personal_app.conference import messages
from personal_app.conference.ids import Revision, Tally
from personal_app.conference.visibility import MinePart, SharedPart
from personal_app.server.framing import text_frame

NOTHING = SharedPart()


class Counters(Protocol):
    """Up to where a view is brought: a register for all that it holds, or a mark."""

    revision: Revision
    tally: Tally


def changes_frame(upto: Counters, shared: SharedPart) -> bytes:
    """Return what an audience is told."""
    changes = messages.Changes(
        revision=upto.revision,
        tally=upto.tally,
        set=shared.rows,
        gone=shared.gone,
        tallies=shared.tallies,
        poll_counts=shared.poll_counts,
        reactions=shared.reactions,
    )
    return text_frame(messages.encode(changes))


def mine_frame(upto: Counters, mine: MinePart, *, full: bool = False) -> bytes:
    """Return what one person is told of their own; with `full` it replaces what they hold."""
    message = messages.Mine(
        revision=upto.revision,
        tally=upto.tally,
        full=full,
        set=mine.rows,
        votes=mine.votes,
        silences=mine.silences,
        ballots=mine.ballots,
    )
    return text_frame(messages.encode(message))
