"""docs/protocol.md tells the truth: the programs' decoders read its examples, and nothing is missing in it."""

import json
import re
import typing
from pathlib import Path

import msgspec
import pytest

from personal_app.conference import messages
from personal_app.conference.commands import Do
from personal_app.conference.errors import RefusalCode
from personal_app.conference.message_schema import json_schema
from personal_app.conference.polls import PollState
from personal_app.conference.questions import TABLE, Move, QuestionState
from personal_app.conference.rows import (
    AnnouncementRow,
    AnswerRow,
    DraftRow,
    MarkRow,
    MoveRow,
    OpeningMoveRow,
    PollMoveRow,
    PollRow,
    QaRow,
    QuestionRow,
    SpeakerRow,
    TimesRow,
)
from personal_app.net import http_api
from personal_app.server import app, identity

DOCUMENT = (Path(__file__).parent.parent / "docs" / "protocol.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```json (\w+)\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
CLIENT: tuple[type[msgspec.Struct], ...] = typing.get_args(messages.ClientMessage)
SERVER: tuple[type[msgspec.Struct], ...] = typing.get_args(messages.ServerMessage)
COMMANDS: tuple[type[msgspec.Struct], ...] = typing.get_args(Do)
#: What the bodies of the HTTP examples are to the server and to the client.
BODIES: dict[str, tuple[type[msgspec.Struct], ...]] = {
    "join": (app.Join,),
    "joined": (identity.Joined, http_api.Credentials),
    "redeem": (app.Redeem,),
    "granted": (app.Granted,),
    "link": (app.Link,),
    "claim": (app.Claim,),
    "recover": (app.Recover,),
    "sign_out": (app.SignOut,),
    "signed_out": (app.SignedOut, http_api.SignedOut),
}


def examples(kind: str) -> list[str]:
    return [text for kind_, text in EXAMPLES if kind_ == kind]


def tag(kind: type[msgspec.Struct]) -> str:
    return str(kind.__struct_config__.tag)


def said_by(kind: str) -> set[str]:
    return {json.loads(text)["type"] for text in examples(kind)}


def fields_in_tables() -> set[str]:
    cells = re.findall(r"^\| ([^|]*) \|", DOCUMENT, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_every_example_is_of_a_known_kind() -> None:
    assert {kind for kind, _ in EXAMPLES} == {"client", "server", "problem", *BODIES}


@pytest.mark.parametrize("text", examples("client"))
def test_the_server_reads_every_example_of_a_client(text: str) -> None:
    read = messages.decode_client(text.encode())
    assert json.loads(text).keys() <= {"type", *read.__struct_fields__}


@pytest.mark.parametrize("text", examples("server"))
def test_a_client_reads_every_example_of_a_server_and_nothing_is_lost(text: str) -> None:
    read = messages.decode_server(text)
    assert read is not None
    assert json.loads(messages.encode(read)) == json.loads(text)


@pytest.mark.parametrize(("kind", "text"), [each for each in EXAMPLES if each[0] in BODIES])
def test_every_body_is_what_both_programs_take_it_for(kind: str, text: str) -> None:
    for body in BODIES[kind]:
        read = msgspec.json.decode(text, type=body)
        assert set(body.__struct_fields__) == set(json.loads(text))
        assert json.loads(msgspec.json.encode(read)).keys() <= json.loads(text).keys()


def test_every_message_has_an_example_and_a_heading() -> None:
    assert said_by("client") == {tag(kind) for kind in CLIENT}
    assert said_by("server") == {tag(kind) for kind in SERVER}
    for kind in (*CLIENT, *SERVER):
        assert f"#### `{tag(kind)}`\n" in DOCUMENT


def test_every_field_is_explained() -> None:
    explained = fields_in_tables()
    rows: tuple[type[msgspec.Struct], ...] = (
        QuestionRow,
        AnswerRow,
        QaRow,
        AnnouncementRow,
        DraftRow,
        TimesRow,
        MoveRow,
        OpeningMoveRow,
        PollRow,
        PollMoveRow,
    )
    parts: tuple[type[msgspec.Struct], ...] = (SpeakerRow, MarkRow, messages.Since, messages.Limits, messages.Me)
    for kind in (*CLIENT, *SERVER, *rows):
        assert set(kind.__struct_fields__) <= explained, kind.__name__
    for kind in (*parts, *COMMANDS):
        assert all(f"`{field}`" in DOCUMENT or f'"{field}"' in DOCUMENT for field in kind.__struct_fields__), kind


def test_every_command_has_an_example_and_its_row_of_the_table() -> None:
    given = {json.loads(text)["do"]["type"] for text in examples("client") if json.loads(text)["type"] == "command"}
    assert given == {tag(kind) for kind in COMMANDS}
    rows: dict[str, set[str]] = {}
    for move, states in re.findall(r"^\| `(\w+)` \| ([a-z, ]*)\| [^|]* \| [^|]* \|$", DOCUMENT, re.MULTILINE):
        if move in set(Move):
            rows.setdefault(move, set()).update(filter(None, re.split(r"[ ,]+", states)))
    assert rows == {move.value: {state.value for state in rule.sources} for move, rule in TABLE.items()}


def test_every_field_that_the_printed_schema_has_is_in_the_document() -> None:
    definitions = json_schema()["$defs"].values()
    fields = {name for definition in definitions for name in definition.get("properties", ())}
    assert fields
    assert [name for name in sorted(fields) if f"`{name}`" not in DOCUMENT and f'"{name}"' not in DOCUMENT] == []


def test_every_code_and_state_is_explained() -> None:
    for code in RefusalCode:
        assert re.search(rf"^\| `{code}` \|", DOCUMENT, re.MULTILINE), code
    for state in (*QuestionState, *PollState):
        assert f"`{state}`" in DOCUMENT
    closing = [code for name, code in vars(messages).items() if name.startswith("CLOSE_")]
    assert len(closing) == 6
    for code in closing:
        assert re.search(rf"^\| {code} \|", DOCUMENT, re.MULTILINE), code


def test_every_address_is_there() -> None:
    served = set(re.findall(r'Route\("([^"]+)"', Path(app.__file__).read_text("utf-8")))
    for path in served - {"/", "/join"}:
        assert path.partition("{")[0] in DOCUMENT
    assert messages.SUBPROTOCOL in DOCUMENT
