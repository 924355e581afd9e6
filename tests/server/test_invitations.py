"""Which grants there are to give, and for whom of the program."""

import pytest

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import PersonId
from personal_app.conference.people import Grant, Role, persons
from personal_app.server.invitations import checked_grant
from tests.factories import OPENING, PAPER_1, RESEARCH, WELCOME, conference, talk

CONFERENCE = conference(
    talks=(
        talk(WELCOME, OPENING),
        talk(PAPER_1, RESEARCH, presenters=(PersonId("amir"), PersonId("olga"))),
    )
)


@pytest.mark.parametrize(
    ("grant", "person"),
    [
        (Grant(Role.AUTHOR, WELCOME), "amir"),
        (Grant(Role.AUTHOR, WELCOME, "amir"), "amir"),
        (Grant(Role.AUTHOR, PAPER_1), ""),
        (Grant(Role.AUTHOR, PAPER_1, "olga"), "olga"),
        (Grant(Role.CHAIR, OPENING), ""),
        (Grant(Role.ORGANIZER), ""),
    ],
)
def test_an_author_is_one_of_the_talks_presenters(grant: Grant, person: str) -> None:
    found = checked_grant(CONFERENCE, grant)
    assert found == Grant(grant.role, grant.scope, person)
    assert persons((found,)) == ({person} if person else frozenset())


def test_nobody_else_is() -> None:
    with pytest.raises(EnvironmentTrouble, match="no presenter of this talk “carlos”"):
        checked_grant(CONFERENCE, Grant(Role.AUTHOR, PAPER_1, "carlos"))
    with pytest.raises(EnvironmentTrouble, match="There is no talk “nowhere”"):
        checked_grant(CONFERENCE, Grant(Role.AUTHOR, "nowhere"))
