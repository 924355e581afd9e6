"""A line above the picture while something else is on for everyone: what it is, and the way there."""

from PySide6.QtCore import Signal

from personal_app.conference import timeline
from personal_app.conference.program import Session
from personal_app.services.services import Services
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import ElidedLabel, PlainLabel
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, row


class OnNow(Surface):
    """`chosen` (a TalkId) asks to go there."""

    chosen = Signal(str)

    def __init__(self, services: Services) -> None:
        super().__init__("strip")
        self._services = services
        self._session: Session | None = None
        self._lead = PlainLabel("On now", tone="accent", strong=True)
        self._title = ElidedLabel()
        self._go = Button("Go there", Kind.LINK, icon=Icon.NEXT, name="on_now_button")
        self._go.clicked.connect(self._choose)
        line = row(self, spacing=SMALL)
        line.setContentsMargins(MEDIUM, TIGHT, SMALL, TIGHT)
        line.addWidget(self._lead)
        line.addWidget(self._title, 1)
        line.addWidget(self._go)
        self.setVisible(False)

    def refresh(self, *, hidden: bool = False) -> None:
        """Show the first session that is on and is not the open talk's own; nothing where there is none."""
        conference = self._services.program.conference
        open_talk = self._services.playback.state.talk
        if conference is None or open_talk is None or hidden:
            self.setVisible(False)
            return
        on = timeline.now_and_next(conference.sessions, self._services.program.now()).now
        here = any(open_talk in session.talks for session in on)
        self._session = None if here else next((session for session in on if session.talks), None)
        if self._session is not None:
            self._title.show_text(self._session.title)
        self.setVisible(self._session is not None)

    def _choose(self) -> None:
        if self._session is not None:
            item = timeline.item_at(self._session, self._services.program.now())
            self.chosen.emit(item[0].talk if item is not None else self._session.talks[0])
