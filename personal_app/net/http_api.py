"""What is asked of the server over plain HTTP: joining, codes, the program and small files.

Every function blocks and is run in the pool (`downloads`), never on the UI thread. Redirects are not followed and
~/.netrc is not read: both would send our token where it does not belong. System proxies are used. Must never import Qt.
"""

from collections.abc import Mapping
from typing import TypeVar

import msgspec
import requests
from requests.utils import get_environ_proxies

from personal_app.conference.errors import EnvironmentTrouble, InvitationTrouble
from personal_app.conference.people import Grant
from personal_app.conference.program import Conference
from personal_app.net.address import Address

T = TypeVar("T")

CONNECT_S, READ_S = 6.0, 15.0
MAX_JSON_BYTES = 16 << 20


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What the server gave us on joining; `token` and `recovery_code` are secrets."""

    participant: str
    name: str
    token: str
    recovery_code: str = ""
    grants: tuple[Grant, ...] = ()


class Program(msgspec.Struct, frozen=True):
    """The program and the tag under which the server knows this state of it."""

    etag: str
    conference: Conference


class _Fault(msgspec.Struct):
    code: str = ""
    detail: str = ""


class _Grants(msgspec.Struct):
    grants: tuple[Grant, ...]


def session_for(address: Address) -> requests.Session:
    """Return a session that sends nothing of ours but what we say."""
    session = requests.Session()
    session.trust_env = False
    session.proxies.update(get_environ_proxies(address.base_url))
    session.headers["Accept-Encoding"] = "identity"
    return session


def join(address: Address, name: str, invitation: str) -> Credentials:
    """Join under `name`, with an invitation's code or "".

    Raises InvitationTrouble (a code that cannot be used) or EnvironmentTrouble (no server, no PeRSonAl server).
    """
    answer = _call(address, "POST", "/api/join", {"name": name, "invitation": invitation or None})
    return _decoded(answer, Credentials, address)


def redeem(address: Address, token: str, invitation: str) -> tuple[Grant, ...]:
    """Use an invitation as the participant that `token` stands for; return all grants held then."""
    answer = _call(address, "POST", "/api/invitations/redeem", {"invitation": invitation}, token)
    return _decoded(answer, _Grants, address).grants


def fetch_program(address: Address, etag: str) -> Program | None:
    """Return the program, or None where it is still the one known as `etag`."""
    answer = _call(address, "GET", "/api/program", headers={"If-None-Match": etag} if etag else {})
    if answer.status_code == 304:
        return None
    return Program(answer.headers.get("ETag", ""), _decoded(answer, Conference, address))


def fetch_file(address: Address, path: str, size_bytes: int) -> bytes:
    """Return a small file (captions, a poster) of exactly `size_bytes`."""
    answer = _call(address, "GET", path, limit=size_bytes)
    if len(answer.content) != size_bytes:
        raise EnvironmentTrouble(f"{address.base_url}{path} is not as long as the program says; try again later.")
    return answer.content


def _call(
    address: Address,
    method: str,
    path: str,
    body: object | None = None,
    token: str = "",
    headers: Mapping[str, str] | None = None,
    limit: int = MAX_JSON_BYTES,
) -> requests.Response:
    sent = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
    try:
        with session_for(address) as session:
            answer = session.request(
                method,
                address.base_url + path,
                json=body,
                headers=sent,
                timeout=(CONNECT_S, READ_S),
                allow_redirects=False,
                stream=True,
            )
            answer._content = answer.raw.read(limit + 1, decode_content=False)
    except (requests.RequestException, OSError) as fault:
        raise EnvironmentTrouble(
            f"{address.base_url} does not answer. Check the address and your network, and try again. ({_short(fault)})"
        ) from None
    if answer.status_code in (200, 201, 206, 304):
        return answer
    raise _trouble(answer, address)


def _trouble(answer: requests.Response, address: Address) -> Exception:
    try:
        fault = msgspec.json.decode(answer.content, type=_Fault)
    except msgspec.MsgspecError:
        fault = _Fault()
    if not fault.detail:
        return EnvironmentTrouble(
            f"{address.base_url} answered with status {answer.status_code}; is it the address of a PeRSonAl server?"
        )
    return InvitationTrouble(fault.detail) if fault.code == "invitation" else EnvironmentTrouble(fault.detail)


def _decoded(answer: requests.Response, kind: type[T], address: Address) -> T:
    try:
        return msgspec.json.decode(answer.content, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise EnvironmentTrouble(
            f"{address.base_url} did not answer as a PeRSonAl server does. Check the address."
        ) from None


def _short(fault: BaseException) -> str:
    cause = fault
    while (deeper := getattr(cause, "reason", None) or cause.__cause__) is not None and isinstance(
        deeper, BaseException
    ):
        cause = deeper
    return str(cause).rsplit(": ", 1)[-1][:80] or type(cause).__name__
