"""What a query asks for, and what is shown of what was found."""

import pytest

from personal_app.conference.findable import of_answer, of_program, of_question, of_speech
from personal_app.conference.finding import Entry, Excerpt, HitKind, Term, excerpt, hit, terms_of
from personal_app.conference.ids import AnswerId, PersonId, QuestionId, TalkId
from personal_app.conference.recordings import Caption
from tests.ui.demo import CAUSALITY, RESEARCH, demo_conference

TALK = TalkId("talk")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", ()),
        ("  ", ()),
        ("a", ()),
        ("a b", ()),
        ("ab", (Term(("ab",), begun=True),)),
        ("ab ", (Term(("ab",)),)),
        ("neural Net", (Term(("neural",)), Term(("net",), begun=True))),
        ("neural n", (Term(("neural",)),)),
        ("rec* model ", (Term(("rec",), begun=True), Term(("model",)))),
        ("at-scale", (Term(("at", "scale"), begun=True),)),
        ('"machine learning"', (Term(("machine", "learning")),)),
        ('"machine lea', (Term(("machine", "lea"), begun=True),)),
        ('"" x "', ()),
        ("学", (Term(("学",)),)),
        ("学习", (Term(("学", "习")),)),
        ("AND OR NOT", (Term(("and",)), Term(("or",)), Term(("not",), begun=True))),
    ],
)
def test_a_query_is_read_as_it_is_typed(text: str, terms: tuple[Term, ...]) -> None:
    assert terms_of(text) == terms


def test_a_pasted_page_is_cut() -> None:
    assert len(terms_of("word " * 10_000)) == 12


def marked(found: Excerpt) -> list[str]:
    return [found.text[start:end] for start, end in found.marks]


def test_what_was_found_is_marked_in_the_words_as_they_were_written() -> None:
    found = excerpt("Größe und Søren:\n机器学习 is naïve", terms_of('grosse SOREN 学习 "is na'))
    assert found.text == "Größe und Søren: 机器学习 is naïve"
    assert marked(found) == ["Größe", "Søren", "学习", "is naïve"]


def test_of_a_long_text_the_part_around_the_first_find_is_shown() -> None:
    text = f"{'before ' * 100}needle {'after ' * 100}"
    found = excerpt(text, terms_of("needle "))
    assert marked(found) == ["needle"]
    assert found.text.startswith("…before")
    assert found.text.endswith("…")
    assert len(found.text) < 230
    assert excerpt("x" * 500 + " needle", terms_of("needle ")).text.endswith("needle")


def test_words_that_a_caption_divides_are_found_once_where_they_begin() -> None:
    captions = (
        Caption(0, 4000, "We talk about machine"),
        Caption(4000, 8000, "learning today."),
        Caption(20_000, 24_000, "Machine rooms are loud."),
    )
    entries = of_speech(TALK, captions)
    found = [each for each in (hit(entry, terms_of('"machine learning"')) for entry in entries[:1]) if each]
    assert [(each.position_ms, each.kind) for each in found] == [(0, HitKind.SPOKEN)]
    assert marked(found[0].body) == ["machine learning"]
    assert hit(entries[0], terms_of("today ")) is None, "said in the next caption, which is found by itself"
    assert hit(entries[1], terms_of("today ")) is not None
    assert "loud" not in entries[1].body, "after a silence nothing goes on"


def test_a_question_and_its_answer_lead_to_the_question() -> None:
    question = of_question(QuestionId("q1"), TALK, "Why GPUs?", 5_000)
    answer = of_answer(AnswerId("a1"), QuestionId("q1"), TALK, "GPUs are fast.")
    for entry in (question, answer):
        found = hit(entry, terms_of("gpus "))
        assert found is not None
        assert found.question == "q1"
        assert found.talk == TALK


def test_the_program_can_be_found_by_what_is_in_it() -> None:
    conference = demo_conference()
    entries = of_program(conference)
    by_kind = {kind: [entry for entry in entries if entry.kind is kind] for kind in HitKind}
    assert len(by_kind[HitKind.TALK]) == len(conference.talks)
    assert [entry.ref for entry in by_kind[HitKind.SESSION]] == [RESEARCH], "the others are called as their talk"
    assert len(by_kind[HitKind.PERSON]) == len(conference.people)
    assert len({(entry.kind, entry.ref) for entry in entries}) == len(entries)
    raimond = next(entry for entry in by_kind[HitKind.PERSON] if entry.ref == "yves-raimond")
    assert raimond.talk == CAUSALITY
    found = hit(raimond, terms_of("netflix "))
    assert found is not None
    assert found.person == PersonId("yves-raimond")
    talk = next(entry for entry in by_kind[HitKind.TALK] if entry.talk == CAUSALITY)
    assert "Yves Raimond" in talk.body


def test_an_entry_without_its_own_words_is_shown_as_it_is() -> None:
    entry = Entry(kind=HitKind.CHAPTER, ref="r 0", head="Asking why", talk=TALK, position_ms=0)
    found = hit(entry, terms_of("why "))
    assert found is not None
    assert marked(found.head) == ["why"]
    assert found.question is None
