"""The client's side of a conversation: hello, waiting for the welcome, states in parts, silence and the clock."""

import itertools

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.errors import BrokenRules, RefusalCode
from personal_app.conference.ids import CommandId, Epoch, Revision, Tally
from personal_app.conference.rows import Row
from personal_app.conference.session_client import (
    CLOCK_EVERY_MS,
    FIRST_CLOCK_EVERY_MS,
    FIRST_CLOCKS,
    JITTERY_CLOCK_EVERY_MS,
    JITTERY_CLOCKS,
    JITTERY_FIRST_CLOCKS,
    SILENCE_MS,
    Answered,
    Applied,
    ClientSession,
    ClockRead,
    Event,
    Noticed,
    Replaced,
    ResumePoint,
    Welcomed,
)
from tests.factories import command, qid, question_row

NOW = 1_600_000_000_000
VOTE = command(do.Vote(question=qid("q")))
UNVOTE = command(do.Unvote(question=qid("q")))
WELCOME = messages.Welcome(epoch=Epoch("e"), server_time=NOW, view="v", limits=messages.LIMITS, program='"p"')
RESUME = ResumePoint(since=messages.Since(epoch=Epoch("e"), revision=Revision(3), tally=Tally(4)), view="v")


def state(part: int, *rows: Row, last: bool = False, revision: int = 7) -> messages.State:
    return messages.State(part=part, last=last, revision=Revision(revision), tally=Tally(2), set=rows)


def changes(revision: int = 8) -> messages.Changes:
    return messages.Changes(revision=Revision(revision), tally=Tally(3))


def mine(revision: int = 8) -> messages.Mine:
    return messages.Mine(revision=Revision(revision), tally=Tally(3), votes=((qid("q"), True),))


def session(*pending: messages.Command, resume: ResumePoint | None = None) -> ClientSession:
    made = ClientSession("laws/1", resume or ResumePoint(), pending)
    made.opened(NOW)
    return made


def hear(client: ClientSession, *heard: msgspec.Struct) -> list[Event]:
    return [event for message in heard for event in client.receive(messages.encode(message), NOW)]


def resume_of(events: list[Event]) -> ResumePoint:
    found = events[-1]
    assert isinstance(found, Applied | Replaced)
    return found.resume


def test_it_says_hello_with_what_it_holds_and_asks_for_the_time() -> None:
    hello, clock = ClientSession("laws/1", RESUME, ()).opened(NOW)
    assert hello == messages.Hello(client="laws/1", since=RESUME.since, view="v")
    assert clock == messages.AskClock(sent=NOW)


def test_commands_wait_for_the_welcome_and_go_in_order_once() -> None:
    client = session(VOTE)
    assert client.submit(UNVOTE) == []
    assert hear(client, WELCOME) == [Welcomed(WELCOME)]
    assert client.released() == [VOTE, UNVOTE]
    assert client.released() == []
    assert client.submit(VOTE) == []


def test_after_the_welcome_commands_go_at_once_and_once() -> None:
    client = session()
    hear(client, WELCOME)
    assert client.submit(VOTE) == [VOTE]
    assert client.submit(VOTE) == []


def test_what_was_refused_for_now_may_be_submitted_again() -> None:
    client = session()
    hear(client, WELCOME)
    client.submit(VOTE)
    for_now = messages.Refused(id=CommandId(VOTE.id), code=RefusalCode.SLOW_DOWN, final=False, detail="Slow down.")
    assert hear(client, for_now) == [Answered(for_now)]
    assert client.refused_for_now(for_now) == VOTE
    assert client.refused_for_now(for_now) is None
    assert client.submit(VOTE) == [VOTE]
    final = msgspec.structs.replace(for_now, code=RefusalCode.BUSY, final=True)
    assert client.refused_for_now(final) is None
    assert client.refused_for_now(msgspec.structs.replace(for_now, id=None)) is None


def test_what_was_done_may_be_sent_again_and_what_was_refused_for_good_may_not() -> None:
    client = session()
    hear(client, WELCOME)
    client.submit(VOTE)
    client.submit(UNVOTE)
    hear(client, messages.Done(id=CommandId(VOTE.id), revision=Revision(1), tally=Tally(1)))
    hear(client, messages.Refused(id=CommandId(UNVOTE.id), code=RefusalCode.BUSY, final=True, detail="Busy."))
    assert client.submit(VOTE) == [VOTE]
    assert client.submit(UNVOTE) == []


def test_a_state_in_parts_is_one_event_with_the_own_part() -> None:
    client = session(resume=RESUME)
    rows = [question_row(name) for name in ("a", "b", "c")]
    events = hear(client, WELCOME, mine(), state(0, rows[0], rows[1]), state(1, rows[2], last=True))
    assert len(events) == 2
    replaced = events[1]
    assert isinstance(replaced, Replaced)
    assert replaced.changes.set == tuple(rows)
    assert replaced.mine == mine()
    assert resume_of(events).since == messages.Since(epoch=Epoch("e"), revision=Revision(7), tally=Tally(2))
    assert resume_of(events).view == "v"


def test_changes_take_the_own_part_before_them_and_no_other() -> None:
    client = session(resume=RESUME)
    first, second = hear(client, WELCOME, mine(), changes(8), changes(9))[1:]
    assert isinstance(first, Applied)
    assert isinstance(second, Applied)
    assert (first.mine, second.mine) == (mine(), None)
    since = second.resume.since
    assert since is not None
    assert since.revision == 9


@pytest.mark.parametrize(
    "heard",
    [
        (WELCOME, state(1)),
        (WELCOME, state(0), state(2)),
        (WELCOME, state(0), state(0)),
        (WELCOME, state(0), state(1, revision=8)),
        (WELCOME, state(0), changes()),
        (WELCOME, mine(), mine()),
        (changes(),),
        (state(0, last=True),),
    ],
)
def test_a_server_that_breaks_the_order_is_not_believed(heard: tuple[msgspec.Struct, ...]) -> None:
    with pytest.raises(BrokenRules) as broken:
        hear(session(), *heard)
    assert broken.value.close_code == messages.CLOSE_RULES


def test_a_second_welcome_begins_the_view_anew() -> None:
    client = session()
    granted = msgspec.structs.replace(WELCOME, view="w")
    events = hear(client, WELCOME, mine(), state(0), granted, mine(), state(0, last=True))
    assert [type(event) for event in events] == [Welcomed, Welcomed, Replaced]
    assert resume_of(events).view == "w"


def test_what_it_does_not_know_is_passed_over() -> None:
    assert session().receive(b'{"type":"weather"}', NOW) == []
    assert hear(session(), messages.Notice(text="Hello")) == [Noticed(messages.Notice(text="Hello"))]


def test_the_time_is_asked_quickly_at_first_and_then_kept() -> None:
    client, asked = session(), [NOW]
    for now in range(NOW, NOW + 25_000, 40):
        asked += [message.sent for message in client.tick(now) if isinstance(message, messages.AskClock)]
    gaps = [after - before for before, after in itertools.pairwise(asked)]
    assert gaps[: FIRST_CLOCKS - 1] == [FIRST_CLOCK_EVERY_MS] * (FIRST_CLOCKS - 1)
    assert set(gaps[FIRST_CLOCKS - 1 :]) == {CLOCK_EVERY_MS}


def test_on_a_line_that_delays_unevenly_it_is_asked_for_longer() -> None:
    client, asked = session(), [NOW]
    delays = itertools.cycle((20, 260, 90, 300))
    for now in range(NOW, NOW + 90_000, 20):
        for message in client.tick(now):
            if isinstance(message, messages.AskClock):
                asked.append(message.sent)
                client.receive(messages.encode(messages.TellClock(sent=now, received=now)), now + next(delays))
    gaps = [after - before for before, after in itertools.pairwise(asked)]
    assert gaps.count(FIRST_CLOCK_EVERY_MS) == JITTERY_FIRST_CLOCKS - 1
    assert gaps.count(JITTERY_CLOCK_EVERY_MS) == JITTERY_CLOCKS - JITTERY_FIRST_CLOCKS
    assert gaps[-1] == CLOCK_EVERY_MS


def test_the_servers_time_is_read() -> None:
    client = session()
    events = client.receive(messages.encode(messages.TellClock(sent=NOW, received=NOW + 5_010)), NOW + 20)
    (read,) = events
    assert isinstance(read, ClockRead)
    assert read.offset.offset_ms == 5_000


def test_a_clock_that_is_set_back_does_not_stop_the_asking() -> None:
    client = session()
    for now in range(NOW, NOW + 5_000, 50):
        client.tick(now)
    assert client.tick(NOW - 3_600_000) == [messages.AskClock(sent=NOW - 3_600_000)]
    assert client.tick(NOW - 3_600_000 + 10) == []


def test_a_server_that_has_gone_silent_is_left() -> None:
    client = session()
    client.receive(messages.encode(WELCOME), NOW + 10)
    client.tick(NOW + 10 + SILENCE_MS)
    with pytest.raises(BrokenRules, match="silent") as broken:
        client.tick(NOW + 11 + SILENCE_MS)
    assert broken.value.close_code == messages.CLOSE_TOO_SLOW
