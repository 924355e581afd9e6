"""A key store in memory that can be locked, held up, and made to forget; put in the place of this system's."""

import threading

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError


class MemoryKeyStore(KeyringBackend):
    """`open` is what a person does with their password: while it is clear, asking waits or, if `dismissed`, fails."""

    priority = 5

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.open = threading.Event()
        self.open.set()
        self.dismissed = False
        self.keeps = True
        self.asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        self._unlock()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._unlock()
        if self.keeps:
            self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._unlock()
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError

    def _unlock(self) -> None:
        self.asked += 1
        if self.dismissed:
            raise KeyringLocked("canary: a detail of the system's")
        assert self.open.wait(30)
