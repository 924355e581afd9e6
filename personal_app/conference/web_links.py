"""Addresses that an organizer gives a session: a live stream for the player, and a meeting for the browser.

They are the one thing of a program that leads elsewhere, so they are looked at twice: when the conference file is read,
and again before anything is opened. Pure; must never open or ask for anything.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

#: What libvlc plays as a stream. SRT and RTSP need plugins that not every system has.
STREAM_SCHEMES = ("https", "http", "rtmp", "rtmps", "srt", "rtsp")
MEETING_SCHEMES = ("https", "http")
LINK_CHARS = 2_000


def stream_fault(address: str) -> str:
    """Return what is wrong with a live stream's address and what would be right, or nothing."""
    return _fault(address, STREAM_SCHEMES, "https://example.org/live/index.m3u8")


def meeting_fault(address: str) -> str:
    """Return what is wrong with a meeting's address and what would be right, or nothing."""
    return _fault(address, MEETING_SCHEMES, "https://meet.example.org/panel")


def host_of(address: str) -> str:
    """Return the host that an address without fault leads to, with its port where it names one."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host
    return shown if parts.port is None else f"{shown}:{parts.port}"


def _fault(address: str, schemes: tuple[str, ...], example: str) -> str:
    if len(address) > LINK_CHARS:
        return f"the address has {len(address)} characters: at most {LINK_CHARS} are allowed."
    if any(not 33 <= ord(letter) <= 126 or letter in '\\"<>^`{|}' for letter in address):
        return f"the address has a letter that none may have: write others as %20 and the like, {example}."
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as fault:
        return f"this is no address ({fault}): write a whole one, {example}."
    if parts.scheme not in schemes:
        named = f"“{parts.scheme}”" if parts.scheme else "none"
        return f"its scheme is {named}, and it takes one of {', '.join(schemes)}: {example}."
    if not host or not _is_host(host) or port == 0:
        return f"it names no host: write a whole address, {example}."
    if parts.username is not None or parts.password is not None:
        return "everybody who comes is given this address: take the name and password out of it."
    return ""


def _is_host(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        labels = host.removesuffix(".").split(".")
        return len(host) <= 253 and all(
            0 < len(label) <= 63
            and label.strip("-") == label
            and all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in label)
            for label in labels
        )
    return True
