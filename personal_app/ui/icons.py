"""Icons by meaning, drawn from the Phosphor font that comes with QtAwesome, in the colours of the theme.

Importing QtAwesome itself costs some 200 ms (it loads a binding layer with every Qt module), more than the whole start
may take. Its font file is therefore found without importing it, and a test checks our code points against the
package's own table of names. Where the package is missing the icons stay blank; every control has a name beside.
Must never be asked for icons before there is a QApplication.
"""

import logging
from enum import IntEnum
from functools import cache
from importlib.util import find_spec
from math import ceil
from pathlib import Path

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QIcon, QPainter, QPixmap

_log = logging.getLogger(__name__)


class Icon(IntEnum):
    """Code points of Phosphor 1; the test names the glyph of each."""

    PLAY = 0xF9E7
    PAUSE = 0xF9C9
    BACK = 0xF021
    FORWARD = 0xF020
    SOUND = 0xF2E0
    SOUND_LOW = 0xF2E1
    MUTED = 0xF2E9
    CAPTIONS = 0xF0FD
    FULL_SCREEN = 0xF118
    LEAVE_FULL_SCREEN = 0xF117
    SETTINGS = 0xF19B
    INFO = 0xF1E0
    CHECK = 0xF0E7
    DONE = 0xF851
    STAR = 0xF2F3
    STARRED = 0xFA5D
    SAVE_OFFLINE = 0xF0FF
    SAVED_OFFLINE = 0xF101
    OFFLINE = 0xF106
    CLOCK = 0xF0F9
    LIVE = 0xF0A2
    PERSON = 0xF346
    PEOPLE = 0xF351
    CHAIR = 0xF1FD
    AUTHOR = 0xF0D1
    MICROPHONE = 0xF218
    SPEED = 0xF19A
    MENU = 0xF1FA
    DOWN = 0xF0C2
    RIGHT = 0xF0C4
    UP = 0xF0C5
    WARNING = 0xF35D
    NO_NETWORK = 0xF367
    INVITATION = 0xF327
    JOIN = 0xF2C6
    QUESTION = 0xF0DE
    QUESTIONS = 0xF0E1
    HELP = 0xF293
    VOTE = 0xF03A
    VOTED = 0xF7A4
    HAND = 0xF1BD
    REMOVE = 0xF334
    WATCH = 0xF15B
    HIDE = 0xF15E
    SEARCH = 0xF20A
    CLOSE = 0xF36D
    ADD = 0xF27F
    EDIT = 0xF266
    SEND = 0xF25B
    MORE = 0xF145
    CALENDAR = 0xF0AD
    RECORDING = 0xF21E
    LOOK_AROUND = 0xF110
    LOOK = 0xF0EE
    WAITING = 0xF1D3
    UNDO = 0xF066
    MOVE_UP = 0xF061
    MOVE_DOWN = 0xF022
    NEXT = 0xF044
    PLACE = 0xF20D
    CHAPTERS = 0xF172
    QUEUE = 0xF294
    TEXT_SIZE = 0xF310
    ANONYMOUS = 0xF205
    DECLINE = 0xF289
    INBOX = 0xF336
    ANNOUNCEMENT = 0xF215
    CLAP = 0xF1BF
    HEART = 0xF1CA
    LAUGH = 0xF2D1
    WOW = 0xF2DF
    CONFUSED = 0xF2D3
    BOOKMARK = 0xF095
    NOTE = 0xF22E
    EXPORT = 0xF15A
    LANGUAGE = 0xF333
    HISTORY = 0xF0FC


def icon(which: Icon, colour: QColor, side: int, disabled: QColor | None = None, *, gap: int = 0) -> QIcon:
    """Return `which` as a QIcon of `side` logical pixels, sharp on the finest screen there is.

    `gap` leaves so many pixels free after it, for an icon that stands before words.
    """
    application = QGuiApplication.instance()
    ratio = ceil(application.devicePixelRatio()) if isinstance(application, QGuiApplication) else 1
    return _icon(which, colour.rgba(), side, disabled.rgba() if disabled is not None else None, gap, ratio)


def draw_icon(painter: QPainter, where: QRect | QRectF, which: Icon, colour: QColor) -> None:
    """Draw `which` as large as the rectangle allows, centred in it."""
    family = _family()
    if not family:
        return
    rectangle = QRectF(where)
    font = QFont(family)
    font.setPixelSize(max(1, round(min(rectangle.width(), rectangle.height()))))
    painter.save()
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rectangle, Qt.AlignmentFlag.AlignCenter, chr(which))
    painter.restore()


@cache
def _icon(which: Icon, rgba: int, side: int, disabled_rgba: int | None, gap: int, ratio: int) -> QIcon:
    made = QIcon(_pixmap(which, QColor.fromRgba(rgba), side, ratio, gap))
    if disabled_rgba is not None:
        made.addPixmap(_pixmap(which, QColor.fromRgba(disabled_rgba), side, ratio, gap), QIcon.Mode.Disabled)
    return made


def _pixmap(which: Icon, colour: QColor, side: int, ratio: int, gap: int) -> QPixmap:
    pixmap = QPixmap((side + gap) * ratio, side * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_icon(painter, QRect(0, 0, side, side), which, colour)
    painter.end()
    return pixmap


def font_file() -> Path | None:
    """Return where the icon font lies, or None where QtAwesome is not installed."""
    spec = find_spec("qtawesome")
    if spec is None or spec.origin is None:
        return None
    return next(iter(sorted((Path(spec.origin).parent / "fonts").glob("phosphor-1*.ttf"))), None)


@cache
def _family() -> str:
    path = font_file()
    number = QFontDatabase.addApplicationFont(str(path)) if path is not None else -1
    families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    if not families:
        _log.warning("the icon font of QtAwesome 1 was not found: icons stay blank")
    return families[0] if families else ""
