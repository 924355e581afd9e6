"""Chapters in the recordings' own files: read by ffprobe within bounds, and never a reason to fail."""

import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from personal_app.conference.recordings import Chapter
from personal_app.server import file_chapters
from personal_app.server.conference_folder import open_conference_folder
from personal_app.server.file_chapters import chapters_in
from tests.small_conference import write_small_conference

with_ffmpeg = pytest.mark.skipif(
    shutil.which("ffmpeg") is None or shutil.which("ffprobe") is None, reason="ffmpeg and ffprobe are not here"
)
METADATA = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1500
title=Why graphs = hard \\; a start
[CHAPTER]
TIMEBASE=1/1000
START=1500
END=2200
title=In between
[CHAPTER]
TIMEBASE=1/1000
START=2200
END=3000
title=Zusammenfassung – 終わり
"""
CHAPTERS = (
    Chapter(0, "Why graphs = hard ; a start"),
    Chapter(1500, "In between"),
    Chapter(2200, "Zusammenfassung – 終わり"),
)


def recording(path: Path) -> Path:
    """Write three seconds of a picture with three chapters to `path`; its ending says in which container."""
    told = path.with_suffix(".txt")
    told.write_text(METADATA, "utf-8")
    picture = ("-f", "lavfi", "-i", "color=c=gray:s=64x36:r=10:d=3")
    command = ["ffmpeg", "-loglevel", "error", "-y", *picture, "-i", str(told), "-map_metadata", "1", str(path)]
    subprocess.run(command, check=True)
    return path


@with_ffmpeg
@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm"])
def test_chapters_are_read_from_each_container(tmp_path: Path, ending: str) -> None:
    assert chapters_in(recording(tmp_path / f"-talk.{ending}")) == CHAPTERS


@with_ffmpeg
@pytest.mark.parametrize("data", [b"", b"\x00" * 4096, b"\x00\x00\x00\x18ftypisom" + bytes(3000)])
def test_what_is_no_recording_has_none(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "talk.mp4"
    path.write_bytes(data)
    assert chapters_in(path) == ()
    assert chapters_in(tmp_path / "gone.mp4") == ()


@with_ffmpeg
def test_a_play_list_is_not_followed(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        path = tmp_path / "talk.mp4"
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/a.ts"
        path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{address}\n#EXT-X-ENDLIST\n")
        assert chapters_in(path) == ()
        with pytest.raises(TimeoutError):
            listener.accept()


def a_program(folder: Path, *lines: str) -> str:
    """Return the path of a program that does as the shell is told."""
    path = folder / "ffprobe"
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    "lines",
    [
        ("exec sleep 60",),
        ("exit 3",),
        ("echo nothing of the kind",),
        ("echo '{\"chapters\": 7}'",),
        ("exec yes",),
    ],
)
def test_a_program_that_misbehaves_is_ended_and_counts_as_none(
    tmp_path: Path, lines: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = a_program(tmp_path, *lines)
    monkeypatch.setattr(shutil, "which", lambda _: program)
    monkeypatch.setattr(file_chapters, "PROBE_S", 0.5)
    assert chapters_in(tmp_path / "talk.mp4") == ()


def test_starts_that_make_no_sense_are_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    starts = ("1.0", "0.5", "nan", "inf", "x", "-3", "1.0", "2.0")
    chapters = ", ".join(f'{{"start_time": "{start}", "tags": {{"title": "\\u202e {start}"}}}}' for start in starts)
    chapters += ', {"start_time": "3.5"}'
    program = a_program(tmp_path, f"cat <<'END'\n{{\"chapters\": [{chapters}]}}\nEND")
    monkeypatch.setattr(shutil, "which", lambda _: program)
    assert chapters_in(tmp_path / "talk.mp4") == (Chapter(1000, "1.0"), Chapter(2000, "2.0"), Chapter(3500, "Part 9"))


def test_without_the_program_nobody_has_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    assert chapters_in(tmp_path / "talk.mp4") is None


def test_they_stand_where_the_conference_file_gives_none_and_are_looked_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from personal_app.server import conference_folder

    looked: list[str] = []

    def look(path: Path) -> tuple[Chapter, ...] | None:
        looked.append(path.name)
        return (Chapter(0, "In the file"), Chapter(90_000_000, "After its end")) if len(looked) > 2 else None

    monkeypatch.setattr(conference_folder, "chapters_in", look)
    folder = write_small_conference(tmp_path / "conference")
    opened = open_conference_folder(folder, {})
    bare = {each.talk for each in opened.conference.recordings if not each.chapters}
    assert bare
    assert len(looked) == len(bare)
    for _ in range(2):
        looked += ["" for _ in range(3 - len(looked))]
        opened = open_conference_folder(folder, opened.memory)
        found = {each.talk: each.chapters for each in opened.conference.recordings if each.talk in bare}
        assert set(found.values()) == {(Chapter(0, "In the file"),)}
    assert len([name for name in looked if name]) == 2 * len(bare), "what was found is remembered"
