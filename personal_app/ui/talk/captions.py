"""Captions in a strip under the picture: ours, whichever engine plays, and never over the picture."""

from PySide6.QtCore import Qt

from personal_app.services.playback import PlaybackService, PlayPhase
from personal_app.ui.plain_text import PlainLabel, one_line, plain
from personal_app.ui.theme import Theme
from personal_app.ui.tokens import MEDIUM, TIGHT
from personal_app.ui.widgets.frames import Surface, column

_LINES = 2
_CHARS = 240
_PICTURE = frozenset({PlayPhase.PLAYING, PlayPhase.PAUSED, PlayPhase.ENDED})


class CaptionStrip(Surface):
    """Always two lines high while captions are on, so that nothing below it moves."""

    def __init__(self, playback: PlaybackService) -> None:
        super().__init__("stage")
        self._playback = playback
        self._theme = Theme.of_app()
        self._words = PlainLabel("", tone="stage", wrap=True)
        self._words.setObjectName("caption_strip")
        self._words.setAccessibleName("Caption")
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        whole = column(self)
        whole.setContentsMargins(MEDIUM, TIGHT, MEDIUM, TIGHT)
        whole.addWidget(self._words)
        playback.changed.connect(self.refresh)
        playback.moved.connect(lambda _: self.refresh())
        self._theme.changed.connect(self._fit)
        self._fit()
        self.refresh()

    def refresh(self) -> None:
        """Show the caption of this moment."""
        self.setVisible(self._playback.state.captions_on)
        shown = self._playback.state.phase in _PICTURE
        lines = plain(self._playback.caption() if shown else "", _CHARS).splitlines()
        self._words.show_text("\n".join(one_line(line) for line in lines[:_LINES]))

    def _fit(self) -> None:
        line = self._theme.metrics().lineSpacing()
        self.setFixedHeight(_LINES * line + 2 * TIGHT + 2)
