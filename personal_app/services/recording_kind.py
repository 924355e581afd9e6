"""Where a recording may be, by name. Rows of the program are painted first of all: must never import anything."""

from enum import StrEnum


class RecordingKind(StrEnum):
    """Where a recording is."""

    ABSENT = "absent"
    WAITING = "waiting"
    LOADING = "loading"
    PAUSED = "paused"
    SAVED = "saved"
    FAILED = "failed"
