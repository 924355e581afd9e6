"""Asks a person in which folder a talk's own is to be made. Must never write it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_bundle_folder(parent: QWidget, use: Callable[[Path], None]) -> QFileDialog:
    """Open the dialog and return it; `use` is called with the folder once a person has chosen one."""
    dialog = QFileDialog(parent, "Export this talk into a new folder in…")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "Export here")
    dialog.fileSelected.connect(lambda chosen: use(Path(chosen)))
    dialog.open()
    return dialog
