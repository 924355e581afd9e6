"""What else a person can choose of the player: captions, sound track and output, a picture of the moment, the engine.

It reads the desk's snapshot and tells the desk what is wanted; it must never know an engine.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from personal_app.services.captions import CaptionService
from personal_app.services.playback import PlaybackService, PlayPhase
from personal_app.services.player_desk import DeskState, EngineOffer, Outlook, PlayerDesk
from personal_app.ui.plain_text import on_button
from personal_app.ui.talk.caption_menu import fill_caption_menu

SYSTEM_OUTPUT = "Whatever the system uses"
_PICTURE = frozenset({PlayPhase.PLAYING, PlayPhase.PAUSED})


def player_menu(
    parent: QWidget,
    playback: PlaybackService,
    captions: CaptionService,
    show_preferences: Callable[[], None],
    picture_window: Callable[[], None],
) -> QMenu:
    """Return the menu as it is now; it is made each time it opens."""
    menu, desk = QMenu(parent), playback.desk
    fill_caption_menu(menu.addMenu("Captions"), captions)
    if len(desk.state.tracks) > 1:
        _fill_tracks(menu.addMenu("Sound track"), desk)
    _fill_outputs(menu.addMenu("Sound comes out of"), desk)
    _fill_engines(menu.addMenu("Played by"), desk)
    menu.addSeparator()
    window = _add(menu, "Picture in a window of its own, or back (I)", picture_window)
    window.setEnabled(playback.state.phase in _PICTURE)
    picture = _add(menu, "Keep a picture of this moment", playback.take_picture)
    picture.setEnabled(playback.state.phase in _PICTURE)
    menu.addSeparator()
    _add(menu, "Preferences…", show_preferences)
    return menu


def output_choices(state: DeskState) -> list[tuple[str, str]]:
    """Return (device id, words) pairs, the system's own first; a chosen one that is not there is named as such."""
    there = [(device.id, device.name) for device in state.outputs]
    missing = state.output and all(state.output != device for device, _ in there)
    gone = [(state.output, "What was chosen, when it is there again")] if missing else []
    return [("", SYSTEM_OUTPUT), *there, *gone]


def engine_words(offer: EngineOffer) -> str:
    """Return an engine's name, and when it could play where that is not now."""
    match offer.outlook:
        case Outlook.NOW:
            return offer.name
        case Outlook.NEXT_START:
            return f"{offer.name}, from the next start on"
        case Outlook.NEVER:
            return f"{offer.name}: cannot draw into this window"


def _fill_tracks(menu: QMenu, desk: PlayerDesk) -> None:
    group = QActionGroup(menu)
    for track in desk.state.tracks:
        action = _add(menu, track.name, partial(desk.choose_track, track.number))
        _choose_one(group, action, chosen=track.number == desk.state.track)


def _fill_outputs(menu: QMenu, desk: PlayerDesk) -> None:
    group = QActionGroup(menu)
    for device, words in output_choices(desk.state):
        _choose_one(group, _add(menu, words, partial(desk.choose_output, device)), chosen=device == desk.state.output)


def _fill_engines(menu: QMenu, desk: PlayerDesk) -> None:
    group, state = QActionGroup(menu), desk.state
    for offer in state.engines:
        action = _add(menu, engine_words(offer), partial(desk.choose_engine, offer.kind))
        action.setEnabled(offer.outlook is not Outlook.NEVER)
        _choose_one(group, action, chosen=offer.kind is (state.next_engine or state.engine))


def _add(menu: QMenu, words: str, act: Callable[[], object]) -> QAction:
    action = QAction(on_button(words), menu)
    action.triggered.connect(lambda _: act())
    menu.addAction(action)
    return action


def _choose_one(group: QActionGroup, action: QAction, *, chosen: bool) -> None:
    action.setCheckable(True)
    action.setChecked(chosen)
    group.addAction(action)
