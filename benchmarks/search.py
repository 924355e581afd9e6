"""[search] As one types over 50 hours of transcripts: how long from a letter to what was found?

The profile holds 50 talks of an hour with captions of our own making and 2,000 questions with answers. Queries are
typed letter by letter, as a person does who waits for each answer: words that are rare and common, beginnings of words,
several words, phrases, and Chinese. What is timed is the whole way, from the service's call to what it posts: both
indexes on their own threads, ranking, and the words around each hit. The bar (`peer`) is 30 ms for the 95th of a
hundred.
"""

import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace
from typing import Any, cast

from benchmarks._figure import report
from benchmarks._large import SIGNS, START, large_conference, sentences, vocabulary
from personal_app.bootstrap.rooms import Rooms
from personal_app.bootstrap.searching import Found, Searching
from personal_app.conference.finding import terms_of
from personal_app.conference.ids import (
    AnswerId,
    Epoch,
    QuestionId,
    Revision,
    SessionId,
    TalkId,
    Tally,
    random_id,
)
from personal_app.conference.messages import Changes, Mine, Since
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import AnswerRow, QuestionRow
from personal_app.conference.session_client import Replaced, ResumePoint
from personal_app.store.search_thread import SearchThread
from personal_app.store.store import Store

TALKS = 50
QUESTIONS = 2_000
ROUNDS = 5
BAR_MS = 30.0


def main() -> None:
    """Measure and print the figure."""
    chance = random.Random(5)
    words = vocabulary(chance)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        conference = large_conference(folder, TALKS, chance, words)
        store, search = Store(folder), SearchThread(folder)
        store.apply(_questions(chance, words)).result()
        began = time.perf_counter()
        search.take_conference(conference)
        assert search.wait_idle(600)
        read_in_s = time.perf_counter() - began
        posted: SimpleQueue[Any] = SimpleQueue()
        rooms = cast(Rooms, SimpleNamespace(store=store, search=search))
        searching = Searching(
            cast(Any, None), rooms, lambda told: posted.put(told) if isinstance(told, Found) else None
        )
        ours = []
        for number in range(-1, ROUNDS):
            times = _typed(searching, posted, chance, words)
            p95 = statistics.quantiles(times, n=20)[-1]
            print(f"round {number + 1}: p95 {p95:.1f} ms of {len(times)} letters", file=sys.stderr)
            if number >= 0:
                ours.append(p95)
        assert store.close(30)
        assert search.close(30)
        size_mb = (folder / "search.sqlite").stat().st_size / 1e6
    report(
        "search",
        ours,
        [BAR_MS] * ROUNDS,
        "ms, p95, from a letter to what was found",
        hours=TALKS,
        read_in_s=round(read_in_s, 2),
        index_mb=round(size_mb, 1),
    )


def _typed(searching: Searching, posted: "SimpleQueue[Any]", chance: random.Random, words: list[str]) -> list[float]:
    """Type some queries letter by letter; return what each letter took, in ms."""
    times = []
    for query in _queries(chance, words):
        for end in range(1, len(query) + 1):
            began = time.perf_counter()
            terms = terms_of(query[:end])
            if not terms:
                continue
            searching.find(end, terms)
            found: Found = posted.get(timeout=30)
            times.append((time.perf_counter() - began) * 1000)
            assert found.number == end
    return times


def _queries(chance: random.Random, words: list[str]) -> list[str]:
    common, middling, rare = words[:20], words[100:1_000], words[5_000:]
    queries = [chance.choice(some) for some in (common, common, middling, middling, rare, rare)]
    queries += [f"{chance.choice(middling)} {chance.choice(common)}", f"{chance.choice(common)} {chance.choice(rare)}"]
    queries += [
        f'"{chance.choice(common)} {chance.choice(common)}"',
        f'"{chance.choice(common)} {chance.choice(rare)}"',
    ]
    at = chance.randrange(len(SIGNS) - 2)
    return [*queries, SIGNS[at : at + 2], "recommendation embedding", "zzzz nothing"]


def _questions(chance: random.Random, words: list[str]) -> Replaced:
    rows: list[QuestionRow | AnswerRow] = []
    for number, text in enumerate(sentences(chance, words, QUESTIONS, 18), start=1):
        talk = number % TALKS
        question = QuestionRow(
            id=QuestionId(random_id()),
            session=SessionId(f"session-{talk}"),
            talk=TalkId(f"talk-{talk}"),
            text=text,
            state=QuestionState.ANSWERED,
            asked_at=START,
            revision=Revision(number),
            moved=Revision(number),
        )
        answer = AnswerRow(
            id=AnswerId(random_id()),
            question=question.id,
            writer="Samuel",
            text=text[::-1],
            written_at=START,
            revision=Revision(number),
        )
        rows += [question, answer]
    revision, tally = Revision(QUESTIONS), Tally(0)
    return Replaced(
        resume=ResumePoint(since=Since(epoch=Epoch("epoch"), revision=revision, tally=tally), view="view"),
        changes=Changes(revision=revision, tally=tally, set=tuple(rows)),
        mine=Mine(revision=revision, tally=tally, full=True),
    )


if __name__ == "__main__":
    main()
