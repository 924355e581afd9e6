"""What became another between two programs: each change once, and a move of all as one."""

from datetime import timedelta
from typing import Any

import msgspec

from personal_app.conference.ids import ConferenceId
from personal_app.conference.program import Conference
from personal_app.conference.program_changes import ChangeKind, ProgramChange, outline, program_changes
from personal_app.conference.stars import star_of_session
from personal_app.conference.timeline import rehearsal
from tests.factories import OPENING, PAPER_1, PAPER_2, RESEARCH, START, WELCOME, conference, recording, talk

MINUTE = timedelta(minutes=1)
BEFORE = conference()


def changes(after: Conference, before: Conference = BEFORE) -> tuple[ProgramChange, ...]:
    return program_changes(outline(before), outline(after), START)


def kinds(after: Conference, before: Conference = BEFORE) -> list[tuple[ChangeKind, str]]:
    return [(change.kind, change.talk or change.session or "") for change in changes(after, before)]


def with_session(which: str, **fields: Any) -> Conference:
    sessions = [msgspec.structs.replace(each, **fields) if each.id == which else each for each in BEFORE.sessions]
    return msgspec.structs.replace(BEFORE, sessions=tuple(sessions))


def with_talk(which: str, **fields: Any) -> Conference:
    talks = [msgspec.structs.replace(each, **fields) if each.id == which else each for each in BEFORE.talks]
    return msgspec.structs.replace(BEFORE, talks=tuple(talks))


def test_the_same_program_has_not_changed_nor_has_what_nobody_calls_a_change() -> None:
    assert changes(BEFORE) == ()
    assert changes(with_talk(WELCOME, abstract="Another abstract")) == ()
    assert changes(msgspec.structs.replace(BEFORE, subtitle="Another")) == ()


def test_a_session_moves_and_another_length_is_another_change() -> None:
    opening = BEFORE.sessions[0]
    (moved,) = changes(with_session(OPENING, start=opening.start + 20 * MINUTE, end=opening.end + 20 * MINUTE))
    assert (moved.kind, moved.start_was, moved.start) == (ChangeKind.MOVED, opening.start, opening.start + 20 * MINUTE)
    assert moved.concerns({star_of_session(OPENING)})
    assert moved.concerns({f"talk {WELCOME}"})
    assert not moved.concerns({star_of_session(RESEARCH)})
    (longer,) = changes(with_session(OPENING, end=opening.end + 5 * MINUTE))
    assert (longer.kind, longer.end_was, longer.end) == (ChangeKind.LENGTH, opening.end, opening.end + 5 * MINUTE)


def test_a_program_that_moves_as_a_whole_is_one_change() -> None:
    sessions = tuple(
        msgspec.structs.replace(each, start=each.start + 90 * MINUTE, end=each.end + 90 * MINUTE)
        for each in BEFORE.sessions
    )
    whole = msgspec.structs.replace(BEFORE, sessions=sessions)
    (shift,) = changes(whole)
    assert (shift.kind, shift.start_was, shift.start) == (ChangeKind.SHIFTED, START, START + 90 * MINUTE)
    assert shift.concerns({star_of_session(OPENING)})
    assert not shift.concerns(())
    # Rehearsals of one conference differ in nothing else.
    assert [kind for kind, _ in kinds(rehearsal(BEFORE, START + 9 * MINUTE), rehearsal(BEFORE, START))] == ["shifted"]


def test_sessions_come_and_go_with_their_talks() -> None:
    without = msgspec.structs.replace(BEFORE, sessions=BEFORE.sessions[:1], talks=BEFORE.talks[:1])
    assert kinds(without) == [(ChangeKind.CANCELLED, RESEARCH)]
    (added,) = changes(BEFORE, without)
    assert (added.kind, added.session, added.talk) == (ChangeKind.ADDED, RESEARCH, PAPER_1)


def test_talks_come_go_move_and_are_renamed() -> None:
    research = BEFORE.sessions[1]
    fewer = with_session(RESEARCH, talks=tuple(each for each in research.talks if each != PAPER_2))
    (gone,) = changes(fewer)
    assert (gone.kind, gone.talk, gone.was) == (ChangeKind.TALK_CANCELLED, None, research.title)
    assert kinds(BEFORE, fewer) == [(ChangeKind.TALK_ADDED, PAPER_2)]
    opening = BEFORE.sessions[0]
    swapped = msgspec.structs.replace(
        fewer, sessions=(msgspec.structs.replace(opening, talks=(WELCOME, PAPER_2)), fewer.sessions[1])
    )
    (moved,) = changes(swapped)
    assert (moved.kind, moved.was, moved.now) == (ChangeKind.TALK_MOVED, research.title, opening.title)
    assert moved.concerns({star_of_session(RESEARCH)})
    (renamed,) = changes(with_talk(PAPER_1, title="Another title"))
    assert (renamed.kind, renamed.now) == (ChangeKind.RENAMED, "Another title")
    assert kinds(with_talk(PAPER_1, presenters=())) == [(ChangeKind.PRESENTERS, PAPER_1)]


def test_a_session_of_one_talk_is_renamed_once() -> None:
    before = conference(sessions=(BEFORE.sessions[0],), talks=(talk(WELCOME, OPENING, title=BEFORE.sessions[0].title),))
    after = msgspec.structs.replace(
        before,
        sessions=(msgspec.structs.replace(before.sessions[0], title="New"),),
        talks=(msgspec.structs.replace(before.talks[0], title="New"),),
    )
    assert [kind for kind, _ in kinds(after, before)] == ["renamed"]


def test_recordings_come_are_replaced_and_withdrawn() -> None:
    bare = msgspec.structs.replace(with_talk(WELCOME, recording=None), recordings=())
    had = recording("welcome", WELCOME)
    held = msgspec.structs.replace(with_talk(WELCOME, recording=had.id), recordings=(had,))
    other = msgspec.structs.replace(held, recordings=(recording("welcome", WELCOME, content=b"another"),))
    assert kinds(held, bare) == [(ChangeKind.RECORDING_ADDED, WELCOME)]
    assert kinds(other, held) == [(ChangeKind.RECORDING_REPLACED, WELCOME)]
    assert kinds(bare, held) == [(ChangeKind.RECORDING_WITHDRAWN, WELCOME)]


def test_two_conferences_are_not_compared() -> None:
    assert changes(msgspec.structs.replace(BEFORE, id=ConferenceId("other"), sessions=())) == ()
