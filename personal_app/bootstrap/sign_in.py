"""Keeps the secrets of a profile in the system's key store, and brings them back at the start.

They are in the profile's own file (0600) from the moment the server gives them, so that nothing that happens next can
lose them; once the key store has them and has shown that it does, they leave the file, and its bytes. All methods run
on the UI thread and wait for nothing. Must never talk to a server.
"""

import logging
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from functools import partial

import msgspec
from PySide6.QtCore import QTimer

from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.errors import ConferenceError
from personal_app.conference.ids import random_id
from personal_app.store.key_ring import EntryMissing, KeyRing, NoKeyStore, Secrets
from personal_app.store.values import Profile

_log = logging.getLogger(__name__)

#: The setting that says that the key store was offered the secrets and kept shut: it is not asked at each start.
IN_FILE = "sign-in in file"
#: A key store that has not answered by then is waiting for the person.
SLOW_MS = 4_000
#: Finding the key store takes a second of this machine's, which is better taken when the start is over.
QUIET_MS = 8_000
_SLOW = (
    "The key store of this computer is locked: unlock it to connect. Until then everything can be read, and what you "
    "write waits here."
)


class SecretsCame(msgspec.Struct, frozen=True):
    """The key store gave what was kept under `entry`."""

    entry: str
    secrets: Secrets


class SecretsMissed(msgspec.Struct, frozen=True):
    """The key store did not give it, or not yet; the sentence says what to do. `gone`: it holds it no more."""

    entry: str
    sentence: str
    gone: bool = False


class Entrusted(msgspec.Struct, frozen=True):
    """The secrets of a participant are in the key store, under `entry`, and no more in the file."""

    participant: str
    entry: str


class LeftInFile(msgspec.Struct, frozen=True):
    """The secrets stay in the profile's own file. `shut`: there is a key store, and it did not take them."""

    shut: bool


class SignIn:
    """What comes of it is posted."""

    def __init__(self, rooms: Rooms, post: Callable[[object], None], settings: dict[str, str]) -> None:
        self._keys: KeyRing = rooms.keys
        self._store = rooms.store
        self._post = post
        self._declined = bool(settings.get(IN_FILE))
        self._waiting: Profile | None = None
        self._asked: tuple[str, Future[Secrets]] | None = None
        self._quiet = QTimer()
        self._quiet.setSingleShot(True)
        self._quiet.timeout.connect(self._entrust_now)
        self._slow = QTimer()
        self._slow.setSingleShot(True)
        self._slow.timeout.connect(self._on_slow)

    def look_up(self, entry: str) -> None:
        """Ask the key store for what is kept under `entry`; `SecretsCame` or `SecretsMissed` follows."""

        def done(job: "Future[Secrets]") -> None:
            try:
                self._post(SecretsCame(entry, job.result()))
            except ConferenceError as trouble:
                self._post(SecretsMissed(entry, str(trouble), gone=isinstance(trouble, EntryMissing)))

        asked = self._keys.secrets(entry)
        self._asked = (entry, asked)
        self._slow.start(SLOW_MS)
        asked.add_done_callback(done)

    def entrust(self, profile: Profile, *, again: bool = False) -> None:
        """Bring the secrets from the file into the key store; `Entrusted` or `LeftInFile` follows.

        One that kept shut before is asked `again` only where a person wishes it.
        """
        if not profile.token:
            return
        if self._declined and not again:
            self._post(LeftInFile(shut=True))
            return
        self._waiting = profile
        self._quiet.start(0 if again else QUIET_MS)

    def close(self) -> None:
        """Ask nothing more; what is in the file goes into the key store the next time."""
        self._quiet.stop()
        self._slow.stop()

    def _on_slow(self) -> None:
        if self._asked is not None and not self._asked[1].done():
            self._post(SecretsMissed(self._asked[0], _SLOW))

    def _entrust_now(self) -> None:
        profile, self._waiting = self._waiting, None
        if profile is None:
            return
        entry = random_id()
        secrets = Secrets(token=profile.token, recovery_code=profile.recovery_code)

        def held(job: "Future[None]") -> None:
            try:
                job.result()
            except ConferenceError as trouble:
                shut = not isinstance(trouble, NoKeyStore)
                self._decline(shut)
                self._post(LeftInFile(shut=shut))
                return
            self._decline(False)
            moved = self._store.entrust_profile(profile.participant, profile.token, entry)
            moved.add_done_callback(partial(self._on_moved, profile.participant, entry))

        self._keys.entrust(entry, secrets).add_done_callback(held)

    def _decline(self, declined: bool) -> None:
        if declined != self._declined:
            self._declined = declined
            self._store.keep_setting(IN_FILE, "1" if declined else "")

    def forget(self, profile: Profile) -> None:
        """Take what was kept for a profile out of the key store."""
        if profile.key_entry:
            self._keys.forget(profile.key_entry).add_done_callback(_log_trouble)

    def _on_moved(self, participant: str, entry: str, job: "Future[bool]") -> None:
        try:
            moved = job.result()
        except ConferenceError as trouble:
            _log.warning("the sign-in stays in the profile's file: %s", trouble)
            moved = False
        if moved:
            self._post(Entrusted(participant, entry))
        else:
            # We are somebody else by now, or the file could not be written: nobody would find the entry again.
            self._keys.forget(entry).add_done_callback(_log_trouble)


def _log_trouble(job: "Future[None]") -> None:
    try:
        job.result()
    except (ConferenceError, CancelledError) as trouble:
        _log.info("an entry of the key store could not be taken away: %s", trouble)
