"""What is written about a talk: its abstract and the people who give it."""

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout

from personal_app.conference.program import Conference, Person, Session, Talk
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.theme import Size
from personal_app.ui.tokens import LARGE, MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.frames import Surface, column

_MOST_WIDTH = 760


class AboutPage(QScrollArea):
    """Abstract first, then one paragraph per person."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("About the talk")
        self._shown: tuple[object, ...] = ()

    def show_talk(self, conference: Conference, session: Session, talk: Talk) -> None:
        """Show what the program says of `talk`."""
        people = _people(conference, talk.presenters or session.presenters)
        chairs = _people(conference, session.chairs)
        abstract = talk.abstract or session.abstract
        if (talk.id, abstract, people, chairs) == self._shown:
            return
        self._shown = (talk.id, abstract, people, chairs)
        page = Surface("panel")
        page.setMaximumWidth(_MOST_WIDTH)
        whole = column(page, spacing=MEDIUM)
        whole.setContentsMargins(MEDIUM, MEDIUM, LARGE, LARGE)
        if abstract:
            words = PlainLabel(abstract, wrap=True)
            words.let_select()
            whole.addWidget(words)
        _add_people(whole, "Presented by" if people else "", people)
        _add_people(whole, "Discussion chairs" if chairs else "", chairs)
        if not abstract and not people:
            whole.addWidget(PlainLabel("The program says nothing more about this talk.", tone="soft", wrap=True))
        whole.addStretch(1)
        self.setWidget(page)


def _people(conference: Conference, ids: Sequence[object]) -> tuple[Person, ...]:
    return tuple(person for person in conference.people if person.id in ids)


def _add_people(whole: QVBoxLayout, heading: str, people: Sequence[Person]) -> None:
    if not people:
        return
    whole.addSpacing(TIGHT)
    whole.addWidget(PlainLabel(heading, size=Size.SMALL, tone="faint", strong=True))
    for person in people:
        block = column(spacing=2)
        block.addWidget(PlainLabel(person.name, strong=True, wrap=True))
        if person.affiliation:
            block.addWidget(PlainLabel(person.affiliation, size=Size.SMALL, tone="soft", wrap=True))
        if person.bio:
            block.addSpacing(2)
            words = PlainLabel(person.bio, wrap=True)
            words.let_select()
            block.addWidget(words)
        whole.addLayout(block)
    whole.addSpacing(SMALL)
