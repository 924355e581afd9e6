"""The chair's console: three lanes over one session, everything by key, button, menu and drag.

It shows what the board holds and hands every intention to the moderator; refusals are told in place. Must never decide
whether a move is allowed: the server does.
"""

from collections.abc import Sequence

from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from personal_app.conference import commands as do
from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId, Revision, SessionId, TalkId
from personal_app.conference.presence import PersonHere
from personal_app.conference.program import Session, Talk
from personal_app.conference.questions import QuestionState
from personal_app.services.connection import ConnectionKind
from personal_app.services.questions import Receipt
from personal_app.services.services import Services
from personal_app.ui.cards import wording
from personal_app.ui.cards.card import Showing, first_in_order, people_names, talk_names
from personal_app.ui.chair.action_bar import ActionBar
from personal_app.ui.chair.bulk import Bulk
from personal_app.ui.chair.card_menu import CardMenu
from personal_app.ui.chair.console_header import ConsoleHeader
from personal_app.ui.chair.console_keys import ConsoleKeys
from personal_app.ui.chair.fairness import fairness
from personal_app.ui.chair.fairness_strip import FairnessStrip
from personal_app.ui.chair.handling import Handling
from personal_app.ui.chair.keys_sheet import KeysSheet
from personal_app.ui.chair.lane_board import LaneBoard
from personal_app.ui.chair.lane_walk import LaneWalk
from personal_app.ui.chair.lanes import Lane, lanes, place_before
from personal_app.ui.chair.merging import Merging
from personal_app.ui.chair.moderator import Moderator
from personal_app.ui.chair.notice_strip import NoticeStrip
from personal_app.ui.chair.openings_button import OpeningsButton
from personal_app.ui.chair.others_here import handled, here
from personal_app.ui.chair.own_sessions import own_sessions, session_to_show
from personal_app.ui.chair.question_windows import QuestionWindows
from personal_app.ui.chair.session_clock import read
from personal_app.ui.chair.times_button import TimesButton
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import one_line, tip
from personal_app.ui.widgets.buttons import Button
from personal_app.ui.widgets.empty_state import EmptyState
from personal_app.ui.widgets.frames import column

S = QuestionState
WIDTH, HEIGHT = 1180, 760
_NO_SESSION = (
    "You chair no session of this conference",
    "A discussion chair gets an invitation from the organizers: use it in the main window, and the session shows here.",
)
#: States that a lane tells by itself.
_LANES_TELL = frozenset({QuestionState.PENDING, QuestionState.APPROVED, QuestionState.QUEUED})
_NOT_CHAIRS_DO = (
    do.Ask,
    do.Edit,
    do.Withdraw,
    do.Offer,
    do.WriteAnswer,
    do.RetractAnswer,
    do.Vote,
    do.Unvote,
    do.Report,
    do.Ballot,
)


class ChairConsole(QMainWindow):
    """A window for the sessions that the person chairs."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("chair_console")
        self.setWindowTitle("Chair's console")
        self.resize(WIDTH, HEIGHT)
        self._services = services
        self._session: SessionId | None = None
        self._showing = Showing()
        self._moderator = Moderator(services.questions, services.playback, self._named)
        self.header = ConsoleHeader()
        self.notice = NoticeStrip()
        self.board = LaneBoard(services.program.now)
        self.bar = ActionBar()
        self.walk = LaneWalk(self.board.lists, self)
        self.keys = ConsoleKeys(self)
        self._pages = QStackedWidget()
        self._sheet: KeysSheet | None = None
        self.merging = Merging(services.questions, self._moderator, self._named, self.walk.expect, self._tell)
        self.openings = OpeningsButton(services.questions, services.program)
        self.times = TimesButton(services.questions.times, services.questions, services.program, self.notice)
        self.fairness = FairnessStrip()
        self.bulk = Bulk(self._moderator, self.walk.expect)
        self.handling = Handling(
            services,
            self._moderator,
            self.board,
            self.walk,
            self.bar,
            self.merging,
            self.bulk,
            self._number,
            self._tell,
        )
        self.polls = Button("Polls", icon=Icon.PEOPLE, name="polls_button")
        self.windows = QuestionWindows(services, self, lambda: self.selected, self._named, self._tell)
        self._menu = CardMenu(
            services.questions, self._moderator, self.handling.make, self.walk.expect, self._tell, self.windows
        )
        self._build()
        self._connect_services()
        self._connect_controls()
        self.refresh()
        self.board.lists[Lane.INBOX].setFocus()

    @property
    def session(self) -> SessionId | None:
        """The session whose questions are shown."""
        return self._session

    @property
    def selected(self) -> DrawnQuestion | None:
        """The question that keys and buttons act on."""
        return self.handling.selected

    def show_session(self, session: SessionId) -> None:
        """Show the questions of another session."""
        if session != self._session:
            self._session = session
            self.merging.strip.end()
            self.bulk.clear()
            self.walk.clear()
            self.bar.close_words()
            self.refresh()

    def refresh(self) -> None:
        """Show what the services hold now."""
        sessions = own_sessions(self._services.program.conference, self._services.profile.audience)
        session = session_to_show(sessions, self._session, self._services.program.now())
        self._session = session.id if session is not None else None
        self._pages.setCurrentIndex(0 if session is not None else 1)
        self.header.show_sessions(sessions, self._session)
        if session is None:
            self._services.presence.leave()
            return
        found = lanes(self._services.questions.board.of_session(session.id))
        self._moderator.lanes = found
        now = self._services.program.now()
        self._showing = self._make_showing(session)
        self.openings.show_talks(self._talks(session))
        self.times.show_session(session.id)
        labels = {talk: named.label for talk, named in self._showing.talks.items()}
        self.fairness.show_fairness(fairness(found.all(), session.talks), labels, self._named)
        self.walk.update(found, lambda: self.board.fill(found, self._showing, now))
        self.header.show_queue(
            f"{len(found.order)} in the speaking order · {len(found.shown)} shown · {len(found.inbox)} waiting for you",
            len(found.reported()),
        )
        self.header.silenced.show_silenced(self._services.questions.board.silenced(session.id), self._title)
        self.header.show_here(here(self._others(), self._name_of))
        self._be_here()
        self._on_tick()

    def _build(self) -> None:
        page = QWidget()
        layout = column(page, spacing=0)
        layout.addWidget(self.header)
        self.header.add_control(self.times)
        self.header.add_control(self.openings)
        self.header.add_control(self.polls)
        self.polls.setToolTip(tip("Ask everyone something, and see how many chose what"))
        layout.addWidget(self.notice)
        layout.addWidget(self.merging.strip)
        layout.addWidget(self.board, 1)
        layout.addWidget(self.fairness)
        layout.addWidget(self.bar)
        self._pages.addWidget(page)
        self._pages.addWidget(EmptyState(Icon.CHAIR, *_NO_SESSION))
        self.setCentralWidget(self._pages)
        self.setMinimumSize(860, 520)

    def _connect_services(self) -> None:
        services = self._services
        for signal in (services.questions.changed, services.program.changed, services.profile.changed):
            signal.connect(self._on_changed)
        services.connection.changed.connect(self._on_changed)
        services.presence.changed.connect(self._on_changed)
        services.connection.changed.connect(self._on_connection)
        services.connection.noticed.connect(self._on_noticed)
        services.program.ticked.connect(self._on_tick)
        services.questions.refused.connect(self._on_refused)

    def _connect_controls(self) -> None:
        keys, now, lists = self.keys, self.board.now, self.board.lists
        self.header.chosen.connect(lambda session: self.show_session(SessionId(session)))
        self.header.silenced.let_ask.connect(self._menu.let_ask)
        for signal in (self.header.keys_clicked, keys.sheet_wanted):
            signal.connect(self._toggle_sheet)
        for signal in (self.header.reported_clicked, keys.reported_wanted):
            signal.connect(self.handling.to_reported)
        self.fairness.wanted_clicked.connect(lambda question: self.walk.select(Lane.SHOWN, QuestionId(question)))
        keys.mark_wanted.connect(self.handling.mark)
        keys.mark_all_wanted.connect(self.handling.mark_lane)
        self.bulk.changed.connect(self.refresh)
        keys.openings_wanted.connect(self.openings.open_menu)
        keys.minute_wanted.connect(self.times.add_minute)
        keys.times_wanted.connect(self.times.open_menu)
        self.polls.clicked.connect(self._open_polls)
        keys.offer_wanted.connect(self.notice.accept)
        keys.history_wanted.connect(self.windows.history)
        keys.answers_wanted.connect(self.windows.answers)
        keys.numbered.connect(self.merging.strip.choose)
        for signal in (now.next_clicked, keys.next_wanted):
            signal.connect(lambda: self._tell(self._moderator.next()))
        for signal in (now.finish_clicked, keys.finish_wanted):
            signal.connect(lambda: self._tell(self._moderator.finish()))
        for signal in (now.put_back_clicked, keys.put_back_wanted):
            signal.connect(lambda: self._tell(self._moderator.put_back()))
        for signal in (self.bar.made, keys.move_wanted):
            signal.connect(self.handling.make)
        for signal in (self.bar.reordered, keys.reordered):
            signal.connect(self.handling.reorder)
        keys.close_wanted.connect(self._close_open)
        keys.stepped.connect(self.walk.step)
        keys.crossed.connect(self.walk.cross)
        self.bar.worded.connect(self.handling.give_words)
        self.walk.changed.connect(self._show_selection)
        self.walk.lost.connect(self._on_lost)
        lists[Lane.ORDER].dropped.connect(self.handling.drop_into_order)
        lists[Lane.SHOWN].pointer_left.connect(self._on_changed)
        lists[Lane.SHOWN].dropped.connect(self.handling.drop_into_shown)
        for cards in lists.values():
            cards.installEventFilter(keys)
            cards.menu_actions = self._menu.actions
            cards.position_clicked.connect(self.handling.to_moment)

    def _open_polls(self) -> None:
        """Let the chair make and follow polls in a window of their own."""
        from personal_app.ui.polls.window import PollsDialog

        conference = self._services.program.conference
        session = conference.session(self._session) if conference is not None and self._session is not None else None
        if session is not None:
            PollsDialog(self._services, session.id, self._talks(session), self).open()

    def _talks(self, session: Session) -> list[Talk]:
        conference = self._services.program.conference
        found = map(conference.talk, session.talks) if conference is not None else ()
        return [talk for talk in found if talk is not None]

    def _make_showing(self, session: Session) -> Showing:
        return Showing(
            first=first_in_order(self._services.questions.board.of_session(session.id)),
            live=self._services.connection.state.kind is ConnectionKind.LIVE,
            talks=talk_names(self._services.program.conference, session.talks),
            silent=_LANES_TELL,
            beside=True,
            marked=self.bulk.marked,
            alike=self._moderator.lanes.alike,
            people=people_names(self._services.program.conference),
            handled=handled(self._others()),
            silenced=frozenset(row.id for row in self._services.questions.board.silenced(session.id)),
        )

    def _number(self, question: DrawnQuestion) -> str:
        return self._showing.name(question)

    def _named(self, question: DrawnQuestion) -> str:
        return self._showing.name(question) or f"“{one_line(question.row.text, 60)}”"

    def _show_selection(self) -> None:
        question = self.selected
        if self.bulk.marked:
            self.bar.show_marked(self.bulk.words, self.bulk.takes)
            self._be_here()
            return
        order = self._moderator.lanes.order
        earlier, later = ((place_before(order, question.id, step)[0] if question else False) for step in (-1, 1))
        self.bar.show_question(question, self._showing.name(question) if question else "", (earlier, later))
        self._be_here()

    def _others(self) -> Sequence[PersonHere]:
        """Return the other chairs who are at this session's desk."""
        identity = self._services.profile.identity
        if self._session is None or identity is None:
            return ()
        return self._services.presence.others(self._session, identity.participant)

    def _name_of(self, question: QuestionId) -> str:
        drawn = self._services.questions.board.question(question)
        return "" if drawn is None else self._showing.name(drawn)

    def _be_here(self) -> None:
        """Tell fellow chairs what we have in hand, while somebody looks at this window."""
        if self.isVisible() and self._session is not None:
            self._services.presence.be_at(self._session, self.walk.question)

    def _on_changed(self) -> None:
        # A window that nobody sees is brought up to date when it is shown again.
        if self.isVisible():
            self.refresh()

    def _on_connection(self) -> None:
        """Say why there will be no connection as we are; that it is only gone for a while stands beside the clock."""
        state = self._services.connection.state
        if state.kind is ConnectionKind.REFUSED and state.detail:
            self._tell(state.detail)

    def _on_noticed(self, text: str) -> None:
        self._tell(f"The server says: {text}")

    def _on_tick(self) -> None:
        conference = self._services.program.conference
        session = conference.session(self._session) if conference is not None and self._session is not None else None
        if session is None:
            return
        now = self._services.program.now()
        self.header.show_reading(read(session, now, answering=self._moderator.lanes.now is not None))
        self.board.now.show_time(now)
        connection = self._services.connection
        live = connection.state.kind is ConnectionKind.LIVE
        self.header.show_connection(connection.words(now), live=live)

    def _title(self, talk: TalkId) -> str:
        conference = self._services.program.conference
        found = conference.talk(talk) if conference is not None else None
        return found.title if found is not None else talk

    def _on_lost(self, question_id: str) -> None:
        question = self._services.questions.board.question(QuestionId(question_id))
        if question is None:
            self._tell("The selected question was taken away. Choose another one with J and K.")
            return
        state = wording.state(question.row)
        self._tell(f"{self._named(question)} was moved by somebody else. {state}. Choose another one with J and K.")

    def _on_refused(self, receipt: Receipt) -> None:
        wanted = receipt.command.do
        if isinstance(wanted, _NOT_CHAIRS_DO):
            return
        question = self._services.questions.board.question(do.question_of(wanted))
        if question is None or question.row.session != self._session:
            self._tell(receipt.detail)
            return
        sentence = f"{self._named(question)}: {receipt.detail}"
        all_moves = (*receipt.moves, *map(Revision, wanted.moves)) if isinstance(wanted, do.Undo) else ()
        if receipt.moves and len(all_moves) <= do.MOST_UNDONE:
            offer = f"Undo all {len(all_moves)}, newest first (Shift+U)"
            self.notice.tell(sentence, offer, lambda: self._undo_all(question.id, all_moves))
        else:
            self._tell(sentence)

    def _undo_all(self, question: QuestionId, moves: Sequence[Revision]) -> None:
        self.walk.expect(question)
        self._services.questions.undo(question, moves)

    def _tell(self, sentence: str) -> None:
        if sentence:
            self.notice.tell(sentence)
        else:
            self.notice.clear()

    def _toggle_sheet(self) -> None:
        if self._sheet is None:
            self._sheet = KeysSheet(self._pages)
        self._sheet.toggle()

    def _close_open(self) -> None:
        if self._sheet is not None:
            self._sheet.hide()
        self.merging.strip.end()
        self.bulk.clear()
        self.bar.close_words()
        self.notice.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.keys.take(event):
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._services.presence.leave()
        super().hideEvent(event)
