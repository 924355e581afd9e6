"""A little HTTP server on loopback whose every byte a test decides: it may lie, stall, cut and mumble."""

import contextlib
import socket
import threading
from collections.abc import Callable
from types import TracebackType

import msgspec

from personal_app.net.address import Address


class Request(msgspec.Struct, frozen=True):
    """What a client asked: header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


Script = Callable[[Request, socket.socket], None]


def response(status: int, body: bytes = b"", **headers: str) -> bytes:
    """Return a whole answer with an honest Content-Length unless `headers` say otherwise (`_` stands for `-`)."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = {"Content-Length": str(len(body)), "Connection": "close"} | named
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value)
    return f"HTTP/1.1 {status} Status\r\n{head}\r\n".encode() + body


class RawServer:
    """Answers each connection's one request with `script`, on a thread of its own; `requests` holds them all."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[Request] = []
        #: Set at the end, so that a script which stalls can go on.
        self.over = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = Address(f"http://127.0.0.1:{self._listener.getsockname()[1]}")
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def __enter__(self) -> "RawServer":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()

    def _accept(self) -> None:
        while True:
            try:
                peer, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(peer,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, peer: socket.socket) -> None:
        # A peer that goes away in the middle is part of the tests.
        with peer, contextlib.suppress(OSError):
            request = _read(peer)
            if request is not None:
                self.requests.append(request)
                self.script(request, peer)


def _read(peer: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        more = peer.recv(65536)
        if not more:
            return None
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        body += peer.recv(65536)
    return Request(method, path, headers, body)
