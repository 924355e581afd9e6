"""Signing out on the screen: what it means, the way back, a server that is away, and both looks."""

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from personal_app.services.profile import KeptIn, SignOutWish
from personal_app.ui.first_run.sign_out import SignOutDialog
from personal_app.ui.main_window import MainWindow
from personal_app.ui.theme import Look, Theme
from tests.ui.workbench import Workbench


def shown(qtbot: QtBot, bench: Workbench) -> tuple[MainWindow, SignOutDialog]:
    window = MainWindow(bench.services)
    qtbot.addWidget(window)
    window.show()
    window.sign_out()
    dialog = window.findChild(SignOutDialog)
    assert dialog is not None
    return window, dialog


def test_signing_out_closes_the_dialog_and_offers_to_join(qtbot: QtBot, services: Workbench) -> None:
    window, dialog = shown(qtbot, services)
    dialog.sign_out_button.click()
    assert services.outside.signed_out == [SignOutWish.HERE]
    assert not dialog.sign_out_button.isEnabled()
    services.services.profile.leave()
    assert not dialog.isVisible()
    assert window.top_bar.join_button is not None
    assert window.top_bar.join_button.isVisible()
    services.join()
    assert not window.top_bar.join_button.isVisible()


def test_a_server_that_is_away_leaves_signing_out_here_alone(qtbot: QtBot, services: Workbench) -> None:
    window, dialog = shown(qtbot, services)
    assert not dialog.here_alone_button.isVisible()
    dialog.sign_out_button.click()
    services.services.profile.take_failure("The server does not answer.")
    assert dialog.here_alone_button.isVisible()
    assert dialog._detail.text().startswith("The server does not answer. You can sign out here only")
    assert window.notice is None, "it is said where it was asked"
    dialog.here_alone_button.click()
    assert services.outside.signed_out[-1] is SignOutWish.HERE_ALONE


def test_other_devices_are_counted(qtbot: QtBot, services: Workbench) -> None:
    _, dialog = shown(qtbot, services)
    dialog.others_button.click()
    services.services.profile.take_others_signed_out(2)
    assert dialog._detail.text() == "2 other devices are signed out."
    assert dialog.isVisible()


def test_it_says_where_the_sign_in_lies(qtbot: QtBot, services: Workbench) -> None:
    _, dialog = shown(qtbot, services)
    assert "no key store" in dialog._place.text()
    assert not dialog.keep_button.isVisible()
    services.services.profile.take_kept_in(KeptIn.FILE_FOR_NOW)
    dialog.keep_button.click()
    assert services.outside.entrusted == [True]
    services.services.profile.take_kept_in(KeptIn.KEY_STORE)
    assert dialog._place.text() == "Your sign-in is kept in the key store of this computer."
    assert not dialog.keep_button.isVisible()


def test_pictures(qtbot: QtBot, services: Workbench, look: Look, picture: Callable[..., Path]) -> None:
    services.services.connection.take_waiting(2)
    services.services.profile.take_kept_in(KeptIn.FILE_FOR_NOW)
    _, dialog = shown(qtbot, services)
    dialog.sign_out_button.click()
    services.services.profile.take_failure("https://personal.example does not answer. Check your network.")
    picture(dialog, f"sign-out-{look}", 0, 0)


def test_large_text_makes_it_wider_and_cuts_nothing(qtbot: QtBot, services: Workbench) -> None:
    _, usual = shown(qtbot, services)
    width = usual.width()
    usual.accept()
    Theme.of_app().set_scale(2.0)
    try:
        window = MainWindow(services.services)
        qtbot.addWidget(window)
        dialog = SignOutDialog(services.services, window)
        dialog.show()
        assert dialog.width() > width
        for button in (dialog.others_button, dialog.sign_out_button):
            assert button.width() >= button.sizeHint().width()
    finally:
        Theme.of_app().set_scale(1.0)
