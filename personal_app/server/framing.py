"""Websocket text frames around bytes: made once for all who are sent the same, and read where they come plainly.

Must never know what is in them.
"""

from websockets.frames import Frame, Opcode

try:
    from websockets.speedups import apply_mask
except ImportError:
    from websockets.utils import apply_mask

_FINAL_TEXT = 0x81
_MASKED = 0x80
#: A head of the shortest form and a mask.
_LEAST_BYTES = 6


def text_frame(payload: bytes) -> bytes:
    """Return `payload` (UTF-8) as one unmasked text frame, as a server sends it (RFC 6455, section 5.2)."""
    size = len(payload)
    if size < 126:
        return bytes((_FINAL_TEXT, size)) + payload
    if size < 1 << 16:
        return bytes((_FINAL_TEXT, 126, size >> 8, size & 255)) + payload
    return bytes((_FINAL_TEXT, 127)) + size.to_bytes(8, "big") + payload


def whole_text(data: bytes) -> bytes | None:
    """Return what `data` says where it is one whole text frame of a client and nothing besides, else None.

    Only final, masked frames without reserved bits and of less than 64 KiB are read here (RFC 6455, section 5.2).
    """
    if len(data) < _LEAST_BYTES or data[0] != _FINAL_TEXT or data[1] < _MASKED:
        return None
    size, start = data[1] - _MASKED, _LEAST_BYTES
    if size >= 126:
        if size > 126 or len(data) < _LEAST_BYTES + 2:
            return None
        size, start = data[2] << 8 | data[3], _LEAST_BYTES + 2
        if size < 126:
            return None
    return apply_mask(data[start:], data[start - 4 : start]) if len(data) == start + size else None


def client_frame_bytes(size: int) -> int:
    """Return how many bytes at least a client's frame takes whose payload has `size`."""
    return size + _LEAST_BYTES + (0 if size < 126 else 2 if size < 1 << 16 else 8)


#: A ping without a payload: the same bytes for everyone.
PING_FRAME = Frame(Opcode.PING, b"").serialize(mask=False)
