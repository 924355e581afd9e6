"""Where people's words come in: every field of a command or request that takes free text, found in the program."""

from collections.abc import Iterator
from typing import Any, get_args

import msgspec
from msgspec import inspect

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.ids import RANDOM_ID_PATTERN, random_id
from personal_app.server import app

#: A command or request, by its tag or name, and a field of it; what is within a list has the list's name.
Field = tuple[str, str]


def text_fields() -> set[Field]:
    """Return every field that takes a text which is no id of ours."""
    said = [kind for kind in get_args(messages.ClientMessage) if kind is not messages.Command]
    kinds: list[type[msgspec.Struct]] = [*get_args(do.Do), *said, *_bodies()]
    return {field for kind in kinds for field in _fields_of(kind)}


def _bodies() -> list[type[msgspec.Struct]]:
    """Return the bodies of the requests that the server takes."""
    kinds = [kind for kind in vars(app).values() if isinstance(kind, type) and issubclass(kind, msgspec.Struct)]
    return [kind for kind in kinds if kind.__struct_config__.forbid_unknown_fields and kind.__module__ == app.__name__]


def minimal(kind: type[Any], question: str) -> Any:
    """Return a command about `question` with as little in it as it may have."""
    (info,) = [inspect.type_info(kind)]
    assert isinstance(info, inspect.StructType)
    given = {
        field.name: question if field.name == "question" else _least(field.type)
        for field in info.fields
        if field.required
    }
    return msgspec.convert({"type": info.tag, **given}, kind)


def about_questions() -> list[type[Any]]:
    """Return every command that names a question."""
    return [kind for kind in get_args(do.Do) if "question" in kind.__struct_fields__]


def _fields_of(kind: type[msgspec.Struct]) -> Iterator[Field]:
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    for field in info.fields:
        if any(_is_text(part) for part in _parts(field.type)):
            yield str(info.tag or kind.__name__), field.name


def _parts(kind: Any) -> Iterator[Any]:
    yield kind
    for name in ("item_type", "key_type", "value_type"):
        if hasattr(kind, name):
            yield from _parts(getattr(kind, name))
    for name in ("types", "item_types"):
        for inner in getattr(kind, name, ()):
            yield from _parts(inner)
    if isinstance(kind, inspect.StructType):
        for field in kind.fields:
            yield from _parts(field.type)


def _is_text(kind: Any) -> bool:
    return isinstance(kind, inspect.StrType) and RANDOM_ID_PATTERN not in (kind.pattern or "")


def _least(kind: Any) -> Any:
    match kind:
        case inspect.StrType():
            return "probe" if kind.pattern is None else random_id()
        case inspect.IntType():
            return 1
        case inspect.BoolType():
            return True
        case inspect.VarTupleType():
            return [_least(kind.item_type)] * max(1, kind.min_length or 0)
        case inspect.UnionType():
            return _least(kind.types[0])
    raise AssertionError(f"say what is the least that {kind} may be")
