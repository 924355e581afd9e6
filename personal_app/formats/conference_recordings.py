"""The recordings of a conference file: which files a talk has and what is written along their time.

Must never look at a file itself: what is measured of it comes later.
"""

import re
from collections.abc import Collection

import msgspec

from personal_app.conference.ids import RecordingId, TalkId
from personal_app.conference.recordings import Chapter
from personal_app.formats.captions import MEDIA_TYPES
from personal_app.formats.faults import FaultList, shown
from personal_app.formats.toml_lines import KeyPath
from personal_app.formats.toml_table import TableReader

PATH_CHARS = 300
CHAPTER_CHARS = 200
DURATION_MOST_MS = 24 * 3_600_000
SIDE_MOST_PIXELS = 16_384

#: What may stand behind the dot, by what the file is for.
RECORDING_ENDINGS = ("mp4", "m4v", "mkv", "webm", "ogv")
CAPTION_ENDINGS = tuple(MEDIA_TYPES)
POSTER_ENDINGS = ("png", "jpg", "jpeg", "webp")
PREVIEW_ENDINGS = ("jpg", "jpeg", "png")

_POSITION = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:\.(\d{1,3}))?", re.ASCII)
#: Language, script, region and variants of a BCP 47 tag (RFC 5646 section 2.1), without its rarer parts.
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
#: Reserved in file names on one system or another, or meaning something in an address.
_NOT_IN_PATHS = frozenset('\\:*?"<>|')


class CaptionEntry(msgspec.Struct, frozen=True):
    """A caption file: its language (a BCP 47 tag) and its path."""

    language: str
    file: str


class RecordingEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A recording as the file states it; paths are relative to the conference file, with forward slashes."""

    id: RecordingId
    talk: TalkId
    file: str
    duration_ms: int
    width: int
    height: int
    captions: tuple[CaptionEntry, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    poster: str | None = None
    previews: str | None = None

    @property
    def files(self) -> tuple[str, ...]:
        """Return the path of every file of this recording."""
        pictures = [picture for picture in (self.poster, self.previews) if picture]
        return (self.file, *(track.file for track in self.captions), *pictures)


class Recordings:
    """All recordings of the file by talk, and where each file is first named.

    `talks` are the slugs that have talks, `gatherings` those of sessions whose talks are papers.
    """

    def __init__(
        self, root: TableReader, talks: Collection[TalkId], gatherings: Collection[TalkId], faults: FaultList
    ) -> None:
        self._faults = faults
        self._talks = talks
        self._gatherings = gatherings
        self.by_talk: dict[TalkId, RecordingEntry] = {}
        self.places: dict[str, KeyPath] = {}
        self._lines: dict[TalkId, KeyPath] = {}
        for table in root.tables("recordings"):
            self._take(table)

    def _take(self, table: TableReader) -> None:
        talk = self._talk(table)
        file = self._path(table, "file", RECORDING_ENDINGS, required=True)
        duration_ms = table.integer("duration_ms", 1, DURATION_MOST_MS, required=True)
        width = table.integer("width", 1, SIDE_MOST_PIXELS, required=True)
        height = table.integer("height", 1, SIDE_MOST_PIXELS, required=True)
        poster = self._path(table, "poster", POSTER_ENDINGS)
        previews = self._path(table, "previews", PREVIEW_ENDINGS)
        captions = self._captions(table)
        chapters = self._chapters(table, duration_ms)
        table.finish()
        if talk is not None:
            self.by_talk[talk] = RecordingEntry(
                id=RecordingId(talk),
                talk=talk,
                file=file,
                duration_ms=duration_ms or 0,
                width=width or 0,
                height=height or 0,
                captions=captions,
                chapters=chapters,
                poster=poster or None,
                previews=previews or None,
            )

    def _talk(self, table: TableReader) -> TalkId | None:
        talk = TalkId(table.slug("talk"))
        if not talk:
            return None
        if talk in self._gatherings:
            table.fault(
                "talk", f"the talks of {shown(talk)} are its papers: write the slug of the paper that this shows."
            )
            return None
        if talk not in self._talks:
            hint = self._faults.suggestion(talk, self._talks)
            table.fault("talk", f"no session or paper has the slug {shown(talk)}: correct it, or add the talk.{hint}")
            return None
        if talk in self._lines:
            first = self._faults.line_of(self._lines[talk])
            table.fault("talk", f"{shown(talk)} has a recording already ({first}): a talk has one, so take one out.")
            return None
        self._lines[talk] = table.path
        return talk

    def _captions(self, table: TableReader) -> tuple[CaptionEntry, ...]:
        found: dict[str, CaptionEntry] = {}
        for entry in table.tables("captions", 'captions = [{ language = "en", file = "..." }]'):
            language = entry.text("language", 35, required=True)
            file = self._path(entry, "file", CAPTION_ENDINGS, required=True)
            entry.finish()
            if language and not _LANGUAGE.fullmatch(language):
                entry.fault("language", f'{shown(language)} is no language tag (BCP 47): write "en", or "pt-BR".')
            elif language.lower() in found:
                entry.fault(
                    "language", f"there are captions in {shown(language)} already: keep one file for each language."
                )
            found[language.lower()] = CaptionEntry(language, file)
        return tuple(found.values())

    def _chapters(self, table: TableReader, duration_ms: int | None) -> tuple[Chapter, ...]:
        found: list[Chapter] = []
        for entry in table.tables("chapters", 'chapters = [{ start = "1:30", title = "..." }]'):
            start_ms = position_ms(entry, "start")
            title = entry.text("title", CHAPTER_CHARS, required=True)
            entry.finish()
            if start_ms is None:
                continue
            if found and start_ms <= found[-1].start_ms:
                entry.fault(
                    "start",
                    f"chapters are in the order of time, and the one before begins at {clock(found[-1].start_ms)}.",
                )
            elif duration_ms is not None and start_ms >= duration_ms:
                entry.fault("start", f"the recording ends at {clock(duration_ms)}: a chapter begins before that.")
            found.append(Chapter(start_ms, title))
        return tuple(found)

    def _path(self, table: TableReader, key: str, endings: tuple[str, ...], *, required: bool = False) -> str:
        path = table.text(key, PATH_CHARS, required=required)
        if not path:
            return ""
        trouble = path_trouble(path)
        if trouble:
            table.fault(key, trouble)
        elif path.rpartition(".")[2].lower() not in endings:
            table.fault(key, f"{shown(path)} is of no kind that can be used here: it ends in .{', .'.join(endings)}.")
        elif path in self.places and endings != POSTER_ENDINGS:
            first = self._faults.line_of(self.places[path])
            table.fault(key, f"{shown(path)} stands on {first} already: name the file that belongs here.")
        self.places.setdefault(path, table.at(key))
        return path


def path_trouble(path: str) -> str:
    """Return what is wrong with `path`, which is to be relative, POSIX and inside the folder, or "" if nothing is."""
    bad = sorted(_NOT_IN_PATHS.intersection(path))
    if "\\" in bad:
        return f"{shown(path)} has a backslash: write forward slashes, recordings/talk.mp4."
    if bad:
        return f"{shown(path)} has {' '.join(bad)} in it, which not every system keeps in names: rename the file."
    if path.startswith("/"):
        return f"{shown(path)} is absolute: write it from the conference file's folder, recordings/talk.mp4."
    if ".." in path.split("/"):
        return f"{shown(path)} leads out of the conference's folder: put the file into it, and leave out the .."
    if any(part in ("", ".") for part in path.split("/")):
        return f"{shown(path)} has an empty part or a single dot between its slashes: leave it out."
    return ""


def position_ms(table: TableReader, key: str) -> int | None:
    """Return the position at `key`, written "1:30", "1:02:03" or "1:30.250", in ms; None where it is none."""
    written = table.text(key, 20, required=True)
    if not written:
        return None
    match = _POSITION.fullmatch(written)
    if match is None or (match[1] is not None and int(match[2]) > 59):
        table.fault(
            key, f'{shown(written)} is no position: write minutes and seconds, "1:30", or hours too, "1:02:30".'
        )
        return None
    seconds = int(match[1] or 0) * 3600 + int(match[2]) * 60 + int(match[3])
    return seconds * 1000 + int((match[4] or "").ljust(3, "0"))


def clock(length_ms: int) -> str:
    """Return a length or position for reading: "1:12", "1:02:03", with a fraction where there is one."""
    minutes, rest = divmod(length_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest // 1000:02}" + (f".{rest % 1000:03}" if rest % 1000 else "")
    return f"{hours}:{minutes:02}:{seconds}" if hours else f"{minutes}:{seconds}"
