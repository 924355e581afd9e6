"""What has changed in the program since this person last saw it, kept to be read again and marked as read.

What is compared and what was found are kept as one setting, so that a change is told once however a run ends. It is
compared when the connection has caught up: before that, and while one becomes another person, the times that chairs
have said by hand are not all here. Must never decide what a change is (`conference.program_changes`).
"""

import logging
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Signal

from personal_app.conference.program_changes import KEPT, Outline, ProgramChange, outline, program_changes
from personal_app.services.connection import CaughtUp, ConnectionService
from personal_app.services.program import ProgramService
from personal_app.services.stars import StarService

_log = logging.getLogger(__name__)

#: The key among the settings.
CHANGES = "program changes"


class NotedChange(msgspec.Struct, frozen=True, omit_defaults=True):
    """A change, and whether the person has read it."""

    change: ProgramChange
    read: bool = False


class _Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    seen: Outline | None = None
    noted: tuple[NotedChange, ...] = ()


class ProgramChangeService(QObject):
    """Follows the program from `take_kept` on, which says what an earlier run had seen of it."""

    changed = Signal()
    #: tuple[ProgramChange, ...]: they have just been found.
    found = Signal(object)

    def __init__(
        self,
        program: ProgramService,
        stars: StarService,
        connection: ConnectionService,
        keep: Callable[[str, str], None],
        parent: QObject | None = None,
    ) -> None:
        """`keep` keeps a setting by its key."""
        super().__init__(parent)
        self._program = program
        self._stars = stars
        self._keep = keep
        self._kept: _Kept | None = None
        self._caught_up = CaughtUp(connection)
        self._may_differ = True
        program.changed.connect(self._on_program)
        program.ticked.connect(self.look)
        stars.changed.connect(self.changed)

    @property
    def noted(self) -> tuple[NotedChange, ...]:
        """All that are kept: what is starred first, and of each the latest first."""
        noted = reversed(self._kept.noted) if self._kept is not None else ()
        return tuple(sorted(noted, key=lambda each: not self.concerns(each.change)))

    @property
    def unread(self) -> int:
        """How many nobody has read."""
        return sum(1 for each in self._kept.noted if not each.read) if self._kept is not None else 0

    def concerns(self, change: ProgramChange) -> bool:
        """Tell whether a change is about something that is starred."""
        return change.concerns(self._stars.stars)

    def mark_read(self) -> None:
        """Take it that the person has read them all."""
        if self._kept is not None and self.unread:
            read = tuple(msgspec.structs.replace(each, read=True) for each in self._kept.noted)
            self._keep_all(msgspec.structs.replace(self._kept, noted=read))

    def start_anew(self) -> None:
        """Take the next program as it comes: the demo's times are others each time it begins."""
        if self._kept is not None:
            self._may_differ = True
            self._keep_all(_Kept())

    def take_kept(self, text: str) -> None:
        """Take in what an earlier run kept; where that cannot be read, the program is taken as it is now."""
        try:
            self._kept = msgspec.json.decode(text, type=_Kept) if text else _Kept()
        except msgspec.DecodeError as fault:
            _log.warning("the changes of the program cannot be read and are forgotten: %s", fault)
            self._kept = _Kept()
        self.changed.emit()

    def look(self) -> None:
        """Find what has changed, if anything may have and all of it is here."""
        conference = self._program.conference
        if not self._caught_up.look() or not self._may_differ or self._kept is None or conference is None:
            return
        self._may_differ = False
        now_seen, seen = outline(conference), self._kept.seen
        if now_seen == seen:
            return
        if seen is None or seen.conference != now_seen.conference:
            # Of another conference nothing is to be read here.
            self._keep_all(_Kept(now_seen))
            return
        found = program_changes(seen, now_seen, self._program.now())
        noted = (*self._kept.noted, *map(NotedChange, found))[-KEPT:]
        self._keep_all(_Kept(now_seen, noted))
        if found:
            self.found.emit(found)

    def _on_program(self) -> None:
        self._may_differ = True

    def _keep_all(self, kept: _Kept) -> None:
        self._kept = kept
        self._keep(CHANGES, msgspec.json.encode(kept).decode())
        self.changed.emit()
