"""A person's notes as Markdown (CommonMark): a heading for each talk, an item for each moment.

What others wrote (titles, what was said) is escaped and stays on its line; the person's own words stand as they are.
Must never write a file.
"""

import re
from collections.abc import Sequence

from personal_app.conference.notes import Note, in_order
from personal_app.conference.program import Conference, Talk

_MEANS_SOMETHING = re.compile(r"([\\`*_{}\[\]<>#|~])")


def write_notes(conference: Conference | None, notes: Sequence[Note]) -> str:
    """Return the notes by talk, in the order of the program; those on talks that are not in it any more come last."""
    known = conference.talks if conference is not None else ()
    left = {note.talk for note in notes} - {talk.id for talk in known}
    title = conference.title if conference is not None else "the conference"
    parts = [f"# My notes on {_escaped(title)}\n"]
    for talk in known:
        parts += _section(_heading(conference, talk), [note for note in notes if note.talk == talk.id])
    for talk_id in sorted(left):
        parts += _section([f"## {_escaped(talk_id)}\n"], [note for note in notes if note.talk == talk_id])
    return "\n".join(parts)


def _section(heading: list[str], notes: Sequence[Note]) -> list[str]:
    return [*heading, "\n".join(_item(note) for note in in_order(notes)) + "\n"] if notes else []


def _heading(conference: Conference | None, talk: Talk) -> list[str]:
    session = conference.session(talk.session) if conference is not None else None
    people = talk.presenters or (session.presenters if session is not None else ())
    names = conference.names(people) if conference is not None else ""
    return [f"## {_escaped(talk.title)}\n", *([f"{_escaped(names)}\n"] if names else [])]


def _item(note: Note) -> str:
    words = note.text or (f"Bookmark: “{_escaped(note.said)}”" if note.said else "Bookmark")
    # The lines of an item stand under its first one.
    first, *rest = words.splitlines() or [""]
    moment = f"**{_position(note.position_ms)}** " if note.position_ms is not None else ""
    return "\n".join([f"- {moment}{first}", *(f"  {line}".rstrip() for line in rest)])


def _position(position_ms: int) -> str:
    minutes, seconds = divmod(max(0, position_ms) // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"


def _escaped(text: str) -> str:
    return _MEANS_SOMETHING.sub(r"\\\1", " ".join(text.split()))
