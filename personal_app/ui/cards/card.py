"""A question as one list shows it: the drawn question and the few words that depend on where it is shown.

Two cards are equal where they would be painted alike (but for the age, which runs on), so a list repaints what changed
and nothing else. Must never paint or measure.
"""

from collections.abc import Iterable

import msgspec

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import Alias, PersonId, QuestionId, TalkId
from personal_app.conference.program import Conference
from personal_app.conference.questions import PUBLIC_STATES, REASONED_STATES, TABLE, VOTABLE_STATES, Move, QuestionState
from personal_app.ui.cards import wording
from personal_app.ui.cards.tone import Tone

__all__ = [
    "Card",
    "Flag",
    "Showing",
    "TalkName",
    "Tone",
    "card",
    "first_in_order",
    "own_card",
    "people_names",
    "place",
    "spoken",
    "talk_names",
]

S = QuestionState


_TONES = {S.ANSWERING: Tone.LIVE, S.ANSWERED: Tone.GOOD, S.REJECTED: Tone.WARN, S.RETURNED: Tone.WARN}


class Flag(msgspec.Struct, frozen=True):
    """A word or two set beside a question, as a chip of one of `widgets.chip`'s tones."""

    words: str
    tone: str = "neutral"


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is painted of one question. `talk` is its title where a list shows several talks; empty parts are left out.

    `name` is how people call it: "#2", or "Paper 3 #2" where several talks are shown, for numbers are counted per talk.
    `mark` says that something of it has not reached the server, `counts` that people can vote or could. `flags` and
    `chairs_note` are what chairs and authors have set beside it; `handled` goes by what fellow chairs select.
    """

    question: DrawnQuestion
    name: str
    state: str
    tone: Tone = Tone.PLAIN
    note: str = ""
    mark: str = ""
    talk: str = ""
    offers: str = ""
    flags: tuple[Flag, ...] = ()
    chairs_note: str = ""
    counts: bool = True
    can_vote: bool = False
    can_edit: bool = False
    can_withdraw: bool = False
    silenced: bool = False
    handled: str = ""

    @property
    def id(self) -> QuestionId:
        """The question's id."""
        return self.question.row.id


class TalkName(msgspec.Struct, frozen=True):
    """How a talk is named on cards beside those of others: a short label for its questions' numbers, and its title."""

    label: str
    title: str


class Showing(msgspec.Struct, frozen=True, kw_only=True):
    """How a list shows its cards: which lead their speaking orders, whether this person may vote and change what they
    asked, how we stand.

    `talks` names the talks where a list shows several; `silent` are the states that the list itself tells. `beside`
    shows what chairs and authors have set beside a question, with the names of `people`, one of whom may be `me`;
    `silenced` are the aliases of those who may not ask, `handled` says of a question which chair has it in hand,
    `persons` whom of the program this person is where an invitation said so (else `me`, the name, must tell), and
    `marked` are those of which one move is to be made together, `alike` those that resemble the one above them.
    """

    first: frozenset[QuestionId] = frozenset()
    may_vote: bool = False
    may_edit: bool = True
    live: bool = True
    talks: dict[TalkId, TalkName] = {}
    silent: frozenset[QuestionState] = frozenset({S.APPROVED})
    beside: bool = False
    people: dict[PersonId, str] = {}
    me: str = ""
    persons: frozenset[PersonId] = frozenset()
    silenced: frozenset[Alias] = frozenset()
    handled: dict[QuestionId, str] = {}
    marked: frozenset[QuestionId] = frozenset()
    alike: frozenset[QuestionId] = frozenset()

    def name(self, question: DrawnQuestion) -> str:
        """Return how people call the question, or nothing before it has a number."""
        number = wording.number(question.row)
        talk = self.talks.get(question.row.talk)
        return f"{talk.label} {number}" if talk is not None and talk.label and number else number


def talk_names(conference: Conference | None, talks: Iterable[TalkId]) -> dict[TalkId, TalkName]:
    """Return the names of `talks` where they are several, else nothing: one talk needs no name on its own cards."""
    found = [talk for talk in map(conference.talk, talks) if talk is not None] if conference is not None else []
    if len(found) < 2:
        return {}
    return {talk.id: TalkName(f"Paper {talk.number}" if talk.number is not None else "", talk.title) for talk in found}


def people_names(conference: Conference | None) -> dict[PersonId, str]:
    """Return the names of everyone in the program."""
    return {person.id: person.name for person in conference.people} if conference is not None else {}


def first_in_order(questions: Iterable[DrawnQuestion]) -> frozenset[QuestionId]:
    """Return the question that leads each session's speaking order."""
    leading: dict[str, DrawnQuestion] = {}
    queued = S.QUEUED
    for question in [question for question in questions if question.row.state is queued]:
        other = leading.get(question.row.session)
        if other is None or place(question) < place(other):
            leading[question.row.session] = question
    return frozenset(question.id for question in leading.values())


def place(question: DrawnQuestion) -> tuple[int, QuestionId]:
    """Return where a queued question stands in its speaking order, to be compared within a session."""
    return (question.row.order or 0, question.id)


def card(question: DrawnQuestion, showing: Showing) -> Card:
    """Return the question as everyone's lists show it."""
    row = question.row
    first = row.id in showing.first
    talk = showing.talks.get(row.talk)
    tone = Tone.NEXT if first and row.state is S.QUEUED else _TONES.get(row.state, Tone.PLAIN)
    return Card(
        question=question,
        name=showing.name(question),
        state=wording.state(row, first=first) if row.state not in showing.silent or first else "",
        tone=tone,
        mark=_mark(question, live=showing.live),
        talk=talk.title if talk is not None else "",
        offers=wording.offers(row),
        counts=row.state in PUBLIC_STATES,
        can_vote=showing.may_vote and row.state in VOTABLE_STATES,
        note=row.reason if row.state in REASONED_STATES else "",
        flags=_flags(question, showing) if showing.beside else (),
        chairs_note=row.note if showing.beside else "",
        silenced=row.alias in showing.silenced,
        handled=showing.handled.get(row.id, ""),
    )


def _flags(question: DrawnQuestion, showing: Showing) -> tuple[Flag, ...]:
    row = question.row
    found = [Flag("Marked", "solid")] if row.id in showing.marked else []
    if row.id in showing.alike:
        found.append(Flag("Like the one above"))
    if row.reports:
        found.append(Flag(wording.reports(row), "warn"))
    if row.follow_up:
        found.append(Flag("Follow-up", "accent"))
    if row.assigned is not None:
        name = showing.people.get(row.assigned, "")
        by_name = not showing.persons and bool(name) and wording.same_name(name, showing.me)
        mine = row.assigned in showing.persons or by_name
        found.append(Flag(wording.assigned(name, mine=mine), "accent" if mine else "neutral"))
    return tuple(found)


def own_card(question: DrawnQuestion, showing: Showing) -> Card:
    """Return the person's own question with a sentence about what became of it."""
    shown = card(question, showing)
    first = question.id in showing.first
    return msgspec.structs.replace(
        shown,
        state=wording.state(question.row, first=first),
        note=wording.fate(question, first=first),
        can_edit=showing.may_edit and question.row.state in TABLE[Move.EDIT].sources,
        can_withdraw=question.row.state in TABLE[Move.WITHDRAW].sources,
    )


def spoken(card: Card) -> str:
    """Return the card in one sentence for a screen reader."""
    row = card.question.row
    silenced = ", who is silenced" if card.silenced else ""
    parts = [card.name, row.text, f"asked by {wording.asker(row)}{silenced}", card.state, card.note]
    if card.counts:
        parts.append(wording.count(card.question.votes, "vote", "votes"))
    if card.question.voted:
        parts.append("you voted for it")
    parts += [f"answer by {answer.writer}: {answer.text}" for answer in card.question.answers]
    parts += [flag.words for flag in card.flags]
    parts.append(card.handled)
    parts += [f"Chairs' note: {card.chairs_note}" if card.chairs_note else "", card.offers, card.mark]
    return ". ".join(part for part in parts if part)


def _mark(question: DrawnQuestion, *, live: bool) -> str:
    if not question.unsent:
        return ""
    if not live:
        return "Not sent yet"
    # While we are live a vote is there before anyone has read a mark; a question's way is worth a word.
    return "Sending…" if Move.ASK in question.unsent else ""
