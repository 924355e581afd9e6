"""[simulive] How far apart two watchers of one talk are, each behind a line that delays by 0 to 300 ms, there and back.

Server, lines, and two whole apps with libvlc run on one machine and draw on one X screen. The recording's pictures bear
their numbers, and both are read in the same moment from the memory in which the X server keeps the screen: what is
compared is what people see. The figure is the 95th percentile of the distance over five minutes that begin 2 s after
the later one shows its first picture; the bar is 60 ms, which stands as the peer. `joined_s` tells how long after its
first picture each was within 60 ms of the server's second, and stayed so for a second.

SIMULIVE_SECONDS makes it shorter. Pictures come every 20 ms, so that no reading is finer than that.
"""

import os
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from benchmarks._figure import report
from benchmarks._jitter import JitteredLine
from benchmarks._numbered import FRAME_MS, Box, ScreenPicture, make_numbered
from tools.driving import Cast, Client, Screen, Server

SECONDS = int(os.environ.get("SIMULIVE_SECONDS", "300"))
#: The recording begins before anybody comes, and starting two apps takes a while.
LEAD_S = 5
SPARE_S = 75
MOST_DELAY_MS = 300
BAR_MS = 60.0
EVERY_S = 0.1
WIDTH, HEIGHT = 1024, 700
JOIN_S = 2.0
#: Syncplay's own bounds (syncplay/constants.py in its repository): it slows down who is ahead by more than 1.5 s until
#: 0.1 s is left, takes back who is 4 s ahead and forwards who is 5 s behind; nearer than that it leaves people alone.
SYNCPLAY = {"slows_down_beyond_ms": 1_500, "until_ms": 100, "rewinds_beyond_ms": 4_000, "forwards_beyond_ms": 5_000}

CONFERENCE = """
[conference]
slug = "simulive"
title = "Two watchers"
date = 2099-05-29
timezone = "Europe/Rome"

[[people]]
name = "Ada Author"

[[sessions]]
slug = "talk"
kind = "plenary"
title = "A numbered talk"
start = 2099-05-29T12:00:00
minutes = 60
presenters = ["Ada Author"]

[[recordings]]
talk = "talk"
file = "talk.mp4"
duration_ms = {duration_ms}
width = {width}
height = {height}
"""


class Reading(NamedTuple):
    """Which pictures both showed at an instant of the server's clock; None where none could be read."""

    at_ms: float
    shown_ms: tuple[float | None, float | None]


def main() -> None:
    """Let two people watch, and print how far apart they were."""
    with tempfile.TemporaryDirectory() as made, Cast() as cast:
        folder = Path(made)
        length_s = SECONDS + SPARE_S
        write_conference(folder / "conference", length_s)
        began = datetime.now(UTC) - timedelta(seconds=LEAD_S)
        server = cast.add(
            Server(folder / "conference", folder / "data", f"--rehearse={began.isoformat().replace('+00:00', 'Z')}")
        )
        server.start()
        readings = watched(folder, cast, int(server.address.rsplit(":", 1)[1]), began)
    tell(readings)


def write_conference(folder: Path, length_s: int) -> None:
    """Write a conference of one talk of that length."""
    folder.mkdir()
    width, height = make_numbered(folder / "talk.mp4", length_s)
    toml = CONFERENCE.format(duration_ms=length_s * 1000, width=width, height=height)
    (folder / "conference.toml").write_text(toml)


def watched(folder: Path, cast: Cast, port: int, began: datetime) -> list[Reading]:
    """Let two apps watch on one screen, and return what both showed, from the first picture of either on."""
    seen = folder / "screen"
    seen.mkdir()
    screen = cast.add(Screen(2 * WIDTH, HEIGHT, seen))
    lines = [JitteredLine(port, MOST_DELAY_MS, seed) for seed in (1, 2)]
    environment = {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"}
    for place, line in enumerate(lines):
        options = [
            *("--address", f"http://127.0.0.1:{line.port}", "--name", f"Watcher {place + 1}"),
            *("--engine", "libvlc", "--geometry", f"{place * WIDTH},0,{WIDTH},{HEIGHT}"),
        ]
        cast.add(Client(f"watcher {place + 1}", folder / f"profile-{place}", *options, environment=environment))
    try:
        return read_both(ScreenPicture(seen), began.timestamp() * 1000)
    finally:
        for line in lines:
            line.close()


def read_both(picture: ScreenPicture, began_ms: float) -> list[Reading]:
    """Return the readings from the first picture on, until both were seen for long enough."""
    boxes: list[Box | None] = [None, None]
    readings: list[Reading] = []
    ends = time.monotonic() + 60
    both = False
    while time.monotonic() < ends:
        begun = time.monotonic()
        for place in (0, 1):
            if boxes[place] is None:
                boxes[place] = picture.find(place * WIDTH, (place + 1) * WIDTH)
        if not both and all(boxes):
            both, ends = True, time.monotonic() + JOIN_S + SECONDS
            print(f"both watch: {boxes}", file=sys.stderr)
        at_ms = time.time() * 1000 - began_ms
        shown = tuple(_shown_ms(picture, box) for box in boxes)
        if any(boxes):
            readings.append(Reading(at_ms, (shown[0], shown[1])))
        time.sleep(max(0.0, EVERY_S - (time.monotonic() - begun)))
    if not both:
        raise SystemExit(f"no picture of both within 60 s: {boxes}")
    return readings


def tell(readings: list[Reading]) -> None:
    """Print the figure."""
    first = [next(each.at_ms for each in readings if each.shown_ms[place] is not None) for place in (0, 1)]
    counted = [each for each in readings if each.at_ms >= max(first) + JOIN_S * 1000]
    apart = [abs(a - b) for a, b in (each.shown_ms for each in counted) if a is not None and b is not None]
    errors = [_errors(counted, place) for place in (0, 1)]
    p95 = percentile(apart, 95)
    report(
        "simulive",
        [p95],
        [BAR_MS],
        "ms apart at p95",
        median_ms=round(percentile(apart, 50), 1),
        p99_ms=round(percentile(apart, 99), 1),
        most_ms=round(max(apart), 1),
        joined_s=[_joined_s(readings, place, first[place]) for place in (0, 1)],
        behind_server_ms=[round(statistics.median(each), 1) for each in errors],
        readings=len(apart),
        missed=len(counted) - len(apart),
        seconds=SECONDS,
        syncplay=SYNCPLAY,
    )


def percentile(values: list[float], per_cent: int) -> float:
    """Return the value that `per_cent` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * per_cent // 100)]


def _shown_ms(picture: ScreenPicture, box: Box | None) -> float | None:
    number = picture.number(box) if box is not None else None
    return None if number is None else number * FRAME_MS


def _errors(readings: list[Reading], place: int) -> list[float]:
    """Return how far behind the server's second the watcher was; a picture stays for 20 ms, so half of that is even."""
    shown = ((each.at_ms, each.shown_ms[place]) for each in readings)
    return [at_ms - shown_ms - FRAME_MS / 2 for at_ms, shown_ms in shown if shown_ms is not None]


def _joined_s(readings: list[Reading], place: int, first_ms: float) -> float | None:
    """Return how long after the first picture the watcher was within the bar of the server's second, for a second."""
    since: float | None = None
    for each in readings:
        shown_ms = each.shown_ms[place]
        if shown_ms is None:
            continue
        within = abs(each.at_ms - shown_ms - FRAME_MS / 2) <= BAR_MS
        since = (each.at_ms if since is None else since) if within else None
        if since is not None and each.at_ms - since >= 1_000:
            return round((since - first_ms) / 1000, 2)
    return None


if __name__ == "__main__":
    main()
