"""What is open to whom, and what everyone is told: a talk's questions opened and closed by hand, and announcements.

These are about no single question, so they make no question's look stale and are not undone but said anew. This module
must never show anything to anybody (`visibility`).
"""

import msgspec

from personal_app.conference import commands as do
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import AnnouncementId
from personal_app.conference.people import Participant, audience
from personal_app.conference.plan import Call
from personal_app.conference.questions import TABLE, Standing
from personal_app.conference.register import Decision, Register
from personal_app.conference.rows import AnnouncementRow
from personal_app.conference.text import ANNOUNCEMENT_CHARS, clean_text


def decide(register: Register, call: Call, wanted: do.Regulate | do.Announce | do.EndAnnouncement) -> Decision:
    """Return what changes; nothing where it is so already.

    Raises Refusal: unknown (no such talk or announcement), not_allowed, invalid (the text, or an end that is past).
    """
    match wanted:
        case do.Regulate():
            return _regulate(register, call, wanted)
        case do.Announce():
            return _announce(register, call, wanted)
        case do.EndAnnouncement():
            return _end(register, call, wanted)


def _regulate(register: Register, call: Call, wanted: do.Regulate) -> Decision:
    talk = register.talks.get(do.talk_of(wanted))
    if talk is None:
        raise Refusal(RefusalCode.UNKNOWN, f"There is no talk “{wanted.talk[:80]}” at this conference.")
    if not TABLE[do.move_of(wanted)].who & _standings(
        call.actor, chair=audience(call.actor.grants).chairs(talk.session)
    ):
        raise Refusal(
            RefusalCode.NOT_ALLOWED, "Only a discussion chair of this session can open and close its questions."
        )
    known = register.qa(talk.id)
    qa = known.qa if wanted.qa is None else wanted.qa
    moderated = known.moderated if wanted.moderated is None else wanted.moderated
    if (qa, moderated) == (known.qa, known.moderated):
        return Decision()
    return Decision(open=(msgspec.structs.replace(known, qa=qa, moderated=moderated, revision=call.revision),))


def _announce(register: Register, call: Call, wanted: do.Announce) -> Decision:
    _must_announce(call.actor, wanted)
    if wanted.until is not None and wanted.until <= call.now:
        raise Refusal(RefusalCode.INVALID, "The announcement would be over already: give a later end, or none.")
    known = register.open.get(f"announcement {wanted.announcement}")
    if known is not None and isinstance(known, AnnouncementRow) and known.ended:
        raise Refusal(RefusalCode.ID_REUSED, "This announcement was taken away: make a new one.")
    row = AnnouncementRow(
        id=AnnouncementId(wanted.announcement),
        text=clean_text(wanted.text, "the announcement", ANNOUNCEMENT_CHARS),
        by=call.actor.name,
        at=call.now,
        until=wanted.until,
        revision=call.revision,
    )
    return Decision(open=(row,))


def _end(register: Register, call: Call, wanted: do.EndAnnouncement) -> Decision:
    _must_announce(call.actor, wanted)
    known = register.open.get(f"announcement {wanted.announcement}")
    if not isinstance(known, AnnouncementRow):
        raise Refusal(RefusalCode.UNKNOWN, "There is no such announcement.")
    if known.ended:
        return Decision()
    return Decision(open=(msgspec.structs.replace(known, text="", ended=True, revision=call.revision),))


def _must_announce(actor: Participant, wanted: do.Announce | do.EndAnnouncement) -> None:
    if not TABLE[do.move_of(wanted)].who & _standings(actor, chair=False):
        raise Refusal(RefusalCode.NOT_ALLOWED, "Only an organizer of the conference can tell everyone something.")


def _standings(actor: Participant, *, chair: bool) -> frozenset[Standing]:
    found = {Standing.JOINED}
    if chair:
        found.add(Standing.CHAIR)
    if audience(actor.grants).organizer:
        found.add(Standing.ORGANIZER)
    return frozenset(found)
