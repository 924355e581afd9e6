"""What was sent, on the screen: waiting, received, not accepted, with its words, in both looks."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from pytestqt.qtbot import QtBot

from personal_app.conference import commands as do
from personal_app.conference.ids import random_id
from personal_app.conference.messages import Command
from personal_app.conference.sent_moves import SentMove
from personal_app.conference.wishes import Wish
from personal_app.services.sent import Fate, SentEntry
from personal_app.ui.main_window import MainWindow
from personal_app.ui.plain_text import PlainLabel
from personal_app.ui.sent.dialog import SentDialog
from personal_app.ui.sent.wording import what
from personal_app.ui.theme import Look
from tests.ui.demo import CAUSALITY, DURING_PLENARY, demo_conference
from tests.ui.workbench import Workbench


def wish(wanted: do.Do, minutes: int = 5) -> Wish:
    return Wish(command=Command(id=random_id(), do=wanted), at=DURING_PLENARY - timedelta(minutes=minutes))


def ask(text: str, *, anonymous: bool = False) -> do.Ask:
    return do.Ask(question=random_id(), talk=CAUSALITY, text=text, anonymous=anonymous)


def sent(wanted: do.Do, refused: str = "", minutes: int = 4) -> SentMove:
    return SentMove(wish=wish(wanted), answered_at=DURING_PLENARY - timedelta(minutes=minutes), refused=refused)


def shown(qtbot: QtBot, bench: Workbench) -> SentDialog:
    window = MainWindow(bench.services)
    qtbot.addWidget(window)
    window.show()
    window.show_sent()
    dialog = window.findChild(SentDialog)
    assert dialog is not None
    return dialog


def fill(bench: Workbench) -> None:
    voted = bench.services.questions.board.questions[0]
    bench.services.questions.ask(CAUSALITY, "Does it hold for cold starts?")
    bench.services.sent.take(
        (
            sent(do.Vote(question=voted.id), minutes=1),
            sent(ask("What of bias?"), "Questions to this talk are closed."),
            sent(ask("How many users?", anonymous=True), minutes=40),
        )
    )


def words(dialog: SentDialog) -> list[str]:
    return [label.text() for label in dialog.findChildren(PlainLabel) if not label.isHidden()]


def test_each_has_a_receipt_and_what_waits_comes_first(qtbot: QtBot, services: Workbench) -> None:
    dialog = shown(qtbot, services)
    assert services.outside.looked_at_sent == [True]
    assert "Nothing sent yet" in words(dialog)
    fill(services)
    said = words(dialog)
    assert said.index("Does it hold for cold starts?") < said.index("A vote") < said.index("What of bias?")
    assert "Waits to be sent · written just now" in said
    assert "The server has it · 1 min ago" in said
    assert "Not accepted · 4 min ago: Questions to this talk are closed." in said
    title = "Plenary Talk 1: Time, Context and Causality in Recommender Systems"
    assert f"A question about “{title}”, anonymous" in said
    # What the server has answered meanwhile is looked for by itself.
    services.services.questions.settled.emit(None)
    qtbot.waitUntil(lambda: len(services.outside.looked_at_sent) == 2)


def test_what_is_answered_waits_no_more(qtbot: QtBot, services: Workbench) -> None:
    del qtbot
    services.services.questions.ask(CAUSALITY, "Mine")
    (waiting,) = services.services.sent.entries
    assert waiting.fate is Fate.WAITING
    services.services.sent.take((SentMove(wish=waiting.wish, answered_at=DURING_PLENARY),))
    assert [entry.fate for entry in services.services.sent.entries] == [Fate.RECEIVED]


@pytest.mark.parametrize("kind", get_args(do.Do))
def test_every_kind_of_move_has_words(kind: type[msgspec.Struct]) -> None:
    fields = {
        "question": random_id(), "poll": random_id(), "answer": random_id(), "announcement": random_id(),
        "into": random_id(), "talk": CAUSALITY, "session": "s", "text": "t", "row": "qa x", "moves": (1,),
        "options": ("a", "b"), "draft": None, "person": None, "active": True,
    }  # fmt: skip
    wanted = kind(**{name: fields[name] for name in kind.__struct_fields__ if name in fields})
    entry = SentEntry(wish=wish(wanted), fate=Fate.RECEIVED, at=DURING_PLENARY)  # type: ignore[arg-type]
    said = what(entry, demo_conference())
    assert said
    assert "_" not in said


def test_pictures(qtbot: QtBot, services: Workbench, look: Look, picture: Callable[..., Path]) -> None:
    dialog = shown(qtbot, services)
    fill(services)
    picture(dialog, f"sent-{look}", 0, 0)
