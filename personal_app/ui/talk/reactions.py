"""A row of reactions under the player: press one and everyone sees it counted; what comes in rises and fades.

Where the desktop wants no motion, the counts alone change. Must never say who sent one.
"""

from PySide6.QtCore import QEasingCurve, QParallelAnimationGroup, QPoint, QPropertyAnimation, QSize, Qt
from PySide6.QtWidgets import QGraphicsOpacityEffect, QStyle, QWidget

from personal_app.conference.ids import TalkId
from personal_app.conference.reactions import Reaction
from personal_app.services.connection import ConnectionKind
from personal_app.services.services import Services
from personal_app.ui.icons import Icon
from personal_app.ui.plain_text import PlainLabel, plain, tip
from personal_app.ui.tokens import MEDIUM, TIGHT, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import row

_RISE_PX, _RISE_MS = 22, 1100
_LOOKS = {
    Reaction.CLAP: (Icon.CLAP, "Applause"),
    Reaction.HEART: (Icon.HEART, "Love it"),
    Reaction.LAUGH: (Icon.LAUGH, "Funny"),
    Reaction.WOW: (Icon.WOW, "Amazing"),
    Reaction.CONFUSED: (Icon.CONFUSED, "Lost me"),
}


class ReactionRow(QWidget):
    """Follows the talk that it was given last."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.setObjectName("reactions")
        self.setAccessibleName("Reactions")
        self._services = services
        self._talk: TalkId | None = None
        self._known: dict[str, int] = {}
        self._own: dict[str, int] = {}
        self._buttons = {
            kind: Button("", Kind.QUIET, icon=which, name=f"react_{kind}") for kind, (which, _) in _LOOKS.items()
        }
        layout = row(self, spacing=TIGHT)
        layout.setContentsMargins(MEDIUM, 0, MEDIUM, TIGHT)
        for kind, button in self._buttons.items():
            button.setToolTip(tip(f"{_LOOKS[kind][1]}: everyone sees the number, nobody who it was"))
            button.clicked.connect(lambda _=False, kind=kind: self._on_clicked(kind))
            layout.addWidget(button)
        layout.addStretch(1)
        services.questions.changed.connect(self.refresh)
        services.connection.changed.connect(self._show_enabled)
        services.profile.changed.connect(self._show_enabled)
        self._show_enabled()

    def show_talk(self, talk: TalkId | None) -> None:
        """Show the reactions to another talk; what it was sent before is no news."""
        if talk != self._talk:
            self._talk = talk
            self._own.clear()
            self._known = {} if talk is None else self._services.reactions.counts(talk)
            self._show_counts()

    def refresh(self) -> None:
        """Show what the talk was sent by now, and let what is new rise."""
        if self._talk is None:
            return
        counts = self._services.reactions.counts(self._talk)
        if counts == self._known:
            return
        before, self._known = self._known, counts
        self._show_counts()
        for kind in Reaction:
            # One's own rose when it was pressed.
            more = counts.get(kind, 0) - before.get(kind, 0)
            own = min(self._own.get(kind, 0), max(0, more))
            self._own[kind] = self._own.get(kind, 0) - own
            if more > own:
                self._let_rise(kind, more - own)

    def _on_clicked(self, kind: Reaction) -> None:
        if self._talk is not None and self._services.reactions.react(self._talk, kind):
            self._own[kind] = self._own.get(kind, 0) + 1
            self._let_rise(kind, 1)

    def _show_counts(self) -> None:
        for kind, button in self._buttons.items():
            count = self._known.get(kind, 0)
            button.show_words(str(count) if count else "")
            button.setAccessibleName(plain(f"{_LOOKS[kind][1]}, {count} so far"))

    def _show_enabled(self) -> None:
        services = self._services
        live = services.connection.state.kind is ConnectionKind.LIVE
        for button in self._buttons.values():
            button.setEnabled(live and services.profile.identity is not None)

    def _let_rise(self, kind: Reaction, more: int) -> None:
        button, over = self._buttons[kind], self.parentWidget()
        if over is None or not self.isVisible() or not _moves(self):
            return
        label = PlainLabel(f"+{more}", size=Size.SMALL, tone="accent", strong=True, parent=over)
        label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        label.setAccessibleName("")
        label.adjustSize()
        start = button.mapTo(over, QPoint((button.width() - label.width()) // 2, -label.height() // 2))
        label.move(start)
        fade = QGraphicsOpacityEffect(label)
        label.setGraphicsEffect(fade)
        group = QParallelAnimationGroup(label)
        for target, name, values in (
            (label, b"pos", (start, start - QPoint(0, _RISE_PX))),
            (fade, b"opacity", (1.0, 0.0)),
        ):
            animation = QPropertyAnimation(target, name, group)
            animation.setDuration(_RISE_MS)
            animation.setStartValue(values[0])
            animation.setEndValue(values[1])
            animation.setEasingCurve(QEasingCurve.Type.OutCubic)
            group.addAnimation(animation)
        group.finished.connect(label.deleteLater)
        label.show()
        group.start()

    def minimumSizeHint(self) -> QSize:
        # A low page goes without it, and must be let become low first.
        return QSize(super().minimumSizeHint().width(), 0)


def _moves(widget: QWidget) -> bool:
    """Tell whether the desktop lets things move: it says how long an animation may take, and nothing is for none."""
    return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget) > 0
