"""The buttons under what failed in the picture's place: try again, download again, let the other engine try."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QWidget

from personal_app.services.playback import PlaybackService, Remedy
from personal_app.services.player_desk import EngineKind, Outlook
from personal_app.ui.tokens import SMALL
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.frames import row


class RemedyButtons(QWidget):
    """The likeliest remedy stands first and is the primary one."""

    def __init__(self, playback: PlaybackService) -> None:
        super().__init__()
        self._playback = playback
        self._line = row(self, spacing=SMALL)
        acts: dict[Remedy, Callable[[], None]] = {
            Remedy.RETRY: playback.retry,
            Remedy.DOWNLOAD: lambda: playback.retry(anew=True),
            Remedy.OTHER_ENGINE: self._change_engine,
        }
        self._buttons = {remedy: _button(remedy, act) for remedy, act in acts.items()}
        for button in self._buttons.values():
            self._line.addWidget(button)

    def show_remedies(self, remedies: Sequence[Remedy]) -> None:
        """Offer these, but for another engine where there is none that could play now."""
        offered = [remedy for remedy in remedies if remedy is not Remedy.OTHER_ENGINE or self._other_engine()]
        for place, remedy in enumerate(offered):
            button = self._buttons[remedy]
            button.show_words(self._words(remedy))
            button.show_kind(Kind.PLAIN if place else Kind.PRIMARY)
            self._line.removeWidget(button)
            self._line.insertWidget(place, button)
        for remedy, button in self._buttons.items():
            button.setVisible(remedy in offered)

    def _words(self, remedy: Remedy) -> str:
        match remedy:
            case Remedy.RETRY:
                return "Try again"
            case Remedy.DOWNLOAD:
                return "Download again"
            case Remedy.OTHER_ENGINE:
                other = self._other_engine()
                return f"Play with {other[1]}" if other is not None else ""

    def _other_engine(self) -> tuple[EngineKind, str] | None:
        desk = self._playback.desk.state
        offers = (each for each in desk.engines if each.kind is not desk.engine and each.outlook is Outlook.NOW)
        return next(((each.kind, each.name) for each in offers), None)

    def _change_engine(self) -> None:
        other = self._other_engine()
        if other is not None:
            self._playback.desk.choose_engine(other[0])


def _button(remedy: Remedy, act: Callable[[], None]) -> Button:
    button = Button("", name=f"{remedy.value}_button")
    button.clicked.connect(lambda _: act())
    return button
