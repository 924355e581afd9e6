"""What happens when a transaction fails: nothing is told that is not durable, and the ledger goes on."""

import sqlite3
import threading

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from personal_app.conference import commands as do
from personal_app.conference import moderation
from personal_app.conference.errors import EnvironmentTrouble, RefusalCode
from personal_app.conference.ids import random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.register import Decision, Register
from personal_app.server import tables
from personal_app.server.committed import News
from personal_app.server.database import Database
from tests import factories
from tests.server.office import PATIENCE_S, Office, Offices, truth

DATABASES = ("sqlite", "postgresql")


def test_a_failed_commit_publishes_nothing_and_acknowledges_nothing(offices: Offices) -> None:
    fails = threading.Event()

    def ready(database: Database) -> None:
        @event.listens_for(database.engine, "commit")
        def _(_: sa.Connection) -> None:
            if fails.is_set():
                raise sa.exc.OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))

    office = offices.open(ready=ready)
    ada = office.join("Ada")
    question = office.ask(ada)
    before = truth(office.replayed())
    fails.set()
    refused = office.say(ada, do.Vote(question=question))
    assert isinstance(refused, Refused)
    assert (refused.code, refused.final) == (RefusalCode.UNAVAILABLE, False)
    assert office.published == []
    fails.clear()
    assert office.must(ada, do.Vote(question=question)).tally == 1
    assert office.replayed().count(question) == 1
    assert before != truth(office.hub)


def test_a_commit_that_landed_although_it_failed_is_published_and_a_repeat_is_told_it_is_done(offices: Offices) -> None:
    fails = threading.Event()

    def ready(database: Database) -> None:
        @event.listens_for(database.engine, "commit")
        def _(connection: sa.Connection) -> None:
            if fails.is_set():
                connection.connection.commit()
                raise sa.exc.OperationalError("COMMIT", {}, sqlite3.OperationalError("disk I/O error"))

    office = offices.open(ready=ready)
    ada = office.join("Ada")
    question = office.ask(ada)
    office.replayed()
    vote = Command(id=random_id(), do=do.Vote(question=question))
    fails.set()
    refused = office.ledger.submit(ada.id, vote).result(PATIENCE_S)
    assert isinstance(refused, Refused)
    assert office.published == []
    fails.clear()
    done = office.ledger.submit(ada.id, vote).result(PATIENCE_S)
    assert isinstance(done, Done)
    assert done.tally == 1
    assert office.replayed().count(question) == 1
    hub = truth(office.hub)
    assert truth(offices.reopen(office).hub) == hub


def test_a_lost_connection_is_made_anew(office: Office) -> None:
    ada = office.join("Ada")
    question = office.ask(ada)

    def lose(connection: sa.Connection) -> None:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.close()

    with pytest.raises(EnvironmentTrouble):
        office.ledger.run(lose).result(PATIENCE_S)
    assert office.must(ada, do.Vote(question=question)).tally == 1


def test_a_fault_of_ours_costs_one_command_and_not_its_neighbours(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ada = office.join("Ada")
    decide = moderation.decide

    def faulty(register: Register, call: moderation.Call) -> Decision:
        if isinstance(call.do, do.Ask) and call.do.text == "poison":
            raise RuntimeError("a mistake of ours")
        return decide(register, call)

    monkeypatch.setattr(moderation, "decide", faulty)
    release = threading.Event()
    office.ledger.run(lambda _: release.wait(PATIENCE_S))
    texts = ["Why?", "poison", "How?"]
    asks = [do.Ask(question=random_id(), talk=factories.PAPER_3, text=text) for text in texts]
    futures = [office.submit(ada, ask) for ask in asks]
    release.set()
    answers = [future.result(PATIENCE_S) for future in futures]
    assert [type(answer) for answer in answers] == [Done, Refused, Done]
    refused = answers[1]
    assert isinstance(refused, Refused)
    assert (refused.code, refused.final) == (RefusalCode.INVALID, True)
    report = refused.detail.rsplit(" ", 1)[-1].rstrip(".")
    assert f"report {report}" in caplog.text
    assert office.replayed().revision == 2


def test_a_job_that_raises_undoes_its_own_writes_alone(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    def fails(connection: sa.Connection) -> None:
        row = {"id": "half", "name": "Half", "joined_at": factories.START}
        connection.execute(sa.insert(tables.participants).values(row))
        raise KeyError("a mistake of ours")

    release = threading.Event()
    office.ledger.run(lambda _: release.wait(PATIENCE_S))
    first = office.identity.join("Ada", None)
    second = office.ledger.run(fails)
    third = office.identity.join("Bob", None)
    release.set()
    with pytest.raises(KeyError):
        second.result(PATIENCE_S)
    assert {first.result(PATIENCE_S).name, third.result(PATIENCE_S).name} == {"Ada", "Bob"}
    assert office.count(tables.participants) == 2
    assert "a job on the database failed" in caplog.text


def test_a_statement_of_ours_that_the_database_refuses_is_found_among_its_neighbours(office: Office) -> None:
    def breaks_a_reference(connection: sa.Connection) -> None:
        connection.execute(sa.insert(tables.votes).values(question="nothing", voter="nobody"))

    ada = office.join("Ada")
    release = threading.Event()
    office.ledger.run(lambda _: release.wait(PATIENCE_S))
    broken = office.ledger.run(breaks_a_reference)
    asked = office.submit(ada, do.Ask(question=random_id(), talk=factories.PAPER_3, text="Why?"))
    release.set()
    with pytest.raises(EnvironmentTrouble, match="fault of its own"):
        broken.result(PATIENCE_S)
    assert isinstance(asked.result(PATIENCE_S), Done)


def test_a_job_whose_news_cannot_be_told_is_undone(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    def fails(_: object) -> News:
        raise RuntimeError("a mistake of ours")

    def work(connection: sa.Connection) -> None:
        row = {"id": "half", "name": "Half", "joined_at": factories.START}
        connection.execute(sa.insert(tables.participants).values(row))

    with pytest.raises(RuntimeError):
        office.ledger.run(work, fails).result(PATIENCE_S)
    assert office.count(tables.participants) == 0
    assert "a job on the database failed" in caplog.text
    assert office.join("Ada").name == "Ada"


def test_a_publisher_that_fails_does_not_make_an_acknowledgement_untrue(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: object) -> None:
        raise RuntimeError("the loop is closed")

    ada = office.join("Ada")
    office.ledger._publish = fails
    office.ask(ada)
    assert office.count(tables.questions) == 1
    assert "could not be published" in caplog.text
