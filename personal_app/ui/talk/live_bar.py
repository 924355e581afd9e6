"""The line above the picture that says that a session is live, and leads to its stream and its meeting."""

from PySide6.QtWidgets import QSizePolicy

from personal_app.services.live_streams import LiveStreamService
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import ElidedLabel, one_line
from personal_app.ui.theme import Size
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.chip import Chip
from personal_app.ui.widgets.frames import Surface, row


class LiveBar(Surface):
    """Hidden where nothing is live."""

    def __init__(self, streams: LiveStreamService) -> None:
        super().__init__("notice")
        self._streams = streams
        self.setObjectName("live_bar")
        self._chip = Chip("Live", "live")
        self._words = ElidedLabel(size=Size.SMALL)
        self._words.setObjectName("live_words")
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.again_button = Button("Try now", Kind.LINK, name="live_again_button")
        self.watch_button = Button("Watch live", Kind.LIVE, icon=Icon.LIVE, name="watch_live_button")
        self.leave_button = Button("Leave", name="leave_stream_button")
        self.meeting_button = Button("Meeting…", icon=Icon.PEOPLE, name="meeting_button")
        line = row(self, spacing=SMALL)
        line.setContentsMargins(MEDIUM, TIGHT, MEDIUM, TIGHT)
        line.addWidget(self._chip)
        line.addWidget(self._words, 1)
        for button in (self.again_button, self.watch_button, self.leave_button, self.meeting_button):
            line.addWidget(button)
        self.again_button.clicked.connect(streams.try_now)
        self.watch_button.clicked.connect(streams.watch)
        self.leave_button.clicked.connect(streams.leave)
        self.meeting_button.clicked.connect(self._ask_meeting)
        streams.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the present snapshot."""
        state = self._streams.state
        live = bool(state.host)
        self._chip.setVisible(live)
        if state.sentence:
            words = state.sentence
        elif state.watching:
            words = f"You are watching live, from {state.host}"
        elif live:
            words = f"“{one_line(state.session, 80)}” is live now"
        else:
            words = f"“{one_line(state.session, 80)}” has a meeting"
        self._words.show_text(words)
        self.again_button.setVisible(state.waiting)
        self.watch_button.setVisible(live and not state.watching)
        self.leave_button.setVisible(state.watching)
        self.meeting_button.setVisible(bool(state.meeting_host))
        self.setVisible(live or bool(state.meeting_host))

    def _ask_meeting(self) -> None:
        from personal_app.ui.talk.meeting_dialog import MeetingDialog

        if self._streams.meeting:
            MeetingDialog(self._streams.meeting, self).open()
