"""A talk as Markdown: what everyone may see and nothing else, and words that stay words."""

from typing import Any

import msgspec
import pytest

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import Alias, PersonId, Revision
from personal_app.conference.questions import PUBLIC_STATES, Move, QuestionState
from personal_app.conference.recordings import Chapter
from personal_app.conference.rows import MarkRow, MoveRow
from personal_app.formats.chapters_webvtt import write_chapters
from personal_app.formats.talk_markdown import write_talk
from tests.factories import START, WELCOME, answer_row, conference, qid, question_row, recording, talk

PROGRAM = conference()
TALK = next(each for each in PROGRAM.talks if each.id == WELCOME)


def page(*questions: DrawnQuestion, **fields: Any) -> str:
    return write_talk(PROGRAM, msgspec.structs.replace(TALK, **fields), questions, START)


def drawn(text: str = "canary", state: QuestionState = QuestionState.APPROVED, **row: Any) -> DrawnQuestion:
    return DrawnQuestion(row=question_row("q", state, text=text, **row), votes=3)


@pytest.mark.parametrize("state", list(QuestionState))
def test_what_everyone_may_see_is_in_it_and_nothing_else(state: QuestionState) -> None:
    assert ("canary" in page(drawn(state=state))) == (state in PUBLIC_STATES)


def test_what_is_only_wished_is_not_in_it() -> None:
    shown = msgspec.structs.replace(drawn(), unsent=(Move.APPROVE,))
    assert "canary" not in page(shown)
    assert "canary" not in page(msgspec.structs.replace(drawn(), unsent=(Move.ASK,)))
    assert "canary" in page(msgspec.structs.replace(drawn(), unsent=(Move.VOTE,)))
    unsent = answer_row("a", text="unsent answer", revision=Revision(0))
    assert "unsent answer" not in page(msgspec.structs.replace(drawn(), answers=(unsent,)))


def test_chairs_matters_and_who_asked_anonymously_stay_out() -> None:
    move = MoveRow(
        revision=Revision(3), move=Move.REJECT, at=START, source=None, target=QuestionState.APPROVED, reason="canary 1"
    )
    row = drawn(
        "Why?",
        asker=None,
        note="canary 2",
        alias=Alias("canary 3"),
        reason="canary 4",
        reports=77,
        assigned=PersonId("canary 5"),
        history=(move,),
    )
    mine = msgspec.structs.replace(row, mine=True, voted=True)
    text = page(mine)
    assert "Anonymous · 3 votes" in text
    assert "canary" not in text
    assert "77" not in text
    assert text == page(row), "which question is the reader's own is not told"
    assert f"{row.row.asked_at:%H:%M:%S}" not in text
    later = msgspec.structs.replace(row, row=msgspec.structs.replace(row.row, asked_at=START))
    assert page(later) == text, "the instant of an ask is nowhere in it"


def test_questions_answers_and_moments_read_well() -> None:
    question = DrawnQuestion(
        row=question_row(
            "q",
            QuestionState.ANSWERED,
            text="First line\nsecond line",
            asker="Ada",
            number=4,
            position_ms=751_000,
            mark=MarkRow(START, 900_000),
            also_asked=("Bo",),
        ),
        votes=1,
        answers=(answer_row("a", writer="Amir", text="One.\nTwo.\n\nThree.", by_author=True, revision=Revision(9)),),
    )
    text = page(question)
    assert (
        "### Question 4\n\n> First line\n> second line\n\nAda · 1 vote · at 12:31 · answered · also asked by Bo" in text
    )
    assert "Answered live at 15:00 of the recording." in text
    assert "**Amir**, author:\n\nOne.\\\nTwo.\n\nThree." in text
    assert "Nobody has asked" in page()


def test_words_stay_words() -> None:
    text = page(drawn("# Head\n- item\n1. one\n<script>x</script> [a](http://x) `c` *b* ![i](y) &amp;\n> quote\n==="))
    quoted = [line for line in text.splitlines() if line.startswith("> ")]
    assert quoted == [
        "> \\# Head",
        "> \\- item",
        "> 1\\. one",
        "> \\<script\\>x\\</script\\> \\[a\\](http://x) \\`c\\` \\*b\\* \\!\\[i\\](y) \\&amp;",
        "> \\> quote",
        "> \\===",
    ]
    assert "# Not *here*" not in page(title="# Not *here*\n## at all")


def test_questions_stand_in_the_order_of_their_numbers() -> None:
    second = DrawnQuestion(row=question_row("b", text="second", number=2))
    first = DrawnQuestion(row=question_row("a", text="first", number=1))
    text = page(second, first)
    assert text.index("first") < text.index("second")
    assert qid("a") not in text


def test_chapters_are_listed_and_make_a_file_of_their_own() -> None:
    chapters = (Chapter(60_000, "Two --> & three"), Chapter(0, "One"))
    bare = recording("welcome", WELCOME, duration_ms=90_000)
    with_chapters = msgspec.structs.replace(bare, chapters=chapters)
    program = msgspec.structs.replace(PROGRAM, talks=(talk(WELCOME, recording=bare.id),), recordings=(with_chapters,))
    assert "## Chapters\n\n- **1:00** Two --\\> \\& three" in write_talk(program, program.talks[0], (), START)
    assert write_chapters(chapters, 90_000) == (
        "WEBVTT\n\n00:00:00.000 --> 00:01:00.000\nOne\n\n00:01:00.000 --> 00:01:30.000\nTwo --&gt; &amp; three\n"
    )
