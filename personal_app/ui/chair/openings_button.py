"""The button that says what the questions of a session are open to, and the menu behind it for its chairs."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt

from personal_app.conference.program import Talk
from personal_app.conference.questions import QaState
from personal_app.services.questions import QuestionService
from personal_app.ui.chair.openings import Wanted, openings_menu, words
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import tip
from personal_app.ui.widgets.buttons import Button, Kind


class OpeningsButton(Button):
    """Shows the talks it was given last; what is chosen goes to the service, which draws it at once."""

    def __init__(self, questions: QuestionService) -> None:
        super().__init__("", icon=Icon.QUESTIONS, name="openings_button")
        self._questions = questions
        self._talks: tuple[Talk, ...] = ()
        self.setToolTip(tip("Open, pause or close questions, and say whether a chair looks at each first (C)"))
        self.clicked.connect(self.open_menu)

    def show_talks(self, talks: Sequence[Talk]) -> None:
        """Show how the questions of these talks stand now."""
        self._talks = tuple(talks)
        rows = [self._questions.qa(talk.id) for talk in self._talks]
        self.setVisible(bool(rows))
        if rows:
            self.show_words(words(rows))
            self.show_kind(Kind.PLAIN if all(row.qa is QaState.OPEN for row in rows) else Kind.LIVE)

    def open_menu(self) -> None:
        """Let the chair choose, at the button."""
        if not self._talks:
            return
        rows = [self._questions.qa(talk.id) for talk in self._talks]
        menu = openings_menu(self, rows, {talk.id: talk.title for talk in self._talks}, self._regulate)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height())))

    def _regulate(self, wanted: Wanted) -> None:
        for talk in wanted.talks:
            known = self._questions.qa(talk)
            if wanted.qa not in (None, known.qa) or wanted.moderated not in (None, known.moderated):
                self._questions.regulate(talk, wanted.qa, wanted.moderated)
