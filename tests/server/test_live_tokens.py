"""Tokens on live connections: signed out everywhere at once, and never called unknown where nobody can know."""

import asyncio
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.messages import CLOSE_NOT_ALLOWED
from personal_app.conference.people import Participant
from personal_app.server.codes import token_hash
from personal_app.server.live import LiveConnection
from personal_app.server.live_desk import Patience
from tests.server.live_server import open_server, run


def test_a_revoked_token_ends_its_own_connections_and_no_other(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path / "data") as server:
            ada = await server.join("Ada")
            link = await asyncio.wrap_future(server.venue.identity.device_link(ada.participant))
            second = await asyncio.wrap_future(server.venue.identity.claim_link(link))
            first, other, nobody = [await server.dial(token) for token in (ada.token, second.token, "")]
            for peer in (first, other, nobody):
                await peer.hello()
            await asyncio.wrap_future(server.venue.identity.revoke(ada.token))
            assert await first.until_closed() == CLOSE_NOT_ALLOWED
            await server.ask(second, "Why?")
            for peer in (other, nobody):
                before = len(peer.frames)
                await peer.until(lambda peer=peer, before=before: len(peer.frames) > before)  # type: ignore[misc]
            assert (await server.connect(ada.token)).response.status_code == 401  # type: ignore[union-attr]

    run(scenario())


def test_a_token_whose_time_is_over_ends_its_connections(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path / "data", Patience(ping_s=0.2)) as server:
            ada, bob = await server.join("Ada"), await server.join("Bob")
            first, other, nobody = [await server.dial(token) for token in (ada.token, bob.token, "")]
            for peer in (first, other, nobody):
                await peer.hello()
            good_until = server.venue.identity.good_until(token_hash(ada.token))
            assert good_until is not None
            assert server.venue.identity.good_until(token_hash("unknown")) is None
            real = server.desk.clock
            moved = good_until - real()
            for known in server.desk.open:
                if isinstance(known, LiveConnection) and known._token == token_hash(bob.token):
                    known._good_until = good_until + timedelta(days=1)
            server.desk.clock = lambda: real() + moved
            assert await first.until_closed() == CLOSE_NOT_ALLOWED
            before = len(other.frames)
            await server.ask(bob, "Why?")
            await other.until(lambda: len(other.frames) > before)

    run(scenario())


def test_while_the_database_is_away_nobody_is_called_unknown(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path / "data") as server:
            away: Future[Participant | None] = Future()
            away.set_exception(EnvironmentTrouble("The database is away."))
            server.desk.authenticate_anew = lambda _: away
            peer = await server.connect("made on another server a moment ago")
            assert peer.response is not None
            assert peer.response.status_code == 503

    run(scenario())


def test_a_token_that_becomes_known_while_it_is_looked_for_lets_in(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path / "data") as server:
            ada = await server.join("Ada")
            found: Future[Participant | None] = Future()
            server.desk.authenticate = lambda _: None
            server.desk.authenticate_anew = lambda _: found
            coming = asyncio.create_task(server.connect(ada.token))
            await asyncio.sleep(0)
            found.set_result(server.venue.identity.participant(ada.participant))
            peer = await coming
            assert peer.response is not None
            assert peer.response.status_code == 101
            await peer.hello()

    run(scenario())
