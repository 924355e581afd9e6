"""The truth in memory: the register, the people, and the place in the database up to which both are known.

Everything here runs on the ledger's thread, in a transaction that the caller holds. This module must never decide what
people wish, or write it.
"""

import sqlalchemy as sa

from personal_app.conference.ids import ParticipantId
from personal_app.conference.people import Participant
from personal_app.conference.program import Conference
from personal_app.conference.register import Register
from personal_app.server import conference_row, pages, register_rows
from personal_app.server.committed import Committed
from personal_app.server.conference_row import Place


class Truth:
    """What the database said at `place`."""

    def __init__(self, place: Place, register: Register, people: dict[ParticipantId, Participant]) -> None:
        self.place = place
        self.register = register
        self.people = people

    @classmethod
    def read_whole(cls, connection: sa.Connection, conference: Conference) -> "Truth":
        """Read everything, as it stood at one instant."""
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        place = conference_row.read(connection)
        register = register_rows.load_register(connection, conference, place.revision, place.tally)
        people = {person.id: person for person in register_rows.load_participants(connection)}
        return cls(place, register, people)

    def catch_up(self, connection: sa.Connection, place: Place) -> list[Committed]:
        """Take in what other servers wrote up to `place`, and return it.

        Raises PagesLost where that is not to be had; then this truth is to be thrown away.
        """
        missed = missing(connection, self.place, place)
        for committed in missed:
            for entry in committed.entries:
                self.register.apply(entry.decision, entry.tally)
            self.people.update((person.id, person) for person in committed.participants)
        if (self.register.revision, self.register.tally) != (place.revision, place.tally):
            raise pages.PagesLost
        self.place = place
        return missed


def missing(connection: sa.Connection, known: Place, place: Place) -> list[Committed]:
    """Return what was committed between two places, in order. Raises PagesLost where that is not to be had."""
    if known == place:
        return []
    if known.epoch != place.epoch or known.page >= place.page:
        # Another history: the database was put back from a backup, or a copy of it that was behind took over.
        raise pages.PagesLost
    return pages.between(connection, known.page, place.page)
