"""A full disk refuses commands, is told in a sentence, and costs nothing but the wait until there is room."""

import sqlite3

from sqlalchemy import event

from personal_app.conference import commands as do
from personal_app.conference.errors import EnvironmentTrouble, RefusalCode
from personal_app.conference.ids import random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.people import Participant
from personal_app.server import tables
from personal_app.server.database import Database
from tests import factories
from tests.server.office import PATIENCE_S, Office, Offices, truth


class Disk:
    """A disk on which the database may grow by so many pages and no more, until room is made."""

    def __init__(self, pages: int) -> None:
        self._pages = pages
        self._most = 0

    def __call__(self, database: Database) -> None:
        """Bind the database's connections to this disk."""
        event.listen(database.engine, "connect", self._limit)

    def make_room(self, office: Office) -> None:
        """Take the bound away."""
        self._most = 100_000
        limit = f"PRAGMA max_page_count = {self._most}"
        office.ledger.run(lambda connection: connection.exec_driver_sql(limit)).result(PATIENCE_S)

    def _limit(self, connection: sqlite3.Connection, _: object) -> None:
        (now,) = connection.execute("PRAGMA page_count").fetchone()
        self._most = self._most or now + self._pages
        connection.execute(f"PRAGMA max_page_count = {self._most}")


def _fill(office: Office, ada: Participant) -> list[Refused | Done]:
    """Ask until a question does not fit; return all answers."""
    answers: list[Refused | Done] = []
    while len(answers) < 100 and (not answers or isinstance(answers[-1], Done)):
        ask = do.Ask(question=random_id(), talk=factories.PAPER_3, text="words " * 160)
        answers.append(office.say(ada, ask))
    return answers


def test_a_full_disk_is_told_and_nothing_else_changes(offices: Offices) -> None:
    office = offices.open(ready=Disk(12))
    ada = office.join("Ada")
    *kept, refused = _fill(office, ada)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.final) == (RefusalCode.STORAGE_FULL, False)
    assert refused.retry_after_ms is not None
    assert len(office.replayed().questions) == len(kept) == office.count(tables.questions)


def test_after_room_was_made_the_same_command_is_carried_out(offices: Offices) -> None:
    disk = Disk(12)
    office = offices.open(ready=disk)
    ada = office.join("Ada")
    *kept, _ = _fill(office, ada)
    command = Command(id=random_id(), do=do.Ask(question=random_id(), talk=factories.PAPER_3, text="words " * 160))
    refused = office.ledger.submit(ada.id, command).result(PATIENCE_S)
    assert isinstance(refused, Refused)
    disk.make_room(office)
    done = office.ledger.submit(ada.id, command).result(PATIENCE_S)
    assert isinstance(done, Done)
    assert done.revision == len(kept) + 1
    hub = truth(office.replayed())
    assert truth(offices.reopen(office).hub) == hub


def test_joining_on_a_full_disk_is_told_and_leaves_no_participant(offices: Offices) -> None:
    office = offices.open(ready=Disk(12))
    ada = office.join("Ada")
    _fill(office, ada)
    outcomes = [office.identity.join("Bob" * 20, None).exception(PATIENCE_S) for _ in range(200)]
    faults = [fault for fault in outcomes if fault is not None]
    assert faults
    assert all(isinstance(fault, EnvironmentTrouble) and "disk is full" in str(fault) for fault in faults)
    assert office.count(tables.participants) == 1 + len(outcomes) - len(faults)
