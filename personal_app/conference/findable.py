"""What of a conference can be found: the program, what is said in recordings, questions and answers, as entries.

Pure: it never looks anything up, and whoever keeps an index decides which of it to hold.
"""

from collections.abc import Iterable, Sequence

from personal_app.conference.finding import Entry, HitKind
from personal_app.conference.ids import AnswerId, QuestionId, TalkId
from personal_app.conference.program import Conference, Session
from personal_app.conference.recordings import Caption

#: After a longer silence, what is said next is no continuation.
_PAUSE_MS = 5_000


def of_program(conference: Conference) -> tuple[Entry, ...]:
    """Return the entries of talks, sessions that are more than their one talk, people, and chapters."""
    return (*_talks(conference), *_sessions(conference), *_people(conference), *_chapters(conference))


def of_speech(talk: TalkId, captions: Sequence[Caption]) -> tuple[Entry, ...]:
    """Return an entry for each caption of a talk's recording, each with what is said right after it."""
    found = []
    for place, caption in enumerate(captions):
        following = captions[place + 1] if place + 1 < len(captions) else None
        goes_on = following is not None and following.start_ms - caption.end_ms <= _PAUSE_MS
        found.append(
            Entry(
                kind=HitKind.SPOKEN,
                ref=str(place),
                body=f"{caption.text} {following.text}" if following is not None and goes_on else caption.text,
                own=len(caption.text),
                talk=talk,
                position_ms=caption.start_ms,
            )
        )
    return tuple(found)


def of_question(question: QuestionId, talk: TalkId, text: str, position_ms: int | None) -> Entry:
    """Return the entry of a question."""
    return Entry(kind=HitKind.QUESTION, ref=question, body=text, talk=talk, position_ms=position_ms)


def of_answer(answer: AnswerId, question: QuestionId, talk: TalkId | None, text: str) -> Entry:
    """Return the entry of a written answer, which leads to its question."""
    return Entry(kind=HitKind.ANSWER, ref=f"{question} {answer}", body=text, talk=talk)


def _talks(conference: Conference) -> Iterable[Entry]:
    for talk in conference.talks:
        session = conference.session(talk.session)
        people = conference.names(talk.presenters or (session.presenters if session is not None else ()))
        yield Entry(
            kind=HitKind.TALK,
            ref=talk.id,
            head=talk.title,
            body=" · ".join(filter(None, (people, talk.abstract))),
            talk=talk.id,
        )


def _sessions(conference: Conference) -> Iterable[Entry]:
    for session in conference.sessions:
        if session.talks and not _is_its_talk(conference, session):
            chairs = conference.names(session.chairs)
            yield Entry(
                kind=HitKind.SESSION,
                ref=session.id,
                head=session.title,
                body=" · ".join(filter(None, (f"Chaired by {chairs}" if chairs else "", session.abstract))),
                talk=session.talks[0],
            )


def _is_its_talk(conference: Conference, session: Session) -> bool:
    talk = conference.talk(session.talks[0])
    return len(session.talks) == 1 and talk is not None and talk.title == session.title


def _people(conference: Conference) -> Iterable[Entry]:
    for person in conference.people:
        appears = (
            session.talks[0]
            for session in conference.sessions
            if session.talks and person.id in (*session.presenters, *session.chairs)
        )
        talks = (talk.id for talk in conference.talks if person.id in talk.presenters)
        yield Entry(
            kind=HitKind.PERSON,
            ref=person.id,
            head=person.name,
            body=" · ".join(filter(None, (person.affiliation, person.bio))),
            talk=next(talks, None) or next(appears, None),
        )


def _chapters(conference: Conference) -> Iterable[Entry]:
    for recording in conference.recordings:
        for chapter in recording.chapters:
            yield Entry(
                kind=HitKind.CHAPTER,
                ref=f"{recording.id} {chapter.start_ms}",
                head=chapter.title,
                talk=recording.talk,
                position_ms=chapter.start_ms,
            )
