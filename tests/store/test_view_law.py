"""The cache's view and the board in memory obey the same rules: whatever comes, in any order, both show the same."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from personal_app.conference.board import Board
from personal_app.conference.messages import Changes, Mine
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import AnswerRow, DraftRow, OwnSilence, QuestionRow, SilenceRow
from personal_app.conference.session_client import Applied, Replaced
from personal_app.store.layout import cache_file
from personal_app.store.snapshot import read_snapshot
from personal_app.store.store import Store
from tests.store.material import (
    CLOSE_S,
    RESULT_S,
    answer,
    applied,
    board_of,
    changes,
    draft,
    mine,
    own_silence,
    question,
    replaced,
    silence,
)

QUESTIONS = st.integers(0, 3)
COUNTERS = st.integers(0, 9)
STATES = st.sampled_from([QuestionState.APPROVED, QuestionState.ANSWERED])


@st.composite
def question_rows(draw: st.DrawFn) -> QuestionRow:
    revision = draw(COUNTERS)
    text = draw(st.sampled_from(["", "Why?", "How?", "When?", "Where?"]))
    return question(draw(QUESTIONS), revision, text, state=draw(STATES))


@st.composite
def answer_rows(draw: st.DrawFn) -> AnswerRow:
    number = draw(st.integers(0, 5))
    return answer(number, of=number % 4, revision=draw(COUNTERS), text=draw(st.sampled_from(["Yes.", "No."])))


@st.composite
def silence_rows(draw: st.DrawFn) -> SilenceRow:
    return silence(draw(QUESTIONS), draw(COUNTERS), ended=draw(st.booleans()))


@st.composite
def own_silences(draw: st.DrawFn) -> OwnSilence:
    return own_silence(draw(st.sampled_from([None, "paper", "other"])), draw(COUNTERS), ended=draw(st.booleans()))


@st.composite
def draft_rows(draw: st.DrawFn) -> DraftRow:
    revision = draw(COUNTERS)
    # A row of one revision says one thing.
    return draft(draw(QUESTIONS), revision, f"Draft {revision}" if revision % 3 else "")


@st.composite
def frames(draw: st.DrawFn) -> Changes:
    return changes(
        draw(COUNTERS),
        draw(COUNTERS),
        rows=draw(st.lists(st.one_of(question_rows(), answer_rows(), silence_rows(), draft_rows()), max_size=4)),
        gone=draw(st.lists(QUESTIONS, max_size=2)),
        counts=draw(st.lists(st.tuples(QUESTIONS, st.integers(0, 5)), max_size=2)),
    )


@st.composite
def own_parts(draw: st.DrawFn) -> Mine:
    return mine(
        draw(COUNTERS),
        draw(COUNTERS),
        rows=draw(st.lists(question_rows(), max_size=2)),
        votes=draw(st.lists(st.tuples(QUESTIONS, st.booleans()), max_size=2)),
        full=draw(st.booleans()),
        silences=draw(st.lists(own_silences(), max_size=2)),
    )


@st.composite
def events(draw: st.DrawFn) -> Applied | Replaced:
    frame, own = draw(frames()), draw(st.none() | own_parts())
    return (replaced if draw(st.integers(0, 7)) == 0 else applied)(frame, own)


RESTART = st.just("restart")


# Explaining a failure runs the script hundreds of times more; the shrunk script says enough.
@settings(max_examples=25, deadline=None, print_blob=True, phases=set(Phase) - {Phase.explain})
@given(
    first=frames(), script=st.lists(st.one_of(events(), events(), events(), RESTART), max_size=10), repeats=st.data()
)
def test_any_frames_in_any_order_make_the_board_and_the_cache_the_same(
    empty_cache: Path, first: Changes, script: list[Applied | Replaced | str], repeats: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        shutil.copy(empty_cache, cache_file(Path(folder)))
        store, board = Store(Path(folder)), Board()
        seen: list[Applied | Replaced] = [replaced(first)]
        try:
            for step in [seen[0], *script]:
                if isinstance(step, str):
                    assert store.close(CLOSE_S)
                    store = Store(Path(folder))
                    continue
                seen.append(step)
                for event in (step, repeats.draw(st.sampled_from(seen))):
                    board = Board() if isinstance(event, Replaced) else board
                    board.apply(event.changes, event.mine)
                    store.apply(event).result(RESULT_S)
            kept = board_of(*store.view().result(RESULT_S))
        finally:
            assert store.close(CLOSE_S)
        snapshot = read_snapshot(Path(folder))
    assert snapshot is not None
    assert snapshot.changes is not None
    for held in (kept, board_of(snapshot.changes, snapshot.mine)):
        assert held.drawn() == board.drawn()
        assert held.open == board.open
        assert (held.revision, held.tally) == (board.revision, board.tally)
        assert held.shared.keys() == board.shared.keys()
        assert held.mine.keys() == board.mine.keys()
        assert held.open == board.open
        assert held.own_silences == board.own_silences
