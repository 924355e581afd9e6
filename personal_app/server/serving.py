"""One server process: the listening socket, uvicorn around the app, and how it ends.

This module must never know what is served.
"""

import asyncio
import contextlib
import errno
import functools
import gc
import logging
import resource
import signal
import socket
import ssl
import sys
from collections.abc import Callable, Iterator
from math import inf
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.config import STARTUP_FAILURE

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.server.front_door import FrontDoor
from personal_app.server.limits import TAKEN_AT_ONCE
from personal_app.server.live import LiveConnection
from personal_app.server.tls_porch import TlsPorch

#: What a peer that stopped reading takes into the kernel before we notice; inherited by every connection.
SEND_BUFFER_BYTES = 64 * 1024
#: How long the kernel tries to deliver what a peer does not take: somewhat longer than we bear with a slow one, which
#: may still hear why it is let go, and for one that is gone as long as a ping without an answer.
UNACKNOWLEDGED_MS = 22_000
#: How long a peer may shake hands for TLS: as long as for its first words after it.
TLS_HANDSHAKE_S = 10.0
GRACE_S = 2.0
#: When uvicorn gives up by itself; by then there is nothing left.
_LAST_S = 10
#: After how long a thread that has the interpreter lets another have it.
SWITCH_S = 0.0005
_BACKLOG = 2048
#: The same causes that asyncio waits a second for.
_NO_FILES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

_log = logging.getLogger(__name__)


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens at `host` and `port`. Raises EnvironmentTrouble where that cannot be."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as fault:
        raise EnvironmentTrouble(
            f"There is no address “{host}” on this machine ({fault}): give another --host."
        ) from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as fault:
        listening.close()
        raise EnvironmentTrouble(
            f"Nothing can listen at {host}, port {port} ({fault.strerror}): stop what is there, or give another --port."
        ) from None
    listening.setblocking(False)
    return listening


def run(app: Starlette, listening: socket.socket, ready: Callable[[], None], tls: ssl.SSLContext | None = None) -> None:
    """Serve until SIGINT or SIGTERM; `ready` is called once connections are taken. A second SIGINT ends at once.

    With `tls` everything on the port is spoken through it.
    """
    # A burst of joins makes many objects and no garbage to speak of; collecting it often costs a third of the burst.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)
    # The ledger lets go of the interpreter at every statement and gets it back only when this time is up, if the loop
    # is busy with a round: at the usual 5 ms a transaction of seven statements took 40 ms then.
    sys.setswitchinterval(SWITCH_S)
    _allow_many_files()
    asyncio.run(_serve(Server(configuration(app, tls), ready), listening))


def configuration(app: Starlette, tls: ssl.SSLContext | None = None) -> uvicorn.Config:
    """Return how uvicorn is to run `app`: our class for live connections, nothing of addresses in the log."""
    return uvicorn.Config(
        app,
        ws=LiveConnection,
        http=FrontDoor,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_LAST_S,
        # For asyncio this is also how many connections it takes before it looks at one; the kernel's queue is longer.
        backlog=TAKEN_AT_ONCE,
        ssl_context_factory=None if tls is None else lambda _config, _usual: tls,
    )


async def _serve(server: "Server", listening: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_OutOfFiles())
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, server.handle_exit, number, None)
    await server.serve(sockets=[listening])


class Server(uvicorn.Server):
    """uvicorn's server, telling when it is ready and leaving the signals to us."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        # In place of uvicorn's own, which neither counts who shakes hands for TLS nor ends it before 60 s are over.
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            sys.exit(STARTUP_FAILURE)
        self.servers = [await self._open(listening) for listening in sockets or ()]
        self.started = True
        self._ready()

    async def _open(self, listening: socket.socket) -> asyncio.Server:
        config, peers, state = self.config, self.server_state, self.lifespan.state
        door: Callable[[], asyncio.Protocol] = functools.partial(FrontDoor, config, peers, state)
        if config.ssl is not None:
            door = functools.partial(TlsPorch, config.ssl, TLS_HANDSHAKE_S, peers, state, door)
        server = await asyncio.get_running_loop().create_server(door, sock=listening, backlog=config.backlog)
        listening.listen(_BACKLOG)
        return server

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        cut = asyncio.create_task(self._cut_what_is_left())
        await super().shutdown(sockets)
        cut.cancel()

    async def _cut_what_is_left(self) -> None:
        """End what still runs after the grace: downloads, which go on from there when the server is back."""
        await asyncio.sleep(GRACE_S)
        for connection in tuple(self.server_state.connections):
            transport = connection.transport
            if transport is not None:
                transport.abort()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own handlers raise the signal again in the end, so that a clean stop would look like a crash.
        yield


class _OutOfFiles:
    """What the loop meets by itself is told as ever, but that there are no files for connections once a minute.

    asyncio tells of that for each connection that it may not take, and tries to go on even when the server has ended.
    """

    def __init__(self) -> None:
        self._told_at = -inf

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        fault = context.get("exception")
        if isinstance(fault, OSError) and fault.errno in _NO_FILES:
            if loop.time() - self._told_at > 60:
                self._told_at = loop.time()
                _log.error("the system has no more files for connections (%s): raise its bound (ulimit -n)", fault)
        elif "_start_serving" not in context.get("message", ""):
            loop.default_exception_handler(context)


def set_up_logging() -> None:
    """Log to stderr. The websocket library tells headers, and so tokens, below INFO: it is never let there."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("uvicorn.error", "websockets", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _allow_many_files() -> None:
    """Every connection is an open file; the usual bound is made for interactive programs."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
