"""Files as they should not be, on both engines, and files as they may be in every container that is opened.

Nobody is asked over the network, each failure is a sentence, and the next recording plays.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from personal_app.player.engine import Engine, FailureKind, MediaKind, NoticeKind, PlayerState
from tests.player.evidence import Evidence
from tests.player.recordings import Clip
from tools.numbered import can_make, numbered_recording

# The first test waits for ffmpeg to make the recordings, which a busy machine takes its time for.
pytestmark = pytest.mark.timeout(180)

Reach = Callable[[PlayerState], None]
PLAYING, PAUSED, ENDED, FAILED = PlayerState.PLAYING, PlayerState.PAUSED, PlayerState.ENDED, PlayerState.FAILED
SECONDS = 6
LENGTH_MS = SECONDS * 1000

HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{address}/a.ts\n#EXT-X-ENDLIST\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT8S">'
    '<BaseURL>{address}/</BaseURL><Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1">'
    "<BaseURL>a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>"
)
SIGNATURES = {
    "mp4": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42",
    "mkv": b"\x1a\x45\xdf\xa3\x80",
    "ogg": b"OggS\x00\x02" + bytes(21),
}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A recording in each container, by ending; "late" has its index at the end, "cover" is sound with a picture."""
    if not can_make():
        pytest.skip("ffmpeg is not here to make recordings")
    folder = tmp_path_factory.mktemp("made")
    found: dict[str, Path] = {}
    for ending in ("mp4", "mkv", "webm", "ogv"):
        found[ending] = folder / f"talk.{ending}"
        numbered_recording(found[ending], SECONDS, width=192, height=108, sounds=("eng", "fra"))
    found["early"], found["cover"] = folder / "early.mp4", folder / "cover.m4a"
    ffmpeg("-i", str(found["mp4"]), "-c", "copy", "-movflags", "+faststart", str(found["early"]))
    found["sound"] = folder / "sound.m4a"
    ffmpeg("-i", str(found["mp4"]), "-map", "0:a:0", "-c", "copy", str(found["sound"]))
    ffmpeg("-i", str(found["mp4"]), "-frames:v", "1", "-pix_fmt", "rgb24", str(folder / "cover.png"))
    cover = ("-map", "0:a", "-map", "1:v", "-c:a", "copy", "-c:v", "png", "-disposition:v:0", "attached_pic")
    ffmpeg("-i", str(found["sound"]), "-i", str(folder / "cover.png"), *cover, str(found["cover"]))
    return found


def ffmpeg(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", *arguments], check=True)


@pytest.fixture
def address() -> Iterator[str]:
    """Where nobody may ask for anything: a listener on loopback that is looked at in the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(TimeoutError):
            listener.accept()


def hostile(name: str, address: str, made: dict[str, Path], folder: Path) -> Path:
    """Return a file named talk.mp4 that is spoilt in the way `name` says."""
    path = folder / "talk.mp4"
    how, _, which = name.partition(" ")
    match how:
        case "hls" | "dash":
            text = (HLS if how == "hls" else DASH).format(address=address)
            path.write_bytes(SIGNATURES.get(which, b"") + text.encode())
        case "cut":
            data = made[which].read_bytes()
            path.write_bytes(data[: len(data) // 2])
        case "garbage":
            path.write_bytes(SIGNATURES.get(which, b"") + os.urandom(100_000))
        case "nothing":
            path.touch()
    return path


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("hls", {FailureKind.NOT_A_RECORDING}),
        ("dash", {FailureKind.NOT_A_RECORDING}),
        ("hls mp4", {FailureKind.DAMAGED}),
        ("hls mkv", {FailureKind.DAMAGED, FailureKind.ENDED_EARLY, FailureKind.NO_START}),
        ("dash ogg", {FailureKind.DAMAGED, FailureKind.ENDED_EARLY, FailureKind.NO_START}),
        ("nothing", {FailureKind.EMPTY_FILE}),
        ("garbage", {FailureKind.NOT_A_RECORDING}),
        ("garbage mp4", {FailureKind.DAMAGED}),
        ("garbage mkv", {FailureKind.DAMAGED, FailureKind.ENDED_EARLY, FailureKind.NO_START}),
        ("garbage ogg", {FailureKind.DAMAGED, FailureKind.ENDED_EARLY, FailureKind.NO_START}),
        ("cut mp4", {FailureKind.DAMAGED}),
        ("cut early", {FailureKind.ENDED_EARLY}),
        ("cut mkv", {FailureKind.ENDED_EARLY}),
        ("cut webm", {FailureKind.ENDED_EARLY}),
        ("cut ogv", {FailureKind.ENDED_EARLY}),
    ],
)
def test_what_cannot_be_played_is_a_sentence_and_the_next_one_plays(
    make_engine: Callable[..., Engine],
    name: str,
    kinds: set[FailureKind],
    address: str,
    made: dict[str, Path],
    tmp_path: Path,
    qtbot: QtBot,
) -> None:
    engine = make_engine()
    evidence = Evidence(engine)
    engine.set_rate(3.0)
    engine.load(hostile(name, address, made, tmp_path), MediaKind.VIDEO, LENGTH_MS * 4, start_ms=1_000)
    qtbot.waitUntil(lambda: len(evidence.failures) == 1, timeout=20_000)
    failure = evidence.failures[0]
    assert failure.kind in kinds
    assert "talk.mp4" in failure.sentence
    assert failure.sentence.endswith(".")
    assert engine.state is FAILED
    engine.load(made["mp4"], MediaKind.VIDEO, LENGTH_MS)
    qtbot.waitUntil(lambda: engine.state is PLAYING, timeout=15_000)
    assert (engine.failure, len(evidence.failures)) == (None, 1)


@pytest.mark.parametrize("ending", ["mp4", "mkv", "webm", "ogv"])
def test_every_container_plays_whatever_its_name_says(
    engine: Engine, evidence: Evidence, made: dict[str, Path], ending: str, tmp_path: Path, qtbot: QtBot, reach: Reach
) -> None:
    path = tmp_path / "talk.avi"
    shutil.copy(made[ending], path)
    engine.load(path, MediaKind.VIDEO, LENGTH_MS)
    reach(PLAYING)
    qtbot.waitUntil(lambda: evidence.first_frames == 1 and len(engine.audio_tracks) == 2, timeout=15_000)
    engine.seek(LENGTH_MS - 1_000)
    reach(ENDED)
    assert (evidence.failures, evidence.notices) == ([], [])


@pytest.mark.parametrize("which", ["sound", "cover"])
def test_sound_with_and_without_a_cover_is_heard_to_its_end(
    engine: Engine, evidence: Evidence, made: dict[str, Path], which: str, reach: Reach
) -> None:
    engine.load(made[which], MediaKind.AUDIO, LENGTH_MS, start_ms=LENGTH_MS - 1_500)
    reach(PLAYING)
    reach(ENDED)
    assert (evidence.failures, evidence.notices, evidence.first_frames) == ([], [], 0)


def test_a_picture_that_is_missing_is_told(
    engine: Engine, evidence: Evidence, made: dict[str, Path], qtbot: QtBot, reach: Reach
) -> None:
    engine.load(made["sound"], MediaKind.VIDEO, LENGTH_MS)
    reach(PLAYING)
    qtbot.waitUntil(lambda: [notice.kind for notice in evidence.notices] == [NoticeKind.NO_PICTURE])
    assert evidence.failures == []


def test_a_cover_is_no_picture_that_moves_but_it_plays(
    engine: Engine, evidence: Evidence, made: dict[str, Path], reach: Reach
) -> None:
    engine.load(made["cover"], MediaKind.VIDEO, LENGTH_MS, start_ms=LENGTH_MS - 1_500)
    reach(PLAYING)
    reach(ENDED)
    assert evidence.failures == []


def test_subtitles_beside_it_are_not_taken(
    engine: Engine, evidence: Evidence, made: dict[str, Path], tmp_path: Path, qtbot: QtBot
) -> None:
    def held(path: Path) -> QImage:
        before = evidence.first_frames
        engine.load(path, MediaKind.VIDEO, LENGTH_MS, start_ms=3_000, paused=True)
        qtbot.waitUntil(lambda: evidence.first_frames > before and engine.state is PAUSED, timeout=15_000)
        qtbot.wait(200)
        engine.take_snapshot(tmp_path / "held.png")
        qtbot.waitUntil(lambda: len(evidence.snapshots) > before, timeout=15_000)
        return QImage(str(tmp_path / "held.png"))

    path = tmp_path / "talk.mp4"
    shutil.copy(made["mp4"], path)
    alone = held(path)
    path.with_suffix(".srt").write_text(f"1\n00:00:00,000 --> 00:00:06,000\n{'█' * 40}\n\n", "utf-8")
    assert held(path) == alone


def test_a_file_that_vanishes_while_it_plays_is_played_on(
    engine: Engine, evidence: Evidence, made: dict[str, Path], tmp_path: Path, qtbot: QtBot, reach: Reach
) -> None:
    path = tmp_path / "talk.mp4"
    shutil.copy(made["early"], path)
    engine.load(path, MediaKind.VIDEO, LENGTH_MS, start_ms=LENGTH_MS - 2_500)
    reach(PLAYING)
    path.unlink()
    reach(ENDED)
    assert evidence.failures == []
    engine.play()
    reach(FAILED)
    qtbot.waitUntil(lambda: [failure.kind for failure in evidence.failures] == [FailureKind.MISSING])


def test_a_file_that_is_emptied_while_it_plays_breaks_off(
    engine: Engine, evidence: Evidence, numbered: Clip, tmp_path: Path, qtbot: QtBot, reach: Reach
) -> None:
    path = tmp_path / "talk.mp4"
    shutil.copy(numbered.path, path)
    engine.set_rate(3.0)
    engine.load(path, MediaKind.VIDEO, numbered.duration_ms)
    reach(PLAYING)
    with path.open("r+b") as file:
        file.truncate(0)
    qtbot.waitUntil(lambda: engine.state in (FAILED, ENDED), timeout=30_000)
    qtbot.waitUntil(lambda: bool(evidence.failures) or evidence.ends == 1)
    # What was read before may reach to the end; where it does not, that is said.
    assert evidence.ends or evidence.failures[0].kind is FailureKind.ENDED_EARLY
