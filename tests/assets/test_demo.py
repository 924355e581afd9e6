"""The demo conference: the whole program of 2020, and recordings that are what the conference file says of them."""

import shutil
import struct
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from personal_app.conference.ids import PersonId, SessionId, Sha256
from personal_app.conference.program import Conference
from personal_app.conference.recordings import Caption, FileFacts, Recording
from personal_app.conference.timeline import rehearsal
from personal_app.formats.conference_file import MeasuredFile, assemble, read_conference_file
from personal_app.formats.webvtt import read_webvtt

DEMO = Path(__file__).parents[2] / "assets" / "demo"
TALKS = (
    "introduction",
    "time-context-causality",
    "gpus-for-training",
    "gpus-and-ssds",
    "mixed-dimension-embedding",
    "deeprecsys-tutorial",
    "compositional-embeddings",
)
SIZE_MOST = 12_000_000

each_talk = pytest.mark.parametrize("talk", TALKS)


@cache
def conference() -> Conference:
    file = read_conference_file((DEMO / "conference.toml").read_text(encoding="utf-8"))
    named = {path: FileFacts(sha256=Sha256(path), size_bytes=1, media_type="") for path in file.paths}
    return assemble(file, {path: MeasuredFile(facts, (facts.sha256,)) for path, facts in named.items()})


def recording(talk: str) -> Recording:
    return next(each for each in conference().recordings if each.talk == talk)


def captions(talk: str) -> tuple[Caption, ...]:
    (track,) = recording(talk).captions
    return read_webvtt((DEMO / track.file.sha256).read_text(encoding="utf-8"))


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Yield type, beginning and end of each box (ISO/IEC 14496-12 section 4.2)."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        yield kind, start + 8, start + size
        start += size


def test_the_whole_program_is_there() -> None:
    program = conference()

    assert (program.id, program.title, program.timezone) == ("personal-2020", "PeRSonAl 2020", "America/New_York")
    printed = [("12:00", 15), ("12:15", 30), ("12:45", 30), ("13:15", 30), ("13:45", 30)]
    starts = [datetime.fromisoformat(f"2020-05-29T{at}-04:00") for at, _ in printed]
    assert [session.start for session in program.sessions] == [start.astimezone(UTC) for start in starts]
    assert [(session.end - session.start) // timedelta(minutes=1) for session in program.sessions] == [
        minutes for _, minutes in printed
    ]
    assert [session.kind.value for session in program.sessions] == ["talk", "plenary", "plenary", "plenary", "qa"]
    assert tuple(talk.id for talk in program.talks) == TALKS
    assert [talk.number for talk in program.talks] == [None, None, None, None, 1, 2, 3]
    assert all(session.abstract for session in program.sessions[:4])


def test_everybody_is_there() -> None:
    program = conference()
    research = program.session(SessionId("research-qa"))
    speaker = program.person(PersonId("carole-jean-wu"))

    assert len(program.people) == 14
    assert program.names(program.organizers) == "Udit Gupta, Carole-Jean Wu, Gu-Yeon Wei and David Brooks"
    assert research is not None
    assert program.names(research.chairs) == "Bahar Asgari, Ramyad Hadidi, Youngeun Kwon, Liu Ke and Samuel Hsia"
    assert speaker is not None
    assert speaker.affiliation == "Facebook AI Research"
    assert speaker.bio.startswith(
        "Research scientist in computer architecture who works on energy- and memory-efficient"
    )
    assert sum(bool(person.bio) for person in program.people) == 4


def test_dates_and_the_call_are_there() -> None:
    program = conference()

    assert [str(each.on) for each in program.important_dates] == [
        "2020-05-07",
        "2020-05-11",
        "2020-05-26",
        "2020-05-29",
    ]
    assert program.important_dates[0].due == datetime(2020, 5, 8, 11, 59, 59, tzinfo=UTC)
    assert program.call is not None
    assert len(program.call.topics) == 5
    assert (program.call.presentation_minutes, program.call.submission_pages_max) == (30, 2)


def test_a_rehearsal_of_it_takes_a_quarter_of_an_hour() -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    sessions = rehearsal(conference(), began).sessions
    assert sessions[0].start == began
    assert timedelta(minutes=12) < sessions[-1].end - began < timedelta(minutes=22)


def test_everything_is_small_enough() -> None:
    files = [path for path in DEMO.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) < SIZE_MOST


def test_no_file_lies_about_unused() -> None:
    named = {facts for talk in TALKS for facts in _paths(recording(talk))}
    there = {
        path.relative_to(DEMO).as_posix()
        for folder in ("recordings", "captions", "posters", "previews")
        for path in (DEMO / folder).iterdir()
    }
    assert there == named


def _paths(each: Recording) -> Iterator[str]:
    yield each.file.sha256
    yield from (track.file.sha256 for track in each.captions)
    assert each.poster is not None
    assert each.previews is not None
    yield each.poster.sha256
    yield each.previews.file.sha256


@each_talk
def test_a_recording_is_as_long_and_large_as_the_file_says(talk: str) -> None:
    stated = recording(talk)
    data = (DEMO / stated.file.sha256).read_bytes()
    movie = next((start, end) for kind, start, end in boxes(data) if kind == b"moov")
    header = next(start for kind, start, _ in boxes(data, *movie) if kind == b"mvhd")
    timescale, duration = struct.unpack_from(">II", data, header + 12)

    assert abs(duration * 1000 / timescale - stated.duration_ms) <= 1
    assert 60_000 <= stated.duration_ms <= 120_000
    assert (stated.width, stated.height) == (1280, 720)


@each_talk
def test_a_recording_has_its_index_in_front(talk: str) -> None:
    kinds = [kind for kind, _, _ in boxes((DEMO / recording(talk).file.sha256).read_bytes())]
    assert kinds.index(b"moov") < kinds.index(b"mdat")


@each_talk
@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not here to look inside the recordings")
def test_a_recording_is_h264_and_aac_with_places_to_seek_to(talk: str) -> None:
    path = DEMO / recording(talk).file.sha256
    shown = "stream=codec_name,width,height,pix_fmt,r_frame_rate,channels:packet=pts_time,flags"
    command = ["ffprobe", "-v", "error", "-of", "csv=p=0", "-show_entries", shown, "-show_packets"]
    streams = subprocess.run([*command[:6], shown, str(path)], capture_output=True, text=True, check=True).stdout
    packets = subprocess.run(
        [*command[:5], "-select_streams", "v", "-show_entries", "packet=pts_time,flags", str(path)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    keys = [float(line.split(",")[0]) for line in packets.splitlines() if ",K" in line]

    assert "h264,1280,720,yuv420p,30/1" in streams
    assert "aac," in streams
    assert keys[0] == 0
    assert max(later - sooner for sooner, later in pairwise(keys)) <= 2.01


@each_talk
def test_captions_are_in_order_within_the_recording_and_readable(talk: str) -> None:
    cues = captions(talk)

    assert len(cues) >= 12
    assert cues[-1].end_ms <= recording(talk).duration_ms
    assert all(sooner.end_ms <= later.start_ms for sooner, later in pairwise(cues))
    assert all(len(line) <= 44 for cue in cues for line in cue.text.split("\n"))
    assert all(cue.text.count("\n") <= 1 for cue in cues)
    letters_per_second = [len(cue.text) * 1000 / (cue.end_ms - cue.start_ms) for cue in cues]
    assert max(letters_per_second) < 25


@each_talk
def test_chapters_are_the_slides(talk: str) -> None:
    chapters = recording(talk).chapters

    assert 4 <= len(chapters) <= 8
    assert chapters[0].start_ms == 0
    assert all(sooner.start_ms < later.start_ms for sooner, later in pairwise(chapters))


@each_talk
def test_a_poster_is_a_picture_of_the_recordings_size(talk: str) -> None:
    poster = recording(talk).poster
    assert poster is not None
    head = (DEMO / poster.sha256).read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", head[16:24]) == (1280, 720)


@each_talk
def test_previews_are_a_small_sheet_that_their_grid_fits(talk: str) -> None:
    previews = recording(talk).previews
    assert previews is not None
    path = DEMO / previews.file.sha256
    sheet = QImage(str(path))
    grid = previews.grid
    assert (sheet.width(), sheet.height()) == (grid.columns * grid.width, grid.rows * grid.height)
    assert path.stat().st_size < 150_000
