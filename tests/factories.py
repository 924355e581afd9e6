"""Small builders of the conference's values for tests: everything has a sensible default and can be given otherwise.

The small conference has two sessions. "opening" is a talk with a video, moderated, chaired by Chiara and presented by
Amir. "research" holds the papers "paper-1" (moderated, by Amir), "paper-2" (its author may start answers himself) and
"paper-3" (not moderated), chaired by Carlos.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from personal_app.conference import commands as do
from personal_app.conference.aliases import Aliases
from personal_app.conference.ids import (
    AnswerId,
    ConferenceId,
    ParticipantId,
    PersonId,
    QuestionId,
    RecordingId,
    Revision,
    SessionId,
    Sha256,
    TalkId,
)
from personal_app.conference.messages import Command
from personal_app.conference.moderation import Call
from personal_app.conference.people import Grant, Participant, Role
from personal_app.conference.program import Conference, Item, Opening, Person, Session, SessionKind, Talk
from personal_app.conference.questions import Answer, LiveMark, Question, QuestionState, Speaker
from personal_app.conference.recordings import FileFacts, Recording
from personal_app.conference.register import Register
from personal_app.conference.rows import AnswerRow, QuestionRow

#: When the small conference begins.
START = datetime(2020, 9, 21, 16, 0, tzinfo=UTC)
OPENING, RESEARCH = SessionId("opening"), SessionId("research")
WELCOME = TalkId("welcome")
PAPER_1, PAPER_2, PAPER_3 = TalkId("paper-1"), TalkId("paper-2"), TalkId("paper-3")


def random_like(name: str) -> str:
    """Return an id of the shape of a random one that is the same for the same name."""
    return hashlib.sha256(name.encode()).hexdigest()[:22]


def qid(name: str) -> QuestionId:
    """Return the question id that stands for `name`."""
    return QuestionId(random_like(f"question {name}"))


def aid(name: str) -> AnswerId:
    """Return the answer id that stands for `name`."""
    return AnswerId(random_like(f"answer {name}"))


def participant(name: str = "Ada", *grants: Grant) -> Participant:
    """Return a participant whose id stands for the name."""
    return Participant(id=ParticipantId(random_like(f"participant {name}")), name=name, grants=grants)


def chair(name: str = "Chiara", session: SessionId = OPENING) -> Participant:
    """Return a chair of one session."""
    return participant(name, Grant(Role.CHAIR, session))


def author(name: str = "Amir", *talks: TalkId) -> Participant:
    """Return an author, of the opening talk where no other is named."""
    return participant(name, *(Grant(Role.AUTHOR, talk) for talk in talks or (WELCOME,)))


def organizer(name: str = "Olga") -> Participant:
    """Return an organizer."""
    return participant(name, Grant(Role.ORGANIZER))


def person(name: str = "Amir", **fields: Any) -> Person:
    """Return a person of the program."""
    return Person(**{"id": PersonId(name.lower()), "name": name, **fields})


def talk(id_: TalkId = WELCOME, session_: SessionId = OPENING, **fields: Any) -> Talk:
    """Return a talk presented by Amir."""
    return Talk(**{"id": id_, "session": session_, "title": id_.title(), "presenters": (PersonId("amir"),), **fields})


def session(id_: SessionId = OPENING, **fields: Any) -> Session:
    """Return a session of half an hour whose last ten minutes are for questions, without a video."""
    start = fields.pop("start", START)
    usual = {
        "id": id_,
        "kind": SessionKind.TALK,
        "title": id_.title(),
        "start": start,
        "end": start + timedelta(minutes=30),
        "qa_start": start + timedelta(minutes=20),
        "qa_end": start + timedelta(minutes=30),
        "talks": (WELCOME,),
    }
    return Session(**{**usual, **fields})


def facts(content: bytes = b"clip", media_type: str = "video/mp4") -> FileFacts:
    """Return what a manifest says of a file with that content."""
    return FileFacts(sha256=Sha256(hashlib.sha256(content).hexdigest()), size_bytes=len(content), media_type=media_type)


def recording(id_: str = "welcome", talk_id: TalkId = WELCOME, content: bytes = b"clip", **fields: Any) -> Recording:
    """Return a recording of twenty minutes (the content is no video)."""
    usual = {
        "id": RecordingId(id_),
        "talk": talk_id,
        "file": facts(content),
        "blocks": (Sha256(hashlib.sha256(content).hexdigest()),),
        "duration_ms": 20 * 60_000,
        "width": 1280,
        "height": 720,
    }
    return Recording(**{**usual, **fields})


def conference(**fields: Any) -> Conference:
    """Return the small conference that the module's first paragraph tells of."""
    video = Item(talk=WELCOME, recording=RecordingId("welcome"), offset_ms=0, duration_ms=20 * 60_000)
    papers = (PAPER_1, PAPER_2, PAPER_3)
    usual = {
        "id": ConferenceId("small-2020"),
        "title": "Small 2020",
        "timezone": "America/New_York",
        "day": date(2020, 9, 21),
        "sessions": (
            session(OPENING, video_start=START, items=(video,), chairs=(PersonId("chiara"),)),
            session(RESEARCH, kind=SessionKind.QA, start=START + timedelta(minutes=40), talks=papers),
        ),
        "talks": (
            talk(WELCOME, OPENING, recording=RecordingId("welcome")),
            talk(PAPER_1, RESEARCH, number=1, opening=Opening.ALWAYS),
            talk(PAPER_2, RESEARCH, number=2, opening=Opening.ALWAYS, authors_may_start=True),
            talk(PAPER_3, RESEARCH, number=3, opening=Opening.ALWAYS, moderated=False),
        ),
        "people": (person("Amir"), person("Chiara"), person("Carlos"), person("Olga")),
        "recordings": (recording(),),
    }
    return Conference(**{**usual, **fields})


def question(name: str = "q", state: QuestionState = QuestionState.PENDING, **fields: Any) -> Question:
    """Return a question of Ada's about the opening talk, with the fields that its state brings with it."""
    of_state: dict[QuestionState, dict[str, Any]] = {
        QuestionState.QUEUED: {"order": 1 << 20},
        QuestionState.ANSWERING: {"answerer": Speaker("Amir")},
        QuestionState.ANSWERED: {"answerer": Speaker("Amir"), "mark": LiveMark(START + timedelta(minutes=21))},
        QuestionState.REJECTED: {"reason": "Off topic."},
    }
    public = state in (
        QuestionState.APPROVED, QuestionState.QUEUED, QuestionState.ANSWERING, QuestionState.ANSWERED,
        QuestionState.DEFERRED,
    )  # fmt: skip
    usual = {
        "id": qid(name),
        "session": OPENING,
        "talk": WELCOME,
        "asker": participant("Ada").id,
        "asker_name": "Ada",
        "anonymous": False,
        "text": f"What about {name}?",
        "asked_at": START,
        "state": state,
        "revision": Revision(1),
        "moved": Revision(1),
        **({"number": 1, "shown": Revision(1)} if public else {}),
        **of_state.get(state, {}),
    }
    row = Question(**{**usual, **fields})
    aliases = Aliases(b"")
    alias = aliases.anonymous(row.talk, row.asker) if row.anonymous else aliases.named(row.session, row.asker)
    return msgspec.structs.replace(row, alias=alias)


def answer(name: str = "a", to: str = "q", **fields: Any) -> Answer:
    """Return Amir's written answer to a question."""
    usual = {
        "id": aid(name),
        "question": qid(to),
        "writer": participant("Amir").id,
        "writer_name": "Amir",
        "by_author": True,
        "text": f"Because of {name}.",
        "written_at": START + timedelta(minutes=5),
        "revision": Revision(2),
    }
    return Answer(**{**usual, **fields})


def question_row(name: str = "q", state: QuestionState = QuestionState.APPROVED, **fields: Any) -> QuestionRow:
    """Return a question as a viewer holds it."""
    usual = {
        "id": qid(name),
        "session": OPENING,
        "talk": WELCOME,
        "text": f"What about {name}?",
        "state": state,
        "asked_at": START,
        "revision": Revision(1),
        "moved": Revision(1),
        "asker": "Ada",
    }
    return QuestionRow(**{**usual, **fields})


def answer_row(name: str = "a", to: str = "q", **fields: Any) -> AnswerRow:
    """Return a written answer as a viewer holds it."""
    usual = {
        "id": aid(name),
        "question": qid(to),
        "writer": "Amir",
        "text": f"Because of {name}.",
        "written_at": START + timedelta(minutes=5),
        "revision": Revision(2),
        "by_author": True,
    }
    return AnswerRow(**{**usual, **fields})


def register(*questions: Question, answers: tuple[Answer, ...] = (), **fields: Any) -> Register:
    """Return a register of the small conference (or of `conference=`) that holds these rows."""
    made = Register(fields.pop("conference", None) or conference(), **fields)
    made.take_rows(questions, answers)
    return made


def ask(name: str = "q", talk_id: TalkId = WELCOME, **fields: Any) -> do.Ask:
    """Return the command that asks a question."""
    return do.Ask(**{"question": qid(name), "talk": talk_id, "text": f"What about {name}?", **fields})


def command(wanted: do.Do, name: str = "", seen: int | None = None) -> Command:
    """Return a command whose id stands for `name`, or for what it does."""
    return Command(id=random_like(f"command {name or wanted}"), do=wanted, seen=seen)


def call(actor: Participant, wanted: do.Do, revision: int = 100, seen: int | None = None, **fields: Any) -> Call:
    """Return a command as it reaches the server, half an hour after the start."""
    usual = {
        "actor": actor,
        "do": wanted,
        "now": START + timedelta(minutes=30),
        "revision": Revision(revision),
        "seen": None if seen is None else Revision(seen),
    }
    return Call(**{**usual, **fields})
