"""Preview pictures of a recording: a sheet of them, made once by ffmpeg from its key frames; none without it.

The file comes from whoever made the recording, so it is read by a process of its own within bounds. This module must
never fail: previews are a comfort, and a recording of which there can be none has none.
"""

import logging
import shutil
import subprocess
import tempfile
from pathlib import Path

from personal_app.conference.errors import BadFormat
from personal_app.conference.ids import Sha256
from personal_app.conference.recordings import PreviewGrid
from personal_app.server.bounded_program import INPUT_BOUNDS, Bounds, run_bounded
from personal_app.server.media_checks import check_media

_log = logging.getLogger(__name__)

#: Key frames alone take some seconds for an hour of recording.
MAKE_S = 120
_CPU_S, _MEMORY_BYTES, _OUTPUT_BYTES = 120, 1 << 30, 4 << 20
#: As ffmpeg counts for JPEG: 2 is best and 31 worst.
_QUALITY = "6"


def sheet_path(folder: Path, recording: Sha256, grid: PreviewGrid) -> Path:
    """Return where the sheet of a recording lies that is cut as `grid` says."""
    return folder / f"{recording}.{grid.step_ms}-{grid.count}-{grid.width}x{grid.height}.jpg"


def make_sheet(path: Path, grid: PreviewGrid, target: Path) -> bool | None:
    """Write the sheet of the recording at `path` to `target`, whole or not at all; False where there can be none.

    None where nobody could look, for there is no ffmpeg.
    """
    program = shutil.which("ffmpeg")
    if program is None:
        return None
    draft = target.with_name(f"{target.stem}.new{target.suffix}")
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with tempfile.TemporaryFile(dir=target.parent) as output:
            bounds = Bounds(wall_s=MAKE_S, cpu_s=_CPU_S, memory_bytes=_MEMORY_BYTES, output_bytes=_OUTPUT_BYTES)
            run_bounded(command(program, path, grid), output, bounds)
            output.seek(0)
            draft.write_bytes(output.read())
        check_media(draft)
        draft.replace(target)
    except (OSError, subprocess.SubprocessError, BadFormat) as fault:
        draft.unlink(missing_ok=True)
        _log.debug("no preview pictures were made of %s: %s", path.name, fault)
        return False
    _log.info("preview pictures were made of %s", path.name)
    return True


def command(program: str, path: Path, grid: PreviewGrid) -> list[str]:
    """Return how ffmpeg is called to write the sheet of the recording at `path` to its output.

    Each picture is of the last key frame at or before its moment. A cover picture (V, not v) is no part of a recording.
    """
    cut = (
        f"fps=1000/{grid.step_ms}:start_time=0:round=up",
        f"scale={grid.width}:{grid.height}",
        f"tile={grid.columns}x{grid.rows}",
        "format=yuvj420p",
    )
    source = ("-threads", "1", "-skip_frame", "nokey", *INPUT_BOUNDS, "-i", f"file:{path.absolute()}")
    sheet = ("-map", "0:V:0", "-vf", ",".join(cut), "-frames:v", "1", "-threads", "1", "-q:v", _QUALITY)
    return [program, "-v", "error", "-nostdin", *source, *sheet, "-fflags", "+bitexact", "-f", "mjpeg", "pipe:1"]
