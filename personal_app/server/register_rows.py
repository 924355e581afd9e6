"""The register as rows: written for what a batch of commands changed, read whole when the server starts.

A row's columns are the fields of the frozen values in `conference`. This module must never decide anything.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from personal_app.conference.ids import ParticipantId, PollId, QuestionId, Tally
from personal_app.conference.people import Grant, Participant, Role
from personal_app.conference.polls import Poll
from personal_app.conference.program import Conference
from personal_app.conference.questions import (
    Answer,
    LiveMark,
    Move,
    MoveRecord,
    Question,
    QuestionState,
    Silence,
    Speaker,
)
from personal_app.conference.reactions import ReactionCount
from personal_app.conference.register import Decision, OpeningRecord, Register
from personal_app.conference.rows import Open, open_key
from personal_app.server import bulk, conference_row, tables

_FIRST_WRITTEN = frozenset({"first_revision"})


def load_register(connection: sa.Connection, conference: Conference, revision: int, tally: int) -> Register:
    """Return everything the database holds, with both counters as they stand in the conference's row."""
    register = Register(conference, revision=revision, tally=tally, secret=conference_row.secret(connection))
    answers = sa.select(tables.answers).order_by(tables.answers.c.first_revision, tables.answers.c.id)
    register.take_rows(
        (_question(row, register) for row in connection.execute(sa.select(tables.questions)).mappings()),
        map(_answer, connection.execute(answers).mappings()),
    )
    bodies = connection.execute(sa.select(tables.open_rows.c.body).order_by(tables.open_rows.c.revision)).scalars()
    register.take_open(msgspec.convert(body, Open) for body in bodies)
    openings = tables.opening_moves
    records = connection.execute(sa.select(openings.c.body).order_by(openings.c.revision)).scalars()
    register.take_openings(msgspec.convert(body, OpeningRecord) for body in records)
    register.take_silences(map(_silence, connection.execute(sa.select(tables.silences)).mappings()))
    register.take_moves(
        map(_move, connection.execute(sa.select(tables.moves).order_by(tables.moves.c.revision)).mappings())
    )
    for question, voter in connection.execute(sa.select(tables.votes.c.question, tables.votes.c.voter)):
        register.votes.setdefault(question, set()).add(voter)
    for question, last in connection.execute(sa.select(tables.tallies.c.question, tables.tallies.c.tally)):
        register.tallied[question] = last
    _load_polls(connection, register)
    _load_reactions(connection, register)
    return register


def _load_polls(connection: sa.Connection, register: Register) -> None:
    bodies = connection.execute(sa.select(tables.polls.c.body)).scalars()
    register.take_polls(msgspec.convert(body, Poll) for body in bodies)
    chosen = sa.select(tables.ballots.c.poll, tables.ballots.c.voter, tables.ballots.c.option)
    for poll, voter, option in connection.execute(chosen.order_by(tables.ballots.c.option)):
        held = register.ballots.setdefault(poll, {})
        held[voter] = (*held.get(voter, ()), option)
    for poll, last in connection.execute(sa.select(tables.poll_tallies.c.poll, tables.poll_tallies.c.tally)):
        register.polled[poll] = last


def _load_reactions(connection: sa.Connection, register: Register) -> None:
    columns = tables.reactions.c
    rows = connection.execute(sa.select(columns.talk, columns.kind, columns["count"], columns.tally))
    for talk, kind, count, tally in rows:
        register.take_reactions(ReactionCount(talk, kind, count), tally)


def copied(register: Register) -> Register:
    """Return a register that says the same and shares nothing that can change."""
    twin = Register(register.conference, revision=register.revision, tally=register.tally)
    twin.aliases = register.aliases
    twin.take_rows(register.questions.values(), register.answers.values())
    twin.take_open(register.open.values())
    twin.take_silences(register.silences.values())
    twin.moves = {question: list(moves) for question, moves in register.moves.items()}
    twin.openings = {key: list(records) for key, records in register.openings.items()}
    twin.votes = {question: set(voters) for question, voters in register.votes.items()}
    twin.tallied = dict(register.tallied)
    twin.take_polls(register.polls.values())
    twin.ballots = {poll: dict(held) for poll, held in register.ballots.items()}
    twin.polled = dict(register.polled)
    twin.reactions = {talk: dict(counts) for talk, counts in register.reactions.items()}
    twin.reacted = dict(register.reacted)
    return twin


def load_participants(
    connection: sa.Connection, only: Iterable[ParticipantId] | None = None
) -> tuple[Participant, ...]:
    """Return the participants with all their grants: everybody, or those of the ids in `only`."""
    people, grants = sa.select(tables.participants), sa.select(tables.grants)
    if only is not None:
        ids = list(only)
        people = people.where(tables.participants.c.id.in_(ids))
        grants = grants.where(tables.grants.c.participant.in_(ids))
    held: dict[str, list[Grant]] = {}
    for row in connection.execute(grants):
        held.setdefault(row.participant, []).append(Grant(Role(row.role), row.scope, row.person))
    return tuple(
        Participant(id=row.id, name=row.name, grants=tuple(sorted(held.get(row.id, ()))))
        for row in connection.execute(people)
    )


def write_decisions(connection: sa.Connection, decisions: Sequence[tuple[Decision, Tally]]) -> None:
    """Write what commands changed, in their order; each comes with the tally that its votes carry."""
    questions: list[dict[str, Any]] = []
    answers: list[dict[str, Any]] = []
    moves: list[dict[str, Any]] = []
    opened: list[dict[str, Any]] = []
    openings: list[dict[str, Any]] = []
    silences: list[dict[str, Any]] = []
    votes: dict[tuple[QuestionId, ParticipantId], bool] = {}
    tallied: dict[QuestionId, Tally] = {}
    for decision, tally in decisions:
        questions += map(_question_row, decision.questions)
        answers += map(_answer_row, decision.answers)
        moves += map(_move_row, decision.moves)
        opened += map(_open_row, decision.open)
        openings += map(_opening_row, decision.openings)
        silences += map(msgspec.structs.asdict, decision.silences)
        for change in decision.votes:
            votes[change.question, change.voter] = change.held
            tallied[change.question] = tally
        tallied.update(dict.fromkeys(decision.recounted, tally))
    bulk.upsert(connection, tables.questions, questions)
    bulk.upsert(connection, tables.answers, answers, kept=_FIRST_WRITTEN)
    bulk.insert(connection, tables.moves, moves)
    bulk.upsert(connection, tables.open_rows, opened)
    bulk.insert(connection, tables.opening_moves, openings)
    bulk.upsert(connection, tables.silences, silences)
    cast = [{"question": question, "voter": voter} for (question, voter), held in votes.items() if held]
    back = [{"question": question, "voter": voter} for (question, voter), held in votes.items() if not held]
    bulk.upsert(connection, tables.votes, cast)
    bulk.delete(connection, tables.votes, back)
    tallies = [{"question": question, "tally": tally} for question, tally in tallied.items()]
    bulk.upsert(connection, tables.tallies, tallies)
    _write_polls(connection, decisions)


def _write_polls(connection: sa.Connection, decisions: Sequence[tuple[Decision, Tally]]) -> None:
    if not any(decision.polls or decision.ballots or decision.reactions for decision, _ in decisions):
        return
    polls: list[dict[str, Any]] = []
    ballots: dict[tuple[PollId, int, ParticipantId], bool] = {}
    polled: dict[PollId, Tally] = {}
    reactions: list[dict[str, Any]] = []
    for decision, tally in decisions:
        reactions += [
            {"talk": counted.talk, "kind": counted.kind, "count": counted.count, "tally": tally}
            for counted in decision.reactions
        ]
        polls += map(_poll_row, decision.polls)
        for change in decision.ballots:
            ballots |= {(change.poll, option, change.voter): False for option in change.before}
            ballots |= {(change.poll, option, change.voter): True for option in change.options}
            polled[change.poll] = tally
    bulk.upsert(connection, tables.reactions, reactions)
    bulk.upsert(connection, tables.polls, polls)
    keys = ("poll", "option", "voter")
    bulk.delete(
        connection, tables.ballots, [dict(zip(keys, key, strict=True)) for key, held in ballots.items() if not held]
    )
    bulk.upsert(
        connection, tables.ballots, [dict(zip(keys, key, strict=True)) for key, held in ballots.items() if held]
    )
    bulk.upsert(connection, tables.poll_tallies, [{"poll": poll, "tally": tally} for poll, tally in polled.items()])


def _question_row(question: Question) -> dict[str, Any]:
    row = {field: getattr(question, field) for field in _PLAIN_FIELDS}
    row["answerer"] = None if question.answerer is None else msgspec.to_builtins(question.answerer)
    row["offers"] = msgspec.to_builtins(question.offers)
    row["mark_at"] = None if question.mark is None else question.mark.at
    row["mark_position_ms"] = None if question.mark is None else question.mark.position_ms
    row["more"] = _more(question, _MORE_OF_QUESTION)
    return row


def _question(row: sa.RowMapping, register: Register) -> Question:
    question = _as_written(row)
    talk = register.talks.get(question.talk)
    if question.alias or talk is None:
        return question
    # It was asked before there were aliases.
    alias = register.aliases.asking(question.asker, talk, anonymous=question.anonymous)
    return msgspec.structs.replace(question, alias=alias)


def _as_written(row: sa.RowMapping) -> Question:
    plain = {field: row[field] for field in _PLAIN_FIELDS if field != "state"}
    return Question(
        **plain,
        state=QuestionState(row["state"]),
        answerer=None if row["answerer"] is None else msgspec.convert(row["answerer"], Speaker),
        offers=msgspec.convert(row["offers"], tuple[Speaker, ...]),
        mark=None if row["mark_at"] is None else LiveMark(row["mark_at"], row["mark_position_ms"]),
        **_less(row["more"], _MORE_OF_QUESTION),
    )


def _more(value: msgspec.Struct, fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the fields that have no column, but for those that hold their default."""
    usual = _defaults(type(value))
    held = {name: getattr(value, name) for name in fields if getattr(value, name) != usual[name]}
    return msgspec.to_builtins(held) if held else None


@functools.cache
def _defaults(kind: type[msgspec.Struct]) -> dict[str, Any]:
    return {field.name: field.default for field in msgspec.structs.fields(kind)}


def _less(more: dict[str, Any] | None, fields: Mapping[str, Any]) -> dict[str, Any]:
    # What an older version wrote into it and this one does not know is left where it is.
    return {name: msgspec.convert(held, fields[name]) for name, held in (more or {}).items() if name in fields}


def _without_column(kind: type[msgspec.Struct], table: sa.Table, but: Iterable[str] = ()) -> dict[str, Any]:
    kept = {column.name for column in table.columns} | set(but)
    return {field.name: field.type for field in msgspec.structs.fields(kind) if field.name not in kept}


_COMPOSED = frozenset({"answerer", "offers", "mark"})
_MORE_OF_QUESTION = _without_column(Question, tables.questions, _COMPOSED)
_PLAIN_FIELDS = tuple(
    field for field in Question.__struct_fields__ if field not in _COMPOSED and field not in _MORE_OF_QUESTION
)
_MORE_OF_MOVE = _without_column(MoveRecord, tables.moves)
_MOVE_FIELDS = tuple(field for field in MoveRecord.__struct_fields__ if field not in _MORE_OF_MOVE)


def _open_row(row: Open) -> dict[str, Any]:
    return {"key": open_key(row), "revision": row.revision, "body": msgspec.to_builtins(row)}


def _opening_row(record: OpeningRecord) -> dict[str, Any]:
    return {"revision": record.revision, "key": record.key, "body": msgspec.to_builtins(record)}


def _silence(row: sa.RowMapping) -> Silence:
    return Silence(**{field: row[field] for field in Silence.__struct_fields__})


def _poll_row(poll: Poll) -> dict[str, Any]:
    return {"id": poll.id, "revision": poll.revision, "body": msgspec.to_builtins(poll)}


def _answer_row(answer: Answer) -> dict[str, Any]:
    return {**msgspec.structs.asdict(answer), "first_revision": answer.revision}


def _answer(row: sa.RowMapping) -> Answer:
    return Answer(**{field: row[field] for field in Answer.__struct_fields__})


def _move_row(move: MoveRecord) -> dict[str, Any]:
    return {**{field: getattr(move, field) for field in _MOVE_FIELDS}, "more": _more(move, _MORE_OF_MOVE)}


def _move(row: sa.RowMapping) -> MoveRecord:
    plain = {field: row[field] for field in _MOVE_FIELDS}
    plain["move"] = Move(row["move"])
    plain["source"] = None if row["source"] is None else QuestionState(row["source"])
    plain["target"] = QuestionState(row["target"])
    return MoveRecord(**plain, **_less(row["more"], _MORE_OF_MOVE))
