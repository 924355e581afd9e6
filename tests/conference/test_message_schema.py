"""The printed schema names every message, command and row, and refers to nothing that it does not define."""

import json
import re
from typing import get_args

from personal_app.conference import messages
from personal_app.conference.commands import Do
from personal_app.conference.message_schema import json_schema
from personal_app.conference.rows import Row

SCHEMA = json_schema()


def test_every_message_command_and_row_is_defined_with_all_its_fields() -> None:
    structs = (messages.ClientMessage, messages.ServerMessage, Do, Row)
    for kind in (kind for union in structs for kind in get_args(union)):
        definition = SCHEMA["$defs"][kind.__name__]
        assert set(definition["properties"]) == {"type", *kind.__struct_fields__}


def test_commands_take_no_unknown_fields() -> None:
    for kind in get_args(Do):
        assert SCHEMA["$defs"][kind.__name__]["additionalProperties"] is False


def test_every_reference_is_defined() -> None:
    text = json.dumps(SCHEMA)
    referred = set(re.findall(r'"#/\$defs/(\w+)"', text))
    assert referred <= SCHEMA["$defs"].keys()
    assert {"from_client", "from_server"} <= referred
