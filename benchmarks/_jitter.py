"""A line that delays what goes through it by another time at each moment, in either direction, and keeps its order."""

import asyncio
import contextlib
import random
import threading

CHUNK_BYTES = 64 * 1024


class JitteredLine:
    """Listens on a loopback port and passes on to another, each chunk up to `most_ms` later, on a thread of its own."""

    def __init__(self, port: int, most_ms: int, seed: int) -> None:
        self._target = port
        self._most_s = most_ms / 1000
        self._random = random.Random(seed)
        self._loop = asyncio.new_event_loop()
        self._opened = threading.Event()
        self.port = 0
        self._thread = threading.Thread(target=self._run, name="jittered line", daemon=True)
        self._thread.start()
        self._opened.wait(10)

    def close(self) -> None:
        """Cut every connection."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._opened.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.05))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.close()
            return
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(self._pass(reader, back), self._pass(there, writer))

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        line: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(maxsize=64)
        sending = asyncio.create_task(self._send(line, sink))
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK_BYTES):
                await line.put((self._loop.time() + self._random.uniform(0, self._most_s), data))
        await line.put((self._loop.time(), b""))
        await sending

    async def _send(self, line: "asyncio.Queue[tuple[float, bytes]]", sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while True:
                due, data = await line.get()
                await asyncio.sleep(max(0.0, due - self._loop.time()))
                if not data:
                    break
                sink.write(data)
                await sink.drain()
        with contextlib.suppress(OSError):
            sink.close()
