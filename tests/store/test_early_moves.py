"""What is wished before the cache is open: durable at once, in the outbox later, and drawn by a start in between."""

import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from personal_app.conference.ids import CommandId
from personal_app.store.early_moves import EarlyMoves, read_early_moves
from personal_app.store.first_page import read_first_page
from personal_app.store.layout import early_moves_file
from personal_app.store.snapshot import read_snapshot
from tests.store.conftest import OpenStore
from tests.store.material import ANN, BOB, RESULT_S, ask

WRITER = """
import sys, time
from pathlib import Path
from personal_app.store.early_moves import EarlyMoves
from tests.store.material import ANN, ask

moves = EarlyMoves(Path(sys.argv[1]))
for number in range(1_000_000):
    moves.keep(ANN.participant, ask(f"{number}"))
    while moves.writing:
        time.sleep(0.0005)
    print(number, flush=True)
"""


@pytest.fixture
def closed(open_store: OpenStore, folder: Path) -> Path:
    """A cache in which Ann has joined, closed."""
    store = open_store()
    store.keep_profile(ANN).result(RESULT_S)
    assert store.close(RESULT_S)
    return folder


def kept(folder: Path, *wishes: object, participant: str = ANN.participant) -> EarlyMoves:
    moves = EarlyMoves(folder)
    for wish in wishes:
        moves.keep(participant, wish)  # type: ignore[arg-type]
    moves.stop()
    return moves


def test_they_come_into_the_outbox_in_their_order_and_once(closed: Path, open_store: OpenStore) -> None:
    wishes = [ask(f"Question {number}") for number in range(5)]
    moves = kept(closed, *wishes)
    assert early_moves_file(closed).stat().st_mode & 0o077 == 0
    snapshot = read_snapshot(closed)
    assert snapshot is not None
    assert snapshot.wishes == tuple(wishes)
    assert read_first_page(closed) is None, "what was kept to be shown first does not know of them"
    store = open_store()
    store.put(wishes[0])
    store.adopt_early_moves(moves.stop)
    assert store.wishes().result(RESULT_S) == tuple(wishes)
    assert store.resume().result(RESULT_S)[1] == tuple(wish.command for wish in wishes)
    assert not early_moves_file(closed).exists()
    assert store.snapshot().result(RESULT_S).wishes == tuple(wishes)


def test_they_are_never_another_persons(closed: Path, open_store: OpenStore) -> None:
    anns, bobs = ask("Ann's"), ask("Bob's")
    kept(closed, anns)
    kept(closed, bobs, participant=BOB.participant)
    snapshot = read_snapshot(closed)
    assert snapshot is not None
    assert snapshot.wishes == (anns,)
    store = open_store()
    store.adopt_early_moves(lambda: None)
    assert store.wishes().result(RESULT_S) == (anns,)
    store.keep_profile(BOB)
    assert store.wishes().result(RESULT_S) == (bobs,)


def test_one_that_was_let_go_since_is_not_held_again(closed: Path, open_store: OpenStore) -> None:
    held = msgspec.structs.replace(ask("second"), after=CommandId("first"))
    kept(closed, held)
    may_go = msgspec.structs.replace(held, after=None)
    store = open_store()
    store.put(may_go)
    store.adopt_early_moves(lambda: None)
    assert store.wishes().result(RESULT_S) == (may_go,)


def test_a_line_that_was_not_written_to_its_end_hides_no_other(closed: Path) -> None:
    first, second = ask("first"), ask("second")
    kept(closed, first)
    with early_moves_file(closed).open("ab") as file:
        file.write(b'\n{"participant":"ann\xff')
    kept(closed, second)
    assert [move.wish for move in read_early_moves(closed)] == [first, second]


def test_what_the_disk_refuses_is_left_to_the_outbox(closed: Path) -> None:
    early_moves_file(closed).mkdir()
    moves = kept(closed, ask("first"))
    assert not moves.writing


def test_what_was_written_before_a_kill_is_there(folder: Path) -> None:
    folder.mkdir()
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as writer:
        assert writer.stdout is not None
        try:
            promised = [int(writer.stdout.readline()) for _ in range(20)]
        finally:
            writer.send_signal(signal.SIGKILL)
        promised += [int(line) for line in writer.stdout.read().split("\n") if line]
    found = [int(move.wish.command.do.text) for move in read_early_moves(folder)]  # type: ignore[union-attr]
    assert found[: len(promised)] == promised
    assert len(found) - len(promised) in (0, 1)
