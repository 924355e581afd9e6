"""Who may not ask in the session: how many in the console's head, who in its menu, and how each is let ask again.

Somebody silenced for what they ask anonymously is called by their alias, for nobody here knows more. Must never tell
the service anything itself.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu

from personal_app.conference.board import DrawnBoard, DrawnQuestion
from personal_app.conference.ids import TalkId
from personal_app.conference.rows import SilenceRow
from personal_app.ui.cards import wording
from personal_app.ui.plain_text import on_button, one_line, tip
from personal_app.ui.widgets.buttons import Button, Kind

_TITLE_CHARS = 40


class SilencedButton(Button):
    """Shows itself while somebody is silenced. `let_ask` carries a question of whom is to be let ask again."""

    let_ask = Signal(str)

    def __init__(self) -> None:
        super().__init__("", Kind.QUIET, name="silenced_button")
        self.setToolTip(tip("Who may not ask at the moment, and letting them ask again"))
        self._rows: tuple[SilenceRow, ...] = ()
        self._entries = QMenu(self)
        self._entries.setAccessibleName("Who may not ask")
        self.setMenu(self._entries)
        self.hide()

    def show_silenced(self, rows: Sequence[SilenceRow], title: Callable[[TalkId], str]) -> None:
        """Show who is silenced; `title` names a talk."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._entries.clear()
            for row in self._rows:
                action = self._entries.addAction(on_button(_entry(row, title)))
                action.triggered.connect(lambda _=False, question=row.question: self.let_ask.emit(question))
        self.show_words(f"{len(rows)} silenced")
        self.setVisible(bool(rows))


def is_silenced(board: DrawnBoard, question: DrawnQuestion) -> bool:
    """Tell whether the question's asker may not ask in the way they asked it."""
    alias = question.row.alias
    return alias is not None and any(row.id == alias for row in board.silenced(question.row.session))


def offer(question: DrawnQuestion, *, silenced: bool) -> str:
    """Return what the menu of a question offers to do about its asker."""
    row = question.row
    if silenced:
        return f"Let {_called(row.asker, row.alias)} ask again"
    if row.asker is None:
        return "Silence this person for anonymous questions in this talk"
    return f"Silence {one_line(row.asker, _TITLE_CHARS)} in this session"


def told(question: DrawnQuestion, *, silenced: bool) -> str:
    """Return the sentence that says what was done about the question's asker."""
    row = question.row
    who = _called(row.asker, row.alias)
    if silenced:
        return f"{who} may ask again. Only they and the chairs are told."
    what = "nothing more anonymously about this talk" if row.asker is None else "nothing more in this session"
    return f"{who} may ask {what}; what was asked already stays. Only they and the chairs are told."


def _called(name: str | None, alias: str | None) -> str:
    return wording.anonymous(alias) if name is None else one_line(name, _TITLE_CHARS)


def _entry(row: SilenceRow, title: Callable[[TalkId], str]) -> str:
    if row.talk is None:
        return f"Let {one_line(row.name, _TITLE_CHARS)} ask again (silenced by {one_line(row.by, _TITLE_CHARS)})"
    about = one_line(title(row.talk), _TITLE_CHARS)
    return f"Let {wording.anonymous(row.id)} ask again about “{about}” (silenced by {one_line(row.by, _TITLE_CHARS)})"
