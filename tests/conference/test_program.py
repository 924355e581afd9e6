"""The program: looking things up, and names for reading."""

import msgspec
import pytest

from personal_app.conference.ids import PersonId, RecordingId, SessionId, TalkId
from personal_app.conference.program import Conference, Item, SessionKind
from tests.factories import OPENING, PAPER_1, RESEARCH, WELCOME, conference, session


def test_everything_is_found_by_its_id_and_nothing_else_is() -> None:
    whole = conference()
    for found, wanted in (
        (whole.session(OPENING), OPENING),
        (whole.talk(PAPER_1), PAPER_1),
        (whole.person(PersonId("amir")), "amir"),
        (whole.recording(RecordingId("welcome")), "welcome"),
    ):
        assert found is not None
        assert found.id == wanted
    assert whole.session(SessionId("none")) is None
    assert whole.talk(TalkId("none")) is None
    assert whole.person(PersonId("none")) is None
    assert whole.recording(RecordingId("none")) is None


@pytest.mark.parametrize(
    ("people", "read"),
    [
        ((), ""),
        (("amir",), "Amir"),
        (("amir", "chiara"), "Amir and Chiara"),
        (("amir", "chiara", "olga"), "Amir, Chiara and Olga"),
        (("amir", "nobody", "olga"), "Amir and Olga"),
    ],
)
def test_names_are_joined_for_reading(people: tuple[str, ...], read: str) -> None:
    assert conference().names(tuple(map(PersonId, people))) == read


def test_a_video_is_as_long_as_its_last_item_reaches() -> None:
    items = (
        Item(talk=WELCOME, recording=RecordingId("b"), offset_ms=60_000, duration_ms=30_000),
        Item(talk=WELCOME, recording=RecordingId("a"), offset_ms=0, duration_ms=45_000),
    )
    assert session(items=items).video_ms == 90_000
    assert session(RESEARCH, kind=SessionKind.QA).video_ms == 0


def test_a_conference_travels_as_json() -> None:
    whole = conference()
    assert msgspec.json.decode(msgspec.json.encode(whole), type=Conference) == whole
