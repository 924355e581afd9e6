"""People's words reach a widget through `ui.plain_text` alone: the code is walked, and the pieces are tried."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from personal_app import ui
from personal_app.ui import plain_text
from personal_app.ui.plain_text import ElidedLabel, PlainLabel, on_button, one_line, plain, tip

UI = Path(ui.__file__).parent
#: Functions whose results any setter takes.
SAFE = frozenset({"plain", "one_line", "on_button", "tip"})
#: Setters that show words, and the positions of the words among their arguments.
SETTERS = {
    "setText": (0,),
    "setToolTip": (0,),
    "setStatusTip": (0,),
    "setWhatsThis": (0,),
    "setTitle": (0,),
    "setWindowTitle": (0,),
    "setPlaceholderText": (0,),
    "setPlainText": (0,),
    "setLabelText": (-1,),
    "setInformativeText": (0,),
    "setTabText": (1,),
    "setTabToolTip": (1,),
    "setItemText": (1,),
    "addTab": (-1,),
    "addItem": (0, 1),
    "insertItem": (1,),
    "addMenu": (0,),
    "addAction": (0, 1),
}
#: Nobody outside `plain_text` makes or calls these: they guess what their text is, or are markup outright.
BANNED_CALLS = frozenset(
    {"QLabel", "QMessageBox", "QToolTip", "QErrorMessage", "setHtml", "insertHtml", "appendHtml", "setMarkdown"}
)
BANNED_NAMES = frozenset({"setTextFormat", "RichText", "AutoText", "MarkdownText"})
MODULES = sorted(path for path in UI.rglob("*.py") if path.name != "plain_text.py")


def _called(node: ast.Call) -> str:
    function = node.func
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def _safe(node: ast.expr) -> bool:
    """A literal, a constant in capitals, or the result of the helper; a choice between such."""
    if isinstance(node, ast.IfExp):
        return _safe(node.body) and _safe(node.orelse)
    if isinstance(node, ast.Call):
        return _called(node) in SAFE
    if isinstance(node, ast.Name):
        return node.id.strip("_").isupper()
    return isinstance(node, ast.Constant)


def _words(node: ast.Call) -> Iterator[ast.expr]:
    for position in SETTERS.get(_called(node), ()):
        if -len(node.args) <= position < len(node.args):
            yield node.args[position]


#: What the first argument of `addAction` and its like may be where it is no text.
_NOT_WORDS = (ast.Attribute, ast.Name, ast.Call)


def faults(source: str) -> list[str]:
    """Return what breaks the rule in a module's source, one line each."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and node.attr in BANNED_NAMES:
            found.append(f"{node.lineno}: {node.attr}")
        if not isinstance(node, ast.Call):
            continue
        called = _called(node)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        if called in BANNED_CALLS or (isinstance(owner, ast.Name) and owner.id in BANNED_CALLS):
            found.append(f"{node.lineno}: {called}")
        for words in _words(node):
            objects = called in ("addAction", "addMenu", "addItem") and not isinstance(words, ast.JoinedStr | ast.BinOp)
            if not _safe(words) and not (objects and _is_object(words)):
                found.append(f"{node.lineno}: {called}({ast.unparse(words)})")
    return found


def _is_object(node: ast.expr) -> bool:
    """An action, a menu or a slot by name, not words: `addAction(self._play)`."""
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name.endswith(("action", "menu", "icon")) or name.startswith(("_on_", "_open"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(UI)))
def test_words_are_shown_through_the_helper_alone(module: Path) -> None:
    assert faults(module.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "bad",
    [
        "label = QLabel(talk.title)",
        "label = QtWidgets.QLabel(talk.title)",
        "button.setText(talk.title)",
        "button.setText(f'#{number} {talk.title}')",
        "button.setToolTip(str(talk.title))",
        "tabs.addTab(page, talk.title)",
        "menu.addAction(talk.title, run)",
        "QMessageBox.warning(self, 'Oh', sentence)",
        "text.setHtml(plain(words))",
        "label.setTextFormat(Qt.TextFormat.RichText)",
    ],
)
def test_the_walk_finds_what_it_is_for(bad: str) -> None:
    assert faults(bad) != []


@pytest.mark.parametrize(
    "good",
    [
        "button.setText('Save')",
        "button.setText(on_button(talk.title))",
        "menu.addAction(self._save_action)",
        "tabs.addTab(page, on_button(title))",
        "self.setWindowTitle(plain(title) if title else 'PeRSonAl')",
    ],
)
def test_the_walk_lets_pass_what_is_right(good: str) -> None:
    assert faults(good) == []


def test_markup_stays_letters(qapp: QApplication) -> None:
    del qapp
    label = PlainLabel("<b>bold</b> <img src=/etc/passwd>")
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == "<b>bold</b> <img src=/etc/passwd>"
    assert tip("<img src=x>") == "<qt>&lt;img src=x&gt;</qt>"


def test_an_ampersand_is_no_shortcut() -> None:
    assert on_button("Q&A") == "Q&&A"


def test_text_is_capped_before_it_reaches_a_widget(qapp: QApplication) -> None:
    del qapp
    assert len(PlainLabel("x" * 2_000_000).text()) == plain_text.LABEL_CHARS
    assert one_line("a\n b\t c", 4) == "a b…"
    assert plain("short") == "short"
    assert len(tip("<" * 5000)) < 4000


def test_a_line_that_does_not_fit_ends_in_an_ellipsis_and_keeps_the_whole_in_its_tooltip(qapp: QApplication) -> None:
    del qapp
    label = ElidedLabel("Time, Context and Causality in Recommender Systems")
    label.resize(120, 20)
    label.show()
    assert label.text().endswith("…")
    assert "Causality" in label.toolTip()
    assert label.accessibleName() == label.whole_text
    label.resize(900, 20)
    assert label.text() == label.whole_text
    assert label.toolTip() == ""
