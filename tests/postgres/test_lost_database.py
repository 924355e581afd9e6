"""The database goes away, is silent, or cuts us off: nothing false is said, and all goes on when it is back."""

import threading
from collections.abc import Callable, Iterator
from time import monotonic

import psycopg
import pytest
import sqlalchemy as sa

from personal_app.conference import commands as do
from personal_app.conference.errors import EnvironmentTrouble, RefusalCode
from personal_app.conference.ids import random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.people import Participant
from personal_app.net import http_api
from personal_app.server import postgresql, tables
from personal_app.server.database import open_database
from personal_app.server.feed import Feed
from tests import factories
from tests.postgres.cluster import Cluster
from tests.postgres.nodes import Nodes
from tests.postgres.waiting import until
from tests.postgres.wire_cutter import WireCutter
from tests.server.office import PATIENCE_S, HandClock, Office, Offices, truth
from tests.wire.caller import Caller


@pytest.fixture
def wire(postgres: Cluster) -> Iterator[WireCutter]:
    """A way to the database that can be cut."""
    cutter = WireCutter(postgres.port)
    yield cutter
    cutter.close()


@pytest.fixture
def far(offices: Offices, postgres: Cluster, database: str, wire: WireCutter) -> Iterator[Office]:
    """An office whose way to the database can be cut; those of `offices` have their own."""
    office = Office(postgres.url(database, wire.port), HandClock(), factories.conference(), lambda _: None)
    offices.close_later(office)
    yield office
    wire.mend()


def _until_done(office: Office, person: Participant, command: Command) -> tuple[Done, list[Refused]]:
    """Send a command again until it is done; return the answer, and what was refused before."""
    refused: list[Refused] = []
    deadline = monotonic() + PATIENCE_S
    while True:
        answer = office.ledger.submit(person.id, command).result(PATIENCE_S)
        if isinstance(answer, Done):
            return answer, refused
        assert (answer.code, answer.final) == (RefusalCode.UNAVAILABLE, False)
        assert monotonic() < deadline
        refused.append(answer)


def _ask() -> Command:
    return Command(id=random_id(), do=do.Ask(question=random_id(), talk=factories.PAPER_3, text="Why?"))


def test_a_cut_session_costs_a_repeat_and_nothing_else(far: Office, postgres: Cluster, database: str) -> None:
    ada = far.join("Ada")
    ended, done = threading.Event(), threading.Semaphore(1)
    acknowledged: list[Done] = []

    def cut() -> None:
        # After each that was acknowledged, however long that takes: a machine that is slow is not to be cut for ever.
        while not ended.is_set():
            if done.acquire(timeout=0.5):
                ended.wait(0.05)
                postgres.cut_sessions(database)

    cutter = threading.Thread(target=cut)
    cutter.start()
    try:
        for _ in range(60):
            acknowledged.append(_until_done(far, ada, _ask())[0])
            done.release()
    finally:
        ended.set()
        cutter.join(PATIENCE_S)
    until(lambda: _all_there(far), "the database")
    assert sorted(done.revision for done in acknowledged) == list(range(1, 61))
    assert far.count(tables.questions) == far.count(tables.done) == 60
    hub = far.replayed()
    assert (hub.revision, len(hub.questions)) == (60, 60)


def _all_there(office: Office) -> bool:
    return office.ledger.catch_up().exception(PATIENCE_S) is None


def test_while_the_database_is_away_commands_are_refused_and_afterwards_carried_out(
    far: Office, offices: Offices, wire: WireCutter
) -> None:
    other = offices.open()
    ada = far.join("Ada")
    wire.cut(refuse=True)
    command = _ask()
    answer = far.ledger.submit(ada.id, command).result(PATIENCE_S)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.final, answer.retry_after_ms is not None) == (RefusalCode.UNAVAILABLE, False, True)
    with pytest.raises(EnvironmentTrouble):
        far.identity.join("Bob", None).result(PATIENCE_S)
    with pytest.raises(EnvironmentTrouble):
        far.identity.authenticate_anew("unknown").result(PATIENCE_S)
    other.ask(other.join("Olga"))
    wire.mend()
    done, _ = _until_done(far, ada, command)
    assert done.revision == 2
    other.ledger.catch_up().result(PATIENCE_S)
    assert truth(far.replayed()) == truth(other.replayed())


def test_refusals_come_at_once_while_the_database_is_away(far: Office, wire: WireCutter) -> None:
    ada = far.join("Ada")
    wire.cut(refuse=True)
    for _ in range(4):
        far.ledger.submit(ada.id, _ask()).result(PATIENCE_S)
    started = monotonic()
    answers = [far.ledger.submit(ada.id, _ask()) for _ in range(500)]
    assert all(isinstance(answer.result(PATIENCE_S), Refused) for answer in answers)
    assert monotonic() - started < 5


def test_a_database_that_falls_silent_is_given_up_in_time(
    far: Office, wire: WireCutter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql.BoundedConnection, "silence_s", 0.5)
    ada = far.join("Ada")
    wire.silence()
    command = _ask()
    started = monotonic()
    answer = far.ledger.submit(ada.id, command).result(PATIENCE_S)
    assert isinstance(answer, Refused)
    assert answer.code is RefusalCode.UNAVAILABLE
    assert monotonic() - started < 5
    wire.mend()
    done, _ = _until_done(far, ada, command)
    assert done.revision == 1
    assert far.count(tables.questions) == 1


def test_whoever_vanishes_with_the_lock_holds_the_others_up_for_a_bounded_time(
    offices: Offices, postgres: Cluster, database: str, wire: WireCutter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(postgresql.SETTINGS, "idle_in_transaction_session_timeout", "700ms")
    lost = Office(postgres.url(database, wire.port), HandClock(), factories.conference(), lambda _: None)
    offices.close_later(lost)
    other = offices.open()
    ada = other.join("Ada")
    held, release = threading.Event(), threading.Event()

    def hold(_: sa.Connection) -> None:
        held.set()
        assert release.wait(PATIENCE_S)

    job = lost.ledger.run(hold)
    assert held.wait(PATIENCE_S)
    wire.silence()
    try:
        started = monotonic()
        other.ask(ada)
        assert monotonic() - started < 5
    finally:
        release.set()
        wire.mend()
    with pytest.raises(EnvironmentTrouble):
        job.result(PATIENCE_S)
    until(lambda: _all_there(lost), "the database")
    assert lost.must(ada, do.Vote(question=next(iter(lost.replayed().questions)))).tally == 1


def test_a_commit_whose_answer_was_lost_is_told_once(far: Office, wire: WireCutter) -> None:
    ada = far.join("Ada")
    far.replayed()
    engine = far.database.engine
    cuts = threading.Event()

    @sa.event.listens_for(engine, "commit")
    def _(connection: sa.Connection) -> None:
        if cuts.is_set():
            cuts.clear()
            # The database commits, and its answer never comes.
            connection.exec_driver_sql("COMMIT")
            wire.cut()
            raise sa.exc.OperationalError("COMMIT", {}, psycopg.OperationalError("the connection was lost"))

    cuts.set()
    command = _ask()
    done, refused = _until_done(far, ada, command)
    assert len(refused) >= 1
    assert done.revision == 1
    until(lambda: len(far.entries()) == 1, "what was committed")
    assert far.replayed().revision == 1
    assert far.count(tables.questions) == 1


def test_the_feed_hears_again_after_silence(far: Office, wire: WireCutter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql.BoundedConnection, "silence_s", 0.5)
    monkeypatch.setattr("personal_app.server.feed._SILENT_TURNS", 1)
    woken = threading.Semaphore(0)
    feed = Feed(far.database, woken.release)
    feed.start()
    try:
        assert woken.acquire(timeout=PATIENCE_S)
        wire.silence()
        until(lambda: feed._backoff.troubled, "the trouble")
        wire.mend()
        assert woken.acquire(timeout=PATIENCE_S)
    finally:
        assert feed.stop(PATIENCE_S)


@pytest.mark.parametrize("database_name", ["nowhere", "postgres_is_not_ours"])
def test_a_database_that_cannot_be_used_is_told_in_a_sentence(postgres: Cluster, database_name: str) -> None:
    if database_name == "postgres_is_not_ours":
        postgres.execute(f"DROP DATABASE IF EXISTS {database_name}")
        postgres.execute(f"CREATE DATABASE {database_name}")
        postgres.execute("CREATE TABLE recipes (name text)", database_name)
    with pytest.raises(EnvironmentTrouble, match=r"nowhere|not a database of a PeRSonAl server") as raised:
        open_database(postgres.url(database_name).replace("@", ":canary@"))
    assert "canary" not in str(raised.value)


def test_many_servers_that_start_at_once_on_a_new_database_agree(postgres: Cluster) -> None:
    postgres.execute("DROP DATABASE IF EXISTS brand_new")
    postgres.execute("CREATE DATABASE brand_new")
    epochs: list[str] = []
    offices: list[Office] = []

    def begin() -> None:
        offices.append(Office(postgres.url("brand_new"), HandClock(), factories.conference(), lambda _: None))
        epochs.append(offices[-1].ledger.epoch)

    _at_once([begin] * 4)
    for office in offices:
        assert office.close()
    assert len(epochs) == 4
    assert len(set(epochs)) == 1


def _at_once(calls: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)


_NO_ROOM = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON questions FOR EACH ROW EXECUTE FUNCTION no_room();
"""


def test_a_full_disk_of_the_database_is_told_and_mended(nodes: Nodes, postgres: Cluster, database: str) -> None:
    node, other = nodes.start(), nodes.start()
    caller = Caller(node.address, http_api.join(node.address, "Ada", "").token)
    kept = caller.ask("paper-2", "Room for this?")
    wish = do.Ask(question=random_id(), talk="paper-2", text="And for this?")
    id_ = random_id()
    postgres.execute(_NO_ROOM, database)
    try:
        for _ in range(3):
            answer = caller.say(wish, id_=id_)
            assert isinstance(answer, Refused)
            assert (answer.code, answer.final) == (RefusalCode.STORAGE_FULL, False)
        public = Caller(other.address)
        assert set(public.board.shared) == {kept}
    finally:
        postgres.execute("DROP FUNCTION no_room CASCADE", database)
    done = caller.say(wish, id_=id_)
    assert isinstance(done, Done)
    public.until(lambda: public.holds(done), "what was refused before")
    assert len(public.board.shared) == 2
    for each in (caller, public):
        each.hang_up()
    assert "Traceback" not in nodes.log
    assert nodes.log.count("could not be made durable") == 1


def test_a_mistake_that_shows_when_all_was_sent_is_known_as_ours(
    far: Office, postgres: Cluster, database: str, caplog: pytest.LogCaptureFixture
) -> None:
    ada = far.join("Ada")
    (page,) = postgres.execute("SELECT page FROM conference", database)[0]
    postgres.execute(f"INSERT INTO pages VALUES ({page + 1}, '')", database)
    answer = far.ledger.submit(ada.id, _ask()).result(PATIENCE_S)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.final) == (RefusalCode.INVALID, True)
    assert "UniqueViolation" in caplog.text or "duplicate key" in caplog.text
    assert ada.id not in caplog.text
    postgres.execute(f"DELETE FROM pages WHERE page > {page}", database)
    assert isinstance(far.ledger.submit(ada.id, _ask()).result(PATIENCE_S), Done)
