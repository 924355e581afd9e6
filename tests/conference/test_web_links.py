"""Addresses of streams and meetings: what is taken, what is refused, and that the refusal says what would be right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.web_links import MEETING_SCHEMES, host_of, meeting_fault, stream_fault

GOOD_STREAMS = (
    "https://example.org/live/index.m3u8",
    "http://127.0.0.1:8080/hls/a.m3u8?key=1&b=2",
    "rtmp://live.example.org/app/key",
    "rtmps://live.example.org:443/app/key",
    "srt://203.0.113.4:9000?mode=caller",
    "rtsp://[2001:db8::1]:554/panel",
)


@pytest.mark.parametrize("address", GOOD_STREAMS)
def test_what_can_be_played_is_taken(address: str) -> None:
    assert stream_fault(address) == ""


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("file:///etc/passwd", "scheme"),
        ("/srv/live.m3u8", "scheme"),
        ("example.org/live.m3u8", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("dvd://", "scheme"),
        ("https:///live.m3u8", "no host"),
        ("https://-bad-/live", "no host"),
        ("https://a..b/live", "no host"),
        ("https://example.org:0/", "no host"),
        ("https://example.org:99999/", "no address"),
        ("https://[::1/", "no address"),
        ("https://ada:secret@example.org/", "password"),
        ("https://example.org/a b", "letter"),
        ("https://example.org/\u202e", "letter"),
        ("https://example.org\\@evil.example/", "letter"),
        ("https://example.org/" + "a" * 2_000, "characters"),
    ],
)
def test_what_cannot_is_refused_with_a_sentence(address: str, words: str) -> None:
    assert words in stream_fault(address)
    assert words in meeting_fault(address)
    assert stream_fault(address).endswith(".")


@pytest.mark.parametrize("address", GOOD_STREAMS)
def test_a_browser_is_given_nothing_but_web_addresses(address: str) -> None:
    assert (meeting_fault(address) == "") == address.startswith(tuple(f"{each}://" for each in MEETING_SCHEMES))


def test_the_host_is_said_as_it_is() -> None:
    assert host_of("https://Meet.Example.org/panel") == "meet.example.org"
    assert host_of("rtsp://[2001:db8::1]:554/panel") == "[2001:db8::1]:554"


@given(st.text(max_size=60))
def test_nothing_that_is_written_breaks_it(text: str) -> None:
    for address in (text, f"https://{text}", f"https://example.org/{text}"):
        assert isinstance(stream_fault(address), str)
        if not stream_fault(address):
            assert host_of(address)
