"""Where a note is written: for the moment at which its first letter was typed, or another text for one that stands.

What was begun survives a crash in the middle of a word: it is a draft, and its moment with it. Must never keep a note
itself but through the service, and nothing of it ever reaches the network.
"""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from personal_app.conference.errors import Refusal
from personal_app.conference.ids import TalkId
from personal_app.conference.notes import NOTE_CHARS, Note
from personal_app.conference.recordings import caption_at, chapter_at
from personal_app.services.playback import PlayPhase
from personal_app.services.services import Services
from personal_app.ui.plain_text import PlainLabel, plain, tip
from personal_app.ui.questions.writing_box import Counter, WritingBox
from personal_app.ui.schedule.times import position_words
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, column, row

_WATCHING = frozenset({PlayPhase.PLAYING, PlayPhase.PAUSED, PlayPhase.ENDED})
_HINT = "A note for yourself"


class NoteWriter(Surface):
    """Writes about one talk at a time. `kept` (a Note) tells of one that was added."""

    kept = Signal(object)
    #: A person has finished or left what they wrote: the keyboard may go back to the player.
    left = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__("foot")
        self._services = services
        self._talk: TalkId | None = None
        self._editing: Note | None = None
        self._moment_ms: int | None = None
        self.text = WritingBox("note_text", "Your note", NOTE_CHARS, least=1, most=4)
        self.text.setPlaceholderText(plain(_HINT))
        self._button = Button("Add", Kind.PRIMARY, name="note_button")
        self._button.setToolTip(tip("Ctrl+Enter"))
        self._cancel = Button("Leave as it was", Kind.QUIET, name="note_cancel")
        self._line = PlainLabel("", size=Size.SMALL, tone="live", wrap=True)
        self._lay_out()
        self.text.edited.connect(self._on_edited)
        self.text.submitted.connect(self._submit)
        self.text.installEventFilter(self)
        self._button.clicked.connect(self._submit)
        self._cancel.clicked.connect(self.leave)
        services.drafts.taken.connect(self._on_drafts)
        services.playback.moved.connect(lambda _: self._show())
        services.playback.changed.connect(self._show)
        self._show()

    @property
    def editing(self) -> Note | None:
        """The note that is being changed, None while a new one is written."""
        return self._editing

    def step_out(self) -> None:
        """Go back to the player; what was begun stays as a draft, of a new note or of other words for one."""
        self._services.drafts.flush()
        self._editing = None
        self._load()
        self.left.emit()

    def add_button(self, button: QWidget) -> None:
        """Place a button after ours."""
        self._writing.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_talk(self, talk: TalkId | None) -> None:
        """Write about `talk` from now on; what was begun for it comes back."""
        if talk != self._talk:
            self._talk = talk
            self._editing = None
            self._load()

    def begin(self, position_ms: int | None = None) -> None:
        """Take the keyboard to write a new note, about this moment or a named one where nothing is begun."""
        if self._editing is not None:
            self.leave()
        if not self.text.text:
            self._moment_ms = position_ms if position_ms is not None else self._playing_ms()
        self._show()
        self.text.setFocus()

    def edit(self, note: Note) -> None:
        """Change a note instead of writing a new one."""
        self._editing = note
        self.text.write(self._services.drafts.load(self._key()) or note.text)
        self.text.setFocus()
        self._show()

    def leave(self) -> None:
        """Leave the note that is being changed as it was."""
        if self._editing is not None:
            self._forget_draft()
        self._editing = None
        self._load()
        self.left.emit()

    def _lay_out(self) -> None:
        self._writing = row(spacing=TIGHT)
        self._writing.addWidget(self.text, 1)
        for button in (self._cancel, self._button):
            self._writing.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        told = row(spacing=SMALL)
        told.addWidget(self._line, 1)
        told.addWidget(Counter(self.text), 0, Qt.AlignmentFlag.AlignTop)
        self._told = QWidget()
        self._told.setLayout(told)
        whole = column(self, spacing=0)
        whole.setContentsMargins(MEDIUM, TIGHT, SMALL, TIGHT)
        whole.addLayout(self._writing)
        whole.addWidget(self._told)

    def _key(self) -> str:
        return f"note-edit:{self._editing.id}" if self._editing is not None else f"note:{self._talk}"

    def _load(self) -> None:
        draft = self._services.drafts.load(self._key()) if self._talk is not None else ""
        moment, text = _read_draft(draft)
        self._moment_ms = moment
        self.text.write(text)
        self._tell("")
        self._show()

    def _on_drafts(self) -> None:
        if self._talk is not None and self._editing is None and not self.text.text:
            self._load()

    def _on_edited(self) -> None:
        if self._talk is None:
            return
        text = self.text.text
        if self._editing is not None:
            self._services.drafts.save(self._key(), text)
        else:
            if text and self._moment_ms is None:
                self._moment_ms = self._playing_ms()
            elif not text:
                self._moment_ms = None
            self._services.drafts.save(self._key(), _draft(self._moment_ms, text) if text else "")
        self._tell("")
        self._show()

    def _submit(self) -> None:
        if self._talk is None or not self.text.text.strip():
            return
        notes = self._services.notes
        try:
            if self._editing is not None:
                notes.edit(self._editing.id, self.text.text)
                note = self._editing
            else:
                said = said_at(self._services, self._moment_ms)
                note = notes.add(self._talk, self.text.text, self._moment_ms, said)
        except Refusal as refusal:
            self._tell(refusal.detail)
            return
        self._forget_draft()
        self._editing = None
        self._moment_ms = None
        self._load()
        self.kept.emit(note)
        self.left.emit()

    def _forget_draft(self) -> None:
        self._services.drafts.save(self._key(), "")
        self._services.drafts.flush()

    def _playing_ms(self) -> int | None:
        playback = self._services.playback
        watching = playback.state.talk == self._talk and playback.state.phase in _WATCHING
        return playback.position_ms() if watching else None

    def _show(self) -> None:
        editing = self._editing is not None
        moment = self._moment_ms if self._moment_ms is not None else self._playing_ms()
        words = "Save" if editing else f"Add at {position_words(moment)}" if moment is not None else "Add"
        self._button.show_words(words)
        self._button.setEnabled(self._talk is not None and self.text.sendable)
        self._cancel.setVisible(editing)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        escape = isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if watched is self.text and escape and event.type() is QEvent.Type.KeyPress:
            self.step_out()
            return True
        return super().eventFilter(watched, event)

    def _tell(self, sentence: str) -> None:
        self._line.show_text(sentence)
        self._told.setVisible(bool(sentence) or self.text.length > NOTE_CHARS - 200)


def said_at(services: Services, position_ms: int | None) -> str:
    """Return what is said at a moment of the open talk, or else the chapter's title: how a person knows it again."""
    conference, talk_id = services.program.conference, services.playback.state.talk
    talk = conference.talk(talk_id) if conference is not None and talk_id is not None else None
    recording = conference.recording(talk.recording) if conference is not None and talk and talk.recording else None
    if recording is None or position_ms is None:
        return ""
    caption = caption_at(services.captions.lines(), position_ms - services.captions.delay_ms)
    chapter = chapter_at(recording.chapters, position_ms)
    return caption.text if caption is not None else chapter.title if chapter is not None else ""


def _draft(moment_ms: int | None, text: str) -> str:
    return f"{'' if moment_ms is None else moment_ms}\n{text}"


def _read_draft(draft: str) -> tuple[int | None, str]:
    moment, _, text = draft.partition("\n")
    return (int(moment) if moment.isascii() and moment.isdigit() else None), text
