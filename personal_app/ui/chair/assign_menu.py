"""The menu that asks which presenter of the talk is to answer a question. Must never assign it."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from personal_app.conference.ids import PersonId
from personal_app.conference.program import Person
from personal_app.ui.plain_text import on_button

NOBODY = "Nobody in particular"


def assign_menu(
    parent: QWidget,
    presenters: Iterable[Person],
    assigned: PersonId | None,
    choose: Callable[[PersonId | None], None],
) -> QMenu:
    """Return a menu of the talk's presenters with the one who is asked now checked; it goes when it is closed."""
    menu = QMenu(parent)
    menu.setObjectName("assign_menu")
    menu.setAccessibleName("Ask a presenter to answer")
    for person in presenters:
        _add(menu, person.name, chosen=person.id == assigned, act=partial(choose, person.id))
    menu.addSeparator()
    _add(menu, NOBODY, chosen=assigned is None, act=partial(choose, None))
    return menu


def _add(menu: QMenu, words: str, *, chosen: bool, act: Callable[[], None]) -> None:
    action = QAction(on_button(words), menu)
    action.setCheckable(True)
    action.setChecked(chosen)
    action.triggered.connect(lambda _: act())
    menu.addAction(action)
