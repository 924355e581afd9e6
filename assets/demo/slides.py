"""Draws the slides of the demo recordings with Qt, one picture for each state of a slide.

A slide's points appear one by one; its figure is there from the start. Everything is laid out by hand on 1280x720, in
flat colours that compress well. Must never read a clock or a random number: the same talk gives the same pictures.
"""

from figures import draw_figure
from paper import CENTER, CHALK, HEIGHT, INK, NIGHT, PAPER, QUIET, RIGHT, RULE, WIDTH, blank, box, font, painting, write
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from talks import Slide, Talk

MARGIN = 72.0
NOTE = "Demo recording with a synthetic voice"

#: Cells of the title's table that somebody has liked.
_LIKED = {(0, 1), (0, 4), (1, 2), (2, 0), (2, 3), (3, 1), (3, 5), (4, 4), (5, 0), (5, 2), (6, 3), (6, 5), (7, 1)}
_WISHED = (2, 4)


def title_picture(talk: Talk) -> QImage:
    """Return the title slide, which is also the talk's poster."""
    sheet = blank(NIGHT)
    accent = QColor(talk.accent)
    bright = accent.lighter(165)
    with painting(sheet) as painter:
        painter.fillRect(QRectF(0, 0, 16, HEIGHT), accent.lighter(120))
        _taste_table(painter, accent)
        write(painter, QRectF(MARGIN, 92, 720, 36), talk.kicker.upper(), font(22, bold=True), bright)
        size = 60 if len(talk.title) < 40 else 46
        # A hyphen that does not break keeps "Memory-Efficient" in one line.
        words = talk.title.replace("-", "\u2011")
        title = write(painter, QRectF(MARGIN, 138, 740, 340), words, font(size, bold=True), CHALK)
        painter.fillRect(QRectF(MARGIN, title.bottom() + 28, 64, 5), bright)
        write(painter, QRectF(MARGIN, title.bottom() + 56, 740, 40), talk.speakers, font(28), CHALK)
        write(painter, QRectF(MARGIN, title.bottom() + 98, 740, 34), talk.affiliation, font(22), QColor("#A9B0C0"))
        write(painter, QRectF(MARGIN, 644, 740, 28), f"PeRSonAl 2020   ·   {NOTE}", font(18), QColor("#8A92A6"))
    return sheet


def slide_picture(talk: Talk, number: int, shown: int) -> QImage:
    """Return slide `number` (the title slide is 1, so from 2) with its first `shown` points."""
    slide = talk.slides[number - 2]
    sheet = blank(PAPER)
    accent = QColor(talk.accent)
    with painting(sheet) as painter:
        write(painter, QRectF(MARGIN, 52, 900, 28), talk.kicker.upper(), font(18, bold=True), accent)
        write(painter, QRectF(MARGIN, 80, WIDTH - 2 * MARGIN, 64), slide.title, font(46, bold=True), INK)
        painter.fillRect(QRectF(MARGIN, 156, 64, 5), accent)
        _points(painter, slide, shown, accent)
        draw_figure(painter, QRectF(720, 208, 488, 400), slide.figure, accent)
        _footer(painter, talk, number, accent)
    return sheet


def _points(painter: QPainter, slide: Slide, shown: int, accent: QColor) -> None:
    top = 224.0
    for index, point in enumerate(slide.points[:shown]):
        current = index == shown - 1
        words = write(painter, QRectF(MARGIN + 26, top, 556, 112), point.shown, font(28), INK if current else QUIET)
        box(painter, QRectF(MARGIN, top, 6, words.height()), accent if current else QColor("#C9CBD2"))
        top = words.bottom() + 50


def _footer(painter: QPainter, talk: Talk, number: int, accent: QColor) -> None:
    pages = len(talk.slides) + 1
    painter.fillRect(QRectF(0, HEIGHT - 60, WIDTH, 2), RULE)
    painter.fillRect(QRectF(0, HEIGHT - 60, WIDTH * number / pages, 4), accent)
    place = QRectF(MARGIN, HEIGHT - 42, WIDTH - 2 * MARGIN, 26)
    write(painter, place, f"PeRSonAl 2020   ·   {talk.speakers}", font(17), QUIET)
    write(painter, place, f"{number} / {pages}", font(17, bold=True), QUIET, RIGHT)


def _taste_table(painter: QPainter, accent: QColor) -> None:
    """Draw what a recommender starts from: people by items, a few cells known, one asked for."""
    for row in range(8):
        for column in range(6):
            place = QRectF(888 + column * 56.0, 128 + row * 56.0, 46, 46)
            box(painter, place, accent.lighter(120) if (row, column) in _LIKED else QColor("#232B3F"))
            if (row, column) == _WISHED:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(CHALK, 3))
                painter.drawRoundedRect(place, 8, 8)
                write(painter, place, "?", font(26, bold=True), CHALK, CENTER)
