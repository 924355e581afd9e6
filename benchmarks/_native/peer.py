"""The library `websockets` as it comes, as a peer: it says welcome and a state to everyone who says hello."""

import asyncio
import logging
import sys

from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

WELCOME = '{"type":"welcome","text":"' + " " * 240 + '"}'


logging.getLogger("websockets").setLevel(logging.CRITICAL)


async def main(state_bytes: int) -> None:
    """Serve until stdin ends."""
    state = '{"type":"state","part":0,"last":true,"text":"' + " " * max(0, state_bytes - 50) + '"}'

    async def converse(connection: ServerConnection) -> None:
        async for _ in connection:
            await connection.send(WELCOME)
            await connection.send(state)

    protocols = [Subprotocol("personal.v1")]
    async with serve(converse, "127.0.0.1", 0, compression=None, subprotocols=protocols, backlog=4096) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main(int(sys.argv[1])))
