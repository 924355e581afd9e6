"""What is asked over HTTP: what is sent, what is understood, and the sentence for everything else."""

import hashlib
import json
import logging
import socket
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from personal_app.conference.errors import ConferenceError, EnvironmentTrouble, InvitationTrouble
from personal_app.conference.ids import ConferenceId, SessionId, TalkId
from personal_app.conference.people import Grant, Role
from personal_app.conference.program import Conference, Session, SessionKind, Talk
from personal_app.net import http_api
from personal_app.net.address import Address
from tests.net.raw_server import RawServer, Request, Script, response

TOKEN = "canary-token-7f3a"
CREDENTIALS = {
    "participant": "p" * 22,
    "name": "Ada",
    "token": TOKEN,
    "recovery_code": "canary-recovery-99",
    "grants": [{"role": "chair", "scope": "research"}],
}
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONFERENCE = Conference(
    id=ConferenceId("c"),
    title="C",
    timezone="UTC",
    day=date(2026, 3, 1),
    sessions=(
        Session(
            id=SessionId("s"),
            kind=SessionKind.TALK,
            title="S",
            start=START,
            end=START + timedelta(hours=1),
            qa_start=START,
            qa_end=START + timedelta(hours=1),
            talks=(TalkId("t"),),
        ),
    ),
    talks=(Talk(id=TalkId("t"), session=SessionId("s"), title="T"),),
    people=(),
)


def says(body: object, status: int = 200, **headers: str) -> Script:
    """Return a script that answers with `body` as JSON."""
    data = json.dumps(body).encode()
    return lambda _, peer: peer.sendall(response(status, data, **headers))


def test_joining_sends_the_name_and_gives_who_we_are() -> None:
    with RawServer(says(CREDENTIALS)) as server:
        found = http_api.join(server.address, "Ada", "CODE-1")
    assert (found.name, found.token, found.grants) == ("Ada", TOKEN, (Grant(Role.CHAIR, "research"),))
    request = server.requests[0]
    assert (request.method, request.path) == ("POST", "/api/join")
    assert json.loads(request.body) == {"name": "Ada", "invitation": "CODE-1"}
    assert request.headers["content-type"] == "application/json"
    assert "authorization" not in request.headers


def test_joining_without_an_invitation_says_so() -> None:
    with RawServer(says(CREDENTIALS)) as server:
        http_api.join(server.address, "Ada", "")
    assert json.loads(server.requests[0].body)["invitation"] is None


def test_an_invitation_is_used_with_the_token() -> None:
    with RawServer(says({"grants": [{"role": "organizer"}]})) as server:
        assert http_api.redeem(server.address, TOKEN, "CODE") == (Grant(Role.ORGANIZER),)
    request = server.requests[0]
    assert request.path == "/api/invitations/redeem"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


def test_a_second_device_comes_in_by_a_code() -> None:
    with RawServer(says({"code": "AAAA-BBBB", "expires_in_s": 600})) as server:
        assert http_api.link_device(server.address, TOKEN) == http_api.DeviceLink("AAAA-BBBB", 600)
    assert server.requests[0].path == "/api/device-link"
    assert server.requests[0].headers["authorization"] == f"Bearer {TOKEN}"
    with RawServer(says(CREDENTIALS)) as server:
        assert http_api.claim_device(server.address, "AAAA-BBBB").participant == "p" * 22
    assert server.requests[0].path == "/api/device-link/claim"
    assert json.loads(server.requests[0].body) == {"code": "AAAA-BBBB"}


def test_a_recovery_code_brings_somebody_back() -> None:
    with RawServer(says(CREDENTIALS)) as server:
        assert http_api.recover(server.address, "old").recovery_code == "canary-recovery-99"
    assert server.requests[0].path == "/api/recover"
    assert json.loads(server.requests[0].body) == {"recovery_code": "old"}


def test_the_program_comes_once_for_each_tag() -> None:
    def script(request: Request, peer: socket.socket) -> None:
        if request.headers.get("if-none-match") == '"one"':
            peer.sendall(response(304, ETag='"one"', Content_Length=""))
        else:
            peer.sendall(response(200, msgspec.json.encode(CONFERENCE), ETag='"one"'))

    with RawServer(script) as server:
        found = http_api.fetch_program(server.address, "")
        assert found == http_api.Program('"one"', CONFERENCE)
        assert http_api.fetch_program(server.address, '"one"') is None


def test_a_small_file_is_what_the_program_names() -> None:
    data = b"WEBVTT\n"
    path = f"/files/{hashlib.sha256(data).hexdigest()}"
    with RawServer(lambda _, peer: peer.sendall(response(200, data))) as server:
        assert http_api.fetch_file(server.address, path, len(data)) == data


@pytest.mark.parametrize("sent", [b"WEBVTT", b"WEBVTT\n\n", b"webvtt\n", b"x" * 100_000])
def test_a_small_file_that_is_another_is_not_taken(sent: bytes) -> None:
    path = f"/files/{hashlib.sha256(b'WEBVTT').hexdigest()}"
    with (
        RawServer(lambda _, peer: peer.sendall(response(200, sent))) as server,
        pytest.raises(EnvironmentTrouble, match="not the file that the program names"),
    ):
        http_api.fetch_file(server.address, path, 7)


Ask = Callable[[Address], object]
ASKS: list[Ask] = [
    lambda address: http_api.join(address, "Ada", "CODE"),
    lambda address: http_api.redeem(address, TOKEN, "CODE"),
    lambda address: http_api.link_device(address, TOKEN),
    lambda address: http_api.claim_device(address, "CODE"),
    lambda address: http_api.recover(address, "CODE"),
    lambda address: http_api.fetch_program(address, ""),
    lambda address: http_api.fetch_file(address, "/files/abc", 3),
]


@pytest.mark.parametrize("ask", ASKS)
def test_a_refusal_is_said_in_the_servers_own_words(ask: Ask) -> None:
    with (
        RawServer(says({"code": "invalid", "detail": "Your name is empty."}, 400)) as server,
        pytest.raises(EnvironmentTrouble, match=r"^Your name is empty\.$"),
    ):
        ask(server.address)


@pytest.mark.parametrize("ask", ASKS)
def test_a_code_that_cannot_be_used_is_told_apart(ask: Ask) -> None:
    with (
        RawServer(says({"code": "invitation", "detail": "This code was used."}, 404)) as server,
        pytest.raises(InvitationTrouble, match=r"^This code was used\.$"),
    ):
        ask(server.address)


@pytest.mark.parametrize("ask", ASKS)
@pytest.mark.parametrize(
    "script",
    [
        says("hello"),
        says({"name": 3}),
        lambda _, peer: peer.sendall(response(200, b"[" * 100_000)),
        lambda _, peer: peer.sendall(response(200, b'{"name":"\xff"}')),
        lambda _, peer: peer.sendall(response(200, b"<html>It works!</html>")),
        lambda _, peer: peer.sendall(response(200, b"{}", Content_Length="100")),
        lambda _, peer: peer.sendall(response(302, Location="http://127.0.0.1:1/")),
        lambda _, peer: peer.sendall(response(404, b"<html>")),
        lambda _, peer: peer.sendall(response(500, b"x" * 200_000)),
        lambda _, peer: peer.sendall(response(403, b'{"code":"x","detail":3}')),
        lambda _, peer: peer.sendall(b"\x00\x01\x02"),
        lambda *_: None,
    ],
)
def test_whatever_else_answers_is_no_server_of_ours(ask: Ask, script: Script) -> None:
    with (
        RawServer(script) as server,
        pytest.raises(EnvironmentTrouble, match=r"again|is it the address|Check the address|try again later"),
    ):
        ask(server.address)
    assert len(server.requests) <= 1


def test_nobody_listens() -> None:
    with RawServer(says({})) as server:
        address = server.address
    with pytest.raises(EnvironmentTrouble, match=r"does not answer\. Check .*\(Connection refused\)"):
        http_api.join(address, "Ada", "")


def test_an_unknown_host_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(EnvironmentTrouble, match=r"nowhere\.invalid:1 does not answer"):
        http_api.join(Address("http://nowhere.invalid:1"), "Ada", "")


def test_an_answer_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_api, "WHOLE_S", 0.3)

    def drip(_: Request, peer: socket.socket) -> None:
        peer.sendall(response(200, b"{", Content_Length="1000"))
        while not server.over.wait(0.02):
            peer.sendall(b" ")

    with RawServer(drip) as server, pytest.raises(EnvironmentTrouble, match="no answer in time"):
        http_api.fetch_program(server.address, "")


def test_an_answer_without_bound_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_api, "MAX_JSON_BYTES", 1000)

    def endless(_: Request, peer: socket.socket) -> None:
        peer.sendall(response(200, b"", Content_Length=""))
        while True:
            peer.sendall(b" " * 65536)

    with RawServer(endless) as server, pytest.raises(ConferenceError):
        http_api.fetch_file(server.address, "/files/abc", 1000)


def test_the_systems_proxy_is_used_but_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    with RawServer(says(CREDENTIALS)) as server:
        monkeypatch.setenv("http_proxy", server.address.base_url)
        http_api.join(Address("http://conference.example:8020"), "Ada", "")
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        http_api.join(server.address, "Ada", "")
    assert [request.path for request in server.requests] == ["http://conference.example:8020/api/join", "/api/join"]


def test_no_secret_is_logged_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with RawServer(says(CREDENTIALS)) as server:
        found = http_api.recover(server.address, "canary-recovery-98")
    with RawServer(says({"grants": []})) as server:
        http_api.redeem(server.address, found.token, "canary-invitation-97")
    assert "canary" not in caplog.text
    assert "canary" not in repr(found)
