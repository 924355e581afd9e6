"""The register: the whole truth of a conference's questions in memory, as the server holds it.

It knows how to look things up and how to take in a decision; it never decides (`moderation`) and never shows
(`visibility`). It must never be touched by more than one thread at a time.
"""

from collections.abc import Iterable

import msgspec

from personal_app.conference.ids import AnswerId, ParticipantId, QuestionId, Revision, SessionId, TalkId, Tally
from personal_app.conference.program import Conference
from personal_app.conference.questions import Answer, MoveRecord, Question, QuestionState


class VoteChange(msgspec.Struct, frozen=True):
    """A vote cast (`held`) or taken back."""

    question: QuestionId
    voter: ParticipantId
    held: bool


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What one command changes: whole new rows, votes, and the record of the move. All empty: nothing changed."""

    questions: tuple[Question, ...] = ()
    answers: tuple[Answer, ...] = ()
    votes: tuple[VoteChange, ...] = ()
    moves: tuple[MoveRecord, ...] = ()

    @property
    def rows(self) -> bool:
        """True where rows other than counts change, so that a revision is used up."""
        return bool(self.questions or self.answers)


class Register:
    """Questions, answers and votes of one conference, with the two counters up to which they are known."""

    def __init__(self, conference: Conference, *, revision: int = 0, tally: int = 0) -> None:
        self.conference = conference
        self.revision = Revision(revision)
        self.tally = Tally(tally)
        self.talks = {talk.id: talk for talk in conference.talks}
        self.questions: dict[QuestionId, Question] = {}
        self.answers: dict[AnswerId, Answer] = {}
        self.votes: dict[QuestionId, set[ParticipantId]] = {}
        self.tallied: dict[QuestionId, Tally] = {}
        self._answers_of: dict[QuestionId, list[AnswerId]] = {}
        self._of_session: dict[SessionId, set[QuestionId]] = {}
        self._last_number: dict[TalkId, int] = {}

    def take_rows(self, questions: Iterable[Question], answers: Iterable[Answer]) -> None:
        """Take in rows as they are, in place of older ones of the same ids."""
        for question in questions:
            self.questions[question.id] = question
            self._of_session.setdefault(question.session, set()).add(question.id)
            self._last_number[question.talk] = max(self._last_number.get(question.talk, 0), question.number or 0)
            self.revision = max(self.revision, question.revision)
        for answer in answers:
            if answer.id not in self.answers:
                self._answers_of.setdefault(answer.question, []).append(answer.id)
            self.answers[answer.id] = answer
            self.revision = max(self.revision, answer.revision)

    def take_vote(self, change: VoteChange, tally: Tally) -> None:
        """Take in one vote or unvote that carries the counter `tally`."""
        voters = self.votes.setdefault(change.question, set())
        (voters.add if change.held else voters.discard)(change.voter)
        self.tallied[change.question] = max(tally, self.tallied.get(change.question, Tally(0)))
        self.tally = max(self.tally, tally)

    def apply(self, decision: Decision, tally: Tally) -> None:
        """Take in what a command changed; its votes carry the counter `tally`."""
        self.take_rows(decision.questions, decision.answers)
        for change in decision.votes:
            self.take_vote(change, tally)

    def count(self, question: QuestionId) -> int:
        """Return how many distinct people hold a vote for the question."""
        return len(self.votes.get(question, ()))

    def next_number(self, talk: TalkId) -> int:
        """Return the spoken number that the talk's next approved question is given."""
        return self._last_number.get(talk, 0) + 1

    def answers_to(self, question: QuestionId) -> tuple[Answer, ...]:
        """Return the written answers to a question in the order they were first written."""
        return tuple(self.answers[answer] for answer in self._answers_of.get(question, ()))

    def answering(self, session: SessionId) -> Question | None:
        """Return the question of the session that is being answered, or None."""
        return next(iter(self._in_state(session, QuestionState.ANSWERING)), None)

    def speaking_order(self, session: SessionId) -> tuple[Question, ...]:
        """Return the session's queued questions, first to be called first."""
        return tuple(sorted(self._in_state(session, QuestionState.QUEUED), key=lambda q: (q.order or 0, q.id)))

    def _in_state(self, session: SessionId, state: QuestionState) -> list[Question]:
        ids = self._of_session.get(session, ())
        return [question for question in map(self.questions.__getitem__, ids) if question.state is state]
