"""The register: the whole truth of a conference's questions in memory, as the server holds it.

It knows how to look things up and how to take in a decision; it never decides (`moderation`) and never shows
(`visibility`). It must never be touched by more than one thread at a time.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import takewhile

import msgspec

from personal_app.conference.aliases import Aliases
from personal_app.conference.ids import (
    Alias,
    AnswerId,
    ParticipantId,
    PollId,
    QuestionId,
    Revision,
    SessionId,
    TalkId,
    Tally,
)
from personal_app.conference.polls import Poll, PollCount, PollState
from personal_app.conference.program import Conference, Session
from personal_app.conference.questions import Answer, Move, MoveRecord, QaState, Question, QuestionState, Silence
from personal_app.conference.reactions import Gathered, ReactionCount
from personal_app.conference.rows import Open, QaRow, TimesRow, open_key, times_key
from personal_app.conference.timeline import scheduled_qa
from personal_app.conference.timetable import retimed


class VoteChange(msgspec.Struct, frozen=True):
    """A vote cast (`held`) or taken back."""

    question: QuestionId
    voter: ParticipantId
    held: bool


class OpeningRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is written down of every move of what is about no question: who made the row with that key what it became.

    `was` is the row as it was, None where there was none; `undoes` are the revisions that it took back.
    """

    revision: Revision
    key: str
    move: Move
    actor: ParticipantId
    actor_name: str
    at: datetime
    was: Open | None
    became: Open
    undoes: tuple[Revision, ...] = ()


class BallotChange(msgspec.Struct, frozen=True):
    """A ballot cast: the options that the person chose, and those they had chosen before (none: their first)."""

    poll: PollId
    voter: ParticipantId
    options: tuple[int, ...]
    before: tuple[int, ...] = ()


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What one command changes: whole new rows, votes, and the record of the move. All empty: nothing changed.

    `recounted` are questions beyond those voted on whose counts changed, for votes count up the tree of what is merged.
    """

    questions: tuple[Question, ...] = ()
    answers: tuple[Answer, ...] = ()
    votes: tuple[VoteChange, ...] = ()
    moves: tuple[MoveRecord, ...] = ()
    recounted: tuple[QuestionId, ...] = ()
    open: tuple[Open, ...] = ()
    openings: tuple[OpeningRecord, ...] = ()
    silences: tuple[Silence, ...] = ()
    polls: tuple[Poll, ...] = ()
    ballots: tuple[BallotChange, ...] = ()
    reactions: tuple[ReactionCount, ...] = ()

    @property
    def counts(self) -> bool:
        """True where counts change, so that a tally is used up."""
        return bool(self.votes or self.recounted or self.ballots or self.reactions)

    @property
    def rows(self) -> bool:
        """True where rows other than counts change, so that a revision is used up."""
        return bool(self.questions or self.answers or self.open or self.silences or self.polls)


class Register:
    """Questions, answers and votes of one conference, with the two counters up to which they are known.

    `secret` is the server's own: aliases are made with it, and it goes nowhere else. `timetable` is the conference with
    the times that were said by hand.
    """

    def __init__(self, conference: Conference, *, revision: int = 0, tally: int = 0, secret: bytes = b"") -> None:
        self.conference = conference
        self.aliases = Aliases(secret)
        self.revision = Revision(revision)
        self.tally = Tally(tally)
        self.talks = {talk.id: talk for talk in conference.talks}
        self.timetable = conference
        self.questions: dict[QuestionId, Question] = {}
        self.answers: dict[AnswerId, Answer] = {}
        self.open: dict[str, Open] = {}
        self.silences: dict[Alias, Silence] = {}
        self.votes: dict[QuestionId, set[ParticipantId]] = {}
        self.tallied: dict[QuestionId, Tally] = {}
        self.moves: dict[QuestionId, list[MoveRecord]] = {}
        self.openings: dict[str, list[OpeningRecord]] = {}
        self.polls: dict[PollId, Poll] = {}
        self.ballots: dict[PollId, dict[ParticipantId, tuple[int, ...]]] = {}
        self.polled: dict[PollId, Tally] = {}
        self.reactions: dict[TalkId, dict[str, int]] = {}
        self.reacted: dict[TalkId, Tally] = {}
        self._children: dict[QuestionId, set[QuestionId]] = {}
        self._united: dict[QuestionId, Counter[ParticipantId]] = {}
        self._answers_of: dict[QuestionId, list[AnswerId]] = {}
        self._of_session: dict[SessionId, set[QuestionId]] = {}
        self._last_number: dict[TalkId, int] = {}
        self._chosen: dict[PollId, Counter[int]] = {}

    def take_rows(self, questions: Iterable[Question], answers: Iterable[Answer]) -> None:
        """Take in rows as they are, in place of older ones of the same ids."""
        for question in questions:
            self._place_in_tree(self.questions.get(question.id), question)
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
        if (change.voter in voters) != change.held:
            (voters.add if change.held else voters.discard)(change.voter)
            if self._united:
                self._count_up(change)
        self._recount(change.question, tally)

    def take_open(self, rows: Iterable[Open]) -> None:
        """Take in what everyone sees as it is, in place of older rows of the same keys."""
        rows = tuple(rows)
        for row in rows:
            key = open_key(row)
            # What changed last stands last, so that who lacks little looks at little.
            self.open.pop(key, None)
            self.open[key] = row
            self.revision = max(self.revision, row.revision)
        if any(isinstance(row, TimesRow) for row in rows):
            moved = (row for row in self.open.values() if isinstance(row, TimesRow))
            self.timetable = retimed(self.conference, moved)

    def opened_since(self, revision: Revision) -> list[Open]:
        """Return what everyone sees as it is and changed after `revision`, in the order of the changes."""
        changed = list(takewhile(lambda row: row.revision > revision, reversed(self.open.values())))
        return changed[::-1]

    def take_silences(self, silences: Iterable[Silence]) -> None:
        """Take in who may not ask, and who may again, in place of what was known of them."""
        for silence in silences:
            self.silences[silence.id] = silence
            self.revision = max(self.revision, silence.revision)

    def take_polls(self, polls: Iterable[Poll]) -> None:
        """Take in polls as they are, in place of older ones of the same ids."""
        for poll in polls:
            self.polls[poll.id] = poll
            self.revision = max(self.revision, poll.revision)

    def take_ballot(self, change: BallotChange, tally: Tally) -> None:
        """Take in one ballot that carries the counter `tally`."""
        self.ballots.setdefault(change.poll, {})[change.voter] = change.options
        self.polled[change.poll] = max(tally, self.polled.get(change.poll, Tally(0)))
        self.tally = max(self.tally, tally)
        chosen = self._chosen.get(change.poll)
        if chosen is not None:
            chosen.subtract(change.before)
            chosen.update(change.options)

    def take_moves(self, moves: Iterable[MoveRecord]) -> None:
        """Take in records of moves, in their order."""
        for move in moves:
            self.moves.setdefault(move.question, []).append(move)

    def take_openings(self, records: Iterable[OpeningRecord]) -> None:
        """Take in records of moves of what is about no question, in their order."""
        for record in records:
            self.openings.setdefault(record.key, []).append(record)

    def apply(self, decision: Decision, tally: Tally) -> None:
        """Take in what a command changed; its votes and counts carry the counter `tally`."""
        self.take_rows(decision.questions, decision.answers)
        self.take_open(decision.open)
        self.take_silences(decision.silences)
        self.take_moves(decision.moves)
        self.take_openings(decision.openings)
        self.take_polls(decision.polls)
        for change in decision.votes:
            self.take_vote(change, tally)
        for question in decision.recounted:
            self._recount(question, tally)
        for ballot in decision.ballots:
            self.take_ballot(ballot, tally)
        for counted in decision.reactions:
            self.take_reactions(counted, tally)

    def count(self, question: QuestionId) -> int:
        """Return how many distinct people hold a vote for the question or for what is merged into it."""
        return len(self.voters(question))

    def voters(self, question: QuestionId) -> Collection[ParticipantId]:
        """Return the distinct people who hold a vote for the question or for what is merged into it."""
        if not self._children.get(question):
            return self.votes.get(question, ())
        united = self._united.get(question)
        if united is None:
            # Made once and kept up to date by each vote: a count must not cost more for what is merged.
            held = (voter for one in self.tree(question) for voter in self.votes.get(one, ()))
            united = self._united[question] = Counter(held)
        return united

    def held_by(self, voter: ParticipantId, question: QuestionId) -> list[QuestionId]:
        """Return for what the person holds votes in the whole tree that the question is part of."""
        *_, root = (question, *self.above(question))
        here = voter in self.votes.get(question, ())
        voters = self.voters(root)
        if not isinstance(voters, Counter) or (here and voters[voter] == 1):
            return [question] if here else []
        return [id_ for id_ in self.tree(root) if voter in self.votes.get(id_, ())] if voters[voter] else []

    def merged_into(self, question: QuestionId) -> tuple[QuestionId, ...]:
        """Return the questions that are merged into this one itself."""
        return tuple(sorted(self._children.get(question, ())))

    def tree(self, question: QuestionId) -> Iterator[QuestionId]:
        """Yield the question and all that is merged into it, at any depth."""
        yield question
        for child in self.merged_into(question):
            yield from self.tree(child)

    def above(self, question: QuestionId) -> Iterator[QuestionId]:
        """Yield what the question is merged into, what that is merged into, and so on."""
        into = self.questions[question].into
        while into is not None:
            yield into
            into = self.questions[into].into

    def of_session(self, session: SessionId) -> Collection[QuestionId]:
        """Return the questions of a session."""
        return self._of_session.get(session, ())

    def qa(self, talk: TalkId) -> QaRow:
        """Return what the talk's questions are open to: what was said by hand, else as the program says."""
        said = self.open.get(f"qa {talk}")
        if isinstance(said, QaRow):
            return said
        known = self.talks.get(talk)
        return QaRow(talk=talk, revision=Revision(0), moderated=known is None or known.moderated)

    def qa_state(self, talk: TalkId, now: datetime) -> QaState:
        """Return what the talk's questions are open to at `now`: as was said by hand, or as the program says."""
        said = self.open.get(f"qa {talk}")
        if isinstance(said, QaRow) and said.qa is not None:
            return said.qa
        session = self.session_of(talk)
        return QaState.OPEN if session is None else scheduled_qa(session, now)

    def session_of(self, talk: TalkId) -> Session | None:
        """Return the session that takes the talk's questions, with its times as they are now, or None."""
        known = self.talks.get(talk)
        return None if known is None else self.timetable.session(known.session)

    def times(self, session: SessionId) -> TimesRow:
        """Return how the session's times differ from the program's: not at all where nobody said so."""
        said = self.open.get(times_key(session))
        return said if isinstance(said, TimesRow) else TimesRow(session=session, revision=Revision(0))

    def opened(self, key: str) -> Sequence[OpeningRecord]:
        """Return the records of a row's moves that is about no question, oldest first."""
        return self.openings.get(key, ())

    def take_reactions(self, counted: ReactionCount, tally: Tally) -> None:
        """Take in how often a talk was sent a reaction by now, which carries the counter `tally`."""
        self.reactions.setdefault(counted.talk, {})[counted.kind] = counted.count
        self.reacted[counted.talk] = max(tally, self.reacted.get(counted.talk, Tally(0)))
        self.tally = max(self.tally, tally)

    def reacted_to(self, gathered: Gathered) -> Decision:
        """Return what reactions that were gathered make of the counts."""
        return Decision(
            reactions=tuple(
                ReactionCount(talk, kind.value, self.reactions.get(talk, {}).get(kind, 0) + more)
                for (talk, kind), more in gathered.items()
            )
        )

    def reaction_counts(self, talk: TalkId) -> tuple[ReactionCount, ...]:
        """Return how often a talk was sent each reaction."""
        return tuple(ReactionCount(talk, kind, count) for kind, count in self.reactions.get(talk, {}).items())

    def polls_of(self, session: SessionId) -> list[Poll]:
        """Return the polls of a session and of its talks."""
        return [poll for poll in self.polls.values() if poll.session == session]

    def voted_in(self, person: ParticipantId) -> frozenset[PollId]:
        """Return the open polls in which the person holds a ballot."""
        mine = (id_ for id_, held in self.ballots.items() if person in held)
        return frozenset(id_ for id_ in mine if self.polls[id_].state is PollState.OPEN)

    def poll_count(self, poll: PollId) -> PollCount:
        """Return how many people have voted in a poll, and how many of them chose each option."""
        held = self.ballots.get(poll, {})
        chosen = self._chosen.get(poll)
        if chosen is None:
            # Made once and kept up to date by each ballot.
            chosen = self._chosen[poll] = Counter(option for options in held.values() for option in options)
        return PollCount(poll, len(held), tuple(chosen[option] for option in range(len(self.polls[poll].options))))

    def history(self, question: QuestionId) -> Sequence[MoveRecord]:
        """Return the records of the question's moves, oldest first."""
        return self.moves.get(question, ())

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

    def _recount(self, question: QuestionId, tally: Tally) -> None:
        self.tallied[question] = max(tally, self.tallied.get(question, Tally(0)))
        self.tally = max(self.tally, tally)

    def _count_up(self, change: VoteChange) -> None:
        for question in (change.question, *self.above(change.question)):
            united = self._united.get(question)
            if united is not None:
                united[change.voter] += 1 if change.held else -1
                if not united[change.voter]:
                    del united[change.voter]

    def _place_in_tree(self, before: Question | None, now: Question) -> None:
        was = before.into if before is not None else None
        if was == now.into:
            return
        self._united.clear()
        if was is not None:
            self._children[was].discard(now.id)
        if now.into is not None:
            self._children.setdefault(now.into, set()).add(now.id)
