"""Names for the things of a conference, one type each, so that a talk's id is never taken for a question's.

Slugs (sessions, talks, people, recordings) are made by organizers and may be read aloud; the other ids are 128 random
bits with no clock in them, because an id that could be ordered or dated would tell who asked an anonymous question.
This module must never import anything but the standard library.
"""

import re
from typing import NewType

ConferenceId = NewType("ConferenceId", str)
SessionId = NewType("SessionId", str)
TalkId = NewType("TalkId", str)
PersonId = NewType("PersonId", str)
RecordingId = NewType("RecordingId", str)

ParticipantId = NewType("ParticipantId", str)
QuestionId = NewType("QuestionId", str)
AnswerId = NewType("AnswerId", str)
AnnouncementId = NewType("AnnouncementId", str)
Alias = NewType("Alias", str)
PollId = NewType("PollId", str)
CommandId = NewType("CommandId", str)

Epoch = NewType("Epoch", str)
Revision = NewType("Revision", int)
Tally = NewType("Tally", int)
Sha256 = NewType("Sha256", str)

RANDOM_ID_BYTES = 16
RANDOM_ID_CHARS = 22
SLUG_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"
RANDOM_ID_PATTERN = r"[A-Za-z0-9_-]{22}"

_SLUG = re.compile(SLUG_PATTERN)


def random_id() -> str:
    """Return 128 random bits as 22 characters of base64url without padding (RFC 4648, section 5)."""
    # With it comes the whole of hashlib, which nothing needs before the first paint.
    import secrets

    return secrets.token_urlsafe(RANDOM_ID_BYTES)


def is_slug(text: str) -> bool:
    """Tell whether `text` is lower-case words joined by single hyphens, at most 80 characters."""
    return len(text) <= 80 and _SLUG.fullmatch(text) is not None
