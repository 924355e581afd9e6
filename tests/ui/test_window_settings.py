"""What is kept of a window comes back as it was chosen; whatever else stands there counts as nothing chosen."""

import json

import pytest

from personal_app.ui.theme import Look
from personal_app.ui.window_settings import WindowSettings, window_settings

CHOSEN = WindowSettings(look=Look.DARK, scale=1.5, geometry=b"\x00\xffplace", talk="paper")


def test_it_comes_back_as_it_was_chosen() -> None:
    assert window_settings(CHOSEN.text()) == CHOSEN
    assert window_settings(WindowSettings().text()) == WindowSettings()


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "7", '"dark"', "[" * 100_000, '{"look": {}}', "\x00", '{"scale": NaN, "geometry": "zz"}'],
)
def test_what_is_none_counts_as_nothing_chosen(text: str) -> None:
    assert window_settings(text) == WindowSettings()


@pytest.mark.parametrize(
    ("key", "value"),
    [("look", "pink"), ("look", 3), ("scale", 17), ("scale", "1.5"), ("geometry", 5), ("geometry", "0"), ("talk", [])],
)
def test_one_wrong_value_takes_no_other_along(key: str, value: object) -> None:
    spoilt = window_settings(json.dumps(json.loads(CHOSEN.text()) | {key: value}))
    assert spoilt == CHOSEN._replace(**{key: WindowSettings._field_defaults[key]})
