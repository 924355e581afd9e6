"""Where a person says what they want to be reminded of, and tries how a reminder comes.

What is chosen holds at once.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from personal_app.conference.reminders import LEADS_MIN, ReminderWishes
from personal_app.services.reminders import ReminderService
from personal_app.ui.plain_text import PlainLabel, on_button
from personal_app.ui.tokens import SMALL, Size
from personal_app.ui.widgets.buttons import Button, Kind
from personal_app.ui.widgets.dialog import Dialog
from personal_app.ui.widgets.frames import column, row

_WIDTH = 460
_TRIED = "One was sent just now. Where this desktop shows no notices, reminders stand in the window."


class RemindersDialog(Dialog):
    """`tried` asks for a reminder to be shown now, so that a person sees where it appears."""

    tried = Signal()

    def __init__(self, reminders: ReminderService, parent: QWidget) -> None:
        super().__init__("Reminders", parent)
        self.setObjectName("reminders_dialog")
        self.set_least_width(_WIDTH)
        self._reminders = reminders
        self.starts = QCheckBox("Before something that I have starred begins")
        self.starts.setObjectName("remind_starts")
        self.lead = QComboBox()
        self.lead.setObjectName("remind_lead")
        self.lead.setAccessibleName("How long before")
        for minutes in LEADS_MIN:
            self.lead.addItem(on_button("an hour before" if minutes == 60 else f"{minutes} minutes before"))
        self.questions = QCheckBox("When a question of mine is up next or being answered")
        self.questions.setObjectName("remind_questions")
        self._detail = PlainLabel(
            "They come as notices of your desktop, also while this window is minimised, each once.",
            size=Size.SMALL,
            tone="soft",
            wrap=True,
        )
        self._build()
        self._show()
        self.starts.toggled.connect(self._choose)
        self.questions.toggled.connect(self._choose)
        self.lead.activated.connect(self._choose)

    def _build(self) -> None:
        first = column(spacing=SMALL)
        first.addWidget(self.starts)
        line = row()
        # Below the words of the box above, not below its mark.
        line.addSpacing(26)
        line.addWidget(self.lead)
        line.addStretch(1)
        first.addLayout(line)
        self.body.addLayout(first)
        self.body.addWidget(self.questions)
        self.body.addWidget(self._detail)
        self.body.addStretch(1)
        show = Button("Show one now", name="remind_try_button")
        show.clicked.connect(self._try)
        close = Button("Close", Kind.PRIMARY, name="remind_close_button")
        close.clicked.connect(self.accept)
        self.add_button(show)
        self.add_button(close)

    def _show(self) -> None:
        wishes = self._reminders.wishes
        self.starts.setChecked(wishes.starts)
        self.questions.setChecked(wishes.questions)
        place = next((at for at, lead in enumerate(LEADS_MIN) if lead >= wishes.lead_min), len(LEADS_MIN) - 1)
        self.lead.setCurrentIndex(place)
        self.lead.setEnabled(wishes.starts)

    def _choose(self) -> None:
        self.lead.setEnabled(self.starts.isChecked())
        self._reminders.wish(
            ReminderWishes(
                starts=self.starts.isChecked(),
                lead_min=LEADS_MIN[self.lead.currentIndex()],
                questions=self.questions.isChecked(),
            )
        )

    def _try(self) -> None:
        self.tried.emit()
        self._detail.show_text(_TRIED)
