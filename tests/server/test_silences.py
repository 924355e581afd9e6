"""Who is silenced is kept, chairs and the person alone are told, and the secret stays where it is."""

import base64
import logging
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from personal_app.conference import commands as do
from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import QuestionId
from personal_app.conference.messages import Refused
from personal_app.conference.people import Grant, Participant, Role
from personal_app.conference.rows import SilenceRow
from personal_app.server import conference_row, schema, tables
from personal_app.server.database import open_database
from tests.factories import RESEARCH
from tests.server.office import PATIENCE_S, Office, Offices
from tests.server.room import Room

CANARY = "Canary who asks"


def asked(office: Office, asker: Participant, *, anonymous: bool = True) -> QuestionId:
    question = QuestionId(f"{'anonymous' if anonymous else 'named':_<22}")
    office.must(asker, do.Ask(question=question, talk="paper-1", text="Why?", anonymous=anonymous))
    return question


def refused(office: Office, asker: Participant, *, anonymous: bool) -> bool:
    again = do.Ask(question=f"again{anonymous!s:_<17}", talk="paper-1", text="Why?", anonymous=anonymous)
    answer = office.say(asker, again)
    return isinstance(answer, Refused) and answer.code == "silenced"


def secret_of(office: Office) -> bytes:
    return office.ledger.run(conference_row.secret).result(PATIENCE_S)


def test_a_silence_outlives_the_server(offices: Offices) -> None:
    office = offices.open()
    ada, chair = office.join("Ada"), office.join("Carlos", Grant(Role.CHAIR, RESEARCH))
    question = asked(office, ada)
    office.must(chair, do.Silence(question=question))
    before, alias = secret_of(office), office.replayed().questions[question].alias
    office = offices.reopen(office)
    assert secret_of(office) == before
    assert (office.hub.questions[question].alias, office.hub.silences[alias].ended) == (alias, False)
    assert refused(office, ada, anonymous=True)
    assert not refused(office, ada, anonymous=False)
    office.must(chair, do.LetAsk(question=question))
    assert offices.reopen(office).hub.silences[alias].ended


def test_chairs_and_the_person_are_told_at_once_and_nobody_else(offices: Offices) -> None:
    office = offices.open()
    room = Room(office)
    asker, chair = office.join(CANARY), office.join("Carlos", Grant(Role.CHAIR, RESEARCH))
    author = office.join("Amir", Grant(Role.AUTHOR, "paper-1"))
    ears = [room.seat(who) for who in (asker, chair, author, None)]
    own, chairs, *others = ears
    question = asked(office, asker)
    office.must(chair, do.Silence(question=question))
    room.tell()
    alias = room.register.questions[question].alias
    assert [row.id for row in chairs.board.open.values() if isinstance(row, SilenceRow)] == [alias]
    assert [row.talk for row in own.board.own_silences.values()] == ["paper-1"]
    assert not any(ear.said(alias) for ear in (own, *others))
    assert not any(ear.said(CANARY) for ear in (chairs, *others))
    back = room.seat(asker, room.leave(own))
    office.must(chair, do.LetAsk(question=question))
    room.tell()
    assert [row.ended for row in back.board.own_silences.values()] == [True]


def test_the_secret_is_in_no_page_log_or_error(offices: Offices, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    office = offices.open()
    chair = office.join("Carlos", Grant(Role.CHAIR, RESEARCH))
    office.must(chair, do.Silence(question=asked(office, office.join("Ada"))))
    secret = secret_of(office)
    assert len(secret) == conference_row.SECRET_BYTES
    broken = sa.update(tables.conference).values(secret=sa.bindparam("given"), page=None)
    with pytest.raises(EnvironmentTrouble) as raised:
        office.ledger.run(lambda connection: connection.execute(broken, {"given": secret})).result(PATIENCE_S)
    written = caplog.text + str(raised.value) + repr(office.published) + repr(office.hub)
    for form in (secret.hex(), repr(secret), base64.b64encode(secret).decode()):
        assert form not in written


def test_an_older_database_is_given_a_secret(tmp_path: Path) -> None:
    path = tmp_path / "conference.sqlite"
    engine, config = sa.create_engine(f"sqlite:///{path}"), Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    with engine.connect() as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        row = "('small-2020', 'epoch', 0, 0, '2020-09-21 16:00:00.000000', 0, NULL)"
        connection.exec_driver_sql(f"INSERT INTO conference VALUES {row}")
    engine.dispose()
    with open_database(f"sqlite:///{path}").connect() as connection:
        assert len(conference_row.secret(connection)) == conference_row.SECRET_BYTES
        connection.execute(sa.update(tables.conference).values(secret=None))
        with pytest.raises(EnvironmentTrouble, match="backup"):
            conference_row.secret(connection)
