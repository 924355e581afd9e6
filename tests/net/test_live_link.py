"""The live connection against a real server: it carries what people do across every kind of loss, once."""

import logging
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import timedelta
from time import monotonic

import msgspec
import pytest

from personal_app.conference import messages, session_client, session_server
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import CommandId, Epoch, SessionId
from personal_app.conference.questions import QuestionState
from personal_app.conference.reactions import Reaction
from personal_app.conference.session_client import Answered, Applied, ClockRead, PresenceTold, Replaced, Welcomed
from personal_app.net.live_link import LinkPhase, LinkState, Pace
from personal_app.server.limits import COMMANDS, Bucket
from tests import factories
from tests.net.link import QUICK, Cache, Link, ask
from tests.net.live_server import ADA, TOKEN, LiveServer
from tests.net.raw_server import RawServer, response

LIVE, WAITING, CONNECTING, REFUSED = LinkPhase.LIVE, LinkPhase.WAITING, LinkPhase.CONNECTING, LinkPhase.REFUSED


@pytest.fixture
def server() -> Iterator[LiveServer]:
    server = LiveServer()
    server.start()
    yield server
    server.end()


Open = Callable[..., Link]


@pytest.fixture
def open_link(server: LiveServer) -> Iterator[Open]:
    """Return a function that opens a link to the server; all are ended when the test is."""
    links: list[Link] = []

    def open_(token: str | None = TOKEN, cache: Cache | None = None, pace: Pace = QUICK) -> Link:
        links.append(Link(server.address, token, cache, pace))
        return links[-1]

    yield open_
    for link in links:
        link.end()


def refused(command: messages.Command, code: RefusalCode, retry_after_ms: int | None = None) -> messages.Refused:
    refusal = Refusal(code, "No.", retry_after_ms=retry_after_ms)
    return session_server.refused(CommandId(command.id), refusal)


def test_a_question_is_carried_acknowledged_and_shown(server: LiveServer, open_link: Open) -> None:
    link = open_link()
    link.wait_for(LIVE)
    command = ask()
    link.send(command)
    link.wait(lambda: any(isinstance(each, Applied) for each in link.told))
    assert link.answers == [server.done[command.id]]
    assert link.cache.outbox == {}
    assert [row.text for row in link.cache.board.shared.values()] == ["Why?"]
    kinds = [type(each) for each in link.told if not isinstance(each, ClockRead)]
    assert kinds == [LinkState, Welcomed, LinkState, Replaced, Answered, Applied]
    assert link.phases == [CONNECTING, LIVE]


def test_nothing_is_told_before_the_cache_holds_it(open_link: Open) -> None:
    link = open_link()
    held: list[bool] = []

    def look(event: object) -> None:
        if isinstance(event, Applied | Replaced):
            held.append(link.cache.point == event.resume)
        if isinstance(event, Answered):
            held.append(event.answer.id not in link.cache.outbox)

    link.on_tell = look
    link.send(ask())
    link.wait(lambda: link.cache.board.shared)
    link.wait(lambda: len(held) >= 2)
    assert all(held)


def test_where_we_are_is_said_once_more_on_a_new_connection_and_not_when_we_left(
    server: LiveServer, open_link: Open
) -> None:
    link = open_link()
    link.wait_for(LIVE)
    here, gone = messages.TellPresence(session="opening", doing="q" * 22), messages.TellPresence()
    link.be_here(here)
    link.wait(lambda: server.presences == [here])
    server.close_all(messages.CLOSE_RESTART)
    link.wait(lambda: server.presences == [here, here])
    link.be_here(gone)
    link.wait(lambda: server.presences == [here, here, gone])
    server.close_all(messages.CLOSE_RESTART)
    link.send(ask())
    link.wait(lambda: link.answers)
    assert server.presences == [here, here, gone]


def test_where_we_are_is_said_once_however_soon_it_is_known(server: LiveServer, open_link: Open) -> None:
    link = open_link()
    here = messages.TellPresence(session="opening", doing="q" * 22)
    link.network.call(link.live.be_here, here)
    link.wait_for(LIVE)
    link.send(ask())
    link.wait(lambda: link.answers)
    assert server.presences == [here]


def test_a_reaction_goes_out_once_and_is_not_said_again(server: LiveServer, open_link: Open) -> None:
    link = open_link()
    link.wait_for(LIVE)
    said = messages.React(talk="welcome", kind=Reaction.CLAP)
    link.react(said)
    link.wait(lambda: server.reactions == [said])
    server.close_all(messages.CLOSE_RESTART)
    link.send(ask())
    link.wait(lambda: link.answers)
    assert server.reactions == [said]


def test_who_is_here_is_told(server: LiveServer, open_link: Open) -> None:
    link = open_link()
    link.wait_for(LIVE)
    told = messages.Presence(session=SessionId("opening"))
    server.say(messages.encode(told))
    link.wait(lambda: PresenceTold(told) in link.told)


def test_the_server_is_told_who_we_are_and_tells_it(server: LiveServer, open_link: Open) -> None:
    link = open_link()
    link.wait_for(LIVE)
    welcome = next(each.welcome for each in link.told if isinstance(each, Welcomed))
    assert welcome.me is not None
    assert welcome.me.participant == ADA.id
    assert server.hellos[0].client == "test/1"
    assert server.headers[0]["User-Agent"] == "test/1"


def test_without_a_token_one_may_look_on(server: LiveServer, open_link: Open) -> None:
    link = open_link(token=None)
    link.wait_for(LIVE)
    assert "Authorization" not in server.headers[0]
    command = ask()
    link.send(command)
    link.wait(lambda: link.answers)
    refusal = link.answers[0]
    assert isinstance(refusal, messages.Refused)
    assert refusal.code is RefusalCode.NOT_ALLOWED


def test_the_servers_clock_is_read_soon_and_often(open_link: Open) -> None:
    link = open_link()
    link.wait(lambda: sum(isinstance(each, ClockRead) for each in link.told) >= 3)


def test_what_waits_in_the_outbox_goes_after_the_welcome_in_order(server: LiveServer, open_link: Open) -> None:
    cache = Cache()
    commands = [ask(str(number)) for number in range(5)]
    cache.put(*commands)
    link = open_link(cache=cache)
    link.network.call(link.live.send, commands[4])
    link.wait(lambda: not cache.outbox)
    assert server.commands == commands


def test_the_server_goes_away_and_comes_back(server: LiveServer, open_link: Open) -> None:
    link = open_link()
    link.send(ask("before"))
    link.wait(lambda: link.cache.board.shared)
    server.stop()
    link.wait(lambda: any("does not answer" in detail for detail in link.details))
    meanwhile = [ask("meanwhile"), ask("and more")]
    for command in meanwhile:
        link.send(command)
    server.start()
    link.wait(lambda: not link.cache.outbox and len(link.cache.board.shared) == 3)
    assert [command.id for command in server.commands[1:]] == [command.id for command in meanwhile]
    since = server.hellos[-1].since
    assert since is not None
    assert (since.epoch, since.revision) == (server.epoch, 1)
    assert link.phases[-2:] == [CONNECTING, LIVE]
    # After the first state everything came as changes: nothing was brought twice.
    assert sum(isinstance(each, Replaced) for each in link.told) == 1


class HeldCache(Cache):
    """Lets the test say when an answer or a frame is on the disk, once it `holds` them."""

    def __init__(self) -> None:
        super().__init__()
        self.holds: type[object] | None = None
        self.held: list[Future[None]] = []

    def settle(self, answer: messages.Done | messages.Refused) -> "Future[None]":
        return self._held(super().settle(answer), answer)

    def apply(self, event: Applied | Replaced) -> "Future[None]":
        return self._held(super().apply(event), event)

    def _held(self, done: "Future[None]", what: object) -> "Future[None]":
        if self.holds is None or not isinstance(what, self.holds):
            return done
        self.held.append(Future())
        return self.held[-1]


@pytest.mark.parametrize("held", [messages.Done, Applied])
def test_what_the_cache_takes_in_as_the_line_breaks_is_told_all_the_same(
    server: LiveServer, open_link: Open, held: type[object]
) -> None:
    """The cache would not ask for it again, and who shows it would wait for good."""
    cache = HeldCache()
    link = open_link(cache=cache)
    link.wait_for(LIVE)
    link.wait(lambda: any(isinstance(each, Replaced) for each in link.told))
    cache.holds = held
    link.send(ask())
    link.wait(lambda: cache.held)
    cache.holds = None
    server.stop()
    link.wait(lambda: link.live._outgoing is None)
    cache.held[0].set_result(None)
    link.wait(lambda: WAITING in link.phases)
    told = [type(each) for each in link.told]
    kind = Answered if held is messages.Done else Applied
    assert kind in told
    assert told.index(kind) < next(
        at for at, each in enumerate(link.told) if isinstance(each, LinkState) and each.phase is WAITING
    )


def test_an_acknowledgement_lost_on_the_way_comes_again_for_the_same_question(
    server: LiveServer, open_link: Open
) -> None:
    """The server takes the question and the line breaks before it can say so: sent again, it is one question still."""

    def take_and_break(command: messages.Command) -> list[msgspec.Struct]:
        server.taken(command)
        server.reply = server.taken
        raise ConnectionError

    server.reply = take_and_break
    link = open_link()
    link.send(ask())
    link.wait(lambda: link.answers and link.cache.board.shared)
    assert len(server.commands) == 2
    assert len(server.rows) == 1
    assert link.cache.outbox == {}


def test_what_a_restored_server_may_have_lost_is_sent_again_at_once(server: LiveServer, open_link: Open) -> None:
    link = open_link()
    kept = ask()
    link.send(kept)
    link.wait(lambda: link.answers)
    server.stop()
    server.epoch, server.rows, server.done = Epoch("another"), [], {}
    # The cache doubts what was acknowledged as soon as it holds a state of another epoch.
    link.cache.put_on_replaced(kept)
    server.start()
    link.wait(lambda: len(server.rows) == 1 and not link.cache.outbox)
    assert [command.id for command in server.commands] == [kept.id, kept.id]


def test_what_is_refused_for_now_is_sent_again(server: LiveServer, open_link: Open) -> None:
    def slow_down(command: messages.Command) -> list[msgspec.Struct]:
        server.reply = server.taken
        return [refused(command, RefusalCode.SLOW_DOWN, retry_after_ms=30)]

    server.reply = slow_down
    link = open_link()
    link.send(ask())
    link.wait(lambda: link.cache.board.shared)
    assert [type(answer) for answer in link.answers] == [messages.Refused, messages.Done]
    assert server.commands[0] == server.commands[1]
    assert link.cache.outbox == {}


def test_many_refused_for_now_come_again_one_by_one_in_their_order(server: LiveServer, open_link: Open) -> None:
    """All at once they would be refused again, and in the end the connection closed for saying too much."""
    made = [ask(str(number)) for number in range(21)]
    arrived: list[float] = []

    def slow_down(command: messages.Command) -> list[msgspec.Struct]:
        arrived.append(monotonic())
        if len(arrived) <= 20:
            return [refused(command, RefusalCode.SLOW_DOWN, retry_after_ms=50)]
        return server.taken(command)

    server.reply = slow_down
    link = open_link()
    link.wait_for(LIVE)
    for command in made[:20]:
        link.send(command)
    link.wait(lambda: link.answers)
    link.send(made[20])
    link.wait(lambda: len(link.cache.board.shared) == 21)
    assert server.commands[:20] == made[:20]
    assert server.commands[20:] == made
    assert arrived[-1] - arrived[20] > 0.5


def test_more_than_a_server_takes_at_once_go_out_in_their_turn(server: LiveServer, open_link: Open) -> None:
    most = Bucket(COMMANDS, monotonic())

    def take(command: messages.Command) -> list[msgspec.Struct]:
        wait_s = most.take(monotonic())
        return [refused(command, RefusalCode.SLOW_DOWN, round(wait_s * 1000))] if wait_s else server.taken(command)

    server.reply = take
    made = [ask(str(number)) for number in range(60)]
    cache = Cache()
    cache.put(*made[:30])
    link = open_link(cache=cache)
    for command in made[30:]:
        link.send(command)
    link.wait(lambda: len(link.cache.board.shared) == 60)
    assert server.commands == made


def test_what_is_refused_for_good_is_not_sent_again(server: LiveServer, open_link: Open) -> None:
    server.reply = lambda command: [refused(command, RefusalCode.INVALID)]
    link = open_link()
    link.send(ask())
    link.wait(lambda: link.answers)
    server.close_all(messages.CLOSE_RESTART)
    link.wait(lambda: len(server.hellos) == 2)
    link.wait_for(LIVE)
    assert len(server.commands) == 1


@pytest.mark.parametrize(
    ("status", "phase", "words"),
    [
        (401, REFUSED, "join again, or use the recovery code"),
        (426, REFUSED, "too old for the server: update it"),
        (404, WAITING, "status 404; is it a PeRSonAl server"),
        (503, WAITING, "status 503"),
    ],
)
def test_a_server_that_does_not_let_us_in(
    server: LiveServer, open_link: Open, status: int, phase: LinkPhase, words: str
) -> None:
    server.status = status
    link = open_link()
    assert words in link.wait_for(phase).detail
    if phase is REFUSED:
        link.running.result(5)
        assert len(server.headers) == 1
    else:
        server.status = None
        link.wait_for(LIVE)


def test_an_unknown_token_is_refused_for_good(open_link: Open) -> None:
    link = open_link(token="unknown")
    assert "does not know this profile" in link.wait_for(REFUSED).detail


@pytest.mark.parametrize(
    ("code", "words"),
    [(messages.CLOSE_NOT_ALLOWED, "does not know this profile"), (messages.CLOSE_VERSION, "goes out after the update")],
)
def test_a_connection_closed_for_good(server: LiveServer, open_link: Open, code: int, words: str) -> None:
    server.close_code = code
    link = open_link()
    assert words in link.wait_for(REFUSED).detail


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (messages.CLOSE_RESTART, "The server restarts and is back in a moment."),
        (messages.CLOSE_TOO_SLOW, "The connection was lost."),
        (1001, "The connection was lost."),
    ],
)
def test_a_connection_closed_for_now(server: LiveServer, open_link: Open, code: int, words: str) -> None:
    link = open_link()
    link.wait_for(LIVE)
    server.close_all(code)
    link.wait(lambda: len(server.hellos) == 2)
    link.wait_for(LIVE)
    assert link.details == [words]


def test_a_server_that_throws_us_out_each_time_is_not_run_against(server: LiveServer, open_link: Open) -> None:
    """Each try gets as far as the welcome; the waits must grow all the same."""
    server.close_code = messages.CLOSE_RULES
    pace = Pace(reconnect_s=(0.01, 0.05, 30.0), settled_s=30.0)
    link = open_link(pace=pace)
    link.wait(lambda: len(link.details) == 3)
    retry_at = link.wait_for(WAITING).retry_at
    assert retry_at is not None
    assert retry_at - link.now() > timedelta(seconds=15)


def test_a_person_need_not_wait_for_the_next_try(server: LiveServer, open_link: Open) -> None:
    server.status = 503
    link = open_link(pace=Pace(reconnect_s=(60.0,)))
    link.wait_for(WAITING)
    server.status = None
    link.network.call(link.live.retry_now)
    link.wait_for(LIVE)


@pytest.mark.parametrize(
    "frame",
    [
        b"not JSON",
        b"[" * 5_000,
        b'{"type":"changes"}',
        b'{"type":"changes","revision":1,"tally":0}',
        b'{"type":"state","part":7,"last":true,"revision":1,"tally":0}',
    ],
)
def test_a_server_that_breaks_the_protocol_is_left_and_tried_again(
    server: LiveServer, open_link: Open, frame: bytes
) -> None:
    server.greeting = [frame]
    link = open_link()
    link.wait(lambda: len(link.details) >= 2)
    assert link.details[0].startswith("The connection was ended: ")
    server.greeting = None
    link.wait_for(LIVE)


def test_what_only_a_newer_server_knows_is_passed_over(server: LiveServer, open_link: Open) -> None:
    link = open_link()
    link.wait_for(LIVE)
    server.say(b'{"type":"fireworks","colour":"red"}')
    parked = {**msgspec.to_builtins(factories.question_row("parked")), "state": "parked"}
    rows = [{"type": "seat", "id": "row 7"}, {"type": "qa", "talk": "t", "revision": 1, "qa": "whispered"}, parked]
    server.say(msgspec.json.encode({"type": "changes", "revision": 0, "tally": 0, "set": rows}))
    link.wait(lambda: link.cache.board.shared)
    assert [row.state for row in link.cache.board.shared.values()] == [QuestionState.OTHER]
    assert link.cache.board.open == {}
    link.send(ask())
    link.wait(lambda: len(link.cache.board.shared) == 2)
    assert link.details == []


def test_a_peer_that_is_no_server_of_ours() -> None:
    with RawServer(lambda _, peer: peer.sendall(response(200, b"<html>"))) as raw:
        link = Link(raw.address, TOKEN)
        assert "is it a PeRSonAl server" in link.wait_for(WAITING).detail
        link.end()


def test_another_subprotocol_is_no_server_of_ours(server: LiveServer, open_link: Open) -> None:
    server.stop()
    server.subprotocols = None
    server.start()
    link = open_link()
    assert "does not speak as a PeRSonAl server does" in link.wait_for(WAITING).detail


def test_a_redirect_is_not_followed_and_no_token_goes_astray() -> None:
    with RawServer(lambda _, peer: peer.sendall(response(404))) as other:
        location = f"ws://127.0.0.1:{other.address.base_url.rsplit(':', 1)[1]}/live"
        with RawServer(lambda _, peer: peer.sendall(response(307, Location=location))) as raw:
            link = Link(raw.address, TOKEN)
            assert "status 307" in link.wait_for(WAITING).detail
            link.end()
        assert other.requests == []


def test_the_systems_proxy_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(lambda _, peer: peer.sendall(response(403))) as proxy:
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, proxy.address.base_url)
        link = Link(type(proxy.address)("http://conference.example:8020"), TOKEN)
        link.wait_for(WAITING)
        link.end()
    assert (proxy.requests[0].method, proxy.requests[0].path) == ("CONNECT", "conference.example:8020")
    assert "authorization" not in proxy.requests[0].headers


def test_no_proxy_comes_between_us_and_this_machine(
    server: LiveServer, open_link: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    open_link().wait_for(LIVE)
    assert len(server.hellos) == 1


class Relay:
    """Passes bytes both ways until it is told to hold them: then both sides are connected to nobody."""

    def __init__(self, port: int) -> None:
        self.held = threading.Event()
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for each in (self._listener, *self._sockets):
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._port))
            self._sockets += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if not self.held.is_set():
                    target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass


def test_a_line_that_is_dead_though_nobody_closed_it_is_noticed(server: LiveServer) -> None:
    relay = Relay(server.port)
    pace = Pace(reconnect_s=(60.0,), ping_s=0.1, pong_s=0.2, close_s=0.2)
    link = Link(type(server.address)(f"http://127.0.0.1:{relay.port}"), TOKEN, pace=pace)
    link.wait_for(LIVE)
    relay.held.set()
    assert link.wait_for(WAITING).detail == "The connection was lost."
    link.end()
    relay.close()


def test_a_server_that_answers_nothing_any_more_is_noticed(open_link: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its machine still answers pings; its program has stopped listening to us."""
    monkeypatch.setattr(session_client, "SILENCE_MS", 300)
    monkeypatch.setattr(session_client, "CLOCK_EVERY_MS", 60_000)
    monkeypatch.setattr(session_client, "FIRST_CLOCKS", 1)
    link = open_link()
    link.wait(lambda: link.details)
    assert "silent" in link.details[0]


def test_a_computer_that_slept_starts_anew_at_once(server: LiveServer, open_link: Open) -> None:
    link = open_link()
    link.wait_for(LIVE)
    link.ahead = timedelta(hours=1)
    link.wait(lambda: len(server.hellos) == 2)
    link.wait_for(LIVE)
    assert link.details == ["This computer slept or its clock was set."]


def test_a_cache_that_cannot_write_does_not_stop_what_people_see(
    open_link: Open, caplog: pytest.LogCaptureFixture
) -> None:
    cache = Cache()
    cache.trouble = True
    link = open_link(cache=cache)
    link.wait_for(LIVE)
    link.network.call(link.live.send, ask())
    link.wait(lambda: any(isinstance(each, Applied) for each in link.told))
    assert len(link.answers) == 1
    assert "The disk is full." in caplog.text


def test_a_bug_of_ours_does_not_cut_a_person_off(
    server: LiveServer, open_link: Open, caplog: pytest.LogCaptureFixture
) -> None:
    link = open_link()
    link.wait_for(LIVE)
    broken: list[int] = []

    def break_once(event: object) -> None:
        if isinstance(event, Answered) and not broken:
            broken.append(1)
            raise RuntimeError("a bug in a port")

    link.on_tell = break_once
    link.send(ask())
    link.wait(lambda: len(server.hellos) == 2)
    link.wait_for(LIVE)
    assert "a fault of this program" in link.details[0]
    assert "a bug in a port" in caplog.text


def test_the_end_is_quick_and_the_server_hears_of_it(server: LiveServer) -> None:
    link = Link(server.address, TOKEN)
    link.wait_for(LIVE)
    began = monotonic()
    link.end()
    assert monotonic() - began < 3
    link.wait(lambda: server.closes == [1000])


def test_the_token_is_never_logged(server: LiveServer, open_link: Open, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.INFO, "websockets.server")
    link = open_link()
    link.send(ask())
    link.wait(lambda: link.cache.board.shared)
    server.close_all(messages.CLOSE_NOT_ALLOWED)
    link.wait_for(REFUSED)
    assert "canary" not in caplog.text
    assert "canary" not in repr(link.told)
