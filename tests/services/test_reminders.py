"""The reminders' service: once each across restarts, and of turns nothing that the cache alone says."""

from datetime import datetime, timedelta

from personal_app.conference.ids import Revision, Tally
from personal_app.conference.messages import Changes
from personal_app.conference.messages import Mine as MineRows
from personal_app.conference.questions import QuestionState
from personal_app.conference.reminders import Reminder, ReminderKind, ReminderWishes
from personal_app.conference.stars import star_of_session
from personal_app.services.connection import ConnectionKind, ConnectionService, ConnectionState
from personal_app.services.program import ProgramService
from personal_app.services.questions import QuestionService
from personal_app.services.reminders import REMINDERS, ReminderService
from personal_app.services.stars import StarService
from tests.factories import OPENING, START, conference, question_row

MINUTE = timedelta(minutes=1)


class Bench:
    def __init__(self, kept: dict[str, str]) -> None:
        self.now: datetime = START - 30 * MINUTE
        self.program = ProgramService(lambda: self.now)
        self.stars = StarService(lambda _: None, lambda *_: None)
        self.questions = QuestionService(lambda _: None, lambda: self.now)
        self.connection = ConnectionService(lambda: None)
        self.kept = kept
        self.told: list[Reminder] = []
        self.service = ReminderService(self.program, self.stars, self.questions, self.connection, self.kept.__setitem__)
        self.past: list[Reminder] = []
        self.service.reminded.connect(self.told.append)
        self.service.passed.connect(self.past.append)
        self.program.take(conference())
        self.stars.take([star_of_session(OPENING)])

    def tick(self, now: datetime | None = None, times: int = 1) -> None:
        self.now = now or self.now
        for _ in range(times):
            self.program.ticked.emit()

    def live(self) -> None:
        self.connection.take(ConnectionState(kind=ConnectionKind.LIVE))

    def show(self, state: QuestionState) -> None:
        row = question_row("mine", state, order=1)
        shared = Changes(revision=Revision(5), tally=Tally(0), set=(row,))
        mine = MineRows(revision=Revision(5), tally=Tally(0), full=True, set=(row,))
        self.questions.take_cached(shared, mine, ())


def test_nothing_is_told_before_it_is_known_what_was_told() -> None:
    bench = Bench({})
    bench.tick(START - MINUTE)
    assert bench.told == []
    bench.service.take_kept("")
    bench.tick()
    bench.tick()
    assert [each.kind for each in bench.told] == [ReminderKind.STARTS]


def test_a_restart_tells_nothing_twice_and_keeps_what_was_chosen() -> None:
    kept: dict[str, str] = {}
    first = Bench(kept)
    first.service.take_kept("")
    first.service.wish(ReminderWishes(lead_min=15))
    first.tick(START - 14 * MINUTE)
    assert len(first.told) == 1
    second = Bench(kept)
    second.service.take_kept(kept[REMINDERS])
    assert second.service.wishes.lead_min == 15
    second.tick(START - 13 * MINUTE)
    assert second.told == []


def test_a_turn_is_told_when_the_connection_has_caught_up_and_once() -> None:
    bench = Bench({})
    bench.service.take_kept("")
    bench.show(QuestionState.QUEUED)
    bench.tick(times=5)
    assert bench.told == [], "without a connection the cache may say what was so yesterday"
    bench.live()
    bench.tick(times=5)
    assert [each.kind for each in bench.told] == [ReminderKind.UP_NEXT]
    bench.show(QuestionState.ANSWERING)
    bench.tick()
    bench.show(QuestionState.QUEUED)
    bench.tick()
    assert [each.kind for each in bench.told] == [ReminderKind.UP_NEXT, ReminderKind.ANSWERING]


def test_what_cannot_be_read_counts_as_the_usual() -> None:
    bench = Bench({})
    bench.service.take_kept('{"wishes": 3}')
    assert bench.service.wishes == ReminderWishes()


def test_what_was_told_is_taken_back_when_it_has_passed() -> None:
    bench = Bench({})
    bench.service.take_kept("")
    bench.tick(START - MINUTE)
    bench.tick(START + MINUTE)
    assert bench.past == [], "who comes a little late wants to read it"
    bench.tick(START + 2 * MINUTE)
    assert bench.past == bench.told
    bench.live()
    bench.show(QuestionState.ANSWERING)
    bench.tick(times=5)
    assert len(bench.past) == 1
    bench.show(QuestionState.ANSWERED)
    bench.tick(times=2)
    assert bench.past == bench.told
    assert [each.kind for each in bench.past] == [ReminderKind.STARTS, ReminderKind.ANSWERING]
