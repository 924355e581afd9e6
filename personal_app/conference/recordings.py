"""Recordings as values: which bytes they are, how long they play, and what is written along their time.

A recording is known by the SHA-256 of its bytes, so that a client can check what it was given, whole or in blocks of
1 MiB. This module must never open a file.
"""

from bisect import bisect_right
from collections.abc import Sequence

import msgspec

from personal_app.conference.ids import RecordingId, Sha256, TalkId

BLOCK_BYTES = 1 << 20
#: Who goes back in a chapter that has run less than this wants the one before.
BEGUN_MS = 3_000

#: Preview pictures: how high each is, how many stand in a row and on a sheet at most, and how near they are at most.
PREVIEW_HEIGHT, PREVIEW_COLUMNS, PREVIEWS_MOST, PREVIEW_STEP_LEAST_MS = 90, 10, 200, 3_000
_PREVIEW_WIDTHS = 40, 240


class FileFacts(msgspec.Struct, frozen=True, kw_only=True):
    """A file as the manifest describes it: hash of the whole, size in bytes, media type (RFC 6838)."""

    sha256: Sha256
    size_bytes: int
    media_type: str


class Chapter(msgspec.Struct, frozen=True):
    """A part of a recording that begins at `start_ms` and lasts to the next one or the end."""

    start_ms: int
    title: str


class CaptionTrack(msgspec.Struct, frozen=True, kw_only=True):
    """Captions in one language (a BCP 47 tag) and the WebVTT file that holds them."""

    language: str
    file: FileFacts


class Caption(msgspec.Struct, frozen=True):
    """One caption: shown from `start_ms` until `end_ms`, plain text with line breaks."""

    start_ms: int
    end_ms: int
    text: str


class PreviewGrid(msgspec.Struct, frozen=True, kw_only=True):
    """How small pictures of a recording lie on one sheet: row by row from the top left, one for each `step_ms`.

    The first is of its beginning. `width` and `height` are those of one picture, in pixels.
    """

    step_ms: int
    count: int
    columns: int
    width: int
    height: int

    @property
    def rows(self) -> int:
        """How many rows there are; the last may not be full."""
        return -(-self.count // self.columns)

    def index_at(self, position_ms: int) -> int:
        """Return which picture stands for `position_ms`, counted from 0; one for every position."""
        return min(max(0, position_ms // self.step_ms), self.count - 1)

    def corner(self, index: int) -> tuple[int, int]:
        """Return where the left upper corner of a picture lies on the sheet, in pixels from the left and the top."""
        row, column = divmod(index, self.columns)
        return column * self.width, row * self.height


def preview_grid(duration_ms: int, width: int, height: int) -> PreviewGrid:
    """Return the grid for a recording of that length and of so many pixels: whole seconds apart, and not too many."""
    step_ms = max(PREVIEW_STEP_LEAST_MS, -(-duration_ms // (PREVIEWS_MOST * 1000)) * 1000)
    count = max(1, -(-duration_ms // step_ms))
    # Even, as encoders of pictures whose colours are halved want it.
    wide = PREVIEW_HEIGHT * width // height // 2 * 2
    least, most = _PREVIEW_WIDTHS
    return PreviewGrid(
        step_ms=step_ms,
        count=count,
        columns=min(PREVIEW_COLUMNS, count),
        width=min(max(least, wide), most),
        height=PREVIEW_HEIGHT,
    )


class Previews(msgspec.Struct, frozen=True, kw_only=True):
    """The sheet of a recording's preview pictures, and how they lie on it."""

    file: FileFacts
    grid: PreviewGrid


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """A recorded talk. `blocks` holds the SHA-256 of each 1 MiB block in order; the last block may be shorter."""

    id: RecordingId
    talk: TalkId
    file: FileFacts
    blocks: tuple[Sha256, ...]
    duration_ms: int
    width: int
    height: int
    captions: tuple[CaptionTrack, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    poster: FileFacts | None = None
    previews: Previews | None = None


def chapter_at(chapters: Sequence[Chapter], position_ms: int) -> Chapter | None:
    """Return the chapter that `position_ms` lies in, or None before the first."""
    index = bisect_right(chapters, position_ms, key=lambda chapter: chapter.start_ms)
    return chapters[index - 1] if index else None


def chapter_start(chapters: Sequence[Chapter], position_ms: int, steps: int) -> int | None:
    """Return where the chapter after `position_ms` begins, in ms, or, `steps` negative, the one before; or None.

    Back is first of all the beginning of the chapter that is on, as on every player, unless it has only begun.
    """
    starts = [chapter.start_ms for chapter in chapters]
    if steps > 0:
        return next((start for start in starts if start > position_ms), None)
    return next((start for start in reversed(starts) if start <= position_ms - BEGUN_MS), 0 if starts else None)


def caption_at(captions: Sequence[Caption], position_ms: int) -> Caption | None:
    """Return the caption shown at `position_ms`; of overlapping ones the latest begun. `captions` is in time order."""
    index = bisect_right(captions, position_ms, key=lambda caption: caption.start_ms)
    begun = (captions[at] for at in range(index - 1, -1, -1))
    return next((caption for caption in begun if caption.end_ms > position_ms), None)
