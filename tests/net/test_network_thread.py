"""The network thread: it runs what it is given, says what became of it, and ends."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest

from personal_app.net.network_thread import THREAD_NAME, NetworkThread


@pytest.fixture
def network() -> Iterator[NetworkThread]:
    network = NetworkThread()
    yield network
    assert network.stop()


async def where() -> str:
    await asyncio.sleep(0)
    return threading.current_thread().name


def test_a_coroutine_runs_on_the_network_thread(network: NetworkThread) -> None:
    assert network.spawn(where()).result(5) == THREAD_NAME


def test_a_function_is_called_on_the_network_thread(network: NetworkThread) -> None:
    called = threading.Event()
    names: list[str] = []

    def note(*words: str) -> None:
        names.extend((threading.current_thread().name, *words))
        called.set()

    network.call(note, "a", "b")
    assert called.wait(5)
    assert names == [THREAD_NAME, "a", "b"]


def test_an_error_is_in_the_future(network: NetworkThread) -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        network.spawn(fail()).result(5)


def test_stopping_cancels_what_runs_and_lets_it_tidy_up() -> None:
    network = NetworkThread()
    begun, tidied = threading.Event(), threading.Event()

    async def last_for_ever() -> None:
        try:
            begun.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            tidied.set()

    future = network.spawn(last_for_ever())
    assert begun.wait(5)
    assert network.stop()
    assert tidied.is_set()
    with pytest.raises(CancelledError):
        future.result(0)
    assert THREAD_NAME not in {thread.name for thread in threading.enumerate()}


def test_after_stopping_nothing_runs_and_nobody_is_hurt() -> None:
    network = NetworkThread()
    assert network.stop()
    assert network.stop()
    called: list[int] = []
    network.call(called.append, 1)
    assert network.spawn(where()).cancelled()
    assert called == []


def test_a_task_that_will_not_end_does_not_hold_up_the_end() -> None:
    network = NetworkThread()
    go_on, begun = threading.Event(), threading.Event()

    async def block() -> None:
        begun.set()
        go_on.wait(20)

    network.spawn(block())
    assert begun.wait(5)
    assert not network.stop(timeout_s=0.05)
    go_on.set()
    assert network.stop()
