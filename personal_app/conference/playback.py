"""The simulive plan: what everyone should be watching at a moment of the server's clock, and how a player gets there.

The rules:

1. A session's video is a row of items, each a recording at an offset from the video's start. Before the first item and
   between two, players hold until the next one begins; after the last one the video is over.
2. Within an item everyone should be at the same position: the server's time less the start of that item. A player
   that has another recording, or none, opens the item there.
3. An error of at most 25 ms is left alone: nobody sees it. A correction that has begun goes on until the error is below
   8 ms, so that it does not begin and end in turns at the edge.
4. A larger error is nudged away: the rate is moved by whole per cents, as many as would mend it in 2 s, at least one
   and at most five, which voices bear with their pitch kept. Asked at least once a second, it does not overshoot.
   In the first 3 s after a seek or an opening people expect to be brought somewhere: there it is mended in 0.8 s, by
   at most thirty.
5. An error above 1.5 s is mended by one seek. A player needs time for it: for 0.8 s after a seek or an opening it is
   left to itself, because until then it cannot say where it is; only after 3 s is a seek that failed tried again.
6. A player needs time to begin, too, and would be behind by as much: it is told to begin so far ahead (`Lead`), which
   is learnt from how far behind it was found after the times before.
7. Everything is a function of what is passed in: the same moment gives the same plan, however often it is asked.

The module must never ask for the time, and knows of no player.
"""

from collections.abc import Sequence
from math import ceil

import msgspec

from personal_app.conference.clock import EpochMs
from personal_app.conference.ids import RecordingId
from personal_app.conference.program import Item

DEAD_BAND_MS = 25
SETTLED_MS = 8
MEND_WITHIN_MS = 2_000
NUDGE_MOST_PERCENT = 5
HURRY_WITHIN_MS = 800
HURRY_MOST_PERCENT = 30
SEEK_BEYOND_MS = 1_500
REST_MS = 3_000
SETTLING_MS = 800
#: How long a player takes to begin where nothing is known of it yet.
FIRST_LEAD_MS = 350
MOST_LEAD_MS = 1_000


class PlayerReading(msgspec.Struct, frozen=True, kw_only=True):
    """Where a player is: its recording, position, rate (1.0 where it is not being nudged), and how long ago it was last
    told to seek or to open something."""

    recording: RecordingId
    position_ms: int
    rate: float
    moved_ms_ago: int


class Keep(msgspec.Struct, frozen=True, tag="keep"):
    """Play on at rate 1.0."""


class Nudge(msgspec.Struct, frozen=True, tag="nudge"):
    """Play on at `rate`, between 0.95 and 1.05, in a hurry between 0.7 and 1.3, and never 1.0."""

    rate: float


class Seek(msgspec.Struct, frozen=True, tag="seek"):
    """Go to `position_ms`, at rate 1.0."""

    position_ms: int


class Open(msgspec.Struct, frozen=True, tag="open"):
    """Open the item's recording at `position_ms`, at rate 1.0."""

    position_ms: int


Correction = Keep | Nudge | Seek | Open


class Before(msgspec.Struct, frozen=True, tag="before"):
    """Nothing is on; hold until `until_ms` of the server's clock, when `item` begins."""

    until_ms: EpochMs
    item: Item


class On(msgspec.Struct, frozen=True, tag="on"):
    """`item` is on, at `position_ms` of its recording, and `correction` brings the player there."""

    item: Item
    position_ms: int
    correction: Correction


class Over(msgspec.Struct, frozen=True, tag="over"):
    """The last item has ended, or there is none."""


Plan = Before | On | Over


def plan(
    server_ms: EpochMs, video_start_ms: EpochMs, items: Sequence[Item], player: PlayerReading | None = None
) -> Plan:
    """Return the plan at `server_ms` for a video that starts at `video_start_ms`; `player` is None where none is open.

    `items` may come in any order; where two overlap, the earlier one is on until it ends.
    """
    elapsed_ms = server_ms - video_start_ms
    for item in sorted(items, key=lambda item: item.offset_ms):
        if elapsed_ms < item.offset_ms:
            return Before(EpochMs(video_start_ms + item.offset_ms), item)
        if elapsed_ms < item.offset_ms + item.duration_ms:
            position_ms = elapsed_ms - item.offset_ms
            return On(item, position_ms, _correction(item, position_ms, player))
    return Over()


def _correction(item: Item, position_ms: int, player: PlayerReading | None) -> Correction:
    if player is None or player.recording != item.recording:
        return Open(position_ms)
    if player.moved_ms_ago < SETTLING_MS:
        return Keep()
    behind_ms = position_ms - player.position_ms
    if abs(behind_ms) > SEEK_BEYOND_MS:
        return Seek(position_ms) if player.moved_ms_ago >= REST_MS else Keep()
    left_alone_ms = DEAD_BAND_MS if player.rate == 1.0 else SETTLED_MS
    if abs(behind_ms) <= left_alone_ms:
        return Keep()
    return Nudge(nudged_rate(behind_ms, hurry=player.moved_ms_ago < REST_MS))


def nudged_rate(behind_ms: int, *, hurry: bool = False) -> float:
    """Return the rate for a player that is `behind_ms` behind (negative where it is ahead), as rule 4 has it."""
    within_ms, most = (HURRY_WITHIN_MS, HURRY_MOST_PERCENT) if hurry else (MEND_WITHIN_MS, NUDGE_MOST_PERCENT)
    percent = min(ceil(abs(behind_ms) * 100 / within_ms), most)
    return (100 + percent if behind_ms > 0 else 100 - percent) / 100


class Lead(msgspec.Struct, frozen=True):
    """How far ahead a player is told to begin, in ms, so that it is level when it has."""

    ms: int = FIRST_LEAD_MS

    def learn(self, behind_ms: int) -> "Lead":
        """Return the lead after a beginning that was `behind_ms` behind with this one (negative: ahead).

        Half of it is believed, for the next beginning may find the machine as busy as the last or as idle.
        """
        if abs(behind_ms) > SEEK_BEYOND_MS:
            return self
        return Lead(min(max(0, self.ms + behind_ms // 2), MOST_LEAD_MS))
