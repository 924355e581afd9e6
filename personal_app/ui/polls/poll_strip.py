"""The polls of the talk that is open, above its questions: one at a time, the open ones first.

It opens by itself for a poll that waits for the person's vote, and is folded to a line where nothing does. Must never
decide who may vote: the server does.
"""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from personal_app.conference.board import DrawnPoll
from personal_app.conference.ids import PollId
from personal_app.conference.polls import SHOWN_STATES, PollState
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import ElidedLabel
from personal_app.ui.polls.poll_card import PollCard
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import MEDIUM, SMALL
from personal_app.ui.widgets.buttons import Button, IconButton, Kind
from personal_app.ui.widgets.frames import Surface, column, row

_MOST_HEIGHT = 300


class PollStrip(Surface):
    """Hidden while there is no poll. `voted` tells a poll and the options that were chosen, counted from 0."""

    voted = Signal(str, tuple)

    def __init__(self) -> None:
        super().__init__("strip")
        self.setObjectName("poll_strip")
        self.setAccessibleName("Polls")
        self._polls: tuple[DrawnPoll, ...] = ()
        self._current: PollId | None = None
        self._folded: dict[PollId, bool] = {}
        self._may_vote = False
        self.card = PollCard()
        self.card.voted.connect(self._on_voted)
        self._title = ElidedLabel(strong=True)
        self._next = Button("", Kind.LINK, name="poll_next")
        self._fold = IconButton(Icon.UP, "Fold the poll", name="poll_fold")
        self._room = _Room(self.card)
        head = row()
        head.addWidget(self._title, 1)
        head.addWidget(self._next)
        head.addWidget(self._fold)
        layout = column(self, spacing=SMALL)
        layout.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        layout.addLayout(head)
        layout.addWidget(self._room)
        self._next.clicked.connect(self._on_next)
        self._fold.clicked.connect(self._on_fold)
        self.hide()

    @property
    def shown(self) -> PollId | None:
        """The poll that is shown, or None."""
        return self._current

    def show_polls(self, polls: tuple[DrawnPoll, ...], *, may_vote: bool) -> None:
        """Show the polls of a talk; the one that a person looks at stays while it is there."""
        known = {poll.id for poll in self._polls}
        shown = [poll for poll in polls if poll.row.state in SHOWN_STATES]
        self._polls = tuple(sorted(shown, key=lambda poll: poll.row.state is not PollState.OPEN))
        self._may_vote = may_vote
        new = next((poll.id for poll in self._polls if poll.id not in known and _waits(poll)), None)
        if new is not None or not any(poll.id == self._current for poll in self._polls):
            self._current = new or (self._polls[0].id if self._polls else None)
        self._show()

    def _show(self) -> None:
        poll = next((poll for poll in self._polls if poll.id == self._current), None)
        self.setVisible(poll is not None)
        if poll is None:
            return
        folded = self._folded.get(poll.id, poll.row.state is PollState.CLOSED)
        place = self._polls.index(poll) + 1
        self._title.show_text(f"Poll: {poll.row.text}" if folded else "Poll")
        self._next.show_words(f"{place} of {len(self._polls)}, next")
        self._next.setVisible(len(self._polls) > 1)
        self._fold.show_icon(Icon.DOWN if folded else Icon.UP, "Show the poll" if folded else "Fold the poll")
        self.card.show_poll(poll, may_vote=self._may_vote)
        self._room.setVisible(not folded)
        self._room.fit()

    def _on_voted(self, poll: str, options: tuple[int, ...]) -> None:
        self.voted.emit(poll, options)

    def _on_next(self) -> None:
        ids = [poll.id for poll in self._polls]
        if self._current in ids:
            self._current = ids[(ids.index(self._current) + 1) % len(ids)]
            self._folded[self._current] = False
            self._show()

    def _on_fold(self) -> None:
        if self._current is not None:
            self._folded[self._current] = self._room.isVisibleTo(self)
            self._show()


def _waits(poll: DrawnPoll) -> bool:
    return poll.row.state is PollState.OPEN and not poll.chosen


class _Room(QScrollArea):
    """As high as what is in it, up to a bound; beyond that it scrolls."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self._theme = Theme.of_app()
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        content.installEventFilter(self)

    def fit(self) -> None:
        """Take the height that the content needs at this width."""
        content, width = self.widget(), self.viewport().width()
        layout = content.layout() if content is not None else None
        if layout is None:
            return
        wanted = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
        self.setFixedHeight(min(wanted, self._theme.scaled(_MOST_HEIGHT)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self.fit()
        return super().eventFilter(watched, event)
