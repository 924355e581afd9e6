"""Reads one table of a TOML file key by key, noting what is wrong and going on.

Each method returns a value that later steps can work with, wrong or not: what is wrong is in the fault list by then,
and nothing made from the table leaves the reader of the file. Must never know which file it reads.
"""

import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from personal_app.conference.ids import is_slug
from personal_app.conference.text import clean_text
from personal_app.formats.faults import FaultList, shown
from personal_app.formats.toml_lines import KeyPath

Choice = TypeVar("Choice", bound=StrEnum)
Value = TypeVar("Value")
Day = TypeVar("Day", bound=date)

#: What a value is, for people, by its type. The order matters: a bool is an int, a datetime is a date.
_KINDS: tuple[tuple[type, str], ...] = (
    (bool, "true or false"),
    (int, "a number"),
    (float, "a number with a fraction"),
    (str, "text"),
    (datetime, "a day with a time"),
    (date, "a day"),
    (time, "a time of day"),
    (list, "a list"),
    (dict, "a table"),
)


class TableReader:
    """One table at `path`; `finish` is called when all known keys have been asked for."""

    def __init__(self, values: dict[str, Any], path: KeyPath, faults: FaultList) -> None:
        self._values = values
        self._faults = faults
        self._asked: set[str] = set()
        self._missing: dict[str, str] = {}
        self.path = path

    def at(self, key: str, index: int | None = None) -> KeyPath:
        """Return the path of a key of this table, or of an element of it."""
        return (*self.path, key) if index is None else (*self.path, key, index)

    def has(self, key: str) -> bool:
        """Tell whether the table has `key`."""
        return key in self._values

    def fault(self, key: str | None, sentence: str) -> None:
        """Note a mistake at `key`, or at the table itself."""
        self._faults.add(self.path if key is None else self.at(key), sentence)

    def text(self, key: str, limit: int, *, lines: bool = False, required: bool = False) -> str:
        """Return the text of `key`, cleaned; "" where there is none. `lines` allows several lines."""
        value = self._value(key, str, "text in quotes", required)
        return "" if value is None else self._cleaned(value, self.at(key), limit, lines=lines)

    def texts(self, key: str, limit: int) -> list[tuple[str, KeyPath]]:
        """Return the texts of the list `key`, each with its path."""
        values = self._value(key, list, 'a list of texts in quotes, ["...", "..."]', required=False) or []
        found = []
        for index, value in enumerate(values):
            path = self.at(key, index)
            if isinstance(value, str):
                found.append((self._cleaned(value, path, limit), path))
            else:
                self._faults.add(path, f"this is {_kind(value)} ({shown(value)}): it takes text in quotes.")
        return found

    def integer(self, key: str, least: int, most: int, *, required: bool = False) -> int | None:
        """Return the whole number of `key` if it lies in [least, most], else None."""
        value = self._value(key, int, f"a whole number from {least} to {most}", required)
        if value is not None and not least <= value <= most:
            self.fault(key, f"{shown(value)} is out of range: it takes a whole number from {least} to {most}.")
            return None
        return value

    def flag(self, key: str, default: bool) -> bool:
        """Return the flag of `key`, or `default`."""
        value = self._value(key, bool, "true or false, without quotes", required=False)
        return default if value is None else value

    def day(self, key: str, *, required: bool = False) -> date | None:
        """Return the day of `key`, or None."""
        value = self._value(key, date, "a day, written 2020-05-29 without quotes", required)
        return self._in_range(key, value)

    def moment(self, key: str, *, required: bool = False) -> datetime | None:
        """Return the day and time of `key`, naive where the file gives no offset, or None."""
        value = self._value(key, datetime, "a day and a time, written 2020-05-29T12:15:00 without quotes", required)
        return self._in_range(key, value)

    def choice(self, key: str, choices: type[Choice], default: Choice | None = None) -> Choice | None:
        """Return which of `choices` stands at `key`; required where there is no default."""
        known = [choice.value for choice in choices]
        expected = f"one of {', '.join(map(shown, known))}"
        value = self._value(key, str, expected, required=default is None)
        if value is None:
            return default
        if value not in known:
            hint = self._faults.suggestion(value, known)
            self.fault(key, f"there is no {key} {shown(value)}: it takes {expected}.{hint}")
            return default
        return choices(value)

    def slug(self, key: str, *, required: bool = True) -> str:
        """Return the slug of `key`, or "" where there is none or it cannot be one."""
        value = self._value(key, str, 'a slug in quotes, such as "lower-case-words"', required)
        if value is None:
            return ""
        if not is_slug(value):
            self.fault(
                key,
                f"{shown(value)} is no slug: it takes lower-case letters and digits in words joined by single hyphens, "
                f"at most 80 characters{_example(value)}.",
            )
            return ""
        return value

    def table(self, key: str) -> "TableReader | None":
        """Return the table [key], or None."""
        value = self._value(key, dict, f"a table, [{key}]", required=False)
        return None if value is None else TableReader(value, self.at(key), self._faults)

    def tables(self, key: str, form: str = "") -> "list[TableReader]":
        """Return each table of the list `key`; `form` says how it is written, [[key]] unless told."""
        expected = form or f"tables, each begun by [[{key}]]"
        found = []
        for index, value in enumerate(self._value(key, list, expected, required=False) or []):
            if isinstance(value, dict):
                found.append(TableReader(value, self.at(key, index), self._faults))
            else:
                self._faults.add(self.at(key, index), f"this is {_kind(value)} ({shown(value)}): it takes {expected}.")
        return found

    def peek(self, key: str) -> Any:
        """Return what stands at `key`, whatever it is, without judging it."""
        return self._values.get(key)

    def suggestion(self, word: str, words: Iterable[str]) -> str:
        """Return the question whether one of `words` was meant, as `FaultList.suggestion` does."""
        return self._faults.suggestion(word, words)

    def finish(self) -> None:
        """Note each key that nobody has asked for, and each that is missing and not merely misspelt."""
        for key in self._values:
            if key not in self._asked:
                meant = self._faults.like(key, self._asked)
                self._missing.pop(meant, None)
                hint = f"Did you mean {shown(meant)}?" if meant else f"Known here: {', '.join(sorted(self._asked))}."
                self.fault(key, f"there is no such key: correct it or take it out. {hint}")
        for key, expected in self._missing.items():
            self.fault(None, f"{shown(key)} is missing: it takes {expected}.")

    def _value(self, key: str, kind: type[Value], expected: str, required: bool) -> Value | None:
        """Return what stands at `key` if it is of exactly that kind; else note the mistake and return None."""
        self._asked.add(key)
        value = self._values.get(key)
        if value is None:
            if required:
                self._missing[key] = expected
            return None
        if type(value) is not kind:
            self.fault(key, f"this is {_kind(value)} ({shown(value)}): it takes {expected}.")
            return None
        of_kind: Value = value
        return of_kind

    def _cleaned(self, value: str, path: KeyPath, limit: int, *, lines: bool = False) -> str:
        bad = next((letter for letter in value if _forbidden(letter)), None)
        if bad is not None:
            self._faults.add(path, f"the text holds a control character (U+{ord(bad):04X}): take it out.")
            return ""
        if not lines and len(value.strip().splitlines()) > 1:
            self._faults.add(path, "the text has several lines, and this takes one: join them.")
            return ""
        cleaned = clean_text(value, "the text", len(value) * 4, empty=True)
        if not cleaned:
            self._faults.add(path, "the text is empty: write something, or take the key out.")
        if len(cleaned) > limit:
            self._faults.add(path, f"the text has {len(cleaned)} characters, and {limit} is the most: shorten it.")
        return cleaned

    def _in_range(self, key: str, value: Day | None) -> Day | None:
        if value is not None and not 1970 <= value.year <= 2199:
            self.fault(key, f"{value.year} is out of range: it takes a year from 1970 to 2199.")
            return None
        return value


def _kind(value: object) -> str:
    return next((words for kind, words in _KINDS if isinstance(value, kind)), "something else")


def _forbidden(letter: str) -> bool:
    return letter not in "\n\t\r" and unicodedata.category(letter) in ("Cc", "Cs")


def _example(value: str) -> str:
    made = slug_of(value)
    return f', such as "{made}"' if made else ""


def slug_of(words: str) -> str:
    """Return the slug made of `words` without their accents and marks, or "" where no Latin letter or digit is left."""
    plain = unicodedata.normalize("NFKD", words).casefold()
    kept = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in plain if not _mark(letter))
    return "-".join(kept.split())[:80].strip("-")


def _mark(letter: str) -> bool:
    return unicodedata.category(letter).startswith("M") or letter in "'’."
