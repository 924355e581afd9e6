"""What this person may do with a talk's questions now, and how that is said to them. Must never open or close one.

What a chair says by hand, or the program by its times, binds attendees alone; the talk's authors and its session's
chairs may go on.
"""

from datetime import datetime

import msgspec

from personal_app.conference.ids import TalkId
from personal_app.conference.program import Conference, Talk
from personal_app.conference.questions import QaState
from personal_app.services.services import Services
from personal_app.ui.schedule.times import Clockface

_REASONS = {
    QaState.OPEN: "",
    QaState.PAUSED: "A chair has paused new questions to this talk: you can read and vote meanwhile.",
    QaState.CLOSED: "Questions to this talk are closed: you can read them and their answers.",
}
#: The same where nobody said it but the program.
_TIMED = {
    QaState.OPEN: "",
    QaState.PAUSED: "New questions to this talk are taken no more: you can read and vote.",
    QaState.CLOSED: "Questions to this talk are closed: you can read them and their answers.",
}
_NOT_YET = "Questions are not open yet"
_HINTS = {
    QaState.OPEN: "Ask the presenters…",
    QaState.PAUSED: "New questions are paused",
    QaState.CLOSED: "Questions are closed",
}
_KEPT = " What you have written is kept here."


class Openness(msgspec.Struct, frozen=True):
    """What a talk's questions are open to for one person, and whether a chair looks at each before everyone does.

    `by_hand` tells that a chair said so; `opens` in words when the program opens them, where that is to come.
    """

    qa: QaState = QaState.OPEN
    moderated: bool = True
    by_hand: bool = True
    opens: str = ""

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
        return _NOT_YET if self.opens else _HINTS[self.qa]

    def reason(self, *, written: bool) -> str:
        """Return why one cannot ask, or nothing; `written` tells that something waits in the box."""
        reason = (_REASONS if self.by_hand else _TIMED)[self.qa]
        if self.opens:
            reason = f"Questions to this talk open on {self.opens}."
        return f"{reason}{_KEPT}" if reason and written else reason


def openness(services: Services, talk: TalkId | None) -> Openness:
    """Return what the questions of `talk` are open to for the person at the screen."""
    if talk is None:
        return Openness()
    said = services.questions.qa(talk)
    conference, audience = services.program.conference, services.profile.audience
    known = conference.talk(talk) if conference is not None else None
    if audience.presents(talk) or (known is not None and audience.chairs(known.session)):
        return Openness(QaState.OPEN, said.moderated)
    state = services.questions.qa_state(talk)
    opens = ""
    if conference is not None and known is not None and said.qa is None and state is QaState.CLOSED:
        opens = _opening(conference, known, services.program.now())
    return Openness(state, said.moderated, said.qa is not None, opens)


def _opening(conference: Conference, talk: Talk, now: datetime) -> str:
    """Return when the program opens the talk's questions, or nothing where that is past: "Friday 29 May, 12:15 EDT"."""
    session = conference.session(talk.session)
    opens = session.questions.opens if session is not None else None
    if opens is None or opens <= now:
        return ""
    clock = Clockface(conference)
    return f"{clock.day(opens)} at {clock.both(opens)}"
