"""Draws the figures of the demo's slides: flows, rings, layers, bars, curves and two kinds of network.

Each function fills the place it is given and nothing outside it. Must never hold words of a talk: those are in `talks`.
"""

from paper import CENTER, INK, LEFT, MIDDLE_LEFT, PAPER, QUIET, RIGHT, RULE, box, font, tint, write
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from talks import Bars, Curve, Figure, Flow, Layers, Loop, Meeting, Network, Pair

WHITE = QColor("#FFFFFF")


def draw_figure(painter: QPainter, place: QRectF, figure: Figure, accent: QColor) -> None:
    """Draw `figure` into `place`, in shades of `accent`."""
    match figure:
        case Flow():
            _flow(painter, place, figure, accent)
        case Loop():
            _loop(painter, place, figure, accent)
        case Layers():
            _layers(painter, place, figure, accent)
        case Bars():
            _bars(painter, place, figure, accent)
        case Curve():
            _curve(painter, place, figure, accent)
        case Network():
            _network(painter, place, figure, accent)
        case Pair():
            _pair(painter, place, figure, accent)
        case Meeting():
            _meeting(painter, place, figure, accent)


def _flow(painter: QPainter, place: QRectF, flow: Flow, accent: QColor) -> None:
    count = len(flow.steps)
    gap = 34.0
    height = min(76.0, (place.height() - gap * (count - 1)) / count)
    top = place.top() + (place.height() - count * height - (count - 1) * gap) / 2
    for index, step in enumerate(flow.steps):
        last = index == count - 1
        spot = QRectF(place.left(), top + index * (height + gap), place.width(), height)
        box(painter, spot, accent if last else tint(accent, 0.12))
        write(painter, spot, step, font(24, bold=last), WHITE if last else INK, CENTER)
        if not last:
            _arrow(painter, QPointF(spot.center().x(), spot.bottom() + 5), QPointF(0, gap - 10), accent)


def _loop(painter: QPainter, place: QRectF, loop: Loop, accent: QColor) -> None:
    width, height = 206.0, 92.0
    left, right = place.left(), place.right() - width
    top, bottom = place.top() + 50, place.bottom() - 50 - height
    spots = [QRectF(x, y, width, height) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))]
    for index, (spot, step) in enumerate(zip(spots, loop.steps, strict=True)):
        box(painter, spot, accent if index == 0 else tint(accent, 0.12))
        write(painter, spot, step, font(22, bold=index == 0), WHITE if index == 0 else INK, CENTER)
    across, down = right - left - width - 20, bottom - top - height - 20
    _arrow(painter, QPointF(left + width + 10, top + height / 2), QPointF(across, 0), accent)
    _arrow(painter, QPointF(right + width / 2, top + height + 10), QPointF(0, down), accent)
    _arrow(painter, QPointF(right - 10, bottom + height / 2), QPointF(-across, 0), accent)
    _arrow(painter, QPointF(left + width / 2, bottom - 10), QPointF(0, -down), accent)


def _layers(painter: QPainter, place: QRectF, layers: Layers, accent: QColor) -> None:
    count = len(layers.blocks)
    room = place.height() - 40
    height = room / count - 10
    for index, (label, note, share) in enumerate(layers.blocks):
        width = place.width() * share
        spot = QRectF(place.center().x() - width / 2, place.top() + index * room / count, width, height)
        strong = index == 0
        box(painter, spot, accent if strong else tint(accent, max(0.34 - 0.11 * (index - 1), 0.1)))
        colour = WHITE if strong else INK
        if note:
            middle = spot.center().y()
            write(painter, QRectF(spot.left(), middle - 34, width, 34), label, font(21, bold=True), colour, CENTER)
            write(painter, QRectF(spot.left(), middle, width, 30), note, font(18), colour, CENTER)
        else:
            write(painter, spot, label, font(22, bold=strong), colour, CENTER)
    _caption(painter, place, layers.caption)


def _bars(painter: QPainter, place: QRectF, bars: Bars, accent: QColor) -> None:
    room = (place.height() - 40) / len(bars.bars)
    for index, (label, figure, share) in enumerate(bars.bars):
        top = place.top() + index * room + (room - 96) / 2
        spot = QRectF(place.left(), top + 34, max(place.width() * share, 2), 44)
        write(painter, QRectF(place.left(), top, place.width(), 30), label, font(20), INK)
        painter.fillRect(QRectF(place.left(), top + 34, place.width(), 44), tint(accent, 0.08))
        painter.fillRect(spot, accent if index == len(bars.bars) - 1 or len(bars.bars) == 3 else tint(accent, 0.6))
        inside = spot.width() > place.width() * 0.5
        left, right = (spot.left(), spot.right()) if inside else (spot.right(), place.right())
        words = QRectF(left + 14, spot.top(), right - left - 14, 44)
        write(painter, words, figure, font(21, bold=True), WHITE if inside else INK, MIDDLE_LEFT)
    _caption(painter, place, bars.caption)


def _curve(painter: QPainter, place: QRectF, curve: Curve, accent: QColor) -> None:
    plot = QRectF(place.left() + 8, place.top() + 40, place.width() - 16, place.height() - 96)

    def at(x: float, y: float) -> QPointF:
        return QPointF(plot.left() + x * plot.width(), plot.bottom() - y * plot.height())

    line = [at(*point) for point in curve.points]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tint(accent, 0.12))
    painter.drawPolygon(QPolygonF([at(curve.points[0][0], 0), *line, at(curve.points[-1][0], 0)]))
    painter.setPen(QPen(INK, 2))
    painter.drawLine(plot.topLeft(), plot.bottomLeft())
    painter.drawLine(plot.bottomLeft(), plot.bottomRight())
    painter.setPen(QPen(accent, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.drawPolyline(QPolygonF(line))
    spot = at(*curve.mark)
    painter.setPen(QPen(tint(accent, 0.6), 2, Qt.PenStyle.DashLine))
    painter.drawLine(spot, QPointF(spot.x(), plot.bottom()))
    painter.setPen(QPen(PAPER, 3))
    painter.setBrush(accent)
    painter.drawEllipse(spot, 10, 10)
    write(painter, QRectF(place.left(), place.top(), place.width(), 30), curve.up, font(19), QUIET)
    below = QRectF(place.left(), plot.bottom() + 12, place.width() - 8, 28)
    write(painter, below, curve.across, font(19), QUIET, RIGHT)
    _mark_words(painter, plot, spot, curve, accent)


def _mark_words(painter: QPainter, plot: QRectF, spot: QPointF, curve: Curve, accent: QColor) -> None:
    place, align = {
        "left": (QRectF(spot.x() - 300, spot.y() - 46, 282, 30), RIGHT),
        "above": (QRectF(plot.right() - 300, spot.y() - 56, 300, 30), RIGHT),
        "below": (QRectF(spot.x() + 16, spot.y() + 22, 280, 30), LEFT),
    }[curve.side]
    write(painter, place, curve.meaning, font(20, bold=True), accent, align)


def _network(painter: QPainter, place: QRectF, network: Network, accent: QColor) -> None:
    middle = place.center().x()
    half = place.width() / 2 - 14
    result = QRectF(place.left(), place.top(), place.width(), 58)
    joined = QRectF(middle - 120, place.top() + 96, 240, 54)
    box(painter, result, accent)
    write(painter, result, network.result, font(22, bold=True), WHITE, CENTER)
    box(painter, joined, tint(accent, 0.34))
    write(painter, joined, "joined", font(20), INK, CENTER)
    _arrow(painter, QPointF(middle, joined.top() - 6), QPointF(0, -26), accent)
    for index in range(3):
        inset = 14.0 * (2 - index)
        layer = QRectF(place.left() + inset, place.top() + 206 + index * 40, half - 2 * inset, 30)
        box(painter, layer, tint(accent, 0.34))
    for index in range(4):
        table = QRectF(middle + 14 + index * (half + 8) / 4, place.top() + 206, (half + 8) / 4 - 8, 110)
        box(painter, table, tint(accent, 0.12))
        row = QRectF(table.left(), table.top() + 12 + (index * 37) % 80, table.width(), 14)
        painter.fillRect(row, accent)
    for x in (place.left() + half / 2, middle + 14 + half / 2):
        _arrow(painter, QPointF(x, place.top() + 198), QPointF((middle - x) * 0.35, -40), accent)
    write(painter, QRectF(place.left(), place.top() + 330, half, 30), network.dense, font(19), QUIET, CENTER)
    write(painter, QRectF(middle + 14, place.top() + 330, half, 30), network.sparse, font(19), QUIET, CENTER)


def _pair(painter: QPainter, place: QRectF, pair: Pair, accent: QColor) -> None:
    middle = place.center().x()
    above = QRectF(middle - 150, place.top(), 300, 58)
    below = QRectF(middle - 150, place.bottom() - 62, 300, 58)
    box(painter, above, tint(accent, 0.12))
    write(painter, above, pair.category, font(22), INK, CENTER)
    box(painter, below, accent)
    write(painter, below, pair.result, font(22, bold=True), WHITE, CENTER)
    sides = ((place.left() + 40, pair.first, "quotient", 4), (place.right() - 200, pair.second, "remainder", 1))
    for left, words, name, chosen in sides:
        for row in range(6):
            cell = QRectF(left, place.top() + 126 + row * 24, 160, 20)
            painter.fillRect(cell, accent if row == chosen else tint(accent, 0.16))
        x = left + 80
        write(painter, QRectF(left - 20, place.top() + 92, 200, 28), f"{name}: {words}", font(18), QUIET, CENTER)
        _arrow(
            painter, QPointF(middle + (x - middle) * 0.55, place.top() + 64), QPointF((x - middle) * 0.2, 24), accent
        )
        _arrow(painter, QPointF(x, place.top() + 278), QPointF((middle - x) * 0.42, 48), accent)


def _meeting(painter: QPainter, place: QRectF, meeting: Meeting, accent: QColor) -> None:
    middle = place.center().x()
    result = QRectF(middle - 110, place.top() + 216, 220, 76)
    box(painter, result, accent)
    write(painter, result, meeting.result, font(24, bold=True), WHITE, CENTER)
    for left, words in ((place.left(), meeting.first), (place.right() - 220, meeting.second)):
        spot = QRectF(left, place.top() + 60, 220, 76)
        box(painter, spot, tint(accent, 0.12))
        write(painter, spot, words, font(22), INK, CENTER)
        start = QPointF(spot.center().x(), spot.bottom() + 8)
        _arrow(painter, start, QPointF((middle - start.x()) * 0.55, 62), accent)
    _caption(painter, place, meeting.caption)


def _arrow(painter: QPainter, start: QPointF, way: QPointF, colour: QColor) -> None:
    length = (way.x() ** 2 + way.y() ** 2) ** 0.5
    along = way / length
    beside = QPointF(-along.y(), along.x())
    end = start + way
    neck = end - along * 11
    painter.setPen(QPen(colour, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawLine(start, neck)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawPolygon(QPolygonF([end, neck + beside * 7, neck - beside * 7]))


def _caption(painter: QPainter, place: QRectF, words: str) -> None:
    painter.fillRect(QRectF(place.left(), place.bottom() - 34, place.width(), 1), RULE)
    write(painter, QRectF(place.left(), place.bottom() - 26, place.width(), 26), words, font(18), QUIET, CENTER)
