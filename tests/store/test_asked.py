"""Questions and answers are found by their words, and what went away is found nowhere, not even in the file's bytes."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personal_app.conference.finding import Hit, HitKind, terms_of
from personal_app.conference.session_client import Applied, Replaced
from personal_app.store.store import Store
from tests.store.conftest import OpenStore
from tests.store.material import ANN, BOB, RESULT_S, answer, applied, bytes_of, changes, mine, question, replaced
from tests.store.test_view_law import frames, own_parts


def find(store: Store, text: str) -> tuple[Hit, ...]:
    return store.find(terms_of(text)).result(RESULT_S)


def refs(store: Store, text: str) -> list[str]:
    return [f"{hit.kind} {hit.ref}" for hit in find(store, text)]


def test_questions_and_answers_are_found_as_one_types(store: Store) -> None:
    rows = (
        question(1, 1, "How large are the embedding tables?", position_ms=5_000),
        question(2, 2, "Größe der Tabellen?"),
        question(3, 3, "推荐系统怎么训练?"),
        answer(1, of=2, revision=4, text="The tables take ten terabytes."),
    )
    store.apply(replaced(changes(4, rows=rows)))
    assert refs(store, "embed") == [f"question {rows[0].id}"]
    assert refs(store, "grosse ") == [f"question {rows[1].id}"]
    assert refs(store, "系统") == [f"question {rows[2].id}"]
    assert refs(store, "统系") == []
    assert refs(store, '"embedding tables"') == [f"question {rows[0].id}"]
    assert refs(store, "tables embedding ") == [f"question {rows[0].id}"]
    assert set(refs(store, "tab")) == {
        f"question {rows[0].id}",
        f"question {rows[1].id}",
        f"answer {rows[1].id} {rows[3].id}",
    }
    (hit,) = find(store, "terabytes")
    assert (hit.kind, hit.question, hit.talk) == (HitKind.ANSWER, rows[1].id, "paper")
    assert [hit.body.text[start:end] for start, end in hit.body.marks] == ["terabytes"]
    assert find(store, "embed")[0].position_ms == 5_000


def test_one_that_is_edited_is_found_by_its_new_words_alone(store: Store) -> None:
    store.apply(replaced(changes(1, rows=[question(1, 1, "first words")])))
    store.apply(applied(changes(2, rows=[question(1, 2, "other letters")])))
    assert refs(store, "first ") == []
    assert len(refs(store, "letters ")) == 1


def test_ones_own_waiting_question_is_found_and_another_persons_view_is_not(store: Store) -> None:
    store.keep_profile(ANN)
    store.apply(replaced(changes(1), mine(1, rows=[question(1, 1, "still waiting")], full=True)))
    assert len(refs(store, "waiting ")) == 1
    store.keep_profile(BOB)
    assert refs(store, "waiting ") == []


def test_hidden_words_leave_the_files_bytes(store: Store, folder: Path) -> None:
    rows = [question(number, number, f"canary number {number} of many") for number in range(1, 200)]
    store.apply(replaced(changes(200, rows=[*rows, answer(1, of=7, revision=199, text="nightingale sings")])))
    assert len(refs(store, "nightingale ")) == 1
    assert b"canary" in bytes_of(folder), "else this test looks in the wrong place"
    store.apply(applied(changes(201, gone=[7])))
    assert refs(store, "nightingale ") == []
    store.apply(applied(changes(202, gone=range(1, 200))))
    assert refs(store, "canary") == []
    assert b"canary" not in bytes_of(folder)
    assert b"nightingale" not in bytes_of(folder)


def test_an_index_of_another_form_is_made_anew(store: Store, open_store: OpenStore) -> None:
    store.apply(replaced(changes(1, rows=[question(1, 1, "embedding")])))

    def spoil(cache: object) -> None:
        plain = cache._database.plain  # type: ignore[attr-defined]
        plain.execute("DELETE FROM asked")
        plain.execute("DELETE FROM asked_words")
        plain.execute("UPDATE asked_form SET form = 'older'")

    store._do(spoil).result(RESULT_S)
    assert refs(store, "embed") == []
    assert len(refs(open_store(), "embed")) == 1


@pytest.mark.parametrize("by", ["a search", "a frame", "a sweep"])
def test_a_damaged_index_is_made_anew_and_takes_nothing_with_it(store: Store, by: str) -> None:
    store.apply(replaced(changes(1, rows=[question(1, 1, "embedding tables"), question(2, 1, "something else")])))

    def spoil(cache: Any) -> None:
        cache._database.plain.execute("DELETE FROM asked_words_data WHERE id > 10")

    store._do(spoil).result(RESULT_S)
    if by == "a sweep":
        store._do(lambda cache: cache._sweep()).result(RESULT_S)
    if by == "a frame":
        store.apply(applied(changes(2, rows=[question(3, 2, "embedding again")]))).result(RESULT_S)
    elif by == "a sweep":
        store.apply(applied(changes(2, gone=[2]))).result(RESULT_S)
    assert len(refs(store, "embed")) == (2 if by == "a frame" else 1)
    assert len(store.view().result(RESULT_S)[0].set) == {"a search": 2, "a frame": 3, "a sweep": 1}[by]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=st.lists(st.tuples(st.booleans(), frames(), st.none() | own_parts()), max_size=6))
def test_whatever_comes_the_index_holds_what_the_view_holds(
    store: Store, events: list[tuple[bool, object, object]]
) -> None:
    store.apply(replaced(changes(0)))
    for whole, frame, own in events:
        event: Applied | Replaced = (replaced if whole else applied)(frame, own)  # type: ignore[arg-type]
        store.apply(event)
    shown, own_part = store.view().result(RESULT_S)
    held = {row.id: row.text for row in own_part.set if row.text}
    for row in shown.set:
        if row.__struct_config__.tag == "question" and row.text:  # type: ignore[union-attr]
            held[row.id] = row.text  # type: ignore[union-attr,index]
    for text in ("Why?", "How?", "When?", "Where?"):
        found = {hit.ref for hit in find(store, f"{text} ") if hit.kind is HitKind.QUESTION}
        assert found == {id_ for id_, said in held.items() if said == text}
