"""Makes the demo recordings anew: pictures, speech, captions, pictures, and what the conference file says of them.

    PYTHONPATH=. .venv/bin/python assets/demo/build.py [SLUG ...]

Needs ffmpeg and espeak-ng (`apt-get install -y ffmpeg espeak-ng fonts-dejavu-core`). Writes recordings/, captions/,
posters/ and previews/ beside this file, and rewrites the part of conference.toml below its marker line with measured
lengths and chapters. The same versions of the tools give the same bytes: nothing here reads a clock or a random number.
"""

import html
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QGuiApplication
from slides import slide_picture, title_picture
from speech import FRAMES_PER_SECOND, Speech, speak, write_wave
from talks import TALKS, Talk

from personal_app.conference.recordings import preview_grid
from personal_app.server.preview_sheets import make_sheet

HERE = Path(__file__).resolve().parent
MARKER = "# ---- Below this line build.py writes what it has measured. ----\n"
SECONDS = range(60, 121)
WIDTH, HEIGHT = 1280, 720

CAPTION_LINE_CHARS = 42


def main(slugs: list[str]) -> None:
    """Build the talks of `slugs`, or all of them, and rewrite the conference file."""
    unknown = set(slugs) - {talk.slug for talk in TALKS}
    if unknown:
        sys.exit(f"There is no talk {', '.join(sorted(unknown))}; there are {', '.join(talk.slug for talk in TALKS)}.")
    application = QGuiApplication([])
    for folder in ("recordings", "captions", "posters", "previews"):
        (HERE / folder).mkdir(exist_ok=True)
    entries = []
    for talk in TALKS:
        with tempfile.TemporaryDirectory() as folder:
            speech = speak(talk, Path(folder))
            if not slugs or talk.slug in slugs:
                _build(talk, speech, Path(folder))
        entries.append(_entry(talk, speech))
    _rewrite(HERE / "conference.toml", "\n".join(entries))
    size = sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    print(f"{size / 1e6:.2f} MB in all")
    application.quit()


def _build(talk: Talk, speech: Speech, folder: Path) -> None:
    seconds = speech.duration_ms / 1000
    if int(seconds) not in SECONDS:
        sys.exit(f"{talk.slug} takes {seconds:.0f} s: make it {SECONDS[0]} to {SECONDS[-1]} s long.")
    write_wave(speech, folder / "speech.wav")
    title_picture(talk).save(str(HERE / "posters" / f"{talk.slug}.png"))
    (HERE / "captions" / f"{talk.slug}.en.vtt").write_text(_webvtt(speech), encoding="utf-8")
    (folder / "pictures.txt").write_text(_pictures(talk, speech, folder), encoding="utf-8")
    target = HERE / "recordings" / f"{talk.slug}.mp4"
    part = target.with_suffix(".part.mp4")
    _encode(talk, speech, folder, part)
    part.replace(target)
    _preview(talk)
    print(f"{talk.slug}: {seconds:.1f} s, {target.stat().st_size / 1e6:.2f} MB")


def _pictures(talk: Talk, speech: Speech, folder: Path) -> str:
    """Draw each state of each slide and return ffmpeg's list of them, with how long each is seen (concat demuxer)."""
    changes = _changes(speech)
    ends = [start for start, _, _ in changes[1:]] + [round(speech.duration_ms * FRAMES_PER_SECOND / 1000)]
    lines = ["ffconcat version 1.0"]
    for (start, slide, shown), end in zip(changes, ends, strict=True):
        name = f"{slide}-{shown}.png"
        picture = title_picture(talk) if slide == 1 else slide_picture(talk, slide, shown)
        picture.save(str(folder / name))
        lines += [f"file {name}", f"duration {(end - start) / FRAMES_PER_SECOND:.6f}"]
    return "\n".join([*lines, f"file {name}", ""])


def _changes(speech: Speech) -> list[tuple[int, int, int]]:
    """Return at which picture (counted at 30 per second) which slide with how many points appears."""
    changes = [(0, 1, 0)]
    for sentence in speech.sentences:
        if (sentence.slide, sentence.shown) != changes[-1][1:]:
            # A slide turns just before its first words.
            at = (sentence.start_ms - 250) * FRAMES_PER_SECOND // 1000
            changes.append((at, sentence.slide, sentence.shown))
    return changes


def _encode(talk: Talk, speech: Speech, folder: Path, target: Path) -> None:
    turns = ",".join(f"{start / FRAMES_PER_SECOND:.3f}" for start, _, shown in _changes(speech) if shown <= 1)
    command = ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y", "-fflags", "+bitexact"]
    command += ["-f", "concat", "-i", str(folder / "pictures.txt"), "-i", str(folder / "speech.wav")]
    command += ["-map", "0:v", "-map", "1:a", "-map_metadata", "-1", "-t", f"{speech.duration_ms / 1000:.6f}"]
    command += ["-vf", f"fps={FRAMES_PER_SECOND},scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"]
    command += ["-c:v", "libx264", "-preset", "slow", "-tune", "stillimage", "-crf", "34", "-g", "60"]
    command += ["-x264-params", "psy-rd=0,0"]
    command += ["-force_key_frames", turns, "-threads", "2", "-flags:v", "+bitexact"]
    command += ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"]
    command += ["-af", "highpass=f=90,lowpass=f=7500,volume=-2dB", "-ar", "24000"]
    command += ["-c:a", "aac", "-b:a", "32k", "-flags:a", "+bitexact"]
    command += ["-metadata", f"title={talk.title}", "-metadata:s:a", "language=eng"]
    command += ["-movflags", "+faststart", "-fflags", "+bitexact", str(target)]
    subprocess.run(command, check=True)


def _preview(talk: Talk) -> None:
    """Make the sheet of preview pictures as a server would."""
    grid = preview_grid(_duration_ms(HERE / "recordings" / f"{talk.slug}.mp4"), WIDTH, HEIGHT)
    made = make_sheet(HERE / "recordings" / f"{talk.slug}.mp4", grid, HERE / "previews" / f"{talk.slug}.jpg")
    if not made:
        sys.exit(f"No preview pictures could be made of {talk.slug}.")


def _webvtt(speech: Speech) -> str:
    cues = ["WEBVTT\n"]
    for sentence in speech.sentences:
        parts = _parts(sentence.text)
        letters = sum(map(len, parts))
        length_ms = sentence.end_ms - sentence.start_ms
        before = 0
        for part in parts:
            start_ms = sentence.start_ms + length_ms * before // letters
            before += len(part)
            end_ms = sentence.start_ms + length_ms * before // letters
            words = html.escape("\n".join(_lines(part)), quote=False)
            cues.append(f"{_stamp(start_ms)} --> {_stamp(end_ms)}\n{words}\n")
    return "\n".join(cues)


def _parts(text: str) -> list[str]:
    """Return `text` in as few parts as fit two caption lines each."""
    count = 1
    while any(len(line) > CAPTION_LINE_CHARS for part in _split(text, count) for line in _lines(part)):
        count += 1
    return _split(text, count)


def _lines(part: str) -> list[str]:
    return _split(part, 1 if len(part) <= CAPTION_LINE_CHARS else 2)


def _split(text: str, count: int) -> list[str]:
    """Return `text` in `count` parts of like length, cut behind a comma or colon where there is one about there."""
    parts = []
    for left in range(count, 1, -1):
        ideal = len(text) / left
        blanks = [index for index, letter in enumerate(text) if letter == " "]
        cut = min(blanks, key=lambda index: abs(index - ideal) - (10 if text[index - 1] in ",:;" else 0))
        parts.append(text[:cut])
        text = text[cut + 1 :]
    return [*parts, text]


def _stamp(at_ms: int) -> str:
    minutes, rest = divmod(at_ms, 60_000)
    return f"00:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"


def _entry(talk: Talk, speech: Speech) -> str:
    file = f"recordings/{talk.slug}.mp4"
    starts = {1: 0}
    for start, slide, _ in _changes(speech):
        starts.setdefault(slide, start * 1000 // FRAMES_PER_SECOND)
    titles = {1: "Opening", **{number: slide.title for number, slide in enumerate(talk.slides, start=2)}}
    chapters = [
        f'  {{ start = "{starts[number] // 60_000}:{starts[number] / 1000 % 60:06.3f}", title = {json.dumps(title)} }},'
        for number, title in titles.items()
    ]
    return "\n".join(
        [
            "[[recordings]]",
            f'talk = "{talk.slug}"',
            f'file = "{file}"',
            f"duration_ms = {_duration_ms(HERE / file)}",
            f"width = {WIDTH}",
            f"height = {HEIGHT}",
            f'poster = "posters/{talk.slug}.png"',
            f'previews = "previews/{talk.slug}.jpg"',
            f'captions = [{{ language = "en", file = "captions/{talk.slug}.en.vtt" }}]',
            "chapters = [",
            *chapters,
            "]",
            "",
        ]
    )


def _duration_ms(path: Path) -> int:
    command = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(path)]
    return int(float(subprocess.run(command, check=True, capture_output=True, text=True).stdout) * 1000)


def _rewrite(path: Path, measured: str) -> None:
    head = path.read_text(encoding="utf-8").partition(MARKER)[0] if path.exists() else ""
    path.write_text(f"{head}{MARKER}\n{measured}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
