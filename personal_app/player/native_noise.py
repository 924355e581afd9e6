"""The lines that native libraries are known to print on healthy machines without a sound card, a GPU or a session.

This is the only list of its kind. A line is on it because it was seen, is harmless and cannot be switched off; each
pattern matches whole lines and stands with its reason. Anything else on stderr or in Qt's log is a finding. The module
must never import another room.
"""

import re

#: Printed on stderr by libraries underneath libvlc.
STDERR_LINES = (
    # libvlc tries each hardware decoder; VDPAU guesses NVIDIA's driver where the X server names none.
    r"Failed to open VDPAU backend libvdpau_nvidia\.so: cannot open shared object file: No such file or directory",
    # libvlc tries a Wayland display, which lives in the session's folder; there is no session.
    r"error: XDG_RUNTIME_DIR (is invalid or )?not set in the environment\.",
    # libvlc's other hardware decoder, on an X server without a GPU.
    r"libva info: .*",
    r"libva error: .*init failed",
)

#: Logged through Qt by Qt Multimedia, as the message alone, without its category.
QT_LINES = (
    # The version, told once.
    r"Using Qt multimedia with FFmpeg version .*",
    # No PipeWire on the machine; Qt goes on to PulseAudio and ALSA.
    r"Couldn't load pipewire-0\.3 library",
    r"Couldn't resolve pipewire-0\.3 symbols",
    # No PulseAudio server, and no sound device at all.
    r"PulseAudioService: pa_context_connect\(\) failed",
    r"No audio device detected",
    # No GPU: pictures are decoded and converted on the CPU.
    r'"?No HW decoder found"?',
    r".*ThreadLocalRhiHolder::ensureRhi.*: No RHI backend\. Using CPU conversion\.",
    # A damaged file; the person was told through `failed`.
    r"Could not open media\. FFmpeg error description: .*",
)

_STDERR = tuple(re.compile(line) for line in STDERR_LINES)
_QT = tuple(re.compile(line) for line in QT_LINES)


def is_known_stderr(line: str) -> bool:
    """Tell whether a line on stderr is on the list; an empty one is."""
    return not line.strip() or any(pattern.fullmatch(line.strip()) for pattern in _STDERR)


def is_known_qt(message: str) -> bool:
    """Tell whether a message of Qt's log is on the list."""
    return any(pattern.fullmatch(message.strip()) for pattern in _QT)
