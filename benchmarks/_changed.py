"""Frames of changed questions, as a server sends them."""

import random

import msgspec

from personal_app.conference.ids import Epoch, Revision, Tally
from personal_app.conference.messages import Changes, Since
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.conference.session_client import Applied, ResumePoint

QUESTIONS = 10_000
CHANGED = 1_000
_STATES = (QuestionState.APPROVED, QuestionState.QUEUED, QuestionState.ANSWERED, QuestionState.DEFERRED)


def changed(view: Changes, number: int, chance: random.Random) -> Applied:
    """Return the frame of that number, from 1 on: a thousand questions of `view` in other states and with new counts.

    Every tenth has other words as well.
    """
    revision, tally = Revision(view.revision + number), Tally(view.tally + number)
    held = [row for row in view.set if isinstance(row, QuestionRow)]
    rows = tuple(
        msgspec.structs.replace(
            row,
            text=f"{row.text} And {number}?" if place % 10 == 0 else row.text,
            state=_STATES[(place + number) % len(_STATES)],
            order=place << 20 if (place + number) % len(_STATES) == 1 else None,
            revision=revision,
            moved=revision,
        )
        for place, row in enumerate(chance.sample(held, CHANGED))
    )
    counts = tuple((row.id, chance.randrange(200)) for row in rows)
    resume = ResumePoint(since=Since(epoch=Epoch("benchmark"), revision=revision, tally=tally), view="benchmark")
    return Applied(resume=resume, changes=Changes(revision=revision, tally=tally, set=rows, tallies=counts), mine=None)
