"""The player's desk: another engine goes on where the one before was, and what is chosen is kept."""

import logging
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from personal_app.player.engine import AudioTrack, OutputDevice
from personal_app.player.kinds import EngineKind
from personal_app.player.window_systems import Outlook
from personal_app.services.picture_names import picture_name
from personal_app.services.playback import PlayPhase, Remedy
from personal_app.services.player_desk import KEEP_AFTER_MS
from personal_app.services.player_settings import PlayerSettings, player_settings
from tests.factories import PAPER_1, WELCOME
from tests.services.stage import PAPER, TALK, Stage

Reach = Callable[[Stage, PlayPhase], None]
PLAYING, PAUSED, FAILED, LOADING = PlayPhase.PLAYING, PlayPhase.PAUSED, PlayPhase.FAILED, PlayPhase.LOADING
BOTH = (AudioTrack(0, "Track 1 (English)"), AudioTrack(1, "Track 2 (French)"))


def on_stage(stage: Stage, reach: Reach) -> Stage:
    """Let a talk that is open to all play."""
    stage.have(TALK, PAPER)
    stage.playback.open(PAPER_1)
    reach(stage, PLAYING)
    return stage


def test_another_engine_goes_on_from_there_as_it_was(stage: Stage, reach: Reach, qtbot: QtBot) -> None:
    first = stage.engine
    first.tracks = BOTH
    on_stage(stage, reach)
    stage.playback.set_rate(1.5)
    stage.playback.set_volume(40)
    stage.playback.set_muted(True)
    stage.playback.desk.choose_track(1)
    stage.playback.seek(90_000)
    place = stage.playback.surface()
    stage.playback.desk.choose_engine(EngineKind.LIBVLC)
    second = stage.engine
    assert second is not first
    reach(stage, PLAYING)
    assert second.openings[0].start_ms == 90_000
    assert (second.rate, second.volume, second.muted, second.audio_track) == (1.5, 40, True, 1)
    assert place.layout() is not None
    assert place.layout().indexOf(second.surface) >= 0  # type: ignore[union-attr]
    assert stage.playback.desk.state.engine is EngineKind.LIBVLC
    qtbot.waitUntil(lambda: first.wait_closed(0))
    assert stage.playback.engine_words() == "a fake libvlc"


def test_what_was_held_stays_held_and_who_was_with_everyone_stays(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.playback.seek(60_000)
    stage.playback.pause()
    reach(stage, PAUSED)
    stage.playback.desk.choose_engine(EngineKind.LIBVLC)
    reach(stage, PAUSED)
    assert stage.engine.openings[0].start_ms == 60_000
    stage.playback.open(WELCOME)
    reach(stage, PLAYING)
    stage.go(2_000)
    stage.playback.desk.choose_engine(EngineKind.QT)
    reach(stage, PLAYING)
    assert stage.playback.state.following
    assert stage.engine.openings[0].start_ms == 3 * 60_000 + 2_000


def test_the_one_before_is_not_heard_any_more(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    first = stage.engine
    stage.playback.desk.choose_engine(EngineKind.LIBVLC)
    reach(stage, PLAYING)
    first.signals.position_changed.emit(500_000)
    assert stage.playback.state.position_ms < 500_000


def test_an_engine_that_cannot_be_had_is_said_and_nothing_changes(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.source.missing.add(EngineKind.LIBVLC)
    said: list[str] = []
    stage.playback.desk.said.connect(said.append)
    stage.playback.desk.choose_engine(EngineKind.LIBVLC)
    assert len(stage.source.made) == 1
    assert said == ["Recordings are played by a fake, for tests."]
    assert stage.phase is PLAYING


def test_where_the_window_system_must_change_it_is_for_the_next_start(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.source.ahead = Outlook.NEXT_START
    said: list[str] = []
    stage.playback.desk.said.connect(said.append)
    stage.playback.desk.choose_engine(EngineKind.LIBVLC)
    assert len(stage.source.made) == 1
    assert "next start" in said[0]
    state = stage.playback.desk.state
    assert (state.engine, state.next_engine) == (EngineKind.QT, EngineKind.LIBVLC)
    stage.playback.desk.choose_engine(EngineKind.QT)
    assert stage.playback.desk.state.next_engine is None


def test_what_is_chosen_is_kept_once_a_person_pauses(stage: Stage, qtbot: QtBot) -> None:
    for volume in range(90, 20, -5):
        stage.playback.set_volume(volume)
    stage.playback.desk.choose_output("booth")
    stage.playback.desk.choose_engine(EngineKind.LIBVLC)
    assert stage.kept == []
    qtbot.waitUntil(lambda: len(stage.kept) == 1, timeout=20 * KEEP_AFTER_MS)
    assert player_settings(stage.kept[0]) == PlayerSettings(EngineKind.LIBVLC, 25, False, "booth")


def test_what_is_chosen_last_is_kept_at_the_end(stage: Stage) -> None:
    stage.playback.set_muted(True)
    stage.playback.close()
    assert player_settings(stage.kept[0]) == PlayerSettings(muted=True)


def test_what_was_kept_is_put_on(make_stage: Callable[..., Stage]) -> None:
    stage = make_stage(warm=False)
    stage.playback.take_settings(PlayerSettings(EngineKind.LIBVLC, 35, True, "booth").text())
    assert stage.source.preferred is EngineKind.LIBVLC
    assert (stage.playback.state.volume, stage.playback.state.muted) == (35, True)
    stage.source.warm()
    engine = stage.engine
    assert (engine.volume, engine.muted, engine.output_device) == (35, True, "booth")
    stage.playback.close()
    assert stage.kept == []


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"volume": true, "engine": 4, "muted": 1, "output": 7}', '{"volume": 101}', "[" * 100_000]
)
def test_settings_that_are_damaged_are_as_if_not_chosen(text: str) -> None:
    assert player_settings(text) == PlayerSettings()


def test_outputs_and_tracks_are_shown(stage: Stage, reach: Reach, qtbot: QtBot) -> None:
    on_stage(stage, reach)
    assert stage.playback.desk.state.tracks == (AudioTrack(0, "Track 1"),)
    stage.engine.there = (OutputDevice("booth", "Headphones"),)
    stage.playback.desk.look_for_outputs()
    qtbot.waitUntil(lambda: len(stage.playback.desk.state.outputs) == 1)
    stage.playback.desk.choose_output("booth")
    assert stage.playback.desk.state.output == "booth"
    assert stage.engine.routes == ["booth"]


def test_a_picture_is_kept_under_its_talk_and_moment(stage: Stage, reach: Reach, qtbot: QtBot) -> None:
    on_stage(stage, reach)
    stage.playback.seek(151_000)
    stage.playback.pause()
    with qtbot.waitSignal(stage.playback.desk.said) as said:
        stage.playback.take_picture()
    (path,) = stage.pictures.iterdir()
    assert path.name.endswith(" at 2.31.png")
    assert said.args == [f"The picture is saved as {path}."]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("On graphs", "On graphs at 12.31.png"),
        ('Q&A: "../../etc" | what?', "Q A etc what at 12.31.png"),
        ("???", "Recording at 12.31.png"),
        ("グラフ", "グラフ at 12.31.png"),
        ("word " * 30, f"{('word ' * 16).strip()} at 12.31.png"),
        ("グラフ" * 40, f"{('グラフ' * 40)[:80]} at 12.31.png"),
    ],
)
def test_pictures_have_names_that_every_system_takes(title: str, name: str) -> None:
    assert picture_name(title, 751_000) == name


def test_a_failure_offers_what_helps_and_is_logged_once(
    stage: Stage, reach: Reach, caplog: pytest.LogCaptureFixture
) -> None:
    on_stage(stage, reach)
    stage.engine.breaks_off_ms = 30_000
    with caplog.at_level(logging.WARNING):
        stage.go(31_000)
        reach(stage, FAILED)
        stage.go(1_000)
    assert stage.playback.state.remedies == (Remedy.DOWNLOAD, Remedy.OTHER_ENGINE, Remedy.RETRY)
    assert [record.getMessage().split(":")[0] for record in caplog.records] == [
        "a recording does not play (ended_early)"
    ]
    stage.playback.open(WELCOME)
    reach(stage, PLAYING)
    assert not stage.playback.state.remedies


def test_downloading_again_throws_away_what_is_here(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.engine.breaks_off_ms = 30_000
    stage.go(31_000)
    reach(stage, FAILED)
    stage.engine.breaks_off_ms = None
    stage.playback.retry(anew=True)
    assert (stage.phase, stage.removed, stage.saved) == (LOADING, [PAPER], [PAPER])
    stage.bring(PAPER, 0.5)
    stage.have(PAPER)
    reach(stage, PLAYING)
    assert stage.engine.openings[-1].start_ms == 30_000


def test_the_other_engine_goes_on_where_the_first_one_failed(stage: Stage, reach: Reach) -> None:
    on_stage(stage, reach)
    stage.engine.breaks_off_ms = 30_000
    stage.go(31_000)
    reach(stage, FAILED)
    stage.playback.desk.choose_engine(EngineKind.LIBVLC)
    reach(stage, PLAYING)
    assert stage.engine.openings[0].start_ms == 30_000


def test_waiting_for_data_is_shown_in_per_cent(stage: Stage, reach: Reach, qtbot: QtBot) -> None:
    on_stage(stage, reach)
    stage.engine.wait_for_data(40)
    qtbot.waitUntil(lambda: stage.playback.state.buffered == 40)
    assert stage.phase is PLAYING
    stage.engine.wait_for_data(None)
    qtbot.waitUntil(lambda: stage.playback.state.buffered is None)
