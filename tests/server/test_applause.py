"""Reactions are gathered, bounded for each person, counted durably, and nobody's."""

from collections.abc import Mapping

from personal_app.conference.ids import TalkId, Tally
from personal_app.conference.reactions import AT_ONCE, Reaction
from personal_app.server import tables
from personal_app.server.applause import GATHER_S, Applause
from personal_app.server.committed import Committed
from tests.factories import PAPER_3, WELCOME, participant
from tests.server.hand_timers import HandTimers
from tests.server.office import PATIENCE_S, Offices, truth

ADA, BEA = participant("Ada"), participant("Bea")
Counted = list[Mapping[tuple[TalkId, Reaction], int]]


def gathering() -> tuple[Applause, HandTimers, Counted]:
    timers, counted = HandTimers(), Counted()
    applause = Applause(timers, lambda talk: talk == WELCOME)
    applause.hand_to(counted.append)
    return applause, timers, counted


def test_what_comes_in_a_moment_is_counted_together() -> None:
    applause, timers, counted = gathering()
    for person, kind in ((ADA, Reaction.CLAP), (BEA, Reaction.CLAP), (BEA, Reaction.WOW)):
        applause.take(person.id, WELCOME, kind)
    assert counted == []
    timers.run_until(timers.now + GATHER_S)
    assert counted == [{(WELCOME, Reaction.CLAP): 2, (WELCOME, Reaction.WOW): 1}]
    timers.run_until(timers.now + 1.0)
    assert len(counted) == 1


def test_a_person_who_sends_too_many_is_not_counted_beyond_the_bound() -> None:
    applause, timers, counted = gathering()
    for _ in range(100):
        applause.take(ADA.id, WELCOME, Reaction.CLAP)
    applause.take(BEA.id, WELCOME, Reaction.CLAP)
    applause.take(BEA.id, TalkId("none"), Reaction.CLAP)
    timers.run_until(timers.now + GATHER_S)
    assert counted == [{(WELCOME, Reaction.CLAP): AT_ONCE + 1}]


def test_closing_hands_on_what_is_gathered() -> None:
    applause, timers, counted = gathering()
    applause.take(ADA.id, WELCOME, Reaction.LAUGH)
    applause.close()
    applause.take(BEA.id, WELCOME, Reaction.LAUGH)
    timers.run_until(timers.now + 1.0)
    assert counted == [{(WELCOME, Reaction.LAUGH): 1}]


def test_counts_survive_a_restart_and_no_person_is_in_the_database(offices: Offices) -> None:
    office = offices.open()
    ada = office.join("Ada")
    office.ask(ada)
    done = office.count(tables.done)
    for times in (2, 3):
        office.ledger.count({(PAPER_3, Reaction.CLAP): times})
    office.ledger.run(lambda _: None).result(PATIENCE_S)
    said = [each for each in office.published if isinstance(each, Committed) and each.entries]
    assert said[-1].entries[-1].decision.reactions[0].count == 5
    hub = truth(office.replayed())
    office = offices.reopen(office)
    assert truth(office.hub) == hub
    assert office.hub.reactions == {PAPER_3: {"clap": 5}}
    assert office.hub.reacted[PAPER_3] == Tally(office.hub.tally)
    assert office.count(tables.done) == done
    assert {column.name for column in tables.reactions.columns} == {"talk", "kind", "count", "tally"}
