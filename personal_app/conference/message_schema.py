"""The JSON Schema of the live connection's messages, made from the structs that the programs decode with.

Must never be kept by hand: what it says is what `messages` reads.
"""

import hashlib
from functools import cache
from typing import Any, get_args

import msgspec

from personal_app.conference import messages

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Return a schema (JSON Schema 2020-12) that any message of either side fits, with a definition for each struct.

    `from_client` and `from_server` name the messages of each side.
    """
    sides = {"from_client": messages.ClientMessage, "from_server": messages.ServerMessage}
    kinds = [kind for side in sides.values() for kind in get_args(side)]
    schemas, definitions = msgspec.json.schema_components(kinds, ref_template="#/$defs/{name}")
    references = dict(zip(kinds, schemas, strict=True))
    defined = {name: {"anyOf": [references[kind] for kind in get_args(side)]} for name, side in sides.items()}
    return {
        "$schema": DIALECT,
        "title": messages.SUBPROTOCOL,
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in sides],
        "$defs": {**definitions, **defined},
    }


@cache
def reading() -> str:
    """Return a short text that is another one wherever this version reads a server's messages in another way."""
    schemas, definitions = msgspec.json.schema_components(get_args(messages.ServerMessage))
    return hashlib.sha256(msgspec.json.encode((schemas, definitions))).hexdigest()[:16]
