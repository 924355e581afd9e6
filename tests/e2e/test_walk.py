"""The whole product at once: a real server process, the whole desktop app on a screen, libvlc, and a kill -9."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.store.snapshot import read_snapshot
from tests.e2e.crowd import ask_many, unmoderate
from tools.demo import playing, sent, state, with_everyone
from tools.driving import ROOT, Client, Server

pytestmark = pytest.mark.timeout(180)

TALK, SESSION, TITLE = "deeprecsys-tutorial", "research-qa", "A Hands On Tutorial Using DeepRecSys"
QUESTION = "How large may an embedding table become before the scheduler gives up on it?"
#: How long one stretch of work may hold up the screen.
BOUND_MS = 50
MANY = 1_000
PAPERS = (
    (TALK, TITLE),
    ("mixed-dimension-embedding", "Mixed Dimension Embedding"),
    ("compositional-embeddings", "Compositional Embeddings"),
)
LATER = "Asked while the server was away: does it also hold for training?"


def open_paper(client: Client) -> None:
    open_talk(client, TITLE, TALK)


def open_talk(client: Client, title: str, talk: str) -> None:
    client.act("pick", target="program_list", text=title)
    client.wait(lambda c: playing(c) and c.once("player")["talk"] == talk, "the paper's recording", 60)


def ask(client: Client, text: str) -> None:
    client.act("type", target="ask_text", text=text)
    client.act("click", target="ask_button")


def test_a_question_walks_from_the_keyboard_to_every_screen(
    join: Callable[..., Client], server: Server, tmp_path: Path
) -> None:
    attendee = join("attendee")
    attendee.wait(with_everyone, "being where everyone is", 60)
    assert "libvlc" in attendee.act("player")["engine"]
    open_paper(attendee)
    ask(attendee, QUESTION)
    attendee.wait(lambda c: sent(c, QUESTION), "the acknowledgement")

    server.kill()
    attendee.wait(lambda c: c.once("connection") != "Live", "the loss of the server")
    server.start()
    attendee.wait(lambda c: c.once("connection") == "Live", "coming back", 40)

    chair = join("chair", "--chair", SESSION, window="chair")
    author = join("author", "--author", TALK, window="author")
    chair.act("pick", target="inbox_list", text=QUESTION[:40])
    chair.act("click", target="approve_button")
    for client in (attendee, author):
        client.wait(lambda c: state(c, QUESTION) == "approved", "the approval")
    attendee.wait(lambda c: c.question(QUESTION)["mine"], "still being ours")  # type: ignore[index]
    chair.act("pick", target="shown_list", text=QUESTION[:40])
    chair.act("click", target="queue_button")
    author.act("pick", target="author_inbox", text=QUESTION[:40])
    author.act("click", target="take_live_button")
    chair.act("pick", target="order_list", text=QUESTION[:40])
    chair.act("click", target="start_button")
    attendee.wait(lambda c: state(c, QUESTION) == "answering", "the call")
    chair.act("click", target="finish_button")
    for client in (attendee, author, chair):
        client.wait(lambda c: state(c, QUESTION) == "answered", "the end of the answer")

    assert [client.close() for client in (author, chair, attendee)] == [0, 0, 0]
    cached = read_snapshot(tmp_path / "attendee")
    assert cached is not None
    assert cached.changes is not None
    questions = [row for row in cached.changes.set if isinstance(row, QuestionRow)]
    assert [(row.text, row.state) for row in questions] == [(QUESTION, QuestionState.ANSWERED)]


def test_everything_is_there_without_the_server(
    join: Callable[..., Client], open_client: Callable[..., Client], server: Server
) -> None:
    chair = join("chair", "--chair", SESSION, window="chair")
    attendee = join("attendee")
    open_paper(attendee)
    ask(attendee, QUESTION)
    attendee.wait(lambda c: sent(c, QUESTION), "the acknowledgement")
    server.kill()
    attendee.wait(lambda c: c.once("connection") != "Live", "the loss of the server")
    ask(attendee, LATER)
    attendee.wait(lambda c: "1 to send" in c.once("connection"), "the outbox")
    attendee.kill()

    attendee = open_client("attendee")
    open_paper(attendee)
    assert {each["text"] for each in attendee.act("board")} == {QUESTION, LATER}
    assert attendee.question(LATER)["unsent"] == ["ask"]  # type: ignore[index]

    server.start()
    attendee.wait(lambda c: sent(c, LATER), "the outbox going out", 60)
    chair.wait(
        lambda c: sum(LATER[:40] in row for row in c.once("rows", target="inbox_list")) == 1, "arriving once", 60
    )
    assert [each["text"] for each in chair.act("board")].count(LATER) == 1
    assert [attendee.close(), chair.close()] == [0, 0]


def test_nothing_holds_up_the_screen(join: Callable[..., Client], open_client: Callable[..., Client]) -> None:
    def walk(attempt: int) -> str:
        name = f"attendee-{attempt}"
        attendee = join(name)
        open_talk(attendee, TITLE, TALK)
        ask(attendee, QUESTION)
        attendee.wait(lambda c: sent(c, QUESTION), "the acknowledgement")
        joined = ended(attendee)
        attendee = open_client(name)
        attendee.wait(lambda c: c.once("connection") == "Live", "being back")
        open_talk(attendee, TITLE, TALK)
        return joined + ended(attendee)

    at_least_once_unhindered(walk)


def test_a_thousand_questions_do_not_hold_up_the_screen(
    join: Callable[..., Client], open_client: Callable[..., Client], server: Server
) -> None:
    def walk(attempt: int) -> str:
        name, (talk, title), others = f"attendee-{attempt}", PAPERS[attempt], 2 * MANY * attempt
        unmoderate(server, talk)
        ask_many(server, talk, MANY, "before")
        attendee = join(name)
        open_talk(attendee, title, talk)
        attendee.wait(lambda c: c.once("counts")["questions"] == others + MANY, "the questions of before", 60)
        ask_many(server, talk, MANY, "now")
        attendee.wait(lambda c: c.once("counts")["questions"] == others + 2 * MANY, "the questions of now", 60)
        joined = ended(attendee)
        attendee = open_client(name)
        attendee.wait(lambda c: c.once("connection") == "Live", "being back")
        open_talk(attendee, title, talk)
        attendee.wait(lambda c: c.once("counts")["rows"] > 0, "the cards")
        return joined + ended(attendee)

    at_least_once_unhindered(walk)


def at_least_once_unhindered(walk: Callable[[int], str]) -> None:
    """Go a way up to three times, until nothing holds up the screen on it.

    What takes too long by itself does so each time. A neighbour on the same core lengthens processor time too, by half
    and more, but not each time at the same place.
    """
    found = [walk(0)]
    while found[-1] and len(found) < 3:
        found.append(walk(len(found)))
    assert not found[-1], "\n\n".join(found)


def ended(client: Client) -> str:
    """End an app; return what held up its screen for longer than the bound until its last window was gone."""
    until_now = stalls(client.act("stalls"))
    assert client.close() == 0
    return until_now + stalls(client.parting)


def stalls(found: list[dict[str, Any]]) -> str:
    """Return what held up the screen for too long, in words: by the work of its own thread, or waiting for another."""
    too_long = [stall for stall in found if stall["busy_ms"] > BOUND_MS or stall["held_ms"] > 1_000]
    return "".join(
        f"{stall['busy_ms']:.0f} ms of work, {stall['held_ms']:.0f} ms in all:\n{stall['where']}\n"
        for stall in too_long
    )


def test_a_second_window_on_the_same_profile_is_told_where_the_first_is(
    open_client: Callable[..., Client], tmp_path: Path
) -> None:
    open_client("attendee").act("visible", target="main_window")
    command = [sys.executable, "main.py", "--profile", f"{tmp_path / 'attendee'}/"]
    second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 2
    assert "is open in another window of this program already" in second.stderr


def test_an_address_where_nobody_answers_is_said_on_the_screen(open_client: Callable[..., Client]) -> None:
    client = open_client("attendee")
    client.act("type", target="join_address", text="http://127.0.0.1:9")
    client.act("type", target="join_name", text="Ada")
    client.act("click", target="join_button")
    client.wait(lambda c: "does not answer" in c.once("text", target="join_error"), "the sentence")


def test_a_damaged_cache_is_set_aside_and_the_person_keeps_their_words(
    join: Callable[..., Client], open_client: Callable[..., Client], server: Server, tmp_path: Path
) -> None:
    attendee = join("attendee")
    open_paper(attendee)
    server.kill()
    attendee.wait(lambda c: c.once("connection") != "Live", "the loss of the server")
    ask(attendee, LATER)
    attendee.wait(lambda c: "1 to send" in c.once("connection"), "the outbox")
    assert attendee.close() == 0
    spoil_the_view(tmp_path / "attendee" / "cache.sqlite")
    server.start()
    attendee = open_client("attendee")
    attendee.wait(lambda c: sent(c, LATER), "the rescued question going out", 60)
    assert list((tmp_path / "attendee").glob("cache.damaged-*"))
    assert attendee.close() == 0


def spoil_the_view(cache: Path) -> None:
    """Overwrite a page of the cached program, as a failing disk would."""
    data = bytearray(cache.read_bytes())
    place = data.index(b"Compositional Embeddings")
    start = place - place % 4096
    data[start : start + 4096] = bytes(4096)
    cache.write_bytes(data)
