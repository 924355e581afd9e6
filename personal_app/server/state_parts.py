"""The full state of one audience at one revision, cut into parts that are sent as a connection takes them.

A picture is made once for all who join at a revision. What is not yet sent when something changes is looked at again:
a row that moved since is left out, for it may be hidden now; the changes that follow the state bring it, or do not.
This module must never hold a connection.
"""

from collections.abc import Iterable, Iterator

import msgspec

from personal_app.conference import messages
from personal_app.conference.ids import QuestionId, Revision, Tally
from personal_app.conference.people import Audience
from personal_app.conference.polls import PollCount
from personal_app.conference.reactions import ReactionCount
from personal_app.conference.register import Register
from personal_app.conference.rows import AnswerRow, PollRow, QuestionRow, Row, SilenceRow, open_key
from personal_app.conference.visibility import sees, sees_open, shared_since
from personal_app.server.framing import text_frame

#: Room for rows in a part of at most 64 KiB; the rest is for its own fields.
PART_BYTES = 60 * 1024
_COUNT_BYTES = 40

_Count = tuple[QuestionId, int] | PollCount | ReactionCount
_Piece = tuple[tuple[Row, ...], tuple[_Count, ...]]


class Part(msgspec.Struct, frozen=True):
    """One part: the message, and the frame that holds it."""

    message: messages.State
    frame: bytes


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """All that an audience sees at `revision`, with the counts of `tally`."""

    audience: Audience
    revision: Revision
    tally: Tally
    parts: tuple[Part, ...]

    def frame(self, index: int, register: Register) -> bytes:
        """Return the frame of part `index`, without the rows that changed since the picture was taken."""
        part = self.parts[index]
        if register.revision == self.revision:
            return part.frame
        rows = tuple(row for row in part.message.set if _stands(row, register, self.audience))
        # Of a poll that moved since, the result may be nobody's to know any more.
        counts = tuple(
            count for count in part.message.poll_counts if register.polls[count.poll].revision <= self.revision
        )
        if (len(rows), len(counts)) == (len(part.message.set), len(part.message.poll_counts)):
            return part.frame
        return text_frame(messages.encode(msgspec.structs.replace(part.message, set=rows, poll_counts=counts)))


def take_picture(register: Register, audience: Audience) -> Picture:
    """Return what `audience` sees now."""
    shared = shared_since(register, audience, Revision(0), Tally(0))
    cuts = list(_cut(shared.rows, (*shared.tallies, *shared.poll_counts, *shared.reactions)))
    parts = []
    for index, (rows, counts) in enumerate(cuts):
        message = messages.State(
            part=index,
            last=index == len(cuts) - 1,
            revision=register.revision,
            tally=register.tally,
            set=rows,
            tallies=tuple(count for count in counts if isinstance(count, tuple)),
            poll_counts=tuple(count for count in counts if isinstance(count, PollCount)),
            reactions=tuple(count for count in counts if isinstance(count, ReactionCount)),
        )
        parts.append(Part(message, text_frame(messages.encode(message))))
    return Picture(audience=audience, revision=register.revision, tally=register.tally, parts=tuple(parts))


def _cut(rows: Iterable[Row], counts: Iterable[_Count]) -> Iterator[_Piece]:
    """Yield what each part holds: rows first, then counts; one empty part where there is nothing at all."""
    some_rows: list[Row] = []
    some_counts: list[_Count] = []
    size = 0
    for thing in (*rows, *counts):
        added = _COUNT_BYTES if isinstance(thing, tuple) else len(messages.encode(thing)) + 1
        if size + added > PART_BYTES and size:
            yield tuple(some_rows), tuple(some_counts)
            some_rows, some_counts, size = [], [], 0
        if isinstance(thing, tuple | PollCount | ReactionCount):
            some_counts.append(thing)
        else:
            some_rows.append(thing)
        size += added
    yield tuple(some_rows), tuple(some_counts)


def _stands(row: Row, register: Register, audience: Audience) -> bool:
    """Tell whether the audience would be given the very same row now."""
    if isinstance(row, QuestionRow):
        return register.questions[row.id].revision == row.revision
    if isinstance(row, SilenceRow):
        return register.silences[row.id].revision == row.revision
    if isinstance(row, PollRow):
        return register.polls[row.id].revision == row.revision
    if not isinstance(row, AnswerRow):
        return register.open[open_key(row)].revision == row.revision and sees_open(register, row, audience)
    return register.answers[row.id].revision == row.revision and sees(register.questions[row.question], audience)
