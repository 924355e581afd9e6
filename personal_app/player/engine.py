"""The contract of a player engine: what the rest of the app may ask of it, what it tells, and in which units.

Whoever plays recordings talks to `Engine` and listens to its `EngineSignals`; which library decodes is decided in
`player.choice`. The module must never import a decoding library, and an engine never draws captions: they are ours,
beside the picture.

The rules, for callers on the UI thread, the only thread an engine may be called from:

- No call waits for a disk or a library. What came of it is told by a signal, always later, never within the call.
- `load` leads to LOADING, then to PLAYING or PAUSED, or to FAILED. Wishes uttered meanwhile (play, pause, seek) are
  carried out as soon as the recording is open.
- In ENDED, `play` begins again from the start and `seek` opens the recording paused at the wished position.
- In FAILED, `play` tries the same recording again from where it failed. In EMPTY nothing but `load` has an effect.
- A `Stream` is a recording that comes while it plays, from this program itself: it is opened only from the port of
  127.0.0.1 that `trust_port` named. While what is to be played next is not here yet the state is BUFFERING, and playing
  goes on by itself, however long that takes.
- Rate, volume, muting and the sound output stay as they are set, from one recording to the next; which sound track
  plays is chosen for one recording, and stays for it.
- `surface` shows black until a picture comes. It must not be hidden until `first_frame`: that signal confirms a
  picture that was on the screen up to 300 ms before.
- `surface` must outlive the engine's use of it: destroy it after `closed`, never before.
"""

import re
from abc import ABC, abstractmethod
from enum import StrEnum
from pathlib import Path
from typing import NewType

import msgspec
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from personal_app.conference.errors import EnvironmentTrouble

#: A length of time or a position within a recording, in whole milliseconds.
Milliseconds = NewType("Milliseconds", int)
#: Playback speed; 1.0 is as recorded.
Rate = NewType("Rate", float)
#: Loudness in per cent: 0 is silence, 100 as recorded.
Volume = NewType("Volume", int)

SLOWEST, FASTEST = Rate(0.5), Rate(3.0)
SILENT, LOUDEST = Volume(0), Volume(100)


class EngineUnavailable(EnvironmentTrouble):
    """A decoding library that cannot be used on this machine; the message says why."""

    code = "engine_unavailable"


_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that this program gives out on 127.0.0.1 as it comes, every byte of it checked.

    `head` are its first 16 bytes, by which its container is told; `name` is what people call it. There is no place
    for a host: a player is never sent to another machine.
    """

    port: int
    token: str
    head: bytes
    name: str

    @property
    def url(self) -> str:
        """The address to open. Raises ValueError where port or token are not of their form."""
        if not 0 < self.port < 1 << 16 or _TOKEN.fullmatch(self.token) is None:
            raise ValueError("this is not the name of a stream of ours")
        return f"http://127.0.0.1:{self.port}/{self.token}"


class MediaKind(StrEnum):
    """What a recording is meant to give: a picture (with or without sound), or sound alone."""

    VIDEO = "video"
    AUDIO = "audio"


class PlayerState(StrEnum):
    """What the engine is doing."""

    EMPTY = "empty"
    LOADING = "loading"
    PLAYING = "playing"
    PAUSED = "paused"
    BUFFERING = "buffering"
    ENDED = "ended"
    FAILED = "failed"


class FailureKind(StrEnum):
    """Why a recording cannot be played."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    EMPTY_FILE = "empty_file"
    NOT_A_RECORDING = "not_a_recording"
    DAMAGED = "damaged"
    ENDED_EARLY = "ended_early"
    NO_START = "no_start"


class Failure(msgspec.Struct, frozen=True):
    """Why playing stopped; `sentence` tells a person what happened and what to do."""

    kind: FailureKind
    sentence: str


class NoticeKind(StrEnum):
    """What a person should know although the recording plays."""

    NO_PICTURE = "no_picture"
    OUTPUT_GONE = "output_gone"
    OUTPUT_BACK = "output_back"


class Notice(msgspec.Struct, frozen=True):
    """Something worth a line on the screen; playing goes on."""

    kind: NoticeKind
    sentence: str


class AudioTrack(msgspec.Struct, frozen=True):
    """One of a recording's sound tracks, counted from 0 in the order of the file; the same number in every engine.

    `name` is for people: "Commentary (English)", or "Track 2" where the file does not say.
    """

    number: int
    name: str


class OutputDevice(msgspec.Struct, frozen=True):
    """Something that sound can come out of. `id` is the system's own name for it, `name` is for people."""

    id: str
    name: str


class Snapshot(msgspec.Struct, frozen=True):
    """What became of a wish for a picture: it is in the file, or `trouble` is a sentence that says why not."""

    path: Path
    trouble: str = ""


class EngineSignals(QObject):
    """What an engine tells. Each is emitted on the UI thread, and never from within a call to the engine."""

    #: PlayerState: the new state, each time it differs from the one before.
    state_changed = Signal(object)
    #: int: the position in ms, ten times a second while playing, and at once after a seek.
    position_changed = Signal(int)
    #: The first picture of what was loaded is on the surface. Once per load, and only where there is a picture.
    first_frame = Signal()
    #: int: in BUFFERING, how much of what is waited for is there, in per cent; each time it differs.
    buffering = Signal(int)
    #: `audio_tracks` or `audio_track` is another. Once per load at least, before PLAYING or PAUSED is told.
    tracks_changed = Signal()
    #: `output_devices` or `output_device` is another.
    devices_changed = Signal()
    #: Snapshot: the answer to one `take_snapshot`.
    snapshot_taken = Signal(object)
    #: Failure: playing is over; `state_changed` told FAILED just before.
    failed = Signal(object)
    #: Notice: playing goes on, and a person should know something about it.
    noticed = Signal(object)
    #: The recording played to its end; `state_changed` told ENDED just before.
    ended = Signal()
    #: Everything the engine held is released; its surface may be destroyed. Follows `close`.
    closed = Signal()


class Engine(ABC):
    """A player of one recording at a time; the module's first lines hold the rules."""

    signals: EngineSignals

    @property
    @abstractmethod
    def name(self) -> str:
        """The library and its version, for the log and the About box: "libvlc 3.0.24"."""

    @property
    @abstractmethod
    def surface(self) -> QWidget:
        """The widget the picture appears in; the caller places it in a layout."""

    @property
    @abstractmethod
    def state(self) -> PlayerState:
        """The present state."""

    @property
    @abstractmethod
    def failure(self) -> Failure | None:
        """Why the engine is in FAILED; None in every other state."""

    @property
    @abstractmethod
    def duration_ms(self) -> Milliseconds:
        """The length of what is loaded, as told to `load`; 0 in EMPTY."""

    @property
    @abstractmethod
    def rate(self) -> Rate:
        """The speed that is set."""

    @property
    @abstractmethod
    def volume(self) -> Volume:
        """The loudness that is set, whether muted or not."""

    @property
    @abstractmethod
    def muted(self) -> bool:
        """Whether sound is switched off."""

    @property
    @abstractmethod
    def audio_tracks(self) -> tuple[AudioTrack, ...]:
        """The sound tracks of what is open; none until it is."""

    @property
    @abstractmethod
    def audio_track(self) -> int | None:
        """The number of the sound track that plays; None where there is none, or none is open."""

    @property
    @abstractmethod
    def output_devices(self) -> tuple[OutputDevice, ...]:
        """What sound can come out of, as last looked for; empty where the library does not tell."""

    @property
    @abstractmethod
    def output_device(self) -> str:
        """The id of the device that was chosen, whether it is there or not; "" is whatever the system uses."""

    @abstractmethod
    def position(self) -> Milliseconds:
        """Return where the recording is now, interpolated between the library's reports, within [0, duration_ms].

        It never runs backwards while playing, unless the picture itself jumped back by more than a second.
        """

    @abstractmethod
    def trust_port(self, port: int) -> None:
        """Let streams be opened from this port of 127.0.0.1, and from no other; at first there is none."""

    @abstractmethod
    def load(
        self, source: Path | Stream, kind: MediaKind, duration_ms: int, *, start_ms: int = 0, paused: bool = False
    ) -> None:
        """Open a file or a stream, known to last `duration_ms`, and play it from `start_ms`, or show it paused there.

        The caller has checked a file's hash (the bytes are what the conference published). A `duration_ms` below 1
        raises ValueError; a `start_ms` outside the recording is brought inside. Everything else is told by `failed`.
        """

    @abstractmethod
    def play(self) -> None:
        """Play on, or again."""

    @abstractmethod
    def pause(self) -> None:
        """Hold at the present picture."""

    @abstractmethod
    def stop(self) -> None:
        """Let go of the recording: EMPTY."""

    @abstractmethod
    def seek(self, position_ms: int) -> None:
        """Go to `position_ms`, brought into [0, duration_ms], playing or paused as before."""

    @abstractmethod
    def set_rate(self, rate: float) -> None:
        """Set the speed; outside 0.5 to 3 raises ValueError. The pitch of voices is kept."""

    @abstractmethod
    def set_volume(self, volume: int) -> None:
        """Set the loudness; outside 0 to 100 raises ValueError."""

    @abstractmethod
    def set_muted(self, muted: bool) -> None:
        """Switch sound off or on, without touching the loudness."""

    @abstractmethod
    def choose_audio_track(self, number: int) -> None:
        """Play another sound track; one that is not there changes nothing. While loading it is done when open."""

    @abstractmethod
    def choose_output_device(self, device: str) -> None:
        """Let sound come out of the device with that id, or with "" of whatever the system uses.

        While it is not there the system's own is used; where it goes and comes while it plays, `noticed` says so.
        """

    @abstractmethod
    def look_for_devices(self) -> None:
        """Look anew for what sound can come out of; `devices_changed` follows where it is something else."""

    @abstractmethod
    def take_snapshot(self, path: Path) -> None:
        """Write the present picture, in its own size and without captions, to `path` as PNG; `snapshot_taken` follows.

        A file that is there is replaced, and only by a whole one. Its folder is made where there is none.
        """

    @abstractmethod
    def close(self) -> None:
        """Begin to release everything; `closed` follows. Further calls do nothing."""

    @abstractmethod
    def wait_closed(self, timeout_s: float) -> bool:
        """After `close`, wait at most `timeout_s` seconds for the release and tell whether it is done.

        For the end of the process and for tests; while windows live, wait for `closed` instead.
        """
