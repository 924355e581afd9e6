"""What a question's state means to the eye. Must never import anything: the first paint waits for it."""

from enum import StrEnum


class Tone(StrEnum):
    """What a state means to the eye."""

    PLAIN = "plain"
    NEXT = "next"
    LIVE = "live"
    GOOD = "good"
    WARN = "warn"
