"""The keyboard of the main window: one table, which the keys are bound from and the sheet is made of.

Letters, digits and signs are shortcuts, which a field that takes text overrides by itself. What is `LEFT_OVER` is taken
only where nobody else wanted it: a focused button keeps its space, a list its arrows. What a list answers by itself,
while the focus is in it, is told here and bound there. Must never know what a key's act does.
"""

from collections.abc import Callable, Mapping
from enum import Enum, StrEnum, auto
from functools import partial
from typing import NamedTuple

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class Act(Enum):
    """What a key does."""

    PLAY = auto()
    SKIP_BACK = auto()
    SKIP_FORWARD = auto()
    STEP_BACK = auto()
    STEP_FORWARD = auto()
    TO_START = auto()
    TO_END = auto()
    TO_TENTH = auto()
    CHAPTER_BEFORE = auto()
    CHAPTER_AFTER = auto()
    SLOWER = auto()
    FASTER = auto()
    LOUDER = auto()
    QUIETER = auto()
    MUTE = auto()
    CAPTIONS = auto()
    FULL_SCREEN = auto()
    PICTURE = auto()
    PICTURE_WINDOW = auto()
    JOIN_OR_CONTINUE = auto()
    CATCH_UP = auto()
    ASK = auto()
    NOTE = auto()
    BOOKMARK = auto()
    REVIEW = auto()
    FIND = auto()
    SEARCH = auto()
    LARGER_TEXT = auto()
    SMALLER_TEXT = auto()
    NORMAL_TEXT = auto()
    PREFERENCES = auto()
    KEYS = auto()
    #: Bound by the list that has the focus.
    OF_A_LIST = auto()


class Place(Enum):
    """Where a key is bound."""

    SHORTCUT = auto()
    LEFT_OVER = auto()
    LIST = auto()


class Group(StrEnum):
    """The parts of the sheet, by their titles."""

    PLAYING = "Playing"
    TALK = "This talk"
    LISTS = "In the program and the questions"
    WINDOW = "The window"


class Key(NamedTuple):
    """A key as `QKeySequence` reads it, what it does and where it is bound. A `spare` one is not on the sheet."""

    sequence: str
    act: Act
    place: Place = Place.SHORTCUT
    spare: bool = False


class Line(NamedTuple):
    """A line of the sheet: keys that belong together, and what they do, in their order."""

    group: Group
    keys: tuple[Key, ...]
    words: str

    @property
    def shown(self) -> str:
        """The keys as a person reads them."""
        shown = [_face(key.sequence) for key in self.keys if not key.spare]
        if len(shown) == len(TENTHS):
            return f"{shown[0]} to {shown[-1]}"
        return ", ".join(shown)


TENTHS = tuple(str(digit) for digit in range(10))
_FACES = {"-": "\N{MINUS SIGN}", "Return": "Enter"}


def _left_over(sequence: str, act: Act) -> Key:
    return Key(sequence, act, Place.LEFT_OVER)


def _sign(sequence: str, act: Act) -> tuple[Key, Key]:
    """Return a sign's keys: it is reached with Shift on most keyboards and without on some."""
    return Key(sequence, act), Key(f"Shift+{sequence}", act, spare=True)


def _in_a_list(*sequences: str) -> tuple[Key, ...]:
    return tuple(Key(sequence, Act.OF_A_LIST, Place.LIST) for sequence in sequences)


KEYMAP: tuple[Line, ...] = (
    Line(Group.PLAYING, (_left_over("Space", Act.PLAY), Key("K", Act.PLAY)), "Play or pause"),
    Line(Group.PLAYING, (Key("J", Act.SKIP_BACK), Key("L", Act.SKIP_FORWARD)), "10 seconds back, forward"),
    Line(
        Group.PLAYING,
        (_left_over("Left", Act.STEP_BACK), _left_over("Right", Act.STEP_FORWARD)),
        "5 seconds back, forward",
    ),
    Line(Group.PLAYING, tuple(Key(digit, Act.TO_TENTH) for digit in TENTHS), "Go to that tenth of the recording"),
    Line(
        Group.PLAYING,
        (_left_over("Home", Act.TO_START), _left_over("End", Act.TO_END)),
        "Go to the beginning, the end",
    ),
    Line(Group.PLAYING, (Key("P", Act.CHAPTER_BEFORE), Key("N", Act.CHAPTER_AFTER)), "Chapter before, after"),
    Line(
        Group.PLAYING,
        (*_sign("<", Act.SLOWER), *_sign(">", Act.FASTER), Key("[", Act.SLOWER), Key("]", Act.FASTER)),
        "Slower, faster",
    ),
    Line(Group.PLAYING, (_left_over("Up", Act.LOUDER), _left_over("Down", Act.QUIETER)), "Louder, quieter"),
    Line(Group.PLAYING, (Key("M", Act.MUTE),), "Mute"),
    Line(Group.PLAYING, (Key("C", Act.CAPTIONS),), "Captions"),
    Line(Group.PLAYING, (Key("F", Act.FULL_SCREEN),), "Full screen; Esc leaves it"),
    Line(Group.PLAYING, (Key("I", Act.PICTURE_WINDOW),), "Picture in a window of its own, or back"),
    Line(Group.PLAYING, (Key("Shift+S", Act.PICTURE),), "Keep a picture of this moment"),
    Line(Group.TALK, (Key("G", Act.JOIN_OR_CONTINUE),), "Join live, or continue where you left the talk"),
    Line(Group.TALK, (Key("Shift+G", Act.CATCH_UP),), "Catch up with everyone, or go on at your own speed"),
    Line(Group.TALK, (Key("A", Act.ASK),), "Ask about this moment"),
    Line(Group.TALK, (Key("W", Act.NOTE), Key("B", Act.BOOKMARK)), "Write a note at this moment, set a bookmark"),
    Line(Group.TALK, (Key("R", Act.REVIEW),), "Review: each question at its moment"),
    Line(Group.TALK, (Key("Ctrl+F", Act.FIND),), "Find in the transcript"),
    Line(Group.LISTS, _in_a_list("V", "T", "Return"), "Questions: vote, go to its moment, show all"),
    Line(Group.LISTS, _in_a_list("S"), "Program: star, or remove the star"),
    Line(Group.WINDOW, (Key("Ctrl+K", Act.SEARCH), Key("/", Act.SEARCH)), "Search"),
    Line(
        Group.WINDOW,
        (
            Key("Ctrl++", Act.LARGER_TEXT),
            Key("Ctrl+=", Act.LARGER_TEXT, spare=True),
            Key("Ctrl+-", Act.SMALLER_TEXT),
            Key("Ctrl+0", Act.NORMAL_TEXT),
        ),
        "Larger, smaller, normal text",
    ),
    Line(Group.WINDOW, (Key("Ctrl+,", Act.PREFERENCES),), "Preferences"),
    Line(Group.WINDOW, (*_sign("?", Act.KEYS), Key("F1", Act.KEYS)), "This sheet"),
)


def keys_of(place: Place) -> tuple[Key, ...]:
    """Return the keys that are bound in one place."""
    return tuple(key for line in KEYMAP for key in line.keys if key.place is place)


def bind(window: QWidget, acts: Mapping[Act, Callable[[], None]]) -> None:
    """Bind the shortcuts of these acts in the window that `window` is in."""
    for act, does in acts.items():
        keys = [QKeySequence(key.sequence) for key in keys_of(Place.SHORTCUT) if key.act is act]
        if keys:
            # One shortcut with several keys: of two that answer the same press Qt would take neither.
            shortcut = QShortcut(window)
            shortcut.setKeys(keys)
            shortcut.activated.connect(does)


def bind_tenths(window: QWidget, go: Callable[[int], None]) -> None:
    """Bind the digits; `go` is given which was pressed."""
    for tenths, digit in enumerate(TENTHS):
        QShortcut(QKeySequence(digit), window).activated.connect(partial(go, tenths))


def _face(sequence: str) -> str:
    """Return a key as it is called: "Ctrl +" and not "Ctrl++"."""
    parts = [part for part in sequence.removesuffix("+").split("+") if part]
    if sequence.endswith("+"):
        parts.append("+")
    return " ".join(_FACES.get(part, part) for part in parts)
