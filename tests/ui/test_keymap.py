"""The keymap: each key once, each act bound, and what the sheet says of them."""

from collections import Counter

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from personal_app.ui.cards.card_list import KEYS
from personal_app.ui.keymap import KEYMAP, Act, Key, Place, bind, keys_of


def test_no_key_has_two_meanings() -> None:
    every = [key for place in Place for key in keys_of(place)]
    assert all(QKeySequence(key.sequence).count() == 1 for key in every)
    counted = Counter(QKeySequence(key.sequence).toString() for key in every)
    assert [keys for keys, times in counted.items() if times > 1] == []


def test_every_act_has_a_key_and_is_on_the_sheet() -> None:
    assert {key.act for place in Place for key in keys_of(place)} == set(Act)
    assert all(any(not key.spare for key in line.keys) for line in KEYMAP)


def test_the_sheet_names_keys_as_people_do() -> None:
    shown = {line.words: line.shown for line in KEYMAP}
    assert shown["Go to that tenth of the recording"] == "0 to 9"
    assert shown["Larger, smaller, normal text"] == "Ctrl +, Ctrl \N{MINUS SIGN}, Ctrl 0"
    assert shown["Slower, faster"] == "<, >, [, ]"
    assert shown["Keep a picture of this moment"] == "Shift S"
    assert shown["Preferences"] == "Ctrl ,"
    assert shown["This sheet"] == "?, F1"


def test_what_a_list_answers_by_itself_is_what_the_sheet_says() -> None:
    told = {Qt.Key[f"Key_{key.sequence}"] for key in keys_of(Place.LIST) if key.sequence != "S"}
    assert told <= set(KEYS)


def test_an_act_without_a_key_binds_nothing(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    bind(window, {Act.OF_A_LIST: lambda: None})
    assert window.children() == []
    assert Key("A", Act.ASK).place is Place.SHORTCUT
