"""HTTP of a real server process: joining, codes, the program, and files whole and in part."""

import http.client
import json
import os
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import msgspec
import pytest

from personal_app.conference import messages
from personal_app.conference.errors import EnvironmentTrouble, InvitationTrouble
from personal_app.conference.ids import random_id
from personal_app.conference.people import Grant, Role
from personal_app.conference.program import Conference
from personal_app.net import http_api
from personal_app.net.downloads import Coming, Download, DownloadPool
from tests.small_conference import PAPER_BYTES
from tests.wire.caller import Caller
from tests.wire.server_process import ServerProcess

CHAIR = Grant(Role.CHAIR, "research")


class Reply(msgspec.Struct, frozen=True):
    """What came back: status, headers with lower-case names, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def ask(
    server: ServerProcess, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def post(server: ServerProcess, path: str, body: object, token: str = "") -> Reply:
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    return ask(server, "POST", path, json.dumps(body).encode(), headers)


def test_all_is_well(shared_server: ServerProcess) -> None:
    assert ask(shared_server, "GET", "/healthz").json == {"status": "ok"}


def test_joining_with_a_name_alone(shared_server: ServerProcess) -> None:
    ada = http_api.join(shared_server.address, "  Ada  ", "")
    assert ada.name == "Ada"
    assert ada.grants == ()
    assert len(ada.token) >= 22
    assert ada.recovery_code
    assert http_api.join(shared_server.address, "Ada", "").participant != ada.participant


def test_an_invitation_is_good_for_once(shared_server: ServerProcess) -> None:
    code = shared_server.invite(CHAIR)
    assert http_api.join(shared_server.address, "Chiara", code.lower().replace("-", " ")).grants == (CHAIR,)
    with pytest.raises(InvitationTrouble, match="used"):
        http_api.join(shared_server.address, "Eve", code)
    with pytest.raises(InvitationTrouble):
        http_api.join(shared_server.address, "Eve", "0000-0000-0000")


def test_an_invitation_for_somebody_who_has_joined(shared_server: ServerProcess) -> None:
    ada = shared_server.join("Ada", CHAIR)
    author = Grant(Role.AUTHOR, "paper-1")
    held = http_api.redeem(shared_server.address, ada.token, shared_server.invite(author))
    # The talk has one presenter, so it is said whom of the program the invitation is for.
    assert set(held) == {CHAIR, Grant(Role.AUTHOR, "paper-1", "ada-author")}
    with pytest.raises(EnvironmentTrouble, match="does not know this profile"):
        http_api.redeem(shared_server.address, "nobody's", shared_server.invite(author))


def test_devices_that_are_signed_out(server: ServerProcess) -> None:
    first = http_api.join(server.address, "Ada", "")
    link = http_api.link_device(server.address, first.token).code
    second = http_api.claim_device(server.address, link)
    unused = http_api.link_device(server.address, first.token).code
    open_ones = [Caller(server.address, each.token) for each in (first, second)]
    assert http_api.sign_out(server.address, first.token, others=True) == 1
    assert open_ones[1].until_closed() == messages.CLOSE_NOT_ALLOWED
    open_ones[0].ask("paper-2", "Still here?")
    with pytest.raises(InvitationTrouble):
        http_api.claim_device(server.address, unused)
    with pytest.raises(EnvironmentTrouble, match="does not know this profile"):
        http_api.sign_out(server.address, second.token)
    assert http_api.sign_out(server.address, first.token) == 1
    assert open_ones[0].until_closed() == messages.CLOSE_NOT_ALLOWED
    server.kill()
    server.restart()
    for each in (first, second):
        with pytest.raises(EnvironmentTrouble, match="does not know this profile"):
            http_api.link_device(server.address, each.token)
    assert http_api.recover(server.address, first.recovery_code).participant == first.participant


def test_a_second_device_and_a_lost_profile(shared_server: ServerProcess) -> None:
    ada = shared_server.join("Ada", CHAIR)
    link = post(shared_server, "/api/device-link", {}, ada.token).json
    assert 60 <= link["expires_in_s"] <= 3600
    second = post(shared_server, "/api/device-link/claim", {"code": link["code"]}).json
    assert (second["participant"], second["name"]) == (ada.participant, "Ada")
    assert second["token"] != ada.token
    assert second["grants"] == [{"role": "chair", "scope": "research", "person": ""}]
    assert post(shared_server, "/api/device-link/claim", {"code": link["code"]}).status == 403
    back = post(shared_server, "/api/recover", {"recovery_code": ada.recovery_code}).json
    assert back["participant"] == ada.participant
    assert back["recovery_code"] != ada.recovery_code
    assert post(shared_server, "/api/recover", {"recovery_code": ada.recovery_code}).status == 403
    assert post(shared_server, "/api/device-link", {}, "nobody's").status == 401


JOIN = "/api/join"


@pytest.mark.parametrize(
    ("path", "body", "headers", "status", "code"),
    [
        (JOIN, b"{", {}, 400, "invalid"),
        (JOIN, b"[]", {}, 400, "invalid"),
        (JOIN, b'{"name": 7}', {}, 400, "invalid"),
        (JOIN, b'{"name": ""}', {}, 400, "invalid"),
        (JOIN, b'{"name": "' + b"x" * 500 + b'"}', {}, 400, "invalid"),
        (JOIN, b'{"name": "a\\u0000b"}', {}, 400, "invalid"),
        (JOIN, b'{"name": "Ada", "admin": true}', {}, 400, "invalid"),
        (JOIN, b"\xff", {}, 400, "invalid"),
        (JOIN, b'{"name":' + b"[" * 5000, {}, 400, "invalid"),
        (JOIN, b'{"name": "Ada"}', {"Content-Type": "text/plain"}, 415, "invalid"),
        (JOIN, b" " * 70_000, {}, 413, "too_big"),
        ("/api/nothing", b"{}", {}, 404, "unknown"),
        ("/api/program", b"{}", {}, 405, "not_allowed"),
        ("/api/recover", b"{}", {}, 400, "invalid"),
        ("/api/recover", b'{"recovery_code": "0000"}', {}, 403, "invitation"),
    ],
)
def test_bad_requests_get_a_code_and_a_sentence(
    shared_server: ServerProcess, path: str, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    reply = ask(shared_server, "POST", path, body, {"Content-Type": "application/json", **headers})
    assert reply.status == status
    assert reply.json["code"] == code
    assert reply.json["detail"].endswith(".")
    assert "Traceback" not in reply.json["detail"]


def test_the_program_is_sent_once(shared_server: ServerProcess) -> None:
    program = http_api.fetch_program(shared_server.address, "")
    assert program is not None
    assert [session.id for session in program.conference.sessions] == ["opening", "research"]
    assert http_api.fetch_program(shared_server.address, program.etag) is None
    assert http_api.fetch_program(shared_server.address, '"another"') is not None
    assert ask(shared_server, "HEAD", "/api/program").headers["etag"] == program.etag


def facts(server: ServerProcess) -> Conference:
    program = http_api.fetch_program(server.address, "")
    assert program is not None
    return program.conference


PAPER = "/recordings/paper-1"


def test_a_recording_whole(shared_server: ServerProcess, small_folder: Path) -> None:
    reply = ask(shared_server, "GET", PAPER)
    recording = next(r for r in facts(shared_server).recordings if r.talk == "paper-1")
    assert reply.status == 200
    assert reply.body == (small_folder / "paper-1.mp4").read_bytes()
    assert reply.headers["etag"] == f'"{recording.file.sha256}"'
    assert reply.headers["content-type"] == recording.file.media_type == "video/mp4"
    assert reply.headers["accept-ranges"] == "bytes"
    head = ask(shared_server, "HEAD", PAPER)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(PAPER_BYTES)
    assert ask(shared_server, "GET", PAPER, headers={"If-None-Match": reply.headers["etag"]}).status == 304


LAST = PAPER_BYTES - 1


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=100-299", 100, 299),
        (f"bytes={LAST}-", LAST, LAST),
        (f"bytes={LAST - 9}-{LAST + 1000}", LAST - 9, LAST),
        ("bytes=-500", LAST - 499, LAST),
        ("bytes=1000000-", 1_000_000, LAST),
    ],
)
def test_a_part_of_a_recording(
    shared_server: ServerProcess, small_folder: Path, asked: str, first: int, last: int
) -> None:
    reply = ask(shared_server, "GET", PAPER, headers={"Range": asked})
    assert reply.status == 206
    assert reply.headers["content-range"] == f"bytes {first}-{last}/{PAPER_BYTES}"
    assert reply.headers["content-length"] == str(last - first + 1)
    assert reply.body == (small_folder / "paper-1.mp4").read_bytes()[first : last + 1]
    same = ask(shared_server, "GET", PAPER, headers={"Range": asked, "If-Range": reply.headers["etag"]})
    assert same.status == 206
    for other in ('"another"', f"W/{reply.headers['etag']}", "Tue, 24 Nov 2026 20:00:00 GMT"):
        changed = ask(shared_server, "HEAD", PAPER, headers={"Range": asked, "If-Range": other})
        assert changed.status == 200
        assert ask(shared_server, "GET", PAPER, headers={"Range": asked, "If-Match": other}).status == 412
    for this in (reply.headers["etag"], f'"another", {reply.headers["etag"]}', "*"):
        assert ask(shared_server, "HEAD", PAPER, headers={"Range": asked, "If-Match": this}).status == 206


@pytest.mark.parametrize("asked", ["bytes=5-2", "items=0-1", "bytes=0-1,5-6", "nonsense"])
def test_what_is_no_range_of_ours_brings_the_whole(shared_server: ServerProcess, asked: str) -> None:
    assert ask(shared_server, "HEAD", PAPER, headers={"Range": asked}).status == 200


@pytest.mark.parametrize("asked", [f"bytes={PAPER_BYTES}-", "bytes=-0"])
def test_a_range_beyond_the_end(shared_server: ServerProcess, asked: str) -> None:
    reply = ask(shared_server, "GET", PAPER, headers={"Range": asked})
    assert (reply.status, reply.headers["content-range"]) == (416, f"bytes */{PAPER_BYTES}")


def test_the_clients_own_download_resumes(shared_server: ServerProcess, small_folder: Path, tmp_path: Path) -> None:
    recording = next(r for r in facts(shared_server).recordings if r.talk == "paper-1")
    whole = (small_folder / "paper-1.mp4").read_bytes()
    wanted = Download(path=PAPER, facts=recording.file, blocks=recording.blocks, target=tmp_path / "paper.mp4")
    (tmp_path / "paper.mp4.part").write_bytes(whole[:1_234_567])
    pool = DownloadPool()
    told: list[Coming] = []
    try:
        assert pool.fetch(shared_server.address, wanted, told.append).result(20).read_bytes() == whole
    finally:
        pool.close()
    assert min(coming.held_bytes for coming in told) == 1_234_567


def test_what_is_not_open_yet_is_given_to_nobody(shared_server: ServerProcess) -> None:
    recording = next(r for r in facts(shared_server).recordings if r.talk == "opening")
    for path in ("/recordings/opening", f"/files/{recording.captions[0].file.sha256}"):
        reply = ask(shared_server, "GET", path)
        assert (reply.status, reply.json["code"]) == (403, "not_yet")
        assert "2099-05-29" in reply.json["detail"]
        assert b"canary" not in reply.body
    assert recording.poster is not None
    poster = http_api.fetch_file(
        shared_server.address, f"/files/{recording.poster.sha256}", recording.poster.size_bytes
    )
    assert poster.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "path",
    [
        "/recordings/nothing",
        "/recordings/..%2fconference.toml",
        "/recordings/../conference.toml",
        f"/files/{'0' * 64}",
        "/files/conference.toml",
        "/conference.toml",
        pytest.param(f"/{random_id()}", id="an-id"),
    ],
)
def test_nothing_else_is_served(shared_server: ServerProcess, path: str) -> None:
    reply = ask(shared_server, "GET", path)
    assert (reply.status, reply.json["code"]) == (404, "unknown")


def test_a_file_that_changed_behind_the_servers_back(small_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "conference"
    folder.mkdir()
    for file in small_folder.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    server = ServerProcess(folder, tmp_path / "data").start()
    try:
        assert ask(server, "GET", PAPER).status == 200
        os.truncate(folder / "paper-1.mp4", 1000)
        reply = ask(server, "GET", PAPER)
        assert (reply.status, reply.json["code"]) == (503, "damaged")
    finally:
        server.close()


def test_peers_that_vanish_leave_nothing_open(server: ServerProcess) -> None:
    def peer(*lines: str) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        connection.sendall("".join(f"{line}\r\n" for line in lines).encode())
        return connection

    ask(server, "GET", PAPER)
    before = server.open_files
    peers = [peer() for _ in range(5)]
    peers += [peer("GET /healthz HTTP/1.1", "Host: x") for _ in range(5)]
    peers += [peer(f"GET {PAPER} HTTP/1.1", "Host: x", "") for _ in range(5)]
    peers += [peer("POST /api/join HTTP/1.1", "Host: x", "Content-Length: 100", "", "{") for _ in range(5)]
    upgrade = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13")
    key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
    peers += [
        peer("GET /live HTTP/1.1", "Host: x", *upgrade, key, "Sec-WebSocket-Protocol: personal.v1", "")
        for _ in range(5)
    ]
    assert all(connection.recv(1) for connection in (*peers[10:15], *peers[20:]))
    assert server.open_files >= before + len(peers)
    for connection in peers:
        connection.close()
    deadline = monotonic() + 20
    while server.open_files > before:
        assert monotonic() < deadline, "files stay open"
        sleep(0.05)
    assert server.log.read_text() == ""


def test_a_download_that_nobody_reads_does_not_hold_up_the_end(server: ServerProcess) -> None:
    with socket.socket() as stalled:
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.connect(("127.0.0.1", server.port))
        stalled.sendall(f"GET {PAPER} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert stalled.recv(100).startswith(b"HTTP/1.1 200")
        assert server.stop() == 0
    assert server.log.read_text() == ""


def test_a_rehearsal_opens_the_opening_and_keeps_its_beginning(small_folder: Path, tmp_path: Path) -> None:
    server = ServerProcess(small_folder, tmp_path / "data", "--rehearse", "now-15").start()
    try:
        first = facts(server)
        assert timedelta(seconds=14) < datetime.now(UTC) - first.sessions[0].start < timedelta(seconds=60)
        assert first.sessions[0].end - first.sessions[0].start == timedelta(minutes=3)
        assert first.sessions[1].end - first.sessions[1].start == timedelta(minutes=5)
        assert ask(server, "GET", "/recordings/opening").status == 200
        captions = first.recordings[0].captions[0].file
        assert b"canary" in http_api.fetch_file(server.address, f"/files/{captions.sha256}", captions.size_bytes)
        server.kill()
        server.restart()
        assert facts(server) == first
    finally:
        server.close()
