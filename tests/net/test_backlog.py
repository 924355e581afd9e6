"""Whose turn it is: in the order that commands were made, and no quicker than a server takes them."""

import asyncio
from time import monotonic

import pytest

from personal_app.net.backlog import Allowance, Backlog
from tests.net.link import ask


def test_so_many_go_at_once_and_then_so_many_a_second() -> None:
    allowance = Allowance(per_second=10, at_once=2)
    assert allowance.wait_s(100.0) == 0
    allowance.take(100.0)
    allowance.take(100.0)
    assert allowance.wait_s(100.0) == pytest.approx(0.1)
    assert allowance.wait_s(100.11) == 0


def test_where_the_server_takes_no_more_one_goes_when_it_says_and_the_others_in_their_turn() -> None:
    allowance = Allowance(per_second=10, at_once=5)
    for _ in range(3):
        allowance.hold(100.5, spent=True)
    assert allowance.wait_s(100.0) == pytest.approx(0.5)
    assert allowance.wait_s(100.5) == 0
    allowance.take(100.5)
    assert allowance.wait_s(100.5) == pytest.approx(0.1)


def test_where_a_command_may_be_at_fault_the_others_go_right_after_it() -> None:
    allowance = Allowance(per_second=10, at_once=5)
    allowance.hold(101.0, spent=False)
    assert allowance.wait_s(100.0) == pytest.approx(1.0)
    allowance.take(101.0)
    assert allowance.wait_s(101.0) == 0


def test_one_that_comes_again_goes_before_those_made_later_and_one_on_its_way_goes_once() -> None:
    first, second, third = ask("first"), ask("second"), ask("third")

    async def order() -> list[str]:
        backlog = Backlog(Allowance(), (first, second))
        taken = [await backlog.next()]
        for command in (first, second, third):
            backlog.add(command)
        backlog.again(first, 0.01, spent=True)
        taken += [await backlog.next() for _ in range(3)]
        backlog.settled(first.id)
        for command in (second, first):
            backlog.add(command)
        taken.append(await backlog.next())
        return [command.id for command in taken]

    assert asyncio.run(order()) == [first.id, first.id, second.id, third.id, first.id]


def test_whoever_waits_for_a_turn_can_be_ended_while_another_command_comes() -> None:
    async def end_as_one_comes() -> None:
        allowance = Allowance()
        allowance.hold(monotonic() + 600, spent=True)
        backlog = Backlog(allowance, [ask("first")])
        waiting = asyncio.create_task(backlog.next())
        await asyncio.sleep(0)
        backlog.add(ask("second"))
        waiting.cancel()
        done, _ = await asyncio.wait([waiting], timeout=10)
        assert done == {waiting}
        assert waiting.cancelled()

    asyncio.run(end_as_one_comes())
