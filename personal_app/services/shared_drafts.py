"""Answers in writing while they are being written, shared with whoever else may answer the same question.

What a person writes is saved on the server a moment after the last keystroke, one save of a question at a time, each on
top of the words that it goes on from. What others write is handed on while the person has written nothing of their own;
where both have, nothing is overwritten until the person says whose words are to stay. Must never keep a draft on this
computer (`drafts`), and never decide who may answer: the server does.
"""

from collections.abc import Callable
from enum import Enum, auto

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal

from personal_app.conference import commands as do
from personal_app.conference.ids import CommandId, QuestionId, Revision
from personal_app.conference.messages import Done
from personal_app.conference.rows import DraftRow
from personal_app.services.connection import ConnectionKind, ConnectionService
from personal_app.services.questions import QuestionService, Receipt

_SETTLE_MS = 700


class Standing(Enum):
    """How the words of a box stand to those that are shared."""

    EMPTY = auto()
    UNSAVED = auto()
    SHARED = auto()
    CONFLICT = auto()


class _Desk(msgspec.Struct):
    """One question's box: the words that all share and it goes on from, those on their way, those not sent yet."""

    base: Revision | None = None
    shared: str = ""
    sent: tuple[CommandId, str] | None = None
    unsaved: str | None = None
    conflict: bool = False
    stopped: bool = False


class SharedDraftService(QObject):
    """Goes between the box that an answer is written in and the draft that is shared."""

    #: QuestionId, text: others have written, and nothing of ours is lost by showing it.
    came = Signal(str, str)
    #: QuestionId: how the words stand has changed, or who writes.
    changed = Signal(str)

    def __init__(
        self,
        questions: QuestionService,
        connection: ConnectionService,
        participant: Callable[[], str | None],
        parent: QObject | None = None,
    ) -> None:
        """`participant` tells who we are."""
        super().__init__(parent)
        self._questions = questions
        self._connection = connection
        self._participant = participant
        self._who = participant()
        self._desks: dict[QuestionId, _Desk] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self.save_now)
        questions.changed.connect(self._on_board)
        questions.settled.connect(self._on_done)
        questions.refused.connect(self._on_refused)
        connection.changed.connect(self._on_connection)

    def begin(self, question: QuestionId, own: str) -> str:
        """Begin to write where `own` is what this computer kept of it; return the words to show."""
        if self._who != self._participant():
            # What one person has written is never saved as another.
            self._who = self._participant()
            self._desks.clear()
        if question in self._desks:
            desk = self._desks[question]
            return desk.unsaved if desk.unsaved is not None else (own or desk.shared)
        row = self._row(question)
        desk = self._desks[question] = _Desk()
        if row is not None and own.strip() in ("", row.text):
            desk.base, desk.shared = row.revision, row.text
            return own or row.text
        if row is not None:
            # After a restart: ours go on from ours, and somebody else's words are not ours to overwrite.
            desk.base = row.revision if row.participant == self._participant() else None
            desk.conflict = desk.base is None
        if own:
            self.write(question, own)
        return own

    def write(self, question: QuestionId, text: str) -> None:
        """Take in what stands in the box now; it is saved soon."""
        desk = self._desks.setdefault(question, _Desk())
        desk.unsaved = text
        self._timer.start()
        self.changed.emit(question)

    def save_now(self) -> None:
        """Send what is not saved yet, where the server is there to take it."""
        if self._connection.state.kind is not ConnectionKind.LIVE:
            return
        for question, desk in self._desks.items():
            held = desk.sent is not None or desk.conflict or desk.stopped
            if desk.unsaved is None or held or self._who != self._participant():
                continue
            if desk.unsaved.strip() == desk.shared:
                desk.unsaved = None
                continue
            text, desk.unsaved = desk.unsaved, None
            desk.sent = self._questions.save_draft(question, text, desk.base), text

    def other(self, question: QuestionId) -> DraftRow | None:
        """Return the shared draft where somebody else wrote on it last, or None."""
        row = self._row(question)
        return row if row is not None and row.participant != self._participant() else None

    def standing(self, question: QuestionId) -> Standing:
        """Tell how the words of the question's box stand."""
        desk = self._desks.get(question, _Desk())
        if desk.conflict:
            return Standing.CONFLICT
        if desk.unsaved is not None or desk.sent is not None:
            return Standing.UNSAVED
        return Standing.SHARED if desk.shared else Standing.EMPTY

    def keep_mine(self, question: QuestionId) -> None:
        """Overwrite what others wrote, which the person has seen, with their own words."""
        desk, row = self._desks[question], self._row(question)
        desk.base = row.revision if row is not None else None
        desk.shared = row.text if row is not None else ""
        desk.conflict = False
        self.save_now()
        self.changed.emit(question)

    def take_theirs(self, question: QuestionId) -> None:
        """Let go of one's own words for what others wrote."""
        desk = self._desks[question]
        desk.conflict, desk.unsaved = False, None
        self._adopt(question, desk, self._row(question))

    def release(self, question: QuestionId) -> Revision | None:
        """Stop writing, for the answer is being sent: return the revision of the draft that it is made from."""
        desk = self._desks.pop(question, _Desk())
        if desk.base is None and desk.sent is not None:
            # It has no revision that we know of, but by the time it is looked for the last words are our own.
            return Revision(1)
        return desk.base

    def _row(self, question: QuestionId) -> DraftRow | None:
        row = self._questions.board.draft_of(question)
        return row if row is not None and row.text else None

    def _adopt(self, question: QuestionId, desk: _Desk, row: DraftRow | None) -> None:
        desk.base = row.revision if row is not None else None
        desk.shared = row.text if row is not None else ""
        self.came.emit(question, desk.shared)
        self.changed.emit(question)

    def _on_board(self) -> None:
        for question, desk in tuple(self._desks.items()):
            if self._questions.board.question(question) is None:
                # Out of sight it took the shared draft along; the person's words are not to go with it.
                continue
            row = self._row(question)
            if desk.sent is not None or (row.revision if row is not None else None) == desk.base:
                continue
            if row is not None and row.text == desk.shared:
                # Our own words come back, or the same ones.
                desk.base = row.revision
                self.changed.emit(question)
            elif desk.unsaved is None:
                self._adopt(question, desk, row)
            elif row is None:
                # What was shared was sent or thrown away; our words begin a new draft.
                desk.base, desk.shared, desk.conflict = None, "", False
            else:
                desk.conflict = True
                self.changed.emit(question)

    def _on_done(self, done: Done) -> None:
        for question, desk in self._desks.items():
            if desk.sent is not None and desk.sent[0] == done.id:
                text = desk.sent[1].strip()
                desk.sent, desk.shared = None, text
                desk.base = Revision(done.revision) if text else None
                self.changed.emit(question)
                if desk.unsaved is not None:
                    self._timer.start()
                return

    def _on_refused(self, receipt: Receipt) -> None:
        wanted = receipt.command.do
        if not isinstance(wanted, do.SaveDraft) or not receipt.final:
            return
        desk = self._desks.get(do.question_of(wanted))
        if desk is None or desk.sent is None or desk.sent[0] != receipt.command.id:
            return
        text, desk.sent = desk.sent[1], None
        desk.unsaved = text if desk.unsaved is None else desk.unsaved
        row = self._row(do.question_of(wanted))
        desk.conflict = row is not None and row.revision != desk.base
        # Else it takes no draft as it stands; the words stay on this computer.
        desk.stopped = not desk.conflict
        self.changed.emit(do.question_of(wanted))

    def _on_connection(self) -> None:
        if self._connection.state.kind is ConnectionKind.LIVE and not self._timer.isActive():
            self._timer.start()
