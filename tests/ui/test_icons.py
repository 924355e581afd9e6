"""Icons: our code points are those of the font's own table, and a glyph is really drawn."""

import json

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication

from personal_app.ui.icons import Icon, font_file, icon


def test_every_icon_is_a_glyph_of_the_installed_font() -> None:
    path = font_file()
    assert path is not None
    table = next(path.parent.glob("phosphor-charmap-1*.json"))
    known = {int(code, 16) for code in json.loads(table.read_text()).values()}
    assert [which.name for which in Icon if which not in known] == []


def test_an_icon_is_drawn_in_the_colour_that_is_asked_for(qapp: QApplication) -> None:
    del qapp
    image = icon(Icon.PLAY, QColor("#336699"), 16).pixmap(QSize(16, 16)).toImage()
    middle = image.pixelColor(image.width() // 2, image.height() // 2)
    assert middle.name() == "#336699"
