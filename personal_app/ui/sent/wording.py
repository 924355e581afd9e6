"""What was sent, in words: what it was, its text, and what became of it. Pure."""

from datetime import datetime

from personal_app.conference import commands as do
from personal_app.conference.board import DrawnBoard
from personal_app.conference.program import Conference
from personal_app.conference.questions import MOVE_WORDS
from personal_app.services.sent import Fate, SentEntry
from personal_app.ui.cards.plain_words import ago
from personal_app.ui.plain_text import one_line

_TEXT_CHARS = 240
_TITLE_CHARS = 70
_WORDS: dict[type, str] = {
    do.Edit: "Another wording of your question",
    do.Withdraw: "Your question taken back",
    do.Vote: "A vote",
    do.Unvote: "A vote taken back",
    do.WriteAnswer: "An answer in writing",
    do.RetractAnswer: "A written answer taken back",
    do.Report: "A question reported to the chairs",
    do.Announce: "An announcement",
    do.EndAnnouncement: "An announcement taken away",
    do.Regulate: "Questions of a talk opened, paused or closed",
    do.Retime: "Times of a session moved",
    do.UndoOpening: "A move undone",
    do.MakePoll: "A poll drafted",
    do.OpenPoll: "A poll opened",
    do.ClosePoll: "A poll closed",
    do.DiscardPoll: "A poll discarded",
    do.UndoPoll: "A poll's move undone",
    do.Ballot: "Your choice in a poll",
}


def what(entry: SentEntry, conference: Conference | None) -> str:
    """Return what was sent: "A question about “Title”, anonymous"."""
    wanted = entry.wish.command.do
    if isinstance(wanted, do.Ask):
        talk = conference.talk(do.talk_of(wanted)) if conference is not None else None
        about = f" about “{one_line(talk.title, _TITLE_CHARS)}”" if talk is not None else ""
        return f"A question{about}{', anonymous' if wanted.anonymous else ''}"
    if isinstance(wanted, do.Offer):
        return "An offer to answer live" if wanted.active else "An offer to answer live taken back"
    known = _WORDS.get(type(wanted))
    if known is None:
        words = MOVE_WORDS.get(do.move_of(wanted), "moved it")
        known = f"As a chair you {words}"
    return known


def text(entry: SentEntry, board: DrawnBoard) -> str:
    """Return its words: the person's own, else those of the question that it is about where that is still here."""
    own = getattr(entry.wish.command.do, "text", "")
    if isinstance(own, str) and own:
        return one_line(own, _TEXT_CHARS)
    question_id = do.question_of(entry.wish.command.do)
    question = board.question(question_id) if question_id else None
    return f"“{one_line(question.row.text, _TEXT_CHARS)}”" if question is not None and question.row.text else ""


def fate(entry: SentEntry, now: datetime) -> str:
    """Return what became of it."""
    when = ago(entry.at, now)
    match entry.fate:
        case Fate.WAITING:
            return f"Waits to be sent · written {when}"
        case Fate.RECEIVED:
            return f"The server has it · {when}"
        case Fate.REFUSED:
            return f"Not accepted · {when}: {one_line(entry.detail)}"
