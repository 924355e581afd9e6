"""The questions as the screens see them, and every move a person can make.

An intention becomes a command with an id of its own, is drawn at once, and goes to the outbox through `send`; what the
server says of it comes back through `take_done` and `take_refused`. A move that must not overtake another goes to the
outbox as one that waits, and comes again through `send` when nothing is in its way (`conference.moves_in_a_row`). Must
never decide what the server decides.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import msgspec
from msgspec import UNSET
from PySide6.QtCore import QObject, Signal

from personal_app.conference import commands as do
from personal_app.conference.board import Board, DrawnBoard
from personal_app.conference.clock import Clock
from personal_app.conference.ids import (
    AnnouncementId,
    AnswerId,
    CommandId,
    ParticipantId,
    PersonId,
    QuestionId,
    Revision,
    TalkId,
    Tally,
    random_id,
)
from personal_app.conference.messages import Changes, Command, Done, Mine, Refused
from personal_app.conference.moves_in_a_row import built_on, in_the_way, subject, waits_for
from personal_app.conference.program import Conference, Session
from personal_app.conference.questions import QaState
from personal_app.conference.rows import QaRow, QuestionRow
from personal_app.conference.session_client import Applied, Replaced
from personal_app.conference.timeline import qa_change, scheduled_qa
from personal_app.conference.wishes import Viewer, Wish, draw, qa_of, shown
from personal_app.services.intake import Intake
from personal_app.services.polls import PollMaker
from personal_app.services.receipts import Receipt, ReceiptService
from personal_app.services.times import TimesMaker

__all__ = ["QuestionService", "Receipt"]


class QuestionService(QObject):
    """Holds the board and turns a person's intentions into commands."""

    changed = Signal()
    refused = Signal(object)
    #: Done: the server has carried out a command of ours.
    settled = Signal(object)

    def __init__(
        self,
        send: Callable[[Wish], None],
        clock: Clock,
        parent: QObject | None = None,
        *,
        forget: Callable[[CommandId], None] | None = None,
    ) -> None:
        """`send` puts a wish into the outbox, again where one may go that waited; `forget` drops a kept refusal."""
        super().__init__(parent)
        self.polls = PollMaker(self._wish, lambda: self._drawn)
        self.times = TimesMaker(self._wish, lambda: self._drawn)
        self.receipts = ReceiptService(forget or (lambda _: None), self)
        self._send = send
        self._clock = clock
        self._board = Board()
        self._intake = Intake(self._take_board, self)
        self._wishes: dict[CommandId, Wish] = {}
        self._conference: Conference | None = None
        self._viewer = Viewer()
        self._drawn = DrawnBoard()
        self._told_waiting = 0
        self._reported: set[QuestionId] = set()

    @property
    def board(self) -> DrawnBoard:
        """The questions as they are to be shown now."""
        return self._drawn

    @property
    def reach(self) -> tuple[Revision, Tally]:
        """How far the view behind the board got."""
        return self._board.revision, self._board.tally

    @property
    def unanswered(self) -> tuple[Wish, ...]:
        """The moves that the server has not acknowledged, in the order they were made."""
        return tuple(wish for wish in self._wishes.values() if wish.done is None)

    @property
    def waiting(self) -> int:
        """How many moves the server has not acknowledged."""
        return sum(1 for wish in self._wishes.values() if wish.done is None)

    def qa(self, talk: TalkId) -> QaRow:
        """Return what the talk's questions are open to, and whether they are moderated."""
        return self._drawn.qa_of(talk) or qa_of({}, talk, self._conference)

    def qa_state(self, talk: TalkId) -> QaState:
        """Return what the talk's questions are open to now: as a chair said by hand, or as the program says."""
        said, session = self.qa(talk).qa, self._session_of(talk)
        if said is not None or session is None:
            return said or QaState.OPEN
        return scheduled_qa(session, self._clock())

    def qa_change(self, talk: TalkId) -> datetime | None:
        """Return when the program changes next what the talk's questions are open to; None: never, or not by itself."""
        session = self._session_of(talk)
        return None if session is None or self.qa(talk).qa is not None else qa_change(session, self._clock())

    def ask(self, talk: TalkId, text: str, anonymous: bool = False, position_ms: int | None = None) -> None:
        """Ask about a talk, at a position of its recording (ms) or at none."""
        ask = do.Ask(question=random_id(), talk=talk, text=text, anonymous=anonymous, position_ms=position_ms)
        self._wish(ask, None)

    def edit(self, question: QuestionId, text: str) -> None:
        """Replace the text of one's own waiting question."""
        self._move(do.Edit(question=question, text=text))

    def withdraw(self, question: QuestionId) -> None:
        """Take one's own question back."""
        self._move(do.Withdraw(question=question))

    def vote(self, question: QuestionId) -> None:
        """Vote for a question."""
        self._wish(do.Vote(question=question), None)

    def unvote(self, question: QuestionId) -> None:
        """Take the vote back."""
        self._wish(do.Unvote(question=question), None)

    def approve(self, question: QuestionId) -> None:
        """Show a waiting question to everyone."""
        self._move(do.Approve(question=question))

    def send_back(self, question: QuestionId, reason: str = "") -> None:
        """Return a waiting question to its asker, with a note how to reword it."""
        self._move(do.Return(question=question, reason=reason))

    def reject(self, question: QuestionId, reason: str = "") -> None:
        """Decline a question with a reason for the asker."""
        self._move(do.Reject(question=question, reason=reason))

    def queue(self, question: QuestionId, after: QuestionId | None) -> None:
        """Put a question into the speaking order after another one, or first."""
        self._move(do.Queue(question=question, after=after))

    def unqueue(self, question: QuestionId) -> None:
        """Take a question out of the speaking order."""
        self._move(do.Unqueue(question=question))

    def start(self, question: QuestionId, by: str | None = None) -> None:
        """Call a question, answered by an author who offered (participant id) or by the presenters."""
        self._move(do.Start(question=question, by=by))

    def put_back(self, question: QuestionId) -> None:
        """Return the question being answered to the head of the speaking order."""
        self._move(do.PutBack(question=question))

    def finish(self, question: QuestionId, position_ms: int | None = None) -> None:
        """Mark the question being answered as answered live."""
        self._move(do.Finish(question=question, position_ms=position_ms))

    def defer(self, question: QuestionId) -> None:
        """Promise an answer in writing."""
        self._move(do.Defer(question=question))

    def offer(self, question: QuestionId, active: bool = True) -> None:
        """As an author, offer to take the question live, or take the offer back."""
        self._wish(do.Offer(question=question, active=active), None)

    def save_draft(self, question: QuestionId, text: str, draft: Revision | None) -> CommandId:
        """Share what is written of an answer, on top of the draft of that revision; return the command's id."""
        return self._wish(do.SaveDraft(question=question, text=text, draft=draft), None)

    def answer(self, question: QuestionId, text: str, draft: Revision | None = None) -> None:
        """Answer in writing; `draft` is the revision of the draft that it was made from and ends."""
        self._move(do.WriteAnswer(question=question, answer=random_id(), text=text, draft=draft))

    def reword(self, question: QuestionId, answer: AnswerId, text: str) -> None:
        """Replace the text of one's own written answer."""
        self._move(do.WriteAnswer(question=question, answer=answer, text=text))

    def retract(self, question: QuestionId, answer: AnswerId) -> None:
        """Take a written answer back."""
        self._move(do.RetractAnswer(question=question, answer=answer))

    def reopen(self, question: QuestionId) -> None:
        """Make an answered question open again."""
        self._move(do.Reopen(question=question))

    def hide(self, question: QuestionId, reason: str = "") -> None:
        """Take a question out of everyone's sight, with a reason for the asker."""
        self._move(do.Hide(question=question, reason=reason))

    def unhide(self, question: QuestionId) -> None:
        """Show a hidden question again."""
        self._move(do.Unhide(question=question))

    def merge(self, question: QuestionId, into: QuestionId) -> None:
        """Merge a question into another one of its session that asks the same."""
        self._move(do.Merge(question=question, into=into))

    def split(self, question: QuestionId) -> None:
        """Let a merged question stand for itself again."""
        self._move(do.Split(question=question))

    def undo(self, question: QuestionId, moves: Sequence[Revision]) -> None:
        """Take moves of a question back, named by their revisions, newest first."""
        self._move(do.Undo(question=question, moves=tuple(moves)))

    def note(self, question: QuestionId, text: str) -> None:
        """Leave a note for the other chairs; an empty one takes it away."""
        self._wish(do.Note(question=question, text=text), None)

    def follow_up(self, question: QuestionId, active: bool = True) -> None:
        """Mark that a question wants more than was said, or take the mark away."""
        self._wish(do.FollowUp(question=question, active=active), None)

    def assign(self, question: QuestionId, person: PersonId | None) -> None:
        """Ask one of the talk's presenters to answer, or nobody."""
        self._wish(do.Assign(question=question, person=person), None)

    def reported(self, question: QuestionId) -> bool:
        """Tell whether this person asked the chairs to look at it, as far as this run of the program knows."""
        return question in self._reported

    def report(self, question: QuestionId) -> None:
        """Ask the chairs to look at a question again."""
        self._reported.add(question)
        self._wish(do.Report(question=question), None)

    def handle_reports(self, question: QuestionId) -> None:
        """Say that what was reported of a question until now has been looked at."""
        self._wish(do.HandleReports(question=question), None)

    def silence(self, question: QuestionId) -> None:
        """Stop what the asker of an anonymous question asks anonymously about its talk."""
        self._wish(do.Silence(question=question), None)

    def silence_name(self, question: QuestionId) -> None:
        """Stop what the asker of a question asks under their name in its session."""
        self._wish(do.SilenceName(question=question), None)

    def let_ask(self, question: QuestionId) -> None:
        """Let the asker of a question ask again as they asked it."""
        self._wish(do.LetAsk(question=question), None)

    def regulate(
        self, talk: TalkId, qa: QaState | None = None, moderated: bool | None = None, *, scheduled: bool = False
    ) -> None:
        """Open, pause or close a talk's questions, or switch its moderation; None leaves it as it is.

        With `scheduled` the program says again what they are open to.
        """
        self._wish(do.Regulate(talk=talk, qa=qa, scheduled=scheduled or UNSET, moderated=moderated), None)

    def announce(self, text: str, until: datetime | None = None) -> None:
        """Tell everyone something, until an instant or for good."""
        self._wish(do.Announce(announcement=random_id(), text=text, until=until), None)

    def end_announcement(self, announcement: AnnouncementId) -> None:
        """Take an announcement away."""
        self._wish(do.EndAnnouncement(announcement=announcement), None)

    def undo_opening(self, row: str, moves: Sequence[Revision]) -> None:
        """Take moves of what is about no question back ("qa <talk>", "announcement <id>"), newest first."""
        self._wish(do.UndoOpening(row=row, moves=tuple(moves)), None)

    def take_conference(self, conference: Conference) -> None:
        """Take in the program, which tells to which session a talk's questions belong."""
        self._conference = conference
        self._redraw()

    def take_viewer(self, name: str, participant: str = "") -> None:
        """Take in who the person is: the name shown with what they write, and whom the server takes them for."""
        self._viewer = Viewer(name=name, participant=ParticipantId(participant) if participant else None)
        self._redraw()

    def take_cached(self, changes: Changes, mine: Mine | None, wishes: Iterable[Wish]) -> None:
        """Take in what the cache held at the start: the view, and the moves that still wait in the outbox."""
        self._begin_with(Board())
        self._board.apply(changes, mine)
        self._wishes = {CommandId(wish.command.id): wish for wish in wishes}
        self._redraw()
        self._let_go()

    def start_over(self) -> None:
        """Forget the view, and the moves of whoever the person was until now."""
        self._begin_with(Board())
        self._wishes = {}
        self._redraw()

    def take_wishes(self, wishes: Iterable[Wish]) -> None:
        """Take in what waits in the outbox of whom the person has become, before what they wished since."""
        self._wishes = {CommandId(wish.command.id): wish for wish in wishes} | self._wishes
        self._forget_shown()
        self._redraw()
        self._let_go()

    def take_changes(self, events: Iterable[Applied | Replaced]) -> None:
        """Take in frames, in order, that are already in the cache.

        Many rows are taken in over several turns of the loop, and shown together after the last one.
        """
        self._intake.add(events)

    def _begin_with(self, board: Board) -> None:
        self._board = board
        self._intake.start_over(board)

    def _take_board(self, board: Board) -> None:
        self._board = board
        self._forget_shown()
        self._redraw()
        self._let_go()

    def take_done(self, done: Done) -> None:
        """Take in an acknowledgement; the move stays drawn until the view shows it."""
        wish = self._wishes.get(done.id)
        if wish is not None:
            counters = (Revision(done.revision), Tally(done.tally))
            self._wishes[done.id] = msgspec.structs.replace(wish, done=counters)
            self._forget_shown()
            self._redraw()
            self._let_go()
            self.settled.emit(done)

    def take_refused(self, refusal: Refused) -> None:
        """Take in a refusal; a final one takes the drawing back."""
        self._intake.finish()
        wish = self._wishes.get(refusal.id) if refusal.id is not None else None
        if wish is None:
            return
        fallen = [wish, *built_on(wish, self._wishes.values())] if refusal.final else []
        for one in fallen:
            if isinstance(one.command.do, do.Report):
                self._reported.discard(do.question_of(one.command.do))
            del self._wishes[CommandId(one.command.id)]
        if refusal.final and refusal.current is not None:
            self._look_again(refusal.current)
        self._redraw()
        self._let_go()
        moves = tuple(map(Revision, refusal.moves))
        for one in fallen or [wish]:
            self._refuse(Receipt(one.command, refusal.detail, refusal.final, moves if one is wish else ()))

    def _session_of(self, talk: TalkId) -> Session | None:
        known = self._conference.talk(talk) if self._conference is not None else None
        return self._conference.session(known.session) if self._conference is not None and known is not None else None

    def _look_again(self, row: QuestionRow) -> None:
        """Take in a question as it is now, where it is held: as everyone's or as the person's own."""
        board = self._board
        if row.id in board.shared:
            board.apply(Changes(revision=board.revision, tally=board.tally, set=(row,)))
        elif row.id in board.mine:
            mine = Mine(revision=board.revision, tally=board.tally, set=(row,))
            board.apply(Changes(revision=board.revision, tally=board.tally), mine)

    def _move(self, wanted: do.Do) -> None:
        question = self._drawn.question(do.question_of(wanted))
        if question is not None:
            self._wish(wanted, question.row.moved or None)

    def _wish(self, wanted: do.Do, seen: int | None) -> CommandId:
        wish = Wish(command=Command(id=random_id(), do=wanted, seen=seen), at=self._clock())
        wish = msgspec.structs.replace(wish, after=waits_for(wish, self._wishes.values()))
        self._wishes[CommandId(wish.command.id)] = wish
        self._redraw()
        self._send(wish)
        return CommandId(wish.command.id)

    def _let_go(self) -> None:
        """Send the moves that waited and that nothing is in the way of any more."""
        for id_, wish in tuple(self._wishes.items()):
            if wish.after is None or in_the_way(wish, self._wishes.values()):
                continue
            command = msgspec.structs.replace(wish.command, seen=self._look_of(wish))
            self._wishes[id_] = msgspec.structs.replace(wish, command=command, after=None)
            self._send(self._wishes[id_])

    def _look_of(self, wish: Wish) -> int | None:
        """Return what a move that waited is made on: where it waited for one of its own question, that one's result."""
        waited_for = self._wishes.get(wish.after) if wish.after is not None else None
        question = self._drawn.question(do.question_of(wish.command.do))
        # Of a question that went away the server will say so.
        if question is None or (waited_for is not None and subject(waited_for) != subject(wish)):
            return wish.command.seen
        return question.row.moved or None

    def _refuse(self, receipt: Receipt) -> None:
        self.receipts.take(receipt)
        self.refused.emit(receipt)

    def _forget_shown(self) -> None:
        self._wishes = {id_: wish for id_, wish in self._wishes.items() if not shown(wish, self._board)}

    def _redraw(self) -> None:
        self._intake.finish()
        drawn = draw(self._board, self._wishes.values(), self._conference, self._viewer)
        if drawn != self._drawn or self.waiting != self._told_waiting:
            self._drawn = drawn
            self._told_waiting = self.waiting
            self.changed.emit()
