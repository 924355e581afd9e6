"""The conference file: what organizers write by hand, TOML, read into the program of a conference.

`docs/conference-file.md` says what every key means. All mistakes are told at once, each with its line. Pure: text in,
values out; the files it names are measured by others and joined by `assemble`.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from personal_app.conference.errors import BadConferenceFile
from personal_app.conference.ids import ConferenceId, Sha256, TalkId
from personal_app.conference.program import CallForParticipation, Conference, ImportantDate, QuestionTimes
from personal_app.conference.recordings import CaptionTrack, Chapter, FileFacts, Previews, Recording, preview_grid
from personal_app.formats.conference_people import People
from personal_app.formats.conference_recordings import RecordingEntry, Recordings
from personal_app.formats.conference_sessions import TITLE_CHARS, Program, has_papers_only
from personal_app.formats.faults import FaultList, shown
from personal_app.formats.local_time import end_of_day_anywhere
from personal_app.formats.question_times import question_times
from personal_app.formats.toml_document import read_toml
from personal_app.formats.toml_lines import KeyPath
from personal_app.formats.toml_table import TableReader

LINE_CHARS = 300
PARAGRAPH_CHARS = 8_000

_UTC = ZoneInfo("UTC")
#: Reading the list of zones looks into many folders: once is enough.
_zones = cache(available_timezones)


class MeasuredFile(msgspec.Struct, frozen=True):
    """A file as it is on disk: its facts, the SHA-256 of each 1 MiB block in order, and the chapters in it.

    `previews` is the sheet of preview pictures that was made of a recording.
    """

    facts: FileFacts
    blocks: tuple[Sha256, ...]
    chapters: tuple[Chapter, ...] = ()
    previews: FileFacts | None = None


class ConferenceFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a conference file says. `program` has no recordings yet: these wait in `recordings` for their files' facts.

    `places` tells for each path where the file first names it, for reading ("conference.toml, line 12, ...").
    """

    program: Conference
    recordings: tuple[RecordingEntry, ...]
    places: Mapping[str, str]

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the relative POSIX path of every file that is named, each once, in the order of the file."""
        return tuple(dict.fromkeys(path for recording in self.recordings for path in recording.files))


def read_conference_file(text: str, name: str = "conference.toml") -> ConferenceFile:
    """Return what `text` says; `name` is how the file is called in sentences.

    Raises BadConferenceFile with a sentence for each mistake, in the order of their lines.
    """
    values, faults = read_toml(text, name)
    root = TableReader(values, (), faults)
    people = People(root, faults)
    header = _Header(root, people, faults)
    sessions, papers = list(root.tables("sessions")), list(root.tables("papers"))
    _check_slugs([*sessions, *papers], faults)
    talks = _slugs([table for table in [*sessions, *papers] if not has_papers_only(table)])
    gatherings = _slugs([table for table in sessions if has_papers_only(table)]) - talks
    recordings = Recordings(root, talks, gatherings, faults)
    program = Program(people, recordings.by_talk, header.zone, header.questions, faults)
    for table in papers:
        program.take_paper(table)
    for table in sessions:
        program.take_session(table)
    if not sessions and not root.has("sessions"):
        root.fault(None, "there are no sessions: add each as [[sessions]].")
    program.check_papers()
    root.finish()
    faults.check()
    return ConferenceFile(
        program=header.conference(people, program),
        recordings=tuple(recordings.by_talk.values()),
        places={path: faults.place(place) for path, place in recordings.places.items()},
    )


def assemble(file: ConferenceFile, measured: Mapping[str, MeasuredFile]) -> Conference:
    """Return the conference with its recordings; `measured` has each of `file.paths`.

    Raises BadConferenceFile with a sentence for each file that was not measured.
    """
    missing = [path for path in file.paths if path not in measured]
    if missing:
        raise BadConferenceFile(
            [f"{file.places[path]}: the file {shown(path)} is missing: put it there." for path in missing]
        )
    recordings = tuple(_recording(entry, measured) for entry in file.recordings)
    return msgspec.structs.replace(file.program, recordings=recordings)


def _recording(entry: RecordingEntry, measured: Mapping[str, MeasuredFile]) -> Recording:
    video = measured[entry.file]
    sheet = measured[entry.previews].facts if entry.previews else video.previews
    grid = preview_grid(entry.duration_ms, entry.width, entry.height)
    return Recording(
        id=entry.id,
        talk=entry.talk,
        file=video.facts,
        blocks=video.blocks,
        duration_ms=entry.duration_ms,
        width=entry.width,
        height=entry.height,
        captions=tuple(CaptionTrack(language=c.language, file=measured[c.file].facts) for c in entry.captions),
        chapters=entry.chapters or tuple(each for each in video.chapters if each.start_ms < entry.duration_ms),
        poster=measured[entry.poster].facts if entry.poster else None,
        previews=Previews(file=sheet, grid=grid) if sheet is not None else None,
    )


def _slugs(tables: list[TableReader]) -> set[TalkId]:
    return {TalkId(slug) for table in tables if isinstance(slug := table.peek("slug"), str)}


def _check_slugs(tables: list[TableReader], faults: FaultList) -> None:
    places: dict[str, KeyPath] = {}
    for table in tables:
        slug = table.peek("slug")
        if isinstance(slug, str) and slug in places:
            first = faults.line_of(places[slug])
            table.fault(
                "slug", f"{shown(slug)} is taken by {first}: sessions and papers each have a slug of their own."
            )
        elif isinstance(slug, str):
            places[slug] = table.path


class _Header:
    """What the file says of the conference as a whole."""

    def __init__(self, root: TableReader, people: People, faults: FaultList) -> None:
        table = root.table("conference") or TableReader({}, ("conference",), faults)
        self._id = ConferenceId(table.slug("slug"))
        self._title = table.text("title", TITLE_CHARS, required=True)
        self._subtitle = table.text("subtitle", LINE_CHARS)
        self._day = table.day("date", required=True) or date.min
        self.zone = _zone(table)
        self._access = table.text("access", LINE_CHARS)
        self._format = table.text("format", PARAGRAPH_CHARS, lines=True)
        self._organizers = people.named(table, "organizers")
        self.questions = question_times(table, self.zone, QuestionTimes())
        table.finish()
        self._call = _call(root)
        self._dates = tuple(_important_dates(root))

    def conference(self, people: People, program: Program) -> Conference:
        """Return the conference without recordings; sessions by start, talks in the order of their sessions."""
        sessions = sorted(program.sessions, key=lambda session: (session.start, session.id))
        order = {talk: index for index, talk in enumerate(talk for session in sessions for talk in session.talks)}
        return Conference(
            id=self._id,
            title=self._title,
            timezone=self.zone.key,
            day=self._day,
            sessions=tuple(sessions),
            talks=tuple(sorted(program.talks, key=lambda talk: order[talk.id])),
            people=people.all,
            subtitle=self._subtitle,
            access=self._access,
            format=self._format,
            organizers=self._organizers,
            important_dates=self._dates,
            call=self._call,
        )


def _zone(table: TableReader) -> ZoneInfo:
    """Return the zone at `timezone`, or UTC to go on with where it is none."""
    key = table.text("timezone", 60, required=True)
    if not key:
        return _UTC
    if key not in _zones():
        hint = table.suggestion(key, _zones())
        table.fault(
            "timezone", f'there is no time zone {shown(key)}: write one of the tz database, "Europe/Berlin".{hint}'
        )
        return _UTC
    return ZoneInfo(key)


def _call(root: TableReader) -> CallForParticipation | None:
    table = root.table("call_for_participation")
    if table is None:
        return None
    call = CallForParticipation(
        summary=table.text("summary", PARAGRAPH_CHARS, lines=True, required=True),
        topics=tuple(words for words, _ in table.texts("topics", LINE_CHARS)),
        presentation_minutes=table.integer("presentation_minutes", 1, 24 * 60),
        submission_pages_max=table.integer("submission_pages_max", 1, 1_000),
    )
    table.finish()
    return call


def _important_dates(root: TableReader) -> Iterator[ImportantDate]:
    for table in root.tables("important_dates"):
        what = table.text("what", LINE_CHARS, required=True)
        day = table.day("on", required=True)
        table.finish()
        if day is not None:
            yield ImportantDate(what=what, on=day, due=end_of_day_anywhere(day))
