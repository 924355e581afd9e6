"""Servers that share a ledger: one order of everything, told to all, whoever wrote it and whatever word was lost."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from time import monotonic

import pytest
import sqlalchemy as sa

from personal_app.conference import commands as do
from personal_app.conference.errors import InvitationTrouble, RefusalCode
from personal_app.conference.ids import ConferenceId, Epoch, QuestionId, random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.people import Grant, Participant, Role
from personal_app.server import pages, tables
from personal_app.server.committed import Anew
from personal_app.server.feed import Feed
from tests import factories
from tests.postgres.cluster import Cluster
from tests.postgres.waiting import until
from tests.server.office import PATIENCE_S, Office, Offices, truth

CHAIR = Grant(Role.CHAIR, factories.OPENING)


def _more_than(office: Office, known: int) -> bool:
    return len(office.published) > known


Open = Callable[[], Office]


def _abreast(*offices: Office) -> None:
    """See that every office knows, and has published, the same truth."""
    for office in offices:
        office.ledger.catch_up().result(PATIENCE_S)
    first, *others = [truth(office.replayed()) for office in offices]
    for other in others:
        assert other == first


def test_what_one_writes_all_publish(open_office: Open) -> None:
    one, other = open_office(), open_office()
    ada, bob = one.join("Ada"), other.join("Bob")
    question = one.ask(ada)
    assert other.must(bob, do.Vote(question=question)).tally == 1
    one.must(ada, do.Unvote(question=question))
    assert other.must(ada, do.Vote(question=question)).tally == 2
    _abreast(one, other)
    assert one.hub.count(question) == 2


def test_a_repeat_is_known_wherever_it_is_sent(open_office: Open) -> None:
    one, other = open_office(), open_office()
    ada = one.join("Ada")
    command = Command(id=random_id(), do=do.Ask(question=random_id(), talk=factories.PAPER_3, text="Why?"))
    futures = [office.ledger.submit(ada.id, command) for office in (one, other) * 5]
    assert len({future.result(PATIENCE_S) for future in futures}) == 1
    assert one.count(tables.questions) == 1
    _abreast(one, other)


def test_two_chairs_on_two_servers_are_one_done_and_one_told(open_office: Open) -> None:
    one, other = open_office(), open_office()
    ada, chairs = one.join("Ada"), [one.join("Chiara", CHAIR), other.join("Carlos", CHAIR)]
    question = one.ask(ada, factories.WELCOME)
    wishes: list[do.Do] = [do.Approve(question=question), do.Reject(question=question)]
    futures = [office.submit(chair, wish, 1) for office, chair, wish in zip((one, other), chairs, wishes, strict=True)]
    answers = [future.result(PATIENCE_S) for future in futures]
    (refused,) = [answer for answer in answers if isinstance(answer, Refused)]
    assert refused.code is RefusalCode.CONFLICT
    assert refused.current is not None
    _abreast(one, other)


def test_many_at_once_on_three_servers_lose_nothing(open_office: Open) -> None:
    offices = [open_office() for _ in range(3)]
    people = [offices[number % 3].join(f"Person {number}") for number in range(6)]
    questions = [offices[0].ask(people[0]) for _ in range(3)]
    futures: list[list[Future[Done | Refused]]] = [[] for _ in people]

    def crowd(office: Office, person: Participant, mine: list[Future[Done | Refused]]) -> None:
        for _ in range(10):
            wishes: list[do.Do] = [do.Vote(question=question) for question in questions]
            ask = do.Ask(question=random_id(), talk=factories.PAPER_3, text="And?")
            mine += [office.submit(person, wanted) for wanted in (*wishes, ask)]
            mine[-1].result(PATIENCE_S)

    threads = [
        threading.Thread(target=crowd, args=(offices[number % 3], person, futures[number]))
        for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    answers = [future.result(PATIENCE_S) for mine in futures for future in mine]
    done = [answer for answer in answers if isinstance(answer, Done)]
    assert len(done) == len(answers) == 240
    assert {answer.revision for answer in done} == set(range(3, 64))
    _abreast(*offices)
    hub = offices[0].hub
    assert [hub.count(question) for question in questions] == [6] * 3
    assert (hub.revision, hub.tally) == (63, 18)


def test_a_token_of_one_server_is_good_on_another(open_office: Open) -> None:
    one, other = open_office(), open_office()
    joined = one.join_as("Ada", CHAIR)
    person = other.identity.authenticate_anew(joined.token).result(PATIENCE_S)
    assert person is not None
    assert (person.id, person.grants) == (joined.participant, (CHAIR,))
    assert other.identity.authenticate_anew("nobody's").result(PATIENCE_S) is None
    one.identity.revoke(joined.token).result(PATIENCE_S)
    other.ledger.catch_up().result(PATIENCE_S)
    assert other.identity.authenticate(joined.token) is None


def test_a_flood_of_unknown_tokens_costs_a_handful_of_looks_and_holds_nobody_up(open_office: Open) -> None:
    office = open_office()
    ada = office.join("Ada")
    looks: list[sa.Connection] = []
    sa.event.listen(office.database.engine, "begin", looks.append)
    tokens = [office.identity.authenticate_anew(f"unknown {number}") for number in range(3000)]
    asked = office.submit(ada, do.Ask(question=random_id(), talk=factories.PAPER_3, text="Why?"))
    assert {found.result(PATIENCE_S) for found in tokens} == {None}
    assert isinstance(asked.result(PATIENCE_S), Done)
    assert len(looks) < 300


def test_an_invitation_is_good_for_once_on_all_servers_together(open_office: Open) -> None:
    offices = [open_office() for _ in range(2)]
    code = offices[0].identity.invite(CHAIR).result(PATIENCE_S)
    tries = [office.identity.join("Chiara", code) for office in offices]
    faults = [future.exception(PATIENCE_S) for future in tries]
    assert sorted(isinstance(fault, InvitationTrouble) for fault in faults) == [False, True]


def test_a_grant_made_elsewhere_holds_from_the_next_command_and_is_published(open_office: Open) -> None:
    one, other = open_office(), open_office()
    ada, chiara = one.join("Ada"), other.join("Chiara")
    question = one.ask(ada, factories.WELCOME)
    code = one.identity.invite(CHAIR).result(PATIENCE_S)
    one.identity.redeem(chiara.id, code).result(PATIENCE_S)
    other.must(chiara, do.Approve(question=question), 1)
    told = [person for said in other.published for person in said.participants]
    assert Participant(id=chiara.id, name="Chiara", grants=(CHAIR,)) in told


def test_who_is_silenced_here_is_silenced_there_under_the_same_alias(open_office: Open) -> None:
    one, other = open_office(), open_office()
    chiara, ada = one.join("Chiara", CHAIR), other.join("Ada")
    question = QuestionId(random_id())
    other.must(ada, do.Ask(question=question, talk=factories.WELCOME, text="Why?", anonymous=True))
    one.must(chiara, do.Silence(question=question))
    again = other.say(ada, do.Ask(question=random_id(), talk=factories.WELCOME, text="Why?", anonymous=True))
    assert isinstance(again, Refused)
    assert again.code is RefusalCode.SILENCED
    other.must(ada, do.Ask(question=random_id(), talk=factories.WELCOME, text="Why?"))
    other.must(chiara, do.LetAsk(question=question))
    one.must(ada, do.Ask(question=random_id(), talk=factories.WELCOME, text="Why?", anonymous=True))
    _abreast(one, other)
    aliases = {row.alias for row in one.hub.questions.values() if row.anonymous}
    assert len(aliases) == 1


def test_word_of_a_change_reaches_an_idle_server_at_once(open_office: Open) -> None:
    one, other = open_office(), open_office()
    feed = Feed(other.database, other.ledger.wake)
    feed.start()
    try:
        ada = one.join("Ada")
        until(lambda: len(other.published) == 1, "the newcomer")
        delays = []
        for _ in range(5):
            before = len(other.published)
            one.ask(ada)
            asked = monotonic()
            until(partial(_more_than, other, before), "the question")
            delays.append(monotonic() - asked)
        assert min(delays) < 0.3
    finally:
        assert feed.stop(PATIENCE_S)


def test_a_lost_word_costs_a_second_at_most(open_office: Open) -> None:
    one, other = open_office(), open_office()
    ada = one.join("Ada")
    one.ask(ada)
    asked = monotonic()
    until(lambda: bool(other.entries()), "the question")
    # The bound is one second; the rest is for a machine that has other things to do.
    assert monotonic() - asked < 3
    _abreast(one, other)


def test_the_feed_comes_back_after_its_connection_was_cut(open_office: Open, postgres: Cluster, database: str) -> None:
    office = open_office()
    woken = threading.Semaphore(0)
    feed = Feed(office.database, woken.release)
    feed.start()
    try:
        for _ in range(3):
            assert woken.acquire(timeout=PATIENCE_S)
            until(lambda: postgres.cut_sessions(database) > 0, "a session to cut")
    finally:
        assert feed.stop(PATIENCE_S)


def test_who_was_away_for_longer_than_pages_are_kept_is_told_everything(
    open_office: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = open_office(), open_office()
    monkeypatch.setattr(pages, "KEPT", 2)
    monkeypatch.setattr(pages, "_PRUNED_EVERY", 1)
    held, release = threading.Event(), threading.Event()

    def hold(_: object) -> None:
        held.set()
        assert release.wait(PATIENCE_S)

    other.ledger._listeners.append(hold)
    ada = one.join("Ada")
    assert held.wait(PATIENCE_S)
    for _ in range(5):
        one.ask(ada)
    release.set()
    _abreast(one, other)
    until(lambda: any(isinstance(said, Anew) for said in other.published) or len(other.hub.questions) == 5, "all")


def test_a_server_notices_that_the_database_was_put_back(open_office: Open, postgres: Cluster, database: str) -> None:
    office = open_office()
    ada = office.join("Ada")
    office.ask(ada)
    office.replayed()
    postgres.execute("DELETE FROM pages; UPDATE conference SET epoch = 'another', page = 0", database)
    until(lambda: bool(office.published), "the other history")
    (anew,) = office.published
    assert isinstance(anew, Anew)
    assert (anew.epoch, office.ledger.epoch) == (Epoch("another"), Epoch("another"))
    assert office.must(ada, do.Vote(question=next(iter(anew.register.questions)))).tally == 1


def test_epoch_and_conference_are_shared(offices: Offices) -> None:
    one, other = offices.open(), offices.open()
    assert one.ledger.epoch == other.ledger.epoch
    with pytest.raises(Exception, match="holds the conference"):
        offices.open(factories.conference(id=ConferenceId("other-2021")))


def test_a_device_link_made_here_lets_in_there(open_office: Open) -> None:
    one, other = open_office(), open_office()
    first = one.join_as("Ada")
    link = one.identity.device_link(first.participant).result(PATIENCE_S)
    second = other.identity.claim_link(link).result(PATIENCE_S)
    assert second.participant == first.participant
    found = one.identity.authenticate_anew(second.token).result(PATIENCE_S)
    assert found is not None
    one.clock.move(timedelta(minutes=1))


def test_pages_of_what_was_written_say_what_was_published(open_office: Open) -> None:
    one = open_office()
    ada = one.join("Ada")
    question: QuestionId = one.ask(ada)
    one.must(ada, do.Vote(question=question))

    def read(connection: sa.Connection) -> list[object]:
        last = connection.execute(sa.select(tables.conference.c.page)).scalar_one()
        return list(pages.between(connection, 0, last))

    assert one.ledger.run(read).result(PATIENCE_S) == one.published
