"""The ledger's promises: durable before acknowledged, once, in order, the same answer to a repeat."""

import threading
from concurrent.futures import Future

import pytest
import sqlalchemy as sa

from personal_app.conference import commands as do
from personal_app.conference.errors import EnvironmentTrouble, RefusalCode
from personal_app.conference.ids import ConferenceId, ParticipantId, QuestionId, random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.people import Grant, Participant, Role
from personal_app.conference.questions import QuestionState
from personal_app.server import ledger as ledger_module
from personal_app.server import tables
from personal_app.server.committed import Committed, CommittedCommand
from personal_app.server.database import open_database
from personal_app.server.ledger import Ledger
from tests import factories
from tests.server.office import PATIENCE_S, Office, Offices, truth

DATABASES = ("sqlite", "postgresql")
CHAIR = Grant(Role.CHAIR, factories.OPENING)


def _refused(answer: Done | Refused) -> Refused:
    assert isinstance(answer, Refused)
    return answer


def test_a_question_takes_a_revision_and_a_vote_a_tally(office: Office) -> None:
    ada, bob = office.join("Ada"), office.join("Bob")
    asked = office.must(ada, do.Ask(question=factories.qid("q"), talk=factories.PAPER_3, text="Why?"))
    voted = office.must(bob, do.Vote(question=factories.qid("q")))
    asked_again = office.must(ada, do.Ask(question=factories.qid("r"), talk=factories.PAPER_3, text="How?"))
    assert [(done.revision, done.tally) for done in (asked, voted, asked_again)] == [(1, 0), (1, 1), (2, 1)]


def test_what_changes_nothing_is_done_and_takes_no_counter(office: Office) -> None:
    ada = office.join("Ada")
    question = office.ask(ada)
    first, second = (office.must(ada, do.Vote(question=question)) for _ in range(2))
    assert (first.revision, first.tally) == (second.revision, second.tally)
    assert office.count(tables.votes) == 1
    assert office.count(tables.done) == 3


def test_a_refusal_costs_no_revision_and_is_not_kept(office: Office) -> None:
    ada = office.join("Ada")
    answer = _refused(office.say(ada, do.Approve(question=factories.qid("q")), seen=1))
    assert (answer.code, answer.final) == (RefusalCode.UNKNOWN, True)
    assert office.must(ada, do.Ask(question=factories.qid("q"), talk=factories.PAPER_3, text="Why?")).revision == 1
    assert office.count(tables.done) == 1


def test_a_repeat_is_given_the_same_answer_and_changes_nothing(office: Office) -> None:
    ada = office.join("Ada")
    ask = Command(id=random_id(), do=do.Ask(question=random_id(), talk=factories.PAPER_3, text="Why?"))
    first = office.ledger.submit(ada.id, ask).result(PATIENCE_S)
    office.ask(ada)
    before = truth(office.replayed())
    assert office.ledger.submit(ada.id, ask).result(PATIENCE_S) == first
    assert truth(office.replayed()) == before


def test_repeats_within_one_transaction_are_one(office: Office) -> None:
    ada = office.join("Ada")
    ask = Command(id=random_id(), do=do.Ask(question=random_id(), talk=factories.PAPER_3, text="Why?"))
    held, release = threading.Event(), threading.Event()
    _hold(office, held, release)
    futures = [office.ledger.submit(ada.id, ask) for _ in range(5)]
    release.set()
    assert len({future.result(PATIENCE_S) for future in futures}) == 1
    assert office.count(tables.questions) == 1


def test_a_repeat_after_a_restart_is_given_the_same_answer(offices: Offices) -> None:
    office = offices.open()
    ada = office.join("Ada")
    ask = Command(id=random_id(), do=do.Ask(question=random_id(), talk=factories.PAPER_3, text="Why?"))
    first = office.ledger.submit(ada.id, ask).result(PATIENCE_S)
    office = offices.reopen(office)
    assert office.ledger.submit(ada.id, ask).result(PATIENCE_S) == first
    assert office.published == []
    assert office.count(tables.questions) == 1


@pytest.mark.parametrize("restart", [False, True])
def test_the_same_id_with_another_body_is_refused_for_good(offices: Offices, restart: bool) -> None:
    office = offices.open()
    ada = office.join("Ada")
    question, id_ = office.ask(ada), random_id()
    office.ledger.submit(ada.id, Command(id=id_, do=do.Vote(question=question))).result(PATIENCE_S)
    office = offices.reopen(office) if restart else office
    again = office.ledger.submit(ada.id, Command(id=id_, do=do.Unvote(question=question))).result(PATIENCE_S)
    assert (_refused(again).code, _refused(again).final) == (RefusalCode.ID_REUSED, True)
    assert office.count(tables.votes) == 1


def test_ids_of_commands_are_each_persons_own(office: Office) -> None:
    ada, bob = office.join("Ada"), office.join("Bob")
    question, id_ = office.ask(ada), random_id()
    for person in (ada, bob):
        answer = office.ledger.submit(person.id, Command(id=id_, do=do.Vote(question=question))).result(PATIENCE_S)
        assert isinstance(answer, Done)
    assert office.count(tables.votes) == 2


def test_a_stranger_is_refused(office: Office) -> None:
    nobody = ParticipantId(random_id())
    command = Command(id=random_id(), do=do.Vote(question=random_id()))
    answer = _refused(office.ledger.submit(nobody, command).result(PATIENCE_S))
    assert answer.code is RefusalCode.NOT_ALLOWED
    assert office.count(tables.done) == 0


def test_a_conflict_shows_a_chair_the_question_as_it_is(office: Office) -> None:
    ada, chiara = office.join("Ada"), office.join("Chiara", CHAIR)
    question = office.ask(ada, factories.WELCOME)
    office.must(ada, do.Edit(question=question, text="Why not?"))
    answer = _refused(office.say(chiara, do.Approve(question=question), seen=1))
    assert (answer.code, answer.final) == (RefusalCode.CONFLICT, True)
    assert answer.current is not None
    assert (answer.current.text, answer.current.moved) == ("Why not?", 2)


def test_a_conflict_shows_the_asker_no_more_than_their_own_part(office: Office) -> None:
    ada, chiara = office.join("Ada"), office.join("Chiara", CHAIR)
    question = office.ask(ada, factories.WELCOME)
    office.must(chiara, do.Reject(question=question, reason="Said already."), seen=1)
    answer = _refused(office.say(ada, do.Edit(question=question, text="Why not?"), seen=1))
    assert answer.code is RefusalCode.CONFLICT
    assert answer.current is not None
    assert (answer.current.state, answer.current.reason) == (QuestionState.REJECTED, "Said already.")


def test_a_refusal_tells_nobody_of_a_question_they_may_not_see(office: Office) -> None:
    ada, bob = office.join("Ada"), office.join("Bob")
    question = office.ask(ada, factories.WELCOME, "A secret canary")
    answer = _refused(office.say(bob, do.Approve(question=question), seen=0))
    assert (answer.code, answer.current) == (RefusalCode.UNKNOWN, None)


def test_grants_hold_from_the_next_command_on(office: Office) -> None:
    ada, chiara = office.join("Ada"), office.join("Chiara")
    question = office.ask(ada, factories.WELCOME)
    assert isinstance(office.say(chiara, do.Approve(question=question), seen=1), Refused)
    code = office.identity.invite(CHAIR).result(PATIENCE_S)
    office.identity.redeem(chiara.id, code).result(PATIENCE_S)
    office.must(chiara, do.Approve(question=question), seen=1)


def test_publication_comes_before_the_answer_and_after_the_commit(offices: Offices) -> None:
    office = offices.open()
    ada = office.join("Ada")
    heard: list[str] = []
    office.ledger._publish = lambda _: heard.append("published")
    future = office.submit(ada, do.Ask(question=random_id(), talk=factories.PAPER_3, text="Why?"))
    future.add_done_callback(lambda _: heard.append("answered"))
    assert office.close()
    assert heard == ["published", "answered"]


def test_commands_that_wait_share_one_transaction_in_their_order(office: Office) -> None:
    ada = office.join("Ada")
    question = office.ask(ada)
    office.published.clear()
    held, release = threading.Event(), threading.Event()
    _hold(office, held, release)
    people = [ada] * 3
    wishes: list[do.Do] = [do.Vote(question=question), do.Unvote(question=question), do.Vote(question=question)]
    futures = [office.submit(person, wish) for person, wish in zip(people, wishes, strict=True)]
    release.set()
    answers = [future.result(PATIENCE_S) for future in futures]
    assert [answer.tally for answer in answers if isinstance(answer, Done)] == [1, 2, 3]
    (committed,) = office.published
    assert isinstance(committed, Committed)
    assert [entry.decision.votes[0].held for entry in committed.entries] == [True, False, True]


def test_the_order_of_answers_outlives_an_edit_and_a_restart(offices: Offices) -> None:
    office = offices.open()
    amir, olga = office.join("Amir", Grant(Role.AUTHOR, factories.PAPER_3)), office.join("Olga", Grant(Role.ORGANIZER))
    question = office.ask(amir)
    first, second = random_id(), random_id()
    office.must(amir, do.WriteAnswer(question=question, answer=first, text="Because."), seen=1)
    office.must(olga, do.WriteAnswer(question=question, answer=second, text="Indeed."), seen=2)
    office.must(amir, do.WriteAnswer(question=question, answer=first, text="Just because."), seen=2)
    before = truth(office.replayed())
    office = offices.reopen(office)
    assert [answer.id for answer in office.hub.answers_to(question)] == [first, second]
    assert truth(office.hub) == before


def test_a_count_that_changed_is_remembered_when_nobody_votes_for_it_any_more(offices: Offices) -> None:
    office = offices.open()
    ada = office.join("Ada")
    question = office.ask(ada)
    office.must(ada, do.Vote(question=question))
    office.must(ada, do.Unvote(question=question))
    office = offices.reopen(office)
    assert (office.hub.count(question), office.hub.tallied[question], office.hub.tally) == (0, 2, 2)


def test_moves_are_written_down(office: Office) -> None:
    ada, chiara = office.join("Ada"), office.join("Chiara", CHAIR)
    question = office.ask(ada, factories.WELCOME)
    office.must(chiara, do.Reject(question=question, reason="Said already."), seen=1)
    moves = sa.select(tables.moves).order_by(tables.moves.c.revision)
    rows = office.ledger.run(lambda connection: connection.execute(moves).all()).result(PATIENCE_S)
    assert [(row.move, row.actor, row.source, row.target, row.reason) for row in rows] == [
        ("ask", ada.id, None, "pending", ""),
        ("reject", chiara.id, "pending", "rejected", "Said already."),
    ]


def test_the_epoch_outlives_a_restart_and_is_made_with_the_database(offices: Offices) -> None:
    office = offices.open()
    epoch = office.ledger.epoch
    assert len(epoch) == 22
    assert offices.reopen(office).ledger.epoch == epoch


def test_the_hubs_copy_shares_nothing_with_the_ledgers(offices: Offices) -> None:
    office = offices.open()
    ada = office.join("Ada")
    question = office.ask(ada)
    office.must(ada, do.Vote(question=question))
    office = offices.reopen(office)
    hub = office.hub
    hub.votes[question].clear()
    hub.questions.clear()
    hub.tallied.clear()
    office.must(ada, do.Unvote(question=question))
    last = office.entries()[-1]
    assert isinstance(last, CommittedCommand)
    assert last.decision.votes[0].held is False


def test_another_conference_is_refused(offices: Offices) -> None:
    offices.open().close()
    with pytest.raises(EnvironmentTrouble, match="holds the conference “small-2020”, and “other-2021” was to be"):
        offices.open(factories.conference(id=ConferenceId("other-2021")))


def test_a_database_without_its_conferences_row_is_refused(offices: Offices) -> None:
    office = offices.open()
    office.join("Ada")
    office.close()
    with open_database(offices.url).connect() as connection, connection.begin():
        connection.execute(sa.delete(tables.conference))
    with pytest.raises(EnvironmentTrouble, match="lost its conference's row"):
        offices.open()


def test_after_stop_no_thread_is_left_and_nothing_is_taken_in(offices: Offices) -> None:
    office = offices.open()
    ada = office.join("Ada")
    future = office.submit(ada, do.Ask(question=random_id(), talk=factories.PAPER_3, text="Why?"))
    assert office.close()
    assert "ledger" not in {thread.name for thread in threading.enumerate()}
    assert isinstance(future.result(0), Done)
    late = _refused(office.say(ada, do.Ask(question=random_id(), talk=factories.PAPER_3, text="Late?")))
    assert (late.code, late.final, late.retry_after_ms is not None) == (RefusalCode.UNAVAILABLE, False, True)
    with pytest.raises(EnvironmentTrouble, match="closing"):
        office.identity.invite(CHAIR).result(0)


def test_stopping_twice_or_before_the_start_is_harmless(offices: Offices) -> None:
    office = offices.open()
    assert office.close()
    assert office.close()
    database = open_database(offices.url)
    assert Ledger(database, factories.conference(), offices.clock, lambda _: None).stop(1)


def test_too_much_waiting_is_asked_to_slow_down(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    ada = office.join("Ada")
    question = office.ask(ada)
    held, release = threading.Event(), threading.Event()
    _hold(office, held, release)
    monkeypatch.setattr(ledger_module, "MOST_WAITING", 3)
    futures = [office.submit(ada, do.Vote(question=question)) for _ in range(5)]
    release.set()
    answers = [future.result(PATIENCE_S) for future in futures]
    refusals = [answer for answer in answers if isinstance(answer, Refused)]
    assert [(refusal.code, refusal.final) for refusal in refusals] == [(RefusalCode.SLOW_DOWN, False)] * 2


def test_an_answer_cannot_be_cancelled(office: Office) -> None:
    ada = office.join("Ada")
    future = office.submit(ada, do.Ask(question=random_id(), talk=factories.PAPER_3, text="Why?"))
    assert not future.cancel()
    assert isinstance(future.result(PATIENCE_S), Done)


def test_many_threads_at_once_lose_nothing_and_the_hub_can_follow(offices: Offices) -> None:
    office = offices.open()
    people = [office.join(f"Person {number}") for number in range(8)]
    questions = [QuestionId(random_id()) for _ in range(4)]
    for question in questions:
        office.must(people[0], do.Ask(question=question, talk=factories.PAPER_3, text="Why?"))
    futures: list[list[Future[Done | Refused]]] = [[] for _ in people]

    def crowd(person: Participant, mine: list[Future[Done | Refused]]) -> None:
        asks: list[do.Do] = [do.Ask(question=random_id(), talk=factories.PAPER_3, text="And?") for _ in range(5)]
        votes: list[do.Do] = [do.Vote(question=question) for question in questions * 5]
        mine.extend(office.submit(person, wanted) for wanted in (*votes, *asks))

    threads = [threading.Thread(target=crowd, args=pair) for pair in zip(people, futures, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    answers = [future.result(PATIENCE_S) for mine in futures for future in mine]
    assert all(isinstance(answer, Done) for answer in answers)
    hub = office.replayed()
    assert [hub.count(question) for question in questions] == [8] * 4
    assert (hub.revision, hub.tally, len(hub.questions)) == (4 + 40, 32, 44)
    assert truth(offices.reopen(office).hub) == truth(hub)


def _hold(office: Office, held: threading.Event, release: threading.Event) -> None:
    """Keep the ledger busy with a job until `release`, so that what is submitted meanwhile has to wait."""

    def job(_: sa.Connection) -> None:
        held.set()
        assert release.wait(PATIENCE_S)

    office.ledger.run(job)
    assert held.wait(PATIENCE_S)


def test_committed_tells_of_those_who_joined_or_were_granted_something(office: Office) -> None:
    ada = office.join("Ada")
    chiara = office.join("Chiara", CHAIR)
    told = [person for committed in office.published for person in committed.participants]
    assert told == [ada, Participant(id=chiara.id, name="Chiara"), chiara]
    assert all(isinstance(committed, Committed) for committed in office.published)
