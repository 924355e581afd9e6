"""The one tree of errors that people are told about, each with a code that programs can rely on.

Every message is written for the person who reads it: what happened, and what to do. Anything else that is raised is a
bug of ours and is logged as such at the outermost task. This module must never import another room.
"""

from collections.abc import Sequence
from enum import StrEnum


class RefusalCode(StrEnum):
    """Why a command was not carried out (docs/protocol.md lists each with its remedy)."""

    NOT_ALLOWED = "not_allowed"
    WRONG_STATE = "wrong_state"
    CONFLICT = "conflict"
    SUPERSEDED = "superseded"
    BUSY = "busy"
    CLOSED = "closed"
    SILENCED = "silenced"
    UNKNOWN = "unknown"
    INVALID = "invalid"
    ID_REUSED = "id_reused"
    SLOW_DOWN = "slow_down"
    STORAGE_FULL = "storage_full"
    UNAVAILABLE = "unavailable"


#: Refusals after which the same command may be sent again under the same id; every other one is final.
RETRY_CODES = frozenset({RefusalCode.SLOW_DOWN, RefusalCode.STORAGE_FULL, RefusalCode.UNAVAILABLE})


class ConferenceError(Exception):
    """Something that went wrong and that a person can act upon: `code` for programs, the message for people."""

    code: str = "conference_error"


class Refusal(ConferenceError):
    """A command that was understood and not carried out; nothing has changed."""

    def __init__(
        self, code: RefusalCode, detail: str, *, retry_after_ms: int | None = None, moves: Sequence[int] = ()
    ) -> None:
        """`moves` are the revisions of the moves that stand in the way, newest first."""
        super().__init__(detail)
        self.code: RefusalCode = code
        self.detail = detail
        self.retry_after_ms = retry_after_ms
        self.moves = tuple(moves)

    @property
    def final(self) -> bool:
        """True where sending the same command again can never help."""
        return self.code not in RETRY_CODES


class BrokenRules(ConferenceError):
    """A peer broke the protocol so that the connection cannot go on; `close_code` is from RFC 6455 or our 44xx."""

    code = "broken_rules"

    def __init__(self, close_code: int, detail: str) -> None:
        super().__init__(detail)
        self.close_code = close_code


class BadConferenceFile(ConferenceError):
    """A conference file with mistakes in it; `faults` holds a sentence for each, all of them at once."""

    code = "bad_conference_file"

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


class BadFormat(ConferenceError):
    """A file that is not what it says it is: the message names the place and what would be right."""

    code = "bad_format"


class EnvironmentTrouble(ConferenceError):
    """The machine or the network does not let us: disk full, no server, no permission. Nobody's bug."""

    code = "environment"


class InvitationTrouble(ConferenceError):
    """An invitation, device-link or recovery code that cannot be used: unknown, used up or expired."""

    code = "invitation"
