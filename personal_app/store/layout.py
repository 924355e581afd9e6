"""Where the cache's things lie in its folder, and which schema versions there have been.

It is read before SQLAlchemy is imported, and must never import it.
"""

from pathlib import Path

#: Every version of the schema, oldest first; the migrations' revisions are the same (a test holds them together).
VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
NEWEST = VERSIONS[-1]
#: What SQLite puts beside a database; a file is moved or removed together with these.
COMPANIONS = ("-wal", "-shm", "-journal")


def cache_file(folder: Path) -> Path:
    """Return the database's path."""
    return folder / "cache.sqlite"


def building_file(folder: Path) -> Path:
    """Return where a new database grows until it is whole."""
    return folder / "cache.building.sqlite"


def damaged_file(folder: Path, stamp: str) -> Path:
    """Return where a damaged database is set aside at the instant that `stamp` writes."""
    return folder / f"cache.damaged-{stamp}.sqlite"


def early_moves_file(folder: Path) -> Path:
    """Return where moves wait that were made before the cache was open."""
    return folder / "early-moves.jsonl"


def recordings_folder(folder: Path) -> Path:
    """Return where recordings lie."""
    return folder / "recordings"


def search_file(folder: Path) -> Path:
    """Return where the index of the program and of what is said lies; it can be made anew from what lies beside it."""
    return folder / "search.sqlite"


def side_folder(folder: Path) -> Path:
    """Return where small files (captions, posters) lie, and nothing else does."""
    return folder / "side"


def side_file(folder: Path, sha256: str) -> Path:
    """Return where a small file (captions, a poster) with that hash lies."""
    return side_folder(folder) / sha256
