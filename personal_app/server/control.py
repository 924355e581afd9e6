"""The running server's own door: a unix socket in its data folder, for whoever may read that folder.

One line of JSON asks, one answers, and the connection ends. Only the command line comes here. This module must never be
reachable from a network.
"""

import asyncio
import contextlib
import os
import socket
from types import TracebackType
from typing import overload

import msgspec

from personal_app.conference.errors import ConferenceError, EnvironmentTrouble
from personal_app.conference.people import Grant
from personal_app.server.data_folder import DataFolder
from personal_app.server.invitations import checked_grant
from personal_app.server.venue import Venue

ANSWER_S = 15.0
_MAX_LINE_BYTES = 16 * 1024


class Invite(msgspec.Struct, frozen=True, tag_field="ask", tag="invite"):
    """Make an invitation."""

    grant: Grant


class Say(msgspec.Struct, frozen=True, tag_field="ask", tag="notice"):
    """Say something to everyone who is connected."""

    text: str


class Invited(msgspec.Struct, frozen=True, tag_field="answer", tag="invited"):
    """The invitation's code, and the address at which it is good."""

    code: str
    address: str


class Said(msgspec.Struct, frozen=True, tag_field="answer", tag="said"):
    """It was said to so many connections."""

    connections: int


class Failed(msgspec.Struct, frozen=True, tag_field="answer", tag="failed"):
    """It could not be done; the sentence says why."""

    detail: str


class ControlSocket:
    """The server's side, open as long as the context lasts."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> "ControlSocket":
        with self._venue.folder.socket_path() as path:
            # The folder is ours alone (its lock says so), so what lies there is left from a server that was killed.
            with contextlib.suppress(FileNotFoundError):
                os.unlink(path)  # noqa: PTH108
            self._server = await asyncio.start_unix_server(self._converse, path, limit=_MAX_LINE_BYTES)
            os.chmod(path, 0o600)  # noqa: PTH101
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        (self._venue.folder.path / "control.sock").unlink(missing_ok=True)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(ANSWER_S):
                answer = await self._answer(await reader.readline())
                writer.write(msgspec.json.encode(answer) + b"\n")
                await writer.drain()
        except (OSError, TimeoutError, ValueError):
            pass
        finally:
            writer.close()

    async def _answer(self, line: bytes) -> Invited | Said | Failed:
        try:
            asked: Invite | Say = msgspec.json.decode(line, type=Invite | Say)
            if isinstance(asked, Say):
                return Said(self._venue.say(asked.text))
            grant = checked_grant(self._venue.conference, asked.grant)
            code = await asyncio.wrap_future(self._venue.identity.invite(grant))
        except msgspec.MsgspecError as fault:
            return Failed(f"The running server is of another version and does not understand this: {fault}.")
        except ConferenceError as fault:
            return Failed(str(fault))
        return Invited(code, self._venue.address)


@overload
def ask_running_server(folder: DataFolder, asked: Invite) -> Invited: ...


@overload
def ask_running_server(folder: DataFolder, asked: Say) -> Said: ...


def ask_running_server(folder: DataFolder, asked: Invite | Say) -> Invited | Said:
    """Ask the server that works in `folder`. Raises EnvironmentTrouble with a sentence, its own or ours."""
    try:
        with folder.socket_path() as path, socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(ANSWER_S)
            connection.connect(path)
            connection.sendall(msgspec.json.encode(asked) + b"\n")
            with connection.makefile("rb") as lines:
                answer: Invited | Said | Failed = msgspec.json.decode(lines.readline(), type=Invited | Said | Failed)
    except (OSError, msgspec.MsgspecError) as fault:
        raise EnvironmentTrouble(
            f"The server that works in {folder.path} does not answer ({fault}): wait until it has started, and run "
            "this as the user it runs as."
        ) from None
    if isinstance(answer, Failed):
        raise EnvironmentTrouble(answer.detail)
    return answer
