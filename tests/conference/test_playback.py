"""The simulive plan: what is on, and that a player which follows the plan gets there and stays there."""

from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.clock import EpochMs
from personal_app.conference.ids import RecordingId, TalkId
from personal_app.conference.playback import (
    DEAD_BAND_MS,
    MOST_LEAD_MS,
    REST_MS,
    SEEK_BEYOND_MS,
    SETTLING_MS,
    Before,
    Keep,
    Lead,
    Nudge,
    On,
    Open,
    Over,
    PlayerReading,
    Seek,
    nudged_rate,
    plan,
)
from personal_app.conference.program import Item

START = EpochMs(1_600_000_000_000)
LONG_MS = 3_600_000


def item(name: str, offset_ms: int, duration_ms: int) -> Item:
    return Item(talk=TalkId(name), recording=RecordingId(name), offset_ms=offset_ms, duration_ms=duration_ms)


FIRST, SECOND = item("first", 0, 60_000), item("second", 90_000, 30_000)
ALONE = item("alone", 0, LONG_MS)


def at(elapsed_ms: int) -> EpochMs:
    return EpochMs(START + elapsed_ms)


def reading(position_ms: int, *, rate: float = 1.0, moved_ms_ago: int = 60_000, name: str = "alone") -> PlayerReading:
    return PlayerReading(recording=RecordingId(name), position_ms=position_ms, rate=rate, moved_ms_ago=moved_ms_ago)


def correction(behind_ms: int, *, rate: float = 1.0, moved_ms_ago: int = 60_000) -> object:
    now = plan(at(600_000), START, [ALONE], reading(600_000 - behind_ms, rate=rate, moved_ms_ago=moved_ms_ago))
    assert isinstance(now, On)
    return now.correction


def test_the_items_of_a_video_follow_each_other_with_their_gaps() -> None:
    items = [SECOND, FIRST]
    assert plan(at(-5_000), START, items) == Before(START, FIRST)
    assert plan(at(0), START, items) == On(FIRST, 0, Open(0))
    assert plan(at(59_999), START, items) == On(FIRST, 59_999, Open(59_999))
    assert plan(at(60_000), START, items) == Before(at(90_000), SECOND)
    assert plan(at(90_000), START, items) == On(SECOND, 0, Open(0))
    assert plan(at(120_000), START, items) == Over()
    assert plan(at(0), START, []) == Over()


def test_a_player_with_another_recording_opens_the_right_one() -> None:
    now = plan(at(95_000), START, [FIRST, SECOND], reading(5_000, name="first"))
    assert now == On(SECOND, 5_000, Open(5_000))


def test_small_errors_are_left_alone_and_large_ones_take_one_seek() -> None:
    assert correction(DEAD_BAND_MS) == Keep()
    assert correction(-DEAD_BAND_MS) == Keep()
    assert correction(DEAD_BAND_MS + 1) == Nudge(1.02)
    assert correction(-DEAD_BAND_MS - 1) == Nudge(0.98)
    assert correction(SEEK_BEYOND_MS) == Nudge(1.05)
    assert correction(SEEK_BEYOND_MS + 1) == Seek(600_000)
    assert correction(-SEEK_BEYOND_MS - 1) == Seek(600_000)


def test_after_a_seek_the_player_is_left_to_itself_for_a_while() -> None:
    assert correction(5_000, moved_ms_ago=0) == Keep()
    assert correction(5_000, moved_ms_ago=REST_MS - 1) == Keep()
    assert correction(300, moved_ms_ago=SETTLING_MS - 1) == Keep()
    assert correction(100, moved_ms_ago=SETTLING_MS) == Nudge(1.13)
    assert correction(-900, moved_ms_ago=SETTLING_MS) == Nudge(0.7)
    assert correction(100, moved_ms_ago=REST_MS) == Nudge(1.05)
    assert correction(5_000, moved_ms_ago=REST_MS) == Seek(600_000)


def test_a_nudge_that_has_begun_ends_well_inside_the_dead_band() -> None:
    assert correction(20, rate=1.0) == Keep()
    assert correction(20, rate=1.02) == Nudge(1.01)
    assert correction(8, rate=1.01) == Keep()


def test_a_player_is_told_to_begin_as_far_ahead_as_it_was_behind_before() -> None:
    lead = Lead()
    for _ in range(8):
        # It takes 400 ms to begin.
        lead = lead.learn(400 - lead.ms)
    assert abs(lead.ms - 400) <= 8
    assert Lead(100).learn(-800).ms == 0
    assert Lead(900).learn(1_400).ms == MOST_LEAD_MS
    assert Lead(300).learn(60_000) == Lead(300)


@given(st.integers(-SEEK_BEYOND_MS, SEEK_BEYOND_MS).filter(bool))
def test_a_nudge_goes_the_right_way_and_never_beyond_five_per_cent(behind_ms: int) -> None:
    rate = nudged_rate(behind_ms)
    assert 0.95 <= rate <= 1.05
    assert (rate > 1) == (behind_ms > 0)
    assert rate != 1.0


@given(
    elapsed_ms=st.integers(-1_000_000, 1_000_000),
    spans=st.lists(st.tuples(st.integers(0, 200_000), st.integers(1, 200_000)), max_size=5),
)
def test_at_every_moment_the_position_lies_within_the_item(elapsed_ms: int, spans: list[tuple[int, int]]) -> None:
    items = [item(f"talk-{index}", offset, duration) for index, (offset, duration) in enumerate(spans)]
    now = plan(at(elapsed_ms), START, items)
    if isinstance(now, On):
        assert 0 <= now.position_ms < now.item.duration_ms
        assert now.item.offset_ms + now.position_ms == elapsed_ms
    elif isinstance(now, Before):
        assert now.until_ms > at(elapsed_ms)
        assert now.until_ms == START + now.item.offset_ms
    else:
        assert all(offset + duration <= elapsed_ms for offset, duration in spans)


class Follower:
    """A player that does as the plan says: it drifts, and a seek leaves it late by some latency."""

    def __init__(self, position_ms: float, drift: float, seek_latency_ms: int) -> None:
        self.position_ms, self.rate, self.moved_ms_ago = position_ms, 1.0, 60_000
        self.drift, self.seek_latency_ms = drift, seek_latency_ms
        self.seeks = 0

    def follow(self, what: object) -> None:
        self.rate = what.rate if isinstance(what, Nudge) else 1.0
        if isinstance(what, Seek):
            self.position_ms = what.position_ms - self.seek_latency_ms
            self.moved_ms_ago = 0
            self.seeks += 1

    def play(self, passed_ms: int) -> None:
        self.position_ms += passed_ms * self.rate * (1 + self.drift)
        self.moved_ms_ago += passed_ms


@given(
    error_ms=st.integers(-500_000, 500_000),
    drift=st.floats(-0.0005, 0.0005),
    seek_latency_ms=st.integers(0, 1_200),
    step_ms=st.integers(50, 1_000),
)
def test_following_the_plan_converges_with_at_most_one_seek(
    error_ms: int, drift: float, seek_latency_ms: int, step_ms: int
) -> None:
    elapsed_ms = 600_000
    player = Follower(elapsed_ms - error_ms, drift, seek_latency_ms)
    errors: list[float] = []
    while elapsed_ms < 700_000:
        now = plan(
            at(elapsed_ms),
            START,
            [ALONE],
            reading(int(player.position_ms), rate=player.rate, moved_ms_ago=player.moved_ms_ago),
        )
        assert isinstance(now, On)
        player.follow(now.correction)
        player.play(step_ms)
        elapsed_ms += step_ms
        errors.append(abs(elapsed_ms - player.position_ms))
    assert player.seeks == (1 if abs(error_ms) > SEEK_BEYOND_MS else 0)
    assert max(errors[-int(20_000 / step_ms) :]) <= DEAD_BAND_MS + 2


@given(st.integers(-DEAD_BAND_MS, DEAD_BAND_MS), st.lists(st.integers(50, 1_000), max_size=50))
def test_within_the_dead_band_nothing_is_ever_touched(behind_ms: int, steps_ms: list[int]) -> None:
    elapsed_ms = 600_000
    for step_ms in steps_ms:
        elapsed_ms += step_ms
        now = plan(at(elapsed_ms), START, [ALONE], reading(elapsed_ms - behind_ms))
        assert isinstance(now, On)
        assert now.correction == Keep()
