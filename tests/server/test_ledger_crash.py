"""P1 with a real kill -9: every acknowledged command is there after the restart, once, whatever the moment."""

import random
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from personal_app.conference import commands as do
from personal_app.conference.ids import ParticipantId, QuestionId
from personal_app.conference.messages import Command, Done, Refused
from personal_app.server import tables
from tests import factories
from tests.server.office import PATIENCE_S, Office, Offices

ROOT = Path(__file__).parents[2]


class _Acknowledged:
    """What a killed process had acknowledged, by what it said."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}
        self.asked: dict[str, tuple[str, str, int, int]] = {}
        self.voted: dict[str, list[tuple[str, str, int, int]]] = {}

    def take(self, line: str) -> None:
        words = line.split()
        if words[0] == "joined":
            self.tokens[words[1]] = words[2]
            return
        kind, question, person, command, revision, tally = words
        said = (person, command, int(revision), int(tally))
        if kind == "asked":
            self.asked[question] = said
        else:
            self.voted.setdefault(question, []).append(said)


def _run_and_kill(offices: Offices, run: int, acknowledged: _Acknowledged) -> None:
    after = random.randint(1, 120)
    command = [sys.executable, "-m", "tests.server.crashing_ledger", offices.url, str(run)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True, bufsize=1) as process:
        assert process.stdout is not None
        lines = 0
        for line in process.stdout:
            # What is still in the pipe after the kill was acknowledged too, all but a line that was cut short.
            if line.endswith("\n"):
                acknowledged.take(line)
            lines += 1
            if lines == after:
                process.kill()
        assert process.wait(PATIENCE_S) == -9
    assert lines >= after


def _check(office: Office, acknowledged: _Acknowledged) -> None:
    for person, token in acknowledged.tokens.items():
        known = office.identity.authenticate(token)
        assert known is not None
        assert known.id == person
    questions = office.hub.questions
    assert acknowledged.asked.keys() <= questions.keys()
    for id_, (person, _, revision, _) in acknowledged.asked.items():
        kept = questions[QuestionId(id_)]
        assert (kept.asker, kept.text, kept.revision) == (person, f"Question {id_}?", revision)
        assert office.hub.revision >= revision
    for id_, votes in acknowledged.voted.items():
        assert office.hub.votes[QuestionId(id_)] == {person for person, *_ in votes}
        assert office.hub.tally >= max(tally for *_, tally in votes)
    numbers = [question.number for question in questions.values()]
    assert sorted(numbers, key=int) == list(range(1, len(numbers) + 1))  # type: ignore[arg-type]
    assert office.hub.revision == len(questions)


def _repeats_change_nothing(office: Office, acknowledged: _Acknowledged) -> None:
    before = office.count(tables.done)
    for id_, (person, command, revision, tally) in list(acknowledged.asked.items())[-20:]:
        ask = do.Ask(question=id_, talk=factories.PAPER_3, text=f"Question {id_}?")
        answer = _again(office, person, Command(id=command, do=ask))
        assert answer == Done(id=answer.id, revision=revision, tally=tally)  # type: ignore[arg-type]
    assert office.count(tables.done) == before
    assert office.entries() == []


def _again(office: Office, person: str, command: Command) -> Done | Refused:
    return office.ledger.submit(ParticipantId(person), command).result(PATIENCE_S)


def _sound(office: Office) -> list[str]:
    def check(connection: sa.Connection) -> list[str]:
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        return [*map(str, found), *map(str, connection.exec_driver_sql("PRAGMA foreign_key_check").all())]

    return office.ledger.run(check).result(PATIENCE_S)


def _rounds(offices: Offices, rounds: int) -> None:
    acknowledged = _Acknowledged()
    for run in range(rounds):
        _run_and_kill(offices, run, acknowledged)
        office = offices.open()
        _check(office, acknowledged)
        _repeats_change_nothing(office, acknowledged)
        assert _sound(office) == ["ok"]
        assert office.close()


def test_everything_acknowledged_survives_being_killed(offices: Offices) -> None:
    _rounds(offices, 3)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_everything_acknowledged_survives_being_killed_hundreds_of_times(offices: Offices) -> None:
    _rounds(offices, 300)
