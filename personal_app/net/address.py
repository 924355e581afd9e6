"""What people paste to get in: a server's address, with or without an invitation. Must never look anything up."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

import msgspec

from personal_app.conference.errors import EnvironmentTrouble

_SCHEMES = {"http": "ws", "https": "wss"}
#: A host name as RFC 1123, section 2.1, has it, with the underscore that local networks use.
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_HOST_CHARS = 253
_SHOWN_CHARS = 80


class Address(msgspec.Struct, frozen=True):
    """A server: its base URL without a slash at the end ("http://host:8020")."""

    base_url: str

    @property
    def live_url(self) -> str:
        """The address of the live connection."""
        scheme, rest = self.base_url.split("://", 1)
        return f"{_SCHEMES[scheme]}://{rest}/live"

    @property
    def is_encrypted(self) -> bool:
        """Whether all that is said to the server goes through TLS."""
        return self.base_url.startswith("https://")

    @property
    def is_here(self) -> bool:
        """Whether the server is on this machine, where no proxy has a say."""
        host = urlsplit(self.base_url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost" or host.endswith(".localhost")


class Pasted(msgspec.Struct, frozen=True):
    """What was found in a pasted text; the invitation is empty where there was none."""

    address: Address
    invitation: str = ""


def parse_address(text: str) -> Pasted:
    """Return the address in `text`: "host", "host:port", a URL, or an invitation link "http://host/join#CODE".

    Raises EnvironmentTrouble with a sentence that says what is wrong and what would be right.
    """
    given = text.strip().strip("<>").strip()
    if not given:
        raise EnvironmentTrouble(
            "Paste the address of the conference first, for example http://conference.example:8020."
        )
    parts = _split(given)
    if parts.scheme not in _SCHEMES:
        raise EnvironmentTrouble(f"An address begins with http:// or https://, not with {parts.scheme[:20]}://.")
    if "@" in parts.netloc:
        raise EnvironmentTrouble("The address must not hold a name or password before the @ sign.")
    port = _port(parts, given)
    host = _host(parts.hostname or "")
    if host is None:
        raise _no_server(given)
    return Pasted(Address(f"{parts.scheme}://{host}{f':{port}' if port else ''}"), parts.fragment)


def _split(given: str) -> SplitResult:
    # The standard parser drops tabs and line ends within an address without a word.
    if any(character.isspace() or not character.isprintable() for character in given):
        raise _no_server(given)
    try:
        return urlsplit(given if "://" in given else f"http://{given}")
    except ValueError:
        raise _no_server(given) from None


def _port(parts: SplitResult, given: str) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise EnvironmentTrouble(
            f"“{given[:_SHOWN_CHARS]}” is not an address: what follows the colon must be a number from 1 to 65535."
        )
    return port


def _host(name: str) -> str | None:
    """Return the host as URLs write it, names in other scripts in their ASCII form (RFC 3490), or None."""
    if ":" in name:
        try:
            return f"[{ipaddress.IPv6Address(name)}]"
        except ValueError:
            return None
    try:
        ascii_name = name.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    labels = ascii_name.removesuffix(".").split(".")
    fits = len(ascii_name) <= _HOST_CHARS and all(_LABEL.fullmatch(label) for label in labels)
    return ascii_name if fits else None


def _no_server(given: str) -> EnvironmentTrouble:
    return EnvironmentTrouble(
        f"“{given[:_SHOWN_CHARS]}” names no server; an address looks like http://conference.example:8020."
    )
