"""The main window's menu: conferences and profile, what is told and kept, look, preferences, keys, about."""

from collections.abc import Callable
from functools import partial

import msgspec
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from personal_app.ui.plain_text import on_button
from personal_app.ui.theme import Look, Theme
from personal_app.ui.tokens import TEXT_SCALES

_LOOKS = ((None, "As the system"), (Look.LIGHT, "Light"), (Look.DARK, "Dark"))


class MenuActions(msgspec.Struct, frozen=True):
    """What the entries do."""

    show_conferences: Callable[[], None]
    use_invitation: Callable[[], None]
    add_device: Callable[[], None]
    show_recovery: Callable[[], None]
    sign_out: Callable[[], None]
    show_announcements: Callable[[], None]
    show_sent: Callable[[], None]
    show_changes: Callable[[], None]
    show_reminders: Callable[[], None]
    show_saved: Callable[[], object]
    export_talk: Callable[[], None]
    export_all: Callable[[], None]
    export_starred: Callable[[], None]
    show_preferences: Callable[[], None]
    show_keys: Callable[[], None]
    show_about: Callable[[], None]


def window_menu(parent: QWidget, actions: MenuActions, *, joined: bool) -> QMenu:
    """Return the menu as it is now; it is made each time it opens."""
    menu = QMenu(parent)
    _add(menu, "Conferences…", actions.show_conferences)
    profile_menu = menu.addMenu("My profile")
    profile_menu.setEnabled(joined)
    _add(profile_menu, "Use an invitation…", actions.use_invitation)
    _add(profile_menu, "Add another device…", actions.add_device)
    _add(profile_menu, "Recovery code…", actions.show_recovery)
    _add(profile_menu, "Sign out…", actions.sign_out)
    menu.addSeparator()
    _add(menu, "Announcements…", actions.show_announcements)
    _add(menu, "Changes of the program…", actions.show_changes)
    _add(menu, "What I have sent…", actions.show_sent)
    menu.addSeparator()
    _add(menu, "Reminders…", actions.show_reminders)
    calendar_menu = menu.addMenu("Calendar file")
    _add(calendar_menu, "Of what I have starred…", actions.export_starred)
    _add(calendar_menu, "Of the whole program…", actions.export_all)
    _add(menu, "Saved recordings…", actions.show_saved)
    _add(menu, "Export this talk…", actions.export_talk)
    menu.addSeparator()
    _add_looks(menu.addMenu("Look"))
    _add_scales(menu.addMenu("Size of text"))
    menu.addSeparator()
    _add(menu, "Preferences…", actions.show_preferences)
    _add(menu, "Keyboard…", actions.show_keys)
    _add(menu, "About PeRSonAl…", actions.show_about)
    return menu


def _add(menu: QMenu, words: str, act: Callable[[], object]) -> QAction:
    action = QAction(on_button(words), menu)
    action.triggered.connect(lambda _: act())
    menu.addAction(action)
    return action


def _add_looks(menu: QMenu) -> None:
    theme, group = Theme.of_app(), QActionGroup(menu)
    for look, words in _LOOKS:
        action = _add(menu, words, partial(theme.force, look))
        _choose_one(group, action, chosen=theme.forced is look)


def _add_scales(menu: QMenu) -> None:
    theme, group = Theme.of_app(), QActionGroup(menu)
    for scale in TEXT_SCALES:
        action = _add(menu, f"{round(scale * 100)} %", partial(theme.set_scale, scale))
        _choose_one(group, action, chosen=theme.scale == scale)


def _choose_one(group: QActionGroup, action: QAction, *, chosen: bool) -> None:
    action.setCheckable(True)
    action.setChecked(chosen)
    group.addAction(action)
