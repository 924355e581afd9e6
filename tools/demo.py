"""`make demo`: a server with the demo conference and three windows on it: an attendee's, a chair's and an author's.

With a display the windows stand side by side until they are closed. Without one the same runs under Xvfb, is walked
through step by step, and leaves a picture of each step in build/demo/. Ctrl-C ends everything that was started.
"""

import os
import shutil
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from tools.driving import ROOT, Cast, Client, DrivingFailed, Screen, Server

BUILD = ROOT / "build" / "demo"
CONFERENCE = ROOT / "assets" / "demo"
BEGAN_S_AGO = 15
TALK = "deeprecsys-tutorial"
SESSION = "research-qa"
TITLE = "A Hands On Tutorial Using DeepRecSys"
LIVE_QUESTION = "Which stage of the pipeline bounds the tail latency: the embedding look-ups or the dense layers?"
WRITTEN_QUESTION = "Where can we find the models that the tutorial measures?"
WRITTEN_ANSWER = "All of them come with the tutorial's code; the read-me lists each with its size."
OFFLINE_QUESTION = "Asked on a train: does the scheduler know about GPUs?"
SCREEN = (2600, 1640)
ATTENDEE_AT, CHAIR_AT, AUTHOR_AT = "0,0,1280,800", "1300,0,1280,800", "0,820,1280,800"


def main() -> int:
    """Run the demo; return the exit status."""
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    try:
        with Cast() as cast:
            server = Server(CONFERENCE, BUILD / "server", f"--rehearse=-{BEGAN_S_AGO}")
            cast.add(server)
            server.start()
            print(f"The server is open at {server.address}", flush=True)
            if has_display():
                show(cast, server)
            else:
                Walk(cast, server).run()
    except DrivingFailed as failure:
        print(f"The demo stopped: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Ended.")
        return 130
    return 0


def has_display() -> bool:
    """Tell whether windows can be shown to somebody."""
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def show(cast: Cast, server: Server) -> None:
    """Put three windows side by side and wait until they are closed."""
    places = side_by_side()
    chair, author = server.invite("--chair", SESSION), server.invite("--author", TALK)
    options = (
        ("attendee", "Ada Attendee", "main", ""),
        ("chair", "Clara Chair", "chair", chair),
        ("author", "Udit Gupta", "author", author),
    )
    clients = []
    for (name, person, window, code), place in zip(options, places, strict=True):
        words = ["--address", server.address, "--name", person, "--window", window, "--geometry", place]
        words += ["--invitation", code] if code else []
        clients.append(cast.add(Client(name, BUILD / name, *words)))
    print("Three windows are open. Close them, or press Ctrl-C here, to end the demo.", flush=True)
    while any(client.process.poll() is None for client in clients):
        time.sleep(0.3)


def side_by_side() -> tuple[str, str, str]:
    """Return the places of the three windows on this screen: in a row where it is wide enough, else two columns."""
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    area = application.primaryScreen().availableGeometry()
    x, y, width, height = area.x(), area.y(), area.width(), area.height()
    if width >= 3 * 1024:
        third = width // 3
        return tuple(f"{x + n * third},{y},{third},{height}" for n in range(3))  # type: ignore[return-value]
    left, half = max(1024, width * 11 // 20), height // 2
    right = max(640, width - left)
    return (
        f"{x},{y},{left},{height}",
        f"{x + width - right},{y},{right},{half}",
        f"{x + width - right},{y + half},{right},{half}",
    )


class Walk:
    """The walk through the program on a screen that nobody sees."""

    def __init__(self, cast: Cast, server: Server) -> None:
        self._cast = cast
        self._server = server
        self._display = cast.add(Screen(*SCREEN)).display
        self._steps = 0

    def run(self) -> None:
        """Walk; raises DrivingFailed at the first thing that does not happen."""
        attendee = self._client("attendee", ATTENDEE_AT)
        self._join(attendee)
        chair = self._client("chair", CHAIR_AT, *self._as("Clara Chair", "chair", "--chair", SESSION))
        author = self._client("author", AUTHOR_AT, *self._as("Udit Gupta", "author", "--author", TALK))
        self._ask(attendee)
        self._moderate(chair, attendee)
        self._answer_live(chair, author, attendee)
        self._answer_in_writing(chair, author, attendee)
        self._lose_the_server(attendee, chair)

    def _join(self, attendee: Client) -> None:
        attendee.act("visible", target="join_button")
        self._picture(attendee, "first-run", "The first run asks for an address or an invitation")
        attendee.act("type", target="join_address", text=self._server.address)
        attendee.act("type", target="join_name", text="Ada Attendee")
        attendee.act("click", target="join_button")
        attendee.wait(lambda c: c.once("rows", target="program_list") != [], "the program")
        attendee.wait(playing, "the talk that is on", 60)
        attendee.wait(with_everyone, "being where everyone is", 30)
        time.sleep(2.5)
        self._picture(attendee, "live-talk", "The introduction runs for everyone, and plays at the second where it is")

    def _ask(self, attendee: Client) -> None:
        attendee.act("pick", target="program_list", text=TITLE)
        attendee.wait(lambda c: playing(c) and c.once("player")["talk"] == TALK, "the paper's recording", 60)
        attendee.wait(lambda c: c.once("player")["position_ms"] > 4_000, "some seconds of the recording")
        attendee.act("type", target="ask_text", text=LIVE_QUESTION)
        attendee.act("click", target="ask_at_position")
        self._picture(attendee, "ask", "Ada writes a question, tied to the moment of the recording")
        attendee.act("click", target="ask_button")
        attendee.wait(
            lambda c: state(c, LIVE_QUESTION) == "pending" and sent(c, LIVE_QUESTION), "the question at the server"
        )
        attendee.act("click", target="tab_mine")
        self._picture(attendee, "asked", "It waits for a chair, and only Ada and the chairs see it")

    def _moderate(self, chair: Client, attendee: Client) -> None:
        chair.act("pick", target="inbox_list", text=LIVE_QUESTION[:40])
        self._picture(chair, "chair-inbox", "Clara finds it in her inbox", "chair_console")
        chair.act("click", target="approve_button")
        attendee.wait(lambda c: state(c, LIVE_QUESTION) == "approved", "the approval")
        chair.act("pick", target="shown_list", text=LIVE_QUESTION[:40])
        chair.act("click", target="queue_button")
        attendee.wait(lambda c: state(c, LIVE_QUESTION) == "queued", "the place in the speaking order")
        self._picture(chair, "speaking-order", "She approves it and puts it into the speaking order", "chair_console")
        attendee.act("click", target="tab_top")
        self._picture(attendee, "up-next", "Everyone sees that it is up next")

    def _answer_live(self, chair: Client, author: Client, attendee: Client) -> None:
        author.act("pick", target="author_inbox", text=LIVE_QUESTION[:40])
        author.act("click", target="take_live_button")
        self._picture(author, "take-it-live", "The author offers to take it live", "author_desk")
        chair.act("pick", target="order_list", text=LIVE_QUESTION[:40])
        chair.act("click", target="start_button")
        attendee.wait(lambda c: state(c, LIVE_QUESTION) == "answering", "the call")
        self._picture(attendee, "answering", "Clara calls it: it is being answered")
        chair.act("click", target="finish_button")
        attendee.wait(lambda c: state(c, LIVE_QUESTION) == "answered", "the end of the answer")

    def _answer_in_writing(self, chair: Client, author: Client, attendee: Client) -> None:
        attendee.act("type", target="ask_text", text=WRITTEN_QUESTION)
        attendee.act("click", target="ask_button")
        chair.act("pick", target="inbox_list", text=WRITTEN_QUESTION[:40])
        chair.act("click", target="approve_button")
        author.act("pick", target="author_inbox", text=WRITTEN_QUESTION[:40])
        author.act("type", target="answer_text", text=WRITTEN_ANSWER)
        author.act("click", target="answer_button")
        attendee.wait(lambda c: state(c, WRITTEN_QUESTION) == "answered", "the written answer")
        self._picture(author, "written", "The author answers another one in writing", "author_desk")
        attendee.act("click", target="tab_answered")
        self._picture(attendee, "answered", "Ada reads both answers", "main_window")

    def _lose_the_server(self, attendee: Client, chair: Client) -> None:
        self._server.kill()
        attendee.wait(lambda c: not c.once("connection").startswith("Live"), "the loss of the server")
        attendee.act("type", target="ask_text", text=OFFLINE_QUESTION)
        attendee.act("click", target="ask_button")
        attendee.wait(lambda c: "1 to send" in c.once("connection"), "the outbox")
        attendee.act("click", target="tab_mine")
        self._picture(attendee, "offline", "The server is gone: Ada asks all the same, and it waits in the outbox")
        attendee.close()
        again = self._client("attendee", ATTENDEE_AT)
        again.act("pick", target="program_list", text=TITLE)
        again.wait(playing, "the saved recording without a server", 40)
        again.wait(lambda c: len(c.once("board")) == 3, "the questions without a server")
        again.act("click", target="tab_answered")
        time.sleep(1.5)
        self._picture(again, "restarted", "After a restart the recording plays, and every question is still there")
        self._server.start()
        again.wait(lambda c: sent(c, OFFLINE_QUESTION), "the outbox going out", 40)
        chair.wait(lambda c: len(c.once("rows", target="inbox_list")) == 1, "the question arriving once", 40)
        self._picture(chair, "arrived", "The server is back, and the question has arrived, once", "chair_console")
        self._picture(again, "whole-screen", "All three windows", "")

    def _client(self, name: str, place: str, *options: str) -> Client:
        environment = {"DISPLAY": self._display, "QT_QPA_PLATFORM": "xcb"}
        client = Client(name, BUILD / name, "--geometry", place, "--look", "light", *options, environment=environment)
        return self._cast.add(client)

    def _as(self, person: str, window: str, *grant: str) -> list[str]:
        code = self._server.invite(*grant)
        return ["--address", self._server.address, "--name", person, "--invitation", code, "--window", window]

    def _picture(self, client: Client, name: str, words: str, window: str = "main_window") -> None:
        self._steps += 1
        time.sleep(0.6)
        path = BUILD / f"{self._steps:02}-{name}.png"
        client.act("picture", path=str(path), window=window)
        print(f"{self._steps:2}. {words}: {path.relative_to(ROOT)}", flush=True)


def playing(client: Client) -> bool:
    """Tell whether the client's player plays."""
    return bool(client.once("player")["phase"] == "playing")


def with_everyone(client: Client) -> bool:
    """Tell whether the client is within a second of where everyone is."""
    player = client.once("player")
    return player["live_ms"] is not None and abs(player["live_ms"] - player["position_ms"]) < 1_000


def state(client: Client, text: str) -> str:
    """Return the state in which a client shows a question, or nothing."""
    found = client.question(text)
    return found["state"] if found else ""


def sent(client: Client, text: str) -> bool:
    """Tell whether the server has acknowledged everything about a question."""
    found = client.question(text)
    return found is not None and not found["unsent"]


if __name__ == "__main__":
    sys.exit(main())
