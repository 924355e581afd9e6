"""The endpoint that a player reads a recording from while it comes: HTTP with ranges, on 127.0.0.1, for us alone.

Each recording has a path that nobody can guess, and only bytes of blocks that were checked are ever sent; whoever asks
for others waits until they are here. It answers GET and HEAD as RFC 9110 has it (sections 9.3, 14.2 and 15.3.7), one
answer a connection, and everything else as briefly as it can. Must never speak to another machine, nor import Qt.
"""

import contextlib
import re
import secrets
import select
import socket
import threading
from time import monotonic

import msgspec

from personal_app.net.partial_file import PartialFile, Withdrawn

HOST = "127.0.0.1"
THREAD_NAME = "loopback"
#: A player has one connection, and for a moment a second one when it seeks; two players may be at work while one ends.
MOST_CONNECTIONS = 8
_HEAD_BYTES = 8 * 1024
_HEAD_S = 5.0
_CHUNK_BYTES = 64 * 1024
#: Small, so that what was sent tells where the player is.
_SEND_BUFFER_BYTES = 128 * 1024
_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{0,18})")
_REASONS = {200: "OK", 206: "Partial Content", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed"}
_REASONS |= {416: "Range Not Satisfiable", 503: "Service Unavailable"}


class Offer(msgspec.Struct, frozen=True):
    """Where a recording can be played from: a port of 127.0.0.1 and the path's secret name."""

    port: int
    token: str

    def __repr__(self) -> str:
        return f"Offer(port={self.port})"


class Endpoint:
    """Listens from its making until `close`. `withdraw` a file before it is closed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._files: dict[str, PartialFile] = {}
        self._peers: dict[socket.socket, str] = {}
        self._threads: list[threading.Thread] = []
        self._closed = False
        self._listener = socket.create_server((HOST, 0), backlog=MOST_CONNECTIONS)
        self.port: int = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, name=THREAD_NAME, daemon=True)
        self._accepting.start()

    def offer(self, file: PartialFile) -> Offer:
        """Give out a file under a path of its own."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._files[token] = file
        return Offer(self.port, token)

    def withdraw(self, offer: Offer) -> None:
        """Give the file out no more; whoever reads it is cut off."""
        with self._lock:
            self._files.pop(offer.token, None)
            for peer, token in self._peers.items():
                if token == offer.token:
                    _cut(peer)

    def close(self, timeout_s: float) -> bool:
        """Cut everybody off and join the threads; tell whether they ended within `timeout_s`."""
        deadline = monotonic() + timeout_s
        with self._lock:
            self._closed = True
            self._files.clear()
            for peer in self._peers:
                _cut(peer)
            threads = [self._accepting, *self._threads]
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in threads:
            thread.join(max(0.0, deadline - monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._threads = [thread for thread in self._threads if thread.is_alive()]
                if self._closed or len(self._peers) >= MOST_CONNECTIONS:
                    peer.close()
                    continue
                self._peers[peer] = ""
                thread = threading.Thread(target=self._serve, args=(peer,), name=THREAD_NAME, daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, peer: socket.socket) -> None:
        # A player that goes away in the middle is what players do.
        with contextlib.suppress(OSError, Withdrawn):
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._answer(peer)
        with self._lock:
            del self._peers[peer]
        peer.close()

    def _answer(self, peer: socket.socket) -> None:
        asked = _read_head(peer)
        if asked is None or asked.host != f"{HOST}:{self.port}":
            peer.sendall(_head(400))
            return
        if asked.method not in ("GET", "HEAD"):
            peer.sendall(_head(405, {"Allow": "GET, HEAD"}))
            return
        with self._lock:
            token = asked.path.removeprefix("/")
            file = self._files.get(token)
            if file is not None:
                self._peers[peer] = token
        if file is None:
            peer.sendall(_head(404))
            return
        size = file.facts.size_bytes
        span = _span(asked.range, size)
        if span is None:
            peer.sendall(_head(416, {"Content-Range": f"bytes */{size}"}))
            return
        first, end = span
        headers = {
            "Content-Type": file.facts.media_type,
            "ETag": f'"{file.facts.sha256}"',
            "Accept-Ranges": "bytes",
            "Cache-Control": "no-store",
        }
        if asked.range:
            headers["Content-Range"] = f"bytes {first}-{end - 1}/{size}"
        peer.sendall(_head(206 if asked.range else 200, headers, end - first))
        if asked.method == "GET":
            _send(peer, file, first, end)


class _Asked(msgspec.Struct, frozen=True):
    method: str
    path: str
    host: str
    range: str


def _send(peer: socket.socket, file: PartialFile, first: int, end: int) -> None:
    reader = file.open_reader()
    try:
        at = first
        while at < end:
            data = file.read(reader, at, min(_CHUNK_BYTES, end - at), lambda: not _has_gone(peer))
            peer.sendall(data)
            at += len(data)
    finally:
        file.close_reader(reader)


def _read_head(peer: socket.socket) -> _Asked | None:
    """Return what is asked for, None where it cannot be understood or does not come within some seconds."""
    deadline = monotonic() + _HEAD_S
    data = b""
    while b"\r\n\r\n" not in data:
        peer.settimeout(max(0.01, deadline - monotonic()))
        more = peer.recv(_HEAD_BYTES) if len(data) < _HEAD_BYTES else b""
        if not more:
            return None
        data += more
    peer.settimeout(None)
    first, *lines = data.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    return _Asked(words[0], words[1], headers.get("host", ""), headers.get("range", ""))


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """Return which bytes are asked for (end not included), None where there are none such.

    Of the forms of a range only those that players use are known; the rest is refused rather than answered with all.
    """
    if not asked:
        return 0, size
    match = _RANGE.fullmatch(asked)
    if match is None:
        return None
    first, last = int(match[1]), int(match[2] or size - 1)
    return (first, min(last + 1, size)) if first <= last and first < size else None


def _head(status: int, headers: dict[str, str] | None = None, length: int = 0) -> bytes:
    lines = {"Content-Length": str(length), "Connection": "close", "X-Content-Type-Options": "nosniff"}
    named = "".join(f"{name}: {value}\r\n" for name, value in (lines | (headers or {})).items())
    return f"HTTP/1.1 {status} {_REASONS[status]}\r\n{named}\r\n".encode("latin-1")


def _has_gone(peer: socket.socket) -> bool:
    readable, _, _ = select.select([peer], [], [], 0)
    return bool(readable) and peer.recv(1, socket.MSG_PEEK) == b""


def _cut(peer: socket.socket) -> None:
    with contextlib.suppress(OSError):
        peer.shutdown(socket.SHUT_RDWR)
