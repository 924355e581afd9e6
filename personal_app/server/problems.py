"""What an HTTP answer says when something is wrong: always `{"code", "detail"}`, a code for programs and a sentence.

This module must never hold a secret or a stack trace.
"""

from collections.abc import Mapping

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from personal_app.conference.errors import ConferenceError, EnvironmentTrouble, InvitationTrouble, Refusal, RefusalCode

_SENTENCES = {
    404: ("unknown", "There is nothing at this address. Look at the address again."),
    405: ("not_allowed", "This address does not take that method."),
}


class Problem(Exception):
    """An answer other than the wanted one."""

    def __init__(self, status: int, code: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = headers


def answer(problem: Problem) -> Response:
    """Return the HTTP answer that tells of `problem`."""
    body = msgspec.json.encode({"code": problem.code, "detail": problem.detail})
    return Response(body, problem.status, problem.headers, "application/json")


def of_conference(fault: ConferenceError) -> Problem:
    """Return the problem that one of our own errors is over HTTP."""
    if isinstance(fault, InvitationTrouble):
        return Problem(403, fault.code, str(fault))
    if isinstance(fault, Refusal):
        status = 400 if fault.code is RefusalCode.INVALID else 409
        return Problem(status, fault.code.value, fault.detail)
    if isinstance(fault, EnvironmentTrouble):
        return Problem(503, fault.code, str(fault), {"Retry-After": "2"})
    return Problem(500, fault.code, str(fault))


async def on_problem(_: Request, fault: Exception) -> Response:
    """Answer a Problem."""
    assert isinstance(fault, Problem)
    return answer(fault)


async def on_conference_error(_: Request, fault: Exception) -> Response:
    """Answer one of our own errors."""
    assert isinstance(fault, ConferenceError)
    return answer(of_conference(fault))


async def on_http_exception(_: Request, fault: Exception) -> Response:
    """Answer what the framework refuses by itself."""
    assert isinstance(fault, HTTPException)
    code, detail = _SENTENCES.get(fault.status_code, ("http", "The server cannot answer this."))
    return answer(Problem(fault.status_code, code, detail, fault.headers))
