"""The one timer for all connections, where the loop itself was held up."""

import asyncio
import time
from pathlib import Path

from personal_app.server.live_desk import Patience
from tests.server.live_server import open_server, run


def test_nobody_pays_for_a_loop_that_was_held_up(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path, Patience(ping_s=0.2, pong_s=0.2)) as server:
            peer = await server.dial()
            await peer.hello()
            pinged = asyncio.create_task(peer.until(lambda: False))
            for _ in range(3):
                await asyncio.sleep(0.3)
                # Longer than a silent peer is borne with; nothing can be read meanwhile.
                time.sleep(0.6)
            await asyncio.sleep(0.3)
            assert len(server.desk.open) == 1
            pinged.cancel()

    run(scenario())
