"""The small pictures of a recording, cut from their sheet; the sheet is decoded when the first one is wanted.

Must never fail: a sheet that is no picture, or too small for its grid, has none.
"""

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPixmap

from personal_app.conference.recordings import PreviewGrid


class PreviewPictures:
    """The pictures of one recording at a time."""

    def __init__(self) -> None:
        self._grid: PreviewGrid | None = None
        self._data: bytes | None = None
        self._sheet: QImage | None = None
        self._cut: tuple[int, QPixmap] | None = None

    def show_sheet(self, grid: PreviewGrid | None, data: bytes | None) -> None:
        """Take in how the pictures lie and the sheet as it was encoded; None of either is a recording without any."""
        if grid != self._grid or data is not self._data:
            self._grid, self._data, self._sheet, self._cut = grid, data, None, None

    def at(self, position_ms: int) -> QPixmap | None:
        """Return the picture that stands for `position_ms`, None where there is none."""
        if self._grid is None or self._data is None or self._grid.count < 1 or self._grid.columns < 1:
            return None
        if self._sheet is None:
            self._sheet = QImage.fromData(self._data)
        index = self._grid.index_at(position_ms)
        if self._cut is None or self._cut[0] != index:
            x, y = self._grid.corner(index)
            place = QRect(x, y, self._grid.width, self._grid.height)
            inside = self._sheet.rect().contains(place)
            self._cut = index, QPixmap.fromImage(self._sheet.copy(place)) if inside else QPixmap()
        picture = self._cut[1]
        return None if picture.isNull() else picture
