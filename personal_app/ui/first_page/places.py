"""Where the window's own words and lists stand, so that the first page can put what it paints in the same places."""

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from personal_app.ui.first_page.form import Place
from personal_app.ui.plain_text import ElidedLabel, PlainLabel

#: What the words are called, which area they belong to, and how they look.
_WORDS = (
    ("conference_title", "bar", "ink", True, False),
    ("conference_subtitle", "bar", "ink_faint", False, False),
    ("program_day", "program", "ink", True, False),
    ("program_zones", "program", "ink_faint", False, True),
)
_LISTS = (("program_list", "program"), ("question_list", "questions"))


def places_of(bar: QWidget, program: QWidget, questions: QWidget) -> tuple[Place, ...] | None:
    """Return the places of what stands in the three areas; None where something is missing or not laid out yet."""
    areas = {"bar": bar, "program": program, "questions": questions}
    found = [Place("bar", "bar", 0, 0, bar.height())]
    for name, area in _LISTS:
        place = _place(areas[area], name)
        if place is None or place.height() <= 0:
            return None
        found.append(Place(name, area, place.left(), place.top(), place.height()))
    for name, area, colour, bold, small in _WORDS:
        place, label = _place(areas[area], name), areas[area].findChild(PlainLabel, name)
        if place is None or label is None:
            return None
        words = label.whole_text if isinstance(label, ElidedLabel) else label.text()
        room = areas[area].width() - place.right() - 1
        found.append(Place(name, area, place.left(), place.top(), place.height(), room, words, colour, bold, small))
    return tuple(found)


def _place(area: QWidget, name: str) -> QRect | None:
    widget = area.findChild(QWidget, name)
    return None if widget is None else QRect(widget.mapTo(area, QPoint(0, 0)), widget.size())
