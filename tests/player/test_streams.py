"""What both engines must do with a recording that comes while it plays, from the real endpoint on this machine."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import Sha256
from personal_app.conference.recordings import BLOCK_BYTES, FileFacts
from personal_app.net.loopback import Endpoint
from personal_app.net.partial_file import PartialFile, Reader
from personal_app.player.engine import Engine, FailureKind, MediaKind, PlayerState, Stream
from tests.player.evidence import Evidence
from tests.player.recordings import Clip

Reach = Callable[[PlayerState], None]
LOADING, PLAYING, PAUSED = PlayerState.LOADING, PlayerState.PLAYING, PlayerState.PAUSED
BUFFERING, ENDED, FAILED = PlayerState.BUFFERING, PlayerState.ENDED, PlayerState.FAILED


class Gated(PartialFile):
    """A file that is all here and is given out up to a byte only, and from another one on."""

    def __init__(self, clip: Clip, folder: Path) -> None:
        self.data = clip.path.read_bytes()
        pieces = [self.data[at : at + BLOCK_BYTES] for at in range(0, len(self.data), BLOCK_BYTES)]
        facts = FileFacts(sha256=_sha(self.data), size_bytes=len(self.data), media_type="video/mp4")
        super().__init__(folder / "stream.mp4", facts, [_sha(piece) for piece in pieces])
        self.take(0, self.data)
        self.gate, self.beyond = len(self.data), len(self.data)
        self.open = threading.Event()
        self.asked: list[int] = []

    def read(self, reader: Reader, at: int, most: int, still_wanted: Callable[[], bool]) -> bytes:
        self.asked.append(at)
        while self.gate <= at < self.beyond and not self.open.wait(0.02):
            if not still_wanted():
                raise ConnectionAbortedError
        end = at + most if self.open.is_set() or at >= self.beyond else min(at + most, self.gate)
        return super().read(reader, at, end - at, still_wanted)


def _sha(data: bytes) -> Sha256:
    return Sha256(hashlib.sha256(data).hexdigest())


@pytest.fixture
def file(clip: Clip, tmp_path: Path) -> Iterator[Gated]:
    file = Gated(clip, tmp_path)
    yield file
    file.open.set()
    file.close()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    endpoint = Endpoint()
    yield endpoint
    assert endpoint.close(5)


@pytest.fixture
def stream(file: Gated, endpoint: Endpoint, engine: Engine) -> Stream:
    engine.trust_port(endpoint.port)
    offer = endpoint.offer(file)
    return Stream(port=offer.port, token=offer.token, head=file.data[:16], name="stream.mp4")


def played_on(qtbot: QtBot, engine: Engine, media_ms: int) -> None:
    start = engine.position()
    qtbot.waitUntil(lambda: engine.position() >= start + media_ms, timeout=15_000)


def test_a_stream_plays_seeks_and_ends(
    engine: Engine, evidence: Evidence, stream: Stream, clip: Clip, qtbot: QtBot, reach: Reach
) -> None:
    engine.load(stream, MediaKind.VIDEO, clip.duration_ms)
    reach(PLAYING)
    played_on(qtbot, engine, 800)
    assert evidence.first_frames == 1
    engine.seek(clip.duration_ms - 3_000)
    played_on(qtbot, engine, 400)
    reach(ENDED)
    assert evidence.failures == []


def test_a_stream_opens_where_it_is_wished_and_held(
    engine: Engine, evidence: Evidence, stream: Stream, clip: Clip, qtbot: QtBot, reach: Reach
) -> None:
    with qtbot.waitSignal(engine.signals.first_frame, timeout=15_000):
        engine.load(stream, MediaKind.VIDEO, clip.duration_ms, start_ms=40_000, paused=True)
    reach(PAUSED)
    assert engine.position() == 40_000
    engine.play()
    played_on(qtbot, engine, 500)
    assert evidence.failures == []


def test_what_is_not_here_is_waited_for_and_playing_goes_on_alone(
    engine: Engine, evidence: Evidence, stream: Stream, file: Gated, clip: Clip, qtbot: QtBot, reach: Reach
) -> None:
    file.gate = len(file.data) // 3
    engine.set_rate(3.0)
    engine.load(stream, MediaKind.VIDEO, clip.duration_ms, start_ms=clip.duration_ms // 6)
    qtbot.waitUntil(lambda: engine.state is BUFFERING and file.gate in file.asked, timeout=15_000)
    stands = engine.position()
    qtbot.wait(300)
    assert engine.position() == stands < clip.duration_ms // 2
    engine.set_rate(1.0)
    file.open.set()
    reach(PLAYING)
    played_on(qtbot, engine, 500)
    assert engine.position() >= stands
    assert evidence.states[:3] == [LOADING, PLAYING, BUFFERING]
    assert evidence.states.count(LOADING) == 1
    assert evidence.failures == []


def test_a_seek_away_from_what_is_not_here_is_carried_out(
    engine: Engine, evidence: Evidence, stream: Stream, file: Gated, clip: Clip, qtbot: QtBot, reach: Reach
) -> None:
    """Libraries read ahead and wait there; what a person wants to see lies elsewhere and is here."""
    file.gate, file.beyond = len(file.data) // 4, len(file.data) // 2
    engine.load(stream, MediaKind.VIDEO, clip.duration_ms)
    reach(PLAYING)
    played_on(qtbot, engine, 300)
    engine.seek(round(clip.duration_ms * 0.8))
    qtbot.waitUntil(lambda: engine.state is PLAYING and evidence.states[-1] is PLAYING, timeout=15_000)
    played_on(qtbot, engine, 1_000)
    assert engine.position() >= round(clip.duration_ms * 0.8)
    assert evidence.failures == []


def test_a_seek_while_it_waits_is_carried_out(
    engine: Engine, evidence: Evidence, stream: Stream, file: Gated, clip: Clip, qtbot: QtBot, reach: Reach
) -> None:
    file.gate, file.beyond = len(file.data) // 4, len(file.data) // 2
    engine.set_rate(3.0)
    engine.load(stream, MediaKind.VIDEO, clip.duration_ms, start_ms=clip.duration_ms // 8)
    reach(BUFFERING)
    engine.set_rate(1.0)
    engine.seek(round(clip.duration_ms * 0.7))
    reach(PLAYING)
    played_on(qtbot, engine, 500)
    assert evidence.failures == []


@pytest.mark.parametrize("then", ["stop", "another", "close"])
def test_one_that_waits_can_be_left(
    engine: Engine, stream: Stream, file: Gated, clip: Clip, qtbot: QtBot, reach: Reach, then: str
) -> None:
    file.gate = 1_000
    engine.load(stream, MediaKind.VIDEO, clip.duration_ms)
    qtbot.waitUntil(lambda: file.gate in file.asked)
    if then == "stop":
        engine.stop()
        assert engine.state is PlayerState.EMPTY
    elif then == "another":
        engine.load(clip.path, MediaKind.VIDEO, clip.duration_ms)
        reach(PLAYING)
        played_on(qtbot, engine, 300)


def test_one_that_is_cut_off_fails_with_a_sentence(
    engine: Engine, evidence: Evidence, endpoint: Endpoint, stream: Stream, clip: Clip, reach: Reach, qtbot: QtBot
) -> None:
    from personal_app.net.loopback import Offer

    engine.load(stream, MediaKind.VIDEO, clip.duration_ms)
    reach(PLAYING)
    endpoint.withdraw(Offer(stream.port, stream.token))
    engine.seek(clip.duration_ms // 2)
    qtbot.waitUntil(lambda: engine.state in (FAILED, PLAYING), timeout=20_000)
    if engine.state is FAILED:
        assert evidence.failures[0].sentence.endswith(".")


def test_a_port_that_is_not_ours_is_not_opened(
    engine: Engine, endpoint: Endpoint, stream: Stream, file: Gated, clip: Clip, reach: Reach
) -> None:
    engine.trust_port(endpoint.port + 1)
    engine.load(stream, MediaKind.VIDEO, clip.duration_ms)
    reach(FAILED)
    assert engine.failure is not None
    assert engine.failure.kind is FailureKind.UNREADABLE
    assert file.asked == []


def test_what_does_not_begin_as_a_recording_is_not_opened(
    engine: Engine, stream: Stream, file: Gated, clip: Clip, reach: Reach
) -> None:
    engine.load(msgspec.structs.replace(stream, head=b"#EXTM3U\n#EXT-X-T"), MediaKind.VIDEO, clip.duration_ms)
    reach(FAILED)
    assert engine.failure is not None
    assert engine.failure.kind is FailureKind.NOT_A_RECORDING
    assert file.asked == []


@pytest.mark.parametrize(
    ("port", "token"), [(0, "a" * 32), (70_000, "a" * 32), (8_000, "a@host/"), (8_000, "x/../y" * 5), (8_000, "")]
)
def test_a_stream_has_no_other_form(port: int, token: str) -> None:
    with pytest.raises(ValueError, match="not the name"):
        _ = Stream(port=port, token=token, head=b"", name="x").url
