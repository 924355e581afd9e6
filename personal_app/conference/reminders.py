"""Which reminders a person is due: before what they starred begins, and when a question of theirs has its turn.

Pure: who keeps what was told already, and how a reminder reaches the person, is another's business. A reminder has a
key, and one whose key is among those told is never due again; what is moved to another time is told anew, for its key
names the time.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import QuestionId, SessionId, TalkId
from personal_app.conference.program import Conference, Session
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow
from personal_app.conference.stars import Stars, star_of_session

#: How long before a start a person may choose to be reminded, in minutes, and what is chosen for them.
LEADS_MIN = (2, 5, 10, 15, 30, 60)
USUAL_LEAD_MIN = 10
#: Who comes a little late is told that it has begun; later than this it is news to nobody.
JUST_BEGUN = timedelta(minutes=2)


class ReminderKind(StrEnum):
    """What a person is reminded of."""

    STARTS = "starts"
    UP_NEXT = "up_next"
    ANSWERING = "answering"


class ReminderWishes(msgspec.Struct, frozen=True, kw_only=True):
    """What a person wants to be reminded of, and how many minutes before a start."""

    starts: bool = True
    lead_min: int = USUAL_LEAD_MIN
    questions: bool = True


class Reminder(msgspec.Struct, frozen=True, kw_only=True):
    """Something to tell once. `about` is the title of what starts, or the text of the person's question.

    `start` is when it begins, of what starts alone. `talk` is what opens where the person asks for it.
    """

    key: str
    kind: ReminderKind
    about: str
    talk: TalkId | None = None
    start: datetime | None = None
    question: QuestionId | None = None


def starts_due(
    conference: Conference, stars: Stars, now: datetime, wishes: ReminderWishes, told: Collection[str]
) -> tuple[Reminder, ...]:
    """Return the reminders of what is starred and starts within the lead or has just begun, the earliest first."""
    if not wishes.starts:
        return ()
    lead = timedelta(minutes=wishes.lead_min)
    due = [
        reminder
        for session in conference.sessions
        # Far away is what most of a program is, most of the time.
        if session.start - lead <= now < session.end
        for reminder in _starts(conference, session, stars)
        if reminder.start is not None
        if reminder.start - lead <= now < reminder.start + JUST_BEGUN
        if reminder.key not in told
    ]
    return tuple(sorted(due, key=lambda reminder: (reminder.start, reminder.key)))


def turns_due(
    questions: Iterable[DrawnQuestion], wishes: ReminderWishes, told: Collection[str]
) -> tuple[Reminder, ...]:
    """Return the reminders of the person's questions that are up next or being answered.

    A question that was merged has its turn when the one has into which it was merged. What the person themself wished
    and the server has not shown yet reminds of nothing.
    """
    if not wishes.questions:
        return ()
    held = {question.id: question for question in questions}
    mine = [question for question in held.values() if question.mine]
    if not mine:
        return ()
    upcoming = _first_in_line(held.values())
    due = []
    for question in mine:
        target = _merged_into(question, held)
        kind = _turn(target, upcoming)
        key = f"{kind} {question.id}"
        if kind is not None and key not in told:
            row = question.row
            due.append(Reminder(key=key, kind=kind, about=row.text, talk=row.talk, question=target.id))
    return tuple(due)


def is_over(reminder: Reminder, questions: Iterable[DrawnQuestion], now: datetime) -> bool:
    """Return whether what `reminder` says has passed, so that it need not stand before a person any longer."""
    if reminder.start is not None:
        return now >= reminder.start + JUST_BEGUN
    still = turns_due(questions, ReminderWishes(), ())
    return all(turn.key != reminder.key for turn in still)


def _starts(conference: Conference, session: Session, stars: Stars) -> list[Reminder]:
    """Return what of a session is starred: it as a whole, or talks of it at the moment when their recording begins."""
    if star_of_session(session.id) in stars:
        first = session.talks[0] if session.talks else None
        return [_start(star_of_session(session.id), session.title, first, session.start)]
    found = []
    for talk_id in session.talks:
        talk = conference.talk(talk_id) if f"talk {talk_id}" in stars else None
        if talk is not None:
            found.append(_start(f"talk {talk_id}", talk.title, talk_id, _talk_start(session, talk_id)))
    return found


def _start(star: str, title: str, talk: TalkId | None, at: datetime) -> Reminder:
    key = f"{ReminderKind.STARTS} {star} {at.isoformat()}"
    return Reminder(key=key, kind=ReminderKind.STARTS, about=title, talk=talk, start=at)


def _talk_start(session: Session, talk: TalkId) -> datetime:
    item = next((item for item in session.items if item.talk == talk), None)
    if item is None or session.video_start is None:
        return session.start
    return session.video_start + timedelta(milliseconds=item.offset_ms)


def _first_in_line(questions: Iterable[DrawnQuestion]) -> frozenset[QuestionId]:
    """Return the question of each session that is called next."""
    first: dict[SessionId, QuestionRow] = {}
    for question in questions:
        row = question.row
        if row.state is QuestionState.QUEUED and not question.unsent:
            known = first.get(row.session)
            if known is None or (row.order or 0, row.id) < (known.order or 0, known.id):
                first[row.session] = row
    return frozenset(row.id for row in first.values())


def _merged_into(question: DrawnQuestion, held: dict[QuestionId, DrawnQuestion]) -> DrawnQuestion:
    seen = {question.id}
    while (into := question.row.into) is not None and into in held and into not in seen:
        seen.add(into)
        question = held[into]
    return question


def _turn(question: DrawnQuestion, upcoming: frozenset[QuestionId]) -> ReminderKind | None:
    if question.unsent:
        return None
    if question.row.state is QuestionState.ANSWERING:
        return ReminderKind.ANSWERING
    return ReminderKind.UP_NEXT if question.id in upcoming else None
