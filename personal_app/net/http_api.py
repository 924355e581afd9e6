"""What is asked of the server over plain HTTP: joining, codes, the program and small files.

Every function blocks and is run in the pool (`downloads`), never on the UI thread. Redirects are not followed and
~/.netrc is not read: both would send our token where it does not belong. System proxies are used, but not to reach this
machine. Must never import Qt.
"""

import hashlib
from collections.abc import Mapping
from time import monotonic
from typing import TypeVar

import msgspec
import requests
import urllib3
from requests.utils import get_environ_proxies

from personal_app.conference.errors import EnvironmentTrouble, InvitationTrouble
from personal_app.conference.people import Grant
from personal_app.conference.program import Conference
from personal_app.net.address import Address
from personal_app.net.trust import TrustingAdapter, distrust

T = TypeVar("T")

CONNECT_S, READ_S = 6.0, 10.0
#: An answer that is not whole by then is given up, however steadily its bytes drip.
WHOLE_S = 30.0
MAX_JSON_BYTES = 16 << 20
_MAX_FAULT_BYTES = 64 * 1024
_PIECE_BYTES = 64 * 1024


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """What the server gave us on joining; `token` and `recovery_code` are secrets."""

    participant: str
    name: str
    token: str
    recovery_code: str = ""
    grants: tuple[Grant, ...] = ()

    def __repr__(self) -> str:
        return f"Credentials(participant={self.participant!r}, name={self.name!r}, grants={self.grants!r})"


class DeviceLink(msgspec.Struct, frozen=True):
    """A code that lets a second device in as the same participant, once, within `expires_in_s` seconds."""

    code: str
    expires_in_s: int


class SignedOut(msgspec.Struct, frozen=True):
    """How many devices were signed out."""

    devices: int


class Program(msgspec.Struct, frozen=True):
    """The program and the tag under which the server knows this state of it."""

    etag: str
    conference: Conference


class Fault(msgspec.Struct, frozen=True):
    """What a server says of a refusal: a code for programs, a sentence for people; both empty where it says nothing."""

    code: str = ""
    detail: str = ""


class _Answer(msgspec.Struct, frozen=True):
    status: int
    etag: str
    body: bytes


class _Grants(msgspec.Struct):
    grants: tuple[Grant, ...]


def session_for(address: Address) -> requests.Session:
    """Return a session that sends nothing of ours but what we say."""
    session = requests.Session()
    session.trust_env = False
    if not address.is_here:
        session.proxies.update(get_environ_proxies(address.base_url))
    session.headers["Accept-Encoding"] = "identity"
    session.mount("https://", TrustingAdapter())
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


def link_device(address: Address, token: str) -> DeviceLink:
    """Ask for a code that lets a second device in as the participant that `token` stands for."""
    return _decoded(_call(address, "POST", "/api/device-link", {}, token), DeviceLink, address)


def claim_device(address: Address, code: str) -> Credentials:
    """Join as the participant who asked for `code` on another device. Raises as `join` does."""
    return _decoded(_call(address, "POST", "/api/device-link/claim", {"code": code}), Credentials, address)


def recover(address: Address, recovery_code: str) -> Credentials:
    """Come back as the participant whom `recovery_code` belongs to; the credentials hold a new recovery code."""
    return _decoded(_call(address, "POST", "/api/recover", {"recovery_code": recovery_code}), Credentials, address)


def sign_out(address: Address, token: str, *, others: bool = False) -> int:
    """Make `token` good for nothing, or those of all `others` of the same participant; return how many there were."""
    return _decoded(_call(address, "POST", "/api/sign-out", {"others": others}, token), SignedOut, address).devices


def fetch_program(address: Address, etag: str) -> Program | None:
    """Return the program, or None where it is still the one known as `etag`."""
    answer = _call(address, "GET", "/api/program", headers={"If-None-Match": etag} if etag else {})
    if answer.status == 304:
        return None
    return Program(answer.etag, _decoded(answer, Conference, address))


def fetch_file(address: Address, path: str, size_bytes: int) -> bytes:
    """Return a small file (captions, a poster) of exactly `size_bytes`; under "/files/<sha256>" its hash is checked."""
    body = _call(address, "GET", path, limit=size_bytes).body
    folder, _, name = path.rpartition("/")
    if len(body) != size_bytes or (folder == "/files" and hashlib.sha256(body).hexdigest() != name):
        raise EnvironmentTrouble(f"{address.base_url}{path} is not the file that the program names; try again later.")
    return body


def spoken_fault(answer: requests.Response, patience_s: float) -> Fault:
    """Return what the server says in the body of a refusal."""
    try:
        body = _body(answer, _MAX_FAULT_BYTES, monotonic() + patience_s)
        return msgspec.json.decode(body, type=Fault)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, urllib3.exceptions.HTTPError, OSError):
        return Fault()


def reason(fault: BaseException) -> str:
    """Return the innermost cause of a network fault in a few words: "Connection refused"."""
    cause = fault
    for _ in range(10):
        deeper = getattr(cause, "reason", None) or cause.__cause__ or next(iter(cause.args), None)
        if not isinstance(deeper, BaseException):
            break
        cause = deeper
    if isinstance(cause, urllib3.exceptions.TimeoutError | TimeoutError):
        return "no answer in time"
    words = getattr(cause, "strerror", None) or str(cause).rsplit(": ", 1)[-1]
    return words.strip(" .'\")")[:80] or type(cause).__name__


def _call(
    address: Address,
    method: str,
    path: str,
    body: object | None = None,
    token: str = "",
    headers: Mapping[str, str] | None = None,
    limit: int = MAX_JSON_BYTES,
) -> _Answer:
    sent = {**(headers or {}), **({"Authorization": f"Bearer {token}"} if token else {})}
    try:
        with (
            session_for(address) as session,
            session.request(
                method,
                address.base_url + path,
                json=body,
                headers=sent,
                timeout=(CONNECT_S, READ_S),
                allow_redirects=False,
                stream=True,
            ) as answer,
        ):
            if answer.status_code in (200, 201, 304):
                whole = _body(answer, limit, monotonic() + WHOLE_S)
                return _Answer(answer.status_code, answer.headers.get("ETag", ""), whole)
            raise _trouble(answer, address)
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as fault:
        if why := distrust(fault):
            raise EnvironmentTrouble(
                f"The certificate of {address.base_url} is not trusted on this computer ({why}), so nothing was sent. "
                "Check the address, and ask the organizers."
            ) from None
        raise EnvironmentTrouble(
            f"{address.base_url} does not answer. Check the address and your network, and try again. ({reason(fault)})"
        ) from None


def _body(answer: requests.Response, limit: int, deadline: float) -> bytes:
    """Return the body, or its first `limit` + 1 bytes or more where it is longer; raises TimeoutError at `deadline`."""
    body = bytearray()
    while len(body) <= limit and (piece := answer.raw.read1(_PIECE_BYTES, decode_content=False)):
        body += piece
        if monotonic() > deadline:
            raise TimeoutError
    return bytes(body)


def _trouble(answer: requests.Response, address: Address) -> Exception:
    fault = spoken_fault(answer, READ_S)
    if not fault.detail:
        return EnvironmentTrouble(
            f"{address.base_url} answered with status {answer.status_code}; is it the address of a PeRSonAl server?"
        )
    return InvitationTrouble(fault.detail) if fault.code == "invitation" else EnvironmentTrouble(fault.detail)


def _decoded(answer: _Answer, kind: type[T], address: Address) -> T:
    try:
        return msgspec.json.decode(answer.body, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise EnvironmentTrouble(
            f"{address.base_url} did not answer as a PeRSonAl server does. Check the address."
        ) from None
