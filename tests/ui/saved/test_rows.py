"""The recordings as rows, and how saving goes in all."""

import pytest

from personal_app.conference.ids import RecordingId
from personal_app.services.recordings import RecordingKind, RecordingState, Room
from personal_app.ui.saved.rows import is_short_of_room, room_words, saved_rows, summary
from personal_app.ui.saved.steps import steps_of
from tests.ui.demo import demo_conference

SIZE = 1_480_000
CONFERENCE = demo_conference()


@pytest.mark.parametrize(
    ("state", "words", "steps"),
    [
        (RecordingState(), "Not here, 1.5 MB", ["save"]),
        (RecordingState(kind=RecordingKind.SAVED, by_hand=True), "Saved, 1.5 MB", ["remove"]),
        (
            RecordingState(kind=RecordingKind.SAVED),
            "Here because it was watched, 1.5 MB; may make room",
            ["keep", "remove"],
        ),
        (
            RecordingState(kind=RecordingKind.LOADING, fraction=0.43, rate_bytes_s=3_200_000, left_s=40, by_hand=True),
            "43 % of 1.5 MB · 3.2 MB/s · 40 s left",
            ["pause", "drop"],
        ),
        (
            RecordingState(kind=RecordingKind.LOADING, fraction=0.43, left_s=150),
            "43 % of 1.5 MB · 2 min left",
            ["keep", "pause", "drop"],
        ),
        (RecordingState(kind=RecordingKind.WAITING, by_hand=True), "1.5 MB · Waits for its turn.", ["pause", "drop"]),
        (RecordingState(kind=RecordingKind.PAUSED, fraction=0.5), "Paused at 50 % of 1.5 MB", ["resume", "drop"]),
        (
            RecordingState(kind=RecordingKind.PAUSED, fraction=0.5, detail="The disk is full."),
            "Paused at 50 % of 1.5 MB · The disk is full.",
            ["resume", "drop"],
        ),
        (RecordingState(kind=RecordingKind.FAILED, detail="No server."), "Not saved, 1.5 MB · No server.", ["again"]),
    ],
)
def test_a_row_says_how_it_is_and_what_can_be_done(state: RecordingState, words: str, steps: list[str]) -> None:
    row = saved_rows(CONFERENCE, lambda _: state)[0]
    assert row.words == words
    assert row.spoken() == f"{CONFERENCE.talks[0].title}. {words}"
    assert [step.name for step in steps_of(state)] == steps


def test_in_all() -> None:
    ids = [recording.id for recording in CONFERENCE.recordings]
    states = {
        ids[0]: RecordingState(kind=RecordingKind.SAVED, by_hand=True),
        ids[1]: RecordingState(kind=RecordingKind.LOADING, fraction=0.5, rate_bytes_s=74_000),
        ids[2]: RecordingState(kind=RecordingKind.WAITING),
        ids[3]: RecordingState(kind=RecordingKind.PAUSED),
    }

    def state_of(recording: RecordingId) -> RecordingState:
        return states.get(recording, RecordingState())

    found = summary(CONFERENCE, state_of)
    assert (found.here, found.all, found.coming, found.paused) == (1, 7, 2, 1)
    assert found.missing_bytes == SIZE + SIZE // 2
    assert found.absent_bytes == 3 * SIZE
    assert found.words() == "Saving 2 recordings: 25 %, 74 KB/s, 30 s left"
    room = Room(saved_bytes=SIZE, watched_bytes=2 * SIZE, free_bytes=12_300_000_000)
    assert room_words(found, room) == "1 of 7 here, 4.4 MB · 3.0 MB of it only watched · 12.3 GB free on this disk"
    assert not is_short_of_room(found, room)
    assert is_short_of_room(found, Room(free_bytes=1_000_000))
    assert not is_short_of_room(found, Room())


def test_nothing_at_all() -> None:
    assert saved_rows(None, lambda _: RecordingState()) == ()
    assert summary(None, lambda _: RecordingState()).words() == ""
