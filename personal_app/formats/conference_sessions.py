"""The sessions and papers of a conference file: when each begins, what it plays, and whose questions it takes.

A talk or plenary talk is a session with one talk of the same slug. A Q&A session takes the questions of its papers; one
without papers has a talk of its own as well. Must never know where recordings lie.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from personal_app.conference.ids import RecordingId, SessionId, TalkId
from personal_app.conference.program import Item, Opening, QuestionTimes, Session, SessionKind, Talk
from personal_app.conference.web_links import LINK_CHARS, meeting_fault, stream_fault
from personal_app.formats.conference_people import People
from personal_app.formats.conference_recordings import RecordingEntry, clock, position_ms
from personal_app.formats.faults import FaultList, shown
from personal_app.formats.local_time import NoInstant, instant
from personal_app.formats.question_times import question_times
from personal_app.formats.toml_lines import KeyPath
from personal_app.formats.toml_table import TableReader

TITLE_CHARS = 300
ABSTRACT_CHARS = 8_000
MINUTES_MOST = 24 * 60

_VIDEO_FORM = 'video = [{ talk = "...", start = "0:00" }]'


class Slot(msgspec.Struct, frozen=True):
    """When a session is; the times of its video and Q&A are None where the file leaves them to the rules."""

    start: datetime
    end: datetime
    video_start: datetime | None
    qa_start: datetime | None
    qa_end: datetime | None


class Program:
    """All sessions and talks of the file, read once people and recordings are known."""

    def __init__(
        self,
        people: People,
        recordings: dict[TalkId, RecordingEntry],
        zone: ZoneInfo,
        questions: QuestionTimes,
        faults: FaultList,
    ) -> None:
        """`questions` are the times of sessions that state none of their own."""
        self._people = people
        self._recordings = recordings
        self._zone = zone
        self._questions = questions
        self._faults = faults
        self._papers: dict[TalkId, tuple[Talk, TableReader]] = {}
        self._placed: dict[TalkId, KeyPath] = {}
        self._meant: set[str] = set()
        self.sessions: list[Session] = []
        self.talks: list[Talk] = []

    def take_paper(self, table: TableReader) -> None:
        """Read one of [[papers]]; its session is known when that names it."""
        slug = TalkId(table.slug("slug"))
        paper = Talk(
            id=slug,
            session=SessionId(""),
            number=table.integer("number", 1, 9_999),
            title=table.text("title", TITLE_CHARS, required=True),
            abstract=table.text("abstract", ABSTRACT_CHARS, lines=True),
            presenters=self._people.named(table, "authors"),
            recording=self._recording(slug),
            opening=table.choice("opening", Opening, Opening.ALWAYS) or Opening.ALWAYS,
            moderated=table.flag("moderated", True),
            authors_may_start=table.flag("authors_may_start", False),
        )
        table.finish()
        self._check_number(paper, table)
        if slug:
            self._papers.setdefault(slug, (paper, table))

    def take_session(self, table: TableReader) -> None:
        """Read one of [[sessions]], and with it its talks."""
        session_id = SessionId(table.slug("slug"))
        kind = table.choice("kind", SessionKind)
        title = table.text("title", TITLE_CHARS, required=True)
        abstract = table.text("abstract", ABSTRACT_CHARS, lines=True)
        presenters = self._people.named(table, "presenters")
        chairs = self._people.named(table, "chairs")
        slot = self._slot(table)
        own = Talk(
            id=TalkId(session_id),
            session=session_id,
            title=title,
            abstract=abstract,
            presenters=presenters,
            recording=self._recording(TalkId(session_id)),
            opening=table.choice("opening", Opening, Opening.START) or Opening.START,
            moderated=table.flag("moderated", True),
            authors_may_start=table.flag("authors_may_start", False),
        )
        talks = self._talks(table, kind, own)
        items = self._items(table, kind, own, talks)
        questions = question_times(table, self._zone, self._questions)
        stream, meeting = _link(table, "stream", stream_fault), _link(table, "meeting", meeting_fault)
        table.finish()
        if slot is None:
            return
        self.talks += talks
        self.sessions.append(
            self._timed(
                table,
                slot,
                Session(
                    id=session_id,
                    kind=kind or SessionKind.TALK,
                    title=title,
                    start=slot.start,
                    end=slot.end,
                    qa_start=slot.start,
                    qa_end=slot.end,
                    talks=tuple(talk.id for talk in talks),
                    abstract=abstract,
                    presenters=presenters,
                    chairs=chairs,
                    items=items,
                    questions=questions,
                    stream=stream,
                    meeting=meeting,
                ),
            )
        )

    def check_papers(self) -> None:
        """Note the papers that no session takes, not even under a misspelt slug."""
        for slug, (_, table) in self._papers.items():
            if slug not in self._placed and slug not in self._meant:
                table.fault(
                    "slug", f"no session takes the questions of this paper: add {shown(slug)} to the papers of one."
                )

    def _check_number(self, paper: Talk, table: TableReader) -> None:
        same = [other for known, other in self._papers.values() if known.number == paper.number is not None]
        if same:
            first = self._faults.line_of(same[0].at("number"))
            table.fault("number", f"{paper.number} is taken by {first}: each paper has a number of its own.")

    def _recording(self, talk: TalkId) -> RecordingId | None:
        entry = self._recordings.get(talk)
        return None if entry is None else entry.id

    def _talks(self, table: TableReader, kind: SessionKind | None, own: Talk) -> list[Talk]:
        named = table.texts("papers", 80)
        if kind is not SessionKind.QA:
            if named and kind is not None:
                table.fault("papers", f'a {kind} session has one talk, its own: make it kind = "qa", or take this out.')
            return [own]
        if named:
            for key in ("opening", "moderated", "authors_may_start"):
                if table.has(key):
                    table.fault(key, "this session's talks are its papers: write this at each of them, in [[papers]].")
        papers: list[Talk] = []
        for words, path in named:
            paper = self._paper(TalkId(words), path)
            if paper is not None:
                papers.append(msgspec.structs.replace(paper, session=own.session))
        return papers if named else [own]

    def _paper(self, slug: TalkId, path: KeyPath) -> Talk | None:
        if slug not in self._papers:
            if slug:
                meant = self._faults.like(slug, self._papers)
                self._meant.add(meant)
                hint = f" Did you mean {shown(meant)}?" if meant else ""
                self._faults.add(
                    path, f"no paper has the slug {shown(slug)}: correct it, or add it under [[papers]].{hint}"
                )
            return None
        if slug in self._placed:
            first = self._faults.line_of(self._placed[slug])
            self._faults.add(
                path, f"{shown(slug)} is in a session already ({first}): a paper has one, so take one out."
            )
            return None
        self._placed[slug] = path
        return self._papers[slug][0]

    def _slot(self, table: TableReader) -> Slot | None:
        start = self._instant(table, "start", required=True)
        minutes = table.integer("minutes", 1, MINUTES_MOST, required=True)
        video_start = self._instant(table, "video_start")
        qa_start = self._instant(table, "qa_start")
        qa_end = self._instant(table, "qa_end")
        if start is None or minutes is None:
            return None
        return Slot(start, start + timedelta(minutes=minutes), video_start, qa_start, qa_end)

    def _instant(self, table: TableReader, key: str, *, required: bool = False) -> datetime | None:
        local = table.moment(key, required=required)
        if local is None:
            return None
        try:
            return instant(local, self._zone)
        except NoInstant as trouble:
            table.fault(key, str(trouble))
            return None

    def _items(self, table: TableReader, kind: SessionKind | None, own: Talk, talks: list[Talk]) -> tuple[Item, ...]:
        if not table.has("video"):
            table.tables("video", _VIDEO_FORM)
            entry = self._recordings.get(own.id) if kind is not SessionKind.QA else None
            return () if entry is None else (_item(entry, 0),)
        items: list[Item] = []
        for part in table.tables("video", _VIDEO_FORM):
            talk = TalkId(part.slug("talk"))
            offset_ms = position_ms(part, "start")
            part.finish()
            item = self._part(part, talk, offset_ms, talks)
            if item is None:
                continue
            if items and item.offset_ms < items[-1].offset_ms + items[-1].duration_ms:
                ends = clock(items[-1].offset_ms + items[-1].duration_ms)
                part.fault("start", f"the part before runs until {ends}: parts follow each other in the order of time.")
            items.append(item)
        return tuple(items)

    def _part(self, part: TableReader, talk: TalkId, offset_ms: int | None, talks: list[Talk]) -> Item | None:
        if not talk or offset_ms is None:
            return None
        ids = [known.id for known in talks]
        if talk not in ids:
            hint = self._faults.suggestion(talk, ids)
            part.fault("talk", f"{shown(talk)} is no talk of this session: its video plays its own talks.{hint}")
            return None
        if talk not in self._recordings:
            part.fault("talk", f"{shown(talk)} has no recording: add one under [[recordings]], or take this part out.")
            return None
        return _item(self._recordings[talk], offset_ms)

    def _timed(self, table: TableReader, slot: Slot, session: Session) -> Session:
        """Return `session` with the times of its video and Q&A; notes those that do not lie in the slot."""
        video_start = (slot.video_start or slot.start) if session.items else None
        if slot.video_start is not None and not session.items:
            table.fault("video_start", "there is no recording to play: add one under [[recordings]], or take this out.")
        video_end = slot.start if video_start is None else video_start + timedelta(milliseconds=session.video_ms)
        if video_end > slot.end:
            over = clock((video_end - slot.end) // timedelta(milliseconds=1))
            minutes = -((slot.start - video_end) // timedelta(minutes=1))
            table.fault(
                "minutes",
                f"the video is {over} longer than the slot: make it {minutes} minutes, or use a shorter recording.",
            )
        qa_start = slot.qa_start or min(video_end, slot.end)
        qa_end = slot.qa_end or slot.end
        if self._within(table, slot) and qa_end < qa_start:
            key = "qa_start" if slot.qa_end is None else "qa_end"
            table.fault(key, "the Q&A ends before it begins: put qa_end after qa_start.")
        return msgspec.structs.replace(session, video_start=video_start, qa_start=qa_start, qa_end=qa_end)

    def _within(self, table: TableReader, slot: Slot) -> bool:
        """Note the times of `slot` that are outside it; tell whether there are none."""
        begin, end = (edge.astimezone(self._zone) for edge in (slot.start, slot.end))
        times = {"video_start": slot.video_start, "qa_start": slot.qa_start, "qa_end": slot.qa_end}
        outside = [key for key, at in times.items() if at is not None and not slot.start <= at <= slot.end]
        for key in outside:
            table.fault(key, f"this is outside the slot, {begin:%H:%M} to {end:%H:%M} on {begin:%Y-%m-%d}.")
        return not outside


def has_papers_only(table: TableReader) -> bool:
    """Tell whether the session in `table` has no talk of its own, because it takes the questions of papers."""
    return table.peek("kind") == SessionKind.QA and bool(table.peek("papers"))


def _link(table: TableReader, key: str, fault_of: Callable[[str], str]) -> str:
    address = table.text(key, LINK_CHARS)
    fault = fault_of(address) if address else ""
    if fault:
        table.fault(key, fault)
    return "" if fault else address


def _item(entry: RecordingEntry, offset_ms: int) -> Item:
    return Item(talk=entry.talk, recording=entry.id, offset_ms=offset_ms, duration_ms=entry.duration_ms)
