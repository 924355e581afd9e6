"""Announcements: what stands at an instant, what a person put away on this device, across restarts too."""

from datetime import UTC, datetime, timedelta

import pytest

from personal_app.conference import commands as do
from personal_app.conference.ids import AnnouncementId, Revision, Tally
from personal_app.conference.messages import Changes
from personal_app.conference.rows import AnnouncementRow
from personal_app.conference.wishes import Wish
from personal_app.services.announcements import PUT_AWAY, AnnouncementService
from personal_app.services.questions import QuestionService

NOW = datetime(2020, 9, 21, 16, 0, tzinfo=UTC)
LUNCH, ROOM = AnnouncementId("lunch"), AnnouncementId("room")


class Ear:
    """The service with its outside in lists and a clock to be set."""

    def __init__(self) -> None:
        self.now = NOW
        self.sent: list[Wish] = []
        self.kept: dict[str, str] = {}
        self.heard: list[tuple[str, ...]] = []
        self.questions = QuestionService(self.sent.append, lambda: self.now)
        self.service = AnnouncementService(self.questions, lambda: self.now, self.kept.__setitem__)
        self.service.changed.connect(lambda: self.heard.append(self.unseen))

    @property
    def unseen(self) -> tuple[str, ...]:
        return tuple(row.id for row in self.service.unseen)

    def tell(self, *rows: AnnouncementRow) -> None:
        revision = Revision(max(row.revision for row in rows))
        self.questions.take_cached(Changes(revision=revision, tally=Tally(0), set=rows), None, ())


def announcement(id_: AnnouncementId, revision: int, minutes: int | None = None) -> AnnouncementRow:
    until = None if minutes is None else NOW + timedelta(minutes=minutes)
    at = NOW - timedelta(minutes=10 - revision)
    return AnnouncementRow(id=id_, text=f"About {id_}.", by="Olga", at=at, until=until, revision=Revision(revision))


def test_what_stands_is_told_newest_first_until_its_end() -> None:
    ear = Ear()
    ear.tell(announcement(LUNCH, 1, minutes=5), announcement(ROOM, 2))
    assert ear.heard == [("room", "lunch")]
    ear.service.look()
    ear.now += timedelta(minutes=5)
    ear.service.look()
    assert ear.heard == [("room", "lunch"), ("room",)]
    assert [row.id for row in ear.service.standing] == ["room"]


def test_what_was_put_away_stays_so_after_a_restart() -> None:
    ear = Ear()
    ear.tell(announcement(LUNCH, 1), announcement(ROOM, 2))
    ear.service.put_away(ROOM)
    ear.service.put_away(ROOM)
    assert ear.heard[1:] == [("lunch",)]
    assert len(ear.service.standing) == 2
    again = Ear()
    again.service.take_put_away(ear.kept[PUT_AWAY])
    again.tell(announcement(LUNCH, 1), announcement(ROOM, 2))
    assert again.unseen == ("lunch",)


@pytest.mark.parametrize("kept", ["", "{}", "[1]", "\x00"])
def test_what_was_kept_and_cannot_be_read_is_no_trouble(kept: str) -> None:
    ear = Ear()
    ear.service.take_put_away(kept)
    ear.tell(announcement(LUNCH, 1))
    assert ear.unseen == ("lunch",)


def test_an_organizers_own_shows_before_the_server_has_heard_of_it() -> None:
    ear = Ear()
    ear.service.announce("Coffee is ready.", NOW + timedelta(minutes=1))
    (row,) = ear.service.standing
    assert (row.text, row.until) == ("Coffee is ready.", NOW + timedelta(minutes=1))
    ear.service.end(row.id)
    assert ear.service.standing == ()
    assert [type(wish.command.do) for wish in ear.sent] == [do.Announce, do.EndAnnouncement]
