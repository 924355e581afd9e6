"""Having a recording brought here that somebody waits to watch: asked for once, and again when a person says so.

Must never play anything, nor look at files.
"""

from personal_app.conference.ids import RecordingId
from personal_app.services.recordings import RecordingService


class Bringing:
    """What was asked of the recordings for the talk that is open."""

    def __init__(self, recordings: RecordingService) -> None:
        self._recordings = recordings
        self._asked: RecordingId | None = None
        #: Whether it is being looked at again, so that what is known of it does not count until something is told.
        self.again = False

    def forget(self) -> None:
        """Begin with another talk."""
        self._asked, self.again = None, False

    def ask(self, recording: RecordingId) -> None:
        """Have it brought, unless that was asked for already."""
        if self._asked != recording:
            self._asked = recording
            self._recordings.watch(recording)

    def begin_again(self, recording: RecordingId) -> None:
        """Let nothing that is known of it count from now on."""
        self._asked, self.again = recording, True

    def ask_again(self, recording: RecordingId, *, anew: bool) -> None:
        """Have the file checked and brought where it is not as it should be; with `anew` thrown away first."""
        if not anew:
            self._recordings.watch(recording)
            return
        by_hand = self._recordings.state(recording).by_hand
        self._recordings.remove(recording)
        (self._recordings.save if by_hand else self._recordings.watch)(recording)
