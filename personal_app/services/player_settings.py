"""What a person has chosen of the player for good: engine, loudness, the output that sound comes out of.

Read before there is an application from what may be anything: whatever of it is not as it should be counts as not
chosen. Must never import what starts slowly, nor touch the disk.
"""

import json
from typing import Any, NamedTuple

from personal_app.player.kinds import EngineKind

#: The key among the cache's settings.
PLAYER = "player"
_LOUDEST = 100


class PlayerSettings(NamedTuple):
    """`engine` is None where nobody chose one, `output` is "" for whatever the system uses."""

    engine: EngineKind | None = None
    volume: int = _LOUDEST
    muted: bool = False
    output: str = ""

    def text(self) -> str:
        """Return the settings as they are kept."""
        return json.dumps(self._asdict())


def player_settings(text: str) -> PlayerSettings:
    """Return what `text` says; what it does not say, or wrongly, is as if nobody had chosen."""
    try:
        kept = json.loads(text)
    except (ValueError, RecursionError):
        kept = None
    if not isinstance(kept, dict):
        return PlayerSettings()
    output = kept.get("output")
    return PlayerSettings(
        engine=next((kind for kind in EngineKind if kind.value == kept.get("engine")), None),
        volume=_volume(kept.get("volume")),
        muted=kept.get("muted") is True,
        output=output if isinstance(output, str) else "",
    )


def _volume(kept: Any) -> int:
    fits = isinstance(kept, int) and not isinstance(kept, bool) and 0 <= kept <= _LOUDEST
    return kept if fits else _LOUDEST
