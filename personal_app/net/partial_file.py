"""A recording that is not whole yet: the blocks of it that are here, each checked, on the disk and in order.

The bytes lie at their places in `<name>.part`, which may have holes, and `<name>.part.map` has a byte for each block. A
block is marked there only after its bytes were synced, so that whatever ends the program, a mark is never ahead of its
block; a block that came and was not marked yet is found again by its hash. Whoever saves a recording and whoever plays
it share one such file, from any thread. Must never speak to the network.
"""

import contextlib
import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from io import FileIO
from pathlib import Path
from time import monotonic

import msgspec

from personal_app.conference.blocks import HELD, MISSING, block_count, block_span, held_spans, next_block, run_end
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import Sha256
from personal_app.conference.recordings import BLOCK_BYTES, FileFacts

#: What came is synced and marked when so much has come or so long has passed.
SETTLE_BYTES = 32 << 20
SETTLE_S = 2.0
#: Beginnings of blocks that were left for another one are kept, so that no byte is brought twice; no more than these.
_MOST_BEGUN = 4
_MAGIC = b"blocks 1"
_NUMBER_BYTES = 8
#: How often whoever waits for a block looks whether it is still wanted.
_LOOK_S = 0.2


class WrongBlock(Exception):
    """A block came whole, and its bytes are not those that the program promises."""

    def __init__(self, index: int, *, doubtful: bool) -> None:
        """`doubtful`: a part of it was found on the disk, so that the server need not be to blame."""
        super().__init__(index)
        self.index = index
        self.doubtful = doubtful


class Withdrawn(Exception):
    """The file is not given out any more."""


class Reader:
    """Somebody who reads at a place: what lies ahead of it is brought before the rest."""

    def __init__(self) -> None:
        self.block = 0
        self.waits = False


class Held(msgspec.Struct, frozen=True):
    """How much is here: bytes in all, and the stretches they lie in (first byte, end not included)."""

    bytes: int
    spans: tuple[tuple[int, int], ...]


class PartialFile:
    """The blocks of one recording. Every method may be called from any thread; writing is for one at a time."""

    def __init__(self, target: Path, facts: FileFacts, blocks: Sequence[Sha256]) -> None:
        """Open what is there, or begin. Raises OSError, and EnvironmentTrouble where the blocks do not fit the size."""
        if len(blocks) != block_count(facts.size_bytes):
            raise EnvironmentTrouble(
                "The program contradicts itself about the parts of this recording: tell the organizers."
            )
        self.target = target
        self.facts = facts
        self._blocks = tuple(blocks)
        self._changed = threading.Condition()
        self._readers: list[Reader] = []
        self._held = bytearray(len(blocks))
        self._begun: dict[int, bytearray] = {}
        self._doubtful: set[int] = set()
        # Those found right since the program started: what a map says of an earlier run is looked at before it counts.
        self._sure: set[int] = set()
        self._whole = hashlib.sha256()
        self._hashed = 0
        self._unsettled = 0
        self._settled_at = monotonic()
        self._closed = self._finished = False
        #: Every byte that came, beginnings too: whoever brings them sees by it whether there is any progress.
        self.received = 0
        target.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as opened:
            self._file = opened.enter_context(_open(part_of(target)))
            self._map = opened.enter_context(_open(map_of(target)))
            self._find()
            opened.pop_all()

    # What is here.

    def held(self) -> Held:
        """Return how much is here."""
        with self._changed:
            begun = sum(map(len, self._begun.values()))
            spans = held_spans(self._held, self.facts.size_bytes)
        return Held(sum(end - first for first, end in spans) + begun, spans)

    def has(self, index: int) -> bool:
        """Tell whether a block is here."""
        with self._changed:
            return self._held[index] == HELD

    @property
    def is_read(self) -> bool:
        """Whether anybody reads it just now."""
        with self._changed:
            return bool(self._readers)

    @property
    def is_whole(self) -> bool:
        """Whether it has its name: nothing more can be written."""
        return self._finished

    def next_block(self) -> int | None:
        """Return the block that is to come next, None where all are here."""
        with self._changed:
            return next_block(self._held, self._needs())

    def pressing_block(self) -> int | None:
        """Return the missing block that somebody waits for now, None where nobody waits."""
        with self._changed:
            waiting = [reader.block for reader in self._readers if reader.waits]
            return next((block for block in reversed(waiting) if not self._held[block]), None)

    def run(self, first: int) -> tuple[int, int]:
        """Return which bytes to ask for so as to have block `first` and the missing ones after it (end not included).

        What has come of the first one already is left out.
        """
        with self._changed:
            begins, _ = block_span(first, self.facts.size_bytes)
            _, end = block_span(run_end(self._held, first) - 1, self.facts.size_bytes)
            return begins + len(self._begun.get(first, b"")), end

    def head(self, size: int) -> bytes:
        """Return the first bytes, checked, or nothing while they are not here."""
        return self._read(0, size) if self._make_sure(0) else b""

    # Bringing.

    def take(self, at: int, data: bytes) -> None:
        """Take in bytes that came for the place `at`; what is here already is passed over.

        Raises WrongBlock where a block is complete and wrong (nothing of it stays), and OSError.
        """
        view = memoryview(data)
        while view:
            index = at // BLOCK_BYTES
            first, end = block_span(index, self.facts.size_bytes)
            piece, view = view[: end - at], view[end - at :]
            if not self.has(index):
                self._add(index, at - first, piece, end - first)
            at = end

    def forget_begun(self) -> None:
        """Drop the beginnings of blocks: they may be of another file than the one whose rest comes now."""
        with self._changed:
            self._begun.clear()
            self._doubtful.clear()

    def settle(self) -> None:
        """Sync what came and then mark it, and note the beginnings. Raises OSError."""
        with self._changed:
            held, begun = bytes(self._held), {index: bytes(data) for index, data in self._begun.items()}
        for index, data in begun.items():
            self._write(self._file, data, index * BLOCK_BYTES)
        os.fsync(self._file.fileno())
        tail = b"".join(_number(index) + _number(len(data)) for index, data in begun.items())
        written = _MAGIC + held + tail
        self._write(self._map, written, 0)
        self._map.truncate(len(written))
        os.fsync(self._map.fileno())
        self._unsettled, self._settled_at = 0, monotonic()

    def finish(self) -> bool:
        """Check the whole and give it its name; where its bytes are wrong drop the blocks that are, and return False.

        Raises EnvironmentTrouble where each block is right and the whole is not: then the program is wrong.
        """
        os.fsync(self._file.fileno())
        while self._hashed < len(self._blocks):
            self._whole.update(self._read(*_place(self._hashed, self.facts.size_bytes)))
            self._hashed += 1
        if self._whole.hexdigest() != self.facts.sha256:
            self._whole, self._hashed = hashlib.sha256(), 0
            if not self._drop_wrong():
                raise EnvironmentTrouble(
                    "The program contradicts itself about this recording: its parts are right and the whole is not. "
                    "Tell the organizers."
                )
            return False
        with self._changed:
            # A file that is open cannot be given another name everywhere.
            self._file.close()
            try:
                part_of(self.target).replace(self.target)
            except OSError:
                self._file = _open(part_of(self.target))
                raise
            self._file = self.target.open("rb", buffering=0)
            self._finished = True
            self._sure.update(range(len(self._blocks)))
        map_of(self.target).unlink(missing_ok=True)
        return True

    # Reading.

    def open_reader(self) -> Reader:
        """Let somebody read; `close_reader` ends it."""
        reader = Reader()
        with self._changed:
            self._readers.append(reader)
        return reader

    def close_reader(self, reader: Reader) -> None:
        """Note that somebody reads no more."""
        with self._changed:
            self._readers.remove(reader)

    def read(self, reader: Reader, at: int, most: int, still_wanted: Callable[[], bool]) -> bytes:
        """Return 1 to `most` bytes from `at` on, of one block that was checked; wait for it as long as it is wanted.

        Raises Withdrawn where it is not any more or the file is closed.
        """
        index = at // BLOCK_BYTES
        with self._changed:
            reader.block, reader.waits = index, True
        try:
            while not self._make_sure(index):
                with self._changed:
                    self._changed.wait_for(lambda: self._held[index] == HELD or self._closed, _LOOK_S)
                if self._closed or not still_wanted():
                    raise Withdrawn
        finally:
            reader.waits = False
        _, end = block_span(index, self.facts.size_bytes)
        return self._read(at, min(most, end - at))

    def close(self) -> None:
        """Let go of the files; whoever waits is woken."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
            self._file.close()
            self._map.close()

    # Within.

    def _needs(self) -> tuple[int, ...]:
        latest_first = self._readers[::-1]
        return tuple(reader.block for reader in sorted(latest_first, key=lambda reader: not reader.waits))

    def _add(self, index: int, offset: int, piece: memoryview, length: int) -> None:
        with self._changed:
            begun = self._begun.setdefault(index, bytearray())
            assert offset <= len(begun), "bytes came for a place that nobody asked for"
            self.received += max(0, offset + len(piece) - len(begun))
            begun[offset:] = piece
            if len(begun) < length:
                while len(self._begun) > _MOST_BEGUN:
                    del self._begun[next(iter(self._begun))]
                return
            del self._begun[index]
        doubtful = index in self._doubtful
        self._doubtful.discard(index)
        if hashlib.sha256(begun).hexdigest() != self._blocks[index]:
            raise WrongBlock(index, doubtful=doubtful)
        self._write(self._file, begun, index * BLOCK_BYTES)
        if index == self._hashed:
            # What is hashed as it comes need not be read again when all is here.
            self._whole.update(begun)
            self._hashed += 1
        with self._changed:
            self._held[index] = HELD
            self._sure.add(index)
            self._changed.notify_all()
        self._unsettled += length
        if self._unsettled >= SETTLE_BYTES or monotonic() - self._settled_at >= SETTLE_S:
            self.settle()

    def _make_sure(self, index: int) -> bool:
        """Tell whether a block is here and right; one of an earlier run is looked at first."""
        with self._changed:
            if not self._held[index]:
                return False
            if index in self._sure:
                return True
        if hashlib.sha256(self._read(*_place(index, self.facts.size_bytes))).hexdigest() == self._blocks[index]:
            self._sure.add(index)
            return True
        self._drop(index)
        return False

    def _drop(self, index: int) -> None:
        with self._changed:
            self._held[index] = MISSING
            self._sure.discard(index)

    def _drop_wrong(self) -> bool:
        """Look at every block anew and drop those that are wrong; tell whether there were any."""
        with self._changed:
            self._sure.clear()
        wrong = [index for index in range(len(self._blocks)) if not self._make_sure(index)]
        return bool(wrong)

    def _read(self, at: int, size: int) -> bytes:
        with self._changed:
            if self._closed:
                raise Withdrawn
            self._file.seek(at)
            return self._file.read(size) or b""

    def _write(self, file: FileIO, data: bytes | bytearray, at: int) -> None:
        view = memoryview(data)
        with self._changed:
            if self._closed:
                raise Withdrawn
            file.seek(at)
            while view:
                view = view[file.write(view) :]

    def _find(self) -> None:
        """Find out what an earlier run left here."""
        size, count = os.fstat(self._file.fileno()).st_size, len(self._blocks)
        if size > self.facts.size_bytes:
            size = self._file.truncate(self.facts.size_bytes)
        known = self._map.read(len(_MAGIC) + count + 2 * _MOST_BEGUN * _NUMBER_BYTES) or b""
        marks = known[len(_MAGIC) : len(_MAGIC) + count]
        if not known.startswith(_MAGIC) or len(marks) < count:
            known, marks = b"", bytes(count)
        for index in range(count):
            first, end = block_span(index, self.facts.size_bytes)
            if end > size:
                break
            if marks[index] == HELD:
                self._held[index] = HELD
            elif self._has_data(first, end):
                self._held[index] = HELD
                self._make_sure(index)
        self._find_begun(known[len(_MAGIC) + count :], size)

    def _find_begun(self, tail: bytes, size: int) -> None:
        """Take up the beginnings of blocks: those that were noted, else what lies at the end of the file."""
        numbers = [
            int.from_bytes(tail[at : at + _NUMBER_BYTES], "big")
            for at in range(0, len(tail) - _NUMBER_BYTES + 1, _NUMBER_BYTES)
        ]
        noted = list(zip(numbers[::2], numbers[1::2], strict=False)) or [divmod(size, BLOCK_BYTES)]
        for index, length in noted[:_MOST_BEGUN]:
            if index >= len(self._blocks) or self._held[index]:
                continue
            first, end = block_span(index, self.facts.size_bytes)
            data = self._read(first, min(length, end - first))
            if 0 < len(data) < end - first:
                self._begun[index] = bytearray(data)
                self._doubtful.add(index)

    def _has_data(self, first: int, end: int) -> bool:
        """Tell whether anything was ever written between two places."""
        with contextlib.suppress(OSError, AttributeError):
            return os.lseek(self._file.fileno(), first, os.SEEK_DATA) < end
        return not hasattr(os, "SEEK_DATA")


def part_of(target: Path) -> Path:
    """Return the name under which the file grows."""
    return target.with_name(target.name + ".part")


def map_of(target: Path) -> Path:
    """Return the name of the file that says which blocks are here."""
    return target.with_name(target.name + ".part.map")


def _open(path: Path) -> FileIO:
    """Open a file to read and write where one likes, made where there is none."""
    path.touch(0o600)
    return path.open("r+b", buffering=0)


def _place(index: int, size_bytes: int) -> tuple[int, int]:
    first, end = block_span(index, size_bytes)
    return first, end - first


def _number(value: int) -> bytes:
    return value.to_bytes(_NUMBER_BYTES, "big")
