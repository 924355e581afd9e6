"""Calls from other threads: in their order, all of them, and one that fails takes no other with it."""

import asyncio
import logging
import threading
from functools import partial

import pytest

from personal_app.server.mailbox import Mailbox


def test_calls_of_a_thread_come_in_their_order_however_many_there_are() -> None:
    async def scenario() -> list[int]:
        mailbox = Mailbox(asyncio.get_running_loop())
        came: list[int] = []
        done = asyncio.Event()

        def put() -> None:
            for number in range(5_000):
                mailbox.put(partial(came.append, number))
            mailbox.put(done.set)

        thread = threading.Thread(target=put)
        thread.start()
        async with asyncio.timeout(20):
            await done.wait()
        thread.join()
        return came

    assert asyncio.run(scenario()) == list(range(5_000))


def test_a_call_that_fails_is_logged_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    def fail() -> None:
        raise ValueError("a mistake")

    async def scenario() -> None:
        mailbox = Mailbox(asyncio.get_running_loop())
        done = asyncio.Event()
        mailbox.put(fail)
        mailbox.put(done.set)
        async with asyncio.timeout(20):
            await done.wait()

    with caplog.at_level(logging.ERROR, logger="personal_app.server.mailbox"):
        asyncio.run(scenario())
    assert len(caplog.records) == 1
    caplog.clear()


def test_once_the_loop_is_closed_nobody_is_called() -> None:
    loop = asyncio.new_event_loop()
    mailbox = Mailbox(loop)
    loop.close()
    mailbox.put(pytest.fail)
