"""The conference of 2020 with recordings and questions, as the screens are shown it in tests.

Names, titles and times are the facts of the real program; recordings, captions and questions are made up here.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta

import msgspec

from personal_app.conference.ids import (
    Alias,
    AnswerId,
    ConferenceId,
    PersonId,
    QuestionId,
    RecordingId,
    Revision,
    SessionId,
    Sha256,
    TalkId,
    Tally,
)
from personal_app.conference.messages import Changes, Mine
from personal_app.conference.program import Conference, Item, Opening, Person, Session, SessionKind, Talk
from personal_app.conference.questions import QuestionState
from personal_app.conference.recordings import Caption, Chapter, FileFacts, Recording
from personal_app.conference.rows import AnswerRow, MarkRow, QuestionRow, SpeakerRow

DAY = datetime(2020, 5, 29, 16, 0, tzinfo=UTC)
MINUTE_MS = 60_000
#: In the middle of the first plenary talk's video, 12:24:30 in New York.
DURING_PLENARY = DAY + timedelta(minutes=24, seconds=30)
#: In the research session's Q&A, 13:55 in New York.
DURING_RESEARCH = DAY + timedelta(minutes=115)
BEFORE_ALL = DAY - timedelta(minutes=12)

INTRODUCTION = TalkId("introduction")
CAUSALITY = TalkId("time-context-causality")
MIXED = TalkId("mixed-dimension-embedding")
DEEPRECSYS = TalkId("deeprecsys-tutorial")
RESEARCH = SessionId("research-qa")

_PEOPLE = {
    "carole-jean-wu": (
        "Carole-Jean Wu",
        "Facebook AI Research",
        (
            "Research scientist in computer architecture who works on energy- and memory-efficient "
            "systems, at-scale machine learning and mobile deployment. Chairs the MLPerf recommendation "
            "advisory board."
        ),
    ),
    "udit-gupta": ("Udit Gupta", "Harvard University and Facebook AI Research", ""),
    "yves-raimond": (
        "Yves Raimond",
        "Netflix",
        (
            "Director of machine learning at Netflix, leading a mixed team of researchers and engineers "
            "on recommendation. Earlier at BBC R&D on information extraction from multimedia."
        ),
    ),
    "bilge-acun": ("Bilge Acun", "Facebook AI Research", ""),
    "weijie-zhao": ("Weijie Zhao", "Baidu Research USA", ""),
    "tony-ginart": ("Tony Ginart", "Stanford University", ""),
    "samuel-hsia": ("Samuel Hsia", "Harvard University", ""),
    "hao-jun-michael-shi": ("Hao-Jun Michael Shi", "Northwestern University", ""),
    "bahar-asgari": ("Bahar Asgari", "", ""),
    "ramyad-hadidi": ("Ramyad Hadidi", "", ""),
    "youngeun-kwon": ("Youngeun Kwon", "", ""),
    "liu-ke": ("Liu Ke", "", ""),
}
_PLENARIES = (
    (
        "introduction",
        SessionKind.TALK,
        "Introduction to PeRSonAl",
        0,
        15,
        ("carole-jean-wu", "udit-gupta"),
        (
            "How recommenders grew from hand-written rules to deep learning, what that did to the systems"
            " that serve them, and why systems research should catch up with a workload that takes so "
            "many datacenter cycles."
        ),
    ),
    (
        "time-context-causality",
        SessionKind.PLENARY,
        "Plenary Talk 1: Time, Context and Causality in Recommender Systems",
        15,
        30,
        ("yves-raimond",),
        (
            "What makes a recommendation good? The usual answer predicts whether a person will interact "
            "with an item. The talk follows recent work under that view, shows where it breaks (offline "
            "and online results that disagree, bias, confounding), and argues for a causal view that asks"
            " what the recommendation itself changes."
        ),
    ),
    (
        "gpus-for-training",
        SessionKind.PLENARY,
        "Plenary Talk 2: Ins and Outs of Using GPUs for Training Recommendation Models",
        45,
        30,
        ("bilge-acun",),
        (
            "Recommendation models are not the easy case for GPUs: batch size, the mix of dense and "
            "sparse features and embedding tables larger than GPU memory decide whether training gets "
            "faster at all."
        ),
    ),
    (
        "gpus-and-ssds",
        SessionKind.PLENARY,
        "Plenary Talk 3: Training Massive Scale Deep Learning Ads Systems with GPUs and SSDs",
        75,
        30,
        ("weijie-zhao",),
        "Ads models can have more than 10^11 sparse features and about 10 TB of parameters.",
    ),
)
_PAPERS = (
    (
        "mixed-dimension-embedding",
        "Mixed Dimension Embedding with Application to Memory-Efficient Recommendation Systems",
        ("tony-ginart",),
    ),
    (
        "deeprecsys-tutorial",
        "A Hands On Tutorial Using DeepRecSys to Optimize At-Scale Neural Recommendation Inference",
        ("udit-gupta", "samuel-hsia"),
    ),
    (
        "compositional-embeddings",
        "Compositional Embeddings Using Complementary Partitions for Memory-Efficient Recommendation Systems",
        ("hao-jun-michael-shi",),
    ),
)
_CHAPTERS = ((0, "What is a good recommendation?"), (2, "The usual view"), (5, "Where it breaks"), (9, "Asking why"))
CAPTIONS = (
    Caption(0, 4000, "Welcome, and thank you for coming."),
    Caption(4000, 9000, "What makes a recommendation good?"),
    Caption(9000, 300_000, "The usual answer predicts whether a person\nwill interact with an item."),
    Caption(300_000, 560_000, "Offline and online results disagree more often than we would like."),
    Caption(560_000, 600_000, "So we ask what the recommendation itself changes."),
    Caption(600_000, 660_000, "Confounding is everywhere once you look for it."),
)


def _recording(talk: str, minutes: int) -> Recording:
    chapters = tuple(Chapter(start * MINUTE_MS, title) for start, title in _CHAPTERS if start < minutes)
    facts = FileFacts(sha256=Sha256("0" * 64), size_bytes=1_480_000, media_type="video/mp4")
    return Recording(
        id=RecordingId(f"{talk}-video"),
        talk=TalkId(talk),
        file=facts,
        blocks=(Sha256("0" * 64),) * 2,
        duration_ms=minutes * MINUTE_MS,
        width=1280,
        height=720,
        chapters=chapters,
    )


def _slot(row: tuple[str, SessionKind, str, int, int, tuple[str, ...], str]) -> tuple[Session, Talk, Recording]:
    slug, kind, title, begins, minutes, presenters, abstract = row
    people = tuple(map(PersonId, presenters))
    start, end = DAY + timedelta(minutes=begins), DAY + timedelta(minutes=begins + minutes)
    recording = _recording(slug, minutes - 5)
    item = Item(talk=TalkId(slug), recording=recording.id, offset_ms=0, duration_ms=recording.duration_ms)
    session = Session(
        id=SessionId(slug),
        kind=kind,
        title=title,
        start=start,
        end=end,
        qa_start=end - timedelta(minutes=5),
        qa_end=end,
        talks=(TalkId(slug),),
        abstract=abstract,
        presenters=people,
        video_start=start,
        items=(item,),
    )
    talk = Talk(
        id=TalkId(slug),
        session=session.id,
        title=title,
        abstract=abstract,
        presenters=people,
        recording=recording.id,
    )
    return session, talk, recording


def demo_conference() -> Conference:
    """Return the program of 2020: five sessions, seven talks, seven recordings."""
    slots = [_slot(row) for row in _PLENARIES]
    papers = [_recording(slug, 12) for slug, _, _ in _PAPERS]
    talks = [
        Talk(
            id=TalkId(slug),
            session=RESEARCH,
            title=title,
            presenters=tuple(map(PersonId, authors)),
            number=number,
            recording=RecordingId(f"{slug}-video"),
            opening=Opening.ALWAYS,
        )
        for number, (slug, title, authors) in enumerate(_PAPERS, start=1)
    ]
    start, end = DAY + timedelta(minutes=105), DAY + timedelta(minutes=135)
    research = Session(
        id=RESEARCH,
        kind=SessionKind.QA,
        title="Research Talk Q&A Session",
        start=start,
        end=end,
        qa_start=start,
        qa_end=end,
        talks=tuple(talk.id for talk in talks),
        chairs=tuple(map(PersonId, ("bahar-asgari", "ramyad-hadidi", "youngeun-kwon", "liu-ke", "samuel-hsia"))),
    )
    return Conference(
        id=ConferenceId("personal-2020"),
        title="PeRSonAl 2020",
        subtitle="Tutorial on Personalized Recommendation Systems and Algorithms, second edition",
        timezone="America/New_York",
        day=date(2020, 5, 29),
        sessions=(*(session for session, _, _ in slots), research),
        talks=(*(talk for _, talk, _ in slots), *talks),
        people=tuple(
            Person(id=PersonId(slug), name=name, affiliation=place, bio=bio)
            for slug, (name, place, bio) in _PEOPLE.items()
        ),
        recordings=(*(recording for _, _, recording in slots), *papers),
    )


_P, _A, _Q = QuestionState.PENDING, QuestionState.APPROVED, QuestionState.QUEUED
_NOW, _DONE, _NO = QuestionState.ANSWERING, QuestionState.ANSWERED, QuestionState.REJECTED
#: talk, state, number, order, asker (None: anonymous), position in s or None, votes, minutes ago, text
_ROWS: tuple[tuple[TalkId, QuestionState, int | None, int | None, str | None, int | None, int, int, str], ...] = (
    (
        CAUSALITY,
        _A,
        1,
        None,
        "Priya Raman",
        142,
        14,
        8,
        "How do you choose the time window for the offline evaluation?",
    ),
    (
        CAUSALITY,
        _Q,
        2,
        1 << 20,
        None,
        371,
        23,
        7,
        (
            "You showed that offline and online results disagree. Is there a cheap check that tells us "
            "beforehand which of our offline metrics we should stop trusting?"
        ),
    ),
    (CAUSALITY, _A, 3, None, "Tomás Rivera", None, 5, 5, "Does the causal view need randomized exploration traffic?"),
    (CAUSALITY, _DONE, 4, None, "Mei Chen", 95, 9, 9, "Which bias hurt you most in production?"),
    (
        CAUSALITY,
        _P,
        None,
        None,
        "Ada Osei",
        520,
        0,
        1,
        "Could you say more about the confounders you measured at 8:40?",
    ),
    (MIXED, _NOW, 1, None, "Lena Fischer", 75, 18, 31, "What does the mixed dimension cost at training time?"),
    (MIXED, _Q, 2, 2 << 20, None, 190, 16, 28, "Can the dimension per feature be learnt instead of set by popularity?"),
    (MIXED, _Q, 3, 3 << 20, "Priya Raman", None, 11, 26, "How did you pick the temperature for the popularity rule?"),
    (MIXED, _A, 4, None, "Jonas Weber", 240, 12, 25, "Does it compose with quantization of the tables?"),
    (MIXED, _A, 5, None, None, None, 3, 22, "Is the code open, & if so, under which licence?"),
    (MIXED, _P, None, None, "Sofia Rossi", 410, 0, 6, "Have you tried it on sequences of items rather than on sets?"),
    (MIXED, _P, None, None, None, None, 0, 4, "How does accuracy fall off for the rarest one per cent of items?"),
    (MIXED, _P, None, None, "Ada Osei", 431, 0, 2, "Would the same trick work for the attention layers?"),
    (MIXED, _DONE, 6, None, "Tomás Rivera", 60, 8, 40, "What was the largest table that you compressed?"),
    (MIXED, _NO, None, None, "Ada Osei", None, 0, 38, "When is lunch?"),
    (
        DEEPRECSYS,
        _Q,
        1,
        1 << 20,
        "Mei Chen",
        130,
        15,
        20,
        "Which batch sizes does the scheduler explore, and how fast?",
    ),
    (DEEPRECSYS, _A, 2, None, "Lena Fischer", None, 6, 18, "Does the tutorial run without a GPU?"),
    (DEEPRECSYS, _P, None, None, None, 222, 0, 3, "How do you model the tail latency of a whole query?"),
)
#: The person at the screen in these tests.
ME = "Ada Osei"
_ANSWERS = {
    "Which bias hurt you most in production?": (
        "Yves Raimond",
        True,
        (
            "Presentation bias, by far: what is shown at the top is watched because it is shown at the "
            "top. We hold back a small share of traffic to measure it."
        ),
    ),
    "What was the largest table that you compressed?": (
        "Tony Ginart",
        True,
        "About 200 million rows; it went from 51 GB to a little under 4 GB.",
    ),
}


def question_id(number: int) -> QuestionId:
    """Return the id of the question in that line of the table."""
    return QuestionId(f"question-{number:013d}")


def demo_board(now: datetime, *, chair: bool = False) -> tuple[Changes, Mine]:
    """Return the questions of the conference as an attendee holds them, or as a chair of every session does."""
    rows, mine, answers, tallies, votes = [], [], [], [], []
    for index, row in enumerate(_ROWS):
        made = _row(index, row, now)
        if row[1] in (_P, _NO) and row[4] == ME:
            mine.append(made)
        if chair or row[1] not in (_P, _NO):
            rows.append(msgspec.structs.replace(made, alias=_alias(made)) if chair else made)
        tallies.append((made.id, row[6]))
        if row[6] in (14, 18):
            votes.append((made.id, True))
        if made.text in _ANSWERS:
            answers.append(_answer(index, made, now))
    revision, tally = Revision(len(_ROWS)), Tally(len(_ROWS))
    shared = Changes(revision=revision, tally=tally, set=(*rows, *answers), tallies=tuple(tallies))
    return shared, Mine(revision=revision, tally=tally, full=True, set=tuple(mine), votes=tuple(votes))


def _alias(row: QuestionRow) -> Alias:
    """Return what stands for the asker where chairs look."""
    said = f"{row.talk} anonymous" if row.asker is None else f"{row.session} {row.asker}"
    return Alias(hashlib.sha256(said.encode()).hexdigest()[:16])


def _row(
    index: int,
    row: tuple[TalkId, QuestionState, int | None, int | None, str | None, int | None, int, int, str],
    now: datetime,
) -> QuestionRow:
    talk, state, number, order, asker, at_s, _, ago, text = row
    session = RESEARCH if talk in (MIXED, DEEPRECSYS) else SessionId(talk)
    offered = state is _Q and number == 2 and talk == MIXED
    return QuestionRow(
        id=question_id(index),
        session=session,
        talk=talk,
        text=text,
        state=state,
        asked_at=now - timedelta(minutes=ago),
        revision=Revision(index + 1),
        moved=Revision(index + 1),
        asker=asker,
        position_ms=at_s * 1000 if at_s is not None else None,
        number=number,
        order=order,
        answerer=SpeakerRow("Tony Ginart") if state is _NOW else None,
        offers=(SpeakerRow("Tony Ginart"),) if offered else (),
        mark=MarkRow(now - timedelta(minutes=3), 118_000) if state is _DONE and talk == MIXED else None,
        reason="It is not about the talk. Lunch is at 14:30." if state is _NO else "",
    )


def _answer(index: int, row: QuestionRow, now: datetime) -> AnswerRow:
    writer, by_author, text = _ANSWERS[row.text]
    return AnswerRow(
        id=AnswerId(f"answer-{index:015d}"),
        question=row.id,
        writer=writer,
        text=text,
        written_at=now - timedelta(minutes=2),
        revision=row.revision,
        by_author=by_author,
    )
