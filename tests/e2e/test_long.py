"""The long form of the walk: servers and apps killed at random moments, and a simulive talk from end to end."""

import random
import time
from collections.abc import Callable
from functools import partial

import pytest

from tools.demo import playing, sent, with_everyone
from tools.driving import Client, Server

pytestmark = [pytest.mark.soak, pytest.mark.timeout(3600)]

ROUNDS = 40
SESSION, TITLE = "research-qa", "A Hands On Tutorial Using DeepRecSys"


def kept(client: Client, text: str) -> bool:
    """Tell whether the app says that everything is safe: as many moves wait in the outbox as are not sent."""
    waiting = sum(bool(question["unsent"]) for question in client.once("board"))
    return client.question(text) is not None and (not waiting or f"{waiting} to send" in client.once("connection"))


def test_whatever_is_killed_each_question_arrives_once(
    join: Callable[..., Client], open_client: Callable[..., Client], server: Server
) -> None:
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    chance = random.Random(seed)
    attendee = join("attendee")
    attendee.act("pick", target="program_list", text=TITLE)
    asked = []
    for number in range(ROUNDS):
        text = f"Question number {number} of a bad day?"
        attendee.act("type", target="ask_text", text=text)
        attendee.act("click", target="ask_button")
        attendee.wait(partial(kept, text=text), "the question in the outbox")
        asked.append(text)
        time.sleep(chance.uniform(0, 0.3))
        victim = chance.choice(["server", "attendee", "both", "nobody"])
        if victim in ("server", "both"):
            server.kill()
        if victim in ("attendee", "both"):
            attendee.kill()
        if victim in ("server", "both"):
            server.start()
        if victim in ("attendee", "both"):
            attendee = open_client("attendee")
            # Before its cache is open an app can hold nothing for good; the connection says when that is done.
            attendee.wait(lambda c: c.once("connection").startswith("Live"), "a whole start", 60)
            attendee.act("pick", target="program_list", text=TITLE)
    for text in asked:
        attendee.wait(partial(sent, text=text), f"“{text}” going out", 60)
    chair = join("chair", "--chair", SESSION, window="chair")
    chair.wait(lambda c: len(c.once("board")) >= len(asked), "all questions", 60)
    assert sorted(each["text"] for each in chair.act("board")) == sorted(asked)


def test_everyone_stays_at_the_same_second_through_a_whole_talk(join: Callable[..., Client]) -> None:
    clients = [join("ada"), join("grace")]
    for client in clients:
        client.wait(lambda c: playing(c) and with_everyone(c), "being where everyone is", 60)
    time.sleep(5)
    errors = []
    while (player := clients[0].act("player"))["live_ms"] is not None and player["live_ms"] < 75_000:
        for client in clients:
            reading = client.act("player")
            if reading["live_ms"] is not None and reading["phase"] == "playing":
                errors.append(abs(reading["position_ms"] - reading["live_ms"]))
        time.sleep(0.25)
    errors.sort()
    print(f"{len(errors)} readings, median {errors[len(errors) // 2]} ms, p95 {errors[len(errors) * 95 // 100]} ms")
    assert errors[len(errors) * 95 // 100] < 150
