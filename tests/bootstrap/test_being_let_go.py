"""A server that lets us go, over a real socket: what the person is told, what is kept, and how one comes back."""

from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from personal_app.bootstrap.conversation import Conversation
from personal_app.bootstrap.rooms import Rooms
from personal_app.bootstrap.wall_clock import utc_now
from personal_app.conference import messages
from personal_app.conference.wishes import Wish
from personal_app.net.bridge import Bridge
from personal_app.services.connection import ConnectionKind, ConnectionState, Why
from personal_app.services.services import Services
from personal_app.store.values import Profile
from tests.net.link import ask
from tests.net.live_server import ADA, TOKEN, LiveServer
from tests.ui.demo import DAY, demo_conference
from tests.ui.workbench import make_workbench

LIVE, REFUSED = ConnectionKind.LIVE, ConnectionKind.REFUSED


@pytest.fixture
def live_server() -> Iterator[LiveServer]:
    server = LiveServer()
    server.start()
    yield server
    server.end()


@pytest.fixture
def services() -> Services:
    bench = make_workbench(DAY)
    bench.show_program(demo_conference())
    return bench.services


@pytest.fixture
def conversation(live_server: LiveServer, services: Services, rooms: Rooms, bridge: Bridge) -> Iterator[Conversation]:
    conversation = Conversation(services, rooms, bridge.post, utc_now, "test/1", lambda _: None)
    bridge.arrived.connect(conversation.take)
    profile = Profile(
        address=live_server.address.base_url, participant=ADA.id, name=ADA.name, token=TOKEN, recovery_code=""
    )
    rooms.store.keep_profile(profile).result(10)
    conversation.start(profile)
    yield conversation
    conversation.stop()


@pytest.fixture
def stands(qtbot: QtBot, services: Services, conversation: Conversation) -> Callable[[ConnectionKind], ConnectionState]:
    del conversation

    def wait(kind: ConnectionKind) -> ConnectionState:
        qtbot.waitUntil(lambda: services.connection.state.kind is kind, timeout=15_000)
        return services.connection.state

    return wait


@pytest.mark.parametrize(
    ("code", "why", "words", "sentence"),
    [
        (messages.CLOSE_NOT_ALLOWED, Why.NOT_KNOWN, "Not let in", "join again, or use the recovery code"),
        (messages.CLOSE_VERSION, Why.OUTDATED, "Update needed", "kept, and goes out after the update"),
    ],
)
def test_being_refused_for_good_and_trying_again(
    live_server: LiveServer,
    services: Services,
    conversation: Conversation,
    rooms: Rooms,
    stands: Callable[[ConnectionKind], ConnectionState],
    qtbot: QtBot,
    code: int,
    why: Why,
    words: str,
    sentence: str,
) -> None:
    stands(LIVE)
    live_server.close_all(code)
    state = stands(REFUSED)
    assert state.why is why
    assert sentence in state.detail
    assert services.connection.words(DAY) == words
    command = ask("Why?")
    conversation.send(Wish(command=command, at=DAY))
    qtbot.waitUntil(lambda: len(rooms.store.resume().result(10)[1]) == 1, timeout=10_000)
    conversation.retry_now()
    stands(LIVE)
    qtbot.waitUntil(lambda: [each.id for each in live_server.commands] == [command.id], timeout=10_000)


def test_a_restart_is_called_so_and_over_by_itself(
    live_server: LiveServer, services: Services, stands: Callable[[ConnectionKind], ConnectionState], qtbot: QtBot
) -> None:
    stands(LIVE)
    told: list[tuple[Why | None, str]] = []
    services.connection.changed.connect(
        lambda: told.append((services.connection.state.why, services.connection.words(utc_now())))
    )
    live_server.stop(messages.CLOSE_RESTART)
    qtbot.waitUntil(lambda: any(why is Why.RESTART for why, _ in told), timeout=10_000)
    live_server.start()
    stands(LIVE)
    assert next(words for why, words in told if why is Why.RESTART).startswith("Server restarts, back in")
    assert services.connection.state.why is None


def test_what_the_server_says_to_everyone_is_passed_on(
    live_server: LiveServer, services: Services, stands: Callable[[ConnectionKind], ConnectionState], qtbot: QtBot
) -> None:
    heard: list[str] = []
    services.connection.noticed.connect(heard.append)
    stands(LIVE)
    live_server.say(messages.encode(messages.Notice(text="The next session begins ten minutes late.")))
    qtbot.waitUntil(lambda: heard == ["The next session begins ten minutes late."], timeout=10_000)
