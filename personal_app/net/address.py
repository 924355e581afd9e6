"""What people paste to get in: a server's address, with or without an invitation. Must never look anything up."""

from urllib.parse import urlsplit

import msgspec

from personal_app.conference.errors import EnvironmentTrouble

_SCHEMES = {"http": "ws", "https": "wss"}


class Address(msgspec.Struct, frozen=True):
    """A server: its base URL without a slash at the end ("http://host:8020")."""

    base_url: str

    @property
    def live_url(self) -> str:
        """The address of the live connection."""
        scheme, rest = self.base_url.split("://", 1)
        return f"{_SCHEMES[scheme]}://{rest}/live"


class Pasted(msgspec.Struct, frozen=True):
    """What was found in a pasted text; the invitation is empty where there was none."""

    address: Address
    invitation: str = ""


def parse_address(text: str) -> Pasted:
    """Return the address in `text`: "host", "host:port", a URL, or an invitation link "http://host/join#CODE".

    Raises EnvironmentTrouble with a sentence that says what is wrong and what would be right.
    """
    given = text.strip()
    if not given:
        raise EnvironmentTrouble(
            "Paste the address of the conference first, for example http://conference.example:8020."
        )
    try:
        parts = urlsplit(given if "://" in given else f"http://{given}")
        port = parts.port
    except ValueError:
        raise EnvironmentTrouble(
            f"“{given[:80]}” is not an address: the part after the last colon must be a number from 1 to 65535."
        ) from None
    if parts.scheme not in _SCHEMES:
        raise EnvironmentTrouble(f"An address begins with http:// or https://, not with {parts.scheme[:20]}://.")
    if not parts.hostname or any(character.isspace() for character in given):
        raise EnvironmentTrouble(
            f"“{given[:80]}” names no server; an address looks like http://conference.example:8020."
        )
    if parts.username is not None:
        raise EnvironmentTrouble("The address must not hold a name or password before the @ sign.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Pasted(Address(f"{parts.scheme}://{host}{f':{port}' if port else ''}"), parts.fragment)
