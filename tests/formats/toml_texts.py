"""TOML texts for the tests: a small right conference file, texts spoilt at random, and values written as TOML."""

import json
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

DEMO = Path(__file__).parents[2] / "assets" / "demo"

SMALL = """\
[conference]
slug = "small"
title = "A small conference"
date = 2020-05-29
timezone = "America/New_York"

[[people]]
name = "Ada Byron"

[[sessions]]
slug = "opening"
kind = "talk"
title = "Opening"
start = 2020-05-29T12:00:00
minutes = 15
presenters = ["Ada Byron"]

[[sessions]]
slug = "papers-qa"
kind = "qa"
title = "Questions to the papers"
start = 2020-05-29T12:15:00
minutes = 30
papers = ["first"]

[[papers]]
slug = "first"
title = "The first paper"

[[recordings]]
talk = "opening"
file = "recordings/opening.mp4"
duration_ms = 90_000
width = 1280
height = 720
"""

KEYS = st.sampled_from(
    [
        *("conference", "people", "sessions", "papers", "recordings", "important_dates", "call_for_participation"),
        *("slug", "title", "date", "timezone", "name", "kind", "start", "minutes", "presenters", "chairs", "video"),
        *("talk", "file", "duration_ms", "width", "height", "captions", "chapters", "poster", "language", "number"),
        *(
            "questions_open",
            "questions_pause",
            "questions_close",
            "qa_start",
            "qa_end",
            "video_start",
            "opening",
            "moderated",
            "authors",
            "what",
            "on",
            "summary",
            "topics",
        ),
    ]
)
_WORDS = st.sampled_from(
    ["opening", "first", "papers-qa", "Ada Byron", "talk", "qa", "1:30", "a/b.mp4", "Europe/Berlin"]
)
_SCALARS = st.one_of(
    _WORDS,
    st.text(max_size=12),
    st.integers(-(10**18), 10**18),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
)
VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
TABLES = st.dictionaries(KEYS | st.text(max_size=5), VALUES, max_size=6)


def written(value: Any) -> str:
    """Return a value as TOML writes it, on one line."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value).replace("\x7f", "\\u007f") if value.isascii() else _quoted(value)
        case float():
            return repr(value) if "e" not in repr(value) else f"{value:.1f}"
        case datetime() | date() | time():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(written, value))}]"
        case dict():
            pairs = ", ".join(f"{_quoted(key)} = {written(inner)}" for key, inner in value.items())
            return f"{{ {pairs} }}"
    return str(value)


def document(tables: dict[str, Any]) -> str:
    """Return tables as a TOML text: each key of the root on a line, lists of tables as [[...]]."""
    plain, headed = [], []
    for key, value in tables.items():
        if isinstance(value, dict):
            headed.append(f"[{_quoted(key)}]\n" + _pairs(value))
        elif isinstance(value, list) and value and all(isinstance(inner, dict) for inner in value):
            headed += [f"[[{_quoted(key)}]] # one\n" + _pairs(inner) for inner in value]
        else:
            plain.append(f"{_quoted(key)} = {written(value)}\n")
    return "".join(plain) + "\n".join(headed)


def _pairs(table: dict[str, Any]) -> str:
    return "".join(f"{_quoted(key)} = {written(value)}\n" for key, value in table.items())


def _quoted(text: str) -> str:
    escaped = "".join(f"\\U{ord(c):08X}" if not c.isprintable() or c in '"\\' else c for c in text)
    return f'"{escaped}"'


@st.composite
def spoilt(draw: st.DrawFn, text: str) -> str:
    """Draw `text` with up to three pieces taken out, put elsewhere or overwritten."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 60)))
        middle = draw(st.sampled_from(["", text[start:end] * 2, '"', "[", "]]", "=", "\n", "1", "{", "''", "\u00e9"]))
        text = text[:start] + middle + text[end:]
    return text
