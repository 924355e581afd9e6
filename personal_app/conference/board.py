"""A conference's questions as one viewer sees them: what the server told, with the viewer's unsent wishes drawn on top.

A board takes changes in twice, late or out of order and ends the same: each row carries its revision, what went away
leaves a mark behind, and counts carry the counter they came with. Wishes are commands not yet known to be in the view;
`wishes` draws them, and they are never stored in the rows. This module must never keep or send anything.
"""

from collections.abc import Iterator
from datetime import datetime

import msgspec

from personal_app.conference.ids import AnswerId, PollId, QuestionId, Revision, SessionId, TalkId, Tally
from personal_app.conference.messages import Changes, Mine
from personal_app.conference.polls import PollCount
from personal_app.conference.questions import Move
from personal_app.conference.reactions import ReactionCount
from personal_app.conference.rows import (
    AnnouncementRow,
    AnswerRow,
    Beside,
    DraftRow,
    Open,
    OwnSilence,
    PollRow,
    QaRow,
    QuestionRow,
    Row,
    SilenceRow,
    TimesRow,
    draft_key,
    open_key,
)

#: So many rows are taken in or drawn between two steps.
_PIECE = 100


class DrawnQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """A question as it is to be shown: the row (with wishes drawn in), votes, and what it is to the viewer.

    `unsent` names the viewer's moves that the server has not yet acknowledged or shown.
    """

    row: QuestionRow
    votes: int = 0
    voted: bool = False
    mine: bool = False
    unsent: tuple[Move, ...] = ()
    answers: tuple[AnswerRow, ...] = ()

    @property
    def id(self) -> QuestionId:
        """The question's id."""
        return self.row.id


class DrawnPoll(msgspec.Struct, frozen=True, kw_only=True):
    """A poll as it is to be shown: the row, the options that the viewer chose, and the result where they may know it.

    `unsent` names the viewer's moves that the server has not yet acknowledged or shown.
    """

    row: PollRow
    chosen: tuple[int, ...] = ()
    count: PollCount | None = None
    unsent: tuple[Move, ...] = ()

    @property
    def id(self) -> PollId:
        """The poll's id."""
        return self.row.id


class DrawnBoard(msgspec.Struct, frozen=True, kw_only=True):
    """All questions of the conference as this viewer sees them at one revision, in the order they were asked."""

    revision: Revision = Revision(0)
    questions: tuple[DrawnQuestion, ...] = ()
    open: tuple[Open | SilenceRow, ...] = ()
    own_silences: tuple[OwnSilence, ...] = ()
    polls: tuple[DrawnPoll, ...] = ()
    reactions: tuple[ReactionCount, ...] = ()

    def reactions_to(self, talk: TalkId) -> dict[str, int]:
        """Return how often a talk was sent each reaction."""
        return {counted.kind: counted.count for counted in self.reactions if counted.talk == talk}

    def polls_of(self, session: SessionId, talk: TalkId | None = None) -> tuple[DrawnPoll, ...]:
        """Return the polls of a session, the first made first; with `talk`, without those of its other talks."""
        of_session = (poll for poll in self.polls if poll.row.session == session)
        return tuple(poll for poll in of_session if talk is None or poll.row.talk in (None, talk))

    def of_talk(self, talk: TalkId) -> tuple[DrawnQuestion, ...]:
        """Return the talk's questions."""
        return tuple(question for question in self.questions if question.row.talk == talk)

    def of_session(self, session: SessionId) -> tuple[DrawnQuestion, ...]:
        """Return the session's questions."""
        return tuple(question for question in self.questions if question.row.session == session)

    def qa_of(self, talk: TalkId) -> QaRow | None:
        """Return what a chair has said by hand of the talk's questions, or None: then the program holds."""
        return next((row for row in self.open if isinstance(row, QaRow) and row.talk == talk), None)

    @property
    def times(self) -> tuple[TimesRow, ...]:
        """Which sessions have other times than the program's, and which."""
        return tuple(row for row in self.open if isinstance(row, TimesRow))

    def times_of(self, session: SessionId) -> TimesRow | None:
        """Return how the session's times differ from the program's, or None where nobody said so by hand."""
        return next((row for row in self.times if row.session == session), None)

    def draft_of(self, question: QuestionId) -> DraftRow | None:
        """Return the answer that is being written to the question, or None; without text it is over."""
        return next((row for row in self.open if isinstance(row, DraftRow) and row.question == question), None)

    def announcements(self, now: datetime) -> tuple[AnnouncementRow, ...]:
        """Return what everyone is told at `now`, the newest first."""
        found = [row for row in self.open if isinstance(row, AnnouncementRow) and not row.ended]
        standing = (row for row in found if row.until is None or row.until > now)
        return tuple(sorted(standing, key=lambda row: (row.at, row.id), reverse=True))

    def silenced(self, session: SessionId) -> tuple[SilenceRow, ...]:
        """Return who may not ask in the session or about a talk of it, as its chairs know them, the latest first."""
        found = [row for row in self.open if isinstance(row, SilenceRow) and row.session == session and not row.ended]
        return tuple(sorted(found, key=lambda row: (row.at, row.id), reverse=True))

    def may_not_ask(self, session: SessionId, talk: TalkId, *, anonymous: bool) -> bool:
        """Tell whether a chair has stopped what this viewer asks in this way."""
        return any(
            own.session == session and own.talk == (talk if anonymous else None) and not own.ended
            for own in self.own_silences
        )

    def question(self, question_id: QuestionId) -> DrawnQuestion | None:
        """Return the question of that id, or None."""
        return next((question for question in self.questions if question.row.id == question_id), None)


class Board:
    """The rows a viewer holds. `shared` is what the audience sees, `mine` the viewer's own questions as asker."""

    def __init__(self) -> None:
        self.revision = Revision(0)
        self.tally = Tally(0)
        self.shared: dict[QuestionId, QuestionRow] = {}
        self.mine: dict[QuestionId, QuestionRow] = {}
        self.answers: dict[AnswerId, AnswerRow] = {}
        self.open: dict[str, Beside] = {}
        self.own_silences: dict[str, OwnSilence] = {}
        self.counts: dict[QuestionId, tuple[Tally, int]] = {}
        self.voted: dict[QuestionId, tuple[Tally, bool]] = {}
        self.reactions: dict[tuple[TalkId, str], tuple[Tally, int]] = {}
        self.poll_counts: dict[PollId, tuple[Tally, PollCount]] = {}
        self.ballots: dict[PollId, tuple[Tally, tuple[int, ...]]] = {}
        self._gone: dict[QuestionId, Revision] = {}
        self._answers_of: dict[QuestionId, set[AnswerId]] = {}
        #: In the order in which they were asked, unless it says otherwise; those that are due stand as they were.
        self._drawn: dict[QuestionId, DrawnQuestion] = {}
        self._due: set[QuestionId] = set()
        self._unordered = False

    def apply(self, changes: Changes, mine: Mine | None = None) -> None:
        """Take in one frame, whole; what the board holds newer stays."""
        for _ in self.taking(changes, mine):
            pass

    def taking(self, changes: Changes, mine: Mine | None = None) -> Iterator[None]:
        """Take in one frame, a piece at each step; the counters stay where they were until the last.

        Whoever goes on stepping has a frame of thousands of rows taken in without a long stretch of work. Until the end
        the board is of no revision, and must not be shown.
        """
        if mine is not None:
            self._apply_mine(mine)
        for question in changes.gone:
            self._drop(question, changes.revision)
        self._count(changes)
        rows = sorted(changes.set, key=_comes_after)
        for first in range(0, len(rows), _PIECE):
            for row in rows[first : first + _PIECE]:
                self._set(row)
            yield
        yield from self._drawing()
        self.revision = max(self.revision, changes.revision)
        self.tally = max(self.tally, changes.tally)

    def drawn(self) -> dict[QuestionId, DrawnQuestion]:
        """Return every question that the viewer holds as it is to be shown, without wishes; a dict of one's own.

        They stand in the order in which they were asked.
        """
        for _ in self._drawing():
            pass
        return dict(self._drawn)

    def _drawing(self) -> Iterator[None]:
        """Draw what is due, a piece at each step."""
        for number in range(1, len(self._due) + 1):
            id_ = self._due.pop()
            before, now = self._drawn.get(id_), self._draw(id_)
            if now is not None:
                self._drawn[id_] = now
                self._unordered |= before is None or before.row.asked_at != now.row.asked_at
            elif before is not None:
                del self._drawn[id_]
            if not number % _PIECE:
                yield
        if self._unordered:
            self._drawn = dict(sorted(self._drawn.items(), key=_asked))
            self._unordered = False

    def drawn_reactions(self) -> tuple[ReactionCount, ...]:
        """Return how often each talk was sent each reaction."""
        return tuple(ReactionCount(talk, kind, count) for (talk, kind), (_, count) in self.reactions.items())

    def drawn_polls(self) -> dict[PollId, DrawnPoll]:
        """Return every poll that the viewer holds as it is to be shown, without wishes, the first made first."""
        rows = [row for row in self.open.values() if isinstance(row, PollRow) and not row.gone]
        rows.sort(key=lambda row: (row.made_at is not None, row.made_at, row.id))
        return {row.id: self._draw_poll(row) for row in rows}

    def _draw_poll(self, row: PollRow) -> DrawnPoll:
        chosen = self.ballots.get(row.id, (Tally(0), ()))[1]
        # A poll that was opened again keeps its counts from whoever has not voted, though they were told them once.
        told = self.poll_counts.get(row.id) if row.results or chosen else None
        return DrawnPoll(row=row, chosen=chosen, count=told[1] if told is not None else None)

    def _draw(self, id_: QuestionId) -> DrawnQuestion | None:
        shared, own = self.shared.get(id_), self.mine.get(id_)
        # The asker's own row tells more (the reason), the shared one more to a chair (the offers): the newer one leads.
        row = own if shared is None or (own is not None and own.revision > shared.revision) else shared
        if row is None:
            return None
        if own is not None:
            # Others are not told exactly when an anonymous one was asked; its asker is.
            row = msgspec.structs.replace(row, asked_at=own.asked_at)
        return DrawnQuestion(
            row=row,
            # What everyone sees no more has no count; the one it had is kept, for the frames may come in any order.
            votes=self.counts[id_][1] if shared is not None and id_ in self.counts else 0,
            voted=self.voted[id_][1] if id_ in self.voted else False,
            mine=own is not None,
            answers=self._answers_to(id_),
        )

    def _answers_to(self, id_: QuestionId) -> tuple[AnswerRow, ...]:
        if id_ not in self._answers_of:
            return ()
        held = (self.answers[answer] for answer in self._answers_of[id_])
        standing = (answer for answer in held if not answer.retracted)
        return tuple(sorted(standing, key=lambda answer: (answer.written_at, answer.id)))

    def _count(self, changes: Changes) -> None:
        for question, count in changes.tallies:
            if question not in self.counts or self.counts[question][0] <= changes.tally:
                self.counts[question] = (changes.tally, count)
                self._due.add(question)
        for counted in changes.poll_counts:
            if counted.poll not in self.poll_counts or self.poll_counts[counted.poll][0] <= changes.tally:
                self.poll_counts[counted.poll] = (changes.tally, counted)
        for reaction in changes.reactions:
            key = reaction.talk, reaction.kind
            if self.reactions.get(key, (Tally(-1), 0))[0] <= changes.tally:
                self.reactions[key] = (changes.tally, reaction.count)

    def _apply_mine(self, mine: Mine) -> None:
        if mine.full:
            self._due.update(self.mine, self.voted)
            self.mine = {id_: row for id_, row in self.mine.items() if row.revision > mine.revision}
            self.voted = {id_: vote for id_, vote in self.voted.items() if vote[0] > mine.tally}
            self.own_silences = {key: own for key, own in self.own_silences.items() if own.revision > mine.revision}
            self.ballots = {id_: ballot for id_, ballot in self.ballots.items() if ballot[0] > mine.tally}
        for row in mine.set:
            if row.id not in self.mine or self.mine[row.id].revision <= row.revision:
                self.mine[row.id] = row
                self._due.add(row.id)
        for own in mine.silences:
            if own.key not in self.own_silences or self.own_silences[own.key].revision <= own.revision:
                self.own_silences[own.key] = own
        for question, held in mine.votes:
            if self.voted.get(question, (Tally(-1), False))[0] <= mine.tally:
                self.voted[question] = (mine.tally, held)
                self._due.add(question)
        for poll, options in mine.ballots:
            if self.ballots.get(poll, (Tally(-1), ()))[0] <= mine.tally:
                self.ballots[poll] = (mine.tally, options)

    def _set(self, row: Row) -> None:
        if isinstance(row, QuestionRow):
            if self._gone.get(row.id, Revision(-1)) >= row.revision:
                return
            if row.id not in self.shared or self.shared[row.id].revision <= row.revision:
                self._gone.pop(row.id, None)
                self.shared[row.id] = row
                self._due.add(row.id)
            return
        if not isinstance(row, AnswerRow):
            if isinstance(row, DraftRow) and self._gone.get(row.question, Revision(-1)) >= row.revision:
                return
            held = self.open.get(open_key(row))
            if held is None or held.revision <= row.revision:
                self.open[open_key(row)] = row
            return
        known = self.answers.get(row.id)
        if self._gone.get(row.question, Revision(-1)) < row.revision and (
            known is None or known.revision <= row.revision
        ):
            self.answers[row.id] = row
            self._answers_of.setdefault(row.question, set()).add(row.id)
            self._due.add(row.question)

    def _drop(self, question: QuestionId, revision: Revision) -> None:
        known = self.shared.get(question)
        if known is not None and known.revision > revision:
            return
        self._gone[question] = max(revision, self._gone.get(question, revision))
        self.shared.pop(question, None)
        self._due.add(question)
        draft = self.open.get(draft_key(question))
        if draft is not None and draft.revision <= revision:
            del self.open[draft_key(question)]
        answers = self._answers_of.get(question, set())
        for answer in [id_ for id_ in answers if self.answers[id_].revision <= revision]:
            del self.answers[answer]
            answers.discard(answer)


def _comes_after(row: Row) -> bool:
    """Tell whether a row is about a question, which is taken in before it."""
    return isinstance(row, AnswerRow | DraftRow)


def _asked(drawn: tuple[QuestionId, DrawnQuestion]) -> tuple[datetime, QuestionId]:
    return drawn[1].row.asked_at, drawn[0]
