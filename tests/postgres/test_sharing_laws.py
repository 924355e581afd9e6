"""Whatever people wish, and of whichever server: all servers hold the same, and so does one that reads it all anew."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from personal_app.conference import commands as do
from personal_app.conference.ids import random_id
from personal_app.conference.messages import Command, Done, Refused
from personal_app.conference.people import Participant
from tests.postgres.cluster import Cluster
from tests.server import test_ledger_laws as one_server
from tests.server.office import PATIENCE_S, Office, Offices, truth


def _sent(office: Office, person: Participant, wanted: do.Do) -> Done | Refused:
    office.ledger.catch_up().result(PATIENCE_S)
    step = one_server._last_undone(office, wanted) if isinstance(wanted, do.Undo) else wanted
    command = Command(id=random_id(), do=step, seen=one_server._looked_at(office, step))
    return office.ledger.submit(person.id, command).result(PATIENCE_S)


# Each script opens three servers, so that making one that fails as short as it can be takes longer than a test may
# otherwise: Hypothesis gives itself five minutes for it.
@pytest.mark.timeout(420)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(script=one_server.steps)
def test_all_servers_hold_the_same(postgres: Cluster, script: list[tuple[int, object]]) -> None:
    url = postgres.url(postgres.emptied_database())
    with tempfile.TemporaryDirectory() as folder:
        offices = Offices(Path(folder), url)
        try:
            servers = [offices.open(), offices.open()]
            people = one_server._people(servers[0])
            changed = False
            for turn, (who, step) in enumerate(script):
                if step == "restart":
                    servers[turn % 2] = offices.reopen(servers[turn % 2])
                elif isinstance(step, do.Do):
                    answer = _sent(servers[turn % 2], people[who], step)
                    # What says what holds already is done and changes nothing.
                    changed = changed or (isinstance(answer, Done) and answer.revision + answer.tally > 0)
            for server in servers:
                server.ledger.catch_up().result(PATIENCE_S)
            first, second = (truth(server.replayed()) for server in servers)
            assert first == second == truth(offices.open().hub)
            assert changed == (servers[0].hub.revision + servers[0].hub.tally > 0)
        finally:
            offices.close_all()
