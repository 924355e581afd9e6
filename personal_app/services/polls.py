"""What a person can do about polls: chairs make, open and close them, everyone votes.

The polls themselves are on the board of the questions and come, wait in the outbox and are refused with them. Must
never decide what the server decides.
"""

from collections.abc import Callable

from personal_app.conference import commands as do
from personal_app.conference.board import DrawnBoard, DrawnPoll
from personal_app.conference.ids import PollId, SessionId, TalkId, random_id
from personal_app.conference.questions import Move


class PollMaker:
    """Turns intentions about polls into commands. `wish` takes a command and the revision that was looked at."""

    def __init__(self, wish: Callable[[do.Do, int | None], object], board: Callable[[], DrawnBoard]) -> None:
        self._wish = wish
        self._board = board

    def poll(self, poll: PollId) -> DrawnPoll | None:
        """Return the poll of that id, or None."""
        return next((known for known in self._board().polls if known.id == poll), None)

    def make(
        self,
        session: SessionId,
        talk: TalkId | None,
        text: str,
        options: tuple[str, ...],
        *,
        multiple: bool = False,
        opened: bool = False,
    ) -> PollId:
        """Draft a poll for a session or one of its talks, and where `opened` is said, open it at once."""
        poll = random_id()
        self._wish(
            do.MakePoll(poll=poll, session=session, talk=talk, text=text, options=options, multiple=multiple), None
        )
        if opened:
            self._wish(do.OpenPoll(poll=poll), None)
        return PollId(poll)

    def open(self, poll: PollId) -> None:
        """Show a draft to everyone and take votes."""
        self._wish(do.OpenPoll(poll=poll), self._seen(poll))

    def close(self, poll: PollId) -> None:
        """Take no more votes and tell everyone the result."""
        self._wish(do.ClosePoll(poll=poll), self._seen(poll))

    def discard(self, poll: PollId) -> None:
        """Take a draft or a closed poll out of everyone's sight but the chairs', who can undo that."""
        self._wish(do.DiscardPoll(poll=poll), self._seen(poll))

    def undo(self, poll: PollId) -> None:
        """Take back what was done to a poll last; nothing where there is nothing to take back."""
        known = self.poll(poll)
        moves = known.row.history if known is not None else ()
        undone = (Move.OPEN_POLL, Move.CLOSE_POLL, Move.DISCARD_POLL)
        last = next((move for move in reversed(moves) if move.move in undone and not move.undone), None)
        if last is not None:
            self._wish(do.UndoPoll(poll=poll, moves=(last.revision,)), None)

    def vote(self, poll: PollId, options: tuple[int, ...]) -> None:
        """Choose these options, counted from 0, in place of those chosen before."""
        self._wish(do.Ballot(poll=poll, options=options), None)

    def _seen(self, poll: PollId) -> int | None:
        """Return what the person looked at; after a move of their own that is not shown yet they saw nothing else."""
        known = self.poll(poll)
        return None if known is None or known.unsent else known.row.revision
