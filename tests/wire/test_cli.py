"""The command line as a person meets it: what it prints, and a sentence with status 2 for what can be mended."""

import json
import os
import shutil
import signal
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from personal_app.conference.errors import InvitationTrouble
from personal_app.conference.people import Grant, Role
from personal_app.net import http_api
from personal_app.net.address import parse_address
from personal_app.server.cli import main
from tests.wire.caller import Caller
from tests.wire.server_process import ServerProcess, run_cli


def fails(capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that is to be refused; return its sentence."""
    try:
        status = main(arguments)
    except SystemExit as ended:
        status = int(ended.code or 0)
    said = capfd.readouterr()
    assert status == 2
    assert said.out == ""
    assert "Traceback" not in said.err
    return said.err


def test_inviting_through_the_running_server(server: ServerProcess) -> None:
    invited = run_cli("invite", "--data", str(server.data), "--chair", "research")
    assert invited.returncode == 0, invited.stderr
    code, link = invited.stdout.split()
    assert link == f"{server.base_url}/join#{code}"
    pasted = parse_address(link)
    joined = http_api.join(pasted.address, "Chiara", pasted.invitation)
    assert joined.grants == (Grant(Role.CHAIR, "research"),)
    with pytest.raises(InvitationTrouble):
        http_api.join(pasted.address, "Eve", pasted.invitation)


def test_inviting_while_no_server_runs(server: ServerProcess, capfd: pytest.CaptureFixture[str]) -> None:
    server.stop()
    assert main(["invite", "--data", str(server.data), "--author", "paper-1"]) == 0
    code = capfd.readouterr().out.split()[0]
    assert "paper-1" in fails(capfd, "invite", "--data", str(server.data), "--author", "paper-9")
    assert "name the talk" in fails(capfd, "invite", "--data", str(server.data), "--organizer", "--person", "amir")
    server.restart()
    assert http_api.join(server.address, "Amir", code).grants == (Grant(Role.AUTHOR, "paper-1", "ada-author"),)


def test_a_notice_reaches_everyone_who_is_connected(
    server: ServerProcess, call: Callable[..., Caller], capfd: pytest.CaptureFixture[str]
) -> None:
    callers = [call(server), call(server, server.join("Ada").token)]
    said = run_cli("notice", "--data", str(server.data), "The server restarts at three.")
    assert (said.returncode, said.stdout) == (0, "Said to 2 connections.\n")
    for caller in callers:
        caller.until(lambda caller=caller: bool(caller.notices), "the notice")  # type: ignore[misc]
        assert [notice.text for notice in caller.notices] == ["The server restarts at three."]
    assert "The notice is empty" in fails(capfd, "notice", "--data", str(server.data), " ")
    server.stop()
    assert "nobody is there" in fails(capfd, "notice", "--data", str(server.data), "Hello?")
    assert "nobody is there" in fails(capfd, "notice", "--data", str(server.data / "no"), "Hello?")
    server.restart()


def test_what_there_is_no_invitation_to(shared_server: ServerProcess, capfd: pytest.CaptureFixture[str]) -> None:
    data = str(shared_server.data)
    assert "opening, research" in fails(capfd, "invite", "--data", data, "--chair", "reserch")
    assert "Did you mean research?" in fails(capfd, "invite", "--data", data, "--chair", "reserch")
    assert "opening, paper-1, paper-2" in fails(capfd, "invite", "--data", data, "--author", "research")


def test_the_socket_and_the_data_are_the_servers_users_alone(shared_server: ServerProcess) -> None:
    assert stat.S_IMODE(shared_server.data.stat().st_mode) == 0o700
    for file in shared_server.data.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) & 0o077 == 0, file


def test_a_data_folder_whose_path_is_longer_than_a_sockets_address(small_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 20)
    folder.mkdir()
    server = ServerProcess(small_folder, folder / ("longer" * 10)).start()
    try:
        assert server.join("Olga", Grant(Role.ORGANIZER)).grants == (Grant(Role.ORGANIZER),)
    finally:
        server.close()


def test_a_second_server_on_the_same_folder_or_port(
    shared_server: ServerProcess, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    conference = str(shared_server.conference)
    said = fails(capfd, "serve", "--conference", conference, "--data", str(shared_server.data), "--port", "0")
    assert "Another server" in said
    port = str(shared_server.port)
    said = fails(capfd, "serve", "--conference", conference, "--data", str(tmp_path / "data"), "--port", port)
    assert f"port {port}" in said


def test_ctrl_c_ends_it_in_good_order(server: ServerProcess) -> None:
    assert server.stop(signal.SIGINT) == 0
    assert not (server.data / "control.sock").exists()


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "COMMAND"),
        (["fly"], "invalid choice"),
        (["serve"], "--conference"),
        (["serve", "--conference", "x", "--data", "y", "--port", "70000"], "0 to 65535"),
        (["serve", "--conference", "x", "--data", "y", "--port", "-1"], "0 to 65535"),
        (["serve", "--conference", "x", "--data", "y", "--rehearse", "tomorrow"], "now-15"),
        (["serve", "--conference", "x", "--data", "y", "--rehearse", "2026-01-01T00:00:00"], "zone"),
        (["invite", "--data", "x"], "--organizer"),
        (["invite", "--data", "x", "--organizer", "--chair", "y"], "not allowed with"),
    ],
)
def test_wrong_usage(arguments: list[str], word: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert word in fails(capfd, *arguments)


def test_inviting_where_nothing_was_served(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert "start the server" in fails(capfd, "invite", "--data", str(tmp_path / "no"), "--organizer")
    assert "start the server" in fails(capfd, "invite", "--data", str(tmp_path), "--organizer")
    assert list(tmp_path.iterdir()) == []


def serve_fails(capfd: pytest.CaptureFixture[str], folder: Path, tmp_path: Path) -> list[str]:
    data = str(tmp_path / "data")
    return fails(capfd, "serve", "--conference", str(folder), "--data", data, "--port", "0").splitlines()


def test_everything_wrong_with_a_conference_is_told_at_once(
    small_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = Path(shutil.copytree(small_folder, tmp_path / "conference"))
    (folder / "opening.png").unlink()
    (folder / "opening.vtt").write_text("not captions")
    whole = (folder / "paper-1.mp4").read_bytes()
    (folder / "paper-1.mp4").write_bytes(whole[: len(whole) // 2])
    (folder / "opening.mp4").write_bytes(b"<html>" + b" " * 500)
    said = serve_fails(capfd, folder, tmp_path)
    assert len(said) == 4
    for name, word in (
        ("opening.png", "is not there"),
        ("opening.vtt", "WebVTT"),
        ("paper-1.mp4", "ends too early"),
        ("opening.mp4", "no video/mp4 file"),
    ):
        (sentence,) = [line for line in said if f"the file {name} " in line]
        assert word in sentence
        assert "conference.toml, line " in sentence


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (None, "is not there"),
        (b"[conference\n", "line 1"),
        (b"\xff\xfe", "UTF-8"),
        (b"", "missing"),
    ],
)
def test_a_broken_conference_file(
    text: bytes | None, word: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "conference"
    folder.mkdir()
    if text is not None:
        (folder / "conference.toml").write_bytes(text)
    assert any(word in line for line in serve_fails(capfd, folder, tmp_path))


def test_a_data_folder_that_cannot_be(small_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").write_text("a file")
    assert "cannot be used" in serve_fails(capfd, small_folder, tmp_path)[0]


def test_a_database_that_is_damaged(small_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "conference.sqlite").write_bytes(os.urandom(5000))
    assert "damaged" in serve_fails(capfd, small_folder, tmp_path)[0]


def test_another_conference_on_the_same_data(
    small_folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    ServerProcess(small_folder, tmp_path / "data").start().close()
    folder = Path(shutil.copytree(small_folder, tmp_path / "conference"))
    text = (folder / "conference.toml").read_text().replace('slug = "small"', 'slug = "other"')
    (folder / "conference.toml").write_text(text)
    assert "a data folder of its own" in serve_fails(capfd, folder, tmp_path)[0]


def test_the_schema_is_printed_without_a_server(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    printed = json.loads(capfd.readouterr().out)
    assert {"Ask", "Welcome", "from_client", "from_server"} <= printed["$defs"].keys()
