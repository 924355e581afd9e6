"""TOML text to tables with lines: the first step of every file of ours that people write by hand.

A text that is not TOML has one mistake, the first, for nothing behind it can be understood. Must never know what the
tables are for.
"""

import re
import tomllib
from typing import Any

from personal_app.conference.errors import BadConferenceFile
from personal_app.formats.faults import FaultList
from personal_app.formats.toml_lines import key_lines

#: More than a conference of a thousand talks with abstracts needs.
TEXT_CHARS = 2_000_000

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
#: What would be right, by the beginning of what the standard library's reader says is wrong.
_REMEDIES = (
    ("Invalid value", 'text stands in quotes, a day is written 2020-05-29, and it is "true" and "false"'),
    ("Illegal character '\\n'", 'close the quotes on the same line, or use """ around text of several lines'),
    ("Expected '=' after a key", 'a line is a key, an equals sign and a value: title = "..."'),
    ("Expected newline or end of document", "put each key on a line of its own, and quotes around all of a text"),
    ("Cannot overwrite a value", "this key stands there already: keep one of the two"),
    ("Cannot declare", "this table stands there already: join the two, or use [[...]] for a list of tables"),
    ("Unterminated string", "close the quotes"),
    ("Unclosed array", "put a comma between two elements and a ] after the last"),
    ("Unclosed inline table", "put a comma between two keys and a } after the last, all on one line"),
    ("Unescaped '\\'", "write \\\\ for a backslash, or use '...' around the text"),
    ("Invalid initial character", "a line begins with a key, or a [table]"),
)


def read_toml(text: str, name: str) -> tuple[dict[str, Any], FaultList]:
    """Return the tables of `text` and an empty list for the mistakes in them; `name` is how the file is called.

    Raises BadConferenceFile where the text is not TOML (1.0.0), is too long or is nested too deeply.
    """
    if len(text) > TEXT_CHARS:
        raise BadConferenceFile(
            [f"{name}: this file is longer than {TEXT_CHARS} characters: it is no conference file."]
        )
    text = text.removeprefix("\ufeff")
    try:
        return tomllib.loads(text), FaultList(name, key_lines(text))
    except tomllib.TOMLDecodeError as error:
        raise BadConferenceFile([_sentence(str(error), text, name)]) from None
    except RecursionError:
        raise BadConferenceFile(
            [f"{name}: its values are nested too deeply: a conference file has flat lists."]
        ) from None
    except ValueError:
        # The standard library's reader lets through what int() says of numbers with thousands of digits.
        raise BadConferenceFile([f"{name}: a number in it is too long: at most 20 digits make sense here."]) from None


def _sentence(message: str, text: str, name: str) -> str:
    match = _PLACE.search(message)
    line = text.count("\n") + 1
    place = f"line {line}"
    if match is not None:
        message = message[: match.start()]
        if match[1]:
            place = f"line {match[1]}, column {match[2]}"
    remedy = next(
        (words for beginning, words in _REMEDIES if message.startswith(beginning)), "see docs/conference-file.md"
    )
    return f"{name}, {place}: this is not TOML ({message[:1].lower()}{message[1:]}): {remedy}."
