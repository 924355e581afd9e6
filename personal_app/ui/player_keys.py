"""The keyboard of the player, wherever the focus is in the main window, and the sheet that lists it.

Letters and digits are shortcuts, which a field that takes text overrides by itself. Space and the arrows are taken only
where nobody else wanted them: a focused button keeps its space, a list its arrows.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QGridLayout, QWidget

from personal_app.services.playback import PlaybackService
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.talk.controls import SKIP_MS, Controls
from personal_app.ui.tokens import HUGE, TIGHT
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog

STEP_MS = 5_000
#: Keys and what they do, in the order of the sheet.
SHEET = (
    ("Space or K", "Play or pause"),
    ("J, L", "10 seconds back, forward"),
    ("Left, Right", "5 seconds back, forward"),
    ("0 to 9", "Go to that tenth of the recording"),
    ("Up, Down", "Louder, quieter"),
    ("M", "Mute"),
    ("C", "Captions"),
    ("<, >", "Slower, faster"),
    ("G", "Join live, or continue where you left the talk"),
    ("Shift G", "Catch up with everyone, or go on at your own speed"),
    ("A", "Ask about this moment"),
    ("W, B", "Write a note at this moment, set a bookmark"),
    ("R", "Review: each question at its moment"),
    ("Shift S", "Keep a picture of this moment"),
    ("F", "Full screen; Esc leaves it"),
    ("V, T, Enter", "In the questions: vote, go to its moment, show all"),
    ("Ctrl F", "Find in the transcript"),
    ("Ctrl K or /", "Search"),
    ("S", "In the program: star, or remove the star"),
    ("Ctrl +, Ctrl −, Ctrl 0", "Larger, smaller, normal text"),
    ("Ctrl ,", "Preferences"),
    ("F1", "This sheet"),
)


class PlayerKeys:
    """Connects keys to the player."""

    def __init__(
        self,
        window: QWidget,
        playback: PlaybackService,
        controls: Controls,
        full_screen: Callable[[], None],
        *,
        write_note: Callable[[], None],
        bookmark: Callable[[], None],
        review: Callable[[], None],
        find: Callable[[], None],
        ask: Callable[[], None],
    ) -> None:
        self._playback = playback
        letters: dict[str, Callable[[], None]] = {
            "K": playback.toggle,
            "J": lambda: playback.skip(-SKIP_MS),
            "L": lambda: playback.skip(SKIP_MS),
            "M": controls.toggle_mute,
            "C": controls.toggle_captions,
            "F": full_screen,
            "G": controls.join_or_continue,
            "Shift+G": controls.catch_up_button.catch_up,
            "W": write_note,
            "B": bookmark,
            "R": review,
            "Ctrl+F": find,
            "A": ask,
            "Shift+S": playback.take_picture,
            "<": lambda: controls.step_speed(-1),
            ">": lambda: controls.step_speed(1),
        }
        for digit in range(10):
            letters[str(digit)] = partial(self._go_to_tenth, digit)
        for key, act in letters.items():
            shortcut = QShortcut(window)
            # "<" and ">" are reached with Shift on most keyboards and without on some.
            shortcut.setKeys([QKeySequence(key), QKeySequence(f"Shift+{key}")] if key in "<>" else [QKeySequence(key)])
            shortcut.activated.connect(act)
        self._plain: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Space: playback.toggle,
            Qt.Key.Key_Left: lambda: playback.skip(-STEP_MS),
            Qt.Key.Key_Right: lambda: playback.skip(STEP_MS),
            Qt.Key.Key_Up: lambda: controls.step_volume(1),
            Qt.Key.Key_Down: lambda: controls.step_volume(-1),
        }

    def handle(self, event: QKeyEvent) -> bool:
        """Act on a key that nobody else wanted; tell whether it was one of ours."""
        modified = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        act = self._plain.get(event.key()) if not modified else None
        if act is None:
            return False
        act()
        return True

    def _go_to_tenth(self, tenths: int) -> None:
        self._playback.seek(self._playback.state.duration_ms * tenths // 10)


class KeySheet(Dialog):
    """The keys in two columns."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Keyboard", parent)
        self.setObjectName("key_sheet")
        grid = QGridLayout()
        grid.setHorizontalSpacing(HUGE)
        grid.setVerticalSpacing(TIGHT)
        grid.setColumnStretch(1, 1)
        for number, (keys, words) in enumerate(SHEET):
            grid.addWidget(PlainLabel(keys, strong=True), number, 0)
            grid.addWidget(PlainLabel(words), number, 1)
        self.body.addLayout(grid)
        close = Button("Close", Kind.PRIMARY)
        close.clicked.connect(self.accept)
        self.add_button(close)
