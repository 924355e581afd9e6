"""What the app keeps on a disk, as short lives of a process: each begins with a prepared folder and tells its story.

A life does all that a person's day does to the files: a new cache, one that is there, one of an older version, a
damaged one, a recording that is brought. Must never pass over a failure that the app would meet.
"""

import hashlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from alembic import command as alembic
from sqlalchemy import insert

from personal_app.conference import commands as do
from personal_app.conference.finding import terms_of
from personal_app.conference.ids import RecordingId, Revision, Sha256, TalkId, Tally
from personal_app.conference.notes import Note, NoteId
from personal_app.conference.recordings import FileFacts
from personal_app.conference.wishes import Wish
from personal_app.net.address import Address
from personal_app.net.downloads import Download, DownloadPool, Patience, part_of
from personal_app.store import program_store, tables
from personal_app.store.bodies import encode
from personal_app.store.database import Database
from personal_app.store.early_moves import EarlyMoves
from personal_app.store.layout import cache_file, recordings_folder
from personal_app.store.migration import alembic_config
from personal_app.store.search_thread import SearchThread
from personal_app.store.snapshot import StartSnapshot, read_snapshot
from personal_app.store.store import Store
from personal_app.store.values import KeptRecording
from tests.faults.story import RESULT_S, Story
from tests.store.material import (
    ANN,
    NOON,
    answer,
    applied,
    ask,
    changes,
    conference,
    done,
    mine,
    question,
    refused,
    replaced,
)

#: A word that everybody may have seen and nobody may find once it was taken away.
HIDDEN = "unmentionable"
FILM = b"film " * 60_000
FILM_SHA = Sha256(hashlib.sha256(FILM).hexdigest())
POSTER = b"poster " * 200
POSTER_SHA = Sha256(hashlib.sha256(POSTER).hexdigest())


class Life(NamedTuple):
    """`prepare` fills an empty folder and returns what stands in it; `live` is what happens then."""

    prepare: Callable[[Path], dict[str, str]]
    live: Callable[[Path], None]


def stands(folder: Path) -> dict[str, str]:
    """Return what a start finds in the folder, by name; raises where it cannot be opened as it should."""
    early = read_snapshot(folder)
    store = Store(folder)
    opened = store.opened.result(RESULT_S)
    now = store.snapshot().result(RESULT_S)
    store.adopt_early_moves(lambda: None).result(RESULT_S)
    again = ask("one more")
    store.put(again, ANN.participant).result(RESULT_S)
    assert again in store.wishes(ANN.participant).result(RESULT_S), "nothing new can be kept"
    assert store.close(RESULT_S)
    found = _things(now) | {"rescued": opened.rescued}
    if early is not None:
        assert _things(early) == _things(now), "the first paint shows something else"
    search = SearchThread(folder)
    search.take_conference(conference())
    assert search.wait_idle(RESULT_S)
    assert search.find(terms_of("a paper")).result(RESULT_S), "the program is not found"
    assert search.close(RESULT_S)
    unfinished = [*folder.glob("*building*"), *folder.glob("cache.sqlite-[wj]*"), *folder.glob("search.sqlite-[wj]*")]
    leftover = sorted(file.name for file in unfinished)
    assert not leftover, leftover
    return found | {"hidden": "there" if HIDDEN.encode() in _bytes(folder) else "gone"}


def _things(snapshot: StartSnapshot) -> dict[str, str]:
    """Return a person's own things in a snapshot."""
    found = {f"draft {key}": text for key, text in snapshot.drafts.items()}
    found |= {key: value for key, value in snapshot.settings.items() if key.startswith("own ")}
    found |= {f"note {note.id}": note.text for note in snapshot.notes}
    found |= {f"wish {_words(wish)}": "waits" for wish in snapshot.wishes}
    found |= {f"wish {_words(each.wish)}": "declined" for each in snapshot.receipts}
    found |= {f"film {each.recording}": "saved" if each.saved_by_hand else "there" for each in snapshot.recordings}
    if snapshot.profile is not None:
        found["profile"] = snapshot.profile.name
    return found


def _words(wish: Wish) -> str:
    assert isinstance(wish.command.do, do.Ask)
    return wish.command.do.text


def _bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.glob("cache.sqlite*")))


# Before.


def nothing(_: Path) -> dict[str, str]:
    """Prepare nothing."""
    return {"hidden": "gone"}


def filled(folder: Path) -> dict[str, str]:
    """Prepare a cache with something of everything in it."""
    store = Store(folder)
    waits, falls = ask("waits"), ask("falls")
    store.keep_profile(ANN)
    store.keep_program('"1"', conference())
    rows = [question(number, 1, f"{HIDDEN if number == 3 else 'Why'} {number} " + "x" * 300) for number in range(30)]
    store.apply(replaced(changes(1, 1, [*rows, answer(1, 1, 1)]), mine(1, 1, full=True)))
    for wish in (waits, falls):
        store.put(wish)
    store.settle(refused(falls))
    store.keep_draft("ask:paper", "half a thought")
    store.keep_setting("own stars", "one")
    store.keep_note(_note("first", "remember"))
    _lay_film(folder, "old")
    kept = KeptRecording(
        recording=RecordingId("old"), sha256=FILM_SHA, path=_film(folder, "old"), size_bytes=len(FILM),
        saved_by_hand=True,
    )  # fmt: skip
    store.keep_recording(kept).result(RESULT_S)
    assert store.close(RESULT_S)
    return {
        "profile": "Ann",
        "wish waits": "waits",
        "wish falls": "declined",
        "own stars": "one",
        "draft ask:paper": "half a thought",
        "note first": "remember",
        "film old": "saved",
        "hidden": "there",
    }


def older(folder: Path) -> dict[str, str]:
    """Prepare a cache of an older version."""
    database = Database(cache_file(folder))
    with database.transaction() as connection:
        alembic.upgrade(alembic_config(connection), "0002")
        program_store.keep_profile(connection, ANN)
        for seq, text in enumerate(("first", "second")):
            wish = ask(text)
            row = {"seq": seq + 1, "id": wish.command.id, "participant": ANN.participant, "body": encode(wish)}
            connection.execute(insert(tables.outbox), row)
        connection.execute(insert(tables.drafts), {"key": "ask:paper", "text": "of old"})
        connection.execute(insert(tables.settings), {"key": "own stars", "value": "old"})
    database.close()
    own = {"wish first": "waits", "wish second": "waits", "draft ask:paper": "of old", "own stars": "old"}
    return {**own, "profile": "Ann", "hidden": "gone"}


def damaged(folder: Path) -> dict[str, str]:
    """Prepare a filled cache in which one page of the questions is scribbled over."""
    own = filled(folder)
    with cache_file(folder).open("r+b") as file:
        file.seek(file.read().index(b"Why 20 ") // 4096 * 4096)
        file.write(b"\xff" * 4096)
    return {**own, "hidden": "gone"}


def half_a_film(folder: Path) -> dict[str, str]:
    """Prepare a filled cache, and half of a recording that an earlier run has brought."""
    own = filled(folder)
    part_of(_film(folder, "half")).write_bytes(FILM[: len(FILM) // 2])
    return own


def early_words(folder: Path) -> dict[str, str]:
    """Prepare a filled cache, and moves that were made before it was open the last time."""
    own = filled(folder)
    moves = EarlyMoves(folder)
    for text in ("early", "earlier"):
        moves.keep(ANN.participant, ask(text))
    moves.stop()
    return own | {"wish early": "waits", "wish earlier": "waits"}


# Meanwhile.


def a_day(folder: Path) -> None:
    """Keep something of everything, change it, and take some of it away."""
    story, store = Story(), Store(folder)
    sent, falls, last = ask("sent"), ask("falls too"), ask("last")
    story.keep("profile", "Ann", store.keep_profile(ANN))
    story.keep("program", "", store.keep_program('"2"', conference("Again")))
    story.keep("resume", "", store.resume())
    rows = [question(number, 2, "y" * 400) for number in range(40, 80)]
    story.say("begun", "hidden", "gone")
    story.keep("view", "", store.apply(replaced(changes(2, 2, rows), mine(2, 2, full=True))))
    put = story.keep("wish sent", "waits", store.put(sent))
    story.keep("draft ask:paper", "two", store.keep_draft("ask:paper", "two"))
    story.keep("draft ask:other", "three", store.keep_draft("ask:other", "three"))
    there = story.keep("wish falls too", "waits", store.put(falls))
    story.keep("own stars", "two", store.keep_setting("own stars", "two"))
    more = [question(number, 3, HIDDEN if number == 44 else "z" * 300) for number in range(40, 60)]
    story.keep("note second", "of today", store.keep_note(_note("second", "of today")))
    story.keep("note first", "reworded", store.keep_note(_note("first", "reworded")))
    story.keep("note first", "", store.forget_note(NoteId("first")))
    story.say("begun", "hidden", "there")
    if story.keep("view", "", store.apply(applied(changes(3, 2, more)))) and put:
        story.keep("wish sent", "", store.settle(done(sent, 3, 2)))
    if there:
        story.keep("wish falls too", "declined", store.settle(refused(falls)))
    page = store.keep_first_page(lambda: "a page " * 500, Revision(3), Tally(2))
    story.keep("page", "", page)
    story.keep("hidden", "gone", store.apply(applied(changes(4, 2, gone=[44, 45]))))
    story.keep("draft ask:other", "", store.keep_draft("ask:other", ""))
    story.keep("side", "", store.keep_side_file(POSTER_SHA, POSTER))
    story.keep("wish last", "waits", store.put(last))
    assert store.close(RESULT_S)


def the_first_moments(folder: Path) -> None:
    """Ask before the cache is open; then open it, as the app does."""
    story, moves, wish = Story(), EarlyMoves(folder), ask("quick")
    story.say("begun", "wish quick", "waits")
    moves.keep(ANN.participant, wish)
    store = Store(folder)
    story.keep("adopted", "", store.adopt_early_moves(moves.stop))
    story.keep("wish quick", "waits", store.put(wish, ANN.participant))
    assert store.close(RESULT_S)


def films(folder: Path) -> None:
    """Bring recordings from the server that the second argument of the process names, and remove one."""
    story, store = Story(), Store(folder)
    pool = DownloadPool(Patience(again_s=0.01, tries=2))
    for name in ("half", "new"):
        wanted = _wanted(folder, name)
        if story.keep(f"file {name}", "", pool.fetch(Address(sys.argv[2]), wanted, lambda _: None)):
            kept = KeptRecording(
                recording=RecordingId(name), sha256=FILM_SHA, path=wanted.target, size_bytes=len(FILM),
                saved_by_hand=True,
            )  # fmt: skip
            story.keep(f"film {name}", "saved", store.keep_recording(kept))
    story.keep("film old", "", store.forget_recording(RecordingId("old")))
    assert pool.close()
    assert store.close(RESULT_S)


def gone_at_once(folder: Path) -> None:
    """Keep a draft and forget it, and be gone without a word."""
    story, store = Story(), Store(folder)
    for text in ("short", ""):
        story.keep("draft ask:other", text, store.keep_draft("ask:other", text))
    os._exit(0)


def looking_up(folder: Path) -> None:
    """Read the program into the index, another one after it, and look something up."""
    search = SearchThread(folder)
    for title in ("PeRSonAl", "Another"):
        search.take_conference(conference(title))
        assert search.wait_idle(RESULT_S)
    assert search.close(RESULT_S)


LIVES = {
    "new": Life(nothing, a_day),
    "again": Life(filled, a_day),
    "older": Life(older, a_day),
    "damaged": Life(damaged, a_day),
    "early": Life(early_words, the_first_moments),
    "films": Life(half_a_film, films),
    "search": Life(filled, looking_up),
    "gone": Life(filled, gone_at_once),
}


def _note(id_: str, text: str) -> Note:
    return Note(id=NoteId(id_), talk=TalkId("paper"), text=text, made_at=NOON)


def _wanted(folder: Path, name: str) -> Download:
    facts = FileFacts(sha256=FILM_SHA, size_bytes=len(FILM), media_type="video/mp4")
    return Download(path=f"/recordings/{name}", facts=facts, blocks=(FILM_SHA,), target=_film(folder, name))


def _film(folder: Path, name: str) -> Path:
    return recordings_folder(folder) / f"{name}.mp4"


def _lay_film(folder: Path, name: str) -> None:
    _film(folder, name).parent.mkdir(exist_ok=True)
    _film(folder, name).write_bytes(FILM)
