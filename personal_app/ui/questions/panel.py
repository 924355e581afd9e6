"""The right side of the main window: the questions of the talk that is open, and the box to ask one.

It holds still while the pointer is over the cards: they keep their order, and what is new waits behind a button. Must
never change a question itself; every move goes to the service.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from personal_app.conference import commands as do
from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import PollId, QuestionId, TalkId
from personal_app.conference.questions import TABLE, Move
from personal_app.services.connection import ConnectionKind
from personal_app.services.questions import Receipt
from personal_app.services.services import Services
from personal_app.ui.cards import wording
from personal_app.ui.cards.card import Card, Showing, card, first_in_order, own_card
from personal_app.ui.cards.card_list import CardAction, CardList
from personal_app.ui.icons import Icon
from personal_app.ui.models.made_rows import Made, MadeRows
from personal_app.ui.questions.arrangement import Held, Tab, hold, in_order, shown_in, sorted_out
from personal_app.ui.questions.openness import openness
from personal_app.ui.questions.tab_row import TabRow
from personal_app.ui.tokens import MEDIUM
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.empty_state import EmptyState
from personal_app.ui.widgets.frames import Surface, column, rule

if TYPE_CHECKING:
    from personal_app.ui.polls.poll_strip import PollStrip
    from personal_app.ui.questions.ask_box import AskBox
    from personal_app.ui.questions.invitation import JoinInvitation
    from personal_app.ui.questions.refused_moves import RefusedMoves

_EMPTY = {
    Tab.TOP: ("No open questions", "Ask the first one below."),
    Tab.NEW: ("Nothing asked yet", "Questions appear here once a chair has shown them."),
    Tab.ANSWERED: ("Nothing answered yet", "Answers, spoken or written, are kept here."),
    Tab.MINE: ("You have not asked yet", "Here you can follow what becomes of your questions."),
}
_NO_TALK = ("No talk is open", "Choose one in the program to see its questions.")
#: Questions of the conference with which the panel has a turn of its own: all that shows them would be long in one.
_MANY = 400
_ASKED_BY_ME = (do.Ask, do.Edit, do.Withdraw, do.Vote, do.Unvote, do.Report, do.Ballot)
_REPORTED = "Reported. The chairs are asked to look at it again."
_REPORTED_LATER = "The chairs will be asked to look at it again when the server is back."


class _Looked(NamedTuple):
    """What was found at a look: what each tab has, and what the open one shows in its order."""

    tab: Tab
    found: dict[Tab, list[DrawnQuestion]]
    wanted: tuple[DrawnQuestion, ...]


class QuestionPanel(Surface):
    """Shows the questions of one talk. `join_wanted` is emitted when somebody who has not joined would like to."""

    join_wanted = Signal()

    def __init__(self, services: Services, parent: QWidget | None = None, *, later: bool = False) -> None:
        """With `later` what stands below the cards waits for `complete`: at the start the questions come first."""
        super().__init__("panel", parent)
        self._later = later
        self.setObjectName("question_panel")
        self.setAccessibleName("Questions")
        self._services = services
        self._talk: TalkId | None = None
        self._open = openness(services, None)
        self._asked: set[QuestionId] = set()
        self._seen_new: dict[TalkId, set[QuestionId]] = {}
        self._made: Made[DrawnQuestion, Card] = {}
        self._made_for: tuple[Tab, Showing] | None = None
        self._looked: _Looked | None = None
        self.tabs = TabRow()
        self.list = CardList(services.program.now, "question_list", "Questions")
        self._refused: RefusedMoves | None = None
        self._polls: PollStrip | None = None
        self._ask_box: AskBox | None = None
        self._invitation: JoinInvitation | None = None
        self._empty: EmptyState | None = None
        self._pages = QStackedWidget()
        self._waiting = Button("", Kind.PRIMARY, name="show_waiting", parent=self.list)
        # The next turn of the loop: cards and all that is below them would hold up the screen in one.
        self._foot_soon = QTimer(self, singleShot=True, interval=0)
        self._foot_soon.timeout.connect(self._build_foot)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._on_soon)
        self._build()
        self._connect()
        self.refresh()

    @property
    def talk(self) -> TalkId | None:
        """The talk whose questions are shown."""
        return self._talk

    @property
    def ask_box(self) -> "AskBox":
        """Where a question is written; it is built when it is first wanted."""
        if self._ask_box is None:
            from personal_app.ui.questions.ask_box import AskBox

            self._ask_box = AskBox(self._services)
            self._column.addWidget(self._ask_box)
            if self._talk is not None:
                self._ask_box.show_talk(self._talk)
        return self._ask_box

    @property
    def refused(self) -> "RefusedMoves":
        """What the server did not accept, above the cards; it is built with the first refusal."""
        if self._refused is None:
            from personal_app.ui.questions.refused_moves import RefusedMoves

            self._refused = RefusedMoves()
            self._refused.again_clicked.connect(self._on_again)
            self._refused.put_away.connect(self._services.questions.receipts.put_away)
            self._column.insertWidget(self._column.indexOf(self._pages), self._refused)
        return self._refused

    @property
    def polls(self) -> "PollStrip":
        """The talk's polls, above the cards; it is built with the first one."""
        if self._polls is None:
            from personal_app.ui.polls.poll_strip import PollStrip

            self._polls = PollStrip()
            self._polls.voted.connect(self._on_poll_voted)
            self._column.insertWidget(self._column.indexOf(self._pages), self._polls)
        return self._polls

    @property
    def nothing(self) -> EmptyState:
        """What stands in the place of the cards where there are none."""
        if self._empty is None:
            self._empty = EmptyState(Icon.QUESTIONS, *_NO_TALK)
            self._pages.addWidget(self._empty)
        return self._empty

    @property
    def invitation(self) -> "JoinInvitation":
        """What stands in its place for those who have not joined."""
        if self._invitation is None:
            from personal_app.ui.questions.invitation import JoinInvitation

            self._invitation = JoinInvitation()
            self._invitation.join_clicked.connect(self.join_wanted)
            self._column.addWidget(self._invitation)
        return self._invitation

    def complete(self) -> None:
        """Build what waited."""
        self._later = False
        self._build_foot()

    def show_talk(self, talk: TalkId) -> None:
        """Show the questions of `talk`, and ask about it from now on."""
        if talk == self._talk:
            return
        self._talk = talk
        if self._ask_box is not None:
            self._ask_box.show_talk(talk)
        self._start_over()

    def ask_at(self, position_ms: int) -> None:
        """Have the person ask about a moment; who has not joined is shown how to."""
        if self._services.profile.identity is not None and self._talk is not None:
            self.ask_box.show()
            self.ask_box.ask_at(position_ms)
        else:
            self.join_wanted.emit()

    def show_question(self, question: QuestionId) -> bool:
        """Bring a question into view, in the tab that has it; False where this talk has no such question."""
        for tab in (self.tabs.current, *Tab):
            if any(shown.id == question for shown in shown_in(tab, self._questions())):
                self.tabs.choose(tab)
                self.refresh()
                return self.list.select(question)
        return False

    def refresh(self) -> None:
        """Show what the services hold now; in the order that is shown already while the pointer is over the cards."""
        self._soon.stop()
        self._show(self._look())

    def _look(self) -> _Looked:
        tab, found = self.tabs.current, sorted_out(self._questions())
        return _Looked(tab, found, in_order(tab, found[tab]))

    def _show(self, looked: _Looked) -> None:
        self._looked = None
        tab, wanted = looked.tab, looked.wanted
        held = Held(wanted)
        if self.list.pointed:
            held = hold(self.list.cards.ids, wanted, self._let_in(wanted))
        self.list.set_cards(self._cards(held.questions, tab))
        self._show_waiting(held.waiting)
        self._count(looked.found, tab)
        self._show_polls()
        self._show_page()

    def _build(self) -> None:
        self.setMinimumWidth(280)
        self._pages.addWidget(self.list)
        self._pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._waiting.hide()
        self.list.installEventFilter(self)
        self._column = column(self, spacing=0)
        self._column.addWidget(self.tabs)
        self._column.addWidget(rule())
        self._column.addWidget(self._pages, 1)

    def _connect(self) -> None:
        services = self._services
        services.questions.changed.connect(self._refresh_soon)
        services.program.ticked.connect(self._on_tick)
        services.questions.refused.connect(self._on_refused)
        services.questions.receipts.found.connect(self._on_refused)
        for receipt in services.questions.receipts.kept:
            self._on_refused(receipt)
        services.connection.changed.connect(self._on_connection)
        services.profile.changed.connect(self._refresh_soon)
        self.tabs.chosen.connect(self._start_over)
        self.list.vote_clicked.connect(self._on_vote)
        self.list.position_clicked.connect(self._on_position)
        self.list.edit_clicked.connect(self._on_edit)
        self.list.withdraw_clicked.connect(self._on_withdraw)
        self.list.pointer_left.connect(self.refresh)
        self.list.menu_actions = self._menu_actions
        self._waiting.clicked.connect(self._start_over)

    def _start_over(self) -> None:
        """Show the tab from its top, whatever the pointer is over."""
        self.list.delegate.hot = None
        self._made_for = None
        self.list.show_other(())
        self._refresh_soon()
        if self._soon.isActive():
            self._show_blank()
        self.list.scrollToTop()

    def _refresh_soon(self) -> None:
        """Show what the services hold: at once, or in the next two turns of the loop where it is much."""
        self._looked = None
        if len(self._services.questions.board.questions) > _MANY:
            self._soon.start()
        else:
            self.refresh()

    def _on_soon(self) -> None:
        if self._looked is None:
            self._looked = self._look()
            self._soon.start()
        else:
            self._show(self._looked)

    def _show_blank(self) -> None:
        """Show nothing for the turn that it takes to read many questions, rather than what belonged to others."""
        self._show_waiting(0)
        self.tabs.show_counts({})
        self._pages.setCurrentWidget(self.list)

    def _cards(self, questions: Sequence[DrawnQuestion], tab: Tab) -> Sequence[Card]:
        """Return the cards of a tab, each made when it comes into view and made anew when it would look different."""
        showing = self._showing()
        if (tab, showing) != self._made_for:
            self._made_for, self._made = (tab, showing), {}
        make = own_card if tab is Tab.MINE else card
        return MadeRows(questions, lambda question: make(question, showing), self._made)

    def _questions(self) -> tuple[DrawnQuestion, ...]:
        return self._services.questions.board.of_talk(self._talk) if self._talk is not None else ()

    def _showing(self) -> Showing:
        services = self._services
        open_ = self._open = openness(services, self._talk)
        return Showing(
            first=first_in_order(services.questions.board.questions),
            may_vote=services.profile.identity is not None and open_.may_vote,
            may_edit=open_.may_ask,
            live=self._live(),
        )

    def _live(self) -> bool:
        return self._services.connection.state.kind is ConnectionKind.LIVE

    def _on_connection(self) -> None:
        # That the next try is a second nearer is told elsewhere.
        if self._made_for is None or self._made_for[1].live != self._live():
            self._refresh_soon()

    def _on_tick(self) -> None:
        # The program opens and closes questions without a word of anybody.
        if openness(self._services, self._talk) != self._open:
            self.refresh()

    def _let_in(self, wanted: tuple[DrawnQuestion, ...]) -> set[QuestionId]:
        """A person's own new question shows at once: they look for it."""
        return {question.id for question in wanted if question.mine and question.unsent}

    def _count(self, found: dict[Tab, list[DrawnQuestion]], tab: Tab) -> None:
        counts = {each: len(questions) for each, questions in found.items()}
        counts[Tab.NEW] = self._unseen({question.row.id for question in found[Tab.NEW]}, tab)
        self.tabs.show_counts(counts)

    def _unseen(self, shown: set[QuestionId], tab: Tab) -> int:
        """Return how many came since the person last looked at New; what was there at first counts as seen."""
        if self._talk is None or not self._services.questions.board.revision:
            return 0
        seen = self._seen_new.setdefault(self._talk, set(shown))
        if tab is Tab.NEW:
            seen |= shown
        return len(shown - seen)

    def _show_page(self) -> None:
        joined = self._services.profile.identity is not None
        empty = not self.list.cards.rows
        if empty:
            headline, sentence = _EMPTY[self.tabs.current] if self._talk is not None else _NO_TALK
            if not joined and self.tabs.current is Tab.TOP and self._talk is not None:
                sentence = "Nobody has asked about this talk yet."
            self.nothing.show_words(headline, sentence)
        self._pages.setCurrentWidget(self.nothing if empty else self.list)
        self._show_foot()

    def _show_foot(self) -> None:
        """Below the cards: the ask box for who has joined, the way to join for who has not."""
        joined, open_ = self._services.profile.identity is not None, self._talk is not None
        if self._ask_box is not None:
            self._ask_box.setVisible(joined and open_)
        elif joined and open_ and not self._later:
            self._foot_soon.start()
        if self._invitation is not None or (not joined and open_ and not self._later):
            self.invitation.setVisible(not joined and open_)

    def _build_foot(self) -> None:
        if self._services.profile.identity is not None and self._talk is not None:
            self.ask_box.show()
        self._show_foot()

    def _show_waiting(self, waiting: int) -> None:
        self._waiting.setVisible(waiting > 0)
        if waiting:
            self._waiting.show_words(f"Show {wording.count(waiting, 'new question', 'new questions')}")
            self._waiting.adjustSize()
            self._place_waiting()

    def _place_waiting(self) -> None:
        size = self._waiting.size()
        self._waiting.move((self.list.width() - size.width()) // 2, self.list.height() - size.height() - MEDIUM)

    def _on_vote(self, question_id: str) -> None:
        question = self._services.questions.board.question(QuestionId(question_id))
        if question is None:
            return
        (self._services.questions.unvote if question.voted else self._services.questions.vote)(question.id)

    def _on_position(self, question_id: str, position_ms: int) -> None:
        del question_id
        playback = self._services.playback
        if self._talk is not None and playback.state.talk != self._talk:
            playback.open(self._talk)
        playback.seek(position_ms)

    def _menu_actions(self, shown: Card) -> Sequence[CardAction]:
        """To what one's own was merged into; and reporting, for who has joined, of what others asked and all see."""
        question, services = shown.question, self._services
        into = question.row.into
        if into is not None:
            target = f"#{question.row.into_number}" if question.row.into_number is not None else "the other one"
            return (CardAction(f"Go to {target}", lambda: self._go_to(into)),)
        joined = services.profile.identity is not None
        reportable = question.row.state in TABLE[Move.REPORT].sources and not question.mine
        if not joined or not reportable or services.questions.reported(question.id):
            return ()
        return (CardAction("Report to the chairs…", lambda: self._ask_to_report(question)),)

    def _go_to(self, question_id: QuestionId) -> None:
        """Show a question, of another talk of the session too."""
        question = self._services.questions.board.question(question_id)
        if question is not None:
            self.show_talk(question.row.talk)
            self.show_question(question_id)

    def _ask_to_report(self, question: DrawnQuestion) -> None:
        from personal_app.ui.questions.report_dialog import ReportDialog

        dialog = ReportDialog(question, self)
        dialog.confirmed.connect(self._on_report)
        dialog.open()

    def _on_report(self, question_id: str) -> None:
        self._services.questions.report(QuestionId(question_id))
        self.ask_box.tell(_REPORTED if self._live() else _REPORTED_LATER)

    def _on_edit(self, question_id: str) -> None:
        question = self._services.questions.board.question(QuestionId(question_id))
        if question is not None:
            self.ask_box.edit(question)

    def _on_withdraw(self, question_id: str) -> None:
        self._services.questions.withdraw(QuestionId(question_id))

    def _show_polls(self) -> None:
        """Polls of the talk and of its whole session; once there was one, the strip says too that there is none."""
        services = self._services
        conference = services.program.conference
        talk = conference.talk(self._talk) if conference is not None and self._talk is not None else None
        polls = services.questions.board.polls_of(talk.session, talk.id) if talk is not None else ()
        if polls or self._polls is not None:
            self.polls.show_polls(polls, may_vote=services.profile.identity is not None)

    def _on_poll_voted(self, poll: str, options: tuple[int, ...]) -> None:
        self._services.questions.polls.vote(PollId(poll), options)

    def _on_refused(self, receipt: Receipt) -> None:
        if isinstance(receipt.command.do, _ASKED_BY_ME):
            self.refused.add(receipt)

    def _on_again(self, receipt: Receipt) -> None:
        wanted = receipt.command.do
        if isinstance(wanted, do.Ask):
            self.show_talk(do.talk_of(wanted))
        if isinstance(wanted, do.Ask | do.Edit):
            self.ask_box.write_again(wanted.text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.list and event.type() is QEvent.Type.Resize:
            self._place_waiting()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_waiting()
