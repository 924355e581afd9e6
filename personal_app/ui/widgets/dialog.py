"""A small window over another one: a title, a body, buttons at the foot. It never waits in a loop of its own."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from personal_app.ui.plain_text import PlainLabel, plain
from personal_app.ui.theme import Size, Theme
from personal_app.ui.tokens import LARGE, MEDIUM, SMALL
from personal_app.ui.widgets.frames import Surface, column, row

#: The least screen that the app is made for is little wider.
_MOST_WIDTH = 960


class Dialog(QDialog):
    """Shown with `open()`, which returns at once; gone when it is closed."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(plain(title))
        self.body: QVBoxLayout = column(margins=LARGE, spacing=MEDIUM)
        self.body.addWidget(PlainLabel(title, size=Size.TITLE, strong=True))
        foot = Surface("foot")
        self._buttons = row(foot, spacing=SMALL)
        self._buttons.setContentsMargins(LARGE, MEDIUM, LARGE, MEDIUM)
        self._buttons.addStretch(1)
        whole = column(self, spacing=0)
        whole.addLayout(self.body, 1)
        whole.addWidget(foot)

    def add_button(self, button: QWidget) -> None:
        """Place a button at the end of the foot."""
        self._buttons.addWidget(button)

    def set_least_width(self, width: int) -> None:
        """Be at least so wide, in pixels at the usual size of text, and wider with larger text, within reason."""
        self.setMinimumWidth(max(width, min(Theme.of_app().scaled(width), _MOST_WIDTH)))

    def fit(self) -> None:
        """Become as high as what is shown asks for at this width: wrapped words do not say so by themselves."""
        layout = self.layout()
        if layout is not None and layout.hasHeightForWidth():
            layout.activate()
            # Nor do large words on a button, where a width was set.
            width = max(self.width(), layout.totalMinimumSize().width())
            self.resize(width, layout.totalHeightForWidth(width))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.fit()
