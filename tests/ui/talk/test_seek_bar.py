"""The seek bar: clicks, drags, keys, markers, and staying still under the pointer."""

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QPoint, Qt
from PySide6.QtGui import QColor, QImage, QImageWriter, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from personal_app.conference.recordings import Chapter, preview_grid
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.talk.hover_card import HoverCard, Told
from personal_app.ui.talk.seek_bar import PAGE_MS, STEP_MS, Marker, SeekBar

DURATION_MS = 600_000


@pytest.fixture
def bar(qtbot: QtBot) -> SeekBar:
    made = SeekBar()
    qtbot.addWidget(made)
    made.resize(614, 30)
    made.show_recording(DURATION_MS, (Chapter(0, "One"), Chapter(300_000, "Two")))
    made.show()
    return made


@pytest.fixture
def sought(bar: SeekBar) -> list[int]:
    found: list[int] = []
    bar.sought.connect(found.append)
    return found


def test_a_click_seeks_to_where_it_was(bar: SeekBar, sought: list[int]) -> None:
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(307, 18))
    assert sought == [300_000]


def test_a_click_near_a_marker_means_the_marker(bar: SeekBar, sought: list[int]) -> None:
    bar.show_markers([Marker(142_000, "#1 How?"), Marker(95_000, "#4 Why?")])
    assert [marker.position_ms for marker in bar.markers] == [95_000, 142_000]
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.x_of(142_000)) + 4, 10))
    assert sought == [142_000]


def test_a_drag_seeks_once_at_its_end_and_is_not_disturbed(bar: SeekBar, sought: list[int]) -> None:
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, pos=QPoint(7, 18))
    QTest.mouseMove(bar, QPoint(200, 18))
    bar.show_position(1_000, None)
    assert sought == []
    assert bar.value() == 193_000, "where the pointer is, not where the recording plays on"
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, pos=QPoint(307, 18))
    assert len(sought) == 1


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        (Qt.Key.Key_Left, 300_000 - STEP_MS),
        (Qt.Key.Key_Right, 300_000 + STEP_MS),
        (Qt.Key.Key_PageUp, 300_000 + PAGE_MS),
        (Qt.Key.Key_PageDown, 300_000 - PAGE_MS),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_End, DURATION_MS),
    ],
)
def test_keys(bar: SeekBar, sought: list[int], key: Qt.Key, wanted: int) -> None:
    bar.show_position(300_000, None)
    QTest.keyClick(bar, key)
    assert sought == [wanted]


def test_keys_stay_within_the_recording(bar: SeekBar, sought: list[int]) -> None:
    bar.show_position(1_000, None)
    QTest.keyClick(bar, Qt.Key.Key_Left)
    bar.show_position(DURATION_MS - 1_000, None)
    QTest.keyClick(bar, Qt.Key.Key_Right)
    assert sought == [0, DURATION_MS]


def test_what_lies_under_the_pointer_is_told_as_plain_text(bar: SeekBar) -> None:
    bar.show_markers([Marker(142_000, "#1 <img src=/etc/passwd> & more")])
    QTest.mouseMove(bar, QPoint(round(bar.x_of(142_000)), 10))
    card = bar.findChild(HoverCard)
    assert isinstance(card, HoverCard)
    assert card.told == Told("2:22", "#1 <img src=/etc/passwd> & more")
    assert {label.textFormat() for label in card.findChildren(PlainLabel)} == {Qt.TextFormat.PlainText}
    QTest.mouseMove(bar, QPoint(round(bar.x_of(400_000)), 18))
    assert card.told is not None
    assert card.told.head.endswith("· Two")


def test_it_is_said_where_the_recording_is(bar: SeekBar) -> None:
    bar.show_position(125_000, 300_000)
    assert bar.accessibleName() == "Position in the recording"
    assert bar.accessibleDescription() == "2:05 of 10:00"


def colour_at(bar: SeekBar, share: float) -> str:
    image = bar.grab().toImage()
    x = bar.x_of(round(share * DURATION_MS)) * image.devicePixelRatio()
    return image.pixelColor(round(x), round(bar._middle() * image.devicePixelRatio())).name()


def test_what_is_here_of_the_recording_is_drawn_and_said(bar: SeekBar) -> None:
    bar.show_position(0, None)
    strong = colour_at(bar, 0.3)
    bar.show_held(((0.0, 0.25), (0.7, 0.8)))
    assert [colour_at(bar, share) == strong for share in (0.2, 0.3, 0.6, 0.75, 0.9)] == [
        True,
        False,
        False,
        True,
        False,
    ]
    assert bar.accessibleDescription() == "0:00 of 10:00, 35% of it is here"
    bar.show_held(())
    assert colour_at(bar, 0.2) != strong
    bar.show_held(None)
    assert colour_at(bar, 0.9) == strong
    assert bar.accessibleDescription() == "0:00 of 10:00"


def test_without_a_recording_nothing_can_be_sought(bar: SeekBar) -> None:
    bar.show_recording(0, ())
    assert bar.position_at(307) == 0


GRID = preview_grid(DURATION_MS, 320, 180)


def sheet() -> bytes:
    """Return a sheet whose pictures are as red as they are late."""
    image = QImage(GRID.columns * GRID.width, GRID.rows * GRID.height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    for index in range(GRID.count):
        painter.fillRect(*GRID.corner(index), GRID.width, GRID.height, QColor(index, 0, 0))
    painter.end()
    buffer = QBuffer()
    assert QImageWriter(buffer, QByteArray(b"PNG")).write(image)
    return bytes(buffer.data().data())


def card_at(bar: SeekBar, position_ms: int) -> HoverCard:
    # A pointer that is there already would not move.
    for y in (12, 18):
        QTest.mouseMove(bar, QPoint(round(bar.x_of(position_ms)), y))
    card = bar.findChild(HoverCard)
    assert isinstance(card, HoverCard)
    return card


def test_the_picture_of_a_moment_stands_with_its_time_and_chapter(bar: SeekBar) -> None:
    bar.show_previews(GRID, sheet())
    bar.show_markers([Marker(142_000, "#1 How?")])
    for wanted_ms in (0, 299_000, 450_000, DURATION_MS):
        card = card_at(bar, wanted_ms)
        assert card.picture is not None
        assert (card.picture.width(), card.picture.height()) == (160, 90)
        there_ms = bar.position_at(round(bar.x_of(wanted_ms)))
        assert card.picture.toImage().pixelColor(80, 45).red() == GRID.index_at(there_ms)
        assert card.told is not None
        assert card.told.head.endswith("Two" if there_ms >= 300_000 else "One")
    tall = card.height()
    assert tall > 90
    assert card.geometry().bottom() < bar.mapToGlobal(QPoint(0, 0)).y()
    assert card_at(bar, 142_000).picture is None, "a question has words enough"
    bar.show_previews(None, None)
    card = card_at(bar, 450_000)
    assert card.picture is None
    assert card.height() < tall


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", None])
def test_a_sheet_that_is_none_shows_the_time_alone(bar: SeekBar, data: bytes | None) -> None:
    bar.show_previews(GRID, data)
    card = card_at(bar, 450_000)
    assert card.picture is None
    assert card.told is not None
