"""Which grants there are to give at a conference, and the sentence where a name is none of them.

This module must never make a code (`identity`).
"""

import difflib
from collections.abc import Sequence

import msgspec

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.conference.ids import TalkId
from personal_app.conference.people import Grant, Role
from personal_app.conference.program import Conference


def checked_grant(conference: Conference, grant: Grant) -> Grant:
    """Return the grant, for the talk's presenter where it has only one and none was named.

    Raises EnvironmentTrouble, with the names there are, where `grant` is for nothing and nobody at this conference.
    """
    check_grant(conference, grant)
    talk = conference.talk(TalkId(grant.scope)) if grant.role is Role.AUTHOR else None
    if talk is None:
        return grant
    if grant.person:
        _check(grant.person, talk.presenters, "presenter of this talk")
        return grant
    # Of several presenters nobody can tell which one will use it.
    only = talk.presenters[0] if len(talk.presenters) == 1 else ""
    return msgspec.structs.replace(grant, person=only)


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
