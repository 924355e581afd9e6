"""How the width of the main window is shared between program, talk and questions. Must never import anything."""

#: Least, share and most of the width, in logical pixels, of the program and of the questions.
_PROGRAM = (250, 0.235, 400)
_QUESTIONS = (310, 0.285, 520)
_SHARE_MOST = 0.33


def shares(whole: int, scale: float) -> tuple[int, int]:
    """Return the widths of program and questions in a window of width `whole`; the talk has what is left.

    Larger text needs more width, but never so much that the talk has none left.
    """
    program, questions = (_width(whole, scale, *bounds) for bounds in (_PROGRAM, _QUESTIONS))
    return program, questions


def _width(whole: int, scale: float, least: int, share: float, most: int) -> int:
    wanted = min(most * scale, max(least * scale, whole * share))
    return round(max(least, min(wanted, whole * _SHARE_MOST)))
