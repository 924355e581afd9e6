"""Room for the write-ahead log: made once, of nothing that stays, and not where there is little."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from personal_app.conference import commands as do
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.server.database import CACHE_KIB
from personal_app.server.log_room import LOG_BYTES, make_log_room
from tests.server.office import PATIENCE_S, Office, Offices, truth


def pragma(office: Office, name: str) -> int:
    def read(connection: sa.Connection) -> int:
        return int(connection.exec_driver_sql(f"PRAGMA {name}").scalar_one())

    return office.ledger.run(read).result(PATIENCE_S)


def log_bytes(offices: Offices) -> int:
    return Path(f"{offices.path}-wal").stat().st_size


def test_the_log_is_as_long_as_it_gets_and_nothing_else_has_changed(offices: Offices) -> None:
    office = offices.open()
    ada = office.join("Ada")
    voted_on = office.ask(ada)
    pages = pragma(office, "page_count")
    office.ledger.run(make_log_room).result(PATIENCE_S)
    assert log_bytes(offices) >= LOG_BYTES
    assert pragma(office, "page_count") == pages
    assert pragma(office, "cache_size") == -CACHE_KIB
    before = log_bytes(offices)
    office.must(ada, do.Vote(question=voted_on))
    assert log_bytes(offices) == before
    known = truth(office.replayed())
    again = offices.reopen(office)
    assert truth(again.hub) == known


def test_where_there_is_little_room_it_is_left_to_others(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    office = offices.open()
    office.ask(office.join("Ada"))
    usage = SimpleNamespace(free=LOG_BYTES)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    before = log_bytes(offices)
    office.ledger.run(make_log_room).result(PATIENCE_S)
    assert log_bytes(offices) == before


def test_where_it_cannot_be_written_all_goes_on_over_a_new_connection(
    offices: Offices, caplog: pytest.LogCaptureFixture
) -> None:
    office = offices.open()
    ada = office.join("Ada")
    pages = pragma(office, "page_count") + 50
    assert pragma(office, f"max_page_count = {pages}") == pages
    with pytest.raises(EnvironmentTrouble):
        office.ledger.run(make_log_room).result(PATIENCE_S)
    caplog.clear()
    office.ask(ada, text="Is there still room for this one?")
    assert pragma(office, "cache_size") == -CACHE_KIB
