"""The commands of one connection that wait for their turn: in the order they were made, and no quicker than a server
takes them, for one that is refused for now would be overtaken by the next, which may stand on it.

Must never send anything, nor know what a socket is.
"""

import asyncio
import contextlib
from collections.abc import Iterable
from time import monotonic

from personal_app.conference.messages import Command

#: A server takes 20 commands a second and 40 at once of one person (docs/operating.md); their other devices count too.
PER_SECOND = 18.0
AT_ONCE = 30


class Allowance:
    """How many commands may go now. It outlives a connection, for the server remembers too; instants are monotonic."""

    def __init__(self, per_second: float = PER_SECOND, at_once: int = AT_ONCE) -> None:
        self._per_second = per_second
        self._at_once = at_once
        self._left = float(at_once)
        self._at_s = 0.0

    def wait_s(self, now_s: float) -> float:
        """Return after how many seconds one may go; 0 where one may go now."""
        return max(0.0, self._at_s - now_s, (1 - self._left_at(now_s)) / self._per_second)

    def take(self, now_s: float) -> None:
        """Let one go."""
        self._left = self._left_at(now_s) - 1
        self._at_s = max(self._at_s, now_s)

    def hold(self, until_s: float, *, spent: bool) -> None:
        """Let none go before an instant; where all is `spent` one at that instant, the others in their turn."""
        left = self._left_at(until_s)
        self._left = min(left, 1.0) if spent else left
        self._at_s = max(self._at_s, until_s)

    def _left_at(self, now_s: float) -> float:
        return min(float(self._at_once), self._left + max(0.0, now_s - self._at_s) * self._per_second)


class Backlog:
    """All methods are called on the network thread."""

    def __init__(self, allowance: Allowance, pending: Iterable[Command]) -> None:
        self._allowance = allowance
        self._places: dict[str, int] = {}
        self._made = 0
        self._waiting: dict[int, Command] = {}
        self._changed = asyncio.Event()
        for command in pending:
            self.add(command)

    def add(self, command: Command) -> None:
        """Take in a command at the end; one that waits or is on its way already stays where it is."""
        if command.id not in self._places:
            self._wait(command)

    def again(self, command: Command, delay_s: float, *, spent: bool) -> None:
        """Take in where it stood a command that was refused for now, and let it and all behind it wait.

        `spent` says that the server takes no more at present; else it may be the command that is at fault, and those
        behind it go right after it.
        """
        self._allowance.hold(monotonic() + delay_s, spent=spent)
        self._wait(command)

    def settled(self, command: str) -> None:
        """Forget a command that is answered for good."""
        self._places.pop(command, None)

    async def next(self) -> Command:
        """Return the command whose turn it is, when it is."""
        while True:
            wait_s = self._allowance.wait_s(monotonic()) if self._waiting else None
            if wait_s == 0:
                self._allowance.take(monotonic())
                return self._waiting.pop(min(self._waiting))
            self._changed.clear()
            # `wait_for` of Python 3.11 loses a cancellation that meets the event, and whoever ends us waits for good.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()

    def _wait(self, command: Command) -> None:
        self._made += 1
        self._waiting[self._places.setdefault(command.id, self._made)] = command
        self._changed.set()
