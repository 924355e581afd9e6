"""Our server as a benchmark uses it: a conference of many people and questions, and the process on the first core."""

import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks._crowd import ROOT, SERVER_CORE, Impossible, end, read_line, start_pinned
from personal_app.conference import commands as do
from personal_app.conference.ids import QuestionId, Revision, Tally, random_id
from personal_app.conference.messages import Command, Hello, Since, encode
from personal_app.server.venue import open_venue
from personal_app.server.views import view_name
from tests.small_conference import OPEN_TALK, PROGRAM

#: A talk whose questions are open and shown at once.
TALK = OPEN_TALK
_TEXT = "Question {}: what becomes of the embedding tables when the traffic of a whole day doubles at once?"


class BenchServer:
    """A conference folder, its data, and the server process while one runs."""

    def __init__(self, people: int, questions: int, *, before_all: bool = False) -> None:
        self._before_all = before_all
        self._folder = tempfile.TemporaryDirectory()
        path = Path(self._folder.name)
        self.conference, self.data = path / "conference", path / "data"
        self.tokens, self.questions, self.hellos = path / "tokens", path / "questions", path / "hellos"
        self.returns = path / "returns"
        self.conference.mkdir()
        (self.conference / "conference.toml").write_text(PROGRAM)
        self.hellos.write_bytes(encode(Hello(client="crowd/1")) + b"\n")
        self.port = 0
        self._fill(people, questions)

    def start(self) -> Self:
        """Start the server and wait until it is open."""
        self.begin_start()
        self.wait_open()
        return self

    def begin_start(self) -> None:
        """Start the server, from the second time on at the same port, without waiting."""
        program = os.environ.get("BENCH_SERVER", "-m personal_app.server").split()
        command = [sys.executable, *program, "serve", "--conference", str(self.conference)]
        command += ["--data", str(self.data), "--port", str(self.port)]
        self._process = start_pinned(command, SERVER_CORE, before_all=self._before_all, cwd=ROOT)
        self.pid = self._process.pid

    def wait_open(self) -> None:
        """Wait until the server says that it is open."""
        self.port = int(read_line(self._process).rsplit(":", 1)[1])

    def write_returns(self) -> None:
        """Write what everybody says who comes back holding the first half of the questions (`returns`)."""
        venue = open_venue(self.conference, self.data, lambda: datetime.now(UTC))
        try:
            people = [venue.identity.authenticate(token) for token in self.tokens.read_text().split()]
            half = len(self.questions.read_text().split()) // 2
            since = Since(epoch=venue.ledger.epoch, revision=Revision(half), tally=Tally(0))
        finally:
            venue.close()
        hellos = [Hello(client="crowd/1", since=since, view=view_name(who)) for who in people]
        _write_lines(self.returns, [encode(hello).decode() for hello in hellos])

    def stop(self) -> None:
        """End the server."""
        end(self._process)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._folder.cleanup()

    def _fill(self, people: int, questions: int) -> None:
        """Let everybody join and the first of them ask, through the same doors as ever, before anything is measured."""
        venue = open_venue(self.conference, self.data, lambda: datetime.now(UTC))
        try:
            joining = [venue.identity.join(f"Person {number}", None) for number in range(people)]
            joined = [each.result() for each in joining]
            asked = [
                (id_, venue.ledger.submit(joined[0].participant, _ask(id_, number)))
                for number, id_ in enumerate(QuestionId(random_id()) for _ in range(questions))
            ]
            if any(answer.result().__class__.__name__ != "Done" for _, answer in asked):
                raise Impossible("the questions to vote on could not be asked")
        finally:
            venue.close()
        _write_lines(self.tokens, [each.token for each in joined])
        _write_lines(self.questions, [id_ for id_, _ in asked])


def _ask(question: QuestionId, number: int) -> Command:
    return Command(id=random_id(), do=do.Ask(question=question, talk=TALK, text=_TEXT.format(number)))


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(f"{line}\n" for line in lines))
