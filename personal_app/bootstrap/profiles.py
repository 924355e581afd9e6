"""The profiles beside this one: which there are, opening one in a process of its own, and this one's own card.

Each profile is one conference with its own cache, outbox and sign-in; a window is one process, so that nothing of two
conferences can ever meet. All methods run on the UI thread, what touches the disk in the pool. Must never open another
profile's cache.
"""

import logging
import os
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import CancelledError, Future
from pathlib import Path

import msgspec
from PySide6.QtCore import QProcess

from personal_app.bootstrap.rooms import Rooms
from personal_app.services.conferences import KnownConference
from personal_app.services.services import Services
from personal_app.store.profile_card import ProfileCard, free_profile, keep_card, profiles_in

_log = logging.getLogger(__name__)


class ProfilesSeen(msgspec.Struct, frozen=True):
    """Which conferences have a profile here."""

    known: tuple[KnownConference, ...]


class ProfileFree(msgspec.Struct, frozen=True):
    """Where another conference can be kept, and whether this window is to be left for it."""

    folder: Path
    leave: bool


class ProfilesShut(msgspec.Struct, frozen=True):
    """The folder of profiles cannot be read; the sentence says why."""

    sentence: str


class Profiles:
    """Answers the intentions of `ConferenceService`, and keeps the card of the profile in `folder`."""

    def __init__(
        self,
        services: Services,
        rooms: Rooms,
        post: Callable[[object], None],
        folder: Path,
        leave: Callable[[], object],
        start: Callable[[Path], bool] | None = None,
    ) -> None:
        """`leave` closes this window; `start` starts the program on a profile and tells whether it could."""
        self._services = services
        self._rooms = rooms
        self._post = post
        self._folder = folder
        self._leave = leave
        self._start = start or start_program
        self._card: ProfileCard | None = None
        services.program.changed.connect(self.keep_card)
        services.profile.changed.connect(self.keep_card)

    def look(self) -> None:
        """Look which profiles lie beside this one."""
        home, here = self._folder.parent, self._folder

        def work() -> None:
            known = tuple(
                KnownConference(
                    key=folder.name, title=card.title, address=card.address, name=card.name, here=folder == here
                )
                for folder, card in profiles_in(home)
            )
            self._post(ProfilesSeen(known))

        self._run(work)

    def open(self, key: str, leave: bool) -> None:
        """Open the profile of that name."""
        folder = self._folder.parent / key
        if folder.parent != self._folder.parent or not key:
            return
        self._open(folder, leave)

    def add(self, leave: bool) -> None:
        """Open a window in which another conference can be joined."""
        home = self._folder.parent
        self._run(lambda: self._post(ProfileFree(free_profile(home), leave)))

    def keep_card(self) -> None:
        """Write down of which conference this profile is, and whose, where that is news."""
        conference, identity = self._services.program.conference, self._services.profile.identity
        if conference is None and identity is None:
            return
        card = ProfileCard(
            title=conference.title if conference is not None else "",
            address=identity.address if identity is not None else self._card.address if self._card is not None else "",
            name=identity.name if identity is not None else "",
        )
        if card != self._card:
            self._card = card
            self._rooms.pool.run(lambda: keep_card(self._folder, card)).add_done_callback(_log_trouble)

    def take(self, values: Iterable[object]) -> None:
        """Take in what the pool found."""
        for value in values:
            match value:
                case ProfilesSeen(known=known):
                    self._services.conferences.take(known)
                case ProfileFree(folder=folder, leave=leave):
                    self._open(folder, leave)
                case ProfilesShut(sentence=sentence):
                    self._services.conferences.take_failure(sentence)

    def _open(self, folder: Path, leave: bool) -> None:
        if not self._start(folder):
            self._services.conferences.take_failure(
                "The program could not be started a second time; its log says why. Close this window, then start it "
                f"with --profile {folder}."
            )
        elif leave:
            self._leave()

    def _run(self, work: Callable[[], None]) -> None:
        def done(job: "Future[None]") -> None:
            try:
                job.result()
            except CancelledError:
                return
            except OSError as fault:
                reason = fault.strerror or "the disk does not let us"
                self._post(ProfilesShut(f"The folder {self._folder.parent} cannot be read ({reason})."))

        self._rooms.pool.run(work).add_done_callback(done)


def start_program(folder: Path) -> bool:
    """Start this program on the profile in `folder`, in a process that outlives ours; tell whether it could."""
    program, options = sys.argv[0], ["--profile", f"{folder}/"]
    # Installed, it is a program of its own; from its source it is a script, which Python runs.
    installed = not program.endswith(".py") and os.access(program, os.X_OK)
    command = [program, *options] if installed else [sys.executable, program, *options]
    started = QProcess.startDetached(command[0], command[1:])
    # PySide6 gives the process's number beside it.
    return bool(started[0] if isinstance(started, tuple) else started)


def _log_trouble(job: "Future[None]") -> None:
    if not job.cancelled() and (trouble := job.exception()) is not None:
        _log.warning("this profile's card could not be written: %s", trouble)
