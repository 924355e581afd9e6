"""The three columns of the console: what comes in and is shown, the speaking order, what is done. Moves none."""

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter

from personal_app.conference.clock import Clock
from personal_app.ui.cards.card import Showing, card
from personal_app.ui.cards.stillness import held
from personal_app.ui.chair.drag_list import DragList
from personal_app.ui.chair.lane_view import LaneView
from personal_app.ui.chair.lanes import Lane, Lanes
from personal_app.ui.chair.now_panel import NowPanel
from personal_app.ui.icons import Icon
from personal_app.ui.tokens import SMALL
from personal_app.ui.widgets.frames import Surface, column, rule


class LaneBoard(QSplitter):
    """Holds a view per lane, and at the head of the order the question that is being answered."""

    def __init__(self, now: Clock) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.now = NowPanel()
        self.views = _views(now)
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self.views[Lane.INBOX])
        left.addWidget(self.views[Lane.SHOWN])
        middle = Surface("panel")
        layout = column(middle, spacing=0)
        padded = column(margins=SMALL)
        padded.addWidget(self.now)
        layout.addLayout(padded)
        layout.addWidget(rule())
        layout.addWidget(self.views[Lane.ORDER], 1)
        for widget, stretch in ((left, 11), (middle, 12), (self.views[Lane.DONE], 9)):
            self.addWidget(widget)
            self.setStretchFactor(self.count() - 1, stretch)
        for splitter, sizes in ((left, [330, 270]), (self, [405, 435, 340])):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
            splitter.setSizes(sizes)

    @property
    def lists(self) -> dict[Lane, DragList]:
        """The list of each lane."""
        return {lane: view.list for lane, view in self.views.items()}

    def fill(self, found: Lanes, showing: Showing, at: datetime) -> None:
        """Show these questions, each in its lane; the lane that goes by votes holds still under the pointer."""
        now, following = found.now, next(iter(found.order), None)
        self.now.show_now(
            card(now, showing) if now is not None else None,
            card(following, showing) if following is not None else None,
            at,
        )
        for lane, view in self.views.items():
            questions = found.of(lane)
            if lane is Lane.SHOWN and view.list.pointed:
                questions = held(view.list.cards.ids, questions)
            view.show_cards([card(question, showing) for question in questions])


def _views(now: Clock) -> dict[Lane, LaneView]:
    return {
        Lane.INBOX: LaneView(
            "Inbox",
            DragList(now, "inbox_list", "Inbox: questions that wait for you"),
            Icon.INBOX,
            "Nothing waits for you",
            "New questions come in here, the oldest first.",
        ),
        Lane.SHOWN: LaneView(
            "Shown to everyone",
            DragList(now, "shown_list", "Shown to everyone, by votes"),
            Icon.QUESTIONS,
            "Nothing is shown yet",
            "What you approve is shown to everyone, who can vote for it.",
            droppable=True,
        ),
        Lane.ORDER: LaneView(
            "Speaking order",
            DragList(now, "order_list", "Speaking order"),
            Icon.QUEUE,
            "The speaking order is empty",
            "Queue a question with Q, or drag it here.",
            droppable=True,
        ),
        Lane.DONE: LaneView(
            "Done",
            DragList(now, "done_list", "Done: answered, declined, merged and hidden"),
            Icon.DONE,
            "Nothing is done yet",
            "What was answered, declined, merged or hidden is kept here.",
        ),
    }
