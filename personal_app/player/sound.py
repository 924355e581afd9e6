"""Whether this machine can make sound at all.

Without a device, ALSA writes pages of errors for every recording that is opened; then the engines are told to stay
silent. The module must never import Qt or a decoding library: asking them is what makes the noise.
"""

import sys
from collections.abc import Mapping
from pathlib import Path


def has_sound_output(environment: Mapping[str, str], platform: str = sys.platform, root: Path = Path("/")) -> bool:
    """Tell whether there is a sound server or a playback device.

    On Linux: a PulseAudio server named by PULSE_SERVER, its socket (PipeWire gives the same one) in XDG_RUNTIME_DIR, or
    an ALSA playback device, whose names end in "p" (the kernel's sound/core/sound.c: pcmC0D0p). Elsewhere the systems'
    own outputs are quiet about a missing device, and the answer is True.
    """
    if not platform.startswith("linux"):
        return True
    if environment.get("PULSE_SERVER"):
        return True
    runtime = environment.get("XDG_RUNTIME_DIR")
    if runtime and (Path(runtime) / "pulse" / "native").exists():
        return True
    return any((root / "dev" / "snd").glob("pcmC*D*p"))
