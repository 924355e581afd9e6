"""[start] From exec to the first paint of a cached start, beside an empty PySide6 window of the same size.

Ours is the desktop app on a profile that holds the demo conference and 1,000 questions and was started once before; its
first paint shows program and questions. The peer is a bare QMainWindow. Both run on the same platform with a warm file
cache; the bar is 2.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks._figure import in_turn, report
from personal_app.bootstrap.arguments import DEFAULT_PROFILE
from personal_app.conference.ids import Epoch, QuestionId, Revision, Tally, random_id
from personal_app.conference.messages import Changes, Mine, Since
from personal_app.conference.program import Conference, Talk
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.conference.session_client import Replaced, ResumePoint
from personal_app.server.conference_folder import open_conference_folder
from personal_app.store.store import Store
from personal_app.store.values import Profile
from tools.driving import ROOT, DrivingFailed, Screen

QUESTIONS = 1_000
ROUNDS = 9


def main() -> None:
    """Measure and print the figure."""
    with tempfile.TemporaryDirectory() as folder:
        fill(profile_in(Path(folder)))
        screen = a_screen()
        environment = environment_for(Path(folder), screen)
        try:
            run(environment, "before")
            ours, peer = in_turn(
                lambda: first_paint_ms(environment, "ours"),
                lambda: first_paint_ms(environment, "peer"),
                ROUNDS,
            )
        finally:
            if screen is not None:
                screen.close()
    report("start", ours, peer, "ms to first paint", platform=environment["QT_QPA_PLATFORM"], questions=QUESTIONS)


def first_paint_ms(environment: dict[str, str], *arguments: str) -> float:
    """Return how long after exec a process painted its window for the first time, in ms."""
    began = time.monotonic_ns()
    return (int(run(environment, *arguments).split()[-1]) - began) / 1e6


def run(environment: dict[str, str], *arguments: str) -> str:
    """Run the measured process and return what it printed."""
    child = subprocess.run(
        [sys.executable, str(ROOT / "benchmarks" / "_first_paint.py"), *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
    )
    return child.stdout


def profile_in(folder: Path) -> Path:
    """Return where the app looks for its profile with `folder` as the folder of a person's data."""
    return folder / "PeRSonAl" / "profiles" / DEFAULT_PROFILE


def environment_for(folder: Path, screen: Screen | None) -> dict[str, str]:
    """Return what the measured process is started with: the data folder, and a screen where there is one."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(folder)}
    environment |= {"DISPLAY": screen.display, "QT_QPA_PLATFORM": "xcb"} if screen else {"QT_QPA_PLATFORM": "offscreen"}
    # A warm start finds compiled modules, as every second start of a person does.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def fill(profile: Path) -> None:
    """Make a profile whose cache holds the demo conference and many questions."""
    conference = open_conference_folder(ROOT / "assets" / "demo", {}).conference
    fill_with(profile, conference, a_view(conference))


def fill_with(profile: Path, conference: Conference, view: Replaced | None) -> None:
    """Make a profile whose cache holds a conference and, with `view`, its questions."""
    profile.mkdir(parents=True, exist_ok=True)
    store = Store(profile)
    store.opened.result()
    me = Profile(address="http://127.0.0.1:1", participant=random_id(), name="Ada", token="", recovery_code="")
    store.keep_profile(me).result()
    store.keep_program('"benchmark"', conference).result()
    if view is not None:
        store.apply(view).result()
    assert store.close(10)


def a_view(conference: Conference, count: int = QUESTIONS, talks: Sequence[Talk] = ()) -> Replaced:
    """Return a full state with `count` questions, spread over `talks` or all there are."""
    asked_about = talks or conference.talks
    rows = tuple(
        QuestionRow(
            id=QuestionId(random_id()),
            session=talk.session,
            talk=talk.id,
            text=f"Question {number}: what becomes of the embedding tables when the traffic of a day doubles?",
            state=QuestionState.APPROVED,
            asked_at=datetime(2020, 5, 29, 16, tzinfo=UTC) + timedelta(seconds=number),
            revision=Revision(number + 1),
            moved=Revision(number + 1),
            asker="Grace Asker",
            number=number + 1,
        )
        for number in range(count)
        for talk in [asked_about[number % len(asked_about)]]
    )
    revision, tally = Revision(count), Tally(count)
    changes = Changes(revision=revision, tally=tally, set=rows, tallies=tuple((row.id, 3) for row in rows))
    since = Since(epoch=Epoch("benchmark"), revision=revision, tally=tally)
    mine = Mine(revision=revision, tally=tally, full=True)
    return Replaced(resume=ResumePoint(since=since, view="benchmark"), changes=changes, mine=mine)


def a_screen() -> Screen | None:
    """Return a screen of our own, or None where there is no Xvfb."""
    try:
        return Screen(1280, 800)
    except DrivingFailed:
        return None


if __name__ == "__main__":
    main()
