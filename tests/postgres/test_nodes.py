"""Three nodes that are killed and cut off while people work: everything acknowledged is there once, and all agree."""

import random
import shutil
from collections import Counter
from functools import partial
from pathlib import Path
from time import sleep

import pytest
import requests

from personal_app.conference import commands as do
from personal_app.conference.messages import Done, Refused
from personal_app.conference.people import Grant, Role
from personal_app.net import http_api
from tests.postgres.cluster import Cluster
from tests.postgres.crowd import Member, holds
from tests.postgres.nodes import Nodes
from tests.wire.caller import Caller
from tests.wire.server_process import run_cli

MEMBERS = 6


def _crowd(nodes: Nodes, seed: int) -> list[Member]:
    """Let people join, each at a node of their own, and let them begin."""
    members = []
    for number in range(MEMBERS):
        credentials = http_api.join(nodes.all[number % len(nodes.all)].address, f"Person {number}", "")
        # The node that made the token is not the one it is shown to first.
        members.append(Member(nodes, credentials, number + 1, seed + number))
    for member in members:
        member.start()
    return members


def _harm(nodes: Nodes, postgres: Cluster, database: str, chance: random.Random) -> None:
    """Do one of the things that happen to nodes."""
    node = chance.choice(nodes.all)
    match chance.randrange(4):
        case 0:
            postgres.cut_sessions(database)
        case 1:
            node.stop()
            node.restart()
        case _:
            node.kill()
            node.restart()


def _check(members: list[Member], nodes: Nodes, postgres: Cluster, database: str) -> None:
    (place,) = postgres.execute("SELECT revision, tally FROM conference", database)
    for member in members:
        member.level_with(*place)
    _history_is_kept(members, postgres, database)
    votes = Counter(str(question) for (question,) in postgres.execute("SELECT question FROM votes", database))
    for node in nodes.all:
        fresh = Caller(node.address)
        fresh.until(partial(holds, fresh, *place), "the whole view")
        _same_view(fresh, fresh, votes)
        for member in members:
            assert member.caller is not None
            _same_view(member.caller, fresh, votes)
        fresh.hang_up()


def _history_is_kept(members: list[Member], postgres: Cluster, database: str) -> None:
    rows = postgres.execute("SELECT command, participant, revision, tally FROM done", database)
    kept = {(command, participant): (revision, tally) for command, participant, revision, tally in rows}
    said = {
        (each.command.id, member.credentials.participant): each.answer for member in members for each in member.history
    }
    done = {key: (answer.revision, answer.tally) for key, answer in said.items() if isinstance(answer, Done)}
    assert kept == done
    assert len(said) > len(done)
    asked = {
        each.command.do.question for member in members for each in member.history if isinstance(each.command.do, do.Ask)
    }
    assert {question for (question,) in postgres.execute("SELECT id FROM questions", database)} == asked
    numbers = [number for (number,) in postgres.execute("SELECT number FROM questions", database)]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    held = {pair for member in members for pair in _votes_of(member)}
    assert set(postgres.execute("SELECT question, voter FROM votes", database)) == held


def _votes_of(member: Member) -> set[tuple[str, str]]:
    held: set[tuple[str, str]] = set()
    for each in member.history:
        vote = (do.question_of(each.command.do), str(member.credentials.participant))
        if isinstance(each.answer, Done) and isinstance(each.command.do, do.Vote):
            held.add(vote)
        elif isinstance(each.answer, Done) and isinstance(each.command.do, do.Unvote):
            held.discard(vote)
    return held


def _same_view(one: Caller, fresh: Caller, votes: Counter[str]) -> None:
    assert one.board.shared == fresh.board.shared
    assert {question: count for question, (_, count) in one.board.counts.items() if count} == votes


def _harmed(nodes: Nodes, postgres: Cluster, database: str, rounds: int, seed: int) -> None:
    for _ in range(3):
        nodes.start()
    chance = random.Random(seed)
    members = _crowd(nodes, seed)
    for _ in range(rounds):
        sleep(chance.uniform(0.1, 0.8))
        _harm(nodes, postgres, database, chance)
    sleep(0.5)
    for member in members:
        member.stop()
    assert sum(member.moved for member in members) > 0
    _check(members, nodes, postgres, database)
    for member in members:
        member.hang_up()
    assert "Traceback" not in nodes.log


@pytest.mark.timeout(120)
def test_what_was_acknowledged_outlives_nodes(nodes: Nodes, postgres: Cluster, database: str) -> None:
    _harmed(nodes, postgres, database, 4, 20200529)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(20))
def test_what_was_acknowledged_outlives_nodes_for_long(
    nodes: Nodes, postgres: Cluster, database: str, seed: int
) -> None:
    _harmed(nodes, postgres, database, 20, seed)


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
