"""What is set beside a question: offers, the chairs' note, the follow-up mark, whom it is assigned to, and reports.

None of them moves the question, so nobody's look at it grows stale. What is written down of one can be undone by
itself, whatever became of the question or its other marks since. This module must never decide who may.
"""

from personal_app.conference import commands as do
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import PersonId
from personal_app.conference.plan import Plan
from personal_app.conference.questions import Move, Question, Speaker
from personal_app.conference.text import REASON_CHARS, clean_text


def offer(plan: Plan, wanted: do.Offer, question: Question) -> None:
    """Offer to take the question live, once for each author, or take the offer back."""
    me = plan.call.actor
    others = tuple(other for other in question.offers if other.participant != me.id)
    offers = (*others, Speaker(me.name, me.id)) if wanted.active else others
    if offers != question.offers:
        plan.touch(question.id, offers=offers)


def note(plan: Plan, wanted: do.Note, question: Question) -> None:
    """Leave a note for the other chairs. Raises Refusal (invalid) for a text that cannot be kept."""
    text = clean_text(wanted.text, "the note", REASON_CHARS, empty=True)
    if text != question.note:
        plan.mark(question.id, Move.NOTE, reason=text, off=not text, note=text)


def follow_up(plan: Plan, wanted: do.FollowUp, question: Question) -> None:
    """Set or take away the follow-up mark."""
    if wanted.active != question.follow_up:
        plan.mark(question.id, Move.FOLLOW_UP, off=not wanted.active, follow_up=wanted.active)


def assign(plan: Plan, wanted: do.Assign, question: Question) -> None:
    """Ask a presenter of the talk to answer. Raises Refusal (invalid) for anybody else."""
    talk = plan.register.talks.get(question.talk)
    person = None if wanted.person is None else PersonId(wanted.person)
    if person is not None and (talk is None or person not in talk.presenters):
        raise Refusal(RefusalCode.INVALID, "Only a presenter of the talk can be asked to answer: choose one of them.")
    if person != question.assigned:
        name = "" if person is None else plan.register.conference.names((person,))
        plan.mark(question.id, Move.ASSIGN, reason=name, off=person is None, assigned=person)


def report(plan: Plan, _: do.Report, question: Question) -> None:
    """Count one more person who asks the chairs to look at it."""
    me = plan.call.actor.id
    if me not in question.reports:
        plan.touch(question.id, reports=(*question.reports, me))


def handle_reports(plan: Plan, _: do.HandleReports, question: Question) -> None:
    """Count what was reported until now as dealt with."""
    if question.handled != len(question.reports):
        plan.mark(question.id, Move.HANDLE_REPORTS, handled=len(question.reports))
