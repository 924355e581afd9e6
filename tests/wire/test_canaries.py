"""Nothing that somebody may not see reaches them: by no frame, no answer over HTTP, no log, no byte of their cache.

Every field into which people write holds a canary, a word that is nowhere else; each says who may have been told of it
(`ever`) and who may still hold it in the end (`may`). A new field without a canary fails the first test: add it to
`SAID`, or to `NO_TEXT` where it names a thing of the program, and to the script.
"""

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import sleep

import msgspec
import pytest
import requests

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.ids import random_id
from personal_app.conference.messages import Done, Refused
from personal_app.conference.people import Grant, Role
from personal_app.conference.reactions import Reaction
from personal_app.conference.session_client import Applied, Replaced
from personal_app.net import http_api
from personal_app.net.http_api import Credentials
from personal_app.net.live_link import LinkPhase
from personal_app.server.app import make_app
from personal_app.server.venue import open_venue
from personal_app.store.store import Store
from tests.net.link import Link
from tests.wire.caller import Caller
from tests.wire.server_process import ServerProcess
from tests.wire.text_fields import Field, about_questions, minimal, text_fields

#: Fields that hold words of people or secrets; the script below fills each.
SAID: set[Field] = {
    ("ask", "text"),
    ("edit", "text"),
    ("return", "reason"),
    ("reject", "reason"),
    ("hide", "reason"),
    ("answer", "text"),
    ("note", "text"),
    ("announce", "text"),
    ("draft", "text"),
    ("make_poll", "text"),
    ("make_poll", "options"),
    ("Join", "name"),
    ("Join", "invitation"),
    ("Redeem", "invitation"),
    ("Claim", "code"),
    ("Recover", "recovery_code"),
}
#: Fields that name something of the program or of the store.
NO_TEXT: set[Field] = {
    ("ask", "talk"),
    ("assign", "person"),
    ("regulate", "talk"),
    ("retime", "session"),
    ("undo_opening", "row"),
    ("make_poll", "session"),
    ("make_poll", "talk"),
    ("presence", "session"),
    ("react", "talk"),
    ("hello", "client"),
    ("hello", "since"),
    ("hello", "view"),
}

CHAIR = Grant(Role.CHAIR, "research")
GRANTS: dict[str, tuple[Grant, ...]] = {
    "ada": (),
    "ana": (),
    "bob": (),
    "voter": (),
    "chair": (CHAIR,),
    "other chair": (Grant(Role.CHAIR, "opening"),),
    "author": (Grant(Role.AUTHOR, "paper-1"),),
    "other author": (Grant(Role.AUTHOR, "paper-2"),),
    "organizer": (Grant(Role.ORGANIZER),),
}
PUBLIC = "public"
EVERYONE = frozenset({*GRANTS, PUBLIC})
CHAIRS = frozenset({"chair", "organizer"})
WRITERS = frozenset({"author", *CHAIRS})
NOBODY: frozenset[str] = frozenset()


class Canary(msgspec.Struct, frozen=True):
    """A word, who may have been told of it at some time, and who may hold it in the end."""

    word: str
    ever: frozenset[str]
    may: frozenset[str]


class Viewer(Caller):
    """A client with a real cache, and every frame as it came."""

    def __init__(self, server: ServerProcess, token: str, folder: Path) -> None:
        self.folder = folder
        self.store = Store(folder)
        super().__init__(server.address, token)

    def close(self) -> None:
        """Hang up and close the cache."""
        self.hang_up()
        assert self.store.close(20)

    @property
    def cache(self) -> bytes:
        """Every byte of every file of the cache: the database, its log, its index, whatever else."""
        return b"".join(path.read_bytes() for path in sorted(self.folder.rglob("*")) if path.is_file())

    def keep_first_page(self) -> None:
        """Keep what is to be shown first at the next start, with all texts in it."""
        drawn = json.dumps([question.row.text for question in self.board.drawn().values()])
        self.store.keep_first_page(lambda: drawn, self.board.revision, self.board.tally).result(20)

    def _apply(self, event: Applied | Replaced) -> None:
        super()._apply(event)
        self.store.apply(event).result(20)


class House:
    """The server, everybody at it, and the canaries that were let loose."""

    def __init__(self, server: ServerProcess, folder: Path) -> None:
        self.server = server
        self._folder = folder
        self.canaries: list[Canary] = []
        self.secrets: list[tuple[str, str]] = []
        self.credentials: dict[str, Credentials] = {}
        for name, grants in GRANTS.items():
            self._let_in(name, grants)
        self.viewers = self.look(sorted(EVERYONE), "first")

    def look(self, names: list[str], where: str) -> dict[str, Viewer]:
        """Let viewers look at the server, each with a cache of their own, empty as yet."""
        tokens = {name: self.credentials[name].token if name in self.credentials else "" for name in names}
        return {name: Viewer(self.server, tokens[name], self._folder / where / name) for name in names}

    def word(self, ever: frozenset[str], may: frozenset[str] | None = None) -> str:
        """Let a canary loose; return its word."""
        canary = Canary(f"canary-{random_id()}", ever, ever if may is None else may)
        self.canaries.append(canary)
        return canary.word

    def ask(self, who: str, words: str, talk: str = "paper-1", *, anonymous: bool = False) -> str:
        """Ask a question and return its id."""
        question = random_id()
        self.say(who, do.Ask(question=question, talk=talk, text=words, anonymous=anonymous))
        return question

    def shown(self, who: str, words: str, *, anonymous: bool = False) -> str:
        """Ask a question that is approved at once; return its id."""
        question = self.ask(who, words, anonymous=anonymous)
        self.move("chair", do.Approve(question=question))
        return question

    def move(self, who: str, wanted: do.Do) -> None:
        """Carry out a move of a question, as soon as it is seen as it is now."""
        viewer, question = self.viewers[who], do.question_of(wanted)
        for _ in range(20):
            seen = viewer.row(question).moved
            answer = _patiently(viewer, wanted, seen)
            if isinstance(answer, Done):
                return
            assert answer.code == "conflict", answer
            viewer.until(lambda seen=seen: viewer.row(question).moved != seen, "what moved meanwhile")  # type: ignore[misc]
        raise AssertionError("somebody else is always quicker")

    def say(self, who: str, wanted: do.Do, seen: int | None = None) -> Done:
        """Carry something out."""
        answer = _patiently(self.viewers[who], wanted, seen)
        assert isinstance(answer, Done), answer
        return answer

    def level(self) -> None:
        """Bring everybody up to date: what is asked last is shown to all, and nothing comes after it."""
        last = do.Ask(question=random_id(), talk="paper-2", text="The last word?")
        done = self.say("bob", last)
        for viewer in self.viewers.values():
            viewer.until(lambda viewer=viewer: viewer.holds(done), "the last word")  # type: ignore[misc]

    def _let_in(self, name: str, grants: tuple[Grant, ...]) -> None:
        hidden = {"ana": frozenset({"ana"}), "voter": frozenset({"voter"}), "chair": CHAIRS}.get(name)
        shown = name if hidden is None else f"{name} {self.word(hidden)}"
        code = self.server.invite(grants[0]) if grants else ""
        joined = http_api.join(self.server.address, shown, code)
        link = http_api.link_device(self.server.address, joined.token).code
        device = http_api.claim_device(self.server.address, link)
        again = http_api.recover(self.server.address, joined.recovery_code)
        more = self.server.invite(Grant(Role.AUTHOR, "paper-2")) if name == "other author" else ""
        if more:
            http_api.redeem(self.server.address, again.token, more)
        self.credentials[name] = again
        secrets = (code, link, more, joined.token, device.token, again.token, joined.recovery_code, again.recovery_code)
        self.secrets += [(name, secret) for secret in secrets if secret]


def _patiently(viewer: Caller, wanted: do.Do, seen: int | None = None) -> Done | Refused:
    while True:
        answer = viewer.say(wanted, seen)
        if isinstance(answer, Done) or answer.code != "slow_down":
            return answer
        sleep((answer.retry_after_ms or 50) / 1000)


@pytest.fixture
def house(server: ServerProcess, tmp_path: Path) -> Iterator[House]:
    """A server of the test's own, with everybody at it."""
    made = House(server, tmp_path / "caches")
    yield made
    for viewer in made.viewers.values():
        viewer.close()


def test_every_text_has_its_canary() -> None:
    assert text_fields() == SAID | NO_TEXT
    assert not SAID & NO_TEXT


def _let_all_canaries_loose(house: House) -> list[str]:
    """Fill every field; return the questions that only few may see in the end."""
    word, ada = house.word, frozenset({"ada", *CHAIRS})
    ana = frozenset({"ana", *CHAIRS})
    pending = house.ask("ada", word(ada))
    house.say("chair", do.Note(question=pending, text=word(CHAIRS)))
    desk = messages.TellPresence(session="research", doing=pending)
    house.viewers["chair"].socket.send(messages.encode(desk), text=True)
    clap = messages.React(talk="paper-1", kind=Reaction.CLAP)
    house.viewers["voter"].socket.send(messages.encode(clap), text=True)
    house.say("voter", do.Report(question=house.shown("ada", "reported")))
    returned = house.ask("ada", word(ada))
    house.move("chair", do.Return(question=returned, reason=word(ada)))
    house.move("ada", do.Edit(question=returned, text=word(ada)))
    rejected = house.ask("ana", word(ana), anonymous=True)
    house.move("chair", do.Reject(question=rejected, reason=word(ana)))
    withdrawn = house.ask("ana", word(ana, NOBODY), anonymous=True)
    house.move("ana", do.Withdraw(question=withdrawn))
    seen = house.shown("ana", word(EVERYONE, NOBODY), anonymous=True)
    hidden = house.shown("ada", word(EVERYONE, ada))
    answered = random_id()
    house.move("author", do.WriteAnswer(question=hidden, answer=answered, text=word(EVERYONE, ada)))
    merged, target = house.shown("ana", word(EVERYONE, ana), anonymous=True), house.shown("bob", "the same")
    house.say("voter", do.Vote(question=merged))
    house.say("voter", do.Vote(question=target))
    answer, taken = random_id(), random_id()
    house.move("author", do.WriteAnswer(question=target, answer=answer, text=word(EVERYONE, NOBODY)))
    house.move("author", do.WriteAnswer(question=target, answer=answer, text="reworded"))
    house.move("author", do.WriteAnswer(question=target, answer=taken, text=word(EVERYONE, NOBODY)))
    house.say("author", do.SaveDraft(question=hidden, text=word(WRITERS, CHAIRS)))
    begun = house.say("author", do.SaveDraft(question=target, text=word(WRITERS, NOBODY)))
    begun = house.say("author", do.SaveDraft(question=target, text=word(WRITERS, NOBODY), draft=begun.revision))
    house.say("author", do.SaveDraft(question=merged, text=word(WRITERS, CHAIRS)))
    drafted, opened = random_id(), random_id()
    house.say("chair", _poll(drafted, word(CHAIRS), word(CHAIRS)))
    house.say("chair", _poll(opened, word(EVERYONE, CHAIRS), word(EVERYONE, CHAIRS)))
    house.say("chair", do.OpenPoll(poll=opened))
    announcement = random_id()
    house.say("organizer", do.Announce(announcement=announcement, text=word(EVERYONE, frozenset({"organizer"}))))
    house.level()
    for viewer in house.viewers.values():
        viewer.keep_first_page()
    house.say("author", do.SaveDraft(question=target, text="", draft=begun.revision))
    house.say("chair", do.ClosePoll(poll=opened))
    house.say("chair", do.DiscardPoll(poll=opened))
    house.move("author", do.RetractAnswer(question=target, answer=taken))
    house.move("ana", do.Withdraw(question=seen))
    house.move("chair", do.Hide(question=hidden, reason=word(ada)))
    house.move("chair", do.Merge(question=merged, into=target))
    house.say("organizer", do.EndAnnouncement(announcement=announcement))
    house.move("chair", do.Silence(question=rejected))
    house.level()
    return [pending, returned, rejected, withdrawn, hidden, merged]


def _poll(poll: str, text: str, option: str) -> do.MakePoll:
    return do.MakePoll(poll=poll, session="research", text=text, options=(option, "something else"))


def _probe(viewer: Caller, questions: list[str]) -> None:
    """Try everything on what may not be seen: an error must not tell of it."""
    for question in questions:
        for kind in about_questions():
            _patiently(viewer, minimal(kind, question), 1)


def test_what_may_not_be_seen_is_nowhere(
    house: House, small_folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG, "personal_app"):
        link = Link(house.server.address, house.credentials["bob"].token)
        link.wait_for(LinkPhase.LIVE)
        hidden = _let_all_canaries_loose(house)
        for name in ("bob", PUBLIC, "other chair"):
            _probe(house.viewers[name], hidden[:1] if name == PUBLIC else [hidden[0], hidden[4], hidden[5]])
        house.level()
        link.end()
    late = house.look(sorted(EVERYONE), "late")
    try:
        _search_views(house, late)
    finally:
        for viewer in late.values():
            viewer.close()
    everywhere = {
        "the server's log": house.server.log.read_text(),
        "the client's log": caplog.text,
        "the process list": (house.server.root.parent / "cmdline").read_bytes().decode(),
        "what the client was told": str(link.told),
    }
    bobs = frozenset({"bob"})
    for where, text in everywhere.items():
        own = bobs if where == "what the client was told" else NOBODY
        found = [c.word for c in house.canaries if c.word in text and not c.ever & own]
        assert found == [], where
        assert [whose for whose, secret in house.secrets if secret in text] == [], where
    _search_http(house, small_folder, tmp_path)


def _search_views(house: House, late: dict[str, Viewer]) -> None:
    """Look through every frame and every byte of the caches, of those who were there and of those who come now."""
    for name, viewer in house.viewers.items():
        frames = "\n".join(viewer.frames)
        assert [c for c in house.canaries if c.word in frames and name not in c.ever] == [], f"frames to {name}"
        _search_cache(house, name, viewer.cache)
    for name, viewer in late.items():
        frames = "\n".join(viewer.frames)
        assert [c for c in house.canaries if c.word in frames and name not in c.may] == [], f"frames to a late {name}"
        _search_cache(house, name, viewer.cache)
        assert [whose for whose, secret in house.secrets if secret in frames] == []
    # The search finds what is there: else it would look in the wrong place.
    said = {name: "\n".join(viewer.frames) for name, viewer in house.viewers.items()}
    assert [c for c in house.canaries if not any(c.word in said[name] for name in c.ever)] == []
    assert any(c.word.encode() in house.viewers["chair"].cache for c in house.canaries)


def _search_cache(house: House, name: str, held: bytes) -> None:
    assert held
    assert [c for c in house.canaries if c.word.encode() in held and name not in c.may] == [], f"the cache of {name}"


def _search_http(house: House, small_folder: Path, tmp_path: Path) -> None:
    """Ask for everything that the server gives over HTTP, as each of them."""
    program = http_api.fetch_program(house.server.address, "")
    assert program is not None
    recordings = [str(talk.recording) for talk in program.conference.talks if talk.recording is not None]
    named = {
        "{id}": recordings,
        "{talk}": [str(talk.id) for talk in program.conference.talks],
        "{session}": [str(session.id) for session in program.conference.sessions],
        "{sha256}": ["0" * 64],
    }
    for path in _paths(small_folder, tmp_path, named):
        for name in (PUBLIC, *house.credentials):
            token = house.credentials[name].token if name in house.credentials else ""
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            answer = requests.get(house.server.base_url + path, headers=headers, timeout=20)
            said = answer.text + str(answer.headers)
            assert [c for c in house.canaries if c.word in said and name not in c.may] == [], (path, name)
            assert [whose for whose, secret in house.secrets if secret in said] == [], (path, name)


def _paths(small_folder: Path, tmp_path: Path, named: dict[str, list[str]]) -> list[str]:
    """Return every address that may be fetched, with all that may stand in it."""
    venue = open_venue(small_folder, tmp_path / "other", lambda: datetime.now(UTC))
    try:
        routes = [route for route in make_app(venue).routes if "GET" in (getattr(route, "methods", None) or ())]
    finally:
        venue.close()
    paths = [str(getattr(route, "path", "")) for route in routes]
    assert len(paths) > 5
    for parameter, values in named.items():
        paths = [path.replace(parameter, value) for path in paths for value in (values if parameter in path else [""])]
    assert not [path for path in paths if "{" in path], "say in `named` what may stand there"
    return paths
