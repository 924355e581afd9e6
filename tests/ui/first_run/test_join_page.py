"""The page to join, and using an invitation later: what is asked, what is shown while waiting, and what went wrong."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from personal_app.conference.people import Grant, Role
from personal_app.services.profile import CodeKind, JoinWish, OwnCode, ReturnWish
from personal_app.ui.first_run.invitation import InvitationDialog, code_in
from personal_app.ui.first_run.join_page import JoinPage
from personal_app.ui.first_run.own_code import OwnCodeDialog
from tests.ui.workbench import Workbench

SENTENCE = "The server at http://nowhere:1 does not answer. Check the address and your network, then try again."


@pytest.fixture
def bench(make_services: Callable[..., Workbench]) -> Workbench:
    return make_services(joined=False, program=False)


@pytest.fixture
def page(qtbot: QtBot, bench: Workbench) -> JoinPage:
    made = JoinPage(bench.services.profile)
    qtbot.addWidget(made)
    made.show()
    return made


def test_what_was_typed_is_sent_once(page: JoinPage, bench: Workbench) -> None:
    page.address.setText("  http://conference.example:8020/join#ABCD-EFGH ")
    page.name.setText(" Ada Osei ")
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    QTest.keyClick(page.name, Qt.Key.Key_Return)
    wish = JoinWish(address="http://conference.example:8020/join#ABCD-EFGH", name="Ada Osei")
    assert bench.outside.joined == [wish], "the invitation in the link goes along: whoever joins reads it there"


def test_while_waiting_everything_stands_still_and_what_was_typed_stays(page: JoinPage, bench: Workbench) -> None:
    page.address.setText("conference.example")
    page.name.setText("Ada")
    QTest.mouseClick(page.join_button, Qt.MouseButton.LeftButton)
    assert page.join_button.text() == "Joining…"
    assert not any(part.isEnabled() for part in (page.address, page.name, page.join_button, page.demo_button))
    bench.services.profile.take_failure(SENTENCE)
    assert all(part.isEnabled() for part in (page.address, page.name, page.join_button, page.demo_button))
    assert (page.address.text(), page.name.text(), page.error.text()) == ("conference.example", "Ada", SENTENCE)


def test_what_is_missing_is_said_in_place(page: JoinPage, bench: Workbench) -> None:
    QTest.mouseClick(page.join_button, Qt.MouseButton.LeftButton)
    assert page.error.text().startswith("Paste the address")
    page.address.setText("conference.example")
    QTest.mouseClick(page.join_button, Qt.MouseButton.LeftButton)
    assert page.error.text().startswith("Write the name")
    assert bench.outside.joined == []


def test_looking_around_waits_for_the_demo(page: JoinPage, bench: Workbench) -> None:
    QTest.mouseClick(page.demo_button, Qt.MouseButton.LeftButton)
    assert bench.outside.looked_around == [True]
    assert page.demo_button.text() == "Starting the demo…"
    bench.services.profile.take_failure("The demo did not start in time.")
    assert (page.demo_button.text(), page.error.text()) == ("Look around the demo", "The demo did not start in time.")


def test_nothing_moves_when_the_bar_of_waiting_comes(page: JoinPage, bench: Workbench, qtbot: QtBot) -> None:
    qtbot.wait(1)
    before = page.demo_button.y()
    bench.services.profile.join("conference.example", "Ada")
    qtbot.wait(1)
    assert page.demo_button.y() == before


def test_a_failure_is_shown_letter_by_letter(page: JoinPage, bench: Workbench) -> None:
    bench.services.profile.take_failure("<b>no</b> & never")
    assert page.error.text() == "<b>no</b> & never"
    assert page.error.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("kind", list(CodeKind))
def test_who_has_joined_before_comes_in_by_a_code(page: JoinPage, bench: Workbench, kind: CodeKind) -> None:
    page.address.setText("conference.example")
    QTest.mouseClick(page.before_button, Qt.MouseButton.LeftButton)
    assert not page.name.isVisible()
    QTest.mouseClick(page.join_button, Qt.MouseButton.LeftButton)
    assert page.error.text().startswith("Type the code")
    page.code.setText(" 7K2M-XW0P-94RB ")
    (page.device if kind is CodeKind.DEVICE else page.recovery).click()
    QTest.keyClick(page.code, Qt.Key.Key_Return)
    assert bench.outside.came_back == [ReturnWish(address="conference.example", kind=kind, code="7K2M-XW0P-94RB")]
    assert not page.code.isEnabled()
    bench.services.profile.take_failure("This code is not known here.")
    QTest.mouseClick(page.before_button, Qt.MouseButton.LeftButton)
    assert page.name.isVisible()
    assert (page.join_button.text(), page.error.text()) == ("Join", "")


def test_a_code_of_ones_own_is_shown_when_it_comes(qtbot: QtBot, services: Workbench) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    dialog = OwnCodeDialog(services.services.profile, CodeKind.DEVICE, parent)
    dialog.open()
    assert services.outside.asked_codes == [CodeKind.DEVICE]
    assert not dialog.copy_button.isEnabled()
    services.services.profile.take_code(OwnCode(kind=CodeKind.RECOVERY, code="another"))
    assert dialog.code.text() == ""
    services.services.profile.take_code(OwnCode(kind=CodeKind.DEVICE, code="7K2M-XW0P-94RB", valid_s=600))
    assert (dialog.code.text(), dialog.detail.text()) == ("7K2M-XW0P-94RB", "Good for 10 min.")
    QTest.mouseClick(dialog.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == "7K2M-XW0P-94RB"


def test_why_there_is_no_code_is_said(qtbot: QtBot, services: Workbench) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = OwnCodeDialog(services.services.profile, CodeKind.RECOVERY, parent)
    services.services.profile.take_failure("The server does not answer. Try again when you are online.")
    assert dialog.detail.text().startswith("The server does not answer")


@pytest.mark.parametrize(
    ("pasted", "code"),
    [("ABCD-EFGH", "ABCD-EFGH"), (" http://host/join#ABCD-EFGH\n", "ABCD-EFGH"), ("", ""), ("#", "")],
)
def test_the_code_in_what_was_pasted(pasted: str, code: str) -> None:
    assert code_in(pasted) == code


@pytest.fixture
def dialog(qtbot: QtBot, services: Workbench) -> Iterator[InvitationDialog]:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    made = InvitationDialog(services.services.profile, parent)
    made.open()
    # The parent has to live as long as the dialog is looked at.
    yield made
    parent.close()


def test_an_invitation_is_used_and_the_dialog_closes(
    qtbot: QtBot, dialog: InvitationDialog, services: Workbench
) -> None:
    dialog.code.setText("http://host/join#ABCD-EFGH")
    with qtbot.waitSignal(dialog.accepted):
        QTest.mouseClick(dialog.use_button, Qt.MouseButton.LeftButton)
        assert services.outside.redeemed == ["ABCD-EFGH"]
        assert not dialog.use_button.isEnabled()
        services.join(Grant(Role.CHAIR, "research-qa"))


def test_a_used_invitation_is_said_and_the_dialog_stays(
    qtbot: QtBot, dialog: InvitationDialog, services: Workbench
) -> None:
    QTest.mouseClick(dialog.use_button, Qt.MouseButton.LeftButton)
    assert dialog.error.text().startswith("Paste the code")
    dialog.code.setText("ABCD-EFGH")
    QTest.mouseClick(dialog.use_button, Qt.MouseButton.LeftButton)
    services.services.profile.take_failure("This invitation was used already. Ask the organizers for another one.")
    qtbot.wait(1)
    assert dialog.isVisible()
    assert dialog.error.text().startswith("This invitation was used")
    assert dialog.use_button.isEnabled()
