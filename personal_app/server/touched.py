"""What was touched lately, in order: so that each listener can be told exactly what came since it was told last.

Every touch has a position. Whoever was told at a position lacks what stands from there on, and what everybody was told
is forgotten. This module must never know what may be seen (`visibility`), nor who listens.
"""

from collections.abc import Iterable

from personal_app.conference.ids import ParticipantId, PollId, QuestionId, Revision, TalkId, Tally
from personal_app.conference.register import Decision


class Mark:
    """How far a listener was told: up to the position `at`, with frames up to both counters. Compared by identity."""

    __slots__ = ("at", "revision", "tally")

    def __init__(self, at: int, revision: Revision, tally: Tally) -> None:
        self.at = at
        self.revision = revision
        self.tally = tally


class OwnTouches:
    """What concerns one person alone: their questions (True) and votes (False), and their ballots, with positions."""

    __slots__ = ("ballots", "last", "things")

    def __init__(self) -> None:
        self.last = 0
        self.things: list[tuple[int, QuestionId, bool]] = []
        self.ballots: list[tuple[int, PollId]] = []

    def since(self, at: int) -> tuple[list[QuestionId], list[QuestionId], list[PollId]]:
        """Return the person's questions, the questions they voted on and the polls from `at` on, each once."""
        questions = dict.fromkeys(id_ for position, id_, own in self.things if own and position >= at)
        votes = dict.fromkeys(id_ for position, id_, own in self.things if not own and position >= at)
        ballots = dict.fromkeys(id_ for position, id_ in self.ballots if position >= at)
        return list(questions), list(votes), list(ballots)


class Touched:
    """The touches that somebody may not have been told of yet. `at` is the position of the next one."""

    def __init__(self) -> None:
        self.at = 0
        self.own: dict[ParticipantId, OwnTouches] = {}
        self._first = 0
        self._touches: list[QuestionId | PollId | TalkId | None] = []

    def note(self, decision: Decision, regrouped: Iterable[ParticipantId] = ()) -> None:
        """Take in what a command touched; votes of the `regrouped` count for other questions than before."""
        for question in decision.questions:
            self._own(question.asker).things.append((self.at, question.id, True))
            self._add(question.id)
        for answer in decision.answers:
            self._add(answer.question)
        for _ in decision.open:
            self._add(None)
        for poll in decision.polls:
            self._add(poll.id)
        for reaction in decision.reactions:
            self._add(reaction.talk)
        for ballot in decision.ballots:
            self._own(ballot.voter).ballots.append((self.at, ballot.poll))
            self._add(ballot.poll)
        for change in decision.votes:
            own = self._own(change.voter).things
            own += [(self.at, id_, False) for id_ in (change.question, *decision.recounted)]
            self._add(change.question)
        counted = {row.id for row in decision.questions} | set(decision.recounted)
        for person in regrouped:
            self._own(person).things += [(self.at, id_, False) for id_ in counted]
        for id_ in decision.recounted:
            self._add(id_)

    def owe(self, person: ParticipantId) -> None:
        """A frame is owed to a person though nothing was touched."""
        self._own(person)
        self._add(None)

    def since(self, at: int) -> set[QuestionId | PollId | TalkId]:
        """Return the questions, polls and talks touched from position `at` on."""
        return {id_ for id_ in self._touches[max(0, at - self._first) :] if id_ is not None}

    def forget_before(self, at: int) -> None:
        """Everybody was told of what stands before position `at`."""
        del self._touches[: at - self._first]
        self._first = at
        self.own = {person: own for person, own in self.own.items() if own.last >= at}
        for own in self.own.values():
            own.things = [thing for thing in own.things if thing[0] >= at]
            own.ballots = [ballot for ballot in own.ballots if ballot[0] >= at]

    def _own(self, person: ParticipantId) -> OwnTouches:
        own = self.own.get(person)
        if own is None:
            own = self.own[person] = OwnTouches()
        own.last = self.at
        return own

    def _add(self, touched: QuestionId | PollId | TalkId | None) -> None:
        self._touches.append(touched)
        self.at += 1
