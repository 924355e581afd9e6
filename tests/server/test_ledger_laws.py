"""Three who must say the same after any script: the ledger's database read anew, the hub's copy, and a plain model."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis.strategies as st
import msgspec
from hypothesis import HealthCheck, given, settings

from personal_app.conference import commands as do
from personal_app.conference.ids import random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.people import Grant, Participant, Role
from personal_app.conference.undoing import standing
from personal_app.server import tables
from tests import factories
from tests.server.office import PATIENCE_S, Office, Offices, truth

QUESTIONS = [factories.qid(name) for name in "abcd"]
ANSWERS = [factories.aid(name) for name in "xy"]
POLLS = [factories.random_like("poll")]
TALKS = [factories.PAPER_1, factories.PAPER_3]

question = st.sampled_from(QUESTIONS)
wishes = st.one_of(
    st.builds(do.Ask, question=question, talk=st.sampled_from(TALKS), text=st.just("Why?"), anonymous=st.booleans()),
    *[st.builds(kind, question=question) for kind in (do.Vote, do.Unvote)] * 3,
    *[st.builds(kind, question=question) for kind in (do.Approve, do.Withdraw, do.Unqueue, do.PutBack, do.Reopen)],
    *[st.builds(kind, question=question) for kind in (do.Defer, do.Hide, do.Unhide, do.Split, do.Return)],
    *[st.builds(do.Merge, question=question, into=question)] * 2,
    st.builds(do.RetractAnswer, question=question, answer=st.sampled_from(ANSWERS)),
    *[st.builds(do.Undo, question=question, moves=st.just((1,)))] * 2,
    *[st.builds(kind, question=question) for kind in (do.Report, do.FollowUp)],
    st.builds(do.Note, question=question, text=st.just("Ask him later.")),
    st.builds(do.Assign, question=question, person=st.none() | st.just("amir")),
    st.builds(do.Regulate, talk=st.sampled_from(TALKS), moderated=st.booleans()),
    st.builds(do.Retime, session=st.just(factories.RESEARCH), extra_ms=st.sampled_from((60_000, -60_000))),
    st.builds(
        do.MakePoll,
        poll=st.sampled_from(POLLS),
        session=st.just(factories.OPENING),
        text=st.just("Which one?"),
        options=st.just(("This", "That", "Both")),
        multiple=st.booleans(),
    ),
    *(st.builds(kind, poll=st.sampled_from(POLLS)) for kind in (do.OpenPoll, do.ClosePoll, do.DiscardPoll)),
    st.builds(do.UndoPoll, poll=st.sampled_from(POLLS), moves=st.tuples(st.integers(1, 20))),
    st.builds(do.Ballot, poll=st.sampled_from(POLLS), options=st.sampled_from(((0,), (1,), (0, 2), (2, 1, 0)))),
    st.builds(do.Announce, announcement=st.sampled_from(ANSWERS), text=st.just("At noon there is soup.")),
    st.builds(do.EndAnnouncement, announcement=st.sampled_from(ANSWERS)),
    st.builds(do.Reject, question=question, reason=st.just("Said already.")),
    st.builds(do.Queue, question=question, after=st.none() | question),
    st.builds(do.Start, question=question),
    st.builds(do.Finish, question=question, position_ms=st.none() | st.just(12_000)),
    st.builds(do.SaveDraft, question=question, text=st.sampled_from(("Becau", ""))),
    st.builds(do.Offer, question=question, active=st.booleans()),
    st.builds(do.WriteAnswer, question=question, answer=st.sampled_from(ANSWERS), text=st.just("Because.")),
)
steps = st.lists(st.tuples(st.integers(0, 2), wishes | st.just("restart") | st.just("repeat")), min_size=5, max_size=40)


def _people(office: Office) -> list[Participant]:
    ada = office.join("Ada")
    amir = office.join("Amir", *(Grant(Role.AUTHOR, talk) for talk in TALKS))
    return [ada, amir, office.join("Olga", Grant(Role.ORGANIZER))]


def _looked_at(office: Office, wanted: do.Do) -> int | None:
    known = office.replayed().questions.get(do.question_of(wanted))
    return None if known is None else known.moved


def _last_undone(office: Office, step: do.Undo) -> do.Undo:
    """Return the command that takes the question's newest move back, where it has one."""
    moves = standing(office.replayed(), do.question_of(step))
    return msgspec.structs.replace(step, moves=(moves[0].revision,)) if moves else step


def _offices() -> Iterator[Offices]:
    with tempfile.TemporaryDirectory() as folder:
        made = Offices(Path(folder))
        yield made
        made.close_all()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(script=steps)
def test_memory_database_and_what_was_published_say_the_same(script: list[tuple[int, object]]) -> None:
    for offices in _offices():
        office = offices.open()
        people = _people(office)
        said: list[tuple[Participant, Command, Done | Refused]] = []
        for who, step in script:
            if step == "restart":
                hub = truth(office.replayed())
                office = offices.reopen(office)
                assert truth(office.hub) == hub
            elif step == "repeat":
                _repeat_all(office, said)
            else:
                assert isinstance(step, do.Do)
                wanted = _last_undone(office, step) if isinstance(step, do.Undo) else step
                command = Command(id=random_id(), do=wanted, seen=_looked_at(office, step))
                answer = office.ledger.submit(people[who].id, command).result(PATIENCE_S)
                said.append((people[who], command, answer))
                _counters_fit(office, answer)
        _repeat_all(office, said)
        assert office.count(tables.done) == sum(isinstance(answer, Done) for *_, answer in said)
        hub = truth(office.replayed())
        assert truth(offices.reopen(office).hub) == hub


def _repeat_all(office: Office, said: list[tuple[Participant, Command, Done | Refused]]) -> None:
    before = truth(office.replayed())
    for person, command, answer in said:
        if isinstance(answer, Done):
            assert office.ledger.submit(person.id, command).result(PATIENCE_S) == answer
    assert truth(office.replayed()) == before


def _counters_fit(office: Office, answer: Done | Refused) -> None:
    before = (office.hub.revision, office.hub.tally)
    after = office.replayed()
    if isinstance(answer, Refused):
        assert (after.revision, after.tally) == before
    else:
        assert (answer.revision, answer.tally) == (after.revision, after.tally)
        assert answer.revision <= before[0] + 1
        assert answer.tally <= before[1] + 1
