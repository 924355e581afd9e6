"""Playing a talk: which recording, from where, held to the second everyone is at or free, and what to say meanwhile.

The engine decodes (`player`), the plan decides where everyone is (`conference.playback`); this service connects them to
the program's clock and to the recordings that are here. Must never decode or download anything itself.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from personal_app.conference.ids import TalkId
from personal_app.conference.playback import Lead
from personal_app.conference.recordings import Recording
from personal_app.player.choice import EngineSource
from personal_app.player.clock import monotonic_ms
from personal_app.player.engine import (
    FASTEST,
    LOUDEST,
    SILENT,
    SLOWEST,
    Engine,
    PlayerState,
    Stream,
)
from personal_app.services.billed_talk import BilledTalk, billed_talk
from personal_app.services.bringing import Bringing
from personal_app.services.catching_up import CatchUp, catching_up, level_at
from personal_app.services.engine_ear import EngineEar
from personal_app.services.following import Follower, set_rate
from personal_app.services.picture_names import picture_name
from personal_app.services.playback_state import (
    PlaybackState,
    PlayPhase,
    Remedy,
    standing,
)
from personal_app.services.player_desk import PlayerDesk
from personal_app.services.program import ProgramService
from personal_app.services.recordings import RecordingKind, RecordingService
from personal_app.services.reel import Reel

__all__ = ["PlayPhase", "PlaybackService", "PlaybackState", "Remedy"]

#: So near to where everyone is, somebody who seeks there means to be with them.
LIVE_EDGE_MS = 1500
#: Where everyone's video ends with so much of the recording left, a chair has ended it.
_CUT_MS = 3_000
_CUT_SHORT = "The video was ended for everyone. You can go on watching it here."
_PAUSED = "The recording does not come any further, for it is paused: resume it to go on."
_NOT_HERE = "The recording could not be brought here. Try again."


class PlaybackService(QObject):
    """One player for the window.

    `changed` tells of a new snapshot; `moved` (the position in ms) that only the position, or where everyone is, is
    another.
    """

    changed = Signal()
    moved = Signal(int)

    def __init__(
        self,
        source: EngineSource,
        program: ProgramService,
        recordings: RecordingService,
        parent: QObject | None = None,
        *,
        clock_ms: Callable[[], float] = monotonic_ms,
        lead: Lead | None = None,
        keep: Callable[[str], None] | None = None,
        pictures: Path | None = None,
    ) -> None:
        """`keep` and `pictures` are the desk's."""
        super().__init__(parent)
        self.desk = PlayerDesk(source, keep, pictures, self)
        self._program = program
        self._recordings = recordings
        self._state = PlaybackState()
        self._rate = 1.0
        self._reel = Reel(lambda: self.desk.engine)
        self._bringing = Bringing(recordings)
        self._opening = self._closed = self._cut_short = False
        self._catching = CatchUp()
        self._ear = EngineEar(self)
        self._ear.stood.connect(self._on_engine_stands)
        self._ear.moved.connect(self._on_position)
        self._follower = Follower(program.now, clock_ms, self, lead=lead)
        recordings.changed.connect(self._on_recording)
        program.changed.connect(self._refresh)
        program.ticked.connect(self._refresh)
        self.desk.fill(self._on_engine, self._on_engine_leaving)

    @property
    def state(self) -> PlaybackState:
        """The current snapshot."""
        return self._state

    @property
    def _engine(self) -> Engine | None:
        return self.desk.engine

    @property
    def _billed(self) -> BilledTalk:
        return billed_talk(self._program.conference, self._state.talk)

    @property
    def _live_ms(self) -> int | None:
        return self._billed.live_ms(self._program.now())

    def position_ms(self) -> int:
        """Return where the recording is at this moment, in ms."""
        return self._reel.position_ms

    def surface(self) -> QWidget:
        """Return the widget that shows the picture, to be placed in a layout once."""
        return self.desk.surface()

    def trust_port(self, port: int) -> None:
        """Let recordings that are on their way be played from this port of 127.0.0.1."""
        self.desk.trust_port(port)

    def engine_words(self) -> str:
        """Return which engine plays and why, for the About box."""
        return self.desk.words()

    def open(self, talk: TalkId) -> None:
        """Show a talk: with everyone where it runs for all, else from its beginning when it may be watched."""
        if self._closed:
            return
        if talk == self._state.talk:
            if self._state.phase is PlayPhase.FAILED:
                self.retry()
            return
        self._reel.let_go()
        self._bringing.forget()
        self._reel.start_ms = None
        self._reel.hold = self._cut_short = False
        self._catching = CatchUp()
        kept = self._state
        self._state = PlaybackState(
            talk=talk,
            following=billed_talk(self._program.conference, talk).live_ms(self._program.now()) is not None,
            rate=self._rate,
            volume=kept.volume,
            muted=kept.muted,
        )
        # What stands in between is nothing to show.
        self._opening = True
        self._refresh()
        self._opening = False
        self.changed.emit()

    def play(self) -> None:
        """Play on, or as soon as the recording is here."""
        if self._cut_short:
            self._cut_short = False
            self._ear.forget()
        self._reel.hold = False
        if self._reel.engine is not None:
            self._reel.engine.play()

    def pause(self) -> None:
        """Hold, or do not begin when the recording is here; whoever was with everyone is not any more."""
        if self._state.phase is PlayPhase.HOLD:
            return
        self._set_following(False)
        self._catch(CatchUp())
        self._reel.hold = True
        if self._reel.engine is not None:
            self._reel.engine.pause()

    def toggle(self) -> None:
        """Pause where it plays, play where it does not."""
        if self._state.phase is PlayPhase.PLAYING:
            self.pause()
        elif self._state.phase is PlayPhase.FAILED:
            self.retry()
        else:
            self.play()

    def seek(self, position_ms: int) -> None:
        """Go to a position, at most to where everyone is while the talk runs for all.

        While the recording is on its way here it will begin there.
        """
        if self._state.talk is None or self._state.phase in (PlayPhase.EMPTY, PlayPhase.HOLD):
            return
        live = self._live_ms
        if live is not None and position_ms >= live - LIVE_EDGE_MS:
            self.join_live()
            return
        self._set_following(False)
        if self._reel.engine is not None and self._reel.engine.state is not PlayerState.FAILED:
            self._follower.moved()
            self._reel.engine.seek(max(0, position_ms))
        else:
            self._reel.start_ms = max(0, position_ms)

    def skip(self, delta_ms: int) -> None:
        """Go forward or, negative, back."""
        self.seek(self.position_ms() + delta_ms)

    def join_live(self) -> None:
        """Go where everyone is, and stay with them."""
        live = self._live_ms
        if live is None:
            return
        self._reel.start_ms, self._reel.hold = None, False
        self._set_following(True)
        if self._state.phase is PlayPhase.FAILED:
            self.retry()
        elif self._reel.engine is not None:
            self._set_engine_rate(1.0)
            self._reel.engine.seek(self._follower.aim(live))
            self._reel.engine.play()
        self._refresh()

    def catch_up(self, rate: float) -> None:
        """Play faster than everyone until level with them, and then stay with them; 1 or slower gives it up."""
        if self._live_ms is None or self._state.following or self._reel.engine is None:
            return
        self._catch(catching_up(rate))
        if self._catching.active:
            self.play()

    def level_at(self, rate: float) -> datetime | None:
        """Return when who catches up from here at `rate` will be level, on the server's clock; None: not in time."""
        live, now = self._live_ms, self._program.now()
        if live is None:
            return None
        return level_at(now, max(0, live - self.position_ms()), rate, self._state.duration_ms - live)

    def set_rate(self, rate: float) -> None:
        """Set the speed, brought into 0.5 to 3; any speed but 1 leaves the others."""
        self._catch(CatchUp())
        self._rate = min(max(SLOWEST, rate), FASTEST)
        if self._rate != 1.0:
            self._set_following(False)
        if not self._state.following:
            self._set_engine_rate(self._rate)
        self._update(rate=self._rate)

    def take_settings(self, text: str) -> None:
        """Put on what a person had chosen of the player, as it was kept."""
        self.desk.take_settings(text)
        self._update(volume=self.desk.settings.volume, muted=self.desk.settings.muted)

    def set_volume(self, volume: int) -> None:
        """Set the loudness, brought into 0 to 100."""
        self.desk.set_volume(min(max(SILENT, volume), LOUDEST))
        self._update(volume=self.desk.settings.volume)

    def set_muted(self, muted: bool) -> None:
        """Switch sound off or on."""
        self.desk.set_muted(muted)
        self._update(muted=muted)

    def take_picture(self) -> None:
        """Keep the picture of this moment in a file; the desk says where, or why not."""
        talk = self._billed.talk
        self.desk.take_picture(picture_name(talk.title if talk is not None else "", self.position_ms()))

    def retry(self, *, anew: bool = False) -> None:
        """After a failure, check the file again, bring it here again where it is gone, and play on from there.

        With `anew` what is here is thrown away first.
        """
        recording = self._billed.recording
        if recording is None:
            return
        if self._reel.loaded is not None and self._reel.start_ms is None and not self._state.following:
            self._reel.start_ms = self.position_ms()
        self._reel.let_go()
        self._bringing.begin_again(recording.id)
        self._update(phase=PlayPhase.LOADING, sentence="Looking at the recording again…", remedies=())
        self._bringing.ask_again(recording.id, anew=anew)

    def close(self) -> None:
        """Let go of the recording before the engine is released; nothing is played any more."""
        self._closed = True
        self.desk.close()
        self._follower.end()
        self._reel.let_go()

    def _on_engine(self, engine: Engine) -> None:
        self._ear.listen(engine)
        self._refresh()

    def _on_engine_leaving(self, engine: Engine) -> None:
        """Let the next engine go on from here, as this one was: with everyone, playing or held."""
        self._ear.leave(engine)
        self._reel.leave(engine, following=self._state.following)

    def _refresh(self) -> None:
        """Bring the player to what the talk, the clock and the recordings allow now."""
        if self._closed or self._program.conference is None or self._state.talk is None:
            return
        billed, now = self._billed, self._program.now()
        recording = billed.recording
        if billed.talk is None or billed.session is None:
            self._show_nothing("This talk is not in the program any more.")
        elif recording is None:
            self._show_nothing("This talk has no recording.")
        elif not billed.may_be_watched(now):
            self._reel.let_go()
            # Who waits in front of a talk wants to be there when it begins.
            self._update(
                phase=PlayPhase.HOLD,
                sentence="",
                following=True,
                live_ms=None,
                position_ms=0,
                duration_ms=recording.duration_ms,
            )
        else:
            self._show_recording(recording, billed.live_ms(now))
        self._set_follower()

    def _show_nothing(self, sentence: str) -> None:
        self._reel.let_go()
        self._update(
            phase=PlayPhase.EMPTY, sentence=sentence, following=False, live_ms=None, position_ms=0, duration_ms=0
        )

    def _show_recording(self, recording: Recording, live: int | None) -> None:
        if live is None:
            self._part_from_all(recording)
        elif self._cut_short:
            # The chair has thought better of it: whoever was with everyone is again.
            self._cut_short = self._reel.hold = False
            self._ear.forget()
            self._update(live_ms=live)
            self._set_following(True)
            if self._reel.engine is not None:
                self._reel.engine.play()
        self._update(live_ms=live, duration_ms=recording.duration_ms)
        here = self._recordings.state(recording.id)
        # Paused for a reason that a person did not choose: there is something to do about it.
        stopped = here.kind is RecordingKind.FAILED or (here.kind is RecordingKind.PAUSED and bool(here.detail))
        if self._reel.loaded == recording.id and not (self._reel.streams and stopped):
            if self._reel.streams:
                self._on_engine_stands()
            return
        if self._bringing.again:
            return
        if stopped:
            self._reel.let_go()
            self._update(phase=PlayPhase.FAILED, sentence=here.detail or _NOT_HERE, remedies=(Remedy.RETRY,))
        elif here.kind is RecordingKind.SAVED and here.path is not None:
            self._load_soon(recording, here.path, live)
        else:
            self._bringing.ask(recording.id)
            here = self._recordings.state(recording.id)
            if here.kind is RecordingKind.LOADING and here.stream is not None:
                self._load_soon(recording, here.stream, live)
                return
            self._reel.let_go()
            percent = f" {round(here.fraction * 100)} %" if here.fraction else ""
            waits = "The recording is paused…" if here.kind is RecordingKind.PAUSED else "Bringing the recording here…"
            self._update(phase=PlayPhase.LOADING, sentence=f"{waits}{percent}", buffered=None)

    def _part_from_all(self, recording: Recording) -> None:
        """The video is over for everyone; one that a chair has ended holds where it is."""
        left_ms = recording.duration_ms - self.position_ms()
        if self._state.following and self._state.phase is PlayPhase.PLAYING and left_ms > _CUT_MS:
            self._cut_short, self._ear.notice = True, _CUT_SHORT
            self.pause()
        self._set_following(False)
        self._catch(CatchUp())

    def _catch(self, catching: CatchUp) -> None:
        if catching != self._catching:
            self._catching = catching
            self._set_engine_rate(self._wished_rate)
            self._update(catching_up=catching.rate)

    @property
    def _wished_rate(self) -> float:
        if self._state.following:
            return 1.0
        return self._catching.rate if self._catching.active else self._rate

    def _load_soon(self, recording: Recording, source: Path | Stream, live: int | None) -> None:
        """Load it, or as soon as there is an engine."""
        self._update(phase=PlayPhase.LOADING, sentence="", buffered=None)
        if self._engine is not None:
            self._load(self._engine, recording, source, live)

    def _load(self, engine: Engine, recording: Recording, source: Path | Stream, live: int | None) -> None:
        start_ms = self._reel.start_ms or 0
        self._follower.moved()
        if self._state.following and live is not None:
            start_ms = self._follower.aim(live, opening=True)
        self._ear.forget()
        self._set_engine_rate(self._wished_rate)
        self._reel.put_in(engine, recording, source, start_ms)
        self._recordings.note_watched(recording.id)

    def _set_engine_rate(self, rate: float) -> None:
        if self._engine is not None:
            set_rate(self._engine, rate)

    def _on_engine_stands(self) -> None:
        loaded = self._reel.loaded
        here = self._recordings.state(loaded) if loaded is not None else None
        detail = here.detail if here is not None else ""
        if here is not None and here.kind is RecordingKind.PAUSED and not detail:
            detail = _PAUSED
        stands = self._reel.standing(self._state, self._ear.notice, self._ear.buffered, detail)
        if stands is not None:
            self._show(stands)
            self._set_follower()

    def _on_position(self, position_ms: int) -> None:
        if self._reel.loaded is None:
            return
        live = self._live_ms
        if live is not None and self._catching.is_level(position_ms, live):
            self._set_following(True)
        self._update(position_ms=position_ms, live_ms=live)

    def _on_recording(self, recording: str) -> None:
        mine = self._billed.recording
        if mine is not None and mine.id == recording:
            self._bringing.again = False
            self._refresh()

    def _set_following(self, following: bool) -> None:
        if following:
            self._rate, self._catching = 1.0, CatchUp()
        elif self._state.following:
            self._set_engine_rate(self._rate)
        self._update(following=following, rate=self._rate, catching_up=self._catching.rate)
        if following:
            self._set_engine_rate(1.0)
        self._set_follower()

    def _set_follower(self) -> None:
        session, engine, loaded = self._billed.session, self._engine, self._reel.loaded
        plays = self._state.phase is PlayPhase.PLAYING and not self._state.buffering
        wanted = self._state.following and plays
        if wanted and session is not None and engine is not None and loaded is not None:
            self._follower.begin(engine, session, loaded)
        else:
            self._follower.end()

    def _update(self, **fields: Any) -> None:
        self._show(msgspec.structs.replace(self._state, **fields))

    def _show(self, state: PlaybackState) -> None:
        before, self._state = self._state, state
        if not self._opening and standing(self._state) != standing(before):
            self.changed.emit()
        if (self._state.position_ms, self._state.live_ms) != (before.position_ms, before.live_ms):
            self.moved.emit(self._state.position_ms)
