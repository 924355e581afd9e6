"""The tokens of the look: type scale, spacing, radii, and colours by meaning. Must never import Qt or the product."""

from enum import StrEnum
from typing import NamedTuple

TEXT_SCALES = (0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0)
#: Spacing steps in logical pixels; layouts use nothing else.
TIGHT, SMALL, MEDIUM, LARGE, HUGE = 4, 8, 12, 20, 32
#: Corner radii in logical pixels: of small marks, and of everything that looks like a thing.
RADIUS_SMALL, RADIUS = 4, 8


class Look(StrEnum):
    """Which of the two looks; a person may leave it to the system."""

    LIGHT = "light"
    DARK = "dark"


class Size(StrEnum):
    """The type scale. DISPLAY is for what is read from across the room: a countdown, the question on stage."""

    SMALL = "small"
    BODY = "body"
    TITLE = "title"
    DISPLAY = "display"


#: Height of each size in logical pixels at a text scale of 1.
FONT_PX = {Size.SMALL: 12, Size.BODY: 13, Size.TITLE: 18, Size.DISPLAY: 34}


class Colours(NamedTuple):
    """Colours by meaning, as #rrggbb. `*_wash` is a background on which the colour of the same name is readable."""

    ground: str
    surface: str
    sunken: str
    hover: str
    line: str
    line_strong: str
    ink: str
    ink_soft: str
    ink_faint: str
    accent: str
    accent_hover: str
    accent_ink: str
    accent_wash: str
    live: str
    live_wash: str
    good: str
    good_wash: str
    warn: str
    warn_wash: str
    neutral_wash: str
    stage: str
    stage_ink: str
    stage_soft: str
    stage_line: str


LIGHT = Colours(
    ground="#f5f6f8",
    surface="#ffffff",
    sunken="#eceef2",
    hover="#eef1f6",
    line="#e1e4ea",
    line_strong="#c6ccd6",
    ink="#1a212b",
    ink_soft="#4b5665",
    ink_faint="#616d7e",
    accent="#2f5bd0",
    accent_hover="#274db3",
    accent_ink="#ffffff",
    accent_wash="#e8eefc",
    live="#c22f24",
    live_wash="#fcebe9",
    good="#1d7446",
    good_wash="#e3f4ea",
    warn="#8a5300",
    warn_wash="#fcf1dc",
    neutral_wash="#eceef2",
    stage="#0f1216",
    stage_ink="#f2f4f7",
    stage_soft="#aab3bf",
    stage_line="#39414d",
)
DARK = Colours(
    ground="#14171c",
    surface="#1b1f26",
    sunken="#101318",
    hover="#242a33",
    line="#2b313b",
    line_strong="#434c59",
    ink="#e8ebf0",
    ink_soft="#b3bcc8",
    ink_faint="#8f9aa9",
    accent="#8ab0ff",
    accent_hover="#a5c2ff",
    accent_ink="#0c1a38",
    accent_wash="#23304b",
    live="#ff8d80",
    live_wash="#43231f",
    good="#6fd39e",
    good_wash="#1c3a2a",
    warn="#e9bb66",
    warn_wash="#3d311a",
    neutral_wash="#2a303a",
    stage="#0b0d10",
    stage_ink="#f2f4f7",
    stage_soft="#aab3bf",
    stage_line="#39414d",
)
