"""What a newer server says, cut down to what this version can read: nothing of it may end the conversation.

A row of an unknown kind is left out, a question in an unknown state is held in one that says no more than that, and
what a known row says in an unknown way is left out of it. Works on plain JSON values, for the structs cannot hold what
they do not know. This module must never be needed by a server: what a client says is refused where it is unknown.
"""

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from personal_app.conference.errors import RefusalCode
from personal_app.conference.people import Role
from personal_app.conference.polls import PollState
from personal_app.conference.questions import Move, QuestionState
from personal_app.conference.rows import PollRow, Row

_ROWS: Mapping[str, type[msgspec.Struct]] = {str(kind.__struct_config__.tag): kind for kind in get_args(Row)}
_STATES = frozenset(QuestionState)
_MOVES = frozenset(Move)
_POLL_STATES = frozenset(PollState)
_ROLES = frozenset(Role)
_CODES = frozenset(RefusalCode)


def known_part(message: dict[str, Any]) -> dict[str, Any]:
    """Return what of a message's JSON this version can read; what is plainly wrong stays as it is, to be refused."""
    known = dict(message)
    if isinstance(known.get("set"), list):
        known["set"] = [row for row in map(_row, known["set"]) if row is not None]
    if known.get("current") is not None:
        known["current"] = _row(known["current"])
    if isinstance(known.get("code"), str) and known["code"] not in _CODES:
        known["code"] = RefusalCode.INVALID if known.get("final", True) else RefusalCode.UNAVAILABLE
    me = known.get("me")
    if isinstance(me, dict) and isinstance(me.get("grants"), list):
        known["me"] = {**me, "grants": [grant for grant in me["grants"] if not _of_unknown(grant, "role", _ROLES)]}
    return known


def _row(row: Any) -> Any:
    """Return the row as far as it is known, or None for one that is not."""
    if not isinstance(row, dict) or not isinstance(row.get("type"), str):
        return row
    kind = _ROWS.get(row["type"])
    if kind is None:
        return None
    if kind is PollRow:
        return _poll(row)
    known = dict(row)
    for field in ("state", "before"):
        if _of_unknown(row, field, _STATES):
            known[field] = QuestionState.OTHER
    if isinstance(row.get("history"), list):
        known["history"] = [_move(move) for move in row["history"] if not _of_unknown(move, "move", _MOVES)]
    return None if _says_the_unknown(known, kind) else known


def _poll(row: dict[str, Any]) -> Any:
    """Return the poll without the moves that are not known; one in an unknown state cannot be shown at all."""
    if _of_unknown(row, "state", _POLL_STATES):
        return None
    history = row.get("history")
    if not isinstance(history, list):
        return row
    return {**row, "history": [move for move in history if not _unknown_poll_move(move)]}


def _unknown_poll_move(move: Any) -> bool:
    known = (("move", _MOVES), ("source", _POLL_STATES), ("target", _POLL_STATES))
    return any(_of_unknown(move, field, names) for field, names in known)


def _move(move: Any) -> Any:
    if not isinstance(move, dict):
        return move
    return {**move, **{end: QuestionState.OTHER for end in ("source", "target") if _of_unknown(move, end, _STATES)}}


def _of_unknown(thing: Any, field: str, known: frozenset[Any]) -> bool:
    """Tell whether the field says something, in the way it is said, that this version does not know."""
    return isinstance(thing, dict) and isinstance(thing.get(field), str) and thing[field] not in known


def _says_the_unknown(row: dict[str, Any], kind: type[msgspec.Struct]) -> bool:
    """Tell whether a row cannot be read because one of its fields names something that this version does not know."""
    try:
        msgspec.convert(row, kind)
    except msgspec.ValidationError as fault:
        return str(fault).startswith("Invalid enum value")
    return False
