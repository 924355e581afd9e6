"""The frames that bring a view up to date, with both counters as they stand in the register at that moment.

This module must never choose what is in them (`visibility`).
"""

from personal_app.conference import messages
from personal_app.conference.register import Register
from personal_app.conference.visibility import MinePart, SharedPart
from personal_app.server.framing import text_frame

NOTHING = SharedPart()


def changes_frame(register: Register, shared: SharedPart) -> bytes:
    """Return what an audience is told."""
    changes = messages.Changes(
        revision=register.revision, tally=register.tally, set=shared.rows, gone=shared.gone, tallies=shared.tallies
    )
    return text_frame(messages.encode(changes))


def mine_frame(register: Register, mine: MinePart, *, full: bool = False) -> bytes:
    """Return what one person is told of their own; with `full` it replaces what they hold."""
    message = messages.Mine(
        revision=register.revision, tally=register.tally, full=full, set=mine.rows, votes=mine.votes
    )
    return text_frame(messages.encode(message))
