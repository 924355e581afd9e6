"""Asks a person where a file of their notes shall be. Must never write it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from personal_app.conference.ids import TalkId, is_slug


def ask_notes_file(parent: QWidget, talk: TalkId | None, use: Callable[[Path], None]) -> QFileDialog:
    """Open the dialog and return it; `use` is called with the file once a person has chosen one."""
    dialog = QFileDialog(parent, "Write notes to a file")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter("Markdown files (*.md)")
    dialog.setDefaultSuffix("md")
    # Only a slug is fit for the name of a file whatever the system.
    dialog.selectFile(f"notes-{talk}.md" if talk is not None and is_slug(talk) else "notes.md")
    dialog.fileSelected.connect(lambda chosen: use(Path(chosen)))
    dialog.open()
    return dialog
