"""What a profile's folder says of itself to the profiles beside it: which conference it is of, and whose.

A cache that is open cannot be read by another process, and a list of conferences must not open each of them: so this
much stands in a small file of its own. No secret is in it. Must never import SQLAlchemy or Qt.
"""

import contextlib
import json
import logging
import os
import tempfile
from pathlib import Path
from typing import NamedTuple

_log = logging.getLogger(__name__)

CARD = "profile.json"
#: A file larger than this is none of ours.
_MOST_BYTES = 10_000
_MOST_CHARS = 300
#: More profiles than this nobody has; a folder with more is something else.
_MOST_PROFILES = 200


class ProfileCard(NamedTuple):
    """The conference's title, its address, and the name of the person, each empty where it is not known."""

    title: str = ""
    address: str = ""
    name: str = ""


def keep_card(folder: Path, card: ProfileCard) -> None:
    """Write the card of the profile in `folder`, so that it holds all of it or what it held before. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".profile.", suffix=".part")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(card._asdict(), file)
        Path(name).replace(folder / CARD)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink(missing_ok=True)
        raise


def read_card(folder: Path) -> ProfileCard | None:
    """Return the card of the profile in `folder`; None where there is none that can be read."""
    path = folder / CARD
    try:
        if path.stat().st_size > _MOST_BYTES:
            return None
        kept = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as fault:
        _log.info("%s cannot be read: %s", path, fault)
        return None
    if not isinstance(kept, dict):
        return None
    return ProfileCard(*(_text(kept.get(field)) for field in ProfileCard._fields))


def profiles_in(home: Path) -> tuple[tuple[Path, ProfileCard], ...]:
    """Return the profiles in the folder `home` that have a card, by their title. Raises OSError."""
    found = []
    for number, folder in enumerate(sorted(home.iterdir())):
        if number >= _MOST_PROFILES:
            break
        card = read_card(folder) if folder.is_dir() and not folder.is_symlink() else None
        if card is not None:
            found.append((folder, card))
    return tuple(sorted(found, key=lambda each: (each[1].title.casefold(), each[0].name)))


def free_profile(home: Path) -> Path:
    """Return the folder in `home` where another conference can be kept: the first that holds none."""
    number = 2
    while read_card(home / f"conference-{number}") is not None:
        number += 1
    return home / f"conference-{number}"


def _text(kept: object) -> str:
    return "".join(letter for letter in kept if letter.isprintable())[:_MOST_CHARS] if isinstance(kept, str) else ""
