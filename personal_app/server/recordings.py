"""Recordings and the small files beside them over HTTP: whole or in part, under their hash as a strong ETag.

Who may be given what, and when, is `timeline.may_watch`; captions and preview pictures tell as much as the recording,
and open with it. Bytes are read in a thread pool and sent as the peer takes them. This module must never read other
files than it was given.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from anyio import to_thread
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from personal_app.conference.clock import Clock
from personal_app.conference.ids import RecordingId, Sha256
from personal_app.conference.program import Conference
from personal_app.conference.recordings import Recording
from personal_app.conference.timeline import may_watch
from personal_app.server.conditional import Span, Unsatisfiable, asked_span, fails_match, names_tag
from personal_app.server.conference_folder import ServedFile
from personal_app.server.problems import Problem

_log = logging.getLogger(__name__)

CHUNK_BYTES = 256 * 1024
#: A peer that takes no chunk for so long is let go.
STALL_S = 60.0
#: A client knows our clock to within half a round trip, and asks when it takes the talk to have begun.
EARLY = timedelta(seconds=2)


class RecordingShelf:
    """The files of one conference, given out as its timetable allows."""

    def __init__(self, timetable: Callable[[], Conference], files: Mapping[Sha256, ServedFile], clock: Clock) -> None:
        """`timetable` gives the conference with the times that hold now, on the loop's thread."""
        conference = timetable()
        self._timetable = timetable
        self._files = files
        self._clock = clock
        self._recordings = {recording.id: recording for recording in conference.recordings}
        self._companions = {
            track.file.sha256: recording for recording in conference.recordings for track in recording.captions
        }
        self._companions |= {
            recording.previews.file.sha256: recording
            for recording in conference.recordings
            if recording.previews is not None
        }
        self._posters = {recording.poster.sha256 for recording in conference.recordings if recording.poster is not None}

    async def recording(self, request: Request) -> Response:
        """Answer `GET /recordings/<id>`."""
        recording = self._recordings.get(RecordingId(request.path_params["id"]))
        if recording is None:
            raise Problem(404, "unknown", "There is no such recording at this conference.")
        self._must_be_open(recording)
        return FileAnswer(self._files[recording.file.sha256], "no-cache")

    async def file(self, request: Request) -> Response:
        """Answer `GET /files/<sha256>`: captions, preview pictures and posters."""
        wanted = Sha256(request.path_params["sha256"])
        if wanted in self._companions:
            self._must_be_open(self._companions[wanted])
        elif wanted not in self._posters:
            raise Problem(404, "unknown", "There is no such file at this conference.")
        return FileAnswer(self._files[wanted], "public, max-age=31536000, immutable")

    def _must_be_open(self, recording: Recording) -> None:
        timetable = self._timetable()
        talk = timetable.talk(recording.talk)
        session = timetable.session(talk.session) if talk is not None else None
        if talk is None or session is None:
            raise Problem(404, "unknown", "This recording belongs to no talk of the conference.")
        now = self._clock()
        if not may_watch(talk, session, now + EARLY):
            opens = session.video_start or session.start
            raise Problem(
                403,
                "not_yet",
                f"“{talk.title}” opens at {opens:%H:%M} UTC on {opens:%Y-%m-%d}, when its session begins.",
                {"Retry-After": str(_seconds_until(opens, now))},
            )


class FileAnswer(Response):
    """One file, whole or the one range that was asked for (RFC 9110, sections 13 and 14)."""

    def __init__(self, file: ServedFile, cache: str) -> None:
        self.status_code = 200
        self.background = None
        self._file = file
        self._etag = f'"{file.facts.sha256}"'
        self.init_headers(
            {
                "Content-Type": file.facts.media_type,
                "ETag": self._etag,
                "Accept-Ranges": "bytes",
                "Cache-Control": cache,
                "X-Content-Type-Options": "nosniff",
            }
        )

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        """Take the headers as they are: the length depends on what is asked for."""
        self.raw_headers = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in (headers or {}).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        asked = Headers(scope=scope)
        size = self._file.facts.size_bytes
        if fails_match(asked.get("if-match"), self._etag):
            await self._start(send, 412, {"Content-Length": "0"})
            await send({"type": "http.response.body", "body": b""})
            return
        if names_tag(asked.get("if-none-match"), self._etag):
            await self._start(send, 304, {})
            await send({"type": "http.response.body", "body": b""})
            return
        try:
            if_range = asked.get("if-range")
            span = asked_span(asked.get("range"), size) if if_range is None or if_range == self._etag else None
        except Unsatisfiable:
            await self._start(send, 416, {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
            await send({"type": "http.response.body", "body": b""})
            return
        descriptor = await to_thread.run_sync(_opened, self._file)
        try:
            await self._send_span(scope, receive, send, descriptor, span)
        finally:
            os.close(descriptor)

    async def _send_span(self, scope: Scope, receive: Receive, send: Send, descriptor: int, asked: Span | None) -> None:
        size = self._file.facts.size_bytes
        span = asked or Span(0, size - 1)
        headers = {"Content-Length": str(span.length)}
        if asked is not None:
            headers["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
        await self._start(send, 200 if asked is None else 206, headers)
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body", "body": b""})
            return
        gone = asyncio.ensure_future(_disconnected(receive))
        try:
            at = span.first
            while at <= span.last and not gone.done():
                chunk = await to_thread.run_sync(os.pread, descriptor, min(CHUNK_BYTES, span.last + 1 - at), at)
                if not chunk:
                    raise EOFError(f"{self._file.path} became shorter while it was sent")
                at += len(chunk)
                async with asyncio.timeout(STALL_S):
                    await send({"type": "http.response.body", "body": chunk, "more_body": at <= span.last})
        except TimeoutError:
            # uvicorn closes a connection whose answer is not whole.
            _log.info("a peer that took nothing for %s s was let go", STALL_S)
        finally:
            gone.cancel()

    async def _start(self, send: Send, status: int, more: Mapping[str, str]) -> None:
        added = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in more.items()]
        await send({"type": "http.response.start", "status": status, "headers": [*self.raw_headers, *added]})


def _opened(file: ServedFile) -> int:
    """Open the file; raise Problem where it is not what was measured when the server started."""
    try:
        descriptor = os.open(file.path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        raise _changed() from None
    status = os.fstat(descriptor)
    if status.st_size != file.facts.size_bytes or status.st_mtime_ns != file.mtime_ns:
        os.close(descriptor)
        raise _changed()
    return descriptor


def _changed() -> Problem:
    return Problem(
        503,
        "damaged",
        "The file on the server is not the one the program promises: tell the organizers to look at it and start the "
        "server again.",
        {"Retry-After": "60"},
    )


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _seconds_until(instant: datetime, now: datetime) -> int:
    return max(1, int((instant - now).total_seconds()) + 1)
