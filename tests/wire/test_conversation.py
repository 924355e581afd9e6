"""A real server process and real websockets: a question's way from its asker to everyone, and back after a loss."""

from collections.abc import Callable

import pytest
from websockets.exceptions import InvalidStatus

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.errors import RefusalCode
from personal_app.conference.ids import QuestionId, random_id
from personal_app.conference.people import Grant, Role
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import draft_key
from personal_app.net import http_api
from tests.wire.caller import Caller
from tests.wire.server_process import ServerProcess

Call = Callable[..., Caller]

CHAIR = Grant(Role.CHAIR, "research")
AUTHOR = Grant(Role.AUTHOR, "paper-1")


def test_a_question_walks_from_its_asker_to_an_answer(shared_server: ServerProcess, call: Call) -> None:
    asker = call(shared_server, shared_server.join("Ada Canary").token)
    chair = call(shared_server, shared_server.join("Chiara", CHAIR).token)
    author = call(shared_server, shared_server.join("Amir", AUTHOR).token)
    public, other = call(shared_server), call(shared_server, shared_server.join("Bob").token)

    question = asker.ask("paper-1", "A walking canary?", anonymous=True)
    assert asker.row(question).state is QuestionState.PENDING
    assert chair.row(question).asker is None
    chair.must(do.Approve(question=question), chair.seen(question))
    for caller in (asker, public, other, author):
        caller.until(lambda c=caller: c.row(question).state is QuestionState.APPROVED, "the approved question")  # type: ignore[misc]
        assert caller.row(question).number is not None
    other.must(do.Vote(question=question))
    public.until(lambda: public.count(question) == 1, "the vote")
    chair.must(do.Queue(question=question), chair.seen(question))
    author.until(lambda: author.row(question).state is QuestionState.QUEUED, "the queue")
    author.must(do.Offer(question=question))
    chair.until(lambda: bool(chair.row(question).offers), "the offer")
    assert not public.row(question).offers
    chair.must(do.Start(question=question), chair.seen(question))
    chair.must(do.Finish(question=question), chair.seen(question))
    author.until(lambda: author.row(question).state is QuestionState.ANSWERED, "the end")
    author.must(do.WriteAnswer(question=question, answer=random_id(), text="In short: yes."), author.seen(question))
    public.until(lambda: any(a.question == question for a in public.board.answers.values()), "the answer")
    assert public.row(question).state is QuestionState.ANSWERED
    assert [a.text for a in public.board.answers.values() if a.question == question] == ["In short: yes."]
    for caller in (chair, author, public, other):
        assert not caller.heard("Canary"), "who asked is told to nobody"


def test_chairs_are_told_of_each_other_until_the_connection_ends(shared_server: ServerProcess, call: Call) -> None:
    chairs = [call(shared_server, shared_server.join(name, CHAIR).token) for name in ("Chiara", "Cora")]
    asker = call(shared_server, shared_server.join("Ada").token)
    question = asker.ask("paper-1", "Whose hands is this in?")
    for chair in chairs:
        chair.row(question)
    before = chairs[1].board.revision
    asker.be_here("research")
    chairs[0].be_here("research", question)
    chairs[1].until(lambda: chairs[1].here == {"research": [("Chiara", question)]}, "who is here")
    chairs[0].hang_up()
    chairs[1].until(lambda: chairs[1].here == {"research": []}, "who has gone")
    assert chairs[1].board.revision == before
    asker.must(do.Withdraw(question=question))
    assert (asker.here, asker.heard("presence")) == ({}, False)


def test_a_waiting_question_is_seen_by_its_asker_and_the_chairs_alone(shared_server: ServerProcess, call: Call) -> None:
    asker = call(shared_server, shared_server.join("Ada").token)
    chair = call(shared_server, shared_server.join("Chiara", CHAIR).token)
    bystanders = [
        call(shared_server),
        call(shared_server, shared_server.join("Bob").token),
        call(shared_server, shared_server.join("Carlos", Grant(Role.CHAIR, "opening")).token),
        call(shared_server, shared_server.join("Amir", AUTHOR).token),
    ]
    secret = f"secret {random_id()}"
    question = asker.ask("paper-1", secret)
    assert chair.row(question).text == secret
    shown = call(shared_server, shared_server.join("Eve").token).ask("paper-2", "shown at once")
    for bystander in bystanders:
        bystander.row(shown)
        assert not bystander.heard(secret)
        assert not bystander.heard(question)


def test_an_answer_that_is_being_written_is_seen_by_who_may_answer_alone(
    shared_server: ServerProcess, call: Call
) -> None:
    author = call(shared_server, shared_server.join("Amir", AUTHOR).token)
    other = call(shared_server, shared_server.join("Bea", AUTHOR).token)
    chair = call(shared_server, shared_server.join("Chiara", CHAIR).token)
    bystanders = [
        call(shared_server),
        call(shared_server, shared_server.join("Bob").token),
        call(shared_server, shared_server.join("Carlos", Grant(Role.CHAIR, "opening")).token),
    ]
    question = chair.ask("paper-1", "What are they writing?")
    chair.must(do.Approve(question=question), chair.seen(question))
    author.until(lambda: author.row(question).state is QuestionState.APPROVED, "the question")
    secret = f"unfinished {random_id()}"
    first = author.must(do.SaveDraft(question=question, text=secret))
    for caller in (author, other, chair):
        caller.until(lambda c=caller: draft_key(question) in c.board.open, "the draft")  # type: ignore[misc]
    other.must(do.SaveDraft(question=question, text=f"{secret} still", draft=first.revision))
    late = author.say(do.SaveDraft(question=question, text=f"{secret} mine", draft=first.revision))
    assert isinstance(late, messages.Refused)
    assert late.code is RefusalCode.CONFLICT
    answer = do.WriteAnswer(
        question=question, answer=random_id(), text="At last.", draft=draft_revision(other, question)
    )
    other.must(answer, other.seen(question))
    for bystander in bystanders:
        bystander.until(lambda b=bystander: any(a.question == question for a in b.board.answers.values()), "the answer")  # type: ignore[misc]
        assert not bystander.heard(secret)
    assert not call(shared_server, shared_server.join("Eve").token).heard(secret)


def draft_revision(caller: Caller, question: QuestionId) -> int:
    return caller.board.open[draft_key(question)].revision


def test_votes_of_many_are_counted_once_each(shared_server: ServerProcess, call: Call) -> None:
    voters = [call(shared_server, shared_server.join(f"Voter {number}").token) for number in range(6)]
    question = voters[0].ask("paper-2", "Who votes?")
    for voter in voters:
        voter.send(do.Vote(question=question))
    for voter in voters:
        voter.must(do.Vote(question=question))
    voters[0].must(do.Unvote(question=question))
    public = call(shared_server)
    public.until(lambda: public.count(question) == 5, "five votes")
    assert [voter.board.voted[question][1] for voter in voters] == [False, True, True, True, True, True]


def test_coming_back_brings_what_changed_and_nothing_else(shared_server: ServerProcess, call: Call) -> None:
    ada, bob = (call(shared_server, shared_server.join(name).token) for name in ("Ada", "Bob"))
    old = bob.ask("paper-2", f"old {random_id()}")
    ada.row(old)
    before = ada.replaced
    ada.hang_up()
    new = bob.ask("paper-2", "new")
    bob.must(do.Vote(question=old))
    ada.frames.clear()
    ada.dial()
    assert ada.replaced == before
    assert new in ada.board.shared
    assert ada.count(old) == 1
    assert not ada.heard(bob.row(old).text)


def test_a_repeated_command_is_acknowledged_again_and_done_once(shared_server: ServerProcess, call: Call) -> None:
    ada = call(shared_server, shared_server.join("Ada").token)
    ask = do.Ask(question=random_id(), talk="paper-2", text="Once?")
    id_ = random_id()
    first = ada.say(ask, id_=id_)
    assert isinstance(first, messages.Done)
    assert ada.say(ask, id_=id_) == first
    ada.redial()
    assert ada.say(ask, id_=id_) == first
    reused = ada.say(do.Vote(question=ask.question), id_=id_)
    assert isinstance(reused, messages.Refused)
    assert (reused.code, reused.final) == ("id_reused", True)


def test_two_chairs_and_one_question(shared_server: ServerProcess, call: Call) -> None:
    asker = call(shared_server, shared_server.join("Ada").token)
    first, second = (call(shared_server, shared_server.join(name, CHAIR).token) for name in ("Chiara", "Chloe"))
    question = asker.ask("paper-1", "Who is first?")
    seen = second.seen(question)
    first.must(do.Approve(question=question), first.seen(question))
    refusal = second.say(do.Reject(question=question, reason="late"), seen)
    assert isinstance(refusal, messages.Refused)
    assert refusal.code == "conflict"
    assert refusal.current is not None
    assert refusal.current.state is QuestionState.APPROVED
    assert refusal.current.moved > seen


def test_a_grant_reaches_a_connection_that_is_open(shared_server: ServerProcess, call: Call) -> None:
    credentials = shared_server.join("Ada")
    ada = call(shared_server, credentials.token)
    asker = call(shared_server, shared_server.join("Bob").token)
    waiting = asker.ask("paper-1", "for the new chair")
    grants = http_api.redeem(shared_server.address, credentials.token, shared_server.invite(CHAIR))
    assert grants == (CHAIR,)
    ada.until(lambda: waiting in ada.board.shared, "the chair's view")
    ada.must(do.Approve(question=waiting), ada.seen(waiting))


def test_a_token_of_nobody_is_refused_in_the_handshake(shared_server: ServerProcess) -> None:
    with pytest.raises(InvalidStatus) as refused:
        Caller(shared_server.address, "nobody's")
    assert refused.value.response.status_code == 401
    assert b"recovery code" in (refused.value.response.body or b"")


def test_kill_9_loses_nothing_that_was_acknowledged(server: ServerProcess, call: Call) -> None:
    ada = call(server, server.join("Ada").token)
    chair = call(server, server.join("Chiara", CHAIR).token)
    asked = [ada.ask("paper-2", f"question {number}") for number in range(5)]
    waiting = ada.ask("paper-1", "waiting")
    chair.must(do.Approve(question=waiting), chair.seen(waiting))
    voted = ada.must(do.Vote(question=waiting))
    twice = random_id()
    late = do.Ask(question=random_id(), talk="paper-2", text="sent twice")
    done = ada.say(late, id_=twice)
    epoch = ada.session.welcome.epoch if ada.session.welcome is not None else ""
    server.kill()
    assert ada.until_closed() is None
    server.restart()
    ada.frames.clear()
    ada.dial()
    assert ada.session.welcome is not None
    assert ada.session.welcome.epoch == epoch
    assert ada.replaced == 1, "the client went on from where it was"
    assert ada.say(late, id_=twice) == done
    fresh = call(server)
    assert set(fresh.board.shared) == {*asked, waiting, QuestionId(late.question)}
    assert fresh.board.counts[waiting] == (voted.tally, 1)
    assert ada.board.voted[waiting][1]


def test_an_orderly_stop_says_1012_and_leaves_with_status_0(server: ServerProcess, call: Call) -> None:
    ada = call(server, server.join("Ada").token)
    question = ada.ask("paper-2", "Before the end?")
    assert server.stop() == 0
    assert ada.until_closed() == 1012
    server.restart()
    ada.dial()
    assert question in ada.board.shared
    assert server.log.read_text() == "", "and there was nothing to complain of"
