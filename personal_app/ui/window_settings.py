"""What a window is like when it opens again: look, size of text, place on the screen, the talk that was open.

Read before the first paint from what may be anything: whatever of it is not as it should be counts as not chosen, and
nothing here ever stops a start. Must never import what starts slowly, nor touch the disk.
"""

import json
from typing import Any, NamedTuple

from personal_app.ui.tokens import TEXT_SCALES, Look

#: The key among the cache's settings.
WINDOW = "window"


class WindowSettings(NamedTuple):
    """What was chosen; None and nothing where it was not. `geometry` is Qt's own record of it (`saveGeometry`)."""

    look: Look | None = None
    scale: float = 1.0
    geometry: bytes = b""
    talk: str | None = None

    def text(self) -> str:
        """Return the settings as they are kept."""
        return json.dumps(
            {
                "look": self.look.value if self.look is not None else None,
                "scale": self.scale,
                "geometry": self.geometry.hex(),
                "talk": self.talk,
            }
        )


def window_settings(text: str) -> WindowSettings:
    """Return what `text` says; what it does not say, or wrongly, is as if nobody had chosen."""
    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        kept = None
    if not isinstance(kept, dict):
        return WindowSettings()
    talk = kept.get("talk")
    return WindowSettings(
        look=next((look for look in Look if look.value == kept.get("look")), None),
        scale=next((scale for scale in TEXT_SCALES if scale == kept.get("scale")), 1.0),
        geometry=_bytes(kept.get("geometry")),
        talk=talk if isinstance(talk, str) and talk else None,
    )


def _bytes(kept: Any) -> bytes:
    try:
        return bytes.fromhex(kept) if isinstance(kept, str) else b""
    except ValueError:
        return b""
