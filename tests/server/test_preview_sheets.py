"""Preview pictures: made within bounds and once, of the right moments, and never a reason to fail."""

import shutil
import subprocess
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from personal_app.conference.recordings import PreviewGrid, preview_grid
from personal_app.server import conference_folder, preview_sheets
from personal_app.server.conference_folder import Memory, OpenedFolder, open_conference_folder
from personal_app.server.preview_sheets import make_sheet
from tests.small_conference import write_small_conference

with_ffmpeg = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not here")
SECONDS = 12
GRID = preview_grid(SECONDS * 1000, 320, 180)


def recording(path: Path, *more: str) -> Path:
    """Write twelve seconds that turn from red to green after five and a half."""
    pictures = "color=c=red:s=320x180:r=10:d=5.5[a];color=c=lime:s=320x180:r=10:d=6.5[b];[a][b]concat"
    command = ["ffmpeg", "-loglevel", "error", "-y", "-f", "lavfi", "-i", pictures, "-g", "10", *more, str(path)]
    subprocess.run(command, check=True)
    return path


def colour(sheet: QImage, grid: PreviewGrid, position_ms: int) -> str:
    x, y = grid.corner(grid.index_at(position_ms))
    seen = QColor(sheet.pixel(x + grid.width // 2, y + grid.height // 2))
    return "red" if seen.red() > seen.green() else "green"


@with_ffmpeg
@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm"])
def test_a_sheet_has_the_picture_of_each_moment(tmp_path: Path, ending: str) -> None:
    target = tmp_path / "made" / "sheet.jpg"
    assert make_sheet(recording(tmp_path / f"-talk.{ending}"), GRID, target) is True
    sheet = QImage(str(target))
    assert (sheet.width(), sheet.height()) == (GRID.columns * GRID.width, GRID.rows * GRID.height)
    assert [colour(sheet, GRID, at * 1000) for at in (0, 3, 6, 9)] == ["red", "red", "green", "green"]
    assert [path.name for path in target.parent.iterdir()] == ["sheet.jpg"]


@with_ffmpeg
@pytest.mark.parametrize("data", [b"", b"\x00" * 4096, b"\x00\x00\x00\x18ftypisom" + bytes(3000), b"#EXTM3U\n"])
def test_what_is_no_recording_has_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "talk.mp4"
    path.write_bytes(data)
    assert make_sheet(path, GRID, tmp_path / "sheet.jpg") is False
    assert make_sheet(tmp_path / "gone.mp4", GRID, tmp_path / "sheet.jpg") is False
    assert [each.name for each in tmp_path.iterdir()] == ["talk.mp4"]


@with_ffmpeg
def test_a_recording_without_a_picture_has_none(tmp_path: Path) -> None:
    path = tmp_path / "talk.mp4"
    sound = ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "sine=d=3", "-c:a", "aac", str(path)]
    subprocess.run(sound, check=True)
    assert make_sheet(path, GRID, tmp_path / "sheet.jpg") is False


@pytest.mark.parametrize("line", ["exec sleep 60", "exit 3", "echo no picture", "exec yes"])
def test_a_program_that_misbehaves_is_ended_and_makes_none(
    tmp_path: Path, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{line}\n")
    program.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _: str(program))
    monkeypatch.setattr(preview_sheets, "MAKE_S", 0.5)
    assert make_sheet(tmp_path / "talk.mp4", GRID, tmp_path / "sheet.jpg") is False
    assert [each.name for each in tmp_path.iterdir()] == ["ffmpeg"]


def test_without_the_program_nobody_has_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert make_sheet(tmp_path / "talk.mp4", GRID, tmp_path / "sheet.jpg") is None


class Maker:
    """Stands where ffmpeg is called, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, path: Path, grid: PreviewGrid, target: Path) -> bool:
        del grid
        self.asked.append(path.name)
        if path.name == "opening.mp4":
            return False
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(b"\xff\xd8\xff a sheet")
        return True


@pytest.fixture
def maker(monkeypatch: pytest.MonkeyPatch) -> Maker:
    made = Maker()
    monkeypatch.setattr(conference_folder, "make_sheet", made)
    return made


def opened(tmp_path: Path, memory: Memory) -> OpenedFolder:
    folder = tmp_path / "conference"
    if not folder.exists():
        write_small_conference(folder)
    return open_conference_folder(folder, memory, tmp_path / "made")


def test_sheets_are_made_once_served_and_what_fails_is_not_tried_again(tmp_path: Path, maker: Maker) -> None:
    first = opened(tmp_path, {})
    second = opened(tmp_path, first.memory)
    assert maker.asked == ["opening.mp4", "paper-1.mp4"]
    assert first.conference == second.conference
    sheets = {str(each.talk): each.previews for each in second.conference.recordings}
    previews = sheets["paper-1"]
    assert sheets["opening"] is None
    assert previews is not None
    assert previews.grid == preview_grid(61_000, 320, 180)
    assert second.files[previews.file.sha256].path.read_bytes() == b"\xff\xd8\xff a sheet"

    for sheet in (tmp_path / "made").iterdir():
        sheet.unlink()
    assert opened(tmp_path, second.memory).conference == first.conference
    assert maker.asked[2:] == ["paper-1.mp4"], "what is gone is made anew"


def test_a_sheet_that_the_conference_file_names_is_taken(tmp_path: Path, maker: Maker) -> None:
    folder = write_small_conference(tmp_path / "conference")
    text = (folder / "conference.toml").read_text().replace("poster =", 'previews = "own.jpg"\nposter =')
    (folder / "conference.toml").write_text(text)
    (folder / "own.jpg").write_bytes(b"\xff\xd8\xff of one's own")
    conference = opened(tmp_path, {}).conference
    own = next(each.previews for each in conference.recordings if each.talk == "opening")
    assert own is not None
    assert own.file.media_type == "image/jpeg"
    assert maker.asked == ["paper-1.mp4"]
