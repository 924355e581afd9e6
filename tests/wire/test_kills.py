"""A server that is killed again and again while people work: what was acknowledged is there, once."""

import random
import threading
from collections.abc import Callable
from time import monotonic

import pytest
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.ids import QuestionId, random_id
from tests.wire.caller import Caller
from tests.wire.server_process import ServerProcess

Call = Callable[..., Caller]

PEOPLE = 3


class Worker:
    """Somebody who asks and votes without end, keeps what is not acknowledged, and sends it again after a loss."""

    def __init__(self, server: ServerProcess, token: str, board: "list[QuestionId]") -> None:
        self.server = server
        self.token = token
        self.everyones = board
        self.acknowledged: dict[str, messages.Done] = {}
        self.asked: set[QuestionId] = set()
        self.voted: set[QuestionId] = set()
        self.open: tuple[str, do.Do] | None = None
        self.caller: Caller | None = None
        self.fault: BaseException | None = None
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            while not self.ended.is_set():
                try:
                    self._work()
                except (ConnectionClosed, OSError, InvalidHandshake):
                    self.ended.wait(0.05)
        except BaseException as fault:
            self.fault = fault

    def _work(self) -> None:
        if self.caller is None:
            self.caller = Caller(self.server.address, self.token)
        else:
            self.caller.redial()
        while not self.ended.is_set():
            if self.open is None:
                self.open = (random_id(), self._wish())
            id_, wish = self.open
            answer = self.caller.say(wish, id_=id_)
            if isinstance(answer, messages.Refused):
                assert answer.code == "slow_down", answer
                self.ended.wait(0.05)
                continue
            assert id_ not in self.acknowledged
            self.acknowledged[id_] = answer
            self._note(wish)
            self.open = None

    def _wish(self) -> do.Do:
        if self.everyones and random.random() < 0.5:
            question = random.choice(self.everyones)
            return do.Unvote(question=question) if question in self.voted else do.Vote(question=question)
        return do.Ask(question=random_id(), talk="paper-2", text="Why?")

    def _note(self, wish: do.Do) -> None:
        if isinstance(wish, do.Ask):
            self.asked.add(QuestionId(wish.question))
            self.everyones.append(QuestionId(wish.question))
        elif isinstance(wish, do.Vote):
            self.voted.add(QuestionId(wish.question))
        elif isinstance(wish, do.Unvote):
            self.voted.discard(QuestionId(wish.question))


def _kill_often(server: ServerProcess, call: Call, kills: int, work_s: float) -> None:
    everyones: list[QuestionId] = []
    workers = [Worker(server, server.join(f"Worker {number}").token, everyones) for number in range(PEOPLE)]
    for worker in workers:
        worker.thread.start()
    try:
        for _ in range(kills):
            _let_work(workers, random.uniform(0.1, work_s))
            server.kill()
            server.restart()
        _let_work(workers, work_s)
    finally:
        for worker in workers:
            worker.ended.set()
            worker.thread.join(30)
    assert [worker.fault for worker in workers] == [None] * PEOPLE
    _compare(workers, call(server))
    for worker in workers:
        assert worker.caller is not None
        worker.caller.redial()
        _compare(workers, worker.caller)
        worker.caller.hang_up()


def _let_work(workers: list[Worker], seconds: float) -> None:
    """Wait until each has something new acknowledged, and some time more."""
    before = [len(worker.acknowledged) for worker in workers]
    deadline = monotonic() + 30
    while any(len(w.acknowledged) == known and w.fault is None for w, known in zip(workers, before, strict=True)):
        assert monotonic() < deadline, "the work does not go on"
        threading.Event().wait(0.01)
    threading.Event().wait(seconds)


def _compare(workers: list[Worker], caller: Caller) -> None:
    open_asks = {QuestionId(w.open[1].question) for w in workers if w.open and isinstance(w.open[1], do.Ask)}
    open_votes = {w.open[1].question for w in workers if w.open and isinstance(w.open[1], do.Vote | do.Unvote)}
    asked = set().union(*(worker.asked for worker in workers))
    assert asked <= set(caller.board.shared) <= asked | open_asks
    for question in asked - open_votes:
        assert caller.count(question) == sum(question in worker.voted for worker in workers)


def test_two_kills(server: ServerProcess, call: Call) -> None:
    _kill_often(server, call, 2, 0.3)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_two_hundred_kills(server: ServerProcess, call: Call) -> None:
    _kill_often(server, call, 200, 1.0)
