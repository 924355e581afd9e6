"""A websocket text frame around bytes, made once for all who are sent the same. Must never know what is in them."""

from websockets.frames import Frame, Opcode

_FINAL_TEXT = 0x81


def text_frame(payload: bytes) -> bytes:
    """Return `payload` (UTF-8) as one unmasked text frame, as a server sends it (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((_FINAL_TEXT, size)) + payload
    if size < 1 << 16:
        return bytes((_FINAL_TEXT, 126, size >> 8, size & 255)) + payload
    return bytes((_FINAL_TEXT, 127)) + size.to_bytes(8, "big") + payload


#: A ping without a payload: the same bytes for everyone.
PING_FRAME = Frame(Opcode.PING, b"").serialize(mask=False)
