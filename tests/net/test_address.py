"""What people paste to get in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.net.address import Address, parse_address


@pytest.mark.parametrize(
    ("text", "base_url", "invitation"),
    [
        ("conference.example", "http://conference.example", ""),
        ("  conference.example:8020\n", "http://conference.example:8020", ""),
        ("Conference.Example:8020/", "http://conference.example:8020", ""),
        ("localhost:8020", "http://localhost:8020", ""),
        ("127.0.0.1:8020", "http://127.0.0.1:8020", ""),
        ("http://127.0.0.1:8020", "http://127.0.0.1:8020", ""),
        ("HTTPS://conference.example/program?day=1", "https://conference.example", ""),
        ("http://[::1]:8020", "http://[::1]:8020", ""),
        ("[::1]:8020", "http://[::1]:8020", ""),
        ("http://127.0.0.1:8020/join#AAAA-BBBB-CCCC", "http://127.0.0.1:8020", "AAAA-BBBB-CCCC"),
        ("conference.example/join#AAAA", "http://conference.example", "AAAA"),
        ("<http://conference.example:8020/>", "http://conference.example:8020", ""),
        ("https://b\u00fccher.example", "https://xn--bcher-kva.example", ""),
    ],
)
def test_what_is_an_address(text: str, base_url: str, invitation: str) -> None:
    pasted = parse_address(text)
    assert (pasted.address.base_url, pasted.invitation) == (base_url, invitation)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Paste the address"),
        (" \n", "Paste the address"),
        ("ftp://conference.example", "begins with http:// or https://"),
        ("file:///etc/passwd", "begins with http:// or https://"),
        ("javascript:alert(1)", "must be a number from 1 to 65535"),
        ("http://", "names no server"),
        ("http://#CODE", "names no server"),
        ("http://two words", "names no server"),
        ("a\tb.example", "names no server"),
        ("conference.example:port", "must be a number from 1 to 65535"),
        ("conference.example:0", "must be a number from 1 to 65535"),
        ("conference.example:65536", "must be a number from 1 to 65535"),
        ("http://[::1", "names no server"),
        ("http://-.example", "names no server"),
        ("http://exa<mple", "names no server"),
        ("http://a..b", "names no server"),
        ("http://" + "a" * 64 + ".example", "names no server"),
        ("http://name:password@conference.example", "name or password"),
        ("AAAA-BBBB-CCCC#", ""),
    ],
)
def test_what_is_no_address_is_said(text: str, words: str) -> None:
    if not words:
        assert parse_address(text).invitation == ""
        return
    with pytest.raises(EnvironmentTrouble, match=words):
        parse_address(text)


def test_the_live_connection_is_beside_it() -> None:
    assert Address("http://127.0.0.1:8020").live_url == "ws://127.0.0.1:8020/live"
    assert Address("https://conference.example").live_url == "wss://conference.example/live"


@pytest.mark.parametrize(
    ("base_url", "here"),
    [
        ("http://127.0.0.1:8020", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:8020", True),
        ("http://localhost:8020", True),
        ("http://demo.localhost", True),
        ("http://localhost.example", False),
        ("http://10.0.0.1", False),
        ("https://conference.example", False),
    ],
)
def test_which_servers_are_on_this_machine(base_url: str, here: bool) -> None:
    assert Address(base_url).is_here is here


@given(st.text() | st.text(alphabet="htps:/[]@.#%0123456789ab-\u00fc\u3002\u200d ", max_size=40))
def test_any_text_is_an_address_or_a_sentence(text: str) -> None:
    try:
        pasted = parse_address(text)
    except EnvironmentTrouble:
        return
    assert parse_address(pasted.address.base_url).address == pasted.address
    assert pasted.address.base_url.isascii()
    assert not any(character.isspace() for character in pasted.address.base_url)
