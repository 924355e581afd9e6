"""The head of the speaking order: the question that is being answered, and the button to go on. Moves none."""

from datetime import datetime

from PySide6.QtCore import Signal

from personal_app.conference.ids import QuestionId
from personal_app.ui.cards import wording
from personal_app.ui.cards.card import Card
from personal_app.ui.plain_text import PlainLabel, one_line, plain, tip
from personal_app.ui.tokens import MEDIUM, SMALL, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, column, row

#: Beyond that the tooltip has the whole of it: the speaking order below wants its room.
_TEXT_CHARS = 220


class NowPanel(Surface):
    """Shows who is being answered by whom and for how long; what comes next is on its button."""

    next_clicked = Signal()
    finish_clicked = Signal()
    put_back_clicked = Signal()

    def __init__(self) -> None:
        super().__init__("sunken")
        self._since: tuple[QuestionId, datetime] | None = None
        self._title = PlainLabel(strong=True)
        self._who = PlainLabel(size=Size.SMALL, tone="soft")
        self._time = PlainLabel(size=Size.SMALL, tone="soft")
        self._text = PlainLabel(size=Size.BODY, strong=True, wrap=True)
        self._asker = PlainLabel(size=Size.SMALL, tone="soft", wrap=True)
        self._next = Button("", Kind.PRIMARY, name="next_button")
        self._finish = Button("Finish (F)", name="finish_button")
        self._put_back = Button("Put back (P)", Kind.QUIET, name="put_back_button")
        self._build()

    def show_now(self, now: Card | None, following: Card | None, at: datetime) -> None:
        """Show the question being answered or none, and the one that `next` would start."""
        self.show_role("live" if now is not None else "sunken")
        self._note_start(now, at)
        if now is None:
            self._show_nobody(following)
        else:
            self._show_question(now)
        self.show_time(at)
        for button in (self._finish, self._put_back):
            button.setEnabled(now is not None)
        self._next.show_words(_next_words(now, following))
        self._next.setEnabled(now is not None or following is not None)

    def show_time(self, at: datetime) -> None:
        """Count on how long the question has been answered, as far as this window has seen it."""
        seconds = (at - self._since[1]).total_seconds() if self._since is not None else 0
        self._time.show_text(wording.length(seconds) if self._since is not None else "")

    def _build(self) -> None:
        layout = column(self, spacing=SMALL)
        layout.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        head = row()
        head.addWidget(self._title)
        head.addWidget(self._who, 1)
        head.addWidget(self._time)
        foot = row()
        foot.addWidget(self._next)
        foot.addStretch(1)
        foot.addWidget(self._put_back)
        foot.addWidget(self._finish)
        layout.addLayout(head)
        layout.addWidget(self._text)
        layout.addWidget(self._asker)
        layout.addLayout(foot)
        self._next.setToolTip(tip("Space"))
        self._next.clicked.connect(self.next_clicked)
        self._finish.clicked.connect(self.finish_clicked)
        self._put_back.clicked.connect(self.put_back_clicked)

    def _show_question(self, now: Card) -> None:
        row_ = now.question.row
        self._title.show_text("Now")
        self._title.set_tone("live")
        by = f"{row_.answerer.name} answers" if row_.answerer is not None else "being answered"
        self._who.show_text(one_line(by, 80))
        self._text.show_text(f"{now.name}  {plain(row_.text, _TEXT_CHARS)}".strip())
        self._text.setToolTip(tip(row_.text) if len(row_.text) > _TEXT_CHARS else "")
        self._asker.show_text(f"{wording.asker(row_)} · {wording.count(now.question.votes, 'vote', 'votes')}")

    def _show_nobody(self, following: Card | None) -> None:
        self._title.show_text("Nobody is answering")
        self._title.set_tone("soft")
        self._who.show_text("")
        self._text.show_text("")
        waiting = "Space calls the first of the order." if following is not None else "The speaking order is empty."
        self._asker.show_text(waiting)
        self._text.setVisible(False)

    def _note_start(self, now: Card | None, at: datetime) -> None:
        if now is None:
            self._since = None
        elif self._since is None or self._since[0] != now.id:
            self._since = (now.id, at)
        self._text.setVisible(now is not None)


def _next_words(now: Card | None, following: Card | None) -> str:
    """Return what `next` does, in words for its button."""
    if following is None:
        return "Finish" if now is not None else "Next"
    start = f"start {following.name}".strip()
    return f"Finish, {start}" if now is not None else f"S{start[1:]}"
