"""Reminders of what a person starred and of their questions' turns: each told once, across restarts too.

It looks once a second, with the program's own tick. Must never decide what is due (`conference.reminders`), nor know
how a reminder reaches the person.
"""

import logging
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, Signal

from personal_app.conference.reminders import Reminder, ReminderWishes, is_over, starts_due, turns_due
from personal_app.services.connection import CaughtUp, ConnectionService
from personal_app.services.program import ProgramService
from personal_app.services.questions import QuestionService
from personal_app.services.stars import StarService

_log = logging.getLogger(__name__)

#: The key among the settings.
REMINDERS = "reminders"
#: So many of those told last are remembered.
_REMEMBERED = 500


class _Kept(msgspec.Struct, frozen=True, omit_defaults=True):
    wishes: ReminderWishes = ReminderWishes()
    told: tuple[str, ...] = ()


class ReminderService(QObject):
    """Says nothing before `take_kept` has told what was told in an earlier run."""

    #: Reminder: to be told now.
    reminded = Signal(object)
    #: Reminder: told in this run, and what it says has passed.
    passed = Signal(object)
    #: The wishes are others.
    changed = Signal()

    def __init__(
        self,
        program: ProgramService,
        stars: StarService,
        questions: QuestionService,
        connection: ConnectionService,
        keep: Callable[[str, str], None],
        parent: QObject | None = None,
    ) -> None:
        """`keep` keeps a setting by its key."""
        super().__init__(parent)
        self._program = program
        self._stars = stars
        self._questions = questions
        self._caught_up = CaughtUp(connection)
        self._keep = keep
        self._kept: _Kept | None = None
        self._standing: tuple[Reminder, ...] = ()
        self._turns_may_have_changed = True
        program.ticked.connect(self.look)
        questions.changed.connect(self._on_questions)

    @property
    def wishes(self) -> ReminderWishes:
        """What the person wants to be reminded of."""
        return self._kept.wishes if self._kept is not None else ReminderWishes()

    def wish(self, wishes: ReminderWishes) -> None:
        """Take in what the person wants to be reminded of from now on."""
        if wishes != self.wishes:
            self._keep_all(_Kept(wishes, self._kept.told if self._kept is not None else ()))
            self._turns_may_have_changed = True
            self.changed.emit()

    def take_kept(self, text: str) -> None:
        """Take in what an earlier run kept; what cannot be read counts as nothing told and nothing chosen."""
        try:
            self._kept = msgspec.json.decode(text, type=_Kept) if text else _Kept()
        except msgspec.DecodeError as fault:
            _log.warning("what is to be reminded of cannot be read, and the usual is: %s", fault)
            self._kept = _Kept()
        self.changed.emit()

    def look(self) -> None:
        """Tell what is due now, and what has passed of what was told."""
        if self._kept is None:
            return
        self._take_back()
        conference, told = self._program.conference, self._kept.told
        due: list[Reminder] = []
        if conference is not None and self._stars.stars:
            due += starts_due(conference, self._stars.stars, self._program.now(), self._kept.wishes, told)
        due += self._turns(told)
        if due:
            keys = (*told, *(reminder.key for reminder in due))
            self._keep_all(_Kept(self._kept.wishes, keys[-_REMEMBERED:]))
            self._standing += tuple(due)
            for reminder in due:
                self.reminded.emit(reminder)

    def _take_back(self) -> None:
        if not self._standing:
            return
        now, questions = self._program.now(), self._questions.board.questions
        past = tuple(
            reminder
            for reminder in self._standing
            if (reminder.start is not None or self._turns_may_have_changed) and is_over(reminder, questions, now)
        )
        self._standing = tuple(reminder for reminder in self._standing if reminder not in past)
        for reminder in past:
            self.passed.emit(reminder)

    def _turns(self, told: tuple[str, ...]) -> tuple[Reminder, ...]:
        # Whose turn it is the cache alone does not know.
        if not self._caught_up.look() or not self._turns_may_have_changed or self._kept is None:
            return ()
        self._turns_may_have_changed = False
        return turns_due(self._questions.board.questions, self._kept.wishes, told)

    def _on_questions(self) -> None:
        self._turns_may_have_changed = True

    def _keep_all(self, kept: _Kept) -> None:
        self._kept = kept
        self._keep(REMINDERS, msgspec.json.encode(kept).decode())
