"""Asks a person where a calendar file shall be. Must never write it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_calendar_file(parent: QWidget, use: Callable[[Path], None]) -> QFileDialog:
    """Open the dialog and return it; `use` is called with the file once a person has chosen one."""
    dialog = QFileDialog(parent, "Save as a calendar file")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter("Calendar files (*.ics)")
    dialog.setDefaultSuffix("ics")
    dialog.selectFile("conference.ics")
    dialog.fileSelected.connect(lambda chosen: use(Path(chosen)))
    dialog.open()
    return dialog
