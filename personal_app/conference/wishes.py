"""The viewer's own moves drawn onto the board before the server has shown them.

A wish stays drawn until the view holds the revision of its acknowledgement, so nothing that a person did flickers. A
wish that the board no longer allows (the question went away, the state is another) is passed over: the server will
refuse it and say why. This module must never decide whether a move is allowed.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from personal_app.conference import commands as do
from personal_app.conference.board import Board, DrawnBoard, DrawnQuestion
from personal_app.conference.ids import (
    AnnouncementId,
    CommandId,
    ParticipantId,
    PersonId,
    QuestionId,
    Revision,
    TalkId,
    Tally,
)
from personal_app.conference.messages import Command
from personal_app.conference.poll_wishes import draw_polls
from personal_app.conference.program import Conference
from personal_app.conference.questions import TABLE, QuestionState
from personal_app.conference.rows import (
    AnnouncementRow,
    AnswerRow,
    Beside,
    Open,
    PollRow,
    QaRow,
    QuestionRow,
    SpeakerRow,
    TimesRow,
    open_key,
    times_key,
)
from personal_app.conference.speaking_order import ORDER_GAP
from personal_app.conference.timetable import drawn_times

_Drawn = dict[QuestionId, DrawnQuestion]
_Open = dict[str, Beside]
_Opens = do.Regulate | do.Announce | do.EndAnnouncement | do.Retime


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """A command of ours that the view may not show yet.

    `done` holds the counters from which the view shows it, None while it is unanswered. `after` names a command of
    ours that this one waits for, None where it may go at once (`moves_in_a_row`).
    """

    command: Command
    at: datetime
    done: tuple[Revision, Tally] | None = None
    after: CommandId | None = None


class Viewer(msgspec.Struct, frozen=True, kw_only=True):
    """What drawing needs to know of the person: the name shown with what they write, and whom they are taken for."""

    name: str = ""
    participant: ParticipantId | None = None


def shown(wish: Wish, board: Board) -> bool:
    """Tell whether the view holds the wish already, so that it need not be drawn any more."""
    return wish.done is not None and wish.done[0] <= board.revision and wish.done[1] <= board.tally


def draw(board: Board, wishes: Iterable[Wish], conference: Conference | None, viewer: Viewer) -> DrawnBoard:
    """Return the board with `wishes` drawn in, in the order they were made."""
    drawn, open_ = board.drawn(), dict(board.open)
    held = len(drawn)
    of_polls: list[tuple[do.OfPoll, datetime]] = []
    for wish in wishes:
        # What is being written is drawn by the box that it is written in.
        if shown(wish, board) or isinstance(wish.command.do, do.SaveDraft):
            continue
        wanted = wish.command.do
        if isinstance(wanted, _Opens):
            _open(open_, wish, wanted, conference, viewer)
        elif isinstance(wanted, do.OfPoll):
            of_polls.append((wanted, wish.at))
        else:
            _draw(drawn, wish, conference, viewer, open_)
    questions = tuple(drawn.values())
    if len(drawn) > held:
        # What was asked and not sent yet came last, by whatever clock.
        questions = tuple(sorted(questions, key=lambda question: (question.row.asked_at, question.row.id)))
    return DrawnBoard(
        revision=board.revision,
        questions=questions,
        open=tuple(row for row in open_.values() if not isinstance(row, PollRow)),
        own_silences=tuple(board.own_silences.values()),
        polls=draw_polls(board, of_polls),
        reactions=board.drawn_reactions(),
    )


def _open(
    open_: _Open,
    wish: Wish,
    wanted: _Opens,
    conference: Conference | None,
    viewer: Viewer,
) -> None:
    """Draw what everyone sees as it is: a talk's questions opened or closed, a session's times, and announcements."""
    row = _opened(open_, wish, wanted, conference, viewer)
    if row is not None:
        open_[open_key(row)] = row


def _opened(
    open_: _Open,
    wish: Wish,
    wanted: _Opens,
    conference: Conference | None,
    viewer: Viewer,
) -> Open | None:
    match wanted:
        case do.Regulate():
            known = qa_of(open_, do.talk_of(wanted), conference)
            qa = None if wanted.scheduled else known.qa if wanted.qa is None else wanted.qa
            moderated = known.moderated if wanted.moderated is None else wanted.moderated
            return msgspec.structs.replace(known, qa=qa, moderated=moderated)
        case do.Announce():
            before = open_.get(f"announcement {wanted.announcement}")
            return AnnouncementRow(
                id=AnnouncementId(wanted.announcement),
                text=wanted.text,
                by=viewer.name,
                at=wish.at,
                until=wanted.until,
                revision=Revision(0),
                history=before.history if isinstance(before, AnnouncementRow) else (),
            )
        case do.Retime():
            moved = open_.get(times_key(do.session_of(wanted)))
            return drawn_times(moved if isinstance(moved, TimesRow) else None, wanted)
        case do.EndAnnouncement():
            told = open_.get(f"announcement {wanted.announcement}")
            return msgspec.structs.replace(told, ended=True) if isinstance(told, AnnouncementRow) else None


def qa_of(open_: Mapping[str, Beside], talk: TalkId, conference: Conference | None) -> QaRow:
    """Return what the talk's questions are open to: what was said by hand, else as the program says."""
    said = open_.get(f"qa {talk}")
    if isinstance(said, QaRow):
        return said
    known = conference.talk(talk) if conference is not None else None
    return QaRow(talk=talk, revision=Revision(0), moderated=known is None or known.moderated)


def _draw(drawn: _Drawn, wish: Wish, conference: Conference | None, viewer: Viewer, open_: _Open) -> None:
    wanted = wish.command.do
    if isinstance(wanted, do.Ask):
        _ask(drawn, wish, wanted, conference, viewer, open_)
        return
    question = drawn.get(do.question_of(wanted))
    if question is None:
        return
    move = do.move_of(wanted)
    if question.row.state in TABLE[move].sources:
        effect = _EFFECTS.get(type(wanted), _state_only)
        question = effect(drawn, question, wanted, wish, viewer)
    drawn[question.id] = msgspec.structs.replace(question, unsent=(*question.unsent, move))


def _ask(drawn: _Drawn, wish: Wish, ask: do.Ask, conference: Conference | None, viewer: Viewer, open_: _Open) -> None:
    talk = conference.talk(do.talk_of(ask)) if conference is not None else None
    if talk is None or do.question_of(ask) in drawn:
        return
    moderated = qa_of(open_, talk.id, conference).moderated
    row = QuestionRow(
        id=do.question_of(ask),
        session=talk.session,
        talk=talk.id,
        text=ask.text,
        state=QuestionState.PENDING if moderated else QuestionState.APPROVED,
        asked_at=wish.at,
        revision=Revision(0),
        moved=Revision(0),
        asker=None if ask.anonymous else viewer.name,
        position_ms=ask.position_ms,
    )
    drawn[row.id] = DrawnQuestion(row=row, mine=True, unsent=(do.move_of(ask),))


def _vote(_: _Drawn, question: DrawnQuestion, wanted: do.Vote | do.Unvote, __: Wish, ___: Viewer) -> DrawnQuestion:
    held = isinstance(wanted, do.Vote)
    if held == question.voted:
        return question
    return msgspec.structs.replace(question, voted=held, votes=max(0, question.votes + (1 if held else -1)))


def _edit(_: _Drawn, question: DrawnQuestion, wanted: do.Edit, __: Wish, ___: Viewer) -> DrawnQuestion:
    return _with_row(question, text=wanted.text, state=QuestionState.PENDING, reason="")


def _with_reason(
    _: _Drawn, question: DrawnQuestion, wanted: do.Reject | do.Return | do.Hide, __: Wish, ___: Viewer
) -> DrawnQuestion:
    target = TABLE[do.move_of(wanted)].target
    return _with_row(question, state=target, reason=wanted.reason, order=None)


def _merge(drawn: _Drawn, question: DrawnQuestion, wanted: do.Merge, __: Wish, ___: Viewer) -> DrawnQuestion:
    target = drawn.get(QuestionId(wanted.into))
    if target is None:
        return question
    into = {"into": target.id, "into_number": target.row.number}
    return _with_row(question, state=QuestionState.MERGED, order=None, **into)


def _queue(drawn: _Drawn, question: DrawnQuestion, wanted: do.Queue, _: Wish, __: Viewer) -> DrawnQuestion:
    after = drawn.get(QuestionId(wanted.after)) if wanted.after is not None else None
    if after is None:
        order = _first(drawn, question)
    else:
        place = after.row.order or 0
        following = next((other for other in _orders(drawn, question) if other > place), place + 2 * ORDER_GAP)
        order = (place + following) // 2
    return _with_row(question, state=QuestionState.QUEUED, order=order)


def _orders(drawn: _Drawn, question: DrawnQuestion) -> list[int]:
    """Return the places in the speaking order that others of the question's session have, first to be called first."""
    return sorted(
        other.row.order or 0
        for other in drawn.values()
        if other.row.state is QuestionState.QUEUED
        and other.row.session == question.row.session
        and other.id != question.id
    )


def _first(drawn: _Drawn, question: DrawnQuestion) -> int:
    orders = _orders(drawn, question)
    return orders[0] - ORDER_GAP if orders else ORDER_GAP


def _put_back(drawn: _Drawn, question: DrawnQuestion, _: do.PutBack, __: Wish, ___: Viewer) -> DrawnQuestion:
    return _with_row(question, state=QuestionState.QUEUED, order=_first(drawn, question), answerer=None)


def _withdraw(_: _Drawn, question: DrawnQuestion, __: do.Withdraw, ___: Wish, ____: Viewer) -> DrawnQuestion:
    return _with_row(question, state=QuestionState.WITHDRAWN, text="", order=None, offers=())


def _defer(_: _Drawn, question: DrawnQuestion, __: do.Defer, ___: Wish, ____: Viewer) -> DrawnQuestion:
    return _with_row(question, state=QuestionState.DEFERRED, order=None, offers=(), answerer=None)


def _reopen(_: _Drawn, question: DrawnQuestion, __: do.Reopen, ___: Wish, ____: Viewer) -> DrawnQuestion:
    return _with_row(question, state=QuestionState.APPROVED, answerer=None, mark=None)


def _start(_: _Drawn, question: DrawnQuestion, wanted: do.Start, __: Wish, ___: Viewer) -> DrawnQuestion:
    offer = next((offer for offer in question.row.offers if offer.participant == wanted.by), None)
    return _with_row(question, state=QuestionState.ANSWERING, order=None, answerer=offer)


def _offer(_: _Drawn, question: DrawnQuestion, wanted: do.Offer, __: Wish, viewer: Viewer) -> DrawnQuestion:
    others = tuple(offer for offer in question.row.offers if offer.participant != viewer.participant)
    mine = SpeakerRow(viewer.name, viewer.participant)
    return _with_row(question, offers=(*others, mine) if wanted.active else others)


def _note(_: _Drawn, question: DrawnQuestion, wanted: do.Note, __: Wish, ___: Viewer) -> DrawnQuestion:
    return _with_row(question, note=wanted.text)


def _follow_up(_: _Drawn, question: DrawnQuestion, wanted: do.FollowUp, __: Wish, ___: Viewer) -> DrawnQuestion:
    return _with_row(question, follow_up=wanted.active)


def _assign(_: _Drawn, question: DrawnQuestion, wanted: do.Assign, __: Wish, ___: Viewer) -> DrawnQuestion:
    return _with_row(question, assigned=None if wanted.person is None else PersonId(wanted.person))


def _answer(_: _Drawn, question: DrawnQuestion, wanted: do.WriteAnswer, wish: Wish, viewer: Viewer) -> DrawnQuestion:
    known = next((answer for answer in question.answers if answer.id == wanted.answer), None)
    written = AnswerRow(
        id=do.answer_of(wanted),
        question=question.id,
        writer=viewer.name,
        text=wanted.text,
        written_at=wish.at,
        revision=Revision(0),
        by_author=known is None or known.by_author,
        edited=known is not None,
        participant=viewer.participant,
    )
    answers = tuple(answer for answer in question.answers if answer.id != written.id)
    open_ = question.row.state in (QuestionState.APPROVED, QuestionState.DEFERRED)
    answered = _with_row(question, state=QuestionState.ANSWERED) if open_ else question
    return msgspec.structs.replace(answered, answers=(*answers, written))


def _retract(_: _Drawn, question: DrawnQuestion, wanted: do.RetractAnswer, __: Wish, ___: Viewer) -> DrawnQuestion:
    left = tuple(answer for answer in question.answers if answer.id != do.answer_of(wanted))
    return msgspec.structs.replace(question, answers=left)


def _handle_reports(_: _Drawn, question: DrawnQuestion, __: do.HandleReports, ___: Wish, ____: Viewer) -> DrawnQuestion:
    return _with_row(question, reports=0)


def _state_only(_: _Drawn, question: DrawnQuestion, wanted: do.Do, __: Wish, ___: Viewer) -> DrawnQuestion:
    target = TABLE[do.move_of(wanted)].target
    return question if target is None else _with_row(question, state=target, order=None)


def _with_row(question: DrawnQuestion, **fields: Any) -> DrawnQuestion:
    return msgspec.structs.replace(question, row=msgspec.structs.replace(question.row, **fields))


_EFFECTS: dict[type, Callable[..., DrawnQuestion]] = {
    do.Vote: _vote,
    do.Unvote: _vote,
    do.Edit: _edit,
    do.Return: _with_reason,
    do.Reject: _with_reason,
    do.Hide: _with_reason,
    do.Merge: _merge,
    do.RetractAnswer: _retract,
    do.Queue: _queue,
    do.Start: _start,
    do.PutBack: _put_back,
    do.Withdraw: _withdraw,
    do.Reopen: _reopen,
    do.Defer: _defer,
    do.Offer: _offer,
    do.Note: _note,
    do.FollowUp: _follow_up,
    do.HandleReports: _handle_reports,
    do.Assign: _assign,
    do.WriteAnswer: _answer,
}
