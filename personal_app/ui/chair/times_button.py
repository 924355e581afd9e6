"""The button that says how a session's times differ from the program's, and the menu behind it for its chairs.

What was done is told in the console's strip, with what lies near: to take it back, or to delay what it runs into.
"""

from datetime import timedelta

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from personal_app.conference.ids import SessionId
from personal_app.conference.program import Conference, Session
from personal_app.conference.timetable import run_into
from personal_app.services.program import ProgramService
from personal_app.services.questions import QuestionService
from personal_app.services.times import TimesMaker
from personal_app.ui.chair.notice_strip import NoticeStrip
from personal_app.ui.chair.times import (
    MINUTE_MS,
    TimeOffer,
    TimeWish,
    change_words,
    extension_ms,
    minutes,
    offers,
    words,
)
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import on_button, one_line, tip
from personal_app.ui.widgets.buttons import Button, Kind

_MS = timedelta(milliseconds=1)


class TimesButton(Button):
    """Shows the session it was given last; what is chosen goes to the service, which draws it at once."""

    def __init__(
        self, times: TimesMaker, questions: QuestionService, program: ProgramService, notice: NoticeStrip
    ) -> None:
        super().__init__("Times", icon=Icon.CLOCK, name="times_button")
        self._times = times
        self._questions = questions
        self._program = program
        self._notice = notice
        self._session: SessionId | None = None
        self.setToolTip(tip("Begin later, more time for questions, end the video, delay what follows (Z, +)"))
        self.clicked.connect(self.open_menu)

    def show_session(self, session: SessionId) -> None:
        """Show how the times of this session stand."""
        self._session = session
        said = words(self._questions.board.times_of(session))
        self.show_words(one_line(said, 40) or "Times")
        self.show_kind(Kind.LIVE if said else Kind.PLAIN)

    def open_menu(self) -> None:
        """Let the chair choose, at the button."""
        found = self._found()
        if found is None:
            return
        program, timetable, session = found
        menu = QMenu(self)
        menu.setObjectName("times_menu")
        menu.setAccessibleName("Other times for this session")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        before: TimeWish | None = None
        for offer in offers(program, timetable, session, self._program.now()):
            if before is not None and before is not offer.wish:
                menu.addSeparator()
            before = offer.wish
            action = self._action(menu, offer)
            menu.addAction(action)
        self._add_undo(menu, session.id)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def add_minute(self) -> None:
        """Give the questions one more minute."""
        self._carry_out(TimeOffer("", TimeWish.EXTEND, MINUTE_MS))

    def _action(self, menu: QMenu, offer: TimeOffer) -> QAction:
        action = QAction(on_button(offer.words), menu)
        action.triggered.connect(lambda _=False: self._carry_out(offer))
        return action

    def _add_undo(self, menu: QMenu, session: SessionId) -> None:
        last = self._times.last_change(session)
        if last is None:
            return
        menu.addSeparator()
        action = menu.addAction(on_button(f"Undo the last change ({one_line(change_words(last), 60)})"))
        action.triggered.connect(lambda _=False: self._times.undo(session, last.revision))

    def _carry_out(self, offer: TimeOffer) -> None:
        found = self._found()
        if found is None:
            return
        _, _, session = found
        now = self._program.now()
        match offer.wish:
            case TimeWish.DELAY | TimeWish.DELAY_ALL:
                self._times.delay(session.id, offer.by_ms, rest=offer.wish is TimeWish.DELAY_ALL)
            case TimeWish.DELAY_REST:
                self._times.delay_rest(session.id, offer.by_ms)
            case TimeWish.EXTEND:
                self._times.extend(session.id, extension_ms(session, now, offer.by_ms))
            case TimeWish.END_VIDEO if session.video_start is not None:
                self._times.end_video(session.id, (now - session.video_start) // _MS)
        self._tell(session.id, offer.wish)

    def _tell(self, session: SessionId, wish: TimeWish) -> None:
        """Say what should be known next: that it runs into the next session, or how to take the end of a video back."""
        found = self._found()
        if found is None:
            return
        program, timetable, now = found
        hit = run_into(program, timetable, session)
        if hit is not None:
            over_ms = -(-((now.end - hit.start) // _MS) // MINUTE_MS) * MINUTE_MS
            self._notice.tell(
                f"“{one_line(now.title, 60)}” now runs into “{one_line(hit.title, 60)}”.",
                f"Delay what follows by {minutes(over_ms)} (Shift+U)",
                lambda: self._times.delay_rest(session, over_ms),
            )
        elif wish is TimeWish.END_VIDEO:
            self._notice.tell("The video ends now for everyone.", "Undo (Shift+U)", lambda: self._take_back(session))

    def _take_back(self, session: SessionId) -> None:
        last = self._times.last_change(session)
        if last is not None:
            self._times.undo(session, last.revision)

    def _found(self) -> tuple[Conference, Conference, Session] | None:
        program, timetable = self._program.given, self._program.conference
        session = timetable.session(self._session) if timetable is not None and self._session is not None else None
        return None if program is None or timetable is None or session is None else (program, timetable, session)
