"""The system's key store, where the secrets of a profile lie: asked on a thread of its own, for it may take its time.

A key store that is locked asks the person for a password and answers when they have given it, or never. `keyring` finds
the one of this system (Secret Service, KWallet, Keychain, Credential Locker); where there is none that deserves the
name, `NoKeyStore` says so, and the secrets stay in the profile's own file. Must never import Qt.
"""

import logging
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from personal_app.conference.errors import ConferenceError, EnvironmentTrouble

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

_log = logging.getLogger(__name__)

#: The name under which a person finds our entries in their key store.
SERVICE = "PeRSonAl"
_CLOSED = "The program ends: the key store of this computer is not asked any more."


class Secrets(msgspec.Struct, frozen=True, kw_only=True):
    """What lets a profile in, and what brings it back."""

    token: str
    recovery_code: str = ""

    def __repr__(self) -> str:
        """Return nothing of it, for logs and failing tests."""
        return "Secrets(…)"


class NoKeyStore(EnvironmentTrouble):
    """This system has no key store, or none that keeps what it is given."""


class KeyStoreShut(EnvironmentTrouble):
    """The key store is there and does not give or take anything: locked, and nobody unlocked it, or broken."""


class EntryMissing(EnvironmentTrouble):
    """The key store is open, and what is asked for is not in it."""


class KeyRing:
    """Every method may be called from any thread and returns at once; futures raise the three errors above."""

    def __init__(self) -> None:
        self._jobs: queue.SimpleQueue[tuple[Callable[[KeyringBackend], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._handing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def entrust(self, entry: str, secrets: Secrets) -> "Future[None]":
        """Keep the secrets under the name `entry`; done when they were read back as they were given."""
        text = msgspec.json.encode(secrets).decode()

        def work(keys: "KeyringBackend") -> None:
            keys.set_password(SERVICE, entry, text)
            if keys.get_password(SERVICE, entry) != text:
                raise NoKeyStore("The key store of this computer does not keep what it is given.")

        return self._do(work)

    def secrets(self, entry: str) -> "Future[Secrets]":
        """Return the secrets that were kept under that name."""

        def work(keys: "KeyringBackend") -> Secrets:
            text = keys.get_password(SERVICE, entry)
            try:
                found = msgspec.json.decode(text, type=Secrets) if text is not None else None
            except msgspec.DecodeError:
                found = None
            if found is None:
                raise EntryMissing(
                    "The key store of this computer holds the sign-in of this profile no more. Join again with your "
                    "recovery code, or with a code from another device of yours."
                )
            return found

        return self._do(work)

    def forget(self, entry: str) -> "Future[None]":
        """Take the entry away; one that is not there is away already."""

        def work(keys: "KeyringBackend") -> None:
            if keys.get_password(SERVICE, entry) is not None:
                keys.delete_password(SERVICE, entry)

        return self._do(work)

    def close(self, timeout_s: float) -> bool:
        """End the thread; tell whether it ended within `timeout_s`, for it may wait for a person's password."""
        with self._handing:
            self._closed = True
            self._jobs.put(None)
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._thread is None or not self._thread.is_alive()

    def _do(self, job: "Callable[[KeyringBackend], T]") -> "Future[T]":
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        with self._handing:
            if self._closed:
                future.set_exception(KeyStoreShut(_CLOSED))
                return future
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="keys", daemon=True)
                self._thread.start()
            self._jobs.put((job, future))
        return future

    def _work(self) -> None:
        while (handed := self._jobs.get()) is not None:
            job, future = handed
            try:
                future.set_result(job(_backend()))
            except ConferenceError as trouble:
                future.set_exception(trouble)
            except Exception as fault:
                # Each system has errors of its own; none of them names what was to be kept.
                _log.info("the key store did not answer: %s", type(fault).__name__)
                future.set_exception(_shut(fault))


def _backend() -> "KeyringBackend":
    """Return this system's key store; raises NoKeyStore where it has none that keeps secrets as such."""
    try:
        import keyring
        from keyring.backends import fail, null
    except ImportError as missing:
        raise NoKeyStore("This installation cannot ask a key store.") from missing
    backend = keyring.get_keyring()
    # Below 1 are those that write to a plain file, or keep nothing.
    if isinstance(backend, fail.Keyring | null.Keyring) or backend.priority < 1:
        raise NoKeyStore("This system has no key store.")
    return backend


def _shut(fault: Exception) -> ConferenceError:
    from keyring.errors import NoKeyringError

    if isinstance(fault, NoKeyringError):
        return NoKeyStore("This system has no key store.")
    return KeyStoreShut(
        "The key store of this computer is locked or does not answer. Unlock it, then try again; until then everything "
        "can be read, and what you write waits here."
    )
