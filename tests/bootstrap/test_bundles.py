"""A talk's folder: whole or not at all, checked byte for byte, over nothing that is there, on full disks too."""

import errno
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from personal_app.bootstrap.bundle_writer import BigFile, Bundle, Stopped, write_bundle
from personal_app.bootstrap.bundles import Bundles
from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.errors import BadFormat, EnvironmentTrouble
from personal_app.conference.ids import Sha256
from personal_app.conference.recordings import CaptionTrack, FileFacts
from personal_app.net.bridge import Bridge
from personal_app.services.recordings import RecordingKind, RecordingState
from tests.ui.demo import CAUSALITY, DURING_PLENARY, demo_conference
from tests.ui.workbench import Workbench, make_workbench

SOON_MS = 20_000
MOVIE = b"moving pictures" * 100_000
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"


def facts(data: bytes, media_type: str) -> FileFacts:
    return FileFacts(sha256=Sha256(hashlib.sha256(data).hexdigest()), size_bytes=len(data), media_type=media_type)


@pytest.fixture
def movie(tmp_path: Path) -> Path:
    path = tmp_path / "saved.mp4"
    path.write_bytes(MOVIE)
    return path


@pytest.fixture
def target(tmp_path: Path) -> Path:
    target = tmp_path / "target"
    target.mkdir()
    return target


@pytest.fixture
def bundle(movie: Path) -> Bundle:
    recording = BigFile("recording.mp4", movie, facts(MOVIE, "video/mp4"))
    return Bundle(name="A talk", recording=recording, files={"talk.md": b"# A talk\n", "recording.en.vtt": CAPTIONS})


def never() -> bool:
    return False


def test_all_of_it_is_there_under_a_name_that_was_free(bundle: Bundle, target: Path) -> None:
    (target / "A talk").mkdir()
    (target / "A talk" / "talk.md").write_text("the person's own")
    place = write_bundle(bundle, target, never)
    assert place == target / "A talk (2)"
    assert {each.name: each.read_bytes() for each in place.iterdir()} == {
        "recording.mp4": MOVIE,
        "talk.md": b"# A talk\n",
        "recording.en.vtt": CAPTIONS,
    }
    (target / "A talk (3)").write_text("a file")
    assert write_bundle(bundle, target, never) == target / "A talk (4)"
    assert (target / "A talk" / "talk.md").read_text() == "the person's own"
    assert sorted(each.name for each in target.iterdir()) == ["A talk", "A talk (2)", "A talk (3)", "A talk (4)"]


def test_a_damaged_recording_leaves_nothing(bundle: Bundle, target: Path, movie: Path) -> None:
    for damage in (MOVIE[:-1], MOVIE[:-1] + b"x"):
        movie.write_bytes(damage)
        with pytest.raises(BadFormat, match="damaged"):
            write_bundle(bundle, target, never)
        assert list(target.iterdir()) == []


def test_whoever_stops_it_finds_nothing(bundle: Bundle, target: Path) -> None:
    with pytest.raises(Stopped):
        write_bundle(bundle, target, lambda: True)
    assert list(target.iterdir()) == []


def test_too_little_room_is_said_before_anything_is_written(
    bundle: Bundle, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 5, 5))
    with pytest.raises(EnvironmentTrouble, match=r"no room .* takes 1.5 MB"):
        write_bundle(bundle, target, never)
    assert list(target.iterdir()) == []


class _Failing:
    """Makes the n-th call of a function fail as a full disk does."""

    def __init__(self, real: Callable[..., Any], at: int) -> None:
        self.real, self.left = real, at

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return self.real(*arguments, **named)


@pytest.mark.parametrize("at", range(4))
def test_a_disk_that_is_full_at_any_moment_leaves_nothing(
    bundle: Bundle, target: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(os, "fsync", _Failing(os.fsync, at))
    with pytest.raises(OSError, match="No space left"):
        write_bundle(bundle, target, never)
    assert list(target.iterdir()) == []


def test_a_name_that_cannot_be_given_leaves_nothing(
    bundle: Bundle, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "rename", _Failing(Path.rename, 0))
    with pytest.raises(OSError, match="No space left"):
        write_bundle(bundle, target, never)
    assert list(target.iterdir()) == []


class Bench:
    """The services during a plenary talk whose recording is saved, with the cache and the exports of a real hall."""

    def __init__(self, rooms: Rooms, bridge: Bridge, movie: Path) -> None:
        self.bench: Workbench = make_workbench(DURING_PLENARY)
        program = demo_conference()
        talk = program.talk(CAUSALITY)
        assert talk is not None
        assert talk.recording is not None
        recordings = tuple(
            msgspec.structs.replace(
                each,
                file=facts(MOVIE, "video/mp4"),
                captions=(CaptionTrack(language="en", file=facts(CAPTIONS, "text/vtt")),),
                poster=facts(b"picture", "image/jpeg"),
            )
            if each.id == talk.recording
            else each
            for each in program.recordings
        )
        self.bench.show_program(msgspec.structs.replace(program, recordings=recordings))
        self.bench.join()
        self.bench.show_questions()
        saved = RecordingState(kind=RecordingKind.SAVED, fraction=1.0, path=movie)
        self.bench.services.recordings.take(talk.recording, saved)
        self.rooms = rooms
        self.bundles = Bundles(self.bench.services, rooms, bridge.post)
        bridge.arrived.connect(self.bundles.take)
        self.told: list[str] = []
        self.bench.services.bundles.exported.connect(self.told.append)


def test_a_talk_is_exported_with_what_is_here_and_the_rest_is_named(
    rooms: Rooms, bridge: Bridge, movie: Path, target: Path, qtbot: QtBot
) -> None:
    bench = Bench(rooms, bridge, movie)
    rooms.store.keep_side_file(facts(CAPTIONS, "text/vtt").sha256, CAPTIONS).result(10)
    bench.bundles.export(CAUSALITY, target)
    qtbot.waitUntil(lambda: len(bench.told) == 2, timeout=SOON_MS)
    assert bench.told[0].endswith(f"is being written to {target}…")
    assert "without its poster" in bench.told[1]
    (place,) = target.iterdir()
    assert place.name == "Plenary Talk 1 Time, Context and Causality in Recommender Systems"
    assert sorted(each.name for each in place.iterdir()) == [
        "recording.chapters.vtt",
        "recording.en.vtt",
        "recording.mp4",
        "talk.md",
    ]
    page = (place / "talk.md").read_text()
    assert "offline and online results" in page
    assert "Tomás Rivera" in page

    movie.unlink()
    bench.bundles.export(CAUSALITY, target)
    qtbot.waitUntil(lambda: len(bench.told) == 4, timeout=SOON_MS)
    assert "nothing of it is left" in bench.told[3]
    assert len(list(target.iterdir())) == 1
    bench.bundles.close()
    qtbot.waitUntil(lambda: not bench.bundles.running, timeout=SOON_MS)
    bench.bench.services.playback.close()


def test_a_folder_that_cannot_be_written_says_so(
    rooms: Rooms, bridge: Bridge, movie: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    bench = Bench(rooms, bridge, movie)
    bench.bundles.export(CAUSALITY, tmp_path / "missing")
    qtbot.waitUntil(lambda: len(bench.told) == 2, timeout=SOON_MS)
    assert bench.told[1].startswith("The talk could not be written to ")
    bench.bundles.close()
    qtbot.waitUntil(lambda: not bench.bundles.running, timeout=SOON_MS)
    bench.bench.services.playback.close()
