"""The rooms that are too slow to open before the first paint: the cache, the network and the pool for files.

They are opened on a thread of their own, for importing them takes longer than a screen may stand still. Must never
touch a service: what comes of it is posted.
"""

import importlib
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from personal_app.conference.errors import ConferenceError
from personal_app.store.snapshot import StartSnapshot

if TYPE_CHECKING:
    from personal_app.net.downloads import DownloadPool
    from personal_app.net.network_thread import NetworkThread
    from personal_app.store.key_ring import KeyRing
    from personal_app.store.search_thread import SearchThread
    from personal_app.store.store import Store

_log = logging.getLogger(__name__)

CLOSE_S = 5.0
KEYS_S = 0.5
#: Screens that are built when they are first wanted: by then their code is in memory, and nothing stands still for it.
SCREENS = (
    "personal_app.ui.workspace",
    "personal_app.ui.talk.talk_page",
    "personal_app.ui.player_keys",
    "personal_app.ui.questions.ask_box",
    "personal_app.ui.first_run.join_page",
    "personal_app.ui.search.panel",
    "personal_app.ui.saved.window",
    "personal_app.ui.chair.console",
    "personal_app.ui.author.desk",
)
#: What is wanted later or never, brought into memory when the rooms are open and nobody waits for it.
LATER_SCREENS = (
    "personal_app.ui.widgets.notice_bar",
    "personal_app.ui.announcements.banner",
    "personal_app.ui.announcements.window",
    "personal_app.ui.polls.poll_strip",
    "personal_app.ui.polls.window",
    "personal_app.ui.questions.refused_moves",
    "personal_app.ui.questions.report_dialog",
    "personal_app.ui.questions.invitation",
    "personal_app.ui.first_run.invitation",
    "personal_app.ui.first_run.own_code",
    "personal_app.ui.first_run.sign_out",
    "personal_app.ui.window_menu",
    "personal_app.ui.about_box",
    "personal_app.ui.bundle_folder",
    "personal_app.ui.calendar_file",
    "personal_app.ui.key_sheet",
    "personal_app.ui.preferences",
    "personal_app.ui.talk.meeting_dialog",
    "personal_app.ui.talk.notes_file",
    "personal_app.ui.talk.picture_window",
    "personal_app.ui.talk.player_menu",
    "personal_app.ui.changes.dialog",
    "personal_app.ui.conferences.dialog",
    "personal_app.ui.reminders.dialog",
    "personal_app.ui.sent.dialog",
    "personal_app.ui.reminders.wording",
)


class Rooms(msgspec.Struct, frozen=True):
    """The open rooms."""

    store: "Store"
    network: "NetworkThread"
    pool: "DownloadPool"
    search: "SearchThread"
    keys: "KeyRing"

    def close(self) -> bool:
        """Join the network, give up downloads and search, flush and join the cache; tell whether all ended in time."""
        joined = self.network.stop(CLOSE_S)
        self.pool.close()
        ended = self.search.close(CLOSE_S)
        # It may be waiting for a password that nobody will type; it holds nothing that could be lost.
        self.keys.close(KEYS_S)
        return self.store.close(CLOSE_S) and joined and ended

    def begin_close(self) -> threading.Thread:
        """Begin to `close` on a thread of its own, which ends when they have, and is returned."""

        def work() -> None:
            if not self.close():
                _log.warning("the network or the cache did not end in time")

        # Each wait is bounded; should one not be, it must not keep the process.
        thread = threading.Thread(target=work, name="closing", daemon=True)
        thread.start()
        return thread


class RoomsOpened(msgspec.Struct, frozen=True):
    """The rooms are open. `late` is the cache's content where it could not be read before; `rescued` says why."""

    rooms: Rooms
    late: StartSnapshot | None
    rescued: str


class CacheTold(msgspec.Struct, frozen=True):
    """The disk refuses to keep something, as the sentence says; where there is none, everything is kept again."""

    sentence: str


class RoomsShut(msgspec.Struct, frozen=True):
    """The rooms cannot be opened; the sentence says why and what to do."""

    sentence: str


def open_rooms(folder: Path, known: bool, tell: Callable[[RoomsOpened | RoomsShut | CacheTold], None]) -> None:
    """Open the rooms, on a thread that may wait; `known` says that the cache's content was read already.

    `tell` is called once with what comes of it, and from then on, on the cache's thread, with what the disk refuses.
    """
    try:
        tell(_open(folder, known, lambda sentence: tell(CacheTold(sentence))))
    except ConferenceError as trouble:
        tell(RoomsShut(str(trouble)))
    except Exception:
        _log.exception("opening the cache and the network broke")
        tell(RoomsShut("The program could not start its cache and network; its log says why."))


def load_later_screens(until: Callable[[], bool]) -> None:
    """Bring what is wanted later into memory, one after the other `until` it is wanted no more."""
    for module in LATER_SCREENS:
        if until():
            return
        try:
            importlib.import_module(module)
        except Exception:
            # Who wants it will meet the same, where it can be reported.
            _log.exception("%s could not be loaded", module)


def _open(folder: Path, known: bool, tell: Callable[[str], None]) -> RoomsOpened:
    from personal_app.net.downloads import DownloadPool
    from personal_app.net.network_thread import NetworkThread
    from personal_app.store.key_ring import KeyRing
    from personal_app.store.search_thread import SearchThread
    from personal_app.store.store import Store

    for module in ("personal_app.bootstrap.hall", *SCREENS):
        importlib.import_module(module)
    store = Store(folder, tell=tell)
    try:
        opened = store.opened.result()
    except BaseException:
        store.close(CLOSE_S)
        raise
    late = None if known else store.snapshot().result()
    rooms = Rooms(store, NetworkThread(), DownloadPool(), SearchThread(folder), KeyRing())
    return RoomsOpened(rooms, late, opened.rescued)
