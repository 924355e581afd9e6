"""Connection, drafts, program, profile and recordings: what they hold, tell and ask for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from personal_app.conference.ids import RecordingId
from personal_app.conference.people import PUBLIC, Grant, Role
from personal_app.conference.recordings import Caption
from personal_app.services.connection import ConnectionKind, ConnectionService, ConnectionState
from personal_app.services.drafts import DraftService
from personal_app.services.profile import CodeKind, JoinWish, OwnCode, ProfileService, ReturnWish, Who
from personal_app.services.program import ProgramService
from personal_app.services.recordings import RecordingKind, RecordingService, RecordingState
from tests.factories import OPENING, conference

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Told:
    """Counts what a signal says."""

    def __init__(self, owner: QObject, *names: str) -> None:
        self.names: list[str] = []
        self.values: list[object] = []
        for name in names:
            getattr(owner, name).connect(lambda *values, name=name: self._take(name, values))

    def _take(self, name: str, values: tuple[object, ...]) -> None:
        self.names.append(name)
        self.values.extend(values)


class TestConnection:
    """How we stand, in words."""

    @pytest.mark.parametrize(
        ("kind", "waiting", "words"),
        [
            (ConnectionKind.LIVE, 0, "Live"),
            (ConnectionKind.LIVE, 3, "Live, 3 to send"),
            (ConnectionKind.CONNECTING, 0, "Connecting…"),
            (ConnectionKind.RECONNECTING, 1, "Reconnecting in 3 s, 1 to send"),
            (ConnectionKind.OFFLINE, 2, "Offline, 2 to send"),
            (ConnectionKind.REFUSED, 0, "Not let in"),
        ],
    )
    def test_it_is_said_in_words(self, kind: ConnectionKind, waiting: int, words: str) -> None:
        service = ConnectionService(lambda: None)
        service.take_waiting(waiting)
        service.take(ConnectionState(kind=kind, retry_at=NOW + timedelta(seconds=3)))
        assert service.words(NOW) == words
        assert service.state.waiting == waiting

    def test_a_try_that_is_due_is_not_counted_down_below_nothing(self) -> None:
        service = ConnectionService(lambda: None)
        service.take(ConnectionState(kind=ConnectionKind.RECONNECTING, retry_at=NOW))
        assert service.words(NOW + timedelta(seconds=9)) == "Reconnecting…"
        service.take(ConnectionState(kind=ConnectionKind.RECONNECTING))
        assert service.words(NOW) == "Reconnecting…"

    def test_only_what_is_new_is_told(self) -> None:
        service = ConnectionService(lambda: None)
        told = Told(service, "changed")
        for _ in range(2):
            service.take(ConnectionState(kind=ConnectionKind.LIVE))
            service.take_waiting(2)
        assert told.names == ["changed", "changed"]

    def test_a_person_may_try_at_once(self) -> None:
        tried: list[int] = []
        ConnectionService(lambda: tried.append(1)).retry_now()
        assert tried == [1]


class TestDrafts:
    """What was begun is kept soon, once, and over restarts."""

    def test_a_draft_is_written_down_soon_after_the_last_keystroke(self, qtbot: QtBot) -> None:
        kept: list[tuple[str, str]] = []
        service = DraftService(lambda key, text: kept.append((key, text)))
        for text in ("W", "Wh", "Why"):
            service.save("ask:t", text)
        assert (service.load("ask:t"), kept) == ("Why", [])
        qtbot.waitUntil(lambda: kept == [("ask:t", "Why")], timeout=5_000)

    def test_at_the_end_it_is_written_down_at_once_and_once(self) -> None:
        kept: list[tuple[str, str]] = []
        service = DraftService(lambda key, text: kept.append((key, text)))
        service.save("b", "two")
        service.save("a", "one")
        service.save("a", "")
        service.flush()
        service.flush()
        assert kept == [("a", ""), ("b", "two")]

    def test_what_the_cache_held_does_not_replace_what_was_typed_since(self) -> None:
        service = DraftService(lambda *_: None)
        service.save("a", "typed")
        service.take({"a": "old", "b": "kept"})
        assert (service.load("a"), service.load("b"), service.load("c")) == ("typed", "kept", "")


class TestProgram:
    """The program and the server's time."""

    def test_the_servers_time_is_ours_and_what_it_is_ahead(self) -> None:
        service = ProgramService(lambda: NOW)
        assert service.now() == NOW
        service.take_offset(-1500.0)
        assert service.now() == NOW - timedelta(milliseconds=1500)

    def test_a_program_is_told_once(self) -> None:
        service = ProgramService(lambda: NOW)
        told = Told(service, "changed")
        service.take(conference())
        service.take(conference())
        assert told.names == ["changed"]
        assert service.conference == conference()

    def test_the_seconds_pass(self, qtbot: QtBot) -> None:
        service = ProgramService(lambda: NOW)
        with qtbot.waitSignal(service.ticked, timeout=5_000):
            pass


ADA = Who(address="http://127.0.0.1:1", participant="p", name="Ada")


class Outside:
    """A profile service whose outside is a list."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.service = ProfileService(
            self.asked.append,
            self.asked.append,
            lambda: self.asked.append("around"),
            come_back=self.asked.append,
            ask_code=self.asked.append,
        )
        self.told = Told(self.service, "changed", "joined", "failed", "code_given")


class TestProfile:
    """Joining, and who we are."""

    def test_joining(self) -> None:
        outside = Outside()
        service = outside.service
        assert (service.identity, service.audience, service.busy) == (None, PUBLIC, False)
        service.join("host", "Ada", "CODE")
        assert outside.asked == [JoinWish(address="host", name="Ada", invitation="CODE")]
        assert service.busy is bool(outside.asked)
        service.take(ADA)
        assert (service.identity, service.busy) == (ADA, False)
        assert outside.told.names == ["changed", "changed", "changed", "joined"]

    def test_joining_in_vain(self) -> None:
        outside = Outside()
        outside.service.join("host", "Ada")
        outside.service.take_failure("Nobody there.")
        assert not outside.service.busy
        assert outside.told.names[-1] == "failed"
        assert outside.told.values == ["Nobody there."]

    def test_an_invitation_makes_more_of_somebody(self) -> None:
        outside = Outside()
        outside.service.take(ADA)
        outside.service.redeem("CODE")
        outside.service.take(Who(address="a", participant="p", name="Ada", grants=(Grant(Role.CHAIR, OPENING),)))
        assert outside.service.audience.chairs(OPENING)
        assert outside.told.names.count("joined") == 1
        assert outside.asked == ["CODE"]

    def test_a_second_device_and_a_lost_profile(self) -> None:
        outside = Outside()
        outside.service.come_back("host", CodeKind.RECOVERY, "canary")
        wish = ReturnWish(address="host", kind=CodeKind.RECOVERY, code="canary")
        assert outside.asked == [wish]
        outside.service.take(ADA)
        outside.service.ask_code(CodeKind.DEVICE)
        given = OwnCode(kind=CodeKind.DEVICE, code="canary", valid_s=600)
        outside.service.take_code(given)
        assert outside.told.values == [given]
        assert not outside.service.busy
        assert "canary" not in repr(wish) + repr(given)

    def test_without_a_server_there_are_no_codes(self) -> None:
        service = ProfileService(lambda _: None, lambda _: None, lambda: None)
        told = Told(service, "failed")
        service.come_back("host", CodeKind.DEVICE, "code")
        service.ask_code(CodeKind.RECOVERY)
        assert told.names == ["failed", "failed"]
        assert not service.busy

    def test_looking_around(self) -> None:
        outside = Outside()
        outside.service.look_around()
        assert outside.asked == ["around"]


TALK = RecordingId("t")


class TestRecordings:
    """Where each recording is."""

    def test_what_was_never_heard_of_is_absent(self) -> None:
        service = RecordingService(lambda _: None, lambda _: None)
        assert service.state(TALK) == RecordingState()
        assert (service.captions(TALK), service.poster(TALK)) == ((), None)

    def test_each_recording_tells_for_itself_and_once(self) -> None:
        service = RecordingService(lambda _: None, lambda _: None)
        told = Told(service, "changed")
        here = RecordingState(
            kind=RecordingKind.SAVED, path=Path("x"), captions=(Caption(0, 1, "Hello"),), poster=b"png"
        )
        for _ in range(2):
            service.take(TALK, here)
        assert told.values == [TALK]
        assert (service.captions(TALK)[0].text, service.poster(TALK)) == ("Hello", b"png")

    def test_intentions_go_out(self) -> None:
        saved: list[RecordingId] = []
        removed: list[RecordingId] = []
        service = RecordingService(saved.append, removed.append)
        service.save(TALK)
        service.remove(TALK)
        assert (saved, removed) == ([TALK], [TALK])

    def test_trying_again_forgets_the_failure_so_that_the_same_one_is_news(self) -> None:
        """Whoever waits for the outcome would wait for ever if failing twice in the same way were not told."""
        service = RecordingService(lambda _: None, lambda _: None)
        failed = RecordingState(kind=RecordingKind.FAILED, detail="The disk is full.")
        service.take(TALK, failed)
        told = Told(service, "changed")
        service.save(TALK)
        assert service.state(TALK).kind is RecordingKind.LOADING
        service.take(TALK, failed)
        assert told.names == ["changed", "changed"]
