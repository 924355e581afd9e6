"""[ui-frame] How long the main window takes to handle one UpdateRequest while a talk plays.

The talk lasts an hour: its transcript, which is in sight and follows, has 3,000 captions, and its seek bar the markers
of 500 questions, which stand beside it as cards. Time goes on by a tenth of a second each frame; now and then somebody
seeks, points at the bar, or makes everything be painted anew. An UpdateRequest is what Qt sends a window that is to
paint what has changed; the time is that of its handling, painting included, into memory (the platform "offscreen"). The
figure is the 99th percentile, and the bar, which stands as the peer, a frame of 60 Hz. `cpu_p99_ms` is what of it the
thread worked: the rest it waited for a processor, on a machine that was busy.
"""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from benchmarks._figure import report

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from tests.ui.workbench import Workbench

FRAMES = 1_500
BAR_MS = 16.0
CAPTIONS, QUESTIONS = 3_000, 500
LENGTH_MS = 3_600_000
_WORDS = "Sparse features are looked up in tables that no longer fit into one machine, and are sharded by rows."


def main() -> None:
    """Measure and print the figure."""
    from PySide6.QtWidgets import QApplication

    from personal_app.ui.theme import Theme

    application = QApplication([])
    Theme.of_app()
    window_ms, bench = measured(application)
    bench.services.playback.close()
    passed, worked = (sorted(each[place] for each in window_ms) for place in (0, 1))
    report(
        "ui-frame",
        [at_p99(passed)],
        [BAR_MS],
        "ms for an UpdateRequest at p99",
        cpu_p99_ms=round(at_p99(worked), 2),
        median_ms=round(passed[len(passed) // 2], 2),
        most_ms=round(passed[-1], 2),
        cpu_most_ms=round(worked[-1], 2),
        requests=len(passed),
        captions=CAPTIONS,
        markers=QUESTIONS,
    )


def at_p99(ordered: list[float]) -> float:
    """Return the value that 99 of 100 do not exceed."""
    return ordered[len(ordered) * 99 // 100]


def measured(application: "QApplication") -> "tuple[list[tuple[float, float]], Workbench]":
    """Let an hour's talk play in the main window, and return how long each UpdateRequest took."""
    from PySide6.QtCore import QEvent

    from personal_app.services.playback import PlayPhase
    from personal_app.ui.main_window import MainWindow
    from personal_app.ui.workspace import Workspace

    taken: list[tuple[float, float]] = []

    class Timed(MainWindow):
        def event(self, event: QEvent) -> bool:
            if event.type() is not QEvent.Type.UpdateRequest:
                return super().event(event)
            began, worked = time.perf_counter(), time.thread_time()
            handled = super().event(event)
            taken.append(((time.perf_counter() - began) * 1000, (time.thread_time() - worked) * 1000))
            return handled

    bench = a_long_talk()
    window = Timed(bench.services)
    window.resize(1280, 800)
    window.show()
    workspace = window.findChild(Workspace)
    assert isinstance(workspace, Workspace)
    workspace.complete()
    _until(application, lambda: bench.services.playback.state.phase is PlayPhase.PLAYING)
    assert workspace.talk is not None
    workspace.talk.show_tab("Transcript")
    # A list lays its rows out in batches; what is measured is a talk that plays, not a tab that opens.
    _let_work(application, 5.0)
    taken.clear()
    for frame in range(FRAMES):
        position_ms = (frame * 100 + frame // 60 * 97_000) % LENGTH_MS
        bench.engine.move_to(position_ms)
        if frame % 200 == 199:
            window.update()
        if frame % 10 == 0:
            bench.go_to(bench.clock.now + timedelta(seconds=1))
        _let_work(application, 0.01)
    window.close()
    return list(taken), bench


def a_long_talk() -> "Workbench":
    """Return services that hold the demo's program with one talk of an hour, its captions and its questions."""
    import msgspec

    from personal_app.conference.ids import QuestionId, Revision, Tally
    from personal_app.conference.messages import Changes
    from personal_app.conference.recordings import Caption
    from personal_app.conference.rows import QuestionRow
    from personal_app.services.recordings import RecordingKind, RecordingState
    from tests.ui.demo import CAUSALITY, DURING_PLENARY, demo_board, demo_conference
    from tests.ui.workbench import make_workbench

    bench = make_workbench(DURING_PLENARY)
    conference = demo_conference()
    recordings = tuple(msgspec.structs.replace(each, duration_ms=LENGTH_MS) for each in conference.recordings)
    bench.show_program(msgspec.structs.replace(conference, recordings=recordings))
    bench.join()
    bench.connect()
    each_ms = LENGTH_MS // CAPTIONS
    captions = tuple(
        Caption(number * each_ms, (number + 1) * each_ms, f"{number}: {_WORDS}") for number in range(CAPTIONS)
    )
    bench.save_recordings()
    for recording in recordings:
        here = bench.services.recordings.state(recording.id)
        tracks = dict.fromkeys(here.tracks, captions)
        bench.services.recordings.take(recording.id, msgspec.structs.replace(here, captions=captions, tracks=tracks))
        assert here.kind is RecordingKind.SAVED
    assert isinstance(here, RecordingState)
    shared, _ = demo_board(bench.clock.now)
    shown = next(row for row in shared.set if isinstance(row, QuestionRow) and row.number and row.talk == CAUSALITY)
    rows = tuple(
        msgspec.structs.replace(
            shown,
            id=QuestionId(f"{number:022}"),
            number=number + 1,
            position_ms=(number * LENGTH_MS) // QUESTIONS,
            text=f"Question {number}: what becomes of the tables when traffic doubles at {number} o'clock?",
        )
        for number in range(QUESTIONS)
    )
    bench.services.questions.take_cached(Changes(revision=Revision(900), tally=Tally(0), set=rows), None, ())
    bench.source.warm()
    return bench


def _let_work(application: "QApplication", seconds: float) -> None:
    ends = time.perf_counter() + seconds
    while True:
        application.processEvents()
        if time.perf_counter() >= ends:
            return


def _until(application: "QApplication", holds: "Callable[[], bool]") -> None:
    ends = time.monotonic() + 20
    while not holds():
        application.processEvents()
        if time.monotonic() > ends:
            raise SystemExit("the talk did not begin to play")


if __name__ == "__main__":
    main()
