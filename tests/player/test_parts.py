"""The player's pure parts: the playhead's arithmetic, the table of containers, the words, the worker."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.player import failures
from personal_app.player.containers import Container, container_of, inspect
from personal_app.player.engine import Failure, FailureKind
from personal_app.player.native_noise import is_known_qt, is_known_stderr
from personal_app.player.playhead import Playhead
from personal_app.player.worker import Worker

MINUTE_MS = 60_000


def running(at_ms: float = 0.0) -> Playhead:
    """Return a playhead that runs from the start at the instant `at_ms`."""
    playhead = Playhead(MINUTE_MS)
    playhead.run(at_ms)
    return playhead


def test_it_runs_on_between_reports_at_the_set_rate() -> None:
    playhead = running()
    assert playhead.position_ms(400) == 400
    playhead.set_rate(2.0, 400)
    assert playhead.position_ms(600) == 800
    playhead.report(1_000, 700)
    assert playhead.position_ms(900) == 1_400


def test_it_stands_while_held_and_goes_on_from_there() -> None:
    playhead = running()
    playhead.hold(500)
    assert playhead.position_ms(9_000) == 500
    playhead.run(9_000)
    assert playhead.position_ms(9_100) == 600


def test_it_does_not_go_back_for_a_late_report_and_waits_instead() -> None:
    playhead = running()
    assert playhead.position_ms(1_000) == 1_000
    playhead.report(800, 1_000)
    assert playhead.position_ms(1_100) == 1_000
    assert playhead.position_ms(1_300) == 1_100


def test_it_follows_a_picture_that_jumped() -> None:
    playhead = running()
    playhead.position_ms(20_000)
    playhead.report(5_000, 3_000)
    assert playhead.position_ms(3_000) == 5_000
    playhead.report(1_000, 3_100)
    assert playhead.position_ms(3_100) == 1_000


def test_reports_of_the_time_before_a_seek_are_left_aside() -> None:
    playhead = running()
    playhead.jump(30_000, 1_000)
    assert not playhead.report(1_100, 1_100)
    assert playhead.report(30_050, 1_200)
    assert playhead.position_ms(1_200) == 30_050
    assert playhead.report(1_300, 2_000)


def test_a_library_that_stalls_is_not_run_ahead_of() -> None:
    playhead = running()
    assert playhead.position_ms(60_000) == 3_000


@given(
    st.lists(
        st.tuples(st.sampled_from(["report", "jump", "rate", "hold", "run", "look"]), st.integers(0, 2 * MINUTE_MS)),
        max_size=40,
    )
)
def test_it_is_always_within_the_recording_and_runs_forward(steps: list[tuple[str, int]]) -> None:
    playhead, now, before = Playhead(MINUTE_MS), 0.0, 0
    for what, value in steps:
        now += value % 700
        match what:
            case "report":
                # A picture that jumped back is followed; nothing else goes back.
                playhead.report(value, now)
                before = min(before, value)
            case "jump":
                playhead.jump(value, now)
                before = 0
            case "rate":
                playhead.set_rate(0.5 + value % 6 / 2, now)
            case "hold":
                playhead.hold(now)
            case "run":
                playhead.run(now)
        position = playhead.position_ms(now)
        assert 0 <= position <= MINUTE_MS
        assert position >= before
        before = position


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00", Container.MP4),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81", Container.MATROSKA),
        (b"OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", Container.OGG),
        (b"#EXTM3U\n#EXTINF:", None),
        (b"<?xml version='1'", None),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"", None),
        (b"ftyp", None),
    ],
)
def test_only_known_containers_are_opened(head: bytes, container: Container | None) -> None:
    assert container_of(head) is container


def test_a_file_that_may_not_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "talk.mp4"
    path.touch()

    def denied(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    found = inspect(path)
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.UNREADABLE
    assert "Permission denied" in found.sentence


@pytest.mark.parametrize(
    ("position_ms", "words"),
    [(0, "0:00"), (999, "0:00"), (5_000, "0:05"), (751_000, "12:31"), (3_723_000, "1:02:03")],
)
def test_positions_are_written_as_people_do(position_ms: int, words: str) -> None:
    assert failures.spoken(position_ms) == words


def test_a_worker_does_its_jobs_in_order_and_outlives_a_broken_one(caplog: pytest.LogCaptureFixture) -> None:
    worker = Worker("test worker")
    done: list[str] = []
    worker.post(lambda: done.append(threading.current_thread().name))
    worker.post(lambda: 1 // 0)  # type: ignore[arg-type]
    worker.post(lambda: done.append("after"))
    worker.close()
    worker.post(lambda: done.append("never"))
    assert worker.join(5)
    assert done == ["test worker", "after"]
    assert "a job of test worker broke" in caplog.text


def test_only_whole_known_lines_are_let_through() -> None:
    assert is_known_stderr("")
    assert is_known_stderr("error: XDG_RUNTIME_DIR not set in the environment.")
    assert not is_known_stderr("error: XDG_RUNTIME_DIR not set in the environment. And more")
    assert is_known_qt('"No HW decoder found"')
    assert not is_known_qt("QObject::connect: No HW decoder found")
