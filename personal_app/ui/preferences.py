"""What a person chooses for good of how recordings are played, in one place; each choice holds at once."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QGridLayout, QWidget

from personal_app.services.player_desk import EngineKind, Outlook, PlayerDesk
from personal_app.ui.plain_text import PlainLabel, one_line
from personal_app.ui.talk.player_menu import engine_words, output_choices
from personal_app.ui.theme import Size
from personal_app.ui.tokens import LARGE, MEDIUM, SMALL
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.choice import Choice
from personal_app.ui.widgets.dialog import Dialog

_WIDTH = 520


class PreferencesDialog(Dialog):
    """Follows the desk while it is open: a device that is plugged in appears."""

    def __init__(self, desk: PlayerDesk, parent: QWidget) -> None:
        super().__init__("Preferences", parent)
        self._desk = desk
        self.setObjectName("preferences")
        self.setMinimumWidth(_WIDTH)
        self._engine = Choice("engine_choice", "Recordings are played by")
        self._output = Choice("output_choice", "Sound comes out of")
        self._said = PlainLabel("", size=Size.SMALL, tone="soft", wrap=True)
        self._said.setObjectName("preferences_said")
        grid = QGridLayout()
        grid.setHorizontalSpacing(LARGE)
        grid.setVerticalSpacing(SMALL)
        grid.setColumnStretch(1, 1)
        for place, box in enumerate((self._engine, self._output)):
            name = PlainLabel(box.accessibleName(), tone="soft")
            name.setBuddy(box)
            grid.addWidget(name, place, 0)
            grid.addWidget(box, place, 1)
        self.body.addWidget(PlainLabel("Recordings", strong=True))
        self.body.addLayout(grid)
        self.body.addWidget(self._said)
        self.body.addSpacing(MEDIUM)
        self.body.addStretch(1)
        close = Button("Close", Kind.PRIMARY, name="preferences_close_button")
        close.clicked.connect(self.accept)
        self.add_button(close)
        self._engine.activated.connect(lambda place: desk.choose_engine(EngineKind(self._engine.itemData(place))))
        self._output.activated.connect(lambda place: desk.choose_output(str(self._output.itemData(place))))
        desk.changed.connect(self._show)
        desk.said.connect(self._said.show_text)
        self._show()
        desk.look_for_outputs()

    def _show(self) -> None:
        state = self._desk.state
        offers = [each for each in state.engines if each.outlook is not Outlook.NEVER]
        playing = state.next_engine or state.engine
        _fill(
            self._engine,
            [(each.kind.value, engine_words(each)) for each in offers],
            playing.value if playing is not None else "",
        )
        _fill(self._output, output_choices(state), state.output)
        if not self._said.text():
            self._said.show_text(f"Now: {self._desk.words()}.")


def _fill(box: Choice, choices: Sequence[tuple[str, str]], chosen: str) -> None:
    """Show (value, words) pairs, unless they are shown already: an open list must not change under a finger."""
    shown = [(str(box.itemData(place)), box.itemText(place)) for place in range(box.count())]
    wanted = [(value, one_line(words)) for value, words in choices]
    with QSignalBlocker(box):
        if shown != wanted:
            box.clear()
            for value, words in choices:
                box.addItem(one_line(words))
                box.setItemData(box.count() - 1, value)
        box.setCurrentIndex(next((place for place, (value, _) in enumerate(wanted) if value == chosen), -1))
