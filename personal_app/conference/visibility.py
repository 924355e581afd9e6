"""What each viewer may see of a question: the only place that knows.

Everything that leaves the server goes through here: the parts shared by an audience, and the small part that is a
person's own. The rules, by state:

- pending, returned, rejected, merged, hidden: the asker and the session's chairs; withdrawn: the same, without its
  text.
- approved, queued, answering, answered, deferred: everyone.
- The reason of a return, a rejection or a hiding goes to the asker and the chairs; who asked an anonymous question goes
  to nobody else, and when it was asked only to within some minutes. The names of those whose questions were merged into
  one stand with that one, but for the anonymous.
- The chairs' note and how many reported it go to the chairs, who did to nobody; the follow-up mark and whom it is
  assigned to go to the chairs and the talk's authors.
- The alias that stands for the asker, and who was silenced, go to the session's chairs, under the alias alone where it
  was asked anonymously; that they are silenced goes to that person too, without a word of who did it or why.
- The draft of an answer goes to the session's chairs and the talk's authors, while they see the question.
- What a talk's questions are open to, a session's times and announcements: everyone; who made them so, those who may
  change it.
- A poll that is a draft or discarded, and its history: the chairs of its session; open and closed ones: everyone. How
  many chose what: the chairs, who holds a ballot in it, and while it is closed everyone. Who voted for what: nobody.
- How often a talk was sent which reaction: everyone; who sent one is known to nobody.
- The history of a question, and which state it goes back to, go to the chairs; the asker's own moves name nobody.
- Which authors offered to take it live goes to the session's chairs and the talk's authors, and only they are told
  which participant an offer, the answering or a written answer is; everyone else sees the name.

This module must never decide a move (`moderation`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from personal_app.conference.ids import ParticipantId, PollId, QuestionId, Revision, TalkId, Tally
from personal_app.conference.openings import minds
from personal_app.conference.people import PUBLIC, Audience, Participant, audience
from personal_app.conference.polls import SHOWN_STATES, Poll, PollCount, PollState
from personal_app.conference.questions import (
    ASKERS_MOVES,
    PUBLIC_STATES,
    REASONED_STATES,
    Answer,
    MoveRecord,
    Question,
    QuestionState,
    Silence,
    Speaker,
)
from personal_app.conference.reactions import ReactionCount
from personal_app.conference.register import OpeningRecord, Register
from personal_app.conference.rows import (
    AnnouncementRow,
    AnswerRow,
    DraftRow,
    MarkRow,
    MoveRow,
    Open,
    OpeningMoveRow,
    OwnSilence,
    PollMoveRow,
    PollRow,
    QaRow,
    QuestionRow,
    Row,
    SilenceRow,
    SpeakerRow,
    TimesRow,
    draft_key,
    open_key,
)

T = TypeVar("T")

#: Nobody but the asker is told more exactly when an anonymous question was asked: the instant would show whose named
#: one came out of the same outbox with it, or who was seen typing.
ANONYMOUS_WITHIN = timedelta(minutes=5)
#: How many of a question's latest moves its row tells.
HISTORY_TOLD = 20


class SharedPart(msgspec.Struct, frozen=True, kw_only=True):
    """What an audience is to be told: rows it may see, ids it may see no more, and (question, votes) pairs."""

    rows: tuple[Row, ...] = ()
    gone: tuple[QuestionId, ...] = ()
    tallies: tuple[tuple[QuestionId, int], ...] = ()
    poll_counts: tuple[PollCount, ...] = ()
    reactions: tuple[ReactionCount, ...] = ()

    @property
    def empty(self) -> bool:
        """True where there is nothing to tell."""
        return not (self.rows or self.gone or self.tallies or self.poll_counts or self.reactions)


class MinePart(msgspec.Struct, frozen=True, kw_only=True):
    """What one person is to be told of their own: their questions as they see them, and the votes they hold."""

    rows: tuple[QuestionRow, ...] = ()
    votes: tuple[tuple[QuestionId, bool], ...] = ()
    silences: tuple[OwnSilence, ...] = ()
    ballots: tuple[tuple[PollId, tuple[int, ...]], ...] = ()

    @property
    def empty(self) -> bool:
        """True where there is nothing to tell."""
        return not (self.rows or self.votes or self.silences or self.ballots)


def audience_of(register: Register, person: Participant | None) -> Audience:
    """Return what `person` may see now, by their grants and by the open polls in which they have voted."""
    if person is None:
        return PUBLIC
    voted_in = register.voted_in(person.id)
    seen_as = audience(person.grants)
    return msgspec.structs.replace(seen_as, voted_in=voted_in) if voted_in else seen_as


def sees_result(poll: Poll, audience: Audience) -> bool:
    """Tell whether `audience` may know how many chose what."""
    if audience.chairs(poll.session) or poll.state is PollState.CLOSED:
        return True
    return poll.state is PollState.OPEN and poll.id in audience.voted_in


def poll_row(poll: Poll, audience: Audience) -> PollRow | None:
    """Return the poll as `audience` may hold it, or None."""
    chair = audience.chairs(poll.session)
    if not chair and poll.state not in SHOWN_STATES:
        return None
    undone = {revision for move in poll.history for revision in move.undoes}
    return PollRow(
        id=poll.id,
        session=poll.session,
        revision=poll.revision,
        state=poll.state,
        talk=poll.talk,
        text=poll.text,
        options=poll.options,
        multiple=poll.multiple,
        made_at=poll.made_at,
        results=chair or poll.state is PollState.CLOSED,
        history=tuple(
            PollMoveRow(
                revision=move.revision,
                move=move.move,
                at=move.at,
                source=move.source,
                target=move.target,
                by=move.actor_name,
                undone=move.revision in undone,
            )
            for move in poll.history[-HISTORY_TOLD:]
        )
        if chair
        else (),
    )


def sees(question: Question, audience: Audience) -> bool:
    """Tell whether the shared part of `audience` holds the question."""
    return question.state in PUBLIC_STATES or audience.chairs(question.session)


def question_row(question: Question, audience: Audience, history: Sequence[MoveRecord] = ()) -> QuestionRow | None:
    """Return the question as `audience` may hold it, or None; `history` are its moves, oldest first."""
    if not sees(question, audience):
        return None
    chair = audience.chairs(question.session)
    row = _row(question, chair=chair, asker=False, offers=chair or audience.presents(question.talk))
    if not chair or not history:
        return row
    return msgspec.structs.replace(row, history=_told(history, anonymous=question.anonymous))


def own_row(question: Question) -> QuestionRow:
    """Return the question as the person who asked it holds it."""
    return _row(question, chair=False, asker=True, offers=False)


def answer_row(answer: Answer, *, privy: bool = False) -> AnswerRow:
    """Return the answer as everyone who sees its question holds it; of a retracted one only that it is.

    Who is `privy`, a chair of the session or an author of the talk, is told which participant wrote it.
    """
    return AnswerRow(
        id=answer.id,
        question=answer.question,
        writer="" if answer.retracted else answer.writer_name,
        text=answer.text,
        written_at=answer.written_at,
        revision=answer.revision,
        by_author=answer.by_author,
        retracted=answer.retracted,
        edited=answer.edited and not answer.retracted,
        participant=answer.writer if privy and not answer.retracted else None,
    )


def silence_row(silence: Silence) -> SilenceRow:
    """Return the silence as the session's chairs hold it: the asker is named where they asked under that name."""
    return SilenceRow(
        id=silence.id,
        session=silence.session,
        question=silence.question,
        by=silence.by,
        at=silence.at,
        revision=silence.revision,
        talk=silence.talk,
        name=silence.name,
        ended=silence.ended,
    )


def shared_since(
    register: Register,
    audience: Audience,
    revision: Revision,
    tally: Tally,
    among: Collection[QuestionId | PollId | TalkId] | None = None,
) -> SharedPart:
    """Return what `audience` lacks that has seen all up to `revision` and all counts up to `tally` (0: everything).

    `among` names the questions, polls and talks that may have changed since, where the caller knows them; else all are
    looked at.
    """
    rows: list[Row] = []
    answers: list[AnswerRow] = []
    drafts: list[Open] = []
    gone: list[QuestionId] = []
    tallies: list[tuple[QuestionId, int]] = []
    for question in _among(register.questions, among):
        changed = question.revision > revision
        row = question_row(question, audience, register.history(question.id))
        if row is None:
            if changed and _was_seen(question, revision):
                gone.append(question.id)
            continue
        if changed:
            rows.append(row)
        # Who was told that it is gone let go of its answers, its draft and its count with it.
        came_back = changed and question.ceased is not None and question.state in PUBLIC_STATES
        answers += [
            answer_row(answer, privy=audience.chairs(question.session) or audience.presents(question.talk))
            for answer in register.answers_to(question.id)
            if (came_back or answer.revision > revision) and not (answer.retracted and revision == 0)
        ]
        draft = register.open.get(draft_key(question.id)) if came_back else None
        drafts += [draft] if draft is not None else []
        counted_at = register.tallied.get(question.id)
        if counted_at is not None and (came_back or counted_at > tally):
            tallies.append((question.id, register.count(question.id)))
    opened = {open_key(row): row for row in (*register.opened_since(revision), *drafts)}
    told = (_opened(register, row, audience) for row in opened.values() if sees_open(register, row, audience))
    # Who comes with nothing need not be told of what is over; who looks after it may undo that.
    news = [row for row in told if revision or not _over(row)]
    silences = [
        silence_row(silence)
        for silence in register.silences.values()
        if silence.revision > revision and audience.chairs(silence.session) and not (silence.ended and revision == 0)
    ]
    polls, poll_counts = _polls_since(register, audience, revision, tally, among)
    return SharedPart(
        rows=(*rows, *answers, *news, *silences, *polls),
        gone=tuple(gone),
        tallies=tuple(tallies),
        poll_counts=tuple(poll_counts),
        reactions=tuple(
            counted
            for talk, at in register.reacted.items()
            if at > tally and (among is None or talk in among)
            for counted in register.reaction_counts(talk)
        ),
    )


def sees_open(register: Register, row: Open, audience: Audience) -> bool:
    """Tell whether the shared part of `audience` holds a row that is shown as it is."""
    if not isinstance(row, DraftRow):
        return True
    question = register.questions[row.question]
    return sees(question, audience) and (audience.chairs(question.session) or audience.presents(question.talk))


def _over(row: Open) -> bool:
    if isinstance(row, DraftRow):
        return not row.text
    return isinstance(row, AnnouncementRow) and row.ended and not row.history


def _opened(register: Register, row: Open, audience: Audience) -> Open:
    """Return the row as `audience` may hold it: with its history for those who look after it."""
    records = register.opened(open_key(row))
    if not records or not minds(register, audience, row):
        return row
    undone = {revision for record in records for revision in record.undoes}
    told = tuple(_opening_move(record, undone) for record in records[-HISTORY_TOLD:])
    return msgspec.structs.replace(row, history=told)


def _opening_move(record: OpeningRecord, undone: Collection[Revision]) -> OpeningMoveRow:
    became = record.became
    told = OpeningMoveRow(
        revision=record.revision,
        move=record.move,
        at=record.at,
        by=record.actor_name,
        undone=record.revision in undone,
        qa=became.qa if isinstance(became, QaRow) else None,
        moderated=became.moderated if isinstance(became, QaRow) else None,
        text=became.text if isinstance(became, AnnouncementRow) else "",
    )
    if not isinstance(became, TimesRow):
        return told
    moved = {field: getattr(became, field) for field in ("late_ms", "extra_ms", "rest_ms", "video_ms")}
    return msgspec.structs.replace(told, **moved)


def _among(held: Mapping[Any, T], ids: Collection[QuestionId | PollId | TalkId] | None) -> Iterable[T]:
    return held.values() if ids is None else [held[id_] for id_ in ids if id_ in held]


def _polls_since(
    register: Register,
    audience: Audience,
    revision: Revision,
    tally: Tally,
    among: Collection[QuestionId | PollId | TalkId] | None,
) -> tuple[list[PollRow], list[PollCount]]:
    rows: list[PollRow] = []
    counts: list[PollCount] = []
    for poll in _among(register.polls, among):
        changed = poll.revision > revision
        row = poll_row(poll, audience)
        if row is not None and changed:
            rows.append(row)
        elif changed and poll.shown is not None and poll.shown <= revision:
            rows.append(PollRow(id=poll.id, session=poll.session, revision=poll.revision, state=poll.state))
        counted_at = register.polled.get(poll.id)
        # Who may know the result since the poll moved was never told of it.
        if counted_at is not None and (changed or counted_at > tally) and sees_result(poll, audience):
            counts.append(register.poll_count(poll.id))
    return rows, counts


def mine_since(register: Register, participant: ParticipantId, revision: Revision, tally: Tally) -> MinePart:
    """Return what `participant` lacks of their own; with `revision` 0 all they have, else what changed since.

    Votes are given whole for every question whose count changed, for who took one back must be told too; but for one
    that came and went while they were away, which they need not know of.
    """
    rows = tuple(
        own_row(question)
        for question in register.questions.values()
        if question.asker == participant and question.revision > revision
    )
    votes = []
    for id_, at in register.tallied.items():
        held = participant in register.voters(id_)
        if at > tally and (held or (tally > 0 and _may_be_known(register.questions[id_], revision))):
            votes.append((id_, held))
    ballots = ((id_, ballot(register, participant, id_)) for id_, at in register.polled.items() if at > tally)
    return MinePart(
        rows=rows,
        votes=tuple(votes),
        silences=own_silences(register, participant, revision),
        ballots=tuple(each for each in ballots if each[1]),
    )


def own_silences(register: Register, participant: ParticipantId, revision: Revision) -> tuple[OwnSilence, ...]:
    """Return how `participant` may not ask and may again, as far as that changed since `revision` (0: may not now)."""
    return tuple(
        OwnSilence(session=silence.session, talk=silence.talk, ended=silence.ended, revision=silence.revision)
        for silence in register.silences.values()
        if silence.participant == participant and silence.revision > revision and not (silence.ended and revision == 0)
    )


def ballot(register: Register, participant: ParticipantId, poll: PollId) -> tuple[int, ...]:
    """Return the options that the person has chosen, for nobody but them."""
    return register.ballots.get(poll, {}).get(participant, ())


def _may_be_known(question: Question, revision: Revision) -> bool:
    return question.state in PUBLIC_STATES or (question.shown is not None and question.shown <= revision)


def _was_seen(question: Question, revision: Revision) -> bool:
    """Tell whether somebody who held everything up to `revision` may hold the question's text."""
    return question.shown is not None and question.shown <= revision and (question.ceased or 0) > revision


def _row(question: Question, *, chair: bool, asker: bool, offers: bool) -> QuestionRow:
    privy = chair or asker
    return QuestionRow(
        id=question.id,
        session=question.session,
        talk=question.talk,
        text="" if question.state is QuestionState.WITHDRAWN else question.text,
        state=question.state,
        asked_at=_blurred(question.asked_at) if question.anonymous and not asker else question.asked_at,
        revision=question.revision,
        moved=question.moved,
        asker=None if question.anonymous else question.asker_name,
        position_ms=question.position_ms,
        number=question.number,
        order=question.order,
        answerer=_speaker_row(question.answerer, privy=offers) if question.answerer is not None else None,
        offers=tuple(_speaker_row(offer, privy=True) for offer in question.offers) if offers else (),
        mark=MarkRow(question.mark.at, question.mark.position_ms) if question.mark is not None else None,
        reason=question.reason if privy and question.state in REASONED_STATES else "",
        before=question.before if chair else None,
        into=question.into if privy else None,
        into_number=question.into_number if privy else None,
        also_asked=question.also_asked,
        note=question.note if chair else "",
        follow_up=question.follow_up and offers,
        assigned=question.assigned if offers else None,
        reports=len(question.reports) - question.handled if chair else 0,
        alias=(question.alias or None) if chair else None,
    )


def _blurred(instant: datetime) -> datetime:
    """Return the beginning of the span that the instant lies in."""
    into = (instant - datetime.min.replace(tzinfo=UTC)) % ANONYMOUS_WITHIN
    return instant - into


def _told(history: Sequence[MoveRecord], *, anonymous: bool) -> tuple[MoveRow, ...]:
    undone = {revision for record in history for revision in record.undoes}
    return tuple(
        MoveRow(
            revision=record.revision,
            move=record.move,
            at=_blurred(record.at) if anonymous and record.move in ASKERS_MOVES else record.at,
            source=record.source,
            target=record.target,
            by=record.actor_name,
            reason=record.reason,
            undone=record.revision in undone,
            off=record.off,
        )
        for record in history[-HISTORY_TOLD:]
    )


def _speaker_row(speaker: Speaker, *, privy: bool) -> SpeakerRow:
    return SpeakerRow(speaker.name, speaker.participant if privy else None)
