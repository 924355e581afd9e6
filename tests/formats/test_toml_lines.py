"""The line scanner: every key and element that the standard library's reader finds has its line."""

import tomllib
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from personal_app.formats.toml_lines import KeyPath, key_lines
from tests.formats.toml_texts import DEMO, SMALL, TABLES, document, spoilt

ODD = '''\
# a comment with = and [brackets]
title = "a # b ] \\" c"   # 2
"quoted key".'literal'.bare = 1
text = """
first line ""quoted""
second = "not a key"
ends in quotes"""""
literal = \'\'\'
[not.a.table]
it's\'\'\'
list = [ # 11
  1, [2, "]"], # 12
  { a = 1, b.c = [3] }, # 13

  1979-05-27 07:32:00, # 15
]
[a . "b c"] # 17
x = { }
[[many]] # 19
y = 1
[many.sub]
z = 2
[[many]] # 23
[[many.deep]]
[[many.deep]]
w = "" # 26
'''


def every_path(value: Any, path: KeyPath = ()) -> Iterator[KeyPath]:
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield (*path, step)
        yield from every_path(inner, (*path, step))


def test_all_of_toml_has_its_lines() -> None:
    lines = key_lines(ODD)

    assert set(lines) == set(every_path(tomllib.loads(ODD)))
    found = {
        ("title",): 2,
        ("quoted key", "literal", "bare"): 3,
        ("text",): 4,
        ("literal",): 8,
        ("list",): 11,
        ("list", 0): 12,
        ("list", 1, 1): 12,
        ("list", 2, "b", "c", 0): 13,
        ("list", 3): 15,
        ("a", "b c"): 17,
        ("many",): 19,
        ("many", 0): 19,
        ("many", 0, "sub", "z"): 22,
        ("many", 1): 23,
        ("many", 1, "deep", 1, "w"): 26,
    }
    assert {path: lines[path] for path in found} == found


def test_windows_line_ends_count_once() -> None:
    assert key_lines("a = 1\r\n\r\nb = 2\r\n") == {("a",): 1, ("b",): 3}


def test_no_text_no_lines() -> None:
    assert key_lines("") == {}


@settings(deadline=None)
@given(TABLES)
def test_any_document_has_a_line_for_each_key(tables: dict[str, Any]) -> None:
    text = document(tables)
    lines = key_lines(text)
    assert set(lines) == set(every_path(tomllib.loads(text)))
    assert all(1 <= line <= text.count("\n") + 1 for line in lines.values())


@settings(deadline=None)
@given(st.one_of(spoilt(SMALL), spoilt((DEMO / "conference.toml").read_text(encoding="utf-8"))))
def test_a_spoilt_file_that_is_still_toml_has_a_line_for_each_key(text: str) -> None:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    assert set(key_lines(text)) == set(every_path(values))
