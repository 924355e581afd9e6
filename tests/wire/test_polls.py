"""Polls and reactions over a real server: the result of an open poll reaches who has voted, and nobody else."""

import json

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.ids import PollId, TalkId, random_id
from personal_app.conference.polls import PollState
from personal_app.conference.reactions import Reaction, ReactionCount
from tests.wire.caller import Caller
from tests.wire.server_process import ServerProcess
from tests.wire.test_conversation import CHAIR, Call


def results(caller: Caller) -> set[str]:
    """Return the polls of which the caller was ever sent a result."""
    return {count[0] for frame in caller.frames for count in json.loads(frame).get("poll_counts", ())}


def drawn_count(caller: Caller, poll: PollId) -> tuple[int, tuple[int, ...]] | None:
    drawn = caller.board.drawn_polls().get(poll)
    return None if drawn is None or drawn.count is None else (drawn.count.voters, drawn.count.votes)


def test_a_result_is_told_to_who_has_voted_and_to_everyone_when_the_poll_is_closed(
    shared_server: ServerProcess, call: Call
) -> None:
    chair = call(shared_server, shared_server.join("Chiara", CHAIR).token)
    voter = call(shared_server, shared_server.join("Ada").token)
    other, public = call(shared_server, shared_server.join("Bob").token), call(shared_server)
    poll = PollId(random_id())
    chair.must(do.MakePoll(poll=poll, session="research", text="Which one?", options=("This", "That")))
    chair.must(do.OpenPoll(poll=poll))
    for caller in (voter, other, public):
        caller.until(lambda c=caller: poll in c.board.drawn_polls(), "the poll")  # type: ignore[misc]
    voter.must(do.Ballot(poll=poll, options=(1,)))
    for caller in (voter, chair):
        caller.until(lambda c=caller: drawn_count(c, poll) == (1, (0, 1)), "the result")  # type: ignore[misc]
    # What comes after the ballot has come tells that nothing of it is still on its way.
    question = other.ask("paper-1", "Anything else?")
    chair.must(do.Approve(question=question), chair.seen(question))
    for caller in (other, public):
        caller.until(lambda c=caller: question in c.board.shared, "the question")  # type: ignore[misc]
    assert not results(other) & {poll}
    assert not results(public) & {poll}
    chair.must(do.ClosePoll(poll=poll))
    for caller in (other, public):
        caller.until(lambda c=caller: drawn_count(c, poll) == (1, (0, 1)), "the result")  # type: ignore[misc]
        assert caller.board.drawn_polls()[poll].row.state is PollState.CLOSED
        assert caller.board.drawn_polls()[poll].chosen == ()
    voter.redial()
    assert voter.board.drawn_polls()[poll].chosen == (1,)


def test_a_reaction_is_counted_for_everyone_and_a_public_one_is_not(shared_server: ServerProcess, call: Call) -> None:
    watcher, public = call(shared_server, shared_server.join("Ada").token), call(shared_server)
    reaction = messages.encode(messages.React(talk="paper-2", kind=Reaction.WOW))
    for caller in (public, watcher):
        caller.socket.send(reaction, text=True)
    public.until(lambda: bool(public.board.drawn_reactions()), "the count")
    assert ReactionCount(TalkId("paper-2"), "wow", 1) in public.board.drawn_reactions()
