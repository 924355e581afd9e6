"""Frames made once and frames read plainly are those of RFC 6455, as the library has it."""

import pytest
from websockets.frames import Frame, Opcode

from personal_app.server.framing import client_frame_bytes, text_frame, whole_text

SIZES = (0, 1, 100, 125, 126, 300, 65_535)


def sent(payload: bytes, opcode: Opcode = Opcode.TEXT, *, fin: bool = True, mask: bool = True) -> bytes:
    return Frame(opcode, payload, fin=fin).serialize(mask=mask)


@pytest.mark.parametrize("size", [*SIZES, 65_536])
def test_a_frame_is_what_the_library_would_send(size: int) -> None:
    assert text_frame(b"x" * size) == sent(b"x" * size, mask=False)
    assert client_frame_bytes(size) == len(sent(b"x" * size))


@pytest.mark.parametrize("size", SIZES)
def test_a_whole_frame_is_read(size: int) -> None:
    payload = bytes(number % 251 for number in range(size))
    assert whole_text(sent(payload)) == payload


ODD = {
    "nothing": b"",
    "a part": sent(b"hello")[:-1],
    "a head alone": sent(b"hello")[:6],
    "a part of a long head": sent(b"x" * 300)[:5],
    "one and a part": sent(b"hello") + b"\x81",
    "two": sent(b"hello") * 2,
    "not final": sent(b"hello", fin=False),
    "a continuation": sent(b"hello", Opcode.CONT),
    "binary": sent(b"hello", Opcode.BINARY),
    "a ping": sent(b"hello", Opcode.PING),
    "unmasked": sent(b"hello, world", mask=False),
    "a reserved bit": bytes([0xC1]) + sent(b"hello")[1:],
    "a long form of a short size": b"\x81\xfe\x00\x05mask" + b"hello",
    "more than is allowed": sent(b"x" * 65_536),
}


@pytest.mark.parametrize("kind", ODD)
def test_whatever_is_not_plain_is_left_to_the_library(kind: str) -> None:
    assert whole_text(ODD[kind]) is None
