"""What a picture of a moment is called: by its talk and where in it, so that a person finds it again. Pure."""

from textwrap import shorten

from personal_app.player.failures import spoken

_LONGEST = 80


def picture_name(title: str, position_ms: int) -> str:
    """Return a file name that every system takes: "On graphs at 12.31.png"."""
    kept = "".join(letter if letter.isalnum() or letter in " -_,()" else " " for letter in title)
    words = shorten(kept, _LONGEST, placeholder="").strip() or kept.strip()[:_LONGEST].strip() or "Recording"
    return f"{words} at {spoken(position_ms).replace(':', '.')}.png"
