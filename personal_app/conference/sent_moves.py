"""What became of each move that a person sent: a receipt that they can read, also of what went well. Pure."""

from datetime import datetime

import msgspec

from personal_app.conference.commands import SaveDraft
from personal_app.conference.wishes import Wish

#: So many of the latest are kept for a person.
KEPT = 500


class SentMove(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A move that the server has answered: the wish with its words, when, and why where it was `refused` for good."""

    wish: Wish
    answered_at: datetime
    refused: str = ""


def is_told(wish: Wish) -> bool:
    """Tell whether a person wants a receipt of it: not of each step in which their words are kept for co-authors."""
    return not isinstance(wish.command.do, SaveDraft)
