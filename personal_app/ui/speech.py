"""Says something to those who listen to the screen, without taking the keyboard from where it is."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from personal_app.ui.plain_text import plain


def speak(widget: QWidget, words: str) -> None:
    """Let a screen reader say `words`, which are new on `widget`; without one it costs nothing."""
    if words and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, plain(words)))
