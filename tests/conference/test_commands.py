"""Commands and the table's rows are the same set, and each command is a struct of its own on the wire."""

import typing

import msgspec
import pytest

from personal_app.conference import commands as do
from personal_app.conference.questions import NO_QUESTIONS_MOVES, TABLE, Move

KINDS: tuple[type[msgspec.Struct], ...] = typing.get_args(do.Do)


def test_every_command_has_a_row_and_every_row_a_command() -> None:
    assert set(do.MOVE_OF) == set(KINDS)
    assert sorted(do.MOVE_OF.values()) == sorted(TABLE) == sorted(Move)


@pytest.mark.parametrize("kind", KINDS)
def test_a_command_is_about_one_question_or_none_and_refuses_what_it_does_not_know(kind: type[msgspec.Struct]) -> None:
    config = kind.__struct_config__
    assert config.frozen
    assert config.forbid_unknown_fields
    assert config.tag_field == "type"
    about_none = do.MOVE_OF[kind] in NO_QUESTIONS_MOVES  # type: ignore[index]
    assert ("question" in kind.__struct_fields__) is not about_none


@pytest.mark.parametrize(
    ("command", "written"),
    [
        (
            do.WriteAnswer(question="q", answer="a", text="So."),
            b'{"type":"answer","question":"q","answer":"a","text":"So."}',
        ),
        (do.Regulate(talk="t"), b'{"type":"regulate","talk":"t","qa":null,"moderated":null}'),
        (do.Reject(question="q"), b'{"type":"reject","question":"q","reason":""}'),
    ],
    ids=["answer", "regulate", "reject"],
)
def test_what_older_versions_know_is_written_as_they_write_it(command: do.Do, written: bytes) -> None:
    assert msgspec.json.encode(command) == written
