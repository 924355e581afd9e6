"""Recordings brought from a server that may do anything: whole and right, or a sentence and nothing under its name."""

import hashlib
import os
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from random import Random
from time import monotonic

import msgspec
import pytest

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import Sha256
from personal_app.conference.recordings import FileFacts
from personal_app.net.downloads import Cancelled, Coming, DiskFull, Download, DownloadPool, Patience, part_of
from tests.net.raw_server import RawServer, Request, response

BODY = Random(1).randbytes(700_000)
DIGEST = hashlib.sha256(BODY).hexdigest()
ETAG = f'"{DIGEST}"'
BLOCKS = (Sha256(DIGEST),)
QUICK = Patience(connect_s=2.0, stall_s=1.0, window_s=0.4, window_bytes=20_000, again_s=0.01, tries=3)


@pytest.fixture
def pool() -> Iterator[DownloadPool]:
    pool = DownloadPool(QUICK)
    yield pool
    assert pool.close()


@pytest.fixture
def wanted(tmp_path: Path) -> Download:
    facts = FileFacts(sha256=Sha256(DIGEST), size_bytes=len(BODY), media_type="video/mp4")
    return Download(path="/recordings/intro", facts=facts, blocks=BLOCKS, target=tmp_path / "kept" / "intro.mp4")


def fetch(pool: DownloadPool, server: RawServer, wanted: Download) -> "Future[Path]":
    return pool.fetch(server.address, wanted, lambda _: None)


def honest(request: Request, peer: socket.socket) -> None:
    """Answer as our server does: the whole, or exactly the part that was asked for."""
    span = request.headers.get("range")
    if span is None:
        peer.sendall(response(200, BODY, ETag=ETAG))
        return
    first, last = map(int, span.removeprefix("bytes=").split("-"))
    assert last == len(BODY) - 1
    content_range = f"bytes {first}-{last}/{len(BODY)}"
    peer.sendall(response(206, BODY[first:], ETag=ETAG, Content_Range=content_range))


def hold(wanted: Download, held: bytes) -> None:
    """Put the beginning of a download there, as an earlier run of the program would have left it."""
    part_of(wanted.target).parent.mkdir(parents=True, exist_ok=True)
    part_of(wanted.target).write_bytes(held)


def test_a_recording_comes_whole_and_is_told_of_as_it_grows(pool: DownloadPool, wanted: Download) -> None:
    told: list[Coming] = []
    with RawServer(honest) as server:
        assert pool.fetch(server.address, wanted, told.append).result(20) == wanted.target
    assert wanted.target.read_bytes() == BODY
    counts = [coming.held_bytes for coming in told]
    assert counts == sorted(counts)
    assert counts[-1] == len(BODY)
    assert told[-1].spans == ((0, len(BODY)),)
    assert not part_of(wanted.target).exists()
    assert server.requests[0].headers["accept-encoding"] == "identity"
    assert "authorization" not in server.requests[0].headers


def test_what_was_held_is_gone_on_with(pool: DownloadPool, wanted: Download) -> None:
    hold(wanted, BODY[:300_000])
    with RawServer(honest) as server:
        fetch(pool, server, wanted).result(20)
    assert wanted.target.read_bytes() == BODY
    assert [request.headers.get("range") for request in server.requests] == [f"bytes=300000-{len(BODY) - 1}"]
    assert server.requests[0].headers["if-match"] == ETAG


def test_a_cut_is_gone_on_from_and_does_not_use_up_the_tries(pool: DownloadPool, wanted: Download) -> None:
    """Seven pieces with three tries: whatever brings the file further is no failure."""

    def in_pieces(request: Request, peer: socket.socket) -> None:
        first = int(request.headers.get("range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        piece = BODY[first : first + 100_000]
        if first == 0:
            peer.sendall(response(200, piece, ETag=ETAG, Content_Length=str(len(BODY))))
        else:
            span = f"bytes {first}-{len(BODY) - 1}/{len(BODY)}"
            rest = str(len(BODY) - first)
            peer.sendall(response(206, piece, ETag=ETAG, Content_Range=span, Content_Length=rest))

    with RawServer(in_pieces) as server:
        fetch(pool, server, wanted).result(20)
    assert wanted.target.read_bytes() == BODY
    assert len(server.requests) == 7


@pytest.mark.parametrize("held", [0, 1, 300_000, len(BODY)])
def test_whatever_was_held_wrong_bytes_never_count(pool: DownloadPool, wanted: Download, held: int) -> None:
    """The beginning is of another file; only the hash of the whole can tell, and then all of it comes anew."""
    hold(wanted, b"x" * held)
    with RawServer(honest) as server:
        fetch(pool, server, wanted).result(20)
    assert wanted.target.read_bytes() == BODY


def test_more_than_the_whole_was_held(pool: DownloadPool, wanted: Download) -> None:
    hold(wanted, BODY + b"more")
    with RawServer(honest) as server:
        fetch(pool, server, wanted).result(20)
    assert wanted.target.read_bytes() == BODY
    assert server.requests == []


def test_a_server_without_ranges_sends_the_whole(pool: DownloadPool, wanted: Download) -> None:
    hold(wanted, BODY[:300_000])
    with RawServer(lambda _, peer: peer.sendall(response(200, BODY))) as server:
        fetch(pool, server, wanted).result(20)
    assert wanted.target.read_bytes() == BODY
    assert len(server.requests) == 1


def part_answer(content_range: str, etag: str, body: bytes) -> Callable[[Request, socket.socket], None]:
    """Return a script that answers a request for a part in a wrong way, and one for the whole as it should."""

    def script(request: Request, peer: socket.socket) -> None:
        if "range" in request.headers:
            peer.sendall(response(206, body, ETag=etag, Content_Range=content_range))
        else:
            honest(request, peer)

    return script


@pytest.mark.parametrize(
    ("content_range", "etag"),
    [
        (f"bytes 200000-{len(BODY) - 1}/{len(BODY)}", ETAG),
        (f"bytes 300000-{len(BODY) - 2}/{len(BODY)}", ETAG),
        (f"bytes 300000-{len(BODY) - 1}/*", ETAG),
        ("", ETAG),
        (f"bytes 300000-{len(BODY) - 1}/{len(BODY)}", '"another"'),
        (f"bytes 300000-{len(BODY) - 1}/{len(BODY)}", f"W/{ETAG}"),
        (f"bytes 300000-{len(BODY) - 1}/{len(BODY)}", ""),
    ],
)
def test_a_part_that_is_not_exactly_the_one_asked_for_is_not_taken(
    pool: DownloadPool, wanted: Download, content_range: str, etag: str
) -> None:
    hold(wanted, BODY[:300_000])
    with RawServer(part_answer(content_range, etag, BODY[300_000:])) as server:
        fetch(pool, server, wanted).result(20)
    assert wanted.target.read_bytes() == BODY
    assert [request.headers.get("range") for request in server.requests] == [f"bytes=300000-{len(BODY) - 1}", None]


def drip(_: Request, peer: socket.socket) -> None:
    """Begin well and then give a byte now and then, often enough for every read to be in time."""
    peer.sendall(response(200, b"", Content_Length=str(len(BODY))))
    for at in range(200):
        peer.sendall(BODY[at : at + 1])
        threading.Event().wait(0.05)


def endless(_: Request, peer: socket.socket) -> None:
    """Send other bytes for ever, without a length."""
    peer.sendall(response(200, b"x", Content_Length=""))
    while True:
        peer.sendall(b"x" * 65536)


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (lambda _, peer: peer.sendall(response(200, BODY[:1000], Content_Length=str(len(BODY)))), "cut"),
        (lambda _, peer: peer.sendall(response(200, BODY[:1000])), "another file"),
        (lambda _, peer: peer.sendall(response(200, BODY[:1000], Content_Length="")), "too early"),
        (endless, "not those that the program promises"),
        (drip, "next to nothing"),
        (lambda _, peer: peer.sendall(response(200, bytes(len(BODY)))), "not those that the program promises"),
        (lambda _, peer: peer.sendall(response(200, BODY, Content_Encoding="gzip")), "packed"),
        (lambda _, peer: peer.sendall(response(404)), "does not have this recording"),
        (lambda _, peer: peer.sendall(response(302, Location="http://127.0.0.1:9/")), "status 302"),
        (lambda _, peer: peer.sendall(response(500)), "status 500"),
        (lambda _, peer: peer.sendall(response(416)), "another file"),
        (lambda _, peer: peer.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"), "does not answer"),
        (lambda *_: None, "does not answer"),
        (
            lambda _, peer: peer.sendall(response(403, b'{"code":"not_yet","detail":"It opens at 12:15."}')),
            r"^It opens at 12:15\.$",
        ),
        (lambda _, peer: peer.sendall(response(403, b"<html>" * 100_000)), "status 403"),
    ],
)
def test_what_cannot_be_had_is_said_and_nothing_gets_the_name(
    pool: DownloadPool, wanted: Download, script: Callable[[Request, socket.socket], None], words: str
) -> None:
    with RawServer(script) as server:
        future = fetch(pool, server, wanted)
        with pytest.raises(EnvironmentTrouble, match=words):
            future.result(20)
    assert not wanted.target.exists()
    assert not any(request.path != wanted.path for request in server.requests)


def test_a_server_that_says_when_is_asked_again_then(pool: DownloadPool, wanted: Download) -> None:
    """Two clocks agree within some milliseconds: who asks a moment too early must get it all the same."""

    def not_yet(request: Request, peer: socket.socket) -> None:
        if len(server.requests) == 1:
            peer.sendall(response(403, b'{"code":"not_yet","detail":"Not yet."}', Retry_After="1"))
        else:
            honest(request, peer)

    with RawServer(not_yet) as server:
        fetch(pool, server, wanted).result(20)
    assert wanted.target.read_bytes() == BODY


def test_nobody_listens(pool: DownloadPool, wanted: Download) -> None:
    with RawServer(honest) as server:
        address = server.address
    future = pool.fetch(address, wanted, lambda _: None)
    with pytest.raises(EnvironmentTrouble, match=r"does not answer \(Connection refused\)\. Try again"):
        future.result(20)


def test_no_password_file_is_read(
    pool: DownloadPool, wanted: Download, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    with RawServer(honest) as server:
        fetch(pool, server, wanted).result(20)
    assert "authorization" not in server.requests[0].headers


def test_a_full_disk_is_said_and_what_came_stays(
    pool: DownloadPool, wanted: Download, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("personal_app.net.partial_file.os.fsync", full)
    with RawServer(honest) as server:
        future = fetch(pool, server, wanted)
        with pytest.raises(DiskFull, match=r"kept is full: free some room there"):
            future.result(20)
    assert part_of(wanted.target).exists()
    assert not wanted.target.exists()


def test_a_folder_that_cannot_be_made_is_said(pool: DownloadPool, wanted: Download, tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("a file stands in the way")
    with RawServer(honest) as server:
        future = fetch(pool, server, wanted)
        with pytest.raises(EnvironmentTrouble, match="cannot be written"):
            future.result(20)


def test_the_same_recording_is_brought_once(pool: DownloadPool, wanted: Download) -> None:
    go_on = threading.Event()

    def wait_first(request: Request, peer: socket.socket) -> None:
        go_on.wait(10)
        honest(request, peer)

    with RawServer(wait_first) as server:
        first = fetch(pool, server, wanted)
        second = fetch(pool, server, wanted)
        go_on.set()
        assert first is second
        first.result(20)
    assert len(server.requests) == 1


def test_what_is_small_does_not_wait_for_recordings(pool: DownloadPool, wanted: Download) -> None:
    go_on = threading.Event()

    def stall(request: Request, peer: socket.socket) -> None:
        go_on.wait(10)
        honest(request, peer)

    with RawServer(stall) as server:
        targets = [wanted.target.with_name(f"{number}.mp4") for number in range(2)]
        futures = [fetch(pool, server, wanted_as(wanted, target.name)) for target in targets]
        assert pool.run(lambda: "done").result(5) == "done"
        go_on.set()
        for future in futures:
            future.result(20)


def test_one_that_is_stopped_keeps_what_came_and_goes_on_from_there(pool: DownloadPool, wanted: Download) -> None:
    begun = threading.Event()

    def half_then_honest(request: Request, peer: socket.socket) -> None:
        if "range" in request.headers:
            honest(request, peer)
            return
        peer.sendall(response(200, BODY[:400_000], Content_Length=str(len(BODY))))
        server.over.wait(20)

    with RawServer(half_then_honest) as server:
        first = pool.fetch(server.address, wanted, lambda _: begun.set())
        assert begun.wait(10)
        pool.stop(wanted.target)
        second = fetch(pool, server, wanted)
        assert second is not first
        with pytest.raises(Cancelled):
            first.result(10)
        assert second.result(20).read_bytes() == BODY
    assert [request.headers.get("range", "")[:6] for request in server.requests] == ["", "bytes="]


def test_one_that_waits_for_its_turn_can_be_stopped_and_one_that_is_over_too(
    pool: DownloadPool, wanted: Download
) -> None:
    go_on = threading.Event()

    def stall(request: Request, peer: socket.socket) -> None:
        go_on.wait(10)
        honest(request, peer)

    with RawServer(stall) as server:
        running = [fetch(pool, server, wanted_as(wanted, name)) for name in ("a", "b")]
        waiting = fetch(pool, server, wanted)
        pool.stop(wanted.target)
        go_on.set()
        for future in running:
            future.result(20)
        with pytest.raises(Cancelled):
            waiting.result(20)
    assert wanted.path not in [request.path for request in server.requests[2:]]
    pool.stop(wanted_as(wanted, "a").target)
    pool.stop(wanted.target.with_name("never asked for"))


def test_closing_gives_up_at_once_and_keeps_what_came(wanted: Download) -> None:
    pool = DownloadPool(Patience(stall_s=30.0, window_s=60.0))
    begun = threading.Event()

    def half(_: Request, peer: socket.socket) -> None:
        peer.sendall(response(200, BODY[:400_000], Content_Length=str(len(BODY))))
        server.over.wait(20)

    with RawServer(half) as server:
        future = pool.fetch(server.address, wanted, lambda _: begun.set())
        waiting = [fetch(pool, server, wanted_as(wanted, name)) for name in ("b", "c", "d")]
        assert begun.wait(10)
        began = monotonic()
        assert pool.close(5)
        assert monotonic() - began < 2
        with pytest.raises(Cancelled):
            future.result(5)
    assert all(other.cancelled() or isinstance(other.exception(5), Cancelled) for other in waiting)
    assert part_of(wanted.target).stat().st_size > 0
    assert fetch(pool, server, wanted).cancelled()
    ours = ("download", "http", "loopback")
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(ours)]


def wanted_as(wanted: Download, name: str) -> Download:
    return msgspec.structs.replace(wanted, target=wanted.target.with_name(name))
