"""Reactions: a small fixed set that people send while they watch, counted for each talk and kept of nobody.

A reaction is no command: it has no id, is not acknowledged, not sent again, and waits in no outbox, for it is worth
nothing later. The server gathers what comes in a moment into counts, so that nothing is left of who sent which. This
module must never know who sent one.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from personal_app.conference.ids import TalkId

#: How many one person may send: so many a second on the whole, and so many at once. What comes beyond is not counted.
PER_SECOND, AT_ONCE = 2.0, 6


class Reaction(StrEnum):
    """What can be sent."""

    CLAP = "clap"
    HEART = "heart"
    LAUGH = "laugh"
    WOW = "wow"
    CONFUSED = "confused"


class ReactionCount(msgspec.Struct, frozen=True, array_like=True):
    """How often a talk was sent a reaction. `kind` is a text, for a newer server may count what we do not know."""

    talk: TalkId
    kind: str
    count: int


#: Reactions that came in a moment, and how often each.
Gathered = Mapping[tuple[TalkId, Reaction], int]
