"""The server's HTTP: joining, codes, the program, recordings, and whether all is well. One port with `live`.

Bodies are JSON of at most 64 KiB and checked before anything is done; what goes wrong is always answered with a code
and a sentence (`problems`). Secrets travel in headers and bodies, never in an address. This module must never block the
loop or touch the database.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from personal_app.conference.errors import ConferenceError
from personal_app.conference.people import Grant, Participant
from personal_app.server import problems
from personal_app.server.conditional import names_tag
from personal_app.server.control import ControlSocket
from personal_app.server.handshake import LIVE_PATH
from personal_app.server.identity_rows import DEVICE_LINK_VALID
from personal_app.server.limits import JOINS, Buckets
from personal_app.server.live_desk import Patience
from personal_app.server.problems import Problem
from personal_app.server.venue import Venue

T = TypeVar("T")

MAX_BODY_BYTES = 64 * 1024
BODY_S = 15.0
#: A ledger that needs longer for nothing at all is not well.
HEALTHY_S = 5.0

_Code = Annotated[str, Meta(max_length=200)]


class Join(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `POST /api/join`."""

    name: Annotated[str, Meta(max_length=1000)]
    invitation: _Code | None = None


class Redeem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `POST /api/invitations/redeem`."""

    invitation: _Code


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `POST /api/device-link/claim`."""

    code: _Code


class Recover(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `POST /api/recover`."""

    recovery_code: _Code


class SignOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Body of `POST /api/sign-out`: this device, or all `others` of the same participant."""

    others: bool = False


class SignedOut(msgspec.Struct, frozen=True):
    """How many devices were signed out."""

    devices: int


class Granted(msgspec.Struct, frozen=True):
    """All grants held after an invitation was used."""

    grants: tuple[Grant, ...]


class Link(msgspec.Struct, frozen=True):
    """A code that lets a second device in, and for how long it is good (s)."""

    code: str
    expires_in_s: int


def make_app(venue: Venue, origins: tuple[str, ...] = (), patience: Patience | None = None) -> Starlette:
    """Return the application over an open venue; its lifespan brings the venue to the loop, and closes it."""
    desk = _FrontDesk(venue)

    @contextlib.asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[Mapping[str, Any]]:
        live = venue.listen(origins, patience)
        watch = asyncio.create_task(live.keep_watch())
        try:
            async with ControlSocket(venue):
                yield {"live": live}
        finally:
            watch.cancel()
            await asyncio.to_thread(venue.close)

    return Starlette(
        routes=[
            Route("/healthz", desk.health),
            Route("/api/join", desk.join, methods=["POST"]),
            Route("/api/invitations/redeem", desk.redeem, methods=["POST"]),
            Route("/api/device-link", desk.device_link, methods=["POST"]),
            Route("/api/device-link/claim", desk.claim_link, methods=["POST"]),
            Route("/api/recover", desk.recover, methods=["POST"]),
            Route("/api/sign-out", desk.sign_out, methods=["POST"]),
            Route("/api/program", desk.program),
            Route("/recordings/{id}", venue.shelf.recording),
            Route("/files/{sha256}", venue.shelf.file),
            Route(LIVE_PATH, _not_live),
            Route("/", _door),
            Route("/join", _door),
        ],
        exception_handlers={
            Problem: problems.on_problem,
            ConferenceError: problems.on_conference_error,
            HTTPException: problems.on_http_exception,
        },
        lifespan=lifespan,
    )


class _FrontDesk:
    """The handlers that need the venue."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._joins = Buckets(JOINS)

    async def health(self, _: Request) -> Response:
        """Answer whether the server can do its work: the ledger takes a turn."""
        try:
            async with asyncio.timeout(HEALTHY_S):
                await asyncio.wrap_future(self._venue.ledger.run(lambda _: None))
        except TimeoutError:
            raise Problem(503, "unavailable", "The server's ledger does not take its turn: look at its log.") from None
        return _json({"status": "ok"})

    async def program(self, request: Request) -> Response:
        """Give the program, or say that it is still the one the client holds."""
        page = self._venue.program
        headers = {"ETag": page.etag, "Cache-Control": "no-cache"}
        if names_tag(request.headers.get("if-none-match"), page.etag):
            return Response(status_code=304, headers=headers)
        return Response(page.body, 200, headers, "application/json")

    async def join(self, request: Request) -> Response:
        """Make a participant, with what an invitation grants."""
        self._may_join(request)
        body = await _body(request, Join)
        joined = await asyncio.wrap_future(self._venue.identity.join(body.name, body.invitation or None))
        return _json(joined)

    async def redeem(self, request: Request) -> Response:
        """Use an invitation as somebody who has joined."""
        participant = await self._participant(request)
        self._may_join(request)
        body = await _body(request, Redeem)
        grants = await asyncio.wrap_future(self._venue.identity.redeem(participant.id, body.invitation))
        return _json(Granted(grants))

    async def device_link(self, request: Request) -> Response:
        """Make a code for a second device."""
        participant = await self._participant(request)
        self._may_join(request)
        code = await asyncio.wrap_future(self._venue.identity.device_link(participant.id))
        return _json(Link(code, int(DEVICE_LINK_VALID.total_seconds())))

    async def claim_link(self, request: Request) -> Response:
        """Let a second device in."""
        self._may_join(request)
        body = await _body(request, Claim)
        joined = await asyncio.wrap_future(self._venue.identity.claim_link(body.code))
        return _json(joined)

    async def recover(self, request: Request) -> Response:
        """Bring a participant back whose profile was lost."""
        self._may_join(request)
        body = await _body(request, Recover)
        joined = await asyncio.wrap_future(self._venue.identity.recover(body.recovery_code))
        return _json(joined)

    async def sign_out(self, request: Request) -> Response:
        """Make the token that was shown good for nothing, or those of all other devices of the same participant."""
        participant = await self._participant(request)
        self._may_join(request)
        body = await _body(request, SignOut)
        identity, token = self._venue.identity, _token(request)
        if body.others:
            return _json(SignedOut(await asyncio.wrap_future(identity.revoke_others(participant.id, token))))
        await asyncio.wrap_future(identity.revoke(token))
        return _json(SignedOut(1))

    async def _participant(self, request: Request) -> Participant:
        token = _token(request)
        participant = None
        if token:
            identity = self._venue.identity
            participant = identity.authenticate(token)
            # Another server may have made the token just now.
            participant = participant or await asyncio.wrap_future(identity.authenticate_anew(token))
        if participant is None:
            raise Problem(
                401,
                "not_allowed",
                "The server does not know this profile: join again, or use the recovery code.",
                {"WWW-Authenticate": "Bearer"},
            )
        return participant

    def _may_join(self, request: Request) -> None:
        """Raise Problem where too many have joined or used codes from the caller's address just now."""
        address = request.client.host if request.client is not None else ""
        wait_s = self._joins.take(address, asyncio.get_running_loop().time())
        if wait_s:
            raise Problem(
                429,
                "slow_down",
                "Too many people join from this network at once. Try again in a few seconds.",
                {"Retry-After": str(int(wait_s) + 1)},
            )


def _token(request: Request) -> str:
    """Return the token that came with a request, or ""."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


async def _body(request: Request, kind: type[T]) -> T:
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for piece in request.stream():
                body += piece
                if len(body) > MAX_BODY_BYTES:
                    raise Problem(413, "too_big", f"A request may have {MAX_BODY_BYTES} bytes at most.")
    except (TimeoutError, ClientDisconnect):
        raise Problem(408, "timeout", "The request did not come in time. Send it again.") from None
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "invalid", "A request is JSON: send it as application/json.")
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as fault:
        raise Problem(400, "invalid", f"The request is not as agreed: {fault}.") from None


def _json(answer: object) -> Response:
    return Response(msgspec.json.encode(answer), media_type="application/json", headers={"Cache-Control": "no-store"})


_DOOR = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="referrer" content="no-referrer">
<title>PeRSonAl</title><body style="font: 18px/1.5 system-ui; max-width: 36em; margin: 4em auto; padding: 0 1em">
<h1>PeRSonAl</h1><p>This is the address of a conference. Open the PeRSonAl app and paste the whole address there,
with everything after the # if there is one: that is your invitation.</p></body></html>"""


async def _not_live(_: Request) -> Response:
    raise Problem(
        426, "upgrade", "This address takes live connections: open it with the app.", {"Upgrade": "websocket"}
    )


async def _door(_: Request) -> Response:
    return HTMLResponse(_DOOR)
