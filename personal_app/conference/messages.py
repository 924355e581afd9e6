"""Every message of the live connection, one typed struct each, and the one `decode` in front of them.

The wire is UTF-8 JSON in text frames; docs/protocol.md shows each message. JSON allows more than we do: `decode_client`
bounds depth, refuses duplicate keys, NaN and lone surrogates, and turns every failure into a coded refusal that names
its command where one can be read. This module must never hold a connection's state (`session_client`,
`session_server`).
"""

import json
import re
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from personal_app.conference.commands import Do
from personal_app.conference.errors import BrokenRules, Refusal, RefusalCode
from personal_app.conference.ids import (
    RANDOM_ID_CHARS,
    RANDOM_ID_PATTERN,
    CommandId,
    Epoch,
    ParticipantId,
    PollId,
    QuestionId,
    Revision,
    SessionId,
    Tally,
)
from personal_app.conference.newer import known_part
from personal_app.conference.people import Grant
from personal_app.conference.polls import PollCount
from personal_app.conference.presence import PersonHere
from personal_app.conference.reactions import Reaction, ReactionCount
from personal_app.conference.rows import OwnSilence, QuestionRow, Row
from personal_app.conference.text import ANSWER_CHARS, QUESTION_CHARS, REASON_CHARS

SUBPROTOCOL = "personal.v1"
MAX_CLIENT_FRAME_BYTES = 64 * 1024
MAX_DEPTH = 8
#: The largest whole number that every JSON reader keeps exactly (RFC 8259, section 6).
MAX_NUMBER = 2**53 - 1

CLOSE_RULES = 1008
CLOSE_TOO_BIG = 1009
CLOSE_RESTART = 1012
CLOSE_NOT_ALLOWED = 4401
CLOSE_TOO_SLOW = 4408
CLOSE_VERSION = 4426


class Since(msgspec.Struct, frozen=True, kw_only=True):
    """How far a client got: the epoch it knows and both counters."""

    epoch: Annotated[Epoch, Meta(max_length=100)]
    revision: Annotated[Revision, Meta(ge=0, le=MAX_NUMBER)]
    tally: Annotated[Tally, Meta(ge=0, le=MAX_NUMBER)]


class _Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", omit_defaults=True):
    """What all messages share: a tag named `type`."""


class Hello(_Message, frozen=True, tag="hello"):
    """The first message: who calls (name/version), how far it got, and under which view."""

    client: Annotated[str, Meta(max_length=100, pattern=r"^[ -~]*$(?!\n)")]
    since: Since | None = None
    view: Annotated[str, Meta(max_length=100)] | None = None


class Command(_Message, frozen=True, tag="command"):
    """A wish, under an id of 128 random bits that makes a repeat harmless; `seen` is the `moved` that was looked at."""

    id: Annotated[str, Meta(pattern=f"^{RANDOM_ID_PATTERN}$", max_length=RANDOM_ID_CHARS)]
    do: Do
    seen: Annotated[int, Meta(ge=0, le=MAX_NUMBER)] | None = None


class AskClock(_Message, frozen=True, tag="clock"):
    """What time is it? `sent` is the client's own reading in epoch ms and comes back untouched."""

    sent: Annotated[int, Meta(ge=0, le=MAX_NUMBER)]


class TellPresence(_Message, frozen=True, tag="presence"):
    """A chair is at the desk of a session (None: at none any more), with a question in hand or none."""

    session: Annotated[str, Meta(min_length=1, max_length=80)] | None = None
    doing: Annotated[str, Meta(pattern=f"^{RANDOM_ID_PATTERN}$", max_length=RANDOM_ID_CHARS)] | None = None


class React(_Message, frozen=True, tag="react"):
    """A reaction to a talk: counted where there is room for it, answered and kept in no case."""

    talk: Annotated[str, Meta(min_length=1, max_length=80)]
    kind: Reaction


ClientMessage = Hello | Command | AskClock | TellPresence | React
_CLIENT_TAGS = frozenset(str(cls.__struct_config__.tag) for cls in (Hello, Command, AskClock, TellPresence, React))


class Me(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who the server takes this connection for."""

    participant: ParticipantId
    name: str
    grants: tuple[Grant, ...] = ()


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds in code points that the ask box and the answer box count against."""

    question_chars: int
    answer_chars: int
    reason_chars: int


#: What `text` allows, as a server of this version tells it.
LIMITS = Limits(question_chars=QUESTION_CHARS, answer_chars=ANSWER_CHARS, reason_chars=REASON_CHARS)


class Welcome(_Message, frozen=True, tag="welcome"):
    """The answer to hello. `me` is None for a public, read-only connection; `server_time` is epoch ms."""

    epoch: Epoch
    server_time: int
    view: str
    limits: Limits
    program: str
    me: Me | None = None


class State(_Message, frozen=True, tag="state"):
    """A part of the full state, which replaces what the client holds once `last` has come."""

    part: int
    last: bool
    revision: Revision
    tally: Tally
    set: tuple[Row, ...] = ()
    tallies: tuple[tuple[QuestionId, int], ...] = ()
    poll_counts: tuple[PollCount, ...] = ()
    reactions: tuple[ReactionCount, ...] = ()


class Changes(_Message, frozen=True, tag="changes"):
    """Whole commands' worth of changes up to both counters: rows to set, questions gone, counts."""

    revision: Revision
    tally: Tally
    set: tuple[Row, ...] = ()
    gone: tuple[QuestionId, ...] = ()
    tallies: tuple[tuple[QuestionId, int], ...] = ()
    poll_counts: tuple[PollCount, ...] = ()
    reactions: tuple[ReactionCount, ...] = ()


class Mine(_Message, frozen=True, tag="mine"):
    """The person's own part, sent just before its `changes` or `state`; `full` replaces what was held."""

    revision: Revision
    tally: Tally
    full: bool = False
    set: tuple[QuestionRow, ...] = ()
    votes: tuple[tuple[QuestionId, bool], ...] = ()
    silences: tuple[OwnSilence, ...] = ()
    ballots: tuple[tuple[PollId, tuple[int, ...]], ...] = ()


class Done(_Message, frozen=True, tag="done"):
    """The command is durable. It shows in the view from this `revision` and `tally` on."""

    id: CommandId
    revision: Revision
    tally: Tally


class Refused(_Message, frozen=True, tag="refused"):
    """The command was not carried out; `id` is None where none could be read. `current` is the question as it is, and
    `moves` are the revisions of those that are to be undone first, newest first.
    """

    id: CommandId | None
    code: RefusalCode
    final: bool
    detail: str
    current: QuestionRow | None = None
    retry_after_ms: int | None = None
    moves: tuple[int, ...] = ()


class TellClock(_Message, frozen=True, tag="clock"):
    """The client's reading back, and the server's when it came, both epoch ms."""

    sent: int
    received: int


class Presence(_Message, frozen=True, tag="presence"):
    """Which chairs of a session are here now, all of them, and which question each has in hand."""

    session: SessionId
    people: tuple[PersonHere, ...] = ()


class Notice(_Message, frozen=True, tag="notice"):
    """Something everyone should read, or (`program`) the ETag of a program that has changed."""

    text: str = ""
    program: str | None = None
    at: datetime | None = None


ServerMessage = Welcome | State | Changes | Mine | Done | Refused | TellClock | Presence | Notice
_SERVER_TAGS = frozenset(
    str(cls.__struct_config__.tag)
    for cls in (Welcome, State, Changes, Mine, Done, Refused, TellClock, Presence, Notice)
)

_encoder = msgspec.json.Encoder()
_client_decoder: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
_server_decoder: msgspec.json.Decoder[ServerMessage] = msgspec.json.Decoder(ServerMessage)
_ID = re.compile(RANDOM_ID_PATTERN)
# A string without its end is taken to the end of the text: if it were skipped, each quote escaped within it would be
# tried as a beginning, and one frame would hold the server up for seconds.
_STRING_OR_BRACKET = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)


def encode(message: msgspec.Struct) -> bytes:
    """Return the message as UTF-8 JSON."""
    return _encoder.encode(message)


def decode_client(frame: bytes) -> ClientMessage:
    """Return what a client's text frame says.

    Raises BrokenRules (1008: not JSON as RFC 8259 has it, too deep, duplicate keys, no known `type`; 1009: too big)
    where the conversation cannot go on, and UnreadableCommand where a command is wrong in itself.
    """
    if len(frame) > MAX_CLIENT_FRAME_BYTES:
        raise BrokenRules(CLOSE_TOO_BIG, f"a message may have {MAX_CLIENT_FRAME_BYTES} bytes at most")
    plain = _plainly_said(frame)
    if plain is not None:
        return plain
    tree = _strict_json(frame)
    if not isinstance(tree, dict) or not isinstance(tree.get("type"), str):
        raise BrokenRules(CLOSE_RULES, 'a message is a JSON object with a "type"')
    try:
        return _client_decoder.decode(frame)
    except msgspec.DecodeError as fault:
        if tree["type"] == "command":
            raise UnreadableCommand(_command_id(tree), str(fault)) from None
        raise BrokenRules(CLOSE_RULES, f"{_named(tree['type'])} is not as agreed: {fault}") from None


def _named(kind: str) -> str:
    """Return how a message is called in a sentence: by its kind where that is one of ours, never by a peer's words."""
    return f"a message of the kind {kind}" if kind in _CLIENT_TAGS else "a message of an unknown kind"


def _plainly_said(frame: bytes) -> ClientMessage | None:
    """Return the message where the frame is byte for byte what we would write ourselves; None: it is to be looked at.

    Nothing else can be in it then: no key twice, no unknown field, no escape that hides something. That is what our own
    clients send, and it costs a fifth of looking.
    """
    try:
        message = _client_decoder.decode(frame)
        return message if _encoder.encode(message) == frame else None
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None


class UnreadableCommand(Refusal):
    """A command that says something impossible; `command` is its id where that much could be read."""

    def __init__(self, command: CommandId | None, fault: str) -> None:
        super().__init__(RefusalCode.INVALID, f"The command is not as agreed: {fault}.")
        self.command = command


def decode_server(frame: bytes | str) -> ServerMessage | None:
    """Return what a server's frame says, or None for a message of a kind this client does not know yet.

    Fields and rows of unknown kinds are passed over, and unknown states are read as one that says no more (`newer`): a
    newer server may have more to tell than this client can show.
    Raises BrokenRules where the frame is not what it claims to be.
    """
    try:
        try:
            return _server_decoder.decode(frame)
        except msgspec.ValidationError:
            return _known_part(frame)
    except msgspec.ValidationError as fault:
        raise BrokenRules(CLOSE_RULES, f"the server sent what this version cannot read: {fault}") from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as fault:
        raise BrokenRules(CLOSE_RULES, f"the server sent something that is not JSON: {fault}") from None


def _known_part(frame: bytes | str) -> ServerMessage | None:
    tree = msgspec.json.decode(frame)
    if isinstance(tree, dict) and isinstance(tree.get("type"), str):
        if tree["type"] not in _SERVER_TAGS:
            return None
        tree = known_part(tree)
    return msgspec.convert(tree, type=ServerMessage)  # type: ignore[no-any-return]


def _command_id(tree: dict[str, Any]) -> CommandId | None:
    found = tree.get("id")
    return CommandId(found) if isinstance(found, str) and _ID.fullmatch(found) else None


def _strict_json(frame: bytes) -> Any:
    try:
        text = frame.decode("utf-8")
        if _depth(text) > MAX_DEPTH:
            raise BrokenRules(CLOSE_RULES, f"a message may be nested {MAX_DEPTH} deep at most")
        tree = json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
        # A lone surrogate passes the parser and would raise in whoever encodes it next: the broadcaster.
        json.dumps(tree, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        raise BrokenRules(CLOSE_RULES, "a message is well-formed UTF-8, without lone surrogates") from None
    except (ValueError, RecursionError) as fault:
        raise BrokenRules(CLOSE_RULES, f"a message is one JSON text: {fault}") from None
    return tree


def _depth(text: str) -> int:
    """Return how deep brackets nest outside of strings, without building anything."""
    depth = deepest = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        token = match.group()
        if token in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif token in "]}":
            depth -= 1
    return deepest


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    tree = dict(pairs)
    if len(tree) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return tree


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
