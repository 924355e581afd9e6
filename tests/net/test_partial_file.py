"""The file a recording grows in: what is marked is there and right, whatever ended the program."""

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from personal_app.conference.blocks import block_count, held_spans, next_block, run_end
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import Sha256
from personal_app.conference.recordings import BLOCK_BYTES, FileFacts
from personal_app.net.partial_file import PartialFile, Withdrawn, WrongBlock, map_of, part_of
from tests.net.until import until

BODY = Random(3).randbytes(4 * BLOCK_BYTES + 1234)
PIECES = [BODY[at : at + BLOCK_BYTES] for at in range(0, len(BODY), BLOCK_BYTES)]
BLOCKS = [Sha256(hashlib.sha256(piece).hexdigest()) for piece in PIECES]
FACTS = FileFacts(sha256=Sha256(hashlib.sha256(BODY).hexdigest()), size_bytes=len(BODY), media_type="video/mp4")

Opens = Callable[[], PartialFile]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "talk.mp4"


@pytest.fixture
def opens(target: Path) -> Opens:
    return lambda: PartialFile(target, FACTS, BLOCKS)


def put(part: PartialFile, *indices: int) -> None:
    for index in indices:
        part.take(index * BLOCK_BYTES, PIECES[index])


def missing(part: PartialFile) -> list[int]:
    return [index for index in range(len(BLOCKS)) if not part.has(index)]


@pytest.mark.parametrize(
    ("held", "needs", "expected"),
    [
        (b"\0\0\0\0", (), 0),
        (b"\1\0\1\0", (), 1),
        (b"\1\0\1\0", (2,), 3),
        (b"\1\0\1\1", (2,), 1),
        (b"\0\0\0\0", (3, 1), 3),
        (b"\1\1\1\1", (0,), None),
    ],
)
def test_what_lies_ahead_of_a_reader_comes_first(held: bytes, needs: tuple[int, ...], expected: int | None) -> None:
    assert next_block(held, needs) == expected


def test_spans_and_runs() -> None:
    held = b"\1\1\0\0\1"
    assert held_spans(held, len(BODY)) == ((0, 2 * BLOCK_BYTES), (4 * BLOCK_BYTES, len(BODY)))
    assert (run_end(held, 2), run_end(b"\0\0", 0)) == (4, 2)
    assert [block_count(size) for size in (0, 1, BLOCK_BYTES, BLOCK_BYTES + 1)] == [0, 1, 1, 2]


def test_blocks_may_come_in_any_order_and_the_whole_gets_its_name(opens: Opens, target: Path) -> None:
    part = opens()
    put(part, 3, 0, 4, 1)
    assert missing(part) == [2]
    assert part.run(2) == (2 * BLOCK_BYTES, 3 * BLOCK_BYTES)
    put(part, 2)
    assert part.finish()
    assert target.read_bytes() == BODY
    assert sorted(file.name for file in target.parent.iterdir()) == ["talk.mp4"]
    assert part.head(8) == BODY[:8]
    part.close()


def test_what_was_marked_is_here_at_the_next_start_and_beginnings_too(opens: Opens) -> None:
    part = opens()
    put(part, 3, 1)
    part.take(0, PIECES[0][:1000])
    part.take(2 * BLOCK_BYTES, PIECES[2][:77])
    part.settle()
    part.close()
    again = opens()
    assert missing(again) == [0, 2, 4]
    assert again.run(0) == (1000, BLOCK_BYTES)
    assert again.run(2) == (2 * BLOCK_BYTES + 77, 3 * BLOCK_BYTES)
    assert again.held().bytes == 2 * BLOCK_BYTES + 1077
    again.close()


def test_a_wrong_block_leaves_nothing(opens: Opens) -> None:
    part = opens()
    with pytest.raises(WrongBlock) as wrong:
        part.take(BLOCK_BYTES, bytes(BLOCK_BYTES))
    assert (wrong.value.index, wrong.value.doubtful) == (1, False)
    assert part.held().bytes == 0
    part.close()


def test_a_beginning_that_was_found_is_no_fault_of_the_server(opens: Opens, target: Path) -> None:
    target.parent.mkdir()
    part_of(target).write_bytes(b"x" * 500)
    part = opens()
    assert part.run(0) == (500, len(BODY))
    with pytest.raises(WrongBlock) as wrong:
        part.take(500, PIECES[0][500:])
    assert wrong.value.doubtful
    assert part.run(0) == (0, len(BODY))
    part.close()


@pytest.mark.parametrize("marks", ["none", "garbage", "too many", "all"])
def test_a_map_that_lies_costs_what_is_wrong_and_nothing_else(opens: Opens, target: Path, marks: str) -> None:
    """Blocks 0 and 2 are right, 1 is wrong, and the rest never came."""
    target.parent.mkdir()
    part_of(target).write_bytes(PIECES[0] + bytes(BLOCK_BYTES) + PIECES[2])
    texts = {
        "garbage": b"\x01" * 40,
        "too many": b"blocks 1" + b"\1" * 5 + b"\xff" * 64,
        "all": b"blocks 1" + b"\1" * 5,
    }
    if marks in texts:
        map_of(target).write_bytes(texts[marks])
    part = opens()
    put(part, 3, 4)
    for index in missing(part):
        put(part, index)
    if not part.finish():
        assert missing(part) == [1]
        put(part, 1)
        assert part.finish()
    part.close()
    assert target.read_bytes() == BODY


def test_a_reader_gets_only_what_was_looked_at(opens: Opens, target: Path) -> None:
    """The map says that a block is here; its bytes were changed while the program did not run."""
    part = opens()
    put(part, 0, 1)
    part.settle()
    part.close()
    with part_of(target).open("r+b") as file:
        file.seek(BLOCK_BYTES + 5)
        file.write(b"changed")
    again = opens()
    reader = again.open_reader()
    assert again.read(reader, 0, 10, lambda: True) == BODY[:10]
    with pytest.raises(Withdrawn):
        again.read(reader, BLOCK_BYTES, 10, lambda: False)
    assert missing(again) == [1, 2, 3, 4]
    again.close_reader(reader)
    again.close()


def test_a_reader_waits_for_its_block_and_says_so(opens: Opens) -> None:
    part = opens()
    reader = part.open_reader()
    came: list[bytes] = []
    thread = threading.Thread(target=lambda: came.append(part.read(reader, 3 * BLOCK_BYTES + 7, 100, lambda: True)))
    thread.start()
    until(lambda: part.pressing_block() is not None)
    assert (part.pressing_block(), part.next_block(), part.is_read) == (3, 3, True)
    put(part, 3)
    thread.join(10)
    assert came == [PIECES[3][7:107]]
    assert (part.pressing_block(), part.next_block()) == (None, 4)
    part.close_reader(reader)
    assert part.next_block() == 0
    part.close()


def test_whoever_waits_is_woken_when_it_is_closed(opens: Opens) -> None:
    part = opens()
    reader = part.open_reader()
    ended = threading.Event()

    def wait() -> None:
        with pytest.raises(Withdrawn):
            part.read(reader, 0, 1, lambda: True)
        ended.set()

    thread = threading.Thread(target=wait)
    thread.start()
    part.close()
    assert ended.wait(10)
    thread.join(10)


def test_blocks_that_do_not_fit_the_size_are_refused(target: Path) -> None:
    with pytest.raises(EnvironmentTrouble, match="contradicts itself"):
        PartialFile(target, FACTS, BLOCKS[:-1])


def test_a_program_whose_hashes_contradict_each_other(target: Path) -> None:
    facts = FileFacts(sha256=Sha256("0" * 64), size_bytes=len(BODY), media_type="video/mp4")
    part = PartialFile(target, facts, BLOCKS)
    put(part, *range(len(BLOCKS)))
    with pytest.raises(EnvironmentTrouble, match="contradicts itself"):
        part.finish()
    part.close()
    assert not target.exists()


@pytest.mark.parametrize("step", ["write", "fsync", "map"])
def test_a_disk_that_refuses_loses_nothing_that_was_marked(
    opens: Opens, target: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    part = opens()
    put(part, 0)
    part.settle()
    real, broken = os.fsync, [True]

    def fsync(descriptor: int) -> None:
        if broken[0] and (step == "fsync" or os.path.samestat(os.fstat(descriptor), map_of(target).stat())):
            raise OSError(5, os.strerror(5))
        real(descriptor)

    monkeypatch.setattr("personal_app.net.partial_file.os.fsync", fsync)
    put(part, 1)
    with pytest.raises(OSError, match="Input/output"):
        part.settle()
    part.close()
    broken[0] = False
    again = opens()
    assert again.has(0)
    put(again, *missing(again))
    assert again.finish()
    again.close()
    assert target.read_bytes() == BODY


WRITER = """
import sys
from pathlib import Path
from random import Random
from tests.net.test_partial_file import BLOCKS, BLOCK_BYTES, FACTS, PIECES, PartialFile
part = PartialFile(Path(sys.argv[1]), FACTS, BLOCKS)
order = list(range(len(BLOCKS)))
Random(int(sys.argv[2])).shuffle(order)
for index in order:
    for at in range(0, len(PIECES[index]), 65536):
        part.take(index * BLOCK_BYTES + at, PIECES[index][at : at + 65536])
        print(index, at, flush=True)
    if index % 2:
        part.settle()
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_kill_9_costs_no_more_than_what_was_not_whole(opens: Opens, target: Path, seed: int) -> None:
    """The process is killed while it writes; every block that had come whole is here, and nothing wrong is."""
    steps = Random(seed).randrange(5, 60)
    writer = subprocess.Popen([sys.executable, "-c", WRITER, target, str(seed)], stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    seen = [writer.stdout.readline().split() for _ in range(steps)]
    writer.send_signal(signal.SIGKILL)
    seen += [line.split() for line in writer.stdout]
    writer.wait(10)
    writer.stdout.close()
    whole = {int(index) for index, at in seen if int(at) + 65536 >= len(PIECES[int(index)])}
    part = opens()
    assert whole <= {index for index in range(len(BLOCKS)) if part.has(index)}
    put(part, *missing(part))
    assert part.finish()
    part.close()
    assert target.read_bytes() == BODY
