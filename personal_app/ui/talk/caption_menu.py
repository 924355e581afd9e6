"""The menu of captions: whether, in which language, how large, where, and how much later. Made each time it opens."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QLocale
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from personal_app.services.captions import DELAY_STEP_MS, SIZES, CaptionPlace, CaptionService
from personal_app.ui.plain_text import on_button

_PLACES = ((CaptionPlace.UNDER, "Under the picture"), (CaptionPlace.OVER, "Over the picture"))


def caption_menu(parent: QWidget, captions: CaptionService) -> QMenu:
    """Return the menu as it is now."""
    menu = QMenu(parent)
    fill_caption_menu(menu, captions)
    return menu


def fill_caption_menu(menu: QMenu, captions: CaptionService) -> None:
    """Put the entries into a menu, as they are now."""
    settings = captions.settings
    shown = _add(menu, "Show captions", lambda: captions.show(not settings.shown))
    shown.setCheckable(True)
    shown.setChecked(settings.shown)
    languages = captions.languages()
    if len(languages) > 1:
        choice = menu.addMenu("Language")
        _add_choices(
            choice,
            [(language_words(each), partial(captions.choose, each), each == captions.language) for each in languages],
        )
    _add_choices(
        menu.addMenu("Size"),
        [(f"{round(size * 100)} %", partial(captions.set_size, size), size == settings.size) for size in SIZES],
    )
    _add_choices(
        menu.addMenu("Place"),
        [(words, partial(captions.set_place, place), place is settings.place) for place, words in _PLACES],
    )
    menu.addSeparator()
    delay = captions.delay_ms
    _add(menu, f"Earlier by {DELAY_STEP_MS / 1000:g} s", lambda: captions.set_delay(delay - DELAY_STEP_MS))
    _add(menu, f"Later by {DELAY_STEP_MS / 1000:g} s", lambda: captions.set_delay(delay + DELAY_STEP_MS))
    reset = _add(menu, f"As recorded (now {delay_words(delay)})", lambda: captions.set_delay(0))
    reset.setEnabled(delay != 0)


def language_words(language: str) -> str:
    """Return the name of a language in itself, "Deutsch (de)"; the tag alone where nothing is known of it."""
    known = QLocale.codeToLanguage(language.partition("-")[0])
    # A tag without a territory means no territory: Qt would speak of American English.
    name = QLocale(language).nativeLanguageName() if "-" in language else QLocale.languageToString(known)
    if known == QLocale.Language.AnyLanguage or not name:
        return language
    return f"{name[:1].upper()}{name[1:]} ({language})"


def delay_words(delay_ms: int) -> str:
    """Return how much later captions are shown: "0.5 s later", "0.25 s earlier", "in time"."""
    if not delay_ms:
        return "in time"
    return f"{abs(delay_ms) / 1000:g} s {'later' if delay_ms > 0 else 'earlier'}"


def _add(menu: QMenu, words: str, act: Callable[[], object]) -> QAction:
    action = QAction(on_button(words), menu)
    action.triggered.connect(lambda _: act())
    menu.addAction(action)
    return action


def _add_choices(menu: QMenu, choices: list[tuple[str, Callable[[], object], bool]]) -> None:
    group = QActionGroup(menu)
    for words, act, chosen in choices:
        action = _add(menu, words, act)
        action.setCheckable(True)
        action.setChecked(chosen)
        group.addAction(action)
