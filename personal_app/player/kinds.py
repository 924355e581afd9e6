"""The engines there are, by name. The command line is read before the first paint: must never import an engine."""

from enum import StrEnum


class EngineKind(StrEnum):
    """The engines there are."""

    LIBVLC = "libvlc"
    QT = "qt"
