"""A chair's intentions on a session's lanes, handed to the service: what `next` means, where a queued question goes.

Each method returns a sentence where nothing could be done, else nothing; what the server refuses comes back through the
service. Must never draw anything.
"""

from collections.abc import Callable

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import PersonId, QuestionId
from personal_app.conference.questions import TARGET_STATES, QuestionState
from personal_app.services.playback import PlaybackService, PlayPhase
from personal_app.services.questions import QuestionService
from personal_app.ui.cards import wording
from personal_app.ui.chair.lanes import Lanes, place_before
from personal_app.ui.chair.moves import ChairMove, last_move, possible

S = QuestionState


class Moderator:
    """Acts on the lanes that it was last given."""

    def __init__(
        self, questions: QuestionService, playback: PlaybackService, name: Callable[[DrawnQuestion], str]
    ) -> None:
        """`name` says how people call a question."""
        self._name = name
        self._questions = questions
        self._playback = playback
        self.lanes = Lanes()

    def make(self, move: ChairMove, question: DrawnQuestion) -> str:
        """Make a move of a question; what carries words goes through `give_words`, merging through `merge`, assigning
        through `assign`."""
        if move is ChairMove.REPORTS_SEEN and not question.row.reports:
            return "Nothing was reported of it since a chair last looked."
        if not possible(move, question):
            return f"That cannot be done now: the question is {wording.state(question.row).lower()}."
        questions = self._questions
        plain: dict[ChairMove, Callable[[QuestionId], None]] = {
            ChairMove.APPROVE: questions.approve,
            ChairMove.DEFER: questions.defer,
            ChairMove.MERGE: questions.split,
            ChairMove.UNQUEUE: questions.unqueue,
            ChairMove.REOPEN: questions.reopen,
            ChairMove.REPORTS_SEEN: questions.handle_reports,
        }
        if move in plain:
            plain[move](question.id)
            return ""
        match move:
            case ChairMove.RETURN | ChairMove.REJECT | ChairMove.HIDE:
                self.give_words(move, question.id, "")
            case ChairMove.FOLLOW_UP:
                questions.follow_up(question.id, not question.row.follow_up)
            case ChairMove.UNDO:
                self._undo(question)
            case ChairMove.QUEUE:
                self._queue_last(question)
            case ChairMove.START:
                return self.start(question)
        return ""

    def give_words(self, move: ChairMove, question: QuestionId, words: str) -> None:
        """Return, decline or hide a question with a reason for the asker (a hidden one is shown again), or note it."""
        drawn = self.lanes.question(question)
        if move is ChairMove.NOTE:
            self._questions.note(question, words)
        elif move is ChairMove.RETURN:
            self._questions.send_back(question, words)
        elif move is ChairMove.REJECT:
            self._questions.reject(question, words)
        elif drawn is not None and drawn.row.state is S.HIDDEN:
            self._questions.unhide(question)
        else:
            self._questions.hide(question, words)

    def assign(self, question: QuestionId, person: PersonId | None) -> None:
        """Ask a presenter to answer, or nobody."""
        self._questions.assign(question, person)

    def merge(self, question: QuestionId, into: DrawnQuestion) -> str:
        """Merge a question into another one that asks the same."""
        if into.row.state not in TARGET_STATES:
            return "A question can only be merged into one that everyone sees: choose another one, then press M."
        self._questions.merge(question, into.id)
        return ""

    def _undo(self, question: DrawnQuestion) -> None:
        move = last_move(question)
        if move is not None:
            self._questions.undo(question.id, (move,))

    def start(self, question: DrawnQuestion, by: str | None = None) -> str:
        """Call a question: by the author of `by`, by the first who offered, or by the presenters."""
        now = self.lanes.now
        if now is not None:
            return f"{self._name(now)} is being answered: finish it (F) or put it back (P), then start."
        offered = next((offer.participant for offer in question.row.offers if offer.participant is not None), None)
        self._questions.start(question.id, by or offered)
        return ""

    def next(self) -> str:
        """Finish the question being answered, if there is one, and start the first of the order, if there is one."""
        now, following = self.lanes.now, next(iter(self.lanes.order), None)
        if now is None and following is None:
            return "The speaking order is empty: choose a question that is shown to everyone and queue it with Q."
        if now is not None:
            self.finish()
            self.lanes = lanes_without_now(self.lanes)
        return self.start(following) if following is not None else ""

    def finish(self) -> str:
        """Mark the question being answered as answered, at the position of its recording where that plays."""
        now = self.lanes.now
        if now is None:
            return "Nobody is answering: Space calls the first of the order."
        state = self._playback.state
        plays = state.talk == now.row.talk and state.phase is PlayPhase.PLAYING
        self._questions.finish(now.id, self._playback.position_ms() if plays else None)
        return ""

    def put_back(self) -> str:
        """Return the question being answered to the head of the order."""
        now = self.lanes.now
        if now is None:
            return "Nobody is answering: there is nothing to put back."
        self._questions.put_back(now.id)
        return ""

    def reorder(self, question: QuestionId, steps: int) -> str:
        """Move a queued question up (-1) or down (1)."""
        can, after = place_before(self.lanes.order, question, steps)
        if can:
            self._questions.queue(question, after)
        return ""

    def drop_into_order(self, question: DrawnQuestion, after: QuestionId | None) -> str:
        """Put a question that was dragged into the order after another one, or first."""
        ids = [other.id for other in self.lanes.order]
        place = ids.index(question.id) if question.id in ids else None
        if place is not None and after == (ids[place - 1] if place else None):
            return ""
        if question.row.state is S.PENDING:
            self._questions.approve(question.id)
        if question.row.state in (S.PENDING, S.APPROVED, S.QUEUED, S.DEFERRED):
            self._questions.queue(question.id, after)
            return ""
        return (
            f"Only a question that waits can be put into the order; this one is {wording.state(question.row).lower()}."
        )

    def drop_into_shown(self, question: DrawnQuestion) -> str:
        """Show a question that was dragged out of the inbox, or take it out of the order."""
        moves = {S.PENDING: ChairMove.APPROVE, S.QUEUED: ChairMove.UNQUEUE, S.ANSWERED: ChairMove.REOPEN}
        move = moves.get(question.row.state)
        return self.make(move, question) if move is not None else ""

    def _queue_last(self, question: DrawnQuestion) -> None:
        if question.row.state is S.PENDING:
            self._questions.approve(question.id)
        last = self.lanes.order[-1].id if self.lanes.order else None
        self._questions.queue(question.id, last)


def lanes_without_now(lanes: Lanes) -> Lanes:
    """Return the lanes as they are once the question being answered is done."""
    return Lanes(inbox=lanes.inbox, shown=lanes.shown, order=lanes.order, done=lanes.done)
