"""What this person may do with a talk's questions now, and how that is said to them. Must never open or close one.

What a chair says by hand binds attendees alone; the talk's authors and its session's chairs may go on.
"""

import msgspec

from personal_app.conference.ids import TalkId
from personal_app.conference.questions import QaState
from personal_app.services.services import Services

_REASONS = {
    QaState.OPEN: "",
    QaState.PAUSED: "A chair has paused new questions to this talk: you can read and vote meanwhile.",
    QaState.CLOSED: "Questions to this talk are closed: you can read them and their answers.",
}
_HINTS = {
    QaState.OPEN: "Ask the presenters…",
    QaState.PAUSED: "New questions are paused",
    QaState.CLOSED: "Questions are closed",
}
_KEPT = " What you have written is kept here."


class Openness(msgspec.Struct, frozen=True):
    """What a talk's questions are open to for one person, and whether a chair looks at each before everyone does."""

    qa: QaState = QaState.OPEN
    moderated: bool = True

    @property
    def may_ask(self) -> bool:
        """Whether new questions are taken, and changes of those that wait."""
        return self.qa is QaState.OPEN

    @property
    def may_vote(self) -> bool:
        """Whether votes are taken."""
        return self.qa is not QaState.CLOSED

    @property
    def hint(self) -> str:
        """What stands in an empty ask box."""
        return _HINTS[self.qa]

    def reason(self, *, written: bool) -> str:
        """Return why one cannot ask, or nothing; `written` tells that something waits in the box."""
        reason = _REASONS[self.qa]
        return f"{reason}{_KEPT}" if reason and written else reason


def openness(services: Services, talk: TalkId | None) -> Openness:
    """Return what the questions of `talk` are open to for the person at the screen."""
    if talk is None:
        return Openness()
    said = services.questions.qa(talk)
    conference, audience = services.program.conference, services.profile.audience
    known = conference.talk(talk) if conference is not None else None
    unbound = audience.presents(talk) or (known is not None and audience.chairs(known.session))
    return Openness(QaState.OPEN if unbound else said.qa, said.moderated)
