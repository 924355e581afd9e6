"""What was watched: parts grow together, stay inside the recording, and say where to go on."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.watching import GAP_MS, MOST_SPANS, NOTHING, Watched, merged, united, with_span

HOUR = 3_600_000
spans = st.lists(st.tuples(st.integers(0, HOUR), st.integers(1, 60_000)).map(lambda at: (at[0], at[0] + at[1])))


@given(spans)
def test_parts_are_in_order_and_apart_and_nothing_of_them_is_lost(parts: list[tuple[int, int]]) -> None:
    found = merged(parts)
    assert all(end + GAP_MS < start for (_, end), (start, _) in pairwise(found)), "what nearly touches is one"
    assert all(any(start <= first and last <= end for start, end in found) for first, last in parts)
    assert merged(found) == found


def test_so_many_parts_that_nobody_can_see_them_become_fewer() -> None:
    parts = [(at * 10_000, at * 10_000 + 10) for at in range(MOST_SPANS + 5)]
    parts[7] = (7 * 10_000 - 5_000, 7 * 10_000)
    found = merged(parts)
    assert len(found) == MOST_SPANS
    assert any(start <= 60_000 and end >= 70_000 for start, end in found), "the smallest gap goes first"


def test_the_share_and_the_place_to_go_on() -> None:
    watched = with_span(NOTHING, 0, 60_000, 600_000)
    watched = with_span(watched, 120_000, 180_000, 600_000)
    assert (watched.share, watched.resume_ms) == (0.2, 180_000)
    assert with_span(watched, 590_000, 700_000, 600_000).spans[-1] == (590_000, 600_000)
    assert with_span(watched, 580_000, 599_000, 600_000).resume_ms is None, "it was at its end"
    assert with_span(watched, 0, 5_000, 600_000).resume_ms is None, "it had hardly begun"
    assert with_span(watched, 200_000, 200_000, 600_000).spans == watched.spans
    assert Watched().share == 0.0


def test_a_shorter_recording_in_its_place_has_no_part_beyond_its_end() -> None:
    watched = Watched(((0, 100_000), (500_000, 600_000)), 600_000, 600_000)
    assert with_span(watched, 10_000, 20_000, 80_000) == Watched(((0, 80_000),), 20_000, 80_000)


def test_what_was_watched_before_and_after_counts_together() -> None:
    earlier, later = Watched(((0, 60_000),), 60_000, 600_000), Watched(((50_000, 90_000),), 90_000, 600_000)
    assert united(earlier, later) == Watched(((0, 90_000),), 90_000, 600_000)
