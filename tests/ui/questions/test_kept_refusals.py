"""Refusals that came while nobody looked are told when the panel is there, and put away for good."""

from personal_app.conference.messages import Command
from personal_app.services.questions import Receipt
from personal_app.ui.questions.panel import QuestionPanel
from personal_app.ui.widgets.buttons import IconButton
from tests.factories import ask, command
from tests.ui.workbench import Workbench


def kept(name: str) -> Receipt:
    made: Command = command(ask(name, text=f"Why {name}?"), name)
    return Receipt(made, f"Declined {name}.", final=True)


def test_kept_refusals_are_told_before_and_after_the_panel_is_made(services: Workbench) -> None:
    receipts = services.services.questions.receipts
    receipts.take_kept([kept("first")])
    panel = QuestionPanel(services.services)
    receipts.take_kept([kept("second")])
    assert panel.refused.sentence == "Declined first."
    away = panel.findChild(IconButton, "refused_dismiss")
    assert away is not None
    away.click()
    assert panel.refused.sentence == "Declined second."
    assert [receipt.detail for receipt in receipts.kept] == ["Declined second."]
    away.click()
    assert not receipts.kept
