"""A server and its clients reduced to what the laws speak of: no sockets, no files, one thread, every frame in hand.

The server is the real register, rules and visibility behind the simplest ledger and hub that could be right. Clients
are the real client session and board. Frames are the real bytes and wait in a queue per connection until a script
delivers them or cuts the connection, which loses them. `allowed` is a second, independent account of who may see what.
"""

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import Protocol

import msgspec

from personal_app.conference import messages, visibility
from personal_app.conference.board import Board, DrawnPoll
from personal_app.conference.clock import to_epoch_ms
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.ids import CommandId, Epoch, ParticipantId, PollId, QuestionId, Revision, TalkId, Tally
from personal_app.conference.moderation import Call, decide
from personal_app.conference.people import Audience, Grant, Participant
from personal_app.conference.program import Conference
from personal_app.conference.questions import Question, Silence
from personal_app.conference.reactions import Reaction
from personal_app.conference.register import Decision, Register
from personal_app.conference.rows import (
    AnnouncementRow,
    AnswerRow,
    Beside,
    DraftRow,
    Open,
    OwnSilence,
    PollRow,
    QaRow,
    QuestionRow,
    SilenceRow,
    TimesRow,
    open_key,
)
from personal_app.conference.session_client import Answered, Applied, ClientSession, Replaced, ResumePoint, Welcomed
from personal_app.conference.session_server import Joined, Send, ServerSession, Submit, refused
from personal_app.conference.wishes import Viewer, Wish, draw, shown
from tests.factories import START, random_like

#: Small, so that most full states come in several parts.
ROWS_PER_PART = 3
PUBLIC = ("approved", "queued", "answering", "answered", "deferred")


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """All that a viewer's board holds, for comparing."""

    shared: dict[QuestionId, QuestionRow]
    mine: dict[QuestionId, QuestionRow]
    answers: dict[str, AnswerRow]
    open: dict[str, Beside]
    polls: dict[PollId, DrawnPoll]
    reactions: dict[tuple[str, str], int]
    counts: dict[QuestionId, int]
    voted: frozenset[QuestionId]
    silences: dict[str, OwnSilence]


def held(board: Board) -> Held:
    """Return what the board holds; counts and votes of questions that are not held do not matter."""
    drawn = board.drawn()
    return Held(
        shared=dict(board.shared),
        mine=dict(board.mine),
        answers={answer.id: answer for answer in board.answers.values() if not answer.retracted},
        open={key: row for key, row in board.open.items() if not _over(row)},
        polls=board.drawn_polls(),
        reactions={(counted.talk, counted.kind): counted.count for counted in board.drawn_reactions()},
        counts={id_: question.votes for id_, question in drawn.items()},
        voted=frozenset(id_ for id_, question in drawn.items() if question.voted),
        silences={key: own for key, own in board.own_silences.items() if not own.ended},
    )


def _over(row: Beside) -> bool:
    match row:
        case SilenceRow():
            return row.ended
        case AnnouncementRow():
            return row.ended and not row.history
        case PollRow():
            return row.gone
        case DraftRow():
            return not row.text
    return False


class Ledger:
    """The server's truth: the register, who takes part, and what was done under which command id."""

    def __init__(self, conference: Conference, people: tuple[Participant, ...]) -> None:
        self.register = Register(conference, secret=b"a secret of the laws")
        self.people = {person.id: person for person in people}
        self.epoch = Epoch("epoch-1")
        self.restored = 1
        self.now = START
        self.done: dict[tuple[ParticipantId, str], tuple[bytes, messages.Done]] = {}
        #: What was merged into what when each of them came.
        self.trees: dict[tuple[ParticipantId, str], dict[QuestionId, QuestionId]] = {}
        #: Told of each decision with the tally its votes carry, and of each participant who was granted something.
        self.published: Callable[[Decision, Tally], None] = lambda _, __: None
        self.granted: Callable[[Participant], None] = lambda _: None

    def submit(self, actor: ParticipantId, command: messages.Command) -> messages.Done | messages.Refused:
        """Carry a command out, once."""
        self.now += timedelta(seconds=1)
        body = messages.encode(command)
        known = self.done.get((actor, command.id))
        if known is not None:
            if known[0] == body:
                return known[1]
            return refused(known[1].id, Refusal(RefusalCode.ID_REUSED, "This id was used for another command."))
        call = Call(
            actor=self.people[actor],
            do=command.do,
            now=self.now,
            revision=Revision(self.register.revision + 1),
            seen=None if command.seen is None else Revision(command.seen),
        )
        id_ = CommandId(command.id)
        try:
            decision = decide(self.register, call)
        except Refusal as refusal:
            return refused(id_, refusal)
        tree = {id_: row.into for id_, row in self.register.questions.items() if row.into is not None}
        tally = Tally(self.register.tally + 1)
        self.register.apply(decision, tally)
        if decision != Decision():
            self.published(decision, tally)
        done = messages.Done(id=id_, revision=self.register.revision, tally=self.register.tally)
        self.done[actor, command.id] = (body, done)
        self.trees[actor, command.id] = tree
        return done

    def react(self, talk: TalkId, kind: Reaction, times: int) -> None:
        """Count reactions that came in a moment."""
        decision = self.register.reacted_to({(talk, kind): times})
        tally = Tally(self.register.tally + 1)
        self.register.apply(decision, tally)
        self.published(decision, tally)

    def view(self, viewer: ParticipantId | None) -> str:
        """Return the opaque name of what the viewer is: participant and grants."""
        return "public" if viewer is None else random_like(repr((viewer, sorted(self.people[viewer].grants))))

    def copied(self) -> "Ledger":
        """Return a copy of the truth of this moment."""
        copy = Ledger(self.register.conference, tuple(self.people.values()))
        copy._take(self)
        return copy

    def restore(self, backup: "Ledger") -> None:
        """Make the truth that of a backup again, under a new epoch; grants stay as they are."""
        self._take(backup)
        self.restored += 1
        self.epoch = Epoch(f"epoch-{self.restored}")

    def _take(self, other: "Ledger") -> None:
        known = other.register
        self.register = Register(known.conference, revision=known.revision, tally=known.tally)
        self.register.aliases = known.aliases
        self.register.take_rows(known.questions.values(), known.answers.values())
        self.register.take_open(known.open.values())
        self.register.take_silences(known.silences.values())
        self.register.moves = {id_: list(moves) for id_, moves in known.moves.items()}
        self.register.openings = {key: list(records) for key, records in known.openings.items()}
        self.register.votes = {id_: set(voters) for id_, voters in known.votes.items()}
        self.register.tallied = dict(known.tallied)
        self.register.take_polls(known.polls.values())
        self.register.ballots = {id_: dict(held) for id_, held in known.ballots.items()}
        self.register.polled = dict(known.polled)
        self.register.reactions = {talk: dict(counts) for talk, counts in known.reactions.items()}
        self.register.reacted = dict(known.reacted)
        self.done = dict(other.done)
        self.trees = dict(other.trees)

    def grant(self, person: ParticipantId, grant: Grant) -> None:
        """Give a participant one more grant."""
        known = self.people[person]
        self.people[person] = msgspec.structs.replace(known, grants=tuple(sorted({*known.grants, grant})))
        self.granted(self.people[person])

    def fresh(self, viewer: ParticipantId | None) -> Board:
        """Return the board of somebody who comes with nothing now."""
        board = Board()
        state, mine = self.whole(viewer)
        board.apply(
            messages.Changes(
                revision=self.register.revision,
                tally=self.register.tally,
                set=state.rows,
                tallies=state.tallies,
                poll_counts=state.poll_counts,
                reactions=state.reactions,
            ),
            mine,
        )
        return board

    def whole(self, viewer: ParticipantId | None) -> tuple[visibility.SharedPart, messages.Mine | None]:
        """Return everything that the viewer may see."""
        return (
            visibility.shared_since(self.register, self._audience(viewer), Revision(0), Tally(0)),
            self.own(viewer, Revision(0), Tally(0), full=True),
        )

    def since(
        self, viewer: ParticipantId | None, revision: Revision, tally: Tally
    ) -> tuple[visibility.SharedPart, messages.Mine | None]:
        """Return what the viewer lacks."""
        return (
            visibility.shared_since(self.register, self._audience(viewer), revision, tally),
            self.own(viewer, revision, tally, full=False),
        )

    def own(
        self, viewer: ParticipantId | None, revision: Revision, tally: Tally, *, full: bool
    ) -> messages.Mine | None:
        """Return what the viewer lacks of their own, or None for the public and where it is nothing."""
        if viewer is None:
            return None
        part = visibility.mine_since(self.register, viewer, revision, tally)
        if part.empty and not full:
            return None
        return messages.Mine(
            revision=self.register.revision,
            tally=self.register.tally,
            full=full,
            set=part.rows,
            votes=part.votes,
            silences=part.silences,
            ballots=part.ballots,
        )

    def _audience(self, viewer: ParticipantId | None) -> Audience:
        return visibility.audience_of(self.register, None if viewer is None else self.people[viewer])


class Connection(Protocol):
    """The server's end of one connection; `frames` are handed to the transport and not yet received.

    Beside a frame may stand what the viewer is to hold once it has been taken in.
    """

    frames: deque[tuple[bytes, Held | None]]

    def receive(self, message: messages.ClientMessage) -> None:
        """Take in what the client sent."""

    def tick(self) -> None:
        """Hand over what the client lacks."""

    def cut(self) -> None:
        """The connection is gone."""


class Line:
    """One connection as the simplest hub keeps it."""

    def __init__(self, ledger: Ledger, viewer: ParticipantId | None) -> None:
        self.frames: deque[tuple[bytes, Held | None]] = deque()
        self._ledger = ledger
        self.viewer = viewer
        self._session = ServerSession(me=None if viewer is None else ledger.people[viewer])
        self._sent = (Revision(0), Tally(0))
        self._view = ""

    def receive(self, message: messages.ClientMessage) -> None:
        """Take in what the client sent."""
        for event in self._session.receive(messages.encode(message), self._ledger.now):
            match event:
                case Joined():
                    self._join(event)
                case Send():
                    self._put(event.message)
                case Submit():
                    assert self.viewer is not None
                    self._put(self._ledger.submit(self.viewer, event.command))

    def tick(self) -> None:
        """Hand over what the client lacks; all of it anew where its grants have changed."""
        if self._view != self._ledger.view(self.viewer):
            self._welcome()
            self._state()
            return
        register = self._ledger.register
        if self._sent == (register.revision, register.tally):
            return
        self._changes(*self._sent)

    def cut(self) -> None:
        """Nothing is kept of a lost connection."""

    def _join(self, joined: Joined) -> None:
        register = self._ledger.register
        self._welcome()
        since = joined.since
        if (
            since is None
            or since.epoch != self._ledger.epoch
            or joined.view != self._view
            or since.revision > register.revision
            or since.tally > register.tally
        ):
            self._state()
        else:
            self._changes(since.revision, since.tally)

    def _welcome(self) -> None:
        self._view = self._ledger.view(self.viewer)
        person = None if self.viewer is None else self._ledger.people[self.viewer]
        self._put(
            messages.Welcome(
                epoch=self._ledger.epoch,
                server_time=to_epoch_ms(self._ledger.now),
                view=self._view,
                limits=messages.LIMITS,
                program='"p1"',
                me=None
                if person is None
                else messages.Me(participant=person.id, name=person.name, grants=person.grants),
            )
        )

    def _state(self) -> None:
        register = self._ledger.register
        state, mine = self._ledger.whole(self.viewer)
        if mine is not None:
            self._put(mine)
        parts = [state.rows[at : at + ROWS_PER_PART] for at in range(0, len(state.rows), ROWS_PER_PART)] or [()]
        for number, rows in enumerate(parts):
            last = number == len(parts) - 1
            part = messages.State(
                part=number,
                last=last,
                revision=register.revision,
                tally=register.tally,
                set=rows,
                tallies=state.tallies if last else (),
                poll_counts=state.poll_counts if last else (),
                reactions=state.reactions if last else (),
            )
            self._put(part, held(self._ledger.fresh(self.viewer)) if last else None)
        self._sent = (register.revision, register.tally)

    def _changes(self, revision: Revision, tally: Tally) -> None:
        register = self._ledger.register
        part, mine = self._ledger.since(self.viewer, revision, tally)
        if mine is not None:
            self._put(mine)
        changes = messages.Changes(
            revision=register.revision,
            tally=register.tally,
            set=part.rows,
            gone=part.gone,
            tallies=part.tallies,
            poll_counts=part.poll_counts,
            reactions=part.reactions,
        )
        self._put(changes, held(self._ledger.fresh(self.viewer)))
        self._sent = (register.revision, register.tally)

    def _put(self, message: messages.ServerMessage, then_held: Held | None = None) -> None:
        frame = messages.encode(message)
        assert_allowed(self._ledger, self.viewer, frame)
        self.frames.append((frame, then_held))


class Device:
    """One of a person's machines: what it holds survives its connections."""

    def __init__(
        self,
        ledger: Ledger,
        viewer: ParticipantId | None,
        connect: Callable[[Ledger, ParticipantId | None], Connection] = Line,
    ) -> None:
        self.viewer = viewer
        self.board = Board()
        self.line: Connection | None = None
        self._connect = connect
        self.refusals: list[messages.Refused] = []
        self.heard: list[Applied] = []
        self.wishes: dict[str, Wish] = {}
        self._ledger = ledger
        self._resume = ResumePoint()
        self._session: ClientSession | None = None

    def connect(self) -> None:
        """Open a connection, where there is none, and say hello."""
        if self.line is not None:
            return
        unsent = [wish.command for wish in self.wishes.values() if wish.done is None]
        self.line = self._connect(self._ledger, self.viewer)
        self._session = ClientSession("laws/1", self._resume, unsent)
        self._send(self._session.opened(self._now_ms()))

    def cut(self) -> None:
        """Lose the connection and everything that was on its way."""
        if self.line is not None:
            self.line.cut()
        self.line = self._session = None

    def wish(self, command: messages.Command) -> None:
        """Keep a command of this person's and send it as soon as possible."""
        self.wishes[command.id] = Wish(command=command, at=self._ledger.now)
        if self._session is not None:
            self._send(self._session.submit(command))

    def receive(self, frames: int, shuffle: Random | None = None) -> None:
        """Take in the next frames; with `shuffle`, the changes among them are applied in another order."""
        late: list[Applied] = []
        while frames > 0 and self.line is not None and self.line.frames:
            frames -= 1
            frame, then_held = self.line.frames.popleft()
            assert self._session is not None
            for event in self._session.receive(frame, self._now_ms()):
                match event:
                    case Applied() if shuffle is not None:
                        late.append(event)
                    case Replaced():
                        late.clear()
                        self._replaced(event)
                        assert_rows(held(self.board), then_held)
                    case Applied():
                        self._applied(event)
                        assert_rows(held(self.board), then_held)
                    case Answered():
                        self._answered(event.answer)
                    case Welcomed():
                        self._send(self._session.released())
        if shuffle is not None:
            shuffle.shuffle(late)
        for event in late:
            self._applied(event)

    def hear_again(self, which: Random) -> None:
        """Apply changes that were applied before once more, in any order."""
        for event in which.sample(self.heard, min(len(self.heard), 3)):
            self.board.apply(event.changes, event.mine)

    def drawn_wishes(self) -> list[Wish]:
        """Return the wishes that would still be drawn on top of the board."""
        return [wish for wish in self.wishes.values() if not shown(wish, self.board)]

    def assert_drawn(self) -> None:
        """Check that drawing known wishes over the view changes nothing in it."""
        drawn = draw(self.board, self.wishes.values(), self._ledger.register.conference, Viewer())
        assert {question.id: question for question in drawn.questions} == self.board.drawn()

    def _replaced(self, event: Replaced) -> None:
        known, came = self._resume.since, event.resume.since
        if known is not None and came is not None and known.epoch != came.epoch:
            self._doubt_done()
        self.board = Board()
        self.heard.clear()
        self.board.apply(event.changes, event.mine)
        self._resume = event.resume

    def _doubt_done(self) -> None:
        """Send again what was acknowledged under counters that mean nothing any more: once more is harmless."""
        assert self._session is not None
        for id_, wish in list(self.wishes.items()):
            if wish.done is not None:
                self.wishes[id_] = msgspec.structs.replace(wish, done=None)
                self._send(self._session.submit(wish.command))

    def _applied(self, event: Applied) -> None:
        self.board.apply(event.changes, event.mine)
        self.heard.append(event)
        known = self._resume.since
        came = event.resume.since
        if known is None or came is None or known.epoch != came.epoch or known.revision <= came.revision:
            self._resume = event.resume

    def _answered(self, answer: messages.Done | messages.Refused) -> None:
        wish = self.wishes.get(answer.id or "")
        if wish is None:
            return
        if isinstance(answer, messages.Done):
            self.wishes[wish.command.id] = msgspec.structs.replace(wish, done=(answer.revision, answer.tally))
        else:
            self.refusals.append(answer)
            del self.wishes[wish.command.id]

    def _send(self, outgoing: list[messages.ClientMessage]) -> None:
        assert self.line is not None
        for message in outgoing:
            self.line.receive(message)

    def _now_ms(self) -> int:
        return to_epoch_ms(self._ledger.now)


def assert_rows(now: Held, expected: Held | None) -> None:
    """Check the first law for rows: they are those of a newcomer at the moment the frame was made, where known."""
    if expected is None:
        return
    assert now.shared == expected.shared
    assert now.mine == expected.mine
    assert now.answers == expected.answers
    assert now.open == expected.open
    assert now.silences == expected.silences
    assert now.polls.keys() == expected.polls.keys()


def assert_allowed(ledger: Ledger, viewer: ParticipantId | None, frame: bytes) -> None:
    """Check the second law on a frame as it is handed over; texts, reasons and names are marked as ‹so›."""
    found = frame.decode()
    words = {part.partition("›")[0] for part in found.split("‹")[1:]}
    too_much = words - allowed(ledger, viewer)
    assert not too_much, f"{viewer} was sent {too_much}"
    ids = {id_ for id_ in ledger.people if id_ in found}
    assert ids <= allowed_ids(ledger, viewer), f"{viewer} was sent the ids of {ids}"
    aliases = {question.alias for question in ledger.register.questions.values() if question.alias in found}
    assert aliases <= allowed_aliases(ledger, viewer), f"{viewer} was sent {aliases}"
    results = {count[0] for count in msgspec.json.decode(frame).get("poll_counts", ())}
    assert results <= allowed_results(ledger, viewer), f"{viewer} was sent the results of {results}"


def marked(text: str) -> str:
    """Return the text as the laws can find it again."""
    return f"‹{text}›"


def _marks(text: str) -> set[str]:
    return {part.partition("›")[0] for part in text.split("‹")[1:]}


def allowed(ledger: Ledger, viewer: ParticipantId | None) -> set[str]:
    """Return every marked word that the viewer may be told at this moment, written down state by state."""
    words = set() if viewer is None else _marks(ledger.people[viewer].name)
    for row in ledger.register.open.values():
        words |= _marks(row.text) | _marks(row.by) if isinstance(row, AnnouncementRow) else set()
        words |= _in_history_of(ledger, viewer, row)
    for poll in ledger.register.polls.values():
        if poll.state.value in ("open", "closed") or _chairs(ledger, viewer, poll.session):
            words |= _marks(" ".join((poll.text, *poll.options)))
            if _chairs(ledger, viewer, poll.session):
                words |= {mark for move in poll.history for mark in _marks(ledger.people[move.actor].name)}
    for question in ledger.register.questions.values():
        words |= _of_question(ledger, viewer, question)
        chairs = _chairs(ledger, viewer, question.session)
        if chairs:
            words |= _in_history(ledger, question.id) | _marks(question.note)
            words |= {mark for said in ledger.register.silences.values() for mark in _silenced(said, question)}
        if chairs or _presents(ledger, viewer, question.talk):
            words |= _in_draft(ledger, question) if chairs or question.state.value in PUBLIC else set()
            words |= {mark for offer in question.offers for mark in _marks(offer.name)}
        if chairs or question.state.value in PUBLIC:
            for answer in ledger.register.answers_to(question.id):
                words |= set() if answer.retracted else _marks(answer.text) | _marks(answer.writer_name)
    return words


def _of_question(ledger: Ledger, viewer: ParticipantId | None, question: Question) -> set[str]:
    """Return the words of the question itself, and of those who asked and answer it."""
    privy = _chairs(ledger, viewer, question.session) or viewer == question.asker
    match question.state.value:
        case "pending" | "returned" | "rejected" | "merged" | "hidden":
            visible, text = privy, privy
        case "withdrawn":
            visible, text = privy, False
        case state if state in PUBLIC:
            visible, text = True, True
        case _:
            raise AssertionError(f"nobody wrote down who sees a question that is {question.state}")
    if not visible:
        return set()
    words = _marks(question.text) if text else set()
    words |= set() if question.anonymous else _marks(question.asker_name)
    words |= _merged_askers(ledger, question.id)
    if privy and question.state.value in ("returned", "rejected", "hidden"):
        words |= _marks(question.reason)
    if question.answerer is not None:
        words |= _marks(question.answerer.name)
    return words


def _in_draft(ledger: Ledger, question: Question) -> set[str]:
    row = ledger.register.open.get(f"draft {question.id}")
    return _marks(row.text) | _marks(row.by) if isinstance(row, DraftRow) else set()


def _in_history(ledger: Ledger, question: QuestionId) -> set[str]:
    """Return what chairs are told of a question's past: reasons, and who made each move but for the asker."""
    words: set[str] = set()
    for record in ledger.register.history(question):
        words |= _marks(record.reason)
        if record.move.value not in ("ask", "edit", "withdraw"):
            words |= _marks(ledger.people[record.actor].name)
    return words


def _in_history_of(ledger: Ledger, viewer: ParticipantId | None, row: Open) -> set[str]:
    """Return what those who look after a row are told of its past: who made it what it became."""
    match row:
        case QaRow():
            told = _chairs(ledger, viewer, ledger.register.talks[row.talk].session)
        case TimesRow():
            told = _chairs(ledger, viewer, row.session)
        case AnnouncementRow():
            told = _chairs(ledger, viewer, "")
        case DraftRow():
            told = False
    records = ledger.register.openings.get(open_key(row), ()) if told else ()
    words = {mark for record in records for mark in _marks(ledger.people[record.actor].name)}
    became = [record.became for record in records]
    return words | {mark for each in became if isinstance(each, AnnouncementRow) for mark in _marks(each.text)}


def _silenced(said: Silence, question: Question) -> set[str]:
    """Return the words of a silence that was said by the question: the chair's name, and the asker's where it stood."""
    if said.question != question.id:
        return set()
    return _marks(said.by) | (set() if question.anonymous else _marks(question.asker_name))


def allowed_aliases(ledger: Ledger, viewer: ParticipantId | None) -> set[str]:
    """Return the aliases that the viewer may be told: those of the askers in the sessions that they chair."""
    questions = ledger.register.questions.values()
    return {question.alias for question in questions if _chairs(ledger, viewer, question.session)}


def _merged_askers(ledger: Ledger, question: QuestionId) -> set[str]:
    """Return the names of those who asked under their name what is merged into the question, at any depth."""
    words: set[str] = set()
    for other in ledger.register.questions.values():
        if other.into == question:
            words |= _merged_askers(ledger, other.id)
            if not other.anonymous:
                words |= _marks(other.asker_name)
    return words


def allowed_ids(ledger: Ledger, viewer: ParticipantId | None) -> set[ParticipantId]:
    """Return the participants whose ids the viewer may be told: who offers or answers, to chairs and co-authors."""
    ids = set() if viewer is None else {viewer}
    for question in ledger.register.questions.values():
        if _chairs(ledger, viewer, question.session) or _presents(ledger, viewer, question.talk):
            speakers = (*question.offers, *([question.answerer] if question.answerer is not None else ()))
            draft = ledger.register.open.get(f"draft {question.id}")
            ids |= {draft.participant} if isinstance(draft, DraftRow) else set()
            ids |= {answer.writer for answer in ledger.register.answers_to(question.id)}
            ids |= {speaker.participant for speaker in speakers if speaker.participant is not None}
    return ids


def allowed_results(ledger: Ledger, viewer: ParticipantId | None) -> set[PollId]:
    """Return the polls of which the viewer may be told how many chose what."""
    polls = set()
    for id_, poll in ledger.register.polls.items():
        chairs = _chairs(ledger, viewer, poll.session)
        voted = poll.state.value == "open" and viewer in ledger.register.ballots.get(id_, {})
        if chairs or voted or poll.state.value == "closed":
            polls.add(id_)
    return polls


def _chairs(ledger: Ledger, viewer: ParticipantId | None, session: str) -> bool:
    grants = ledger.people[viewer].grants if viewer is not None else ()
    return any(
        grant.role.value == "organizer" or (grant.role.value == "chair" and grant.scope == session) for grant in grants
    )


def _presents(ledger: Ledger, viewer: ParticipantId | None, talk: str) -> bool:
    grants = ledger.people[viewer].grants if viewer is not None else ()
    return any(grant.role.value == "author" and grant.scope == talk for grant in grants)
