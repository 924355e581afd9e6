"""What stands in place of the ask box while nobody has joined. Must never join."""

from PySide6.QtCore import Signal

from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.tokens import MEDIUM, SMALL
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, column, row


class JoinInvitation(Surface):
    """A sentence and a button."""

    join_clicked = Signal()

    def __init__(self) -> None:
        super().__init__("foot")
        self._button = Button("Join…", Kind.PRIMARY, name="join_to_ask")
        self._button.clicked.connect(self.join_clicked)
        layout = column(self, spacing=SMALL)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        layout.addWidget(
            PlainLabel("You are looking around. Join the conference with your name to ask and to vote.", wrap=True)
        )
        line = row()
        line.addWidget(self._button)
        line.addStretch(1)
        layout.addLayout(line)
