"""Measuring a conference's files, and not measuring them again."""

import hashlib
import os
from pathlib import Path

import pytest

from personal_app.conference.errors import BadConferenceFile
from personal_app.conference.recordings import BLOCK_BYTES
from personal_app.server.conference_folder import open_conference_folder
from tests.small_conference import PAPER_BYTES, write_small_conference


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_conference(tmp_path / "conference")


def test_every_file_is_measured_whole_and_in_blocks(folder: Path) -> None:
    opened = open_conference_folder(folder, {})
    recording = next(r for r in opened.conference.recordings if r.talk == "paper-1")
    data = (folder / "paper-1.mp4").read_bytes()
    assert recording.file.size_bytes == len(data) == PAPER_BYTES
    assert recording.file.sha256 == hashlib.sha256(data).hexdigest()
    blocks = [data[at : at + BLOCK_BYTES] for at in range(0, len(data), BLOCK_BYTES)]
    assert list(recording.blocks) == [hashlib.sha256(block).hexdigest() for block in blocks]
    assert opened.files[recording.file.sha256].path == folder / "paper-1.mp4"
    assert len(opened.files) == 4


def test_what_was_measured_is_not_read_again_until_it_changes(folder: Path) -> None:
    first = open_conference_folder(folder, {})
    path = folder / "paper-1.mp4"
    before = path.stat()
    data = path.read_bytes()
    path.write_bytes(data[:-1] + b"!")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert open_conference_folder(folder, first.memory).conference == first.conference, "taken from memory"
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))
    assert open_conference_folder(folder, first.memory).conference != first.conference, "measured anew"


def test_a_folder_and_a_file_that_may_not_be_read_are_told_with_their_line(folder: Path) -> None:
    (folder / "opening.png").unlink()
    (folder / "opening.png").mkdir()
    with pytest.raises(BadConferenceFile) as broken:
        open_conference_folder(folder, {})
    (sentence,) = broken.value.faults
    assert "opening.png is a folder" in sentence
    assert ", line " in sentence
