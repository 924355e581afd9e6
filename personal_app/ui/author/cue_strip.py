"""The strip that tells an author that they are up next or answering. It asks and never forces. Must never move one."""

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from personal_app.conference.questions import TABLE, Move
from personal_app.ui.author.inbox import Cue, CueKind
from personal_app.ui.plain_text import ElidedLabel, PlainLabel
from personal_app.ui.tokens import MEDIUM, SMALL, TIGHT
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import Surface, column, row

_HEADS = {
    CueKind.ANSWERING: "You are answering",
    CueKind.UP_NEXT: "You are up next",
    CueKind.COULD_TAKE: "Up next is a question about your talk",
    CueKind.ASSIGNED: "A chair asks you to answer this one",
}


class CueStrip(QWidget):
    """Hidden while there is nothing to look up for. Signals carry the question's id."""

    finish_clicked = Signal(str)
    put_back_clicked = Signal(str)
    take_clicked = Signal(str)
    shown_clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("cue_strip")
        self._cue: Cue | None = None
        self._strip = Surface("accent")
        self._head = PlainLabel(strong=True)
        self._text = ElidedLabel(tone="soft")
        self._show = Button("Show it", Kind.QUIET, name="cue_show")
        self._take = Button("Take it live", Kind.PRIMARY, name="cue_take")
        self._put_back = Button("Put back", Kind.QUIET, name="cue_put_back")
        self._finish = Button("Finish", Kind.PRIMARY, name="cue_finish")
        outer = column(self)
        outer.setContentsMargins(SMALL, SMALL, SMALL, SMALL)
        outer.addWidget(self._strip)
        layout = row(self._strip)
        layout.setContentsMargins(MEDIUM, SMALL, SMALL, SMALL)
        words = column(spacing=TIGHT)
        words.addWidget(self._head)
        words.addWidget(self._text)
        layout.addLayout(words, 1)
        signals = {
            self._show: self.shown_clicked,
            self._put_back: self.put_back_clicked,
            self._take: self.take_clicked,
            self._finish: self.finish_clicked,
        }
        for button, signal in signals.items():
            layout.addWidget(button)
            button.clicked.connect(lambda _=False, signal=signal: self._tell(signal))
        self.show_cue(None, "")

    @property
    def words(self) -> str:
        """What is told, or nothing."""
        return self._head.text() if self._cue is not None else ""

    def show_cue(self, cue: Cue | None, name: str) -> None:
        """Tell of `cue`, whose question is called `name`."""
        self._cue = cue
        self.setVisible(cue is not None)
        if cue is None:
            return
        answering = cue.kind is CueKind.ANSWERING
        self._strip.show_role("live" if answering else "accent")
        self._head.show_text(_HEADS[cue.kind])
        self._head.set_tone("live" if answering else "accent")
        self._text.show_text(f"{name}  {cue.question.row.text}")
        self._finish.setVisible(answering)
        self._put_back.setVisible(answering)
        deferred = cue.question.row.state not in TABLE[Move.OFFER].sources
        self._take.setVisible(cue.kind in (CueKind.COULD_TAKE, CueKind.ASSIGNED) and not deferred)

    def _tell(self, signal: SignalInstance) -> None:
        if self._cue is not None:
            signal.emit(self._cue.question.id)
