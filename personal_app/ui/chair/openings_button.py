"""The button that says what the questions of a session are open to, and the menu behind it for its chairs."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from PySide6.QtCore import QPoint, Qt

from personal_app.conference.program import Conference, QuestionTimes, Talk
from personal_app.conference.questions import QaState
from personal_app.conference.rows import QaRow
from personal_app.conference.timeline import qa_change, scheduled_qa
from personal_app.services.program import ProgramService
from personal_app.services.questions import QuestionService
from personal_app.ui.chair.openings import Wanted, by_program, openings_menu, words
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import tip
from personal_app.ui.schedule.times import Clockface
from personal_app.ui.widgets.buttons import Button, Kind


class OpeningsButton(Button):
    """Shows the talks it was given last; what is chosen goes to the service, which draws it at once."""

    def __init__(self, questions: QuestionService, program: ProgramService) -> None:
        super().__init__("", icon=Icon.QUESTIONS, name="openings_button")
        self._questions = questions
        self._program = program
        self._talks: tuple[Talk, ...] = ()
        self.setToolTip(tip("Open, pause or close questions, and say whether a chair looks at each first (C)"))
        self.clicked.connect(self.open_menu)
        program.ticked.connect(self.show_now)

    def show_talks(self, talks: Sequence[Talk]) -> None:
        """Show how the questions of these talks stand now; all of them are of one session."""
        self._talks = tuple(talks)
        self.setVisible(bool(self._talks))
        self.show_now()

    def show_now(self) -> None:
        """Show how they stand now: by the program's times they change without anybody's word."""
        rows = self._rows(now=True)
        if rows:
            self.show_words(words(rows))
            self.show_kind(Kind.PLAIN if all(row.qa is QaState.OPEN for row in rows) else Kind.LIVE)

    def open_menu(self) -> None:
        """Let the chair choose, at the button."""
        if not self._talks:
            return
        rows, titles = self._rows(now=not self._timed), {talk.id: talk.title for talk in self._talks}
        menu = openings_menu(self, rows, titles, self._regulate, self._words_of_program())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    @property
    def _timed(self) -> bool:
        """Whether the program has times for these talks; where it has none, what nobody said by hand is open."""
        conference = self._program.conference
        session = conference.session(self._talks[0].session) if conference is not None else None
        return session is not None and session.questions != QuestionTimes()

    def _rows(self, *, now: bool) -> list[QaRow]:
        """Return how each talk stands; with `now`, what goes by the program as that says at this moment."""
        rows = [self._questions.qa(talk.id) for talk in self._talks]
        if not now:
            return rows
        return [msgspec.structs.replace(row, qa=self._questions.qa_state(row.talk)) for row in rows]

    def _words_of_program(self) -> str:
        conference = self._program.conference
        if conference is None or not self._timed:
            return ""
        session, now = conference.session(self._talks[0].session), self._program.now()
        assert session is not None
        return by_program(scheduled_qa(session, now), _moment(conference, qa_change(session, now)))

    def _regulate(self, wanted: Wanted) -> None:
        for row in self._rows(now=not self._timed):
            if row.talk not in wanted.talks:
                continue
            if wanted.scheduled and row.qa is not None:
                self._questions.regulate(row.talk, scheduled=True)
            elif wanted.qa not in (None, row.qa) or wanted.moderated not in (None, row.moderated):
                self._questions.regulate(row.talk, wanted.qa, wanted.moderated)


def _moment(conference: Conference, at: datetime | None) -> str:
    """Return an instant as the viewer's clock says it, or nothing: "Friday 29 May 2020, 18:00"."""
    clock = Clockface(conference)
    return "" if at is None else f"{clock.day(at)}, {clock.here(at)}"
