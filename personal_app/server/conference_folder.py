"""A conference's folder on disk: its file read, every file it names measured, and all that is wrong told at once.

Measuring reads every byte (SHA-256 of the whole and of each 1 MiB block). What was measured is remembered by path,
size and time of change, so a second start reads only what is new. This module must never serve anything.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from personal_app.conference.errors import BadConferenceFile, BadFormat
from personal_app.conference.ids import Sha256
from personal_app.conference.program import Conference
from personal_app.conference.recordings import BLOCK_BYTES, Chapter, FileFacts, preview_grid
from personal_app.formats.conference_file import ConferenceFile, MeasuredFile, assemble, read_conference_file
from personal_app.server.file_chapters import chapters_in
from personal_app.server.media_checks import check_media, media_type
from personal_app.server.preview_sheets import make_sheet, sheet_path

FILE_NAME = "conference.toml"


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """A measurement and when it holds: as long as size and time of change are the same.

    `chapters` are those in the file itself; None where nobody has looked for them. `no_sheet` is the name of the sheet
    of preview pictures that could not be made of it.
    """

    mtime_ns: int
    facts: FileFacts
    blocks: tuple[Sha256, ...]
    chapters: tuple[Chapter, ...] | None = None
    no_sheet: str = ""


Memory = dict[str, Remembered]


class ServedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file to be served: where it is, what it must be, and when it was last changed as it was measured."""

    path: Path
    facts: FileFacts
    mtime_ns: int


class OpenedFolder(msgspec.Struct, frozen=True, kw_only=True):
    """A conference and its files by hash; `memory` is to be kept for the next start."""

    conference: Conference
    files: Mapping[Sha256, ServedFile]
    memory: Memory


def open_conference_folder(folder: Path, memory: Memory, made: Path | None = None) -> OpenedFolder:
    """Read and measure the conference in `folder`; `memory` is what was measured before.

    `made` is the folder for what is made of recordings and kept; without one nothing is made.
    Raises BadConferenceFile with a sentence for each thing that is wrong, in the file itself and in those it names.
    """
    file = read_conference_file(_text(folder / FILE_NAME), str(folder / FILE_NAME))
    # What the conference file says of chapters goes before what the recordings say.
    bare = {entry.file for entry in file.recordings if not entry.chapters}
    measured: Memory = {}
    faults: list[str] = []
    for name in file.paths:
        try:
            found = _measured(folder / name, memory.get(str(folder / name)))
            measured[name] = _with_chapters(folder / name, found) if name in bare else found
        except OSError as fault:
            faults.append(f"{file.places[name]}: the file {name} {_what_is_wrong(fault)}.")
        except BadFormat as fault:
            faults.append(f"{file.places[name]}: the file {name} {fault}.")
    if faults:
        raise BadConferenceFile(faults)
    sheets = _sheets(folder, file, measured, made) if made is not None else {}
    files_by_name = {
        name: MeasuredFile(m.facts, m.blocks, m.chapters or (), sheets[name].facts if name in sheets else None)
        for name, m in measured.items()
    }
    conference = assemble(file, files_by_name)
    served = [ServedFile(path=folder / name, facts=m.facts, mtime_ns=m.mtime_ns) for name, m in measured.items()]
    kept = {str(folder / name): m for name, m in measured.items()}
    files = {each.facts.sha256: each for each in (*served, *sheets.values())}
    return OpenedFolder(conference=conference, files=files, memory=kept)


def _sheets(folder: Path, file: ConferenceFile, measured: Memory, made: Path) -> dict[str, ServedFile]:
    """Return the sheet of preview pictures of each recording that names none, by the recording's name.

    What is missing is made now; what could not be made is noted in `measured`, and not tried again.
    """
    found: dict[str, ServedFile] = {}
    for entry in file.recordings:
        if entry.previews:
            continue
        recording = measured[entry.file]
        grid = preview_grid(entry.duration_ms, entry.width, entry.height)
        sheet = sheet_path(made, recording.facts.sha256, grid)
        if (
            recording.no_sheet != sheet.name
            and not sheet.exists()
            and make_sheet(folder / entry.file, grid, sheet) is False
        ):
            measured[entry.file] = msgspec.structs.replace(recording, no_sheet=sheet.name)
        try:
            facts = _measured(sheet, None)
        except (OSError, BadFormat):
            continue
        found[entry.file] = ServedFile(path=sheet, facts=facts.facts, mtime_ns=facts.mtime_ns)
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise BadConferenceFile([f"{path} is not there: give the folder that holds {FILE_NAME}."]) from None
    except UnicodeDecodeError as fault:
        line = path.read_bytes()[: fault.start].count(b"\n") + 1
        raise BadConferenceFile([f"{path}, line {line}: this is not UTF-8; save the file as UTF-8."]) from None
    except OSError as fault:
        raise BadConferenceFile([f"{path} {_what_is_wrong(fault)}."]) from None


def _measured(path: Path, remembered: Remembered | None) -> Remembered:
    with path.open("rb") as file:
        status = path.stat()
        if (
            remembered is not None
            and remembered.mtime_ns == status.st_mtime_ns
            and remembered.facts.size_bytes == status.st_size
        ):
            return remembered
        whole = hashlib.sha256()
        blocks: list[Sha256] = []
        size = 0
        while block := file.read(BLOCK_BYTES):
            whole.update(block)
            blocks.append(Sha256(hashlib.sha256(block).hexdigest()))
            size += len(block)
    if size == 0:
        raise BadFormat("is empty: put the whole file there")
    check_media(path)
    facts = FileFacts(
        sha256=Sha256(whole.hexdigest()),
        size_bytes=size,
        media_type=media_type(path),
    )
    return Remembered(mtime_ns=status.st_mtime_ns, facts=facts, blocks=tuple(blocks))


def _with_chapters(path: Path, measured: Remembered) -> Remembered:
    if measured.chapters is not None:
        return measured
    return msgspec.structs.replace(measured, chapters=chapters_in(path))


def _what_is_wrong(fault: OSError) -> str:
    match fault:
        case FileNotFoundError():
            return "is not there: put it there, or take its name out"
        case IsADirectoryError():
            return "is a folder, not a file"
        case PermissionError():
            return "may not be read: give the server's user the right to read it"
    return f"cannot be read ({fault.strerror})"
