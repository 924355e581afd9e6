"""What the menu of a card in the console holds: every move, and what there is to do about its people and its merging.

Must never decide whether something may be done: the moderator hands it on and the server decides.
"""

from collections.abc import Callable, Sequence

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId
from personal_app.conference.questions import TABLE, Move
from personal_app.conference.rows import SpeakerRow
from personal_app.services.questions import QuestionService
from personal_app.ui.cards.card import Card
from personal_app.ui.cards.card_list import CardAction
from personal_app.ui.chair.moderator import Moderator
from personal_app.ui.chair.moves import MOVES, ChairMove, possible
from personal_app.ui.chair.question_windows import QuestionWindows
from personal_app.ui.chair.silenced import is_silenced, offer, told
from personal_app.ui.plain_text import one_line

_TEXT_CHARS = 50
#: More of what is merged into one is split from the lane of what is done.
_MOST_SPLIT = 8


class CardMenu:
    """Makes the entries; what they do goes to the moderator and the service."""

    def __init__(
        self,
        questions: QuestionService,
        moderator: Moderator,
        make: Callable[[ChairMove], None],
        expect: Callable[[QuestionId], None],
        tell: Callable[[str], None],
        windows: QuestionWindows,
    ) -> None:
        """`make` makes a move of the selected question, `expect` is told what leaves its lane by the chair's doing."""
        self._windows = windows
        self._questions = questions
        self._moderator = moderator
        self._make = make
        self._expect = expect
        self._tell = tell

    def actions(self, shown: Card) -> Sequence[CardAction]:
        """Return the entries for the card, which is the selected one."""
        question = shown.question
        found = [self._move(move) for move in MOVES if possible(move, question)]
        if possible(ChairMove.START, question):
            found += [self._start(question, offer_) for offer_ in question.row.offers if offer_.participant]
        found.append(CardAction("History…  (I)", self._windows.history))
        if question.row.state in TABLE[Move.ANSWER].sources:
            found.append(CardAction("Answer in writing…  (W)", self._windows.answers))
        merged = [other for other in self._moderator.lanes.done if other.row.into == question.id]
        found += [self._split(other) for other in merged[:_MOST_SPLIT]]
        return [*found, self._silence(question)] if question.row.alias is not None else found

    def let_ask(self, question_id: str) -> None:
        """Let the asker of a question, who was silenced, ask again."""
        question = self._questions.board.question(QuestionId(question_id))
        if question is not None:
            self._set_silence(question, let_ask=True)

    def _move(self, move: ChairMove) -> CardAction:
        return CardAction(f"{MOVES[move].button}  ({MOVES[move].key})", lambda: self._make(move))

    def _start(self, question: DrawnQuestion, offered: SpeakerRow) -> CardAction:
        def act() -> None:
            self._expect(question.id)
            self._tell(self._moderator.start(question, offered.participant))

        return CardAction(f"Start, {offered.name} answers", act)

    def _split(self, merged: DrawnQuestion) -> CardAction:
        return CardAction(
            f"Split off “{one_line(merged.row.text, _TEXT_CHARS)}”",
            lambda: self._tell(self._moderator.make(ChairMove.MERGE, merged)),
        )

    def _silence(self, question: DrawnQuestion) -> CardAction:
        silenced = is_silenced(self._questions.board, question)
        return CardAction(offer(question, silenced=silenced), lambda: self._set_silence(question, let_ask=silenced))

    def _set_silence(self, question: DrawnQuestion, *, let_ask: bool) -> None:
        """Stop what the question's asker asks, in the way it was asked, or let them ask again."""
        if let_ask:
            self._questions.let_ask(question.id)
        elif question.row.asker is None:
            self._questions.silence(question.id)
        else:
            self._questions.silence_name(question.id)
        self._tell(told(question, silenced=let_ask))
