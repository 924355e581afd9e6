"""What people are told when a recording does not play: one sentence for what happened, one for what to do.

The module must never import Qt widgets or a decoding library.
"""

from pathlib import Path

from personal_app.player.engine import Failure, FailureKind, Notice, NoticeKind


def spoken(position_ms: int) -> str:
    """Return a position as people write it: "0:05", "12:31", "1:02:03"."""
    minutes, seconds = divmod(position_ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def missing(path: Path) -> Failure:
    """There is no file at `path`."""
    return Failure(
        FailureKind.MISSING, f"The recording “{path.name}” is not on this computer any more. Download it again."
    )


def unreadable(path: Path, error: OSError) -> Failure:
    """The file at `path` is there and the system does not let us read it."""
    return Failure(
        FailureKind.UNREADABLE,
        f"The recording “{path.name}” cannot be read: {error.strerror or error}. "
        "Check that the file and its folder may be read, or download it again.",
    )


def empty_file(path: Path) -> Failure:
    """The file at `path` has no bytes in it."""
    return Failure(
        FailureKind.EMPTY_FILE, f"The recording “{path.name}” is empty: nothing was saved. Download it again."
    )


def not_a_recording(path: Path) -> Failure:
    """The file at `path` is of no format that we open."""
    return Failure(
        FailureKind.NOT_A_RECORDING,
        f"“{path.name}” is not a recording this app can play: it is none of MP4, WebM, Matroska and Ogg. "
        "Download it again, or tell the organizers if that does not help.",
    )


def not_ours(path: Path) -> Failure:
    """The stream called `path` is not given out by this program."""
    return Failure(
        FailureKind.UNREADABLE, f"“{path.name}” is not given out by this program and was not opened. Try again."
    )


def damaged(path: Path) -> Failure:
    """The library could not read the file at `path`."""
    return Failure(
        FailureKind.DAMAGED, f"The recording “{path.name}” is damaged and cannot be played. Download it again."
    )


def no_start(path: Path) -> Failure:
    """The library opened the file at `path`, and then nothing came."""
    return Failure(
        FailureKind.NO_START,
        f"“{path.name}” was opened, but nothing of it could be shown. "
        "Try again; if that does not help, download it again.",
    )


def ended_early(path: Path, position_ms: int, duration_ms: int) -> Failure:
    """The file at `path` ended at `position_ms` although the recording lasts `duration_ms`."""
    return Failure(
        FailureKind.ENDED_EARLY,
        f"The recording “{path.name}” breaks off at {spoken(position_ms)}, although it lasts {spoken(duration_ms)}: "
        "the file is not complete. Download it again.",
    )


def no_picture(path: Path) -> Notice:
    """The file at `path` was announced with a picture and has only sound."""
    return Notice(NoticeKind.NO_PICTURE, f"“{path.name}” has sound but no picture.")


def output_gone(name: str) -> Notice:
    """The device that sound came out of is not there any more."""
    return Notice(
        NoticeKind.OUTPUT_GONE,
        f"The sound output “{name}” is gone: the sound comes out of the system's own now. "
        "Plug it in again, or choose another one.",
    )


def output_back(name: str) -> Notice:
    """The device that was gone is there again."""
    return Notice(NoticeKind.OUTPUT_BACK, f"The sound comes out of “{name}” again.")


def no_snapshot() -> str:
    """There is no picture to be kept."""
    return "There is no picture to keep at this moment. Try again while the recording shows one."


def snapshot_not_written(path: Path) -> str:
    """The picture could not be written to `path`."""
    return (
        f"The picture could not be written to “{path.name}”. Check that there is room and that the folder may be used."
    )
