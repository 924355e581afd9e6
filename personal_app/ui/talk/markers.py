"""What the seek bar marks: questions, their answers and a person's own notes; what it tells of each, and its menu."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from personal_app.conference.ids import QuestionId
from personal_app.conference.notes import Note
from personal_app.services.services import Services
from personal_app.ui.plain_text import on_button, one_line
from personal_app.ui.schedule.times import position_words
from personal_app.ui.talk.hover_card import Told
from personal_app.ui.talk.question_moments import QuestionMoment
from personal_app.ui.talk.seek_bar import Marker, MarkerKind


class MarkerActs(NamedTuple):
    """What the menu's entries do: each is given a position in ms, or a question."""

    seek: Callable[[int], object]
    ask: Callable[[int], object]
    show_question: Callable[[str], object]
    write_note: Callable[[int], object]
    bookmark: Callable[[int], object]


def markers_of(questions: Sequence[QuestionMoment], notes: Sequence[Note]) -> list[Marker]:
    """Return the markers of questions and of notes that have a moment."""
    asked = [
        Marker(
            each.position_ms,
            each.title(),
            MarkerKind.ANSWER if each.answered else MarkerKind.QUESTION,
            each.question.id,
        )
        for each in questions
    ]
    own = [
        Marker(note.position_ms, note.text or f"Bookmark: {note.said}", MarkerKind.NOTE, note.id)
        for note in notes
        if note.position_ms is not None
    ]
    return [*asked, *own]


def explain_marker(services: Services, marker: Marker) -> Told | None:
    """Return all that a card tells of a marker; None where what it stands for is gone."""
    at = position_words(marker.position_ms)
    if marker.kind is MarkerKind.NOTE:
        return Told(f"{at} · My note", marker.words)
    question = services.questions.board.question(QuestionId(marker.ref))
    if question is None:
        return None
    moment = QuestionMoment(marker.position_ms, question, answered=marker.kind is MarkerKind.ANSWER)
    what = "Answer" if moment.answered else "Question"
    return Told(f"{at} · {what}", moment.title(), moment.more())


def marker_menu(
    parent: QWidget, services: Services, acts: MarkerActs, position_ms: int, marker: Marker | None
) -> QMenu:
    """Return what can be done at a position of the seek bar, and with the marker there."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    at = position_words(position_ms)
    _add(menu, f"Go to {at}", partial(acts.seek, position_ms))
    if marker is not None and marker.kind is not MarkerKind.NOTE:
        number = one_line(marker.words).partition(" ")[0]
        _add(menu, f"Show {number} in the questions", partial(acts.show_question, marker.ref))
    menu.addSeparator()
    ask = _add(menu, f"Ask at {at}…", partial(acts.ask, position_ms))
    ask.setEnabled(services.profile.identity is not None)
    _add(menu, f"Write a note at {at}…", partial(acts.write_note, position_ms))
    _add(menu, f"Set a bookmark at {at}", partial(acts.bookmark, position_ms))
    return menu


def _add(menu: QMenu, words: str, act: Callable[[], object]) -> QAction:
    action = QAction(on_button(words), menu)
    action.triggered.connect(lambda _: act())
    menu.addAction(action)
    return action
