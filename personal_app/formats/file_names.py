"""Names for files that are made from titles that other people wrote: safe on every system, and still to be read.

What a name may hold is the least of what Windows, macOS and Linux allow (Microsoft's "Naming Files, Paths, and
Namespaces" for the reserved names). Must never open a file.
"""

import re
import unicodedata

#: Bytes of a name in UTF-8, well below the 255 that file systems take, so that an ending and a number still fit.
NAME_BYTES = 120
_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$", re.IGNORECASE)
#: Letters, marks, numbers and spaces of any script stay, of everything else these.
_ALSO = frozenset("-_.,()&'!+=@#")


def safe_name(title: str, otherwise: str) -> str:
    """Return a file's name made of `title`, without ending; `otherwise`, a plain word, where nothing of it can stay."""
    kept = "".join(
        letter if letter in _ALSO or unicodedata.category(letter)[0] in "LMNZ" else " "
        for letter in unicodedata.normalize("NFC", title)
    )
    name = " ".join(kept.split()).strip(" .")
    # A name that begins with a hyphen is taken for an option, one that begins with a dot is hidden.
    name = _shortened(name.lstrip("-").strip(" ."))
    if not name:
        return otherwise
    return f"_{name}" if _RESERVED.match(name) else name


def _shortened(name: str) -> str:
    whole = name.encode("utf-8")
    if len(whole) <= NAME_BYTES:
        return name
    return whole[:NAME_BYTES].decode("utf-8", "ignore").rstrip(" .")
