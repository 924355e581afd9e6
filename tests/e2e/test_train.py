"""A day without a network: prepared at home, watched, searched and asked on the train, sent when it is back."""

from collections.abc import Callable

import pytest

from tests.e2e.crowd import ask_many, unmoderate
from tools.demo import playing, sent
from tools.driving import Client, Server

pytestmark = pytest.mark.timeout(180)

TALK, TITLE = "deeprecsys-tutorial", "A Hands On Tutorial Using DeepRecSys"
ASKED = "Asked on a train: who schedules the queries that nobody waits for?"
#: Said in the talk's second half, and when.
SAID, SAID_MS = "average hides", 55_128


def open_paper(client: Client) -> None:
    client.act("pick", target="program_list", text=TITLE)
    client.wait(lambda c: playing(c) and c.once("player")["talk"] == TALK, "the paper's recording", 60)


def shown(client: Client, mark: str) -> str:
    """Return the text of the question that begins with `mark`."""
    return next(str(each["text"]) for each in client.act("board") if each["text"].startswith(mark))


def offline(client: Client) -> bool:
    return bool(client.once("connection") != "Live")


def test_what_was_prepared_is_there_on_the_train_and_what_was_done_there_arrives_once(
    join: Callable[..., Client], open_client: Callable[..., Client], server: Server
) -> None:
    unmoderate(server, TALK)
    ask_many(server, TALK, 2, "there")
    traveller = join("traveller")
    open_paper(traveller)
    traveller.wait(lambda c: c.once("counts")["questions"] == 2, "the questions of others")
    traveller.act("click", target="save_button")
    traveller.wait(lambda c: "Saved" in c.once("text", target="save_button"), "the saved recording", 60)

    server.kill()
    traveller.wait(offline, "the loss of the server")
    first = shown(traveller, "there 0")
    traveller.act("type", target="ask_text", text=ASKED)
    traveller.act("click", target="ask_button")
    traveller.act("pick", target="question_list", text=first[:20])
    traveller.act("key", target="question_list", keys="V")
    traveller.wait(lambda c: voted(c, first), "the vote on the screen")
    traveller.wait(lambda c: "2 to send" in c.once("connection"), "the outbox")
    traveller.kill()

    traveller = open_client("traveller")
    open_paper(traveller)
    position = traveller.act("player")["position_ms"]
    traveller.wait(lambda c: c.once("player")["position_ms"] > position + 1_000, "the recording going on")
    traveller.act("click", target="search_button")
    traveller.act("type", target="search_field", text=SAID)
    traveller.act("pick", target="search_list", text=SAID)
    traveller.wait(lambda c: 0 <= c.once("player")["position_ms"] - SAID_MS < 15_000, "the moment that was found")
    assert traveller.close() == 0

    traveller = open_client("traveller")
    open_paper(traveller)
    assert voted(traveller, first)
    assert [each["text"] for each in traveller.act("board")].count(ASKED) == 1
    traveller.wait(lambda c: "2 to send" in c.once("connection"), "the outbox of two starts ago")

    server.start()
    traveller.wait(lambda c: sent(c, ASKED) and sent(c, first), "the outbox going out", 60)
    other = join("other")
    other.wait(lambda c: c.once("counts")["questions"] == 3, "the questions as others see them")
    board = {each["text"]: each["votes"] for each in other.act("board")}
    assert len(board) == 3
    assert board[first] == 1
    assert ASKED in board
    assert [other.close(), traveller.close()] == [0, 0]


def voted(client: Client, text: str) -> bool:
    question = client.question(text)
    return question is not None and question["votes"] == 1
