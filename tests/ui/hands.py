"""A person's hands: the mouse and the keyboard, as Qt gets them."""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QWidget

LEFT = Qt.MouseButton.LeftButton
_NONE = Qt.KeyboardModifier.NoModifier


def click(widget: QWidget, place: QPoint | None = None) -> None:
    """Click a widget in its middle or at `place`; of a scrolled area its content is clicked."""
    assert widget.isVisible(), f"nobody can click {widget.objectName()}: it is not shown"
    QTest.mouseClick(_content(widget), LEFT, _NONE, place if place is not None else widget.rect().center())


def click_twice(widget: QWidget, place: QPoint) -> None:
    """Click twice as fast as for a double click."""
    content = _content(widget)
    QTest.mouseClick(content, LEFT, _NONE, place)
    QTest.mouseDClick(content, LEFT, _NONE, place)
    QTest.mouseRelease(content, LEFT, _NONE, place)


def drag(widget: QWidget, start: QPoint, end: QPoint) -> None:
    """Press at one place and let go at another."""
    QTest.mousePress(_content(widget), LEFT, _NONE, start)
    QTest.mouseRelease(_content(widget), LEFT, _NONE, end)


def point(widget: QWidget, place: QPoint) -> None:
    """Move the pointer over a widget; sent straight to it, for the platform's own pointer may be anywhere."""
    content = _content(widget)
    where = QPointF(place)
    everywhere = QPointF(content.mapToGlobal(place))
    none = Qt.MouseButton.NoButton
    QApplication.sendEvent(content, QMouseEvent(QEvent.Type.MouseMove, where, everywhere, none, none, _NONE))


def press(widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NONE) -> None:
    """Press and let go a key."""
    QTest.keyClick(widget, key, modifiers)


def write(widget: QWidget, text: str) -> None:
    """Write text letter by letter."""
    QTest.keyClicks(widget, text)


def _content(widget: QWidget) -> QWidget:
    return widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget
