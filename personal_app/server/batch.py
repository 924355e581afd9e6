"""Commands that share one transaction: decided in their order, each seeing what those before it changed.

A batch touches the register as it goes; where its transaction fails, that register is to be thrown away and read anew.
This module must never know threads, futures or connections of people (`ledger`).
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from personal_app.conference import messages, moderation, visibility
from personal_app.conference.commands import question_of
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import CommandId, ParticipantId, Revision, Tally
from personal_app.conference.people import Participant, audience
from personal_app.conference.reactions import Gathered
from personal_app.conference.register import Decision, Register
from personal_app.conference.rows import QuestionRow
from personal_app.conference.session_server import refused
from personal_app.server import bulk, register_rows, tables
from personal_app.server.committed import CommittedCommand

#: Refusals that show the person how the question stands now, since that is why their wish could not be.
_SHOWS_CURRENT = frozenset({RefusalCode.CONFLICT, RefusalCode.WRONG_STATE, RefusalCode.SUPERSEDED})

_NOTHING = Decision()

Key = tuple[CommandId, ParticipantId]


class _Outcome(msgspec.Struct, frozen=True):
    body: bytes
    done: messages.Done


class Batch:
    """Decides commands against `register`, applies them to it, and holds what is to be written."""

    def __init__(self, register: Register) -> None:
        self.entries: list[CommittedCommand] = []
        self._register = register
        self._known: dict[Key, _Outcome] = {}
        self._new: list[Key] = []

    def look_up(self, connection: sa.Connection, commands: Iterable[CommandId]) -> None:
        """Read which of `commands` were carried out before: a repeat is given the same answer again."""
        for command, participant, body, revision, tally in bulk.among(
            connection, tables.done.c.command, list(commands)
        ):
            answer = messages.Done(id=command, revision=revision, tally=tally)
            self._known[command, participant] = _Outcome(body, answer)

    def take(self, actor: Participant, command: messages.Command, now: datetime) -> messages.Done | messages.Refused:
        """Carry out one command as `actor` at `now`, and return the answer that holds once the batch is durable."""
        key = (CommandId(command.id), actor.id)
        body = hashlib.sha256(msgspec.json.encode(command)).digest()
        if (before := self._known.get(key)) is not None:
            return before.done if before.body == body else refusal_of(command, _id_reused())
        try:
            answer = self._decide(actor, command, now)
        except Refusal as refusal:
            current = self._current(actor, command) if refusal.code in _SHOWS_CURRENT else None
            return refusal_of(command, refusal, current)
        self._known[key] = _Outcome(body, answer)
        self._new.append(key)
        return answer

    def count(self, gathered: Gathered) -> None:
        """Count reactions. They are nobody's command: nothing is left to tell a repeat by, nor whose they were."""
        decision = self._register.reacted_to(gathered)
        tally = Tally(self._register.tally + 1)
        self._register.apply(decision, tally)
        self.entries.append(CommittedCommand(decision, tally, self._register.revision))

    def write(self, connection: sa.Connection) -> None:
        """Write all that the batch's commands changed, but for the counters."""
        if not self.entries and not self._new:
            return
        register_rows.write_decisions(connection, [(entry.decision, entry.tally) for entry in self.entries])
        bulk.insert(connection, tables.done, [self._done_row(key) for key in self._new])

    def _decide(self, actor: Participant, command: messages.Command, now: datetime) -> messages.Done:
        register = self._register
        revision = Revision(register.revision + 1)
        seen = None if command.seen is None else Revision(command.seen)
        call = moderation.Call(actor=actor, do=command.do, now=now, revision=revision, seen=seen)
        decision = moderation.decide(register, call)
        tally = Tally(register.tally + 1) if decision.counts else register.tally
        register.apply(decision, tally)
        if decision != _NOTHING:
            self.entries.append(CommittedCommand(decision, tally, register.revision))
        return messages.Done(id=CommandId(command.id), revision=register.revision, tally=tally)

    def _current(self, actor: Participant, command: messages.Command) -> QuestionRow | None:
        question = self._register.questions.get(question_of(command.do))
        if question is None:
            return None
        history = self._register.history(question.id)
        row = visibility.question_row(question, audience(actor.grants), history)
        return visibility.own_row(question) if row is None and question.asker == actor.id else row

    def _done_row(self, key: Key) -> dict[str, Any]:
        command, participant = key
        outcome = self._known[key]
        done = outcome.done
        return {
            "command": command,
            "participant": participant,
            "body": outcome.body,
            "revision": done.revision,
            "tally": done.tally,
        }


def refusal_of(command: messages.Command, refusal: Refusal, current: QuestionRow | None = None) -> messages.Refused:
    """Return the message that tells of `refusal`, with the question as the person may see it where that helps."""
    return msgspec.structs.replace(refused(CommandId(command.id), refusal), current=current)


def _id_reused() -> Refusal:
    return Refusal(RefusalCode.ID_REUSED, "Another command of yours was sent under this id: send it under a new one.")
