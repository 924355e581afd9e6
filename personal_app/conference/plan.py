"""A command being decided: the rows and records it will change, drawn over the register, which stays as it is.

What later steps of the same command look at is what the earlier ones made of it. Here is also what every change brings
with it: the revision, what the public's view of a row became, the record that takes a move back, and, where the tree of
merged questions changed, whose names and votes count where. This module must never decide whether a move is allowed.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from personal_app.conference import commands as do
from personal_app.conference.ids import Alias, AnswerId, QuestionId, Revision, SessionId
from personal_app.conference.people import Participant
from personal_app.conference.questions import (
    ASKERS_MOVES,
    PUBLIC_STATES,
    TABLE,
    Answer,
    Move,
    MoveRecord,
    Question,
    QuestionState,
    Silence,
    Was,
)
from personal_app.conference.register import Decision, Register
from personal_app.conference.rows import Open

_KEPT = frozenset(Was.__struct_fields__) - {"after"}


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """A command as it reached the server: who, what, what they looked at (`seen`), when, and the revision it gets."""

    actor: Participant
    do: do.Do
    now: datetime
    revision: Revision
    seen: Revision | None = None


class Plan:
    """What one call is about to change."""

    def __init__(self, register: Register, call: Call) -> None:
        self.register = register
        self.call = call
        self._rows: dict[QuestionId, Question] = {}
        self._answers: dict[AnswerId, Answer] = {}
        self._moves: list[MoveRecord] = []
        self._silences: dict[Alias, Silence] = {}
        self._open: list[Open] = []

    def question(self, question: QuestionId) -> Question:
        """Return the question as the plan has it."""
        return self._rows.get(question) or self.register.questions[question]

    def children(self, question: QuestionId) -> list[Question]:
        """Return what is merged into the question itself, by the time it was asked."""
        ids = {*self.register.merged_into(question), *self._rows}
        found = [child for child in map(self.question, ids) if child.into == question]
        return sorted(found, key=lambda child: (child.asked_at, child.id))

    def speaking_order(self, session: SessionId, but: QuestionId | None = None) -> list[Question]:
        """Return the session's queued questions, first to be called first, without the one that is to be placed."""
        ids = {question.id for question in self.register.speaking_order(session)} | self._rows.keys()
        queued = [
            question
            for question in map(self.question, ids)
            if question.session == session and question.state is QuestionState.QUEUED and question.id != but
        ]
        return sorted(queued, key=lambda question: (question.order or 0, question.id))

    def answering(self, session: SessionId) -> Question | None:
        """Return the question of the session that is being answered, or None."""
        known = self.register.answering(session)
        candidates = [*([known.id] if known is not None else []), *self._rows]
        found = (self.question(id_) for id_ in candidates)
        return next((q for q in found if q.session == session and q.state is QuestionState.ANSWERING), None)

    def answers(self, question: QuestionId) -> list[Answer]:
        """Return the written answers that stand."""
        known = [self._answers.get(answer.id, answer) for answer in self.register.answers_to(question)]
        ids = {answer.id for answer in known}
        new = [answer for answer in self._answers.values() if answer.question == question and answer.id not in ids]
        return [answer for answer in (*known, *new) if not answer.retracted]

    def ask(self, question: Question, **fields: Any) -> None:
        """Take in a new question."""
        row = self._stamped(question, **fields, moved=self.call.revision)
        self._rows[row.id] = row
        self._moves.append(self._record(row, Move.ASK, source=None))

    def touch(self, question: QuestionId, **fields: Any) -> None:
        """Change a row by what is no move: nobody's look at it grows stale."""
        self._rows[question] = self._stamped(self.question(question), **fields)

    def move(self, question: QuestionId, move: Move, state: QuestionState | None = None, **fields: Any) -> None:
        """Make a move of a question: to `state`, or where the table says, or in the state it has."""
        before = self.question(question)
        target = state or TABLE[move].target or before.state
        extra = {name: fields.pop(name) for name in ("answer", "was_answer", "undoes") if name in fields}
        if target is not QuestionState.QUEUED:
            fields["order"] = None
        was = self._was(before, {**fields, "state": target})
        row = self._stamped(before, state=target, moved=self.call.revision, **fields)
        self._rows[question] = row
        record = self._record(row, move, source=before.state, reason=fields.get("reason", ""))
        self._moves.append(msgspec.structs.replace(record, was=was, **extra))

    def mark(self, question: QuestionId, move: Move, *, reason: str = "", off: bool = False, **fields: Any) -> None:
        """Set something beside a question, and write down who did, with what takes it back."""
        before = self.question(question)
        was = Was(**{name: getattr(before, name) for name in fields})
        self.touch(question, **fields)
        record = self._record(self.question(question), move, source=before.state, reason=reason)
        self._moves.append(msgspec.structs.replace(record, was=was, off=off))

    def unmark(self, question: QuestionId, undoes: tuple[Revision, ...], **fields: Any) -> None:
        """Take back what was set beside a question."""
        self.touch(question, **fields)
        row = self.question(question)
        record = self._record(row, Move.UNDO, source=row.state)
        self._moves.append(msgspec.structs.replace(record, undoes=undoes))

    def note(self, question: QuestionId, move: Move, **extra: Any) -> None:
        """Write down what was done to a question whose state stays, and which nobody's look is made stale by."""
        self.touch(question)
        row = self.question(question)
        record = self._record(row, move, source=row.state)
        self._moves.append(msgspec.structs.replace(record, was=Was(), **extra))

    def set_answer(self, answer: Answer) -> None:
        """Take in a written answer as it is to be."""
        self._answers[answer.id] = msgspec.structs.replace(answer, revision=self.call.revision)

    @property
    def silences(self) -> Mapping[Alias, Silence]:
        """Who was silenced ever, as the plan has it."""
        return {**self.register.silences, **self._silences}

    def set_silence(self, silence: Silence, *, ended: bool) -> None:
        """Take in that somebody may not ask, or may again."""
        self._silences[silence.id] = msgspec.structs.replace(silence, ended=ended, revision=self.call.revision)

    def set_open(self, row: Open) -> None:
        """Take in a row that is shown as it is; it carries the command's revision."""
        self._open.append(row)

    def decision(self) -> Decision:
        """Return all of it."""
        recounted = self._settle_trees()
        return Decision(
            questions=tuple(self._rows.values()),
            answers=tuple(self._answers.values()),
            moves=tuple(self._moves),
            recounted=recounted,
            silences=tuple(self._silences.values()),
            open=tuple(self._open),
        )

    def _was(self, before: Question, fields: dict[str, Any]) -> Was:
        changed = {
            name: getattr(before, name) for name in fields.keys() & _KEPT if getattr(before, name) != fields[name]
        }
        if before.state is QuestionState.QUEUED:
            order = [other.id for other in self.speaking_order(before.session)]
            place = order.index(before.id)
            changed["after"] = order[place - 1] if place else None
        return Was(**changed)

    def _record(self, row: Question, move: Move, *, source: QuestionState | None, reason: str = "") -> MoveRecord:
        actor = self.call.actor
        return MoveRecord(
            revision=self.call.revision,
            question=row.id,
            move=move,
            actor=actor.id,
            actor_name="" if move in ASKERS_MOVES else actor.name,
            at=self.call.now,
            source=source,
            target=row.state,
            reason=reason,
        )

    def _stamped(self, question: Question, **fields: Any) -> Question:
        """Return the row with `fields` and this command's revision, and with what the public's view of it became."""
        row = msgspec.structs.replace(question, revision=self.call.revision, **fields)
        if row.state in PUBLIC_STATES:
            return msgspec.structs.replace(row, shown=row.shown if row.shown is not None else self.call.revision)
        # What was public before this command, not before this step of it, is what somebody may hold.
        known = self.register.questions.get(question.id, question)
        if known.state in PUBLIC_STATES:
            return msgspec.structs.replace(row, ceased=self.call.revision)
        return row

    def _settle_trees(self) -> tuple[QuestionId, ...]:
        """Credit the askers of what is merged to what it is merged into; return whose counts changed."""
        recounted: dict[QuestionId, None] = {}
        for row in list(self._rows.values()):
            before = self.register.questions.get(row.id)
            was = before.into if before is not None else None
            if was != row.into:
                for parent in (was, row.into):
                    if parent is not None:
                        recounted.update(dict.fromkeys(self._upwards(parent)))
        for question in recounted:
            names = tuple(self._askers(question))
            if names != self.question(question).also_asked:
                self.touch(question, also_asked=names)
        return tuple(recounted)

    def _upwards(self, question: QuestionId | None) -> Iterator[QuestionId]:
        while question is not None:
            yield question
            question = self.question(question).into

    def _askers(self, question: QuestionId) -> Iterator[str]:
        for child in self.children(question):
            yield "" if child.anonymous else child.asker_name
            yield from self._askers(child.id)
