"""The checker of recorded histories: what was acknowledged is there once, what was refused is not, all see the same.

It knows nothing of how anything works but what is promised. Run over a folder: `python -m tests.history.check FOLDER`.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from personal_app.conference import commands as do
from personal_app.conference.board import DrawnQuestion
from personal_app.conference.messages import Done, Refused
from personal_app.conference.questions import QuestionState
from tests.history.records import Record, Seen, Sent, Told, Truth, read

#: States in which everyone sees a question.
_PUBLIC = frozenset(
    {
        QuestionState.APPROVED,
        QuestionState.QUEUED,
        QuestionState.ANSWERING,
        QuestionState.ANSWERED,
        QuestionState.DEFERRED,
    }
)
NOBODY = "nobody"

#: A command is known by who sent it and its id.
_Key = tuple[str, str]


class _Course(msgspec.Struct):
    """How one command went."""

    sent: Sent
    done: list[Done] = []
    refused: list[Refused] = []

    @property
    def settled(self) -> bool:
        return bool(self.done or self.refused)


def faults(records: Sequence[Record]) -> list[str]:
    """Return a sentence for each promise that a history breaks."""
    (truth,) = [record for record in records if isinstance(record, Truth)]
    found: list[str] = []
    courses = _courses(records, found)
    found += _answers(courses, truth)
    found += _order(records)
    found += _questions(courses, truth)
    found += _votes(courses, truth)
    found += _views([record for record in records if isinstance(record, Seen)], truth)
    return found


def _courses(records: Iterable[Record], found: list[str]) -> dict[_Key, _Course]:
    courses: dict[_Key, _Course] = {}
    for record in _in_time(records):
        if isinstance(record, Sent):
            course = courses.setdefault((record.who, record.command.id), _Course(record))
            if course.sent.command != record.command:
                found.append(f"{record.command.id} was sent with two bodies")
            continue
        told = courses.get((record.who, str(record.answer.id)))
        if told is None:
            found.append(f"{record.who} was answered {record.answer.id}, which they did not send")
        elif isinstance(record.answer, Done):
            told.done.append(record.answer)
        elif record.answer.final:
            told.refused.append(record.answer)
    return courses


def _answers(courses: dict[_Key, _Course], truth: Truth) -> Iterator[str]:
    """Every acknowledged command is there once, as it was told; no refused one is, nor one that nobody sent."""
    kept = Counter((each.participant, each.command) for each in truth.done)
    counters = {(each.participant, each.command): (each.revision, each.tally) for each in truth.done}
    for key, course in courses.items():
        told = {(done.revision, done.tally) for done in course.done}
        if len(told) > 1:
            yield f"{key} was acknowledged in two ways: {sorted(told)}"
        if course.done and course.refused:
            yield f"{key} was acknowledged and refused"
        if course.done and kept[key] != 1:
            yield f"{key} was acknowledged and is there {kept[key]} times"
        if course.done and kept[key] and counters[key] not in told:
            yield f"{key} was acknowledged at {sorted(told)} and is kept at {counters[key]}"
        if course.refused and not course.done and kept[key]:
            yield f"{key} was refused and is there"
    for key in kept:
        if key not in courses:
            yield f"{key} is there and was never sent"


def _order(records: Iterable[Record]) -> Iterator[str]:
    """What was sent after something was acknowledged comes after it."""
    known = (0, 0)
    before: dict[_Key, tuple[int, int]] = {}
    for record in _in_time(records):
        if isinstance(record, Sent):
            before.setdefault((record.who, record.command.id), known)
        elif isinstance(record.answer, Done):
            least = before.get((record.who, record.answer.id), (0, 0))
            if record.answer.revision < least[0] or record.answer.tally < least[1]:
                yield f"{record.answer.id} was put before what was acknowledged before it was sent"
            known = (max(known[0], record.answer.revision), max(known[1], record.answer.tally))


def _questions(courses: dict[_Key, _Course], truth: Truth) -> Iterator[str]:
    asked = {course.sent.command.do.question: (key, course) for key, course in courses.items() if _is(course, do.Ask)}  # type: ignore[union-attr]
    kept = Counter(question.id for question in truth.questions)
    revisions = Counter(course.done[0].revision for _, course in asked.values() if course.done)
    for id_, (key, course) in asked.items():
        if course.done and kept[id_] != 1:
            yield f"question {id_} was acknowledged and is there {kept[id_]} times"
        if course.refused and not course.done and kept[id_]:
            yield f"question {id_} was refused and is there"
        if course.done and revisions[course.done[0].revision] > 1:
            yield f"question {id_} shares its revision with another, though asked by {key[0]}"
    for question in truth.questions:
        if question.id not in asked:
            yield f"question {question.id} is there and was never asked"
            continue
        (who, _), course = asked[question.id]
        words = course.sent.command.do.text  # type: ignore[union-attr]
        if question.asker != who or question.text != words:
            yield f"question {question.id} is not what was asked"


def _votes(courses: dict[_Key, _Course], truth: Truth) -> Iterator[str]:
    """Everybody has the votes that their own last settled wishes say; a wish that is open may have come or not."""
    held: dict[tuple[str, str], set[bool]] = defaultdict(lambda: {False})
    for (who, _), course in sorted(courses.items(), key=lambda item: item[1].sent.at):
        if _is(course, do.Vote) or _is(course, do.Unvote):
            vote = (str(do.question_of(course.sent.command.do)), who)
            wanted = isinstance(course.sent.command.do, do.Vote)
            if course.done:
                held[vote] = {wanted}
            elif not course.refused:
                held[vote] = held[vote] | {wanted}
    kept = Counter(truth.votes)
    for vote, may in held.items():
        if (kept[vote] > 0) not in may:
            yield f"the vote {vote} is {'there' if kept[vote] else 'not there'}, against what was acknowledged"
    for known, count in kept.items():
        if count > 1 or known not in held:
            yield f"the vote {known} is there {count} times"


def _views(seen: Sequence[Seen], truth: Truth) -> Iterator[str]:
    fresh = {view.who: view for view in seen if view.fresh}
    for view in seen:
        other = fresh.get(view.who)
        if other is None:
            yield f"{view.who} was not shown what the server would show now"
        elif (view.open, view.polls) != (other.open, other.polls):
            yield f"{view.who} ended with other polls or openings than the server's"
        elif view.questions != other.questions:
            ids = {a.id for a, b in zip(view.questions, other.questions, strict=False) if a != b}
            yield f"{view.who} ended with another view than the server's: {sorted(ids)[:3]}"
    if NOBODY not in fresh:
        yield "nobody looked at what is public"
    votes = Counter(question for question, _ in truth.votes)
    wanted = {(q.id, q.text, q.state, votes[q.id]) for q in truth.questions if q.state in _PUBLIC}
    for who, view in fresh.items():
        shown = {_shown(drawn) for drawn in view.questions if drawn.row.state in _PUBLIC}
        if shown != wanted:
            yield f"{who} is shown {len(shown - wanted)} questions that are not so and misses {len(wanted - shown)}"


def _shown(drawn: DrawnQuestion) -> tuple[str, str, str, int]:
    return drawn.id, drawn.row.text, drawn.row.state.value, drawn.votes


def _in_time(records: Iterable[Record]) -> list[Sent | Told]:
    return sorted((record for record in records if isinstance(record, Sent | Told)), key=lambda record: record.at)


def _is(course: _Course, kind: type) -> bool:
    return isinstance(course.sent.command.do, kind)


def main(folder: Path) -> int:
    """Check a folder's history; return the exit status."""
    records = read(folder)
    found = faults(records)
    print(*found, sep="\n")
    print(f"{len(records)} records, {len(found)} faults")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
