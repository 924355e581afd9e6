"""Servers that lie, stall, cut and mumble, while a recording is saved and while it is played.

Whoever saves it ends with the whole and right file or with a sentence. Whoever plays it never gets a wrong byte; where
the network is to blame it goes on by itself as soon as the server is honest again.
"""

import gzip
import hashlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import msgspec
import pytest

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import Sha256
from personal_app.conference.recordings import BLOCK_BYTES, FileFacts
from personal_app.net.downloads import Coming, Download, DownloadPool, Patience
from personal_app.net.partial_file import PartialFile, part_of
from tests.net.raw_server import RawServer, Request, Script, response
from tests.net.until import until

BODY = Random(5).randbytes(3 * BLOCK_BYTES + 4321)
OTHER = Random(6).randbytes(len(BODY))
TOTAL = len(BODY)
BOMB = gzip.compress(bytes(50 << 20))
HASTY = Patience(
    connect_s=5.0, stall_s=0.9, window_s=0.4, window_bytes=20_000, again_s=0.01, tries=3, watched_wait_s=0.1
)


def sha(data: bytes) -> Sha256:
    return Sha256(hashlib.sha256(data).hexdigest())


BLOCKS = tuple(sha(BODY[at : at + BLOCK_BYTES]) for at in range(0, TOTAL, BLOCK_BYTES))
FACTS = FileFacts(sha256=sha(BODY), size_bytes=TOTAL, media_type="video/mp4")
ETAG = f'"{FACTS.sha256}"'


def span_of(request: Request) -> tuple[int, int]:
    """Return which bytes are asked for, the last one included."""
    first, last = request.headers.get("range", f"bytes=0-{TOTAL - 1}").removeprefix("bytes=").split("-")
    return int(first), int(last)


def part(request: Request, body: bytes = BODY, etag: str = ETAG, **headers: str) -> bytes:
    """Answer as our server does; `headers` may make it lie."""
    first, last = span_of(request)
    if "range" not in request.headers:
        return response(200, body, **({"ETag": etag} | headers))
    content_range = f"bytes {first}-{last}/{TOTAL}"
    return response(206, body[first : last + 1], **({"ETag": etag, "Content_Range": content_range} | headers))


def honest(request: Request, peer: socket.socket) -> None:
    peer.sendall(part(request))


def truncated(request: Request, peer: socket.socket) -> None:
    whole = part(request)
    peer.sendall(whole[: whole.index(b"\r\n\r\n") + 1004])


def lying_length(request: Request, peer: socket.socket) -> None:
    peer.sendall(part(request, Content_Length="5000"))


def ignored_range(_: Request, peer: socket.socket) -> None:
    peer.sendall(response(200, BODY, ETag=ETAG))


def wrong_content_range(request: Request, peer: socket.socket) -> None:
    peer.sendall(part(request, Content_Range=f"bytes 0-{TOTAL - 1}/{TOTAL}"))


def gzip_bomb(request: Request, peer: socket.socket) -> None:
    length = span_of(request)[1] + 1 - span_of(request)[0]
    peer.sendall(part(request, Content_Encoding="gzip")[: -length or None] + BOMB)


def endless(request: Request, peer: socket.socket) -> None:
    peer.sendall(part(request, bytes(TOTAL), Content_Length=""))
    while True:
        peer.sendall(bytes(1 << 16))


def a_byte_now_and_then(every_s: float) -> Script:
    def script(request: Request, peer: socket.socket) -> None:
        whole = part(request)
        at = whole.index(b"\r\n\r\n") + 4
        peer.sendall(whole[:at])
        while not threading.Event().wait(every_s):
            peer.sendall(whole[at : at + 1])
            at += 1

    return script


def redirect(request: Request, peer: socket.socket) -> None:
    host = request.headers["host"]
    peer.sendall(response(302, Location=f"http://{host}/elsewhere"))


def wrong_hash(request: Request, peer: socket.socket) -> None:
    peer.sendall(part(request, OTHER))


def changed(request: Request, peer: socket.socket) -> None:
    """The file was replaced half way: the server has another one under the same name."""
    if "if-match" in request.headers:
        peer.sendall(response(412))
    else:
        peer.sendall(response(200, OTHER, ETag='"another"'))


def changed_behind_its_back(request: Request, peer: socket.socket) -> None:
    """As above, by a server that knows no conditions."""
    peer.sendall(part(request, OTHER, '"another"'))


WHOLE = ""
#: What the server does, what is said in the end (nothing where the file comes), and whether the network is to blame.
TABLE: dict[str, tuple[Script, str, bool]] = {
    "truncated": (truncated, "was cut", True),
    "lying length": (lying_length, "another file", True),
    "ignored Range": (ignored_range, WHOLE, False),
    "wrong Content-Range": (wrong_content_range, WHOLE, False),
    "gzip bomb": (gzip_bomb, "packed", False),
    "endless body": (endless, "twice the bytes were not those", False),
    "a byte now and then": (a_byte_now_and_then(0.05), "next to nothing", True),
    "a byte per ten seconds": (a_byte_now_and_then(1.5), "was cut", True),
    "redirect elsewhere": (redirect, "status 302", False),
    "wrong hash": (wrong_hash, "twice the bytes were not those", False),
    "changed half way": (changed, "another file", True),
    "changed half way, unconditionally": (changed_behind_its_back, "another file", True),
}


@pytest.fixture
def pool() -> Iterator[DownloadPool]:
    pool = DownloadPool(HASTY)
    yield pool
    assert pool.close()


@pytest.fixture
def wanted(tmp_path: Path) -> Download:
    """A recording whose first block came before the server turned bad."""
    target = tmp_path / "kept" / "talk.mp4"
    begun = PartialFile(target, FACTS, BLOCKS)
    begun.take(0, BODY[:BLOCK_BYTES])
    begun.settle()
    begun.close()
    return Download(path="/recordings/talk", facts=FACTS, blocks=BLOCKS, target=target)


class Player:
    """Reads all of a recording from the endpoint, on a thread, as it comes."""

    def __init__(self, coming: Coming) -> None:
        assert coming.offer is not None
        assert coming.head == BODY[:16]
        self.data = b""
        self.port = coming.offer.port
        self._peer = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        request = f"GET /{coming.offer.token} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n\r\n"
        self._peer.sendall(request.encode())
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        head, _, self.data = self._peer.recv(1 << 16).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 ")
        while more := self._peer.recv(1 << 16):
            self.data += more

    def wait(self) -> None:
        self._thread.join(20)
        assert not self._thread.is_alive()

    def leave(self) -> None:
        self._peer.shutdown(socket.SHUT_RDWR)
        self.wait()
        self._peer.close()


@pytest.mark.parametrize("name", TABLE)
def test_saving(pool: DownloadPool, wanted: Download, name: str) -> None:
    script, words, _ = TABLE[name]
    with RawServer(script) as server:
        future = pool.fetch(server.address, wanted, lambda _: None)
        if words == WHOLE:
            assert future.result(20).read_bytes() == BODY
        else:
            with pytest.raises(EnvironmentTrouble, match=words):
                future.result(20)
            assert not wanted.target.exists()
            # What came before is still there, and nothing wrong beside it.
            assert part_of(wanted.target).read_bytes()[:BLOCK_BYTES] == BODY[:BLOCK_BYTES]
        assert {request.path for request in server.requests} == {wanted.path}
        server.script = honest
        again = pool.fetch(server.address, wanted, lambda _: None)
        assert again.result(20).read_bytes() == BODY


@pytest.mark.parametrize("name", TABLE)
def test_playing(pool: DownloadPool, wanted: Download, name: str) -> None:
    script, words, waits = TABLE[name]
    told: list[Coming] = []
    hold = threading.Event()

    def hostile(request: Request, peer: socket.socket) -> None:
        hold.wait(20)
        script(request, peer)

    with RawServer(hostile) as server:
        future = pool.fetch(server.address, wanted, told.append)
        until(lambda: any(coming.offer for coming in told))
        player = Player(told[-1])
        until(lambda: len(player.data) >= BLOCK_BYTES)
        hold.set()
        if waits:
            until(lambda: any(coming.trouble for coming in told))
            trouble = next(coming.trouble for coming in told if coming.trouble)
            assert words in trouble
            assert trouble.endswith("It goes on by itself.")
            assert not future.done()
            server.script = honest
        if waits or words == WHOLE:
            assert future.result(20).read_bytes() == BODY
            player.wait()
            assert player.data == BODY
            assert told[-1].trouble == ""
        else:
            with pytest.raises(EnvironmentTrouble, match=words):
                future.result(20)
            assert BODY.startswith(player.data)
        player.leave()
        assert {request.path for request in server.requests} == {wanted.path}


def test_what_is_played_from_comes_first_and_nothing_comes_twice(pool: DownloadPool, wanted: Download) -> None:
    """A player that jumps ahead is served from there; the rest follows, and each byte was sent once."""
    told: list[Coming] = []
    sent: list[tuple[int, int]] = []
    go_on = threading.Event()

    def slow(request: Request, peer: socket.socket) -> None:
        first, last = span_of(request)
        head = part(request)
        peer.sendall(head[: -(last + 1 - first)])
        at = first
        while at <= last:
            if not go_on.is_set():
                threading.Event().wait(0.01)
            piece = BODY[at : min(at + 16_384, last + 1)]
            peer.sendall(piece)
            at += len(piece)
            sent.append((at - len(piece), at))

    with RawServer(slow) as server:
        future = pool.fetch(server.address, wanted, told.append)
        until(lambda: any(coming.offer for coming in told) and len(sent) > 3)
        offer = told[-1].offer
        assert offer is not None
        with socket.create_connection(("127.0.0.1", offer.port), timeout=20) as peer:
            peer.sendall(
                f"GET /{offer.token} HTTP/1.1\r\nHost: 127.0.0.1:{offer.port}\r\n"
                f"Range: bytes={3 * BLOCK_BYTES + 100}-\r\n\r\n".encode()
            )
            data = b""
            while more := peer.recv(1 << 16):
                data += more
        assert data.partition(b"\r\n\r\n")[2] == BODY[3 * BLOCK_BYTES + 100 :]
        assert not future.done()
        assert told[-1].spans[-1][0] >= 0
        go_on.set()
        assert future.result(20).read_bytes() == BODY
        asked = [span_of(request)[0] for request in server.requests]
    assert asked[:2] == [BLOCK_BYTES, 3 * BLOCK_BYTES]
    # It went on where it had left off, in the middle of a block.
    assert BLOCK_BYTES < asked[2] < 3 * BLOCK_BYTES
    assert asked[2] % BLOCK_BYTES > 0


def test_a_recording_that_was_replaced_begins_clean(pool: DownloadPool, wanted: Download) -> None:
    blocks = tuple(sha(OTHER[at : at + BLOCK_BYTES]) for at in range(0, TOTAL, BLOCK_BYTES))
    facts = msgspec.structs.replace(FACTS, sha256=sha(OTHER))
    new = Download(path=wanted.path, facts=facts, blocks=blocks, target=wanted.target)
    with RawServer(lambda request, peer: peer.sendall(part(request, OTHER, f'"{facts.sha256}"'))) as server:
        assert pool.fetch(server.address, new, lambda _: None).result(20).read_bytes() == OTHER
