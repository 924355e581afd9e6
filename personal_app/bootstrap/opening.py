"""What is imported and opened on a thread of its own while the first paint stands on the screen.

Importing takes longer than a screen may stand still. Must never touch a service or a widget: what comes is posted.
"""

import importlib
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from personal_app.store.snapshot import StartSnapshot

_log = logging.getLogger(__name__)

#: What the window needs to stand, each after what it builds upon.
_HOUSE = (
    "zoneinfo",
    "personal_app.conference.wishes",
    "personal_app.bootstrap.rooms",
    "personal_app.bootstrap.house",
    "personal_app.ui.top_bar",
    "personal_app.ui.workspace",
    "personal_app.ui.talk.talk_page",
    "personal_app.ui.player_keys",
    "personal_app.ui.questions.ask_box",
)
#: Longer than this the cache and the network do not wait for a window that cannot be put together.
_PATIENCE_S = 5.0


class Imported(NamedTuple):
    """The modules behind the window are in memory, and the cache's content, None where it has to be opened for that."""

    snapshot: "StartSnapshot | None"


def begin_opening(
    folder: Path,
    tell: Callable[[object], None],
    stands: threading.Event,
    *,
    imported: bool,
    known: bool,
    ended: Callable[[], bool],
) -> threading.Thread:
    """Begin to open the rooms of the profile in `folder`; `tell` is called with what comes of it, on the thread.

    Unless they are `imported`, the modules behind the window come first, and an `Imported` tells of it; then the slow
    libraries wait until the window `stands`, which they would make slower. Else `known` says that the cache's content
    was read already. What is wanted later is loaded last, until all has `ended`.
    """

    def work() -> None:
        read = known
        if not imported:
            try:
                snapshot = _import_and_read(folder)
            except Exception:
                # The window will meet the same, where it can be reported.
                _log.exception("what stands behind the window could not be imported")
                snapshot = None
            read = snapshot is not None
            tell(Imported(snapshot))
            stands.wait(_PATIENCE_S)
        from personal_app.bootstrap.rooms import load_later_screens, open_rooms

        open_rooms(folder, read, tell)
        load_later_screens(ended)

    thread = threading.Thread(target=work, name="opening")
    thread.start()
    return thread


def _import_and_read(folder: Path) -> "StartSnapshot | None":
    for module in _HOUSE:
        importlib.import_module(module)
    from personal_app.store.snapshot import read_snapshot

    return read_snapshot(folder)
