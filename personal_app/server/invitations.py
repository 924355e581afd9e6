"""Which grants there are to give at a conference, and the sentence where a name is none of them.

This module must never make a code (`identity`).
"""

import difflib
from collections.abc import Sequence

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.people import Grant, Role
from personal_app.conference.program import Conference


def check_grant(conference: Conference, grant: Grant) -> None:
    """Raise EnvironmentTrouble, with the names there are, where `grant` is for nothing at this conference."""
    match grant.role:
        case Role.CHAIR:
            _check(grant.scope, [session.id for session in conference.sessions], "session")
        case Role.AUTHOR:
            _check(grant.scope, [talk.id for talk in conference.talks], "talk")
        case Role.ORGANIZER:
            pass


def _check(name: str, known: Sequence[str], what: str) -> None:
    if name in known:
        return
    close = difflib.get_close_matches(name, known, n=1)
    meant = f" Did you mean {close[0]}?" if close else ""
    raise EnvironmentTrouble(f"There is no {what} “{name[:80]}”.{meant} The {what}s are: {', '.join(known)}.")
