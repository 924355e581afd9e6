"""Program, talk and questions side by side, with the keyboard of the player over all three.

The parts are built one by one, each in its own turn of the event loop, so that the window answers meanwhile. What the
cache holds is seen at the first paint: program and questions are built at once where the window is not shown yet. The
player's part, the dearest, follows after the first paint.
"""

import importlib
from collections import deque
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from personal_app.conference.finding import Hit, HitKind
from personal_app.conference.ids import QuestionId, TalkId
from personal_app.conference.notes import NoteId
from personal_app.services.chapter_steps import step_chapter
from personal_app.services.services import Services
from personal_app.ui.keymap import Act
from personal_app.ui.questions.panel import QuestionPanel
from personal_app.ui.schedule.program_list import ProgramList
from personal_app.ui.shares import shares
from personal_app.ui.theme import Theme
from personal_app.ui.widgets.frames import Surface, column

if TYPE_CHECKING:
    from personal_app.ui.player_keys import PlayerKeys
    from personal_app.ui.talk.controls import Controls
    from personal_app.ui.talk.stage import Stage
    from personal_app.ui.talk.talk_page import TalkPage

_LEAST_TALK = 430
#: The tab under the player that shows what was found.
_TABS = {
    HitKind.TALK: "About",
    HitKind.PERSON: "About",
    HitKind.CHAPTER: "Chapters",
    HitKind.SPOKEN: "Transcript",
    HitKind.NOTE: "My notes",
}


class Workspace(QWidget):
    """`talk_chosen` (a TalkId) says what a person wants to see; the window opens it and calls `show_talk`."""

    talk_chosen = Signal(str)
    full_screen_wanted = Signal()
    preferences_wanted = Signal()
    join_wanted = Signal()
    #: Every part is there.
    completed = Signal()

    def __init__(self, services: Services, *, at_once: bool) -> None:
        """`at_once` builds program and questions here and now; otherwise they follow in their turns."""
        super().__init__()
        self._services = services
        self._talk: TalkId | None = None
        self._full = False
        self._theme = Theme.of_app()
        self._arranged_by_hand = False
        self.program: ProgramList | None = None
        self.talk: TalkPage | None = None
        self.questions: QuestionPanel | None = None
        #: Parts of the talk that are made before it: all of it in one turn would hold up the screen.
        self._stage: Stage | None = None
        self._controls: Controls | None = None
        self._keys: PlayerKeys | None = None
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        middle = _Waiting()
        middle.setMinimumWidth(_LEAST_TALK)
        # Ours, so that a window that is closed meanwhile takes no more turns.
        self._next_turn = QTimer(self)
        self._next_turn.setSingleShot(True)
        self._next_turn.timeout.connect(self._take_turns)
        middle.painted.connect(self._next_turn.start)
        for place in (Surface("panel"), middle, Surface("panel")):
            self._splitter.addWidget(place)
        self._splitter.setStretchFactor(1, 1)
        self._theme.changed.connect(self._arrange)
        self._splitter.splitterMoved.connect(self._on_moved)
        column(self, spacing=0).addWidget(self._splitter)
        self._turns: deque[Callable[[], None]] = deque(
            (
                self._build_program,
                self._build_questions,
                _import_talk,
                self._make_stage,
                self._make_controls,
                self._build_talk,
                _import_ask_box,
                self._finish_questions,
                self._make_transcript,
                self._make_notes,
                self._make_details,
                self._make_reactions,
                self._finish_talk,
                self._order_tabs,
            )
        )
        if at_once:
            self._turns.popleft()()
            self._turns.popleft()()

    def take_turn(self) -> None:
        """Build the next part that is not there yet."""
        if self._turns:
            self._turns.popleft()()

    def complete(self) -> None:
        """Build at once whatever is not there yet."""
        while self._turns:
            self.take_turn()

    def show_talk(self, talk: TalkId) -> None:
        """Mark the talk in the program and show its questions; playing it is the playback's."""
        self._talk = talk
        if self.program is not None:
            self.program.show_open(talk)
        if self.questions is not None:
            self.questions.show_talk(talk)

    def show_found(self, hit: Hit) -> None:
        """Turn to where what was found is written: its question, the chapters or the transcript."""
        if hit.question is not None and self.questions is not None:
            self.questions.show_question(hit.question)
        tab = _TABS.get(hit.kind)
        if tab is not None and self.talk is not None:
            self.talk.show_tab(tab)
        if hit.kind is HitKind.NOTE and self.talk is not None:
            self.talk.show_note(NoteId(hit.ref))

    def show_full(self, full: bool) -> None:
        """Leave the picture and its controls alone on the screen, or bring everything back."""
        self._full = full
        for side in (0, 2):
            part = self._splitter.widget(side)
            if part is not None:
                part.setVisible(not full)
        if self.talk is not None:
            self.talk.show_full(full)

    def take_picture_back(self) -> None:
        """Close the picture's own window: it must not outlive this one."""
        if self.talk is not None:
            self.talk.stage.take_picture_back()

    def _take_turns(self) -> None:
        if self._turns:
            self._turns.popleft()()
            self._next_turn.start()

    def _build_program(self) -> None:
        self.program = ProgramList(self._services)
        self.program.talk_chosen.connect(self.talk_chosen)
        self._place(0, self.program)
        self.setFocusProxy(self.program)
        if self._talk is not None:
            self.program.show_open(self._talk)

    def _build_questions(self) -> None:
        self.questions = QuestionPanel(self._services, later=True)
        self.questions.join_wanted.connect(self.join_wanted)
        self._place(2, self.questions)
        if self._talk is not None:
            self.questions.show_talk(self._talk)

    def _finish_questions(self) -> None:
        assert self.questions is not None
        self.questions.complete()

    def _make_stage(self) -> None:
        from personal_app.ui.talk.stage import Stage

        self._stage = Stage(self._services)

    def _make_controls(self) -> None:
        from personal_app.ui.talk.controls import Controls

        self._controls = Controls(self._services)

    def _build_talk(self) -> None:
        from personal_app.ui.player_keys import PlayerKeys
        from personal_app.ui.talk.talk_page import TalkPage

        self.talk = TalkPage(self._services, stage=self._stage, controls=self._controls)
        self.talk.talk_chosen.connect(self.talk_chosen)
        self.talk.full_screen_wanted.connect(self.full_screen_wanted)
        self.talk.ask_wanted.connect(self._ask_at)
        self.talk.question_wanted.connect(self._show_question)
        self.talk.preferences_wanted.connect(self.preferences_wanted)
        self._place(1, self.talk)
        self._splitter.setStretchFactor(1, 1)
        self.talk.show_full(self._full)
        self._keys = PlayerKeys(
            self,
            self._services.playback,
            self.talk.controls,
            {
                Act.FULL_SCREEN: self.full_screen_wanted.emit,
                Act.PICTURE_WINDOW: self.talk.toggle_picture_window,
                Act.CHAPTER_BEFORE: lambda: self._step_chapter(-1),
                Act.CHAPTER_AFTER: lambda: self._step_chapter(1),
                Act.NOTE: self.talk.write_note,
                Act.BOOKMARK: self.talk.bookmark,
                Act.REVIEW: self.talk.review,
                Act.FIND: self.talk.find_in_transcript,
                Act.ASK: lambda: self._ask_at(self._services.playback.position_ms()),
            },
        )

    def _step_chapter(self, steps: int) -> None:
        step_chapter(self._services.program, self._services.playback, steps)

    def _ask_at(self, position_ms: int) -> None:
        if self.questions is not None:
            self.questions.ask_at(position_ms)

    def _show_question(self, question: str) -> None:
        if self.questions is not None:
            self.questions.show_question(QuestionId(question))

    def _make_transcript(self) -> None:
        assert self.talk is not None
        self.talk.make_transcript()

    def _make_notes(self) -> None:
        assert self.talk is not None
        self.talk.make_notes()

    def _make_details(self) -> None:
        assert self.talk is not None
        self.talk.make_details()

    def _make_reactions(self) -> None:
        assert self.talk is not None
        self.talk.make_reactions()

    def _finish_talk(self) -> None:
        assert self.talk is not None
        self.talk.add_details()

    def _order_tabs(self) -> None:
        """Let Tab go from left to right, whatever was built first: the questions after the talk."""
        assert self.talk is not None
        questions = self._splitter.widget(2)
        order = [*_reached_by_tab(self.talk), *(_reached_by_tab(questions) if questions is not None else ())]
        for first, second in pairwise(order):
            self.setTabOrder(first, second)
        self.completed.emit()

    def _place(self, index: int, part: QWidget) -> None:
        sizes = self._splitter.sizes()
        waiting = self._splitter.replaceWidget(index, part)
        if waiting is not None:
            waiting.deleteLater()
        part.setVisible(index == 1 or not self._full)
        self._splitter.setSizes(sizes)

    def _on_moved(self, position: int, index: int) -> None:
        del position, index
        self._arranged_by_hand = True

    def _arrange(self) -> None:
        if not self._arranged_by_hand:
            left, right = shares(self.width(), self._theme.scale)
            self._splitter.setSizes([left, self.width() - left - right, right])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._keys is not None and self._keys.handle(event):
            event.accept()
        else:
            super().keyPressEvent(event)


class _Waiting(Surface):
    """Stands in the middle until the talk does, and tells once that it was on the screen."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__("panel")
        self._told = False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._told:
            self._told = True
            self.painted.emit()


def _import_talk() -> None:
    importlib.import_module("personal_app.ui.talk.talk_page")
    importlib.import_module("personal_app.ui.player_keys")


def _reached_by_tab(part: QWidget) -> list[QWidget]:
    """Return what Tab reaches in `part`, in its order."""
    found: list[QWidget] = []
    now = part.nextInFocusChain()
    while now is not None and now is not part:
        takes_focus = now.focusPolicy() & Qt.FocusPolicy.TabFocus and now.focusProxy() is None
        if takes_focus and part.isAncestorOf(now):
            found.append(now)
        now = now.nextInFocusChain()
    return found


def _import_ask_box() -> None:
    importlib.import_module("personal_app.ui.questions.ask_box")
