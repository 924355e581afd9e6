"""Sending reactions to a talk, and how often it was sent each: by everyone, and of nobody in particular.

A reaction goes out at once or not at all: it waits in no outbox, for it is worth nothing later. Must never keep who
sent one.
"""

from collections.abc import Callable
from time import monotonic

from personal_app.conference.ids import TalkId
from personal_app.conference.reactions import AT_ONCE, PER_SECOND, Reaction
from personal_app.services.questions import QuestionService


class ReactionService:
    """`send` gives a reaction to the connection there is."""

    def __init__(
        self,
        send: Callable[[TalkId, Reaction], object],
        questions: QuestionService,
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._send = send
        self._questions = questions
        self._seconds = seconds
        self._left = float(AT_ONCE)
        self._looked_s = seconds()

    def counts(self, talk: TalkId) -> dict[str, int]:
        """Return how often the talk was sent each reaction."""
        return self._questions.board.reactions_to(talk)

    def react(self, talk: TalkId, kind: Reaction) -> bool:
        """Send a reaction; tell whether it went, for the server counts no more of one person than this lets through."""
        now_s = self._seconds()
        self._left = min(float(AT_ONCE), self._left + (now_s - self._looked_s) * PER_SECOND)
        self._looked_s = now_s
        if self._left < 1:
            return False
        self._left -= 1
        self._send(talk, kind)
        return True
