"""A talk with what the program says of it: its session, its recording, and where everyone is in that.

Pure; must never ask for the time or know a player.
"""

from datetime import datetime

import msgspec

from personal_app.conference import timeline
from personal_app.conference.ids import TalkId
from personal_app.conference.program import Conference, Session, Talk
from personal_app.conference.recordings import Recording


class BilledTalk(msgspec.Struct, frozen=True):
    """What the program holds of one talk; all None where it does not know it (any more)."""

    talk: Talk | None = None
    session: Session | None = None
    recording: Recording | None = None

    def live_ms(self, now: datetime) -> int | None:
        """Return where everyone is at `now`, in ms of the recording; None while the talk does not run for all."""
        if self.talk is None or self.session is None:
            return None
        return timeline.live_position_ms(self.session, self.talk.id, now)

    def may_be_watched(self, now: datetime) -> bool:
        """Tell whether the recording is open at `now`."""
        return self.talk is not None and self.session is not None and timeline.may_watch(self.talk, self.session, now)


def billed_talk(conference: Conference | None, talk_id: TalkId | None) -> BilledTalk:
    """Return what `conference` holds of a talk."""
    talk = conference.talk(talk_id) if conference is not None and talk_id is not None else None
    if conference is None or talk is None:
        return BilledTalk()
    recording = conference.recording(talk.recording) if talk.recording is not None else None
    return BilledTalk(talk, conference.session(talk.session), recording)
