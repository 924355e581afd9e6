"""What is written along the time of a recording."""

from personal_app.conference.recordings import Caption, Chapter, caption_at, chapter_at, chapter_start

CHAPTERS = (Chapter(5_000, "Why"), Chapter(60_000, "How"))
#: One that stays while others come and go.
CAPTIONS = (Caption(0, 10_000, "long"), Caption(1_000, 2_000, "one"), Caption(3_000, 4_000, "two"))


def test_a_chapter_lasts_to_the_next_one_or_the_end() -> None:
    titles = [chapter.title if (chapter := chapter_at(CHAPTERS, at)) else None for at in (0, 5_000, 59_999, 10**9)]
    assert titles == [None, "Why", "Why", "How"]
    assert chapter_at((), 0) is None


def test_the_chapter_before_is_first_of_all_the_beginning_of_the_one_that_is_on() -> None:
    assert [chapter_start(CHAPTERS, at, 1) for at in (0, 5_000, 60_000)] == [5_000, 60_000, None]
    assert [chapter_start(CHAPTERS, at, -1) for at in (90_000, 62_000, 60_000, 7_000, 0)] == [
        60_000,
        5_000,
        5_000,
        0,
        0,
    ]
    assert chapter_start((), 9_000, 1) is chapter_start((), 9_000, -1) is None


def test_a_caption_that_stays_is_shown_again_after_any_number_of_others() -> None:
    others = [Caption(at * 1_000, at * 1_000 + 500, str(at)) for at in range(1, 9)]
    found = caption_at([Caption(0, 10_000, "stays"), *others], 9_000)
    assert found is not None
    assert found.text == "stays"


def test_a_caption_is_shown_from_its_start_until_just_before_its_end() -> None:
    shown = [caption.text if (caption := caption_at(CAPTIONS, at)) else None for at in (0, 1_000, 2_000, 3_999, 10_000)]
    assert shown == ["long", "one", "long", "two", None]
    assert caption_at((), 5) is None
