"""The opening of a live connection: the right path, version and origin, and whose token came with it.

What is refused is refused over HTTP, with a code and a sentence like everywhere else; but who speaks another version of
ours is let in to be told so by a close code, for a page in a browser is not shown what stands in a refusal. This module
must never hold a connection.
"""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlsplit

import msgspec
from websockets.datastructures import Headers
from websockets.exceptions import InvalidHeaderFormat
from websockets.headers import parse_subprotocol
from websockets.http11 import Request, Response
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from personal_app.conference import messages
from personal_app.conference.people import Participant

LIVE_PATH = "/live"
_FAMILY = messages.SUBPROTOCOL.partition(".")[0] + "."


def token_of(request: Request) -> str | None:
    """Return the token that came with `request`: None for the public, "" for what cannot be one."""
    given = request.headers.get_all("Authorization")
    if not given:
        return None
    scheme, _, token = given[0].partition(" ")
    return token.strip() if scheme.lower() == "bearer" and len(given) == 1 else ""


def answer_handshake(
    wire: ServerProtocol, request: Request, authenticate: Callable[[str], Participant | None]
) -> tuple[Response, Participant | None]:
    """Return the answer to `request`, and who calls: None for the public, which sends no token.

    Where `wire.subprotocol` is another than ours afterwards, the caller is to be told so and let go: nobody was asked
    who they are.
    """
    other = _other_version(request)
    if other is not None:
        wire.available_subprotocols = [other]
    response = _wrong_door(request) or wire.accept(request)
    token = None if other is not None else token_of(request)
    if response.status_code != HTTPStatus.SWITCHING_PROTOCOLS or token is None:
        return response, None
    participant = authenticate(token)
    if participant is None:
        detail = "The server does not know this profile any more: join again, or use the recovery code."
        return _refusal(HTTPStatus.UNAUTHORIZED, "not_allowed", detail), None
    return response, participant


def not_now() -> Response:
    """Return the answer where it cannot be found out who calls, because the database is out of reach."""
    detail = "The server cannot reach its database just now. Try again in a moment."
    return _refusal(HTTPStatus.SERVICE_UNAVAILABLE, "environment", detail)


def _wrong_door(request: Request) -> Response | None:
    """Return the answer to somebody who wants another path than ours, or None."""
    if urlsplit(request.path).path != LIVE_PATH:
        return _refusal(HTTPStatus.NOT_FOUND, "unknown", f"Live connections are at {LIVE_PATH}.")
    return None


def _other_version(request: Request) -> Subprotocol | None:
    """Return the version of our protocol that is asked for where ours is not among those, or None."""
    try:
        offered = [
            name for line in request.headers.get_all("Sec-WebSocket-Protocol") for name in parse_subprotocol(line)
        ]
    except InvalidHeaderFormat:
        return None
    if messages.SUBPROTOCOL in offered:
        return None
    return next((name for name in offered if name.startswith(_FAMILY)), None)


def _refusal(status: HTTPStatus, code: str, detail: str) -> Response:
    body = msgspec.json.encode({"code": code, "detail": detail})
    headers = Headers(
        [
            ("Connection", "close"),
            ("Content-Length", str(len(body))),
            ("Content-Type", "application/json"),
        ]
    )
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(status.value, status.phrase, headers, body)
