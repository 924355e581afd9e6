"""The sheet that lists the keys of the main window. It is made from the table that they are bound from."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QScrollArea, QWidget

from personal_app.ui.keymap import KEYMAP, Group
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import HUGE, LARGE, MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog

#: The sheet's columns: what plays, and the rest.
_COLUMNS = ((Group.PLAYING,), (Group.TALK, Group.LISTS, Group.WINDOW))
#: What the title and the foot of the dialog take, with their margins, at the usual size of text.
_AROUND = 150


class KeySheet(Dialog):
    """The keys in two columns beside each other, or below each other where they do not fit."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Keyboard", parent)
        self.setObjectName("key_sheet")
        self._over = parent.window()
        page = QWidget()
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._columns.setContentsMargins(0, 0, MEDIUM, 0)
        self._columns.setSpacing(HUGE)
        self._parts = [_part(groups) for groups in _COLUMNS]
        for part in self._parts:
            self._columns.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        self._scroll = QScrollArea()
        self._scroll.setWidget(page)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        # Nothing but words on the dialog's own ground.
        self._scroll.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)
        self._scroll.setAccessibleName("Keys")
        self.body.addWidget(self._scroll, 1)
        close = Button("Close", Kind.PRIMARY)
        close.clicked.connect(self.accept)
        self.add_button(close)
        close.setFocus()

    def _take_room(self) -> None:
        """Take as much room as there is over the window, and scroll the rest."""
        room = self._over.size() - QSize(2 * LARGE + HUGE, Theme.of_app().scaled(_AROUND))
        beside = sum(part.sizeHint().width() for part in self._parts) + HUGE + MEDIUM
        wide = QBoxLayout.Direction.LeftToRight if beside <= room.width() else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(wide)
        page = self._scroll.widget()
        wanted = page.sizeHint() if page is not None else QSize()
        if wanted.height() > room.height():
            wanted += QSize(self._scroll.verticalScrollBar().sizeHint().width(), 0)
        self._scroll.setMinimumSize(wanted.boundedTo(room))

    def showEvent(self, event: QShowEvent) -> None:
        self._take_room()
        super().showEvent(event)


def _part(groups: tuple[Group, ...]) -> QWidget:
    part = QWidget()
    grid = QGridLayout(part)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(LARGE)
    grid.setVerticalSpacing(TIGHT)
    grid.setColumnStretch(1, 1)
    for group in groups:
        if grid.rowCount() > 1:
            grid.setRowMinimumHeight(grid.rowCount(), SMALL)
        grid.addWidget(PlainLabel(group, tone="soft"), grid.rowCount(), 0, 1, 2)
        for line in (line for line in KEYMAP if line.group is group):
            place = grid.rowCount()
            grid.addWidget(PlainLabel(line.shown, strong=True), place, 0)
            grid.addWidget(PlainLabel(line.words), place, 1)
    return part
