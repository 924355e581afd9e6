"""What people can ask the server to do, one typed struct each; on the wire they are the tagged `do` of a command.

Unknown fields are refused, so that a newer client's wish is never carried out by halves. This module must never decide
anything: `moderation` does.
"""

from datetime import datetime
from typing import Annotated, get_args

import msgspec
from msgspec import UNSET, Meta, UnsetType

from personal_app.conference.ids import (
    RANDOM_ID_CHARS,
    RANDOM_ID_PATTERN,
    AnswerId,
    ParticipantId,
    PollId,
    QuestionId,
    SessionId,
    TalkId,
)
from personal_app.conference.polls import MOST_OPTIONS, OPTION_CHARS, POLL_CHARS
from personal_app.conference.questions import Move, QaState
from personal_app.conference.text import ANNOUNCEMENT_CHARS, ANSWER_CHARS, QUESTION_CHARS, REASON_CHARS

#: Four times the bound in code points: what is too long by a little gets a sentence from `text`, not a schema fault.
_QuestionText = Annotated[str, Meta(max_length=4 * QUESTION_CHARS)]
_AnswerText = Annotated[str, Meta(max_length=4 * ANSWER_CHARS)]
_Reason = Annotated[str, Meta(max_length=4 * REASON_CHARS)]
_AnnouncementText = Annotated[str, Meta(max_length=4 * ANNOUNCEMENT_CHARS)]
_PollText = Annotated[str, Meta(max_length=4 * POLL_CHARS)]
_OptionText = Annotated[str, Meta(max_length=4 * OPTION_CHARS)]
_Choice = Annotated[int, Meta(ge=0, lt=MOST_OPTIONS)]
_Instant = Annotated[datetime, Meta(tz=True)]
# The length as well, because `$` would let a line break follow.
_Random = Annotated[str, Meta(pattern=f"^{RANDOM_ID_PATTERN}$", max_length=RANDOM_ID_CHARS)]
_Slug = Annotated[str, Meta(min_length=1, max_length=80)]
_Revision = Annotated[int, Meta(ge=1, le=2**53 - 1)]
#: How many moves one command takes back.
MOST_UNDONE = 50
_DAY_MS = 24 * 3600 * 1000
_Position = Annotated[int, Meta(ge=0, le=_DAY_MS)]
_Shift = Annotated[int, Meta(ge=-_DAY_MS, le=_DAY_MS)]


class _Do(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """What all commands share: a tag named `type`, and no field beyond the known."""


class Ask(_Do, frozen=True, tag=Move.ASK.value):
    """Ask a question about a talk, at a position of its recording (ms) or at none. The client makes the id."""

    question: _Random
    talk: _Slug
    text: _QuestionText
    anonymous: bool = False
    position_ms: _Position | None = None


class Edit(_Do, frozen=True, tag=Move.EDIT.value):
    """Replace the text of one's own question while it waits."""

    question: _Random
    text: _QuestionText


class Withdraw(_Do, frozen=True, tag=Move.WITHDRAW.value):
    """Take one's own question back."""

    question: _Random


class Approve(_Do, frozen=True, tag=Move.APPROVE.value):
    """Show a waiting question to everyone."""

    question: _Random


class Return(_Do, frozen=True, tag=Move.RETURN.value):
    """Give a waiting question back to its asker, with a note how to reword it."""

    question: _Random
    reason: _Reason = ""


class Reject(_Do, frozen=True, tag=Move.REJECT.value):
    """Decline a question; the asker is shown the reason."""

    question: _Random
    reason: _Reason = ""


class Queue(_Do, frozen=True, tag=Move.QUEUE.value):
    """Put a question into the speaking order after another one, or first (None); also moves one that is in it."""

    question: _Random
    after: _Random | None = None


class Unqueue(_Do, frozen=True, tag=Move.UNQUEUE.value):
    """Take a question out of the speaking order."""

    question: _Random


class Start(_Do, frozen=True, tag=Move.START.value):
    """Call a question: it is being answered from now on, by an author who offered, or by the presenters (None)."""

    question: _Random
    by: _Random | None = None


class PutBack(_Do, frozen=True, tag=Move.PUT_BACK.value):
    """Return the question being answered to the head of the speaking order."""

    question: _Random


class Finish(_Do, frozen=True, tag=Move.FINISH.value):
    """Mark the question being answered as answered live, at a position of a recording (ms) where one plays."""

    question: _Random
    position_ms: _Position | None = None


class Defer(_Do, frozen=True, tag=Move.DEFER.value):
    """Promise an answer in writing instead of a live one."""

    question: _Random


class Offer(_Do, frozen=True, tag=Move.OFFER.value):
    """As an author, offer to take a question live; a chair's start accepts. `active` False takes the offer back."""

    question: _Random
    active: bool = True


class SaveDraft(_Do, frozen=True, tag=Move.DRAFT.value):
    """Go on with the draft of a question's answer, from the words of the revision `draft`, or where there are none
    (None); an empty text throws it away."""

    question: _Random
    text: _AnswerText
    draft: _Revision | None = None


# Left out where there is none, as it was before there were drafts: a server of then knows no such field, and the hash
# of a command that was carried out before its server became newer is still the same.
class WriteAnswer(_Do, frozen=True, omit_defaults=True, tag=Move.ANSWER.value):
    """Answer a question in writing. The client makes the answer's id; the same id again replaces the text.

    `draft` is the revision of the draft that it was made from, which it ends; None leaves the draft as it is.
    """

    question: _Random
    answer: _Random
    text: _AnswerText
    draft: _Revision | None = None


class RetractAnswer(_Do, frozen=True, tag=Move.RETRACT.value):
    """Take a written answer back: one's own, or as a chair anybody's."""

    question: _Random
    answer: _Random


class Reopen(_Do, frozen=True, tag=Move.REOPEN.value):
    """Make an answered question open again."""

    question: _Random


class Hide(_Do, frozen=True, tag=Move.HIDE.value):
    """Take a question out of everyone's sight; the asker is shown the reason."""

    question: _Random
    reason: _Reason = ""


class Unhide(_Do, frozen=True, tag=Move.UNHIDE.value):
    """Show a hidden question again, in the state it had."""

    question: _Random


class Merge(_Do, frozen=True, tag=Move.MERGE.value):
    """Merge a question into another one of its session that asks the same; its votes count there."""

    question: _Random
    into: _Random


class Split(_Do, frozen=True, tag=Move.SPLIT.value):
    """Let a merged question stand for itself again, with the votes that are still held for it."""

    question: _Random


class Undo(_Do, frozen=True, tag=Move.UNDO.value):
    """Take moves back, named by their revisions, newest first; all that stands on the oldest of them is to be named."""

    question: _Random
    moves: Annotated[tuple[_Revision, ...], Meta(min_length=1, max_length=MOST_UNDONE)]


class Vote(_Do, frozen=True, tag=Move.VOTE.value):
    """Vote for a question; a second vote of the same person changes nothing."""

    question: _Random


class Unvote(_Do, frozen=True, tag=Move.UNVOTE.value):
    """Take one's vote back; without a vote it changes nothing."""

    question: _Random


class Note(_Do, frozen=True, tag=Move.NOTE.value):
    """Leave a note at a question for the other chairs, in place of the one before; an empty one takes it away."""

    question: _Random
    text: _Reason


class FollowUp(_Do, frozen=True, tag=Move.FOLLOW_UP.value):
    """Mark that a question wants more than was said; `active` False takes the mark away."""

    question: _Random
    active: bool = True


class Assign(_Do, frozen=True, tag=Move.ASSIGN.value):
    """Ask one of the talk's presenters to answer, by the slug of the program; None asks nobody."""

    question: _Random
    person: _Slug | None = None


class Report(_Do, frozen=True, tag=Move.REPORT.value):
    """Ask the chairs to look at a question again; a second time changes nothing."""

    question: _Random


class HandleReports(_Do, frozen=True, tag=Move.HANDLE_REPORTS.value):
    """Say that what was reported of a question until now has been looked at."""

    question: _Random


class Silence(_Do, frozen=True, tag=Move.SILENCE.value):
    """Let who asked this question anonymously ask nothing more anonymously about its talk."""

    question: _Random


class SilenceName(_Do, frozen=True, tag=Move.SILENCE_NAME.value):
    """Let who asked this question under their name ask nothing more under it in its session."""

    question: _Random


class LetAsk(_Do, frozen=True, tag=Move.LET_ASK.value):
    """Let the asker of this question ask again as they asked it: anonymously, or under their name."""

    question: _Random


class Regulate(_Do, frozen=True, tag=Move.REGULATE.value):
    """Open, pause or close a talk's questions by hand, and switch its moderation on or off; None leaves it as it is.

    With `scheduled` they are open to what the program says again.
    """

    talk: _Slug
    qa: QaState | None = None
    #: Left out where it is not said: servers of before know no such field, nor do the hashes of what they carried out.
    scheduled: bool | UnsetType = UNSET
    moderated: bool | None = None


class Announce(_Do, frozen=True, tag=Move.ANNOUNCE.value):
    """Tell everyone something, until an instant or for good; the same id again replaces it. The client makes the id."""

    announcement: _Random
    text: _AnnouncementText
    until: _Instant | None = None


class EndAnnouncement(_Do, frozen=True, tag=Move.END_ANNOUNCEMENT.value):
    """Take an announcement away."""

    announcement: _Random


class Retime(_Do, frozen=True, omit_defaults=True, tag=Move.RETIME.value):
    """Move a session's times by hand, in ms added to what was said before.

    `late_ms` moves all of it, `extra_ms` the end of its questions, `rest_ms` what follows it; `video_ms` is where its
    video is to end, which is no earlier than where it is when the command comes.
    """

    session: _Slug
    late_ms: _Shift = 0
    extra_ms: _Shift = 0
    rest_ms: _Shift = 0
    video_ms: _Position | None = None


class UndoOpening(_Do, frozen=True, tag=Move.UNDO_OPENING.value):
    """Take moves of what is about no question back: of the `row` with that key ("qa <talk>", "announcement <id>",
    "times <session>"), named by their revisions, newest first; all that stands on the oldest of them is to be named."""

    row: Annotated[str, Meta(min_length=1, max_length=120)]
    moves: Annotated[tuple[_Revision, ...], Meta(min_length=1, max_length=MOST_UNDONE)]


class MakePoll(_Do, frozen=True, tag=Move.MAKE_POLL.value):
    """Draft a poll for a session or one of its talks; the same id again replaces a draft. The client makes the id."""

    poll: _Random
    session: _Slug
    text: _PollText
    options: Annotated[tuple[_OptionText, ...], Meta(max_length=2 * MOST_OPTIONS)]
    talk: _Slug | None = None
    multiple: bool = False


class OpenPoll(_Do, frozen=True, tag=Move.OPEN_POLL.value):
    """Show a draft to everyone and take votes."""

    poll: _Random


class ClosePoll(_Do, frozen=True, tag=Move.CLOSE_POLL.value):
    """Take no more votes, and tell everyone the result."""

    poll: _Random


class DiscardPoll(_Do, frozen=True, tag=Move.DISCARD_POLL.value):
    """Take a draft or a closed poll out of everyone's sight."""

    poll: _Random


class UndoPoll(_Do, frozen=True, tag=Move.UNDO_POLL.value):
    """Take moves of a poll back, named by their revisions, newest first; all later ones are to be named too."""

    poll: _Random
    moves: Annotated[tuple[_Revision, ...], Meta(min_length=1, max_length=MOST_UNDONE)]


class Ballot(_Do, frozen=True, tag=Move.BALLOT.value):
    """Vote in an open poll: the options chosen, counted from 0, in place of those chosen before."""

    poll: _Random
    options: Annotated[tuple[_Choice, ...], Meta(min_length=1, max_length=MOST_OPTIONS)]


OfOpening = Regulate | Announce | EndAnnouncement | Retime | UndoOpening
OfPoll = MakePoll | OpenPoll | ClosePoll | DiscardPoll | UndoPoll | Ballot
Do = (
    Ask
    | Edit
    | Withdraw
    | Approve
    | Return
    | Reject
    | Queue
    | Unqueue
    | Start
    | PutBack
    | Finish
    | Defer
    | Offer
    | SaveDraft
    | WriteAnswer
    | RetractAnswer
    | Reopen
    | Hide
    | Unhide
    | Merge
    | Split
    | Undo
    | Vote
    | Unvote
    | Note
    | FollowUp
    | Assign
    | Report
    | HandleReports
    | Silence
    | SilenceName
    | LetAsk
    | OfOpening
    | OfPoll
)
#: Each command's move; the table's rows and the commands are the same set (a test holds them together).
MOVE_OF: dict[type[_Do], Move] = {cls: Move(str(cls.__struct_config__.tag)) for cls in get_args(Do)}


def question_of(do: Do) -> QuestionId:
    """Return the question a command is about, "" where it is about none."""
    # Asked for each vote: to look among the kinds would take longer.
    return QuestionId(getattr(do, "question", ""))


def move_of(do: Do) -> Move:
    """Return the table's move that a command stands for."""
    return MOVE_OF[type(do)]


def poll_of(do: OfPoll) -> PollId:
    """Return the poll that the command is about."""
    return PollId(do.poll)


def answer_of(do: WriteAnswer | RetractAnswer) -> AnswerId:
    """Return the id of the answer that the command writes or takes back."""
    return AnswerId(do.answer)


def talk_of(do: Ask | Regulate) -> TalkId:
    """Return the talk that is asked about, or whose questions are opened or closed."""
    return TalkId(do.talk)


def session_of(do: Retime) -> SessionId:
    """Return the session whose times are moved."""
    return SessionId(do.session)


def speaker_of(do: Start) -> ParticipantId | None:
    """Return whose offer the start accepts, or None for the presenters at large."""
    return None if do.by is None else ParticipantId(do.by)
