"""A websocket text frame around bytes, made once for all who are sent the same. Must never know what is in them."""

from websockets.frames import Frame, Opcode


def text_frame(payload: bytes) -> bytes:
    """Return `payload` (UTF-8) as one unmasked text frame, as a server sends it (RFC 6455, section 5.2)."""
    return Frame(Opcode.TEXT, payload).serialize(mask=False)


#: A ping without a payload: the same bytes for everyone.
PING_FRAME = Frame(Opcode.PING, b"").serialize(mask=False)
