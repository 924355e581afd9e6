"""A way to the database that can go silent or be cut: a TCP relay on loopback."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

_DEADLINE_S = 20.0


class WireCutter:
    """Relays to a port until told otherwise. `silence` swallows what is sent, either way, and keeps the line open."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._silent = False
        self._refusing = False
        self._lines: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="wire cutter", daemon=True)
        self._thread.start()
        self._server = self._call(self._listen()).result(_DEADLINE_S)

    def silence(self) -> None:
        """From now on swallow everything, on old lines and new ones."""
        self._silent = True

    def cut(self, *, refuse: bool = False) -> None:
        """Cut every line; with `refuse`, let no new one in until `mend`."""
        self._refusing = refuse
        self._call(self._drop()).result(_DEADLINE_S)

    def mend(self) -> None:
        """Relay again, for new lines; those that were silenced are cut."""
        self._silent = self._refusing = False
        self.cut()

    def close(self) -> None:
        """Cut everything and end."""
        self.cut(refuse=True)
        self._call(self._end()).result(_DEADLINE_S)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_DEADLINE_S)
        self._loop.close()

    def _call(self, work: Coroutine[Any, Any, Any]) -> "Future[Any]":
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _listen(self) -> asyncio.Server:
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        return server

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        if self._refusing:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        self._lines.add(far_writer)
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            task = asyncio.create_task(self._pump(source, sink))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65536):
                if not self._silent:
                    sink.write(data)
                    await sink.drain()
        if not self._silent:
            sink.close()

    async def _drop(self) -> None:
        for line in self._lines:
            line.transport.abort()
        self._lines.clear()

    async def _end(self) -> None:
        self._server.close()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_DEADLINE_S)
