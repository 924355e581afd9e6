"""What waits for the ledger: in order, at once after a rest, and in company while there is a stream of the patient."""

import threading
from queue import Empty
from time import monotonic

import pytest

from personal_app.server import tray
from personal_app.server.tray import Tray

LONG_S = 5.0


def lot(things: Tray[str]) -> list[str]:
    taken = [things.first(LONG_S)]
    while things.size():
        taken.append(things.next())
    return taken


def test_what_comes_after_a_rest_is_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tray, "COMPANY_S", LONG_S)
    things: Tray[str] = Tray()
    things.put("vote", patient=True)
    began = monotonic()
    assert lot(things) == ["vote"]
    assert monotonic() - began < LONG_S


def test_the_patient_wait_for_company_in_a_stream(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tray, "COMPANY_S", 0.2)
    things: Tray[str] = Tray()
    things.put("first", patient=True)
    assert lot(things) == ["first"]
    things.put("second", patient=True)
    later = threading.Timer(0.05, things.put, ("third",), {"patient": True})
    later.start()
    assert lot(things) == ["second", "third"]
    later.join()


def test_who_is_in_a_hurry_ends_the_wait_and_takes_all_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tray, "COMPANY_S", LONG_S)
    things: Tray[str] = Tray()
    things.put("first", patient=True)
    assert lot(things) == ["first"]
    things.put("vote", patient=True)
    hurried = threading.Timer(0.05, things.put, ("question",))
    began = monotonic()
    hurried.start()
    assert lot(things) == ["vote", "question"]
    assert monotonic() - began < LONG_S
    hurried.join()


def test_nobody_waits_for_more_where_there_is_company_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tray, "COMPANY_S", LONG_S)
    things: Tray[str] = Tray()
    things.put("first", patient=True)
    assert lot(things) == ["first"]
    for _ in range(tray.ENOUGH):
        things.put("vote", patient=True)
    began = monotonic()
    assert len(lot(things)) == tray.ENOUGH
    assert monotonic() - began < LONG_S


def test_nothing_comes() -> None:
    with pytest.raises(Empty):
        Tray[str]().first(0.01)
