"""What is open to whom, when, and what everyone is told: questions and times changed by hand, and announcements.

These are about no single question, so they make no question's look stale. Who changed such a row, and what it was, is
written down, and each move can be undone where nothing later of the same row stands on it. This module must never show
anything to anybody (`visibility`).
"""

from datetime import datetime

import msgspec

from personal_app.conference import commands as do
from personal_app.conference import retiming
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import AnnouncementId, Revision, TalkId
from personal_app.conference.people import Audience, Participant, audience
from personal_app.conference.plan import Call
from personal_app.conference.questions import TABLE, Move, QaState, Standing
from personal_app.conference.register import Decision, OpeningRecord, Register
from personal_app.conference.rows import AnnouncementRow, DraftRow, Open, QaRow, TimesRow, open_key
from personal_app.conference.text import ANNOUNCEMENT_CHARS, clean_text


def decide(register: Register, call: Call, wanted: do.OfOpening) -> Decision:
    """Return what changes; nothing where it is so already.

    Raises Refusal: unknown (no such talk, session, announcement or move), not_allowed, invalid (the text, or an end
    that is past), wrong_state (it is too late for other times), superseded (later moves stand on what is to be undone,
    and they are named).
    """
    match wanted:
        case do.Regulate():
            return _regulate(register, call, wanted)
        case do.Announce():
            return _announce(register, call, wanted)
        case do.EndAnnouncement():
            return _end(register, call, wanted)
        case do.Retime():
            return _retime(register, call, wanted)
        case do.UndoOpening():
            return _undo(register, call, wanted)


def why_closed(register: Register, talk: TalkId, qa: QaState, now: datetime, *, voting: bool) -> str:
    """Return the sentence for somebody whose question or vote is not taken at `now`."""
    what = "votes" if voting else "questions"
    if register.qa(talk).qa is not None:
        return f"This talk takes no more {what} at the moment: a chair has {qa} them."
    session = register.session_of(talk)
    opens = session.questions.opens if session is not None else None
    if opens is not None and now < opens:
        return f"This talk takes no {what} yet: it does from {opens:%d %B %Y, %H:%M} UTC on."
    return f"This talk takes no more {what}: the time that the program gives them is over."


def minds(register: Register, seen_as: Audience, row: Open) -> bool:
    """Tell whether somebody looks after a row: who may change it, and is told who did."""
    match row:
        case QaRow():
            talk = register.talks.get(row.talk)
            return talk is not None and seen_as.chairs(talk.session)
        case TimesRow():
            return seen_as.chairs(row.session)
        case AnnouncementRow():
            return seen_as.organizer
        case DraftRow():
            # Whoever goes on with a draft overwrites the words before: nothing of it is kept, so nothing is undone.
            return False


def standing(register: Register, key: str) -> list[OpeningRecord]:
    """Return the moves of a row that are not undone, newest first; undoing itself is none of them."""
    records = register.opened(key)
    undone = {revision for record in records for revision in record.undoes}
    return [
        record for record in reversed(records) if record.move is not Move.UNDO_OPENING and record.revision not in undone
    ]


def _changed(call: Call, was: Open | None, row: Open, undoes: tuple[Revision, ...] = ()) -> Decision:
    """Return the row as it is to be, with the record of who made it so."""
    stamped = msgspec.structs.replace(row, revision=call.revision)
    record = OpeningRecord(
        revision=call.revision,
        key=open_key(stamped),
        move=do.move_of(call.do),
        actor=call.actor.id,
        actor_name=call.actor.name,
        at=call.now,
        was=was,
        became=stamped,
        undoes=undoes,
    )
    return Decision(open=(stamped,), openings=(record,))


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
    if wanted.scheduled and wanted.qa is not None:
        raise Refusal(
            RefusalCode.INVALID, "Questions go by the program or by what is said by hand: choose one of both."
        )
    known = register.qa(talk.id)
    qa = None if wanted.scheduled else known.qa if wanted.qa is None else wanted.qa
    moderated = known.moderated if wanted.moderated is None else wanted.moderated
    if (qa, moderated) == (known.qa, known.moderated):
        return Decision()
    return _changed(call, known, msgspec.structs.replace(known, qa=qa, moderated=moderated))


def _retime(register: Register, call: Call, wanted: do.Retime) -> Decision:
    session = register.timetable.session(do.session_of(wanted))
    if session is None:
        raise Refusal(RefusalCode.UNKNOWN, f"There is no session “{wanted.session[:80]}” at this conference.")
    if not TABLE[do.move_of(wanted)].who & _standings(call.actor, chair=audience(call.actor.grants).chairs(session.id)):
        raise Refusal(RefusalCode.NOT_ALLOWED, "Only a discussion chair of this session can change its times.")
    known = register.times(session.id)
    row = retiming.added(known, wanted, session, call.now)
    if row == known:
        return Decision()
    retiming.check(register, known, row, call.now)
    return _changed(call, known, row)


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
    return _changed(call, known, row)


def _end(register: Register, call: Call, wanted: do.EndAnnouncement) -> Decision:
    _must_announce(call.actor, wanted)
    known = register.open.get(f"announcement {wanted.announcement}")
    if not isinstance(known, AnnouncementRow):
        raise Refusal(RefusalCode.UNKNOWN, "There is no such announcement.")
    if known.ended:
        return Decision()
    return _changed(call, known, _ended(known))


def _ended(row: AnnouncementRow) -> AnnouncementRow:
    return msgspec.structs.replace(row, text="", ended=True)


def _undo(register: Register, call: Call, wanted: do.UndoOpening) -> Decision:
    row = register.open.get(wanted.row)
    # Nobody undoes a draft, and whether there is one is not everyone's to know.
    if row is None or isinstance(row, DraftRow):
        raise Refusal(RefusalCode.UNKNOWN, "Nothing of that was ever changed by hand: there is nothing to undo.")
    if not minds(register, audience(call.actor.grants), row):
        raise Refusal(RefusalCode.NOT_ALLOWED, "Only who may change it can undo a change of it.")
    named = {Revision(revision) for revision in wanted.moves}
    records = standing(register, wanted.row)
    if not named <= {record.revision for record in records}:
        raise Refusal(RefusalCode.UNKNOWN, "That was undone already, or never made. Look at it again.")
    touched = [record for record in records if record.revision >= min(named)]
    later = [record for record in touched if record.revision not in named]
    if later:
        raise Refusal(
            RefusalCode.SUPERSEDED,
            f"Since then {later[0].actor_name} has changed it again: undo that first, or all of it together.",
            moves=tuple(record.revision for record in later),
        )
    was = touched[-1].was
    before = was if was is not None else _never(touched[-1].became)
    if isinstance(before, TimesRow):
        retiming.check(register, register.times(before.session), before, call.now)
    return _changed(call, row, before, undoes=tuple(record.revision for record in touched))


def _never(row: Open) -> Open:
    """Return the row as if it had not been made: one that was told already can only be taken away."""
    return _ended(row) if isinstance(row, AnnouncementRow) else row


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
