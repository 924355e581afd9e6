"""[apply] A thousand changed questions among ten thousand: what they cost the cache, and what a person notices.

`ours` is what taking them into the cache costs its thread, in its own processor time; `peer` is the bar, 50 ms. Each
changed question has another state, number and count, a tenth of them other words too. Beside it stand, in the same
object, readings of the whole app on a profile with 10,000 questions of one talk and 50 transcripts:

- `stall_ms`, bar 16: the longest that its screen is held up while the thousand are taken in by the cache and shown;
  `stall_wall_ms` is the same stretch on the wall, which grows with whatever else the machine does
- `frame_p99_ms`, bar 16: scrolling the list of 10,000, by the wheel, page by page to its end, and by leaps
- `start_ratio`, bar 1.3: from exec to the first paint, against the same profile without questions and transcripts

`APPLY_ROUNDS` sets the number of rounds.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks._changed import QUESTIONS, changed
from benchmarks._figure import in_turn, report
from benchmarks._large import large_conference, vocabulary
from benchmarks.start import a_screen, a_view, environment_for, fill_with, first_paint_ms, profile_in, run
from personal_app.conference.program import Conference
from personal_app.store.cache import open_cache
from tools.driving import ROOT

TRANSCRIPTS = 50
ROUNDS = int(os.environ.get("APPLY_ROUNDS", "9"))
BAR_MS, STALL_BAR_MS, FRAME_BAR_MS, START_BAR = 50.0, 16.0, 16.0, 1.3


def main() -> None:
    """Measure and print the figure."""
    chance = random.Random(7)
    screen = a_screen()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        conference = _profiles(folder, chance)
        ours = _cache_ms(folder / "cache", conference, chance)
        full, empty = (environment_for(folder / which, screen) for which in ("full", "empty"))
        try:
            seen = _screen(full)
            for environment in (full, empty):
                run(environment, "before")
            starts = in_turn(
                lambda: first_paint_ms(full, "ours"), lambda: first_paint_ms(empty, "ours"), ROUNDS, warm_up=1
            )
        finally:
            if screen is not None:
                screen.close()
    start = [statistics.median(each) for each in starts]
    report(
        "apply",
        ours,
        [BAR_MS] * len(ours),
        "ms of the cache's thread for 1,000 changed questions",
        questions=QUESTIONS,
        transcripts=TRANSCRIPTS,
        **seen,
        stall_bar_ms=STALL_BAR_MS,
        frame_bar_ms=FRAME_BAR_MS,
        start_ms=round(start[0], 1),
        start_empty_ms=round(start[1], 1),
        start_ratio=round(start[0] / start[1], 3),
        start_bar=START_BAR,
        platform=full["QT_QPA_PLATFORM"],
    )


def _profiles(folder: Path, chance: random.Random) -> Conference:
    """Make three profiles of one conference: one full of questions and transcripts, an empty one, one for the cache."""
    words = vocabulary(chance)
    full, empty = profile_in(folder / "full"), profile_in(folder / "empty")
    full.mkdir(parents=True)
    conference = large_conference(full, TRANSCRIPTS, chance, words)
    view = a_view(conference, QUESTIONS, conference.talks[:1])
    fill_with(full, conference, view)
    fill_with(empty, conference, None)
    fill_with(folder / "cache", conference, view)
    return conference


def _cache_ms(profile: Path, conference: Conference, chance: random.Random) -> list[float]:
    """Return what it took the thread of a cache, which is this one here, to take in each of some frames (ms)."""
    view = a_view(conference, QUESTIONS, conference.talks[:1])
    cache, _ = open_cache(profile, lambda: datetime.now(UTC))
    # The questions of a view have ids of its own.
    cache.apply(view, None)
    taken = []
    for number in range(-1, ROUNDS):
        event = changed(view.changes, number + 2, chance)
        began = time.thread_time()
        cache.apply(event, None)
        if number >= 0:
            taken.append(1000 * (time.thread_time() - began))
            print(f"round {number + 1:2}: cache {taken[-1]:.1f} ms", file=sys.stderr)
    cache.close()
    return taken


def _screen(environment: dict[str, str]) -> dict[str, float]:
    """Return the readings of the whole app on the full profile."""
    child = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "_apply_screen.py"), str(ROUNDS)],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=170,
    )
    found: dict[str, float] = json.loads(child.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
