"""What is on the screen before anything else is imported: program and questions, painted from the kept record.

It uses the measures, fonts and colours of the real lists, which take its place in the same window; nothing on it can be
clicked. Must never import msgspec, the core or a service: the first paint waits for every import of this module.
"""

import json
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from personal_app.services.recording_kind import RecordingKind
from personal_app.ui.cards.face import face
from personal_app.ui.cards.painting import paint_card_ground, paint_face
from personal_app.ui.first_page.form import FORM, KeptAnswer, KeptCard, Place, Stage
from personal_app.ui.schedule.row import RowKind, Saved, ScheduleRow, elapsed_share, next_words
from personal_app.ui.schedule.row_face import RowFace, paint_ground
from personal_app.ui.shares import shares
from personal_app.ui.theme import Size, Theme
from personal_app.ui.widgets.fill import fill

#: The scroll bar's width in the sheet, and how much less than their list cards are measured for.
_SCROLL_BAR, _BAR_ROOM = 10, 2


class FirstPage(QWidget):
    """Paints the record as it is true at `now`. Raises ValueError where it is of another form, or for another look."""

    def __init__(self, record: str, now: datetime) -> None:
        super().__init__()
        self.setObjectName("first_page")
        self.setAccessibleName("Program and questions")
        self._theme = Theme.of_app()
        self._now = now
        kept = json.loads(record)
        look = (self._theme.font().family(), self._theme.scale)
        if kept.get("form") != FORM or (kept["family"], kept["scale"]) != look:
            raise ValueError("the first page was kept for another program or look")
        if not kept["opens"][0][0] <= now.timestamp() < kept["until"]:
            raise ValueError("the first page does not tell of this hour")
        self._gutter: str = kept["gutter"]
        self._places = {place.name: place for place in (Place(*each) for each in kept["places"])}
        talk = next(talk for since, talk in reversed(kept["opens"]) if since <= now.timestamp())
        self._rows = [_row(*each, now=now) for each in kept["rows"]]
        if not all(_is_here(row, start) for row, (_, start, *_) in zip(self._rows, kept["rows"], strict=True)):
            raise ValueError("the first page was kept in another zone")
        self._selected = _selected(self._rows, talk)
        self._cards = [_card(KeptCard(*each)) for each in kept["cards"].get(talk, ())]

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        fill(painter, self.rect(), self._theme.colour("surface"))
        program, questions = shares(self.width(), self._theme.scale)
        top = self._places["bar"].height
        areas = {
            "bar": QRect(0, 0, self.width(), top),
            "program": QRect(0, top, program, self.height() - top),
            "questions": QRect(self.width() - questions, top, questions, self.height() - top),
        }
        self._paint_lines(painter, areas)
        for place in self._places.values():
            if place.words:
                self._paint_words(painter, place, areas[place.area])
        self._paint_program(painter, self._list("program_list", areas))
        self._paint_cards(painter, self._list("question_list", areas))
        painter.end()

    def _list(self, name: str, areas: dict[str, QRect]) -> QRect:
        """Return where a list stands: from its top to the bottom of its area."""
        place = self._places[name]
        return areas[place.area].adjusted(place.x, place.y, 0, 0)

    def _paint_lines(self, painter: QPainter, areas: dict[str, QRect]) -> None:
        line, bar = self._theme.colour("line"), areas["bar"]
        fill(painter, QRect(0, bar.bottom(), bar.width(), 1), line)
        fill(painter, QRect(areas["program"].right() + 1, bar.bottom() + 1, 1, self.height()), line)
        fill(painter, QRect(areas["questions"].left() - 1, bar.bottom() + 1, 1, self.height()), line)
        questions = self._list("question_list", areas)
        fill(painter, QRect(questions.left(), questions.top() - 1, questions.width(), 1), line)

    def _paint_words(self, painter: QPainter, place: Place, area: QRect) -> None:
        theme, size = self._theme, Size.SMALL if place.small else Size.BODY
        where = QRect(area.left() + place.x, area.top() + place.y, area.width() - place.x - place.room, place.height)
        words = theme.metrics(size, place.bold).elidedText(place.words, Qt.TextElideMode.ElideRight, where.width())
        painter.setFont(theme.font(size, place.bold))
        painter.setPen(theme.colour(place.colour))
        painter.drawText(where, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_program(self, painter: QPainter, where: QRect) -> None:
        tops = self._tops(where.width())
        if tops[-1] > where.height():
            where.setRight(where.right() - _SCROLL_BAR)
            tops = self._tops(where.width())
        scrolled = 0
        if self._selected is not None:
            # As a list does that makes the current row visible.
            scrolled = max(0, tops[self._selected + 1] - where.height())
        painter.setClipRect(where)
        for place, row in enumerate(self._rows):
            top, bottom = tops[place] - scrolled, tops[place + 1] - scrolled
            if bottom > 0 and top < where.height():
                self._paint_row(
                    painter, place, row, QRect(where.left(), where.top() + top, where.width(), bottom - top)
                )
        painter.setClipping(False)

    def _paint_row(self, painter: QPainter, place: int, row: ScheduleRow, where: QRect) -> None:
        made = RowFace(row, where, self._theme, self._gutter)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if place == self._selected:
            paint_ground(painter, where, self._theme, selected=True, focused=False)
        if row.kind != RowKind.DAY:
            made.rail(painter, first=place == 0, last=place + 1 == len(self._rows))
        made.words(painter)
        painter.restore()

    def _tops(self, width: int) -> list[int]:
        """Return where each row begins, and where the last one ends, from the top of the list."""
        tops = [0]
        for row in self._rows:
            tops.append(tops[-1] + RowFace(row, QRect(0, 0, width, 0), self._theme, self._gutter).height)
        return tops

    def _paint_cards(self, painter: QPainter, where: QRect) -> None:
        theme, y = self._theme, where.top()
        painter.setClipRect(where)
        for card in self._cards:
            if y > where.bottom():
                break
            made = face(card, where.width() - _BAR_ROOM, theme, expanded=False)
            ground = QRect(where.left(), y, where.width(), made.height)
            painter.save()
            paint_card_ground(painter, ground, theme, card.tone, selected=False, focused=False, hovered=False)
            painter.translate(ground.topLeft())
            paint_face(painter, made, card, self._now, theme, selected=False, hot=None)
            painter.restore()
            y += made.height
        painter.setClipping(False)


def _row(words: list[Any], start: float, end: float, stages: list[list[Any]], *, now: datetime) -> ScheduleRow:
    """Return a row as it is at `now`."""
    row = ScheduleRow(*words)
    if row.saved is not None:
        saved = Saved(*row.saved)
        row = row._replace(saved=saved._replace(kind=RecordingKind(saved.kind)))
    found = [Stage(*each) for each in stages]
    stage = next(each for each in reversed(found) if each.since <= now.timestamp())
    began, ends = _instant(start), _instant(end)
    return row._replace(
        kind=RowKind(row.kind),
        chip=next_words(began, now) if stage.next_one else stage.chip,
        tone=stage.tone,
        past=stage.past,
        elapsed=elapsed_share(began, ends, now) if stage.running else None,
    )


def _is_here(row: ScheduleRow, start: float) -> bool:
    """Tell whether the person's clock would still call the start of a session by the hour that is written."""
    return not row.here or row.here == f"{_instant(start).astimezone():%H:%M}"


def _selected(rows: list[ScheduleRow], talk: str | None) -> int | None:
    """Return the place of the row of a talk: its own where it has one, else its session's."""
    places = [place for place, row in enumerate(rows) if row.talk == talk and talk is not None]
    return next((place for place in places if rows[place].kind == RowKind.TALK), places[0] if places else None)


def _card(kept: KeptCard) -> Any:
    """Return what stands for a card of the list: the same fields, without the core's values behind them."""
    answers = [KeptAnswer(*each) for each in kept.answers]
    row = SimpleNamespace(
        text=kept.text,
        asker=kept.asker,
        alias=kept.alias,
        also_asked=kept.also_asked,
        asked_at=_instant(kept.asked_at),
        position_ms=kept.position_ms,
        mark=SimpleNamespace(position_ms=kept.answered_ms),
    )
    question = SimpleNamespace(
        row=row,
        votes=kept.votes,
        voted=kept.voted,
        answers=[SimpleNamespace(**{**each._asdict(), "written_at": _instant(each.written_at)}) for each in answers],
    )
    return SimpleNamespace(
        **kept._asdict(), question=question, talk="", can_edit=False, can_withdraw=False, silenced=False
    )


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
