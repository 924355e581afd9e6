"""One frame to many sockets: who has room is given all of it, and of the others it is told how much they took."""

import contextlib
import socket
from array import array
from collections.abc import Iterator

import pytest

from personal_app.server.broadcast import write_to_all

FRAME = b"\x81\x04four"

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pairs() -> Iterator[list[Pair]]:
    made = [socket.socketpair() for _ in range(5)]
    for ours, _ in made:
        ours.setblocking(False)
    yield made
    for pair in made:
        for end in pair:
            end.close()


def descriptors(pairs: list[Pair]) -> "array[int]":
    return array("i", [ours.fileno() for ours, _ in pairs])


def fill(ours: socket.socket) -> None:
    with contextlib.suppress(BlockingIOError):
        while True:
            ours.send(bytes(65_536))


def test_everybody_is_sent_the_frame(pairs: list[Pair]) -> None:
    assert write_to_all(descriptors(pairs), FRAME) == []
    assert [theirs.recv(100) for _, theirs in pairs] == [FRAME] * 5


def test_who_is_full_or_gone_keeps_nobody_from_it(pairs: list[Pair]) -> None:
    fill(pairs[1][0])
    pairs[2][1].close()
    pairs[4][1].close()
    assert write_to_all(descriptors(pairs), FRAME) == [(1, 0), (2, 0), (4, 0)]
    assert [pairs[place][1].recv(100) for place in (0, 3)] == [FRAME] * 2


def test_who_takes_a_part_is_told_with_how_much(pairs: list[Pair]) -> None:
    long = bytes(4_000_000)
    left = dict(write_to_all(descriptors(pairs[:2]), long))
    assert left.keys() == {0, 1}
    assert all(0 < taken < len(long) for taken in left.values())


def test_nobody_is_sent_nothing() -> None:
    assert write_to_all(array("i"), FRAME) == []
