"""Names for what somebody sees: the same name, the same view. Must never let a name tell who or what it stands for."""

import hashlib

import msgspec

from personal_app.conference.people import Participant

PUBLIC_VIEW = "public"


def view_name(me: Participant | None) -> str:
    """Return an opaque name for the participant together with the grants held; "public" for nobody."""
    if me is None:
        return PUBLIC_VIEW
    told = msgspec.json.encode((me.id, sorted(me.grants)))
    return hashlib.sha256(told).hexdigest()[:32]
