"""One live connection over a real socket: who is let in, what ends a conversation, and that nobody slows the others."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from websockets.frames import Frame, Opcode

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.ids import random_id
from personal_app.conference.people import Grant, Role
from personal_app.server.live import LiveConnection
from personal_app.server.live_desk import Patience
from tests import factories
from tests.server.live_server import OpenServer, RawPeer, eventually, open_server, run

HELLO = messages.Hello(client="raw/1")
SHORT = Patience(ping_s=0.3, pong_s=0.6, slow_s=0.4, close_s=0.3)
ORIGIN = "https://conference.example"


DOORS: list[tuple[dict[str, Any], int, str]] = [
    ({"token": "nobody's"}, 401, "recovery code"),
    ({"path": "/elsewhere"}, 404, "/live"),
    ({"path": "/live/deeper"}, 404, "/live"),
    ({"subprotocols": ()}, 400, "subprotocol"),
    ({"subprotocols": ("chat",)}, 400, "subprotocol"),
    ({"headers": (("Origin", "https://elsewhere.example"),)}, 403, "Origin"),
    ({"headers": (("Origin", ORIGIN),)}, 101, ""),
    ({"headers": (("Authorization", "Basic YTpi"),)}, 401, "recovery code"),
    ({"subprotocols": ("personal.v9", messages.SUBPROTOCOL)}, 101, ""),
    ({"path": "/live?x=1"}, 101, ""),
]


def test_who_is_let_in(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path, origins=(ORIGIN,)) as server:
            for options, status, word in DOORS:
                peer = await server.connect(**options)
                assert peer.response is not None
                assert peer.response.status_code == status, options
                assert word in (peer.response.body or b"").decode()
                if status != 101:
                    await peer.until_closed()
                peer.close()
                await eventually(lambda: not server.desk.open)

    run(scenario())


def test_who_speaks_another_version_is_let_in_to_hear_it_even_in_a_browser(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            for token in ("", "nobody's"):
                peer = await server.dial(token, subprotocols=("chat", "personal.v9"))
                assert peer.wire.subprotocol == "personal.v9"
                assert await peer.until_closed() == messages.CLOSE_VERSION
                assert peer.wire.close_rcvd is not None
                assert "update" in peer.wire.close_rcvd.reason
                await eventually(lambda: not server.desk.open)

    run(scenario())


def nested(depth: int) -> bytes:
    return b'{"type":"hello","client":"x","since":' + b"[" * depth + b"]" * depth + b"}"


BROKEN: list[tuple[list[bytes], int]] = [
    ([b"no JSON"], 1008),
    ([b"[]"], 1008),
    ([b'{"type":"unheard of"}'], 1008),
    ([b'{"type":"hello"}'], 1008),
    ([b'{"type":"command","id":"x"}'], 1008),
    ([messages.encode(HELLO), messages.encode(HELLO)], 1008),
    ([b'{"type":"hello","client":"a","client":"b"}'], 1008),
    ([nested(50)], 1008),
    ([nested(20_000)], 1008),
    ([b"\xff\xfe"], 1008),
    ([b'{"type":"hello","client":"' + b"x" * 70_000 + b'"}'], 1009),
    ([b'{"type":"clock","sent":NaN}'], 1008),
]


def test_what_breaks_the_rules_is_told_so_and_nobody_else_notices(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            bystander = await server.dial()
            await bystander.hello()
            for frames, code in BROKEN:
                peer = await server.dial()
                for frame in frames:
                    await peer.send(frame)
                assert await peer.until_closed() == code, frames
                await eventually(lambda: len(server.desk.open) == 1)
            await server.ask(await server.join("Ada"), "Still here?")
            await bystander.until(lambda: any(isinstance(m, messages.Changes) for m in bystander.messages()))
            bystander.close()

    run(scenario())


def test_binary_frames_are_not_ours(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            peer = await server.dial()
            peer.wire.send_binary(messages.encode(HELLO))
            await peer.flush()
            assert await peer.until_closed() == 1003

    run(scenario())


def test_messages_may_come_cut_anywhere(tmp_path: Path) -> None:
    """Whole frames are read without the library, and it must never be left with a part of one."""
    asked = [messages.AskClock(sent=number) for number in range(1, 40)]
    texts = [Frame(Opcode.TEXT, messages.encode(each)).serialize(mask=True) for each in asked]
    ping = Frame(Opcode.PING, b"still there?").serialize(mask=True)

    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            peer = await server.dial()
            await peer.hello()
            for number, text in enumerate(texts):
                cut = number % (len(text) + 2)
                for piece in (text[:cut], text[cut:] + (ping if number % 3 == 0 else b"")):
                    # What was said is heard before the next piece is sent, or they would come as one.
                    known = len(peer.messages())
                    await asyncio.get_running_loop().sock_sendall(peer.stream, piece)
                    if piece.startswith(text):
                        await heard_more(peer, known)
                    else:
                        await asyncio.sleep(0)
            await peer.until(lambda: len(told(peer)) == len(asked))
            assert told(peer) == [each.sent for each in asked]

    async def heard_more(peer: RawPeer, known: int) -> None:
        await peer.until(lambda: len(peer.messages()) > known)

    def told(peer: RawPeer) -> list[int]:
        return [each.sent for each in peer.messages() if isinstance(each, messages.TellClock)]

    run(scenario())


def test_fragments_make_one_message_within_the_same_bounds(tmp_path: Path) -> None:
    async def fragments(server: OpenServer, pieces: list[bytes]) -> RawPeer:
        peer = await server.dial()
        for index, piece in enumerate(pieces):
            opcode = Opcode.TEXT if index == 0 else Opcode.CONT
            peer.wire.send_frame(Frame(opcode, piece, fin=index == len(pieces) - 1))
        await peer.flush()
        return peer

    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            hello = messages.encode(HELLO)
            good = await fragments(server, [hello[:5], b"", hello[5:9], hello[9:]])
            await good.until(lambda: any(isinstance(m, messages.State) for m in good.messages()))
            good.close()
            assert await (await fragments(server, [b"x" * 30_000] * 3)).until_closed() == 1009
            assert await (await fragments(server, [b"x"] + [b""] * 1000)).until_closed() == 1008

    run(scenario())


def test_an_unreadable_command_is_refused_by_name_and_the_conversation_goes_on(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            ada = await server.join("Ada")
            peer = await server.dial(ada.token)
            await peer.hello()
            id_ = random_id()
            await peer.send(b'{"type":"command","id":"%s","do":{"type":"fly"}}' % id_.encode())
            await peer.send(messages.AskClock(sent=7))
            await peer.until(lambda: any(isinstance(m, messages.TellClock) for m in peer.messages()))
            refusals = [m for m in peer.messages() if isinstance(m, messages.Refused)]
            assert [(r.id, r.code, r.final) for r in refusals] == [(id_, "invalid", True)]
            peer.close()

    run(scenario())


def test_without_a_token_one_may_look_and_not_touch(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            peer = await server.dial()
            await peer.hello()
            await peer.send(messages.Command(id=random_id(), do=do.Vote(question=random_id())))
            await peer.until(lambda: any(isinstance(m, messages.Refused) for m in peer.messages()))
            assert peer.messages()[-1].code == "not_allowed"  # type: ignore[union-attr]
            peer.close()

    run(scenario())


def test_who_does_not_say_hello_is_let_go(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path, msgspec.structs.replace(SHORT, hello_s=0.3)) as server:
            assert await (await server.dial()).until_closed() == 1008

    run(scenario())


def test_a_silent_peer_is_pinged_and_kept_while_it_answers(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path, SHORT) as server:
            peer = await server.dial()
            await peer.hello()
            await peer.until(lambda: sum(frame.opcode is Opcode.PING for frame in peer.frames) >= 3)
            assert len(server.desk.open) == 1
            peer.close()

    run(scenario())


def test_a_peer_that_is_gone_without_a_word_is_let_go(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path, SHORT) as server:
            peer = await server.dial()
            await peer.hello()
            # It reads no more, so it answers no ping; nothing is sent to it that would fill a buffer.
            await eventually(lambda: not server.desk.open)
            peer.close()

    run(scenario())
    assert caplog.messages == ["a connection was cut: a peer answered no ping"]


def test_one_who_reads_too_slowly_is_let_go_and_nobody_else_waits(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path, msgspec.structs.replace(SHORT, ping_s=60.0)) as server:
            ada = await server.join("Ada")
            slow = await server.dial(receive_buffer=4096)
            await slow.hello()
            (slow_side,) = [c for c in server.desk.open if isinstance(c, LiveConnection)]
            quick = await server.dial()
            await quick.hello()
            asked: set[str] = set()

            def all_there() -> bool:
                told = (m.set for m in quick.messages() if isinstance(m, messages.Changes | messages.State))
                return asked <= {row.id for rows in told for row in rows}

            most = 0
            for _ in range(40):
                asked |= await server.ask_many(ada, 10)
                await quick.until(all_there)
                most = max(most, slow_side.waiting_bytes)
                if slow_side not in server.desk.open:
                    break
            await eventually(lambda: slow_side not in server.desk.open)
            assert len(server.desk.open) == 1
            assert most < Patience().buffer_bytes, "what waits for it in our memory is bounded"

    run(scenario())


def test_one_who_reads_late_has_missed_nothing(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            ada = await server.join("Ada")
            late = await server.dial(receive_buffer=4096)
            await late.hello()
            asked = await server.ask_many(ada, 300)
            seen: set[str] = set()

            def all_there() -> bool:
                for message in late.messages():
                    if isinstance(message, messages.Changes | messages.State):
                        seen.update(row.id for row in message.set)
                late.frames.clear()
                return seen >= asked

            await late.until(all_there)
            late.close()

    run(scenario())


def test_commands_beyond_the_rate_are_refused_for_now(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            ada = await server.join("Ada")
            question = await server.ask(ada, "Why?")
            peer = await server.dial(ada.token)
            await peer.hello()
            for _ in range(60):
                await peer.send(messages.Command(id=random_id(), do=do.Vote(question=question)))
            answers = (messages.Done, messages.Refused)
            await peer.until(lambda: sum(isinstance(m, answers) for m in peer.messages()) == 60)
            refusals = [m for m in peer.messages() if isinstance(m, messages.Refused)]
            assert 1 <= len(refusals) <= 20
            assert all(r.code == "slow_down" and not r.final and (r.retry_after_ms or 0) > 0 for r in refusals)
            peer.close()

    run(scenario())


def test_one_person_has_so_many_connections_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("personal_app.server.conversation.MOST_CONNECTIONS", 3)

    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            ada, bob = await server.join("Ada"), await server.join("Bob")
            held = [await server.dial(ada.token) for _ in range(3)]
            for peer in held:
                await peer.hello()
            more = await server.dial(ada.token)
            await more.send(HELLO)
            assert await more.until_closed() == 1008
            for token in (bob.token, ""):
                await (await server.dial(token)).hello()
            held[0].close()
            await eventually(lambda: server.desk.hub.connections_of(ada.participant) == 2)
            await (await server.dial(ada.token)).hello()
            await server.ask(bob, "Still here?")
            await held[1].until(lambda: any(isinstance(m, messages.Changes) for m in held[1].messages()))

    run(scenario())


def test_a_flood_of_messages_ends_the_conversation(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            peer = await server.dial()
            for _ in range(1000):
                peer.wire.send_text(messages.encode(messages.AskClock(sent=1)))
            await peer.flush()
            assert await peer.until_closed() == 1008

    run(scenario())


def test_a_grant_on_an_open_connection_opens_the_sessions_inbox(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            ada, bob = await server.join("Ada"), await server.join("Bob")
            peer = await server.dial(ada.token)
            await peer.hello()
            waiting = messages.Command(
                id=random_id(), do=do.Ask(question=random_id(), talk=factories.PAPER_1, text="for a chair")
            )
            await asyncio.wrap_future(server.venue.ledger.submit(bob.participant, waiting))
            identity = server.venue.identity
            code = await asyncio.wrap_future(identity.invite(Grant(Role.CHAIR, factories.RESEARCH)))
            await asyncio.wrap_future(identity.redeem(ada.participant, code))
            await peer.until(lambda: any(b"for a chair" in bytes(frame.data) for frame in peer.frames))
            assert sum(isinstance(m, messages.Welcome) for m in peer.messages()) == 2
            peer.close()

    run(scenario())


def test_stopping_says_1012_to_everyone_and_waits_for_nobody(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path, SHORT) as server:
            polite, deaf = await server.dial(), await server.dial()
            await polite.hello()
            await deaf.hello()
            server.server.should_exit = True
            assert await polite.until_closed() == 1012
            began = asyncio.get_running_loop().time()
            await eventually(lambda: not server.desk.open)
            assert asyncio.get_running_loop().time() - began < 3
            assert await deaf.until_closed() == 1012

    run(scenario())


def test_a_bug_of_ours_ends_one_connection_and_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            bystander = await server.dial()
            await bystander.hello()
            monkeypatch.setattr("personal_app.server.conversation.Held", broken)
            peer = await server.dial()
            await peer.send(HELLO)
            assert await peer.until_closed() == 1011
            await eventually(lambda: len(server.desk.open) == 1)
            await server.ask(await server.join("Ada"), "Still here?")
            await bystander.until(lambda: any(isinstance(m, messages.Changes) for m in bystander.messages()))
            bystander.close()

    run(scenario())
    assert "bug of ours" in caplog.text


def test_no_token_is_ever_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        async with open_server(tmp_path) as server:
            ada = await server.join("Ada")
            secrets.append(ada.token)
            peer = await server.dial(ada.token)
            await peer.hello()
            await peer.send(b"no JSON")
            await peer.until_closed()
            wrong = await server.connect(ada.token[:-1])
            await wrong.until_closed()

    secrets: list[str] = []
    with caplog.at_level("INFO"):
        run(scenario())
    assert secrets
    assert secrets[0][:-1] not in caplog.text
