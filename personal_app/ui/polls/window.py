"""The window in which chairs make a session's polls, open and close them, and read how many chose what.

What is begun stays in the window while it is hidden. Must never decide who may: the server does.
"""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QScrollArea, QVBoxLayout, QWidget

from personal_app.conference import commands as do
from personal_app.conference.board import DrawnPoll
from personal_app.conference.errors import Refusal
from personal_app.conference.ids import PollId, SessionId
from personal_app.conference.polls import FEWEST_OPTIONS, MOST_OPTIONS, OPTION_CHARS, POLL_CHARS, PollState
from personal_app.conference.program import Talk
from personal_app.conference.text import clean_text
from personal_app.services.connection import ConnectionKind
from personal_app.services.receipts import Receipt
from personal_app.services.services import Services
from personal_app.ui.plain_text import PlainLabel, on_button, plain
from personal_app.ui.polls import wording
from personal_app.ui.polls.poll_card import PollCard
from personal_app.ui.questions.writing_box import WritingBox
from personal_app.ui.tokens import MEDIUM, SMALL, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog
from personal_app.ui.widgets.frames import Surface, column, row

_WIDTH, _LIST_HEIGHT = 560, 260
_NOTHING = "No polls yet. Write a question below, and one option to a line."


class PollsDialog(Dialog):
    """Follows the polls of one session while it is open."""

    def __init__(self, services: Services, session: SessionId, talks: Sequence[Talk], parent: QWidget) -> None:
        super().__init__("Polls", parent)
        self.setObjectName("polls_dialog")
        self.setMinimumWidth(_WIDTH)
        self._services = services
        self._session = session
        self._talks = tuple(talks)
        self._entries: dict[str, _Entry] = {}
        # A poll of this window that the server has not taken yet, and what is to be said when it has.
        self._on_its_way: tuple[PollId, str] | None = None
        self._list: QVBoxLayout = column(spacing=MEDIUM)
        self._nothing = PlainLabel(_NOTHING, tone="soft", wrap=True)
        self.text = WritingBox("poll_question", "The poll's question", POLL_CHARS)
        self.text.setPlaceholderText("What do you want to know?")
        self.options = WritingBox("poll_options", "The options, one to a line", MOST_OPTIONS * (OPTION_CHARS + 1))
        self.options.setPlaceholderText("One option to a line")
        self.about = QComboBox()
        self.about.setObjectName("poll_about")
        self.about.setAccessibleName("What the poll is about")
        self.multiple = QCheckBox()
        self.multiple.setText("Several can be chosen")
        self.multiple.setObjectName("poll_multiple")
        self._detail = PlainLabel(size=Size.SMALL, tone="soft", wrap=True)
        self._detail.setObjectName("poll_detail")
        self._draft = Button("Keep as draft", name="poll_draft")
        self._open = Button("Open it now", Kind.PRIMARY, name="poll_open_now")
        self._build()
        self._connect()
        self.refresh()
        for receipt in services.questions.receipts.kept:
            self._give_back(receipt)

    def refresh(self) -> None:
        """Show the polls as they are now, the newest first."""
        polls = self._services.questions.board.polls_of(self._session)
        for id_ in self._entries.keys() - {poll.id for poll in polls}:
            entry = self._entries.pop(id_)
            entry.hide()
            entry.deleteLater()
        for poll in polls:
            if poll.id not in self._entries:
                self._entries[poll.id] = _Entry(self._services)
                self._list.insertWidget(0, self._entries[poll.id])
            self._entries[poll.id].show_poll(poll, self._title(poll))
        self._nothing.setVisible(not polls)
        self._tell_arrived(polls)

    def _tell_arrived(self, polls: Iterable[DrawnPoll]) -> None:
        if self._on_its_way is None:
            return
        made, words = self._on_its_way
        poll = next((poll for poll in polls if poll.id == made), None)
        if poll is None or not poll.unsent:
            self._on_its_way = None
        if poll is not None and not poll.unsent:
            self._tell(words, "good")

    def _build(self) -> None:
        page = Surface("card")
        page.setLayout(self._list)
        self._list.setContentsMargins(MEDIUM, MEDIUM, MEDIUM, MEDIUM)
        self._list.addWidget(self._nothing)
        self._list.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumHeight(_LIST_HEIGHT)
        self.body.addWidget(scroll, 1)
        self.about.addItem("The whole session")
        for talk in self._talks:
            self.about.addItem(on_button(talk.title))
        self.body.addWidget(self.text)
        self.body.addWidget(self.options)
        line = row(spacing=MEDIUM)
        line.addWidget(self.about, 1)
        line.addWidget(self.multiple)
        self.body.addLayout(line)
        self.body.addWidget(self._detail)
        close = Button("Close", name="polls_close")
        close.clicked.connect(self.accept)
        for button in (close, self._draft, self._open):
            self.add_button(button)

    def _connect(self) -> None:
        self._services.questions.changed.connect(self.refresh)
        self._services.questions.refused.connect(self._on_refused)
        self._services.questions.receipts.found.connect(self._give_back)
        self._draft.clicked.connect(lambda: self._make(opened=False))
        self._open.clicked.connect(lambda: self._make(opened=True))

    def _title(self, poll: DrawnPoll) -> str:
        return next((talk.title for talk in self._talks if talk.id == poll.row.talk), "")

    def _make(self, *, opened: bool) -> None:
        try:
            text = clean_text(self.text.text, "the question", POLL_CHARS)
            lines = [line for line in self.options.text.splitlines() if line.strip()]
            options = tuple(clean_text(line, "an option", OPTION_CHARS, lines=False) for line in lines)
        except Refusal as refusal:
            self._tell(refusal.detail, "live")
            return
        if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS or len(set(options)) != len(options):
            self._tell(f"A poll has {FEWEST_OPTIONS} to {MOST_OPTIONS} different options: write one to a line.", "live")
            return
        place = self.about.currentIndex()
        talk = self._talks[place - 1].id if place > 0 else None
        multiple = self.multiple.isChecked()
        polls = self._services.questions.polls
        made = polls.make(self._session, talk, text, options, multiple=multiple, opened=opened)
        for box in (self.text, self.options):
            box.write("")
        live = self._services.connection.state.kind is ConnectionKind.LIVE
        self._on_its_way = (made, "Everyone sees it now." if opened else "Kept for the chairs of this session.")
        self._tell("It is on its way." if live else "It will be there when the server is back.")

    def _on_refused(self, receipt: Receipt) -> None:
        wanted = receipt.command.do
        polls = self._services.questions.polls
        if isinstance(wanted, do.MakePoll):
            self._give_back(receipt)
        elif not isinstance(wanted, do.OpenPoll) or polls.poll(do.poll_of(wanted)) is not None:
            self._tell(receipt.detail, "live")

    def _give_back(self, receipt: Receipt) -> None:
        """Say why a poll was refused, and give it back to be written again; later, where another one is begun."""
        wanted = receipt.command.do
        if not isinstance(wanted, do.MakePoll) or wanted.session != self._session:
            return
        if receipt.final and (self.text.text or self.options.text):
            self._tell(f"{receipt.detail} The poll is given back here when you open this window again.", "live")
            return
        self._tell(receipt.detail, "live")
        if receipt.final:
            self.text.write(wanted.text)
            self.options.write("\n".join(wanted.options))
            places = (place for place, talk in enumerate(self._talks, 1) if talk.id == wanted.talk)
            self.about.setCurrentIndex(next(places, 0))
            self.multiple.setChecked(wanted.multiple)
            self._services.questions.receipts.put_away(receipt)

    def _tell(self, words: str, tone: str = "soft") -> None:
        self._detail.show_text(words)
        self._detail.set_tone(tone)


class _Entry(QWidget):
    """A poll with its result, and what a chair can do about it."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        polls = services.questions.polls
        self._poll: DrawnPoll | None = None
        self._card = PollCard()
        self._about = PlainLabel(size=Size.SMALL, tone="faint", wrap=True)
        self._buttons = {
            "open": Button("Open", Kind.PRIMARY, name="poll_open"),
            "close": Button("Close the poll", Kind.PLAIN, name="poll_close"),
            "undo": Button("Undo", Kind.QUIET, name="poll_undo"),
            "discard": Button("Discard", Kind.DANGER, name="poll_discard"),
        }
        for word, act in (("open", polls.open), ("close", polls.close), ("undo", polls.undo)):
            self._buttons[word].clicked.connect(lambda _=False, act=act: self._do(act))
        self._buttons["discard"].clicked.connect(lambda: self._do(polls.discard))
        layout = column(self, spacing=SMALL)
        layout.addWidget(self._card)
        layout.addWidget(self._about)
        line = row(spacing=SMALL)
        for button in self._buttons.values():
            line.addWidget(button)
        line.addStretch(1)
        layout.addLayout(line)

    def show_poll(self, poll: DrawnPoll, title: str) -> None:
        """Show the poll as it is now."""
        self._poll = poll
        self._card.show_poll(poll, may_vote=False)
        parts = [title, wording.done(poll.row.history)]
        self._about.show_text(" · ".join(part for part in parts if part))
        self._about.setVisible(bool(self._about.text()))
        state = poll.row.state
        self._buttons["open"].setVisible(state is PollState.DRAFT)
        self._buttons["close"].setVisible(state is PollState.OPEN)
        self._buttons["undo"].setVisible(state in (PollState.OPEN, PollState.CLOSED, PollState.DISCARDED))
        # What is on its way has no number yet by which it could be undone.
        self._buttons["undo"].setEnabled(not poll.unsent)
        self._buttons["discard"].setVisible(state in (PollState.DRAFT, PollState.CLOSED))
        for word, button in self._buttons.items():
            button.setAccessibleName(plain(f"{button.text() if word != 'undo' else 'Undo'}: {poll.row.text}", 120))
        self.setAccessibleName(plain(f"{poll.row.text}: {wording.state(poll)}"))

    def _do(self, act: Callable[[PollId], None]) -> None:
        if self._poll is not None:
            act(self._poll.id)
