"""What an older version of the server wrote is read by this one: rows from before a question had its whole life."""

from pathlib import Path

import sqlalchemy as sa

from personal_app.conference.questions import Move, QaState, QuestionState
from personal_app.conference.rows import QaRow
from personal_app.server import register_rows
from personal_app.server.database import open_database
from tests import factories
from tests.server.older_database import write_schema

_OLD = "0002"
_COLUMNS = """id, session, talk, asker, asker_name, anonymous, text, asked_at, state, number, offers, reason,
    revision, moved, shown"""
_VALUES = "'q', 'opening', 'welcome', 'p', 'Ada', 0, 'Why?', {at}, 'answered', 1, '[]', '', 3, 2, 2"


def _write_old(path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{path}")
    write_schema(engine, _OLD)
    at = "'2020-09-21 16:00:00.000000'"
    with engine.connect() as connection, connection.begin():
        for statement in (
            f"INSERT INTO conference VALUES ('small-2020', 'epoch', 3, 1, {at}, 0, NULL)",
            f"INSERT INTO participants VALUES ('p', 'Ada', {at})",
            f"INSERT INTO questions ({_COLUMNS}) VALUES ({_VALUES.format(at=at)})",
            f"INSERT INTO answers VALUES ('a', 'q', 3, 'p', 'Ada', 1, 'So.', {at}, 3)",
            f"INSERT INTO moves VALUES (2, 'q', 'approve', 'p', {at}, 'pending', 'approved', '')",
            "INSERT INTO votes VALUES ('q', 'p')",
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()


def test_rows_of_an_older_schema_are_read_with_what_is_usual(tmp_path: Path) -> None:
    path = tmp_path / "conference.sqlite"
    _write_old(path)
    with open_database(f"sqlite:///{path}").connect() as connection:
        register = register_rows.load_register(connection, factories.conference(), 3, 1)
    (question,) = register.questions.values()
    assert question.alias == register.aliases.named(question.session, question.asker)
    assert (question.state, question.into, question.also_asked) == (QuestionState.ANSWERED, None, ())
    (answer,) = register.answers_to(question.id)
    assert (answer.text, answer.retracted) == ("So.", False)
    (move,) = register.history(question.id)
    assert (move.move, move.was, move.actor_name) == (Move.APPROVE, None, "")
    assert register.count(question.id) == 1


_ROW = '{{"type": "qa", "talk": "{talk}", "revision": {revision}{rest}}}'
_MOVE = """{{"revision": 3, "key": "qa welcome", "move": "regulate", "actor": "p", "actor_name": "Ada",
    "at": "2020-09-21T16:00:00Z", "was": {was}, "became": {became}}}"""


def test_what_was_opened_by_hand_is_not_taken_for_the_programs(tmp_path: Path) -> None:
    path = tmp_path / "conference.sqlite"
    engine = sa.create_engine(f"sqlite:///{path}")
    write_schema(engine, "0005")
    opened = _ROW.format(talk="welcome", revision=3, rest="")
    never = _ROW.format(talk="welcome", revision=0, rest="")
    at = "'2020-09-21 16:00:00.000000'"
    with engine.connect() as connection, connection.begin():
        connection.exec_driver_sql(f"INSERT INTO conference VALUES ('small-2020', 'epoch', 3, 1, {at}, 0, NULL)")
        table = sa.table("open_rows", *map(sa.column, ("key", "revision", "body")))
        closed = _ROW.format(talk="paper-1", revision=2, rest=', "qa": "closed"')
        for key, revision, body in (("qa welcome", 3, opened), ("qa paper-1", 2, closed)):
            connection.execute(sa.insert(table).values(key=key, revision=revision, body=body))
        moves = sa.table("opening_moves", *map(sa.column, ("key", "revision", "body")))
        move = _MOVE.format(was=never, became=opened)
        connection.execute(sa.insert(moves).values(key="qa welcome", revision=3, body=move))
    engine.dispose()
    with open_database(f"sqlite:///{path}").connect() as connection:
        register = register_rows.load_register(connection, factories.conference(), 3, 1)
    rows = {key: row.qa for key, row in register.open.items() if isinstance(row, QaRow)}
    assert rows == {"qa welcome": QaState.OPEN, "qa paper-1": QaState.CLOSED}
    (record,) = register.opened("qa welcome")
    assert isinstance(record.was, QaRow)
    assert isinstance(record.became, QaRow)
    assert (record.was.qa, record.became.qa) == (None, QaState.OPEN)
