"""How preview pictures lie on their sheet: few enough, near enough, and one for every moment."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference.recordings import PREVIEWS_MOST, preview_grid


@given(st.integers(1, 24 * 3_600_000), st.integers(1, 16_384), st.integers(1, 16_384))
def test_every_moment_has_a_picture_and_the_sheet_stays_small(duration_ms: int, width: int, height: int) -> None:
    grid = preview_grid(duration_ms, width, height)
    assert 1 <= grid.count <= PREVIEWS_MOST
    assert (grid.count - 1) * grid.step_ms < duration_ms <= grid.count * grid.step_ms
    assert grid.columns * grid.width <= 2400
    assert grid.rows * grid.height <= 1800
    assert [grid.index_at(at) for at in (-1, 0, duration_ms - 1, duration_ms + 9)] == [
        0,
        0,
        grid.count - 1,
        grid.count - 1,
    ]
    x, y = grid.corner(grid.count - 1)
    assert x + grid.width <= grid.columns * grid.width
    assert y + grid.height == grid.rows * grid.height


@pytest.mark.parametrize(("minutes", "step_ms"), [(1, 3_000), (10, 3_000), (20, 6_000), (60, 18_000)])
def test_longer_recordings_have_them_further_apart(minutes: int, step_ms: int) -> None:
    assert preview_grid(minutes * 60_000, 1280, 720).step_ms == step_ms


def test_a_picture_is_as_wide_as_the_recording_is() -> None:
    assert [preview_grid(60_000, *size).width for size in ((1280, 720), (1024, 768), (320, 1280))] == [160, 120, 40]
