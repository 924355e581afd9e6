"""What keys, buttons and drags do to the questions of the console: to the selected one, or to all that are marked.

It looks at what is selected and hands on what is meant. Must never decide whether a move is allowed: the server does.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId
from personal_app.conference.questions import QuestionState
from personal_app.services.services import Services
from personal_app.ui.chair.action_bar import ActionBar
from personal_app.ui.chair.assign_menu import assign_menu
from personal_app.ui.chair.bulk import Bulk
from personal_app.ui.chair.lane_board import LaneBoard
from personal_app.ui.chair.lane_walk import LaneWalk
from personal_app.ui.chair.merging import Merging
from personal_app.ui.chair.moderator import Moderator
from personal_app.ui.chair.moves import WORDED, ChairMove, possible

S = QuestionState


class Handling(QObject):
    """Acts between the parts of one console."""

    def __init__(
        self,
        services: Services,
        moderator: Moderator,
        board: LaneBoard,
        walk: LaneWalk,
        bar: ActionBar,
        merging: Merging,
        bulk: Bulk,
        number: Callable[[DrawnQuestion], str],
        tell: Callable[[str], None],
    ) -> None:
        """`number` says how people call a question that has one; sentences go to `tell`."""
        super().__init__()
        self._services = services
        self._moderator = moderator
        self._board = board
        self._walk = walk
        self._bar = bar
        self._merging = merging
        self._bulk = bulk
        self._number = number
        self._tell = tell

    @property
    def selected(self) -> DrawnQuestion | None:
        """The question that keys and buttons act on."""
        return self._drawn(self._walk.question) if self._walk.question is not None else None

    def make(self, move: ChairMove) -> None:
        """Make a move of the selected question, or of all that are marked; some ask for words or for a person first."""
        question = self.selected
        if self._bulk.marked and move is ChairMove.MERGE:
            self._tell(self._bulk.merge_into(question))
        elif self._bulk.marked and self._bulk.takes(move):
            self._make_of_all(move)
        elif question is None:
            self._tell("No question is selected: choose one with J and K.")
        elif move is ChairMove.MERGE and (self._merging.begun or question.row.state is not S.MERGED):
            self._merging.press(question)
        elif move in WORDED and possible(move, question) and not _shows_again(move, question):
            self._bar.ask_words(move, question, self._number(question))
        elif move is ChairMove.ASSIGN and possible(move, question):
            self._ask_whom(question)
        else:
            self._walk.expect(question.id)
            self._tell(self._moderator.make(move, question))

    def _make_of_all(self, move: ChairMove) -> None:
        if move in WORDED:
            self._bar.ask_words_for_all(move, self._bulk.words)
        else:
            self._tell(self._bulk.make(move))

    def mark(self) -> None:
        """Mark the selected question and go on to the next, so that one key marks a row of them."""
        if self._walk.question is not None:
            self._bulk.toggle(self._walk.question)
            self._walk.step(1)

    def mark_lane(self) -> None:
        """Mark all of the lane in which keys walk, or take their marks away."""
        self._bulk.mark(question.id for question in self._moderator.lanes.of(self._walk.lane))

    def give_words(self, move: ChairMove, question: str, words: str) -> None:
        """Make the move that wanted words, of its question or of all that are marked."""
        if question:
            self._walk.expect(QuestionId(question))
            self._moderator.give_words(move, QuestionId(question), words)
        else:
            self._tell(self._bulk.make(move, words))
        self._board.lists[self._walk.lane].setFocus()

    def _ask_whom(self, question: DrawnQuestion) -> None:
        """Let the chair choose a presenter of the talk, at the card."""
        conference = self._services.program.conference
        talk = conference.talk(question.row.talk) if conference is not None else None
        found = map(conference.person, talk.presenters) if conference is not None and talk is not None else ()
        presenters = [person for person in found if person is not None]
        if not presenters:
            self._tell("The program names no presenter of this talk: there is nobody to ask.")
            return
        cards = self._board.lists[self._walk.lane]
        menu = assign_menu(
            cards, presenters, question.row.assigned, lambda person: self._moderator.assign(question.id, person)
        )
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(cards.viewport().mapToGlobal(cards.visualRect(cards.currentIndex()).center()))

    def to_reported(self) -> None:
        """Select the next reported question after the selected one, from the first again after the last."""
        reported = self._moderator.lanes.reported()
        if not reported:
            self._tell("No question that everyone sees was reported.")
            return
        ids = [question.id for _, question in reported]
        at = ids.index(self._walk.question) + 1 if self._walk.question in ids else 0
        lane, question = reported[at % len(reported)]
        self._walk.select(lane, question.id)

    def reorder(self, steps: int) -> None:
        """Move the selected question up (-1) or down (1) in the speaking order."""
        question = self._walk.question
        if question is not None:
            self._moderator.reorder(question, steps)

    def drop_into_order(self, question: str, after: str) -> None:
        """Put a question that was dragged into the order after another one, or first."""
        self._drop(question, lambda drawn: self._moderator.drop_into_order(drawn, QuestionId(after) if after else None))

    def drop_into_shown(self, question: str, _: str) -> None:
        """Show a question that was dragged there, or take it out of the order."""
        self._drop(question, self._moderator.drop_into_shown)

    def _drop(self, question: str, act: Callable[[DrawnQuestion], str]) -> None:
        drawn = self._drawn(question)
        if drawn is not None:
            self._walk.expect(drawn.id)
            self._tell(act(drawn))

    def to_moment(self, question_id: str, position_ms: int) -> None:
        """Play the moment that a question asks about (ms)."""
        question = self._drawn(question_id)
        if question is not None:
            self._services.playback.open(question.row.talk)
            self._services.playback.seek(position_ms)

    def _drawn(self, question: str) -> DrawnQuestion | None:
        return self._services.questions.board.question(QuestionId(question))


def _shows_again(move: ChairMove, question: DrawnQuestion) -> bool:
    """Tell whether the move brings back what is hidden, which needs no reason."""
    return move is ChairMove.HIDE and question.row.state is S.HIDDEN
