"""What the questions of a session's talks are open to, in words and as a menu for its chairs. Must never open one."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import msgspec
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from personal_app.conference.ids import TalkId
from personal_app.conference.questions import QaState
from personal_app.conference.rows import QaRow
from personal_app.ui.plain_text import on_button, one_line

_STATES = {QaState.OPEN: "open", QaState.PAUSED: "paused", QaState.CLOSED: "closed"}
_ENTRIES = {
    QaState.OPEN: "Open: people ask and vote",
    QaState.PAUSED: "Paused: people read and vote",
    QaState.CLOSED: "Closed: people read",
}
_MODERATED = "A chair looks at each question first"
_TITLE_CHARS = 60


class Wanted(msgspec.Struct, frozen=True):
    """What a chair wants for some talks: None leaves it as it is, `scheduled` leaves it to the program."""

    talks: tuple[TalkId, ...]
    qa: QaState | None = None
    scheduled: bool = False
    moderated: bool | None = None


def words(rows: Sequence[QaRow]) -> str:
    """Return how the talks of a session stand: "Questions open", "Questions: 2 open, 1 paused"."""
    states = [state for state in QaState if any(row.qa is state for row in rows)]
    if len(states) == 1:
        said = f"Questions {_STATES[states[0]]}"
    else:
        counted = [f"{sum(row.qa is state for row in rows)} {_STATES[state]}" for state in states]
        said = f"Questions: {', '.join(counted)}"
    return said if all(row.moderated for row in rows) else f"{said}, shown at once"


def by_program(state: QaState, change: str) -> str:
    """Return how the program has it now, and until when: "open until Friday 29 May 2020, 18:00"."""
    return f"{_STATES[state]} until {change}" if change else _STATES[state]


def openings_menu(
    parent: QWidget,
    rows: Sequence[QaRow],
    titles: Mapping[TalkId, str],
    want: Callable[[Wanted], None],
    program: str = "",
) -> QMenu:
    """Return the menu for these talks: for all of them at once, and where they are several for each of them.

    `program` says how the program has it, where it has times for them: then rows without a state go by it.
    """
    menu = QMenu(parent)
    menu.setObjectName("openings_menu")
    menu.setAccessibleName("What the questions are open to")
    if len(rows) > 1:
        # Most styles show no title of a section.
        menu.addAction("All talks of the session").setEnabled(False)
    _fill(menu, rows, want, program)
    if len(rows) > 1:
        menu.addSeparator()
        menu.addAction("One talk").setEnabled(False)
        for row in rows:
            _fill(menu.addMenu(on_button(one_line(titles.get(row.talk, row.talk), _TITLE_CHARS))), [row], want, program)
    return menu


def _fill(menu: QMenu, rows: Sequence[QaRow], want: Callable[[Wanted], None], program: str) -> None:
    talks = tuple(row.talk for row in rows)
    group = QActionGroup(menu)
    for state, entry in _ENTRIES.items():
        action = _add(menu, entry, partial(want, Wanted(talks, qa=state)))
        group.addAction(action)
        action.setChecked(all(row.qa is state for row in rows))
    if program:
        action = _add(menu, f"By the program: {program}", partial(want, Wanted(talks, scheduled=True)))
        group.addAction(action)
        action.setChecked(all(row.qa is None for row in rows))
    menu.addSeparator()
    moderated = all(row.moderated for row in rows)
    _add(menu, _MODERATED, partial(want, Wanted(talks, moderated=not moderated))).setChecked(moderated)


def _add(menu: QMenu, entry: str, act: Callable[[], None]) -> QAction:
    action = QAction(on_button(entry), menu)
    action.setCheckable(True)
    action.triggered.connect(lambda _: act())
    menu.addAction(action)
    return action
