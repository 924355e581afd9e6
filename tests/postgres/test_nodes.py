"""Three nodes that are killed and cut off while people work: everything acknowledged is there once, and all agree."""

import random
import shutil
from pathlib import Path

import pytest
import requests

from personal_app.conference import commands as do
from personal_app.conference.messages import Done, Refused
from personal_app.conference.people import Grant, Role
from personal_app.net import http_api
from tests.history.people import Crowd
from tests.history.records import truth_of
from tests.postgres.cluster import Cluster
from tests.postgres.nodes import Nodes
from tests.wire.caller import Caller
from tests.wire.server_process import run_cli

PEOPLE = 6


def test_chairs_are_told_of_each_other_across_nodes_and_nothing_is_written(
    nodes: Nodes, postgres: Cluster, database: str
) -> None:
    one, other = nodes.start(), nodes.start()
    grant = Grant(Role.CHAIR, "research")
    here, there = (Caller(node.address, one.join(name, grant).token) for node, name in ((one, "Ann"), (other, "Ben")))
    page = postgres.execute("SELECT page FROM conference", database)
    here.be_here("research")
    there.until(lambda: there.here == {"research": [("Ann", None)]}, "who is at the other node")
    there.be_here("research")
    here.until(lambda: here.here == {"research": [("Ann", None), ("Ben", None)]}, "who is at both")
    here.hang_up()
    there.until(lambda: there.here == {"research": [("Ben", None)]}, "who has gone")
    there.hang_up()
    assert postgres.execute("SELECT page FROM conference", database) == page


def _harm(nodes: Nodes, postgres: Cluster, database: str, chance: random.Random) -> None:
    """Do one of the things that happen to nodes; most often one is killed."""
    node = chance.choice(nodes.all)
    match chance.randrange(6):
        case 0:
            postgres.cut_sessions(database)
        case 1:
            node.stop()
            node.restart()
        case _:
            node.kill()
            node.restart()


def _harmed(
    nodes: Nodes, postgres: Cluster, database: str, folder: Path, *, rounds: int, work_s: float, seed: int
) -> None:
    for _ in range(3):
        nodes.start()
    chance = random.Random(seed)
    crowd = Crowd(nodes.all, folder / "history", PEOPLE, seed)
    for _ in range(rounds):
        crowd.work(chance.uniform(0, work_s))
        _harm(nodes, postgres, database, chance)
    crowd.work(work_s)
    crowd.end(lambda: truth_of(postgres.url(database)))
    assert sum(person.moved for person in crowd.people) > 0
    assert "Traceback" not in nodes.log


@pytest.mark.timeout(180)
def test_what_was_acknowledged_outlives_nodes(nodes: Nodes, postgres: Cluster, database: str, tmp_path: Path) -> None:
    _harmed(nodes, postgres, database, tmp_path, rounds=4, work_s=0.5, seed=20200529)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
def test_what_was_acknowledged_outlives_nodes_for_long(
    nodes: Nodes, postgres: Cluster, database: str, tmp_path: Path, seed: int
) -> None:
    _harmed(nodes, postgres, database, tmp_path, rounds=30, work_s=1.0, seed=seed)


def test_a_grant_reaches_open_connections_on_another_node(nodes: Nodes) -> None:
    one, other = nodes.start(), nodes.start()
    credentials = http_api.join(one.address, "Chiara", "")
    caller = Caller(other.address, credentials.token)
    code = one.invite(Grant(Role.CHAIR, "research"))
    before = caller.replaced
    http_api.redeem(one.address, credentials.token, code)
    caller.until(lambda: caller.replaced > before, "the chair's view")
    caller.hang_up()


def test_a_view_from_a_node_that_is_ahead_is_never_taken_back(nodes: Nodes) -> None:
    one, other = nodes.start(), nodes.start()
    credentials = http_api.join(one.address, "Ada", "")
    caller = Caller(one.address, credentials.token)
    for _ in range(10):
        question = caller.ask("paper-2", "Why?")
        caller.hang_up()
        caller.address, one, other = other.address, other, one
        caller.dial()
        assert question in caller.board.shared
    assert caller.replaced == 1
    caller.hang_up()


def test_no_password_is_told_anywhere(nodes: Nodes, postgres: Cluster, database: str, tmp_path: Path) -> None:
    secret = postgres.url(database).replace("personal@", "personal:canary@")
    data = ["--conference", str(nodes.conference), "--data", str(tmp_path / "data"), "--port", "0"]
    told = run_cli("serve", *data, "--database", secret)
    assert told.returncode == 2
    assert "password in --database" in told.stderr
    assert "canary" not in told.stderr
    node = nodes.start(environment={"PERSONAL_DATABASE": secret})
    postgres.cut_sessions(database)
    http_api.join(node.address, "Ada", "")
    # An invitation is asked of the running node, or made in the database that the environment names.
    assert node.invite(Grant(Role.ORGANIZER))
    node.stop()
    lost = run_cli("invite", "--data", str(node.data), "--organizer")
    assert (lost.returncode, "is kept in postgresql" in lost.stderr) == (2, True)
    assert "canary" not in node.log.read_text() + lost.stderr


def test_nodes_of_one_database_serve_one_program(nodes: Nodes, small_folder: Path, tmp_path: Path) -> None:
    first, second = nodes.start(), nodes.start()
    other = Path(shutil.copytree(small_folder, tmp_path / "other"))
    text = (other / "conference.toml").read_text()
    (other / "conference.toml").write_text(text.replace('title = "On Schedulers"', 'title = "On Other Schedulers"'))
    third = ["serve", "--conference", str(other), "--data", str(tmp_path / "third"), "--port", "0"]
    told = run_cli(*third, "--database", nodes.url)
    assert (told.returncode, told.stdout) == (2, "")
    assert "serves another program" in told.stderr
    assert "Traceback" not in told.stderr
    first.stop()
    second.kill()
    nodes.conference = other
    changed = nodes.start()
    assert run_cli(*third[:2], str(small_folder), *third[3:], "--database", nodes.url).returncode == 2
    program = http_api.fetch_program(changed.address, "")
    assert program is not None
    assert "On Other Schedulers" in str(program.conference)


def test_nodes_rehearse_together(nodes: Nodes) -> None:
    first, second = (nodes.start("--rehearse", "now-5") for _ in range(2))
    programs = [http_api.fetch_program(node.address, "") for node in (first, second)]
    assert programs[0] is not None
    assert programs[0] == programs[1]


def test_after_a_restore_everyone_is_given_everything_anew(nodes: Nodes, postgres: Cluster, database: str) -> None:
    node = nodes.start()
    caller = Caller(node.address)
    url = postgres.url(database)
    refused = run_cli("restored", "--data", str(node.data), "--database", url)
    assert (refused.returncode, "stop it first" in refused.stderr) == (2, True)
    node.stop()
    told = run_cli("restored", "--data", str(node.data), "--database", url)
    assert (told.returncode, told.stderr) == (0, "")
    node.restart()
    before = caller.replaced
    caller.redial()
    assert caller.replaced == before + 1
    caller.hang_up()


def test_people_work_on_when_the_database_is_back(nodes: Nodes, postgres: Cluster) -> None:
    node = nodes.start()
    caller = Caller(node.address, http_api.join(node.address, "Ada", "").token)
    question = caller.ask("paper-2", "Why?")
    postgres.stop()
    try:
        answer = caller.say(do.Vote(question=question), id_="a-vote-that-is-sent-again"[:22])
        assert isinstance(answer, Refused)
        assert (answer.final, answer.retry_after_ms is not None) == (False, True)
        assert requests.get(f"{node.address.base_url}/healthz", timeout=20).status_code == 503
        assert question in caller.board.shared
    finally:
        assert postgres.start()
    done = None
    while not isinstance(done, Done):
        done = caller.say(do.Vote(question=question), id_="a-vote-that-is-sent-again"[:22])
    caller.until(lambda: caller.count(question) == 1, "the vote")
    assert requests.get(f"{node.address.base_url}/healthz", timeout=20).status_code == 200
    caller.hang_up()
    assert "Traceback" not in nodes.log
