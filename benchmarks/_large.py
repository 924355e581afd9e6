"""A large conference of our own making: many talks of an hour, with captions, in words that are common and rare."""

import hashlib
import itertools
import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from personal_app.conference.ids import ConferenceId, RecordingId, SessionId, Sha256, TalkId
from personal_app.conference.program import Conference, Session, SessionKind, Talk
from personal_app.conference.recordings import CaptionTrack, FileFacts, Recording
from personal_app.store import side_files

CAPTION_MS = 4_000
WORDS_A_CAPTION = 10
START = datetime(2020, 5, 29, 12, 0, tzinfo=UTC)
_SYLLABLES = ("ba", "co", "di", "fe", "gu", "lo", "mi", "na", "po", "re", "si", "tu", "ve", "za", "tion", "ing", "er")
SIGNS = "机器学习推荐系统训练模型数据嵌入延迟精度召回排序特征稀疏稠密梯度优化并行分布"


def vocabulary(chance: random.Random) -> list[str]:
    """Return some 20,000 words, the commonest first."""
    made = dict.fromkeys("".join(chance.choices(_SYLLABLES, k=chance.randint(1, 4))) for _ in range(40_000))
    return ["the", "of", "recommendation", "embedding", *made]


def sentences(chance: random.Random, words: list[str], count: int, length: int) -> list[str]:
    """Return `count` sentences of `length` words, common ones often; every tenth has some Chinese in it."""
    weights = list(itertools.accumulate(1 / (place + 2) for place in range(len(words))))
    said = chance.choices(words, cum_weights=weights, k=count * length)
    found = [" ".join(said[at * length : (at + 1) * length]) for at in range(count)]
    for at in range(0, count, 10):
        start = chance.randrange(len(SIGNS) - 6)
        found[at] += f" {SIGNS[start : start + 6]}"
    return found


def large_conference(folder: Path | None, talk_count: int, chance: random.Random, words: list[str]) -> Conference:
    """Return a conference of so many talks, and keep their captions among the files of the profile in `folder`."""
    talks, recordings, sessions = [], [], []
    for number in range(talk_count):
        data = _captions(sentences(chance, words, 3_600_000 // CAPTION_MS, WORDS_A_CAPTION))
        sha256 = Sha256(hashlib.sha256(data).hexdigest())
        if folder is not None:
            side_files.keep(folder, sha256, data)
        talk, recording = TalkId(f"talk-{number}"), RecordingId(f"talk-{number}-video")
        facts = FileFacts(sha256=sha256, size_bytes=len(data), media_type="text/vtt")
        title, abstract = " ".join(chance.sample(words, 6)), " ".join(sentences(chance, words, 1, 150))
        session = SessionId(f"session-{number}")
        talks.append(Talk(id=talk, session=session, title=title, abstract=abstract, recording=recording))
        recordings.append(
            Recording(
                id=recording,
                talk=talk,
                file=facts,
                blocks=(),
                duration_ms=3_600_000,
                width=1280,
                height=720,
                captions=(CaptionTrack(language="en", file=facts),),
            )
        )
        sessions.append(_session(session, talk, title, number))
    return Conference(
        id=ConferenceId("large"),
        title="Large",
        timezone="UTC",
        day=date(2020, 5, 29),
        sessions=tuple(sessions),
        talks=tuple(talks),
        people=(),
        recordings=tuple(recordings),
    )


def _session(session: SessionId, talk: TalkId, title: str, number: int) -> Session:
    start = START + timedelta(hours=number)
    end = start + timedelta(hours=1)
    return Session(
        id=session,
        kind=SessionKind.TALK,
        title=title,
        start=start,
        end=end,
        qa_start=end,
        qa_end=end,
        talks=(talk,),
    )


def _captions(sentences: list[str]) -> bytes:
    lines = ["WEBVTT", ""]
    for number, sentence in enumerate(sentences):
        lines += [f"{_stamp(number * CAPTION_MS)} --> {_stamp((number + 1) * CAPTION_MS)}", sentence, ""]
    return "\n".join(lines).encode()


def _stamp(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"
