"""A desktop app in a process of its own that a person keeps busy until it is killed: the test of kills runs it.

Usage: `python -m tests.bootstrap.living PROFILE ADDRESS RUN`. It joins, or goes on, saves recordings, and asks, stars
and writes again and again; a line of JSON says each time what is kept by now. With the RUN `end` it does nothing of its
own, waits until all is sent and saved, and prints what there is.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from personal_app.bootstrap import house as house_module
from personal_app.bootstrap.arguments import parse_arguments
from personal_app.bootstrap.desktop import Desktop
from personal_app.conference.ids import RecordingId, TalkId
from personal_app.services.connection import ConnectionKind
from personal_app.services.recordings import RecordingKind
from personal_app.services.services import Services
from tests.player.fake_engine import FakeSource

TALK = TalkId("deeprecsys-tutorial")
RECORDINGS = tuple(
    map(RecordingId, ("introduction", "mixed-dimension-embedding", "deeprecsys-tutorial", "compositional-embeddings"))
)
STEP_MS = 150


class Life:
    """What happens in this process."""

    def __init__(self, desktop: Desktop, run: str) -> None:
        self._desktop = desktop
        self._run = run
        self._number = 0
        self._timer = QTimer()
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self._finish if run == "end" else self._step)
        self._timer.start()

    def _step(self) -> None:
        services = self._services()
        if services is None:
            return
        if self._number == 0:
            services.recordings.remove(RECORDINGS[0])
            for each in RECORDINGS:
                services.recordings.save(each)
        self._number += 1
        word = f"{self._run}-{self._number}"
        self._keep({"asked": word}, lambda: services.questions.ask(TALK, word))
        self._keep({"star": word}, lambda: services.stars.toggle(word))
        services.drafts.save("ask:other", word)
        self._keep({"draft": word}, services.drafts.flush)

    def _finish(self) -> None:
        services = self._services()
        if services is None or services.connection.state.kind is not ConnectionKind.LIVE:
            return
        states = {each: services.recordings.state(each) for each in RECORDINGS}
        for each, state in states.items():
            if state.kind in (RecordingKind.ABSENT, RecordingKind.FAILED):
                services.recordings.save(each)
        board = services.questions.board.questions
        unsent = services.questions.waiting or any(question.unsent for question in board)
        if unsent or any(state.kind is not RecordingKind.SAVED for state in states.values()):
            return
        _tell(
            {
                "asked": [question.row.text for question in board if question.mine],
                "stars": sorted(services.stars.stars),
                "draft": services.drafts.load("ask:other"),
                "files": {each: str(state.path) for each, state in states.items()},
            }
        )
        self._timer.stop()
        QApplication.quit()

    def _services(self) -> Services | None:
        house = self._desktop.house
        known = house is not None and house._hall is not None and house._hall.profile is not None
        if house is None or not known or house.services.program.conference is None:
            return None
        return house.services

    def _keep(self, said: dict[str, Any], act: Callable[[], object]) -> None:
        _tell({"begun": said})
        act()
        house = self._desktop.house
        assert house is not None
        assert house._hall is not None
        # Jobs of the cache are done in their order.
        house._hall._rooms.store.settings().result(30)
        _tell({"kept": said})


def _tell(said: dict[str, Any]) -> None:
    print(json.dumps(said), flush=True)


def main() -> None:
    """Live."""
    vars(house_module)["EngineSource"] = lambda _: FakeSource()
    application = QApplication(sys.argv[:1])
    options = ["--profile", str(Path(sys.argv[1])), "--address", sys.argv[2], "--name", "Kim"]
    desktop = Desktop(application, parse_arguments(options))
    desktop.start()
    life = Life(desktop, sys.argv[3])
    QTimer.singleShot(120_000, application.quit)
    application.exec()
    desktop.close()
    del life


if __name__ == "__main__":
    main()
