"""Captions: those of the moment, in the language that was chosen, as much later as a person wants."""

from collections.abc import Callable

import msgspec
import pytest

from personal_app.conference.ids import Sha256
from personal_app.conference.recordings import Caption, CaptionTrack, FileFacts
from personal_app.services.captions import CAPTIONS, CaptionPlace, CaptionService
from personal_app.services.playback import PlayPhase
from personal_app.services.recordings import RecordingKind, RecordingState
from tests.factories import PAPER_1, WELCOME
from tests.services.stage import PAPER, Stage, program

Reach = Callable[[Stage, PlayPhase], None]
ENGLISH = (Caption(0, 2_000, "Hello"), Caption(5_000, 6_000, "So"))
GERMAN = (Caption(0, 2_000, "Hallo"), Caption(5_000, 6_000, "Also"))


def tracks(*languages: str) -> tuple[CaptionTrack, ...]:
    return tuple(
        CaptionTrack(language=language, file=FileFacts(sha256=Sha256(language), size_bytes=1, media_type="text/vtt"))
        for language in languages
    )


class Bench:
    """The service on a stage where the paper has captions in two languages."""

    def __init__(self, stage: Stage, *languages: str) -> None:
        self.stage = stage
        self.kept: dict[str, str] = {}
        shown = program()
        recordings = tuple(
            msgspec.structs.replace(each, captions=tracks(*languages)) if each.id == PAPER else each
            for each in shown.recordings
        )
        stage.program.take(msgspec.structs.replace(shown, recordings=recordings))
        stage.recordings.take(
            PAPER,
            RecordingState(
                kind=RecordingKind.SAVED,
                path=stage.file,
                captions=ENGLISH,
                tracks={language: GERMAN if language.startswith("de") else ENGLISH for language in languages},
            ),
        )
        self.service = CaptionService(stage.playback, stage.program, stage.recordings, self.kept.__setitem__)


@pytest.fixture
def bench(stage: Stage, reach: Reach) -> Bench:
    bench = Bench(stage, "en", "de-AT")
    stage.playback.open(PAPER_1)
    reach(stage, PlayPhase.PLAYING)
    return bench


def test_captions_are_those_of_the_moment(bench: Bench) -> None:
    stage, service = bench.stage, bench.service
    assert service.text() == "Hello"
    stage.playback.seek(3_000)
    assert service.text() == ""
    stage.playback.seek(5_500)
    assert service.text() == "So"
    service.show(False)
    assert service.text() == ""
    stage.playback.open(WELCOME)
    assert service.lines() == ()


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [("", "en"), ("de-AT", "de-AT"), ("DE-at", "de-AT"), ("de", "de-AT"), ("de-DE", "de-AT"), ("fr", "en")],
)
def test_the_language_is_the_chosen_one_or_one_like_it_or_the_first(bench: Bench, wanted: str, shown: str) -> None:
    bench.service.choose(wanted)
    assert bench.service.language == shown
    assert bench.service.text() == ("Hallo" if shown == "de-AT" else "Hello")


def test_captions_that_come_too_early_are_shown_later_in_this_talk_alone(bench: Bench) -> None:
    stage, service = bench.stage, bench.service
    stage.playback.seek(5_500)
    service.set_delay(1_000)
    assert service.text() == ""
    stage.playback.seek(6_500)
    assert service.text() == "So"
    service.set_delay(-99_000)
    assert service.delay_ms == -10_000
    stage.playback.open(WELCOME)
    assert service.delay_ms == 0


def test_what_was_chosen_is_kept_and_what_cannot_be_read_is_not_chosen(bench: Bench, stage: Stage) -> None:
    service = bench.service
    service.choose("de")
    service.set_size(1.6)
    service.set_place(CaptionPlace.OVER)
    again = CaptionService(stage.playback, stage.program, stage.recordings, bench.kept.__setitem__)
    again.take(bench.kept[CAPTIONS])
    assert again.settings == service.settings
    assert again.settings.size == 1.5
    for odd in ("", "{", '{"size": "large"}', "[]", '{"place": "beside"}'):
        again.take(odd)
        assert again.settings.size == 1.0
    again.take('{"size": 40.0}')
    assert again.settings.size == 2.0
