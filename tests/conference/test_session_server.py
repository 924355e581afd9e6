"""The server's side of a conversation: hello first and once, the time always, commands of those who joined."""

import pytest

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.clock import to_epoch_ms
from personal_app.conference.errors import BrokenRules, Refusal, RefusalCode
from personal_app.conference.ids import CommandId, Epoch, Revision, Tally
from personal_app.conference.session_server import Joined, Send, ServerSession, Submit, refused
from tests.factories import START, command, participant, qid

SINCE = messages.Since(epoch=Epoch("e"), revision=Revision(3), tally=Tally(4))
HELLO = messages.encode(messages.Hello(client="laws/1", since=SINCE, view="v"))
VOTE = command(do.Vote(question=qid("q")))
#: A vote that names its id and no question.
BROKEN = b'{"type":"command","id":"%s","do":{"type":"vote"}}' % VOTE.id.encode()


def greeted(*, public: bool = False) -> ServerSession:
    session = ServerSession(me=None if public else participant())
    session.receive(HELLO, START)
    return session


def test_hello_tells_what_the_client_holds() -> None:
    events = ServerSession(me=None).receive(HELLO, START)
    assert events == [Joined(client="laws/1", since=SINCE, view="v")]


def test_hello_is_said_once() -> None:
    with pytest.raises(BrokenRules, match="once") as broken:
        greeted().receive(HELLO, START)
    assert broken.value.close_code == messages.CLOSE_RULES


@pytest.mark.parametrize("frame", [messages.encode(VOTE), BROKEN])
def test_nothing_is_done_for_who_has_not_said_hello(frame: bytes) -> None:
    with pytest.raises(BrokenRules, match="hello"):
        ServerSession(me=participant()).receive(frame, START)


def test_the_time_is_told_at_any_moment() -> None:
    clock = messages.encode(messages.AskClock(sent=5))
    told = Send(messages.TellClock(sent=5, received=to_epoch_ms(START)))
    assert ServerSession(me=None).receive(clock, START) == [told]
    assert greeted().receive(clock, START) == [told]


def test_a_command_goes_to_the_ledger() -> None:
    assert greeted().receive(messages.encode(VOTE), START) == [Submit(VOTE)]


def test_who_has_not_joined_is_told_to_join() -> None:
    (sent,) = greeted(public=True).receive(messages.encode(VOTE), START)
    assert isinstance(sent, Send)
    assert isinstance(sent.message, messages.Refused)
    assert (sent.message.id, sent.message.code, sent.message.final) == (VOTE.id, RefusalCode.NOT_ALLOWED, True)
    assert sent.message.detail.startswith("Join the conference")


def test_a_command_that_cannot_be_read_is_refused_and_the_conversation_goes_on() -> None:
    session = greeted()
    (sent,) = session.receive(BROKEN, START)
    assert isinstance(sent, Send)
    assert isinstance(sent.message, messages.Refused)
    assert (sent.message.id, sent.message.code) == (VOTE.id, RefusalCode.INVALID)
    assert session.receive(messages.encode(VOTE), START) == [Submit(VOTE)]


def test_a_refusal_carries_all_that_the_client_needs() -> None:
    busy = Refusal(RefusalCode.SLOW_DOWN, "Slow down.", retry_after_ms=300)
    assert refused(CommandId("c"), busy) == messages.Refused(
        id=CommandId("c"), code=RefusalCode.SLOW_DOWN, final=False, detail="Slow down.", retry_after_ms=300
    )
