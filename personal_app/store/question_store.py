"""The view: questions, answers, counts and one's own part, taken in frame by frame under the rules of the board.

`conference.board` holds the same rules in memory, and a law of the tests holds the two together: what is newer stays,
what went away leaves a mark, and counts carry the counter they came with. This module must never decide what a viewer
may see, nor open a transaction of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.dialects.sqlite import insert as upsert

from personal_app.conference.ids import Epoch, QuestionId, Revision, Tally
from personal_app.conference.messages import Changes, Mine, Since
from personal_app.conference.polls import PollState
from personal_app.conference.reactions import ReactionCount
from personal_app.conference.rows import (
    AnnouncementRow,
    AnswerRow,
    Beside,
    DraftRow,
    OwnSilence,
    PollRow,
    QuestionRow,
    Row,
    SilenceRow,
    draft_key,
    open_key,
)
from personal_app.conference.session_client import Applied, Replaced, ResumePoint
from personal_app.store import tables
from personal_app.store.bodies import decode_ballots, decode_counts, decode_open, decode_rows, encode

_VIEW = (
    tables.questions,
    tables.answers,
    tables.counts,
    tables.gone,
    tables.open_rows,
    tables.own_questions,
    tables.own_votes,
    tables.own_silences,
    tables.poll_counts,
    tables.reaction_counts,
    tables.own_ballots,
    tables.view_state,
)


def apply(connection: Connection, event: Applied | Replaced) -> bool:
    """Take in one frame with its resume point; tell whether text was taken away that must leave the file as well."""
    if isinstance(event, Replaced):
        taken_away = forget_view(connection)
    else:
        own = event.mine.set if event.mine is not None else ()
        taken_away = bool(event.changes.gone) or any(map(_takes_away, (*event.changes.set, *own)))
    resume = event.resume if isinstance(event, Replaced) else _continued(connection, event.resume)
    if event.mine is not None:
        _apply_mine(connection, event.mine)
    _drop(connection, event.changes.gone, event.changes.revision)
    _set(connection, event.changes)
    _advance(connection, event.changes, resume)
    return taken_away


def _takes_away(row: Row) -> bool:
    """Tell whether a row takes the place of words that are not to be read any more."""
    match row:
        case QuestionRow() | DraftRow():
            return not row.text
        case AnswerRow():
            return row.retracted or row.edited
        case AnnouncementRow() | SilenceRow():
            return row.ended
        case PollRow():
            # A draft may be another wording of an earlier one.
            return row.gone or row.state is PollState.DRAFT
    return False


def forget_view(connection: Connection) -> bool:
    """Forget every row, count and mark, and the resume point; tell whether there was anything."""
    held = any(connection.scalar(select(func.count()).select_from(table)) for table in _VIEW)
    for table in _VIEW:
        connection.execute(delete(table))
    return held


def counters(connection: Connection) -> tuple[Revision, Tally]:
    """Return how far the view got; zeros before anything came."""
    row = connection.execute(select(tables.view_state.c.revision, tables.view_state.c.tally)).first()
    return (Revision(row.revision), Tally(row.tally)) if row is not None else (Revision(0), Tally(0))


def resume_point(connection: Connection) -> ResumePoint:
    """Return what the next hello may build on: nothing where the view is not known to be whole."""
    row = connection.execute(select(tables.view_state)).first()
    if row is None or row.epoch is None:
        return ResumePoint()
    since = Since(epoch=Epoch(row.epoch), revision=Revision(row.revision), tally=Tally(row.tally))
    return ResumePoint(since=since, view=row.view)


def view(connection: Connection) -> tuple[Changes, Mine]:
    """Return the view as one frame for an empty board. Raises msgspec.DecodeError where a row cannot be read."""
    revision, tally = counters(connection)
    questions = decode_rows(connection.scalars(select(tables.questions.c.body)), QuestionRow)
    answers = decode_rows(connection.scalars(select(tables.answers.c.body)), AnswerRow)
    held_now = tables.counts.c.question.in_(select(tables.questions.c.id))
    opened = decode_open(connection.scalars(select(tables.open_rows.c.body)))
    counted = connection.execute(select(tables.counts.c.question, tables.counts.c.votes).where(held_now))
    own = decode_rows(connection.scalars(select(tables.own_questions.c.body)), QuestionRow)
    votes = connection.execute(select(tables.own_votes.c.question, tables.own_votes.c.held))
    silences = decode_rows(connection.scalars(select(tables.own_silences.c.body)), OwnSilence)
    ballots = connection.execute(select(tables.own_ballots.c.poll, tables.own_ballots.c.body))
    changes = Changes(
        revision=revision,
        tally=tally,
        set=(*questions, *answers, *opened),
        tallies=tuple((QuestionId(row.question), row.votes) for row in counted),
        poll_counts=decode_counts(connection.scalars(select(tables.poll_counts.c.body))),
        reactions=decode_rows(connection.scalars(select(tables.reaction_counts.c.body)), ReactionCount),
    )
    held = tuple((QuestionId(row.question), row.held) for row in votes)
    return changes, Mine(
        revision=revision,
        tally=tally,
        full=True,
        set=own,
        votes=held,
        silences=silences,
        ballots=decode_ballots(ballots),
    )


def _continued(connection: Connection, resume: ResumePoint) -> ResumePoint:
    """Return `resume`, or nothing where the frame does not continue what is held: then the next hello asks for all."""
    row = connection.execute(select(tables.view_state.c.epoch, tables.view_state.c.view)).first()
    if row is None or resume.since is None or (row.epoch, row.view) != (resume.since.epoch, resume.view):
        return ResumePoint()
    return resume


def _apply_mine(connection: Connection, mine: Mine) -> None:
    if mine.full:
        votes, ballots = tables.own_votes, tables.own_ballots
        for own in (tables.own_questions, tables.own_silences):
            connection.execute(delete(own).where(own.c.revision <= mine.revision))
        connection.execute(delete(votes).where(votes.c.tally <= mine.tally))
        connection.execute(delete(ballots).where(ballots.c.tally <= mine.tally))
    rows = [{"id": row.id, "revision": row.revision, "body": encode(row)} for row in mine.set]
    _keep_newer(connection, tables.own_questions, "revision", rows)
    held = [{"question": question, "tally": mine.tally, "held": vote} for question, vote in mine.votes]
    _keep_newer(connection, tables.own_votes, "tally", held)
    silences = [{"key": own.key, "revision": own.revision, "body": encode(own)} for own in mine.silences]
    _keep_newer(connection, tables.own_silences, "revision", silences)
    cast = [{"poll": poll, "tally": mine.tally, "body": encode(options)} for poll, options in mine.ballots]
    _keep_newer(connection, tables.own_ballots, "tally", cast)


def _drop(connection: Connection, gone: Sequence[QuestionId], revision: Revision) -> None:
    if not gone:
        return
    kept = set(connection.scalars(select(tables.questions.c.id).where(tables.questions.c.revision > revision)))
    dropped = [{"q": question} for question in gone if question not in kept]
    if not dropped:
        return
    # Counts stay: the question may come back before a frame does that told of them, and is counted by then.
    questions, answers = tables.questions.c, tables.answers.c
    connection.execute(delete(tables.questions).where(questions.id == bindparam("q")), dropped)
    late = delete(tables.answers).where(answers.question == bindparam("q"), answers.revision <= revision)
    connection.execute(late, dropped)
    opened = tables.open_rows.c
    drafts = [{"q": draft_key(QuestionId(each["q"]))} for each in dropped]
    stale = delete(tables.open_rows).where(opened.key == bindparam("q"), opened.revision <= revision)
    connection.execute(stale, drafts)
    marks = [{"question": each["q"], "revision": revision} for each in dropped]
    _keep_newer(connection, tables.gone, "revision", marks)


def _set(connection: Connection, changes: Changes) -> None:
    marks = {row.question: row.revision for row in connection.execute(select(tables.gone))}
    questions = [row for row in changes.set if isinstance(row, QuestionRow) and row.revision > marks.get(row.id, -1)]
    _keep_newer(
        connection,
        tables.questions,
        "revision",
        [{"id": row.id, "revision": row.revision, "body": encode(row)} for row in questions],
    )
    back = {row.id for row in questions} & marks.keys()
    if back:
        connection.execute(
            delete(tables.gone).where(tables.gone.c.question == bindparam("q")), [{"q": q} for q in back]
        )
    away = {question: revision for question, revision in marks.items() if question not in back}
    answers = [
        {"id": row.id, "question": row.question, "revision": row.revision, "body": encode(row)}
        for row in changes.set
        if isinstance(row, AnswerRow) and row.revision > away.get(row.question, -1)
    ]
    _keep_newer(connection, tables.answers, "revision", answers)
    opened = [
        {"key": open_key(row), "revision": row.revision, "body": encode(row)}
        for row in changes.set
        if isinstance(row, Beside) and not _too_late(row, away)
    ]
    _keep_newer(connection, tables.open_rows, "revision", opened)
    counts = [{"question": question, "tally": changes.tally, "votes": votes} for question, votes in changes.tallies]
    _keep_newer(connection, tables.counts, "tally", counts)
    polled = [{"poll": count.poll, "tally": changes.tally, "body": encode(count)} for count in changes.poll_counts]
    _keep_newer(connection, tables.poll_counts, "tally", polled)
    reactions = [
        {"key": f"{counted.talk} {counted.kind}", "tally": changes.tally, "body": encode(counted)}
        for counted in changes.reactions
    ]
    _keep_newer(connection, tables.reaction_counts, "tally", reactions)


def _too_late(row: Beside, away: Mapping[str, int]) -> bool:
    return isinstance(row, DraftRow) and row.revision <= away.get(row.question, -1)


def _keep_newer(connection: Connection, table: Table, counter: str, rows: Iterable[dict[str, Any]]) -> None:
    """Set rows in the table by its key, but for those that it holds with a higher counter."""
    statement, order = _upsert(table, counter)
    given = [tuple(row[name] for name in order) for row in rows]
    if given:
        connection.exec_driver_sql(statement, given)


@cache
def _upsert(table: Table, counter: str) -> tuple[str, tuple[str, ...]]:
    """Return the statement of `_keep_newer` as SQLite's driver takes it, and the order of its values.

    Handed to SQLAlchemy each time it would be prepared anew for each of a thousand rows, as long as SQLite takes.
    """
    key = next(iter(table.primary_key.columns))
    statement = upsert(table)
    values = {column.name: statement.excluded[column.name] for column in table.columns if column is not key}
    held, offered = table.c[counter], statement.excluded[counter]
    made = statement.on_conflict_do_update(index_elements=[key], set_=values, where=held <= offered)
    compiled = made.compile(dialect=dialect(), column_keys=[column.name for column in table.columns])
    return str(compiled), tuple(compiled.positiontup or ())


def _advance(connection: Connection, changes: Changes, resume: ResumePoint) -> None:
    """Write down how far the view got. Late frames do not take it back."""
    base = {"epoch": resume.since.epoch if resume.since is not None else None, "view": resume.view}
    row = connection.execute(select(tables.view_state.c.revision, tables.view_state.c.tally)).first()
    if row is None:
        values = {"slot": 1, **base, "revision": changes.revision, "tally": changes.tally}
        connection.execute(insert(tables.view_state).values(values))
        return
    connection.execute(
        update(tables.view_state).values(
            **base, revision=max(row.revision, changes.revision), tally=max(row.tally, changes.tally)
        )
    )


def distrust(connection: Connection) -> None:
    """Make the next hello ask for the full state; what is held is still shown until it comes."""
    connection.execute(update(tables.view_state).values(epoch=None, view=None))
