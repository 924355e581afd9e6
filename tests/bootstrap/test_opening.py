"""What a screen imports when it is first wanted is in memory by then: nothing stands still for it."""

import ast
import subprocess
import sys
from pathlib import Path

from tools.driving import ROOT

LOADED = """
import importlib, sys
from personal_app.bootstrap.opening import _HOUSE
from personal_app.bootstrap.rooms import LATER_SCREENS, SCREENS
for module in (*_HOUSE, "personal_app.bootstrap.hall", *SCREENS, *LATER_SCREENS):
    importlib.import_module(module)
print(*sys.modules)
"""


def imported_later(path: Path) -> set[str]:
    """Return which of our modules the functions of a module import when they are called."""
    functions = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.FunctionDef)]
    return {
        node.module
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith("personal_app.")
    }


def test_what_is_imported_later_is_loaded_before_it_is_wanted() -> None:
    rooms = [path for room in ("ui", "services") for path in (ROOT / "personal_app" / room).rglob("*.py")]
    wanted = set().union(*map(imported_later, rooms))
    ran = subprocess.run([sys.executable, "-c", LOADED], cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(wanted - set(ran.stdout.split())) == [], "these belong to bootstrap.rooms.LATER_SCREENS"
