"""The tab of a person's own notes: what they wrote at which moment, and where they write the next one.

Must never show anybody else's words, nor keep anything but through the service.
"""

from pathlib import Path

from PySide6.QtCore import QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu, QSizePolicy, QStackedLayout, QWidget

from personal_app.conference.ids import TalkId
from personal_app.conference.notes import Note, NoteId
from personal_app.services.services import Services
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel, one_line
from personal_app.ui.speech import speak
from personal_app.ui.talk.moments import Moment, MomentList
from personal_app.ui.talk.note_writer import NoteWriter, said_at
from personal_app.ui.theme import Size
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, IconButton, Kind
from personal_app.ui.widgets.frames import Surface, column, row

_NOTHING = "No notes yet. W writes one at this moment, B sets a bookmark; they stay on this computer."


class NotesPage(QWidget):
    """`sought` (int, ms) is the moment that a person wants to see again."""

    sought = Signal(int)
    #: A person has written what they wanted: the keyboard is the player's again.
    left = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._talk: TalkId | None = None
        self._wanted: NoteId | None = None
        self.list = _NoteList()
        self.writer = NoteWriter(services)
        self.bookmark_button = IconButton(Icon.BOOKMARK, "Bookmark this moment", name="bookmark_button", keys="B")
        self._more_button = IconButton(Icon.MORE, "More for notes", name="note_more_button")
        self._undo = _UndoStrip()
        self._empty = PlainLabel(_NOTHING, tone="soft", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setContentsMargins(MEDIUM, TIGHT, MEDIUM, TIGHT)
        self._empty.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._lay_out()
        self._connect()
        self.refresh()

    def show_talk(self, talk: TalkId | None) -> None:
        """Show the notes on a talk."""
        if talk != self._talk:
            self._talk = talk
            self._undo.hide()
            self.writer.show_talk(talk)
            self.refresh()

    def show_position(self, position_ms: int) -> None:
        """Mark the note of this moment."""
        self.list.show_present(position_ms)

    def refresh(self) -> None:
        """Show what is kept."""
        notes = self._services.notes.of_talk(self._talk) if self._talk is not None else ()
        self.list.show_moments([_moment(note) for note in notes])
        self._pages.setCurrentWidget(self.list if notes else self._empty)
        self.bookmark_button.setEnabled(self._talk is not None)
        self._go_to_wanted()

    def bookmark(self, position_ms: int | None = None) -> None:
        """Set a bookmark at this moment, or at a named one."""
        if self._talk is None:
            return
        playback = self._services.playback
        moment = position_ms if position_ms is not None else playback.position_ms()
        note = self._services.notes.add(self._talk, "", moment, said_at(self._services, moment))
        self._go_to(note)
        speak(self, "Bookmark set")

    def show_note(self, note: NoteId) -> None:
        """Bring a note into sight, now or when its talk is shown."""
        self._wanted = note
        self._go_to_wanted()

    def edit(self, note: NoteId) -> None:
        """Change a note's words."""
        found = self._note(note)
        if found is not None:
            self.writer.edit(found)

    def delete(self, note: NoteId) -> None:
        """Delete a note, and offer to bring it back."""
        found = self._note(note)
        if found is None:
            return
        if self.writer.editing is not None and self.writer.editing.id == note:
            self.writer.leave()
        self._services.notes.delete(note)
        self._undo.tell(f"Deleted: {one_line(found.text or found.said or 'bookmark', 60)}")
        speak(self, "Note deleted. Undo brings it back.")

    def undo(self) -> None:
        """Bring back what was deleted or changed last."""
        note = self._services.notes.undo()
        self._undo.hide()
        if note is not None:
            self._go_to(note)

    def menu_of(self, note: Note | None) -> QMenu:
        """Return what can be done with a note, or with all."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        edit, delete = QAction("Edit the note", menu), QAction("Delete the note", menu)
        of_talk, of_all = QAction("Write this talk's notes to a file…", menu), QAction("Write all to a file…", menu)
        edit.setEnabled(note is not None)
        delete.setEnabled(note is not None)
        of_talk.setEnabled(bool(self.list.moments))
        of_all.setEnabled(bool(self._services.notes.notes))
        if note is not None:
            edit.triggered.connect(lambda: self.edit(note.id))
            delete.triggered.connect(lambda: self.delete(note.id))
        of_talk.triggered.connect(lambda: self.export(self._talk))
        of_all.triggered.connect(lambda: self.export(None))
        menu.addActions([edit, delete])
        menu.addSeparator()
        menu.addActions([of_talk, of_all])
        return menu

    def _lay_out(self) -> None:
        self.writer.add_button(self.bookmark_button)
        self.writer.add_button(self._more_button)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self._empty)
        whole = column(self, spacing=0)
        whole.addLayout(self._pages, 1)
        whole.addWidget(self._undo)
        whole.addWidget(self.writer)

    def _connect(self) -> None:
        self._services.notes.changed.connect(self.refresh)
        self.list.chosen.connect(self.sought)
        self.list.edit_wanted.connect(self.edit)
        self.list.delete_wanted.connect(self.delete)
        self.list.undo_wanted.connect(self.undo)
        self.list.menu_wanted.connect(self._show_menu)
        self.writer.kept.connect(self._on_kept)
        self.writer.left.connect(self.left)
        self._undo.clicked.connect(self.undo)
        self.bookmark_button.clicked.connect(lambda _=False: self.bookmark())
        self._more_button.clicked.connect(self._show_more)

    def _note(self, note: NoteId) -> Note | None:
        return next((each for each in self._services.notes.notes if each.id == note), None)

    def _on_kept(self, note: Note) -> None:
        """A new note, or other words for one: those of before can be had back."""
        before = self._services.notes.undoable
        if before is not None and before.id == note.id:
            self._undo.tell("Changed")
        self._go_to(note)

    def _go_to(self, note: Note) -> None:
        self.list.go_to(note.id)
        self.list.follow_quietly()

    def _go_to_wanted(self) -> None:
        if any(moment.id == self._wanted for moment in self.list.moments):
            self.list.go_to(self._wanted)
            self._wanted = None

    def _show_menu(self, note: NoteId, where: QPoint) -> None:
        found = self._note(note)
        if found is not None:
            self.menu_of(found).popup(where)

    def _show_more(self) -> None:
        current = self.list.current()
        menu = self.menu_of(self._note(NoteId(str(current.id))) if current is not None else None)
        menu.popup(self._more_button.mapToGlobal(QPoint(0, -menu.sizeHint().height())))

    def export(self, talk: TalkId | None) -> None:
        """Ask for a file, and have the notes of a talk or all of them written to it."""
        from personal_app.ui.talk.notes_file import ask_notes_file

        def use(path: Path) -> None:
            self._services.notes.export(path, talk)

        ask_notes_file(self, talk, use)


def _moment(note: Note) -> Moment:
    if note.text:
        return Moment(note.id, note.position_ms, note.text)
    return Moment(note.id, note.position_ms, "Bookmark", (f"“{note.said}”",) if note.said else ())


class _NoteList(MomentList):
    """Notes by keyboard and mouse; each signal carries a NoteId."""

    edit_wanted = Signal(str)
    delete_wanted = Signal(str)
    undo_wanted = Signal()
    menu_wanted = Signal(str, QPoint)

    def __init__(self) -> None:
        super().__init__("My notes", roomy=True)
        self.setObjectName("note_list")
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.doubleClicked.connect(self._on_double_click)

    def follow_quietly(self) -> None:
        """Go with the recording from the next moment on, without leaving this one now."""
        self._set_following(True)

    def _on_double_click(self, index: QModelIndex) -> None:
        moment = self.at(index)
        if moment is not None:
            self.edit_wanted.emit(moment.id)

    def _on_menu(self, where: QPoint) -> None:
        index = self.indexAt(where)
        if not index.isValid():
            # Qt names the middle of the list where the keyboard asks.
            index = self.currentIndex()
            where = self.visualRect(index).center()
        moment = self.at(index)
        if moment is not None:
            self.setCurrentIndex(index)
            self.menu_wanted.emit(moment.id, self.viewport().mapToGlobal(where))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.current()
        if event.matches(QKeySequence.StandardKey.Undo):
            self.undo_wanted.emit()
        elif current is not None and event.key() == Qt.Key.Key_Delete:
            self.delete_wanted.emit(current.id)
        elif current is not None and event.key() == Qt.Key.Key_F2:
            self.edit_wanted.emit(current.id)
        else:
            super().keyPressEvent(event)


class _UndoStrip(Surface):
    """Says what was deleted or changed, until it is brought back or put away."""

    clicked = Signal()

    def __init__(self) -> None:
        super().__init__("strip")
        self.setObjectName("note_undo_strip")
        self._words = PlainLabel("", size=Size.SMALL)
        self._button = Button("Undo", Kind.LINK, icon=Icon.UNDO, name="note_undo_button")
        self._button.clicked.connect(self.clicked)
        close = IconButton(Icon.CLOSE, "Put this away", name="note_undo_close")
        close.clicked.connect(self.hide)
        line = row(self, spacing=SMALL)
        line.setContentsMargins(MEDIUM, 0, SMALL, 0)
        line.addWidget(self._words, 1)
        line.addWidget(self._button)
        line.addWidget(close)
        self.hide()

    def tell(self, words: str) -> None:
        """Say it."""
        self._words.show_text(words)
        self.show()
