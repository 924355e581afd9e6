"""A talk with its questions and answers as Markdown (CommonMark), for whoever keeps a copy of it.

In it is what everyone may see, and no more: nothing that waits, was declined, withdrawn, hidden or merged, no note of a
chair, no alias, nothing of who voted or which question is the reader's own. When a question was asked is left out, for
the instant would tell its asker apart. What people wrote is escaped. Must never write a file.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.program import Conference, Talk
from personal_app.conference.questions import PUBLIC_STATES, Move, QuestionState
from personal_app.conference.recordings import Chapter
from personal_app.conference.rows import AnswerRow

_MEANS_SOMETHING = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
#: At the beginning of a line these begin a list, a quotation, a heading or a rule.
_BEGINS_SOMETHING = re.compile(r"^(\s*)([-+=>]|\d+(?=[.)]))")
#: Moves that may show what was not shown before: while they are only wished, nobody else sees it.
_SHOWING = frozenset({Move.ASK, Move.EDIT, Move.APPROVE, Move.UNHIDE, Move.SPLIT, Move.UNDO})
_STATES = {
    QuestionState.ANSWERING: "being answered",
    QuestionState.ANSWERED: "answered",
    QuestionState.QUEUED: "waits for its turn",
    QuestionState.DEFERRED: "will be answered in writing",
}


def write_talk(conference: Conference, talk: Talk, questions: Iterable[DrawnQuestion], now: datetime) -> str:
    """Return the talk's page; `now` (aware) is when it was written."""
    session = conference.session(talk.session)
    presenters = talk.presenters or (session.presenters if session is not None else ())
    recording = conference.recording(talk.recording) if talk.recording is not None else None
    public = sorted(filter(_is_public, questions), key=_by_number)
    parts = [f"# {_line(talk.title)}"]
    if names := conference.names(presenters):
        parts.append(_line(names))
    parts.append(_where(conference, talk))
    if abstract := talk.abstract or (session.abstract if session is not None else ""):
        parts += ["## Abstract", _paragraphs(abstract)]
    if recording is not None and recording.chapters:
        parts += ["## Chapters", _chapters(recording.chapters)]
    parts.append("## Questions and answers")
    parts += [_question(question) for question in public] or ["Nobody has asked a question that everyone may read."]
    parts.append(f"*Written on {now:%Y-%m-%d} at {now:%H:%M} UTC.*")
    return "\n\n".join(parts) + "\n"


def position_text(position_ms: int) -> str:
    """Return a position in a recording: "12:31", "1:02:05"."""
    minutes, seconds = divmod(max(0, position_ms) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _is_public(question: DrawnQuestion) -> bool:
    """Tell whether everyone may see it, as far as the server has said so: what is only wished is not."""
    return question.row.state in PUBLIC_STATES and not _SHOWING & set(question.unsent)


def _by_number(question: DrawnQuestion) -> tuple[int, str]:
    return (question.row.number or 0, question.id)


def _where(conference: Conference, talk: Talk) -> str:
    session = conference.session(talk.session)
    title = f"{conference.title}, {session.title}" if session is not None else conference.title
    when = f" · {session.start:%Y-%m-%d %H:%M} UTC" if session is not None else ""
    return f"{_line(title)}{when}"


def _chapters(chapters: Sequence[Chapter]) -> str:
    return "\n".join(f"- **{position_text(each.start_ms)}** {_line(each.title)}" for each in chapters)


def _question(question: DrawnQuestion) -> str:
    row = question.row
    heading = f"### Question {row.number}" if row.number is not None else "### Question"
    votes = "1 vote" if question.votes == 1 else f"{question.votes} votes"
    facts = [_line(row.asker) if row.asker is not None else "Anonymous", votes]
    if row.position_ms is not None:
        facts.append(f"at {position_text(row.position_ms)}")
    if row.state in _STATES:
        facts.append(_STATES[row.state])
    if row.also_asked:
        facts.append(f"also asked by {', '.join(map(_line, row.also_asked))}")
    parts = [heading, _quoted(row.text), " · ".join(facts)]
    if row.mark is not None and row.mark.position_ms is not None:
        parts.append(f"Answered live at {position_text(row.mark.position_ms)} of the recording.")
    elif row.mark is not None:
        parts.append("Answered live.")
    parts += [_answer(answer) for answer in question.answers if answer.revision and not answer.retracted]
    return "\n\n".join(parts)


def _answer(answer: AnswerRow) -> str:
    badge = ", author" if answer.by_author else ""
    edited = ", edited" if answer.edited else ""
    return f"**{_line(answer.writer)}**{badge}{edited}:\n\n{_paragraphs(answer.text)}"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in _escaped_lines(text))


def _paragraphs(text: str) -> str:
    """Return the text with its lines where they were: a backslash at an end keeps a line from joining the next."""
    lines = _escaped_lines(text)
    kept = [f"{line}\\" if line and at + 1 < len(lines) and lines[at + 1] else line for at, line in enumerate(lines)]
    return "\n".join(kept)


def _escaped_lines(text: str) -> list[str]:
    return [_escaped(line.strip()) for line in text.strip().splitlines()]


def _line(text: str) -> str:
    return _escaped(" ".join(text.split()))


def _escaped(line: str) -> str:
    escaped = _MEANS_SOMETHING.sub(r"\\\1", line)
    return _BEGINS_SOMETHING.sub(_harmless, escaped)


def _harmless(found: re.Match[str]) -> str:
    space, mark = found.groups()
    # A number that begins a list is harmless when its point or bracket is escaped; see `_MEANS_SOMETHING` for the rest.
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"
