"""One poll: its options to choose from, or once the person has voted or it is closed, how many chose what.

What is chosen and not yet sent stays while counts change. Must never send anything itself.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QProgressBar, QRadioButton, QVBoxLayout, QWidget

from personal_app.conference.board import DrawnPoll
from personal_app.conference.ids import PollId
from personal_app.conference.polls import PollState
from personal_app.ui.plain_text import PlainLabel, plain
from personal_app.ui.polls import wording
from personal_app.ui.tokens import SMALL, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import column, row


class PollCard(QWidget):
    """Shows one poll at a time. `voted` tells the poll and the options that were chosen, counted from 0."""

    voted = Signal(str, tuple)

    def __init__(self) -> None:
        super().__init__()
        self._poll: DrawnPoll | None = None
        self._built: object = None
        self._changing: PollId | None = None
        self._choices: list[Choice] = []
        self._bars: list[ResultBar] = []
        self._text = PlainLabel(strong=True, wrap=True)
        self._text.setObjectName("poll_text")
        self._state = PlainLabel(size=Size.SMALL, tone="soft")
        self._state.setObjectName("poll_state")
        self._hint = PlainLabel(size=Size.SMALL, tone="faint", wrap=True)
        self._vote = Button("Vote", Kind.PRIMARY, name="poll_vote")
        self._change = Button("Change my vote", Kind.LINK, name="poll_change")
        self._vote.clicked.connect(self._on_vote)
        self._change.clicked.connect(self._on_change)
        self._options: QVBoxLayout = column(spacing=TIGHT)
        layout = column(self, spacing=SMALL)
        layout.addWidget(self._text)
        layout.addWidget(self._state)
        layout.addLayout(self._options)
        layout.addWidget(self._hint)
        foot = row()
        foot.addWidget(self._vote)
        foot.addWidget(self._change)
        foot.addStretch(1)
        layout.addLayout(foot)

    def show_poll(self, poll: DrawnPoll, *, may_vote: bool) -> None:
        """Show a poll as it is now."""
        self._poll = poll
        open_ = poll.row.state is PollState.OPEN and may_vote
        if not open_:
            self._changing = None
        choosing = open_ and (not poll.chosen or self._changing == poll.id)
        # Of what is discarded a line is enough: enough to know it by, and to take that back.
        options = () if poll.row.state is PollState.DISCARDED else poll.row.options
        built = (poll.id, poll.row.text, options, poll.row.multiple, choosing)
        if built != self._built:
            self._built = built
            self._build(poll, options, choosing=choosing)
        self._text.show_text(poll.row.text)
        self._state.show_text(wording.state(poll))
        self._hint.show_text(wording.hint(poll) if may_vote else "")
        self._hint.setVisible(bool(self._hint.text()))
        for place, bar in enumerate(self._bars):
            bar.show_result(poll, place)
        self._vote.setVisible(choosing)
        self._change.setVisible(open_ and not choosing)
        self._show_vote()

    def _build(self, poll: DrawnPoll, options: tuple[str, ...], *, choosing: bool) -> None:
        while (item := self._options.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._choices, self._bars = [], []
        for place, option in enumerate(options):
            if choosing:
                choice = Choice(option, multiple=poll.row.multiple, chosen=place in poll.chosen, parent=self)
                choice.button.toggled.connect(self._on_toggled)
                self._choices.append(choice)
                self._options.addWidget(choice)
            else:
                bar = ResultBar(option)
                self._bars.append(bar)
                self._options.addWidget(bar)

    def _chosen(self) -> tuple[int, ...]:
        return tuple(place for place, choice in enumerate(self._choices) if choice.button.isChecked())

    def _show_vote(self) -> None:
        self._vote.setEnabled(bool(self._chosen()))

    def _on_toggled(self, on: bool) -> None:
        # The choices lie in frames of their own, so that Qt does not see that they belong together.
        if on and self._poll is not None and not self._poll.row.multiple:
            for choice in self._choices:
                if choice.button is not self.sender():
                    choice.button.setChecked(False)
        self._show_vote()

    def _on_vote(self) -> None:
        if self._poll is not None and self._chosen():
            self._changing = None
            self.voted.emit(self._poll.id, self._chosen())

    def _on_change(self) -> None:
        if self._poll is not None:
            self._changing = self._poll.id
            self.show_poll(self._poll, may_vote=True)
            if self._choices:
                self._choices[0].button.setFocus()


class Choice(QWidget):
    """An option to choose: a round or a square mark, and words that wrap and can be clicked as well."""

    def __init__(self, option: str, *, multiple: bool, chosen: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.button: QAbstractButton = QCheckBox() if multiple else QRadioButton()
        self.button.setAutoExclusive(False)
        self.button.setObjectName("poll_choice")
        self.button.setAccessibleName(plain(option))
        self.button.setChecked(chosen)
        self._multiple = multiple
        words = PlainLabel(option, wrap=True)
        layout = row(self, spacing=SMALL)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(words, 1)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.button.setChecked(not self.button.isChecked() if self._multiple else True)
            self.button.setFocus()
        super().mouseReleaseEvent(event)


class ResultBar(QWidget):
    """An option with a bar: the share of the people who voted that chose it."""

    def __init__(self, option: str) -> None:
        super().__init__()
        self._option = option
        self._words = PlainLabel(option, wrap=True)
        self._share = PlainLabel(size=Size.SMALL, tone="soft")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 100)
        layout = column(self, spacing=2)
        line = row(spacing=SMALL)
        line.addWidget(self._words, 1)
        line.addWidget(self._share, 0, Qt.AlignmentFlag.AlignBottom)
        layout.addLayout(line)
        layout.addWidget(self._bar)

    def show_result(self, poll: DrawnPoll, place: int) -> None:
        """Show how many chose it, where that may be known, and whether the person did."""
        mine = place in poll.chosen
        self._words.show_text(f"{self._option} ✓" if mine else self._option)
        count = poll.count
        self._bar.setVisible(count is not None)
        self._share.setVisible(count is not None)
        told = "result not told yet"
        if count is not None and place < len(count.votes):
            self._share.show_text(wording.share(count.votes[place], count.voters))
            self._bar.setValue(wording.percent(count.votes[place], count.voters))
            told = f"{count.votes[place]} of {count.voters}"
        yours = ", your choice" if mine else ""
        self._bar.setAccessibleName(plain(f"{self._option}: {told}{yours}"))
        self.setAccessibleName(plain(f"{self._option}: {told}{yours}"))
