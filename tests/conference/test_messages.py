"""The one decode in front of every message: what it takes, what it refuses and with which words."""

import contextlib
import json
import time
from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_app.conference import commands as do
from personal_app.conference import messages
from personal_app.conference.errors import BrokenRules, Refusal, RefusalCode
from personal_app.conference.ids import CommandId, Epoch, QuestionId, Revision, Tally
from personal_app.conference.messages import UnreadableCommand
from personal_app.conference.rows import QuestionRow
from tests.factories import answer_row, ask, command, qid, question_row, random_like

ID = random_like("command")
QUESTION = qid("q")
VOTE = {"type": "command", "id": ID, "do": {"type": "vote", "question": QUESTION}}


def frame(tree: object) -> bytes:
    return json.dumps(tree).encode()


def changed(tree: Mapping[str, object], **fields: object) -> bytes:
    return frame({**tree, **fields})


def in_do(**fields: object) -> bytes:
    return frame({**VOTE, "do": {"type": "vote", "question": QUESTION, **fields}})


@pytest.mark.parametrize(
    "message",
    [
        messages.Hello(client="laws/1"),
        messages.Hello(
            client="laws/1", since=messages.Since(epoch=Epoch("e"), revision=Revision(3), tally=Tally(9)), view="v"
        ),
        messages.AskClock(sent=1_600_000_000_000),
        command(do.Vote(question=QUESTION)),
        command(ask(anonymous=True, position_ms=12_000), seen=4),
    ],
)
def test_what_a_client_encodes_is_decoded_the_same(message: messages.ClientMessage) -> None:
    assert messages.decode_client(messages.encode(message)) == message


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (b"", "one JSON text"),
        (b"hello", "one JSON text"),
        (b"\xef\xbb\xbf{}", "one JSON text"),
        (b"\xff\xfe", "well-formed UTF-8"),
        (b'{"type":"clock","sent":1,"x":"\xed\xa0\x80"}', "well-formed UTF-8"),
        (b'{"type":"clock","sent":1,"x":"\\ud800"}', "lone surrogates"),
        (b'{"type":"clock","sent":1,"\\udc00":1}', "lone surrogates"),
        (b'{"type":"clock","sent":NaN}', "NaN is not JSON"),
        (b'{"type":"clock","sent":1,"x":-Infinity}', "-Infinity is not JSON"),
        (b'{"type":"clock","sent":1}{}', "one JSON text"),
        (b'{"type":"clock","sent":1,"sent":2}', "a key stands twice"),
        (b'{"type":"clock","sent":1,"x":[{"a":1,"a":1}]}', "a key stands twice"),
        (b'{"type":"clock","sent":' + b"9" * 5000 + b"}", "one JSON text"),
        (b'{"type":"clock","sent":1,"x":' + b"[" * 9 + b"]" * 9 + b"}", "nested 8 deep"),
        (b"[" * 30_000, "nested 8 deep"),
        (b"[]", 'object with a "type"'),
        (b'"hello"', 'object with a "type"'),
        (b"{}", 'object with a "type"'),
        (b'{"type":7}', 'object with a "type"'),
        (b'{"type":"dance"}', "Invalid value 'dance'"),
        (b'{"type":"welcome"}', "Invalid value 'welcome'"),
        (b'{"type":"clock","sent":1e400}', "out of range"),
        (b'{"type":"clock","sent":-1}', "`int` >= 0"),
        (b'{"type":"clock","sent":9007199254740992}', "`int` <= 9007199254740991"),
        (b'{"type":"clock","sent":1.5}', "Expected `int`"),
        (b'{"type":"hello"}', "missing required field `client`"),
        (b'{"type":"hello","client":"a\\nb"}', "matching regex"),
        (b'{"type":"hello","client":"a\\n"}', "matching regex"),
        (b'{"type":"hello","client":"a","since":{"epoch":"e","revision":-1,"tally":0}}', "`int` >= 0"),
        (changed({"type": "hello", "client": "x" * 101}), "length <= 100"),
    ],
)
def test_what_ends_the_conversation(bad: bytes, words: str) -> None:
    with pytest.raises(BrokenRules) as broken:
        messages.decode_client(bad)
    assert broken.value.close_code == messages.CLOSE_RULES
    assert words in str(broken.value)


def test_a_frame_that_is_too_big_is_not_read() -> None:
    for extra, code in ((0, messages.CLOSE_RULES), (1, messages.CLOSE_TOO_BIG)):
        with pytest.raises(BrokenRules) as broken:
            messages.decode_client(b" " * (messages.MAX_CLIENT_FRAME_BYTES + extra))
        assert broken.value.close_code == code


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        (in_do(extra=1), ID),
        (in_do(question="short"), ID),
        (in_do(question=f"{QUESTION}\n"), ID),
        (in_do(type="juggle"), ID),
        (changed(VOTE, seen=-1), ID),
        (changed(VOTE, seen=1.5), ID),
        (changed(VOTE, seen=2**53), ID),
        (changed(VOTE, do=None), ID),
        (frame({"type": "command", "id": ID}), ID),
        (changed(VOTE, id="short"), None),
        (changed(VOTE, id=f"{ID}\n"), None),
        (changed(VOTE, id=7), None),
        (frame({"type": "command", "do": VOTE["do"]}), None),
        (changed(VOTE, do={"type": "ask", "question": QUESTION, "talk": "t", "text": "x" * 4001}), ID),
        (changed(VOTE, do={"type": "ask", "question": QUESTION, "talk": "", "text": "x"}), ID),
        (changed(VOTE, do={"type": "ask", "question": QUESTION, "talk": "t", "text": "x", "position_ms": -1}), ID),
        (changed(VOTE, do={"type": "ask", "question": QUESTION, "talk": "t", "text": "x", "anonymous": 1}), ID),
    ],
)
def test_a_command_that_cannot_be_read_is_refused_by_its_name(bad: bytes, named: str | None) -> None:
    with pytest.raises(messages.UnreadableCommand) as refusal:
        messages.decode_client(bad)
    assert refusal.value.command == named
    assert refusal.value.code is RefusalCode.INVALID
    assert refusal.value.final
    assert refusal.value.detail.startswith("The command is not as agreed: ")


def test_what_a_text_may_hold_is_no_matter_of_the_wire() -> None:
    read = messages.decode_client(changed(VOTE, do={"type": "ask", "question": QUESTION, "talk": "t", "text": "\x00"}))
    assert isinstance(read, messages.Command)


def test_brackets_within_strings_are_no_depth() -> None:
    text = "[" * 100 + '"' + "{" * 100 + "\\"
    read = messages.decode_client(changed(VOTE, do={"type": "ask", "question": QUESTION, "talk": "t", "text": text}))
    assert isinstance(read, messages.Command)
    assert isinstance(read.do, do.Ask)
    assert read.do.text == text


@pytest.mark.parametrize("hostile", [b'"' + b'\\"' * 32_000, b'"' * 65_000, b'"\\' * 32_000, b"[" * 65_000])
def test_no_frame_holds_the_server_up(hostile: bytes) -> None:
    began = time.process_time()
    with pytest.raises(BrokenRules):
        messages.decode_client(hostile)
    assert time.process_time() - began < 0.5


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode()))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    for whole in (data, b'{"type":"clock","sent":' + data + b"}", b'{"type":"command","do":' + data + b"}"):
        with contextlib.suppress(BrokenRules, Refusal):
            messages.decode_client(whole)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([ID, QUESTION]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_KEYS = st.sampled_from(("id", "do", "seen", "sent", "client", "since", "view", "type", "question", "text", "talk"))
_TYPES = st.sampled_from(("hello", "command", "clock", *(str(move) for move in do.MOVE_OF.values())))


@given(st.dictionaries(_KEYS, _JSON, max_size=5), _TYPES, st.dictionaries(_KEYS, _JSON, max_size=4), _TYPES)
def test_any_tree_that_looks_like_a_message_is_decoded_or_refused(
    outer: dict[str, object], type_: str, inner: dict[str, object], do_type: str
) -> None:
    whole = {**outer, "type": type_, "id": ID, "do": {**inner, "type": do_type}}
    try:
        read = messages.decode_client(frame(whole))
    except (BrokenRules, Refusal):
        return
    assert messages.decode_client(messages.encode(read)) == read


@pytest.mark.parametrize(
    "message",
    [
        messages.Welcome(epoch=Epoch("e"), server_time=1, view="v", limits=messages.LIMITS, program='"p"'),
        messages.State(part=0, last=True, revision=Revision(3), tally=Tally(1), set=(question_row(), answer_row())),
        messages.Changes(revision=Revision(3), tally=Tally(1), gone=(QUESTION,), tallies=((QUESTION, 4),)),
        messages.Mine(
            revision=Revision(3), tally=Tally(1), full=True, set=(question_row(),), votes=((QUESTION, True),)
        ),
        messages.Done(id=CommandId(ID), revision=Revision(3), tally=Tally(1)),
        messages.Refused(id=None, code=RefusalCode.BUSY, final=True, detail="Busy.", current=question_row()),
        messages.TellClock(sent=1, received=2),
        messages.Notice(text="Hello"),
    ],
)
def test_what_a_server_encodes_is_decoded_the_same(message: messages.ServerMessage) -> None:
    assert messages.decode_server(messages.encode(message)) == message
    assert messages.decode_server(messages.encode(message).decode()) == message


def test_messages_of_unknown_kinds_are_passed_over() -> None:
    assert messages.decode_server(b'{"type":"fireworks","colour":"red"}') is None


def test_fields_and_rows_of_unknown_kinds_are_passed_over() -> None:
    row = {**msgspec.to_builtins(question_row()), "stars": 5}
    tree = {"type": "changes", "revision": 3, "tally": 1, "mood": "good", "set": [{"type": "mood", "id": 1}, row]}
    read = messages.decode_server(frame(tree))
    assert read == messages.Changes(revision=Revision(3), tally=Tally(1), set=(question_row(),))


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\xff",
        b"{}",
        b"[]",
        b"null",
        b'{"type":"changes"}',
        b'{"type":"changes","revision":1,"tally":1,"set":[{"type":"question"}]}',
        b'{"type":"changes","revision":1,"tally":1,"set":[{"kind":"question"}]}',
        b'{"type":"changes","revision":1,"tally":1,"set":7}',
        b'{"type":"later","x":' + b"[" * 100_000,
        b"[" * 100_000,
    ],
)
def test_a_server_that_cannot_be_understood_is_said_to_break_the_rules(bad: bytes) -> None:
    with pytest.raises(BrokenRules):
        messages.decode_server(bad)


def changes_with(*rows: dict[str, object]) -> messages.ServerMessage | None:
    return messages.decode_server(frame({"type": "changes", "revision": 3, "tally": 1, "set": list(rows)}))


def row_of(**fields: object) -> dict[str, object]:
    return {**msgspec.to_builtins(question_row()), **fields}


def test_a_question_in_an_unknown_state_is_held_in_one_that_says_no_more() -> None:
    moved = {"revision": 2, "move": "park", "at": "2020-09-21T16:00:00Z", "source": "approved", "target": "parked"}
    undone = {**moved, "move": "undo", "source": "parked", "target": "approved"}
    read = changes_with(row_of(state="parked", before="parked", history=[moved, undone]), row_of(id="another"))
    assert isinstance(read, messages.Changes)
    parked, other = read.set
    assert isinstance(parked, QuestionRow)
    assert (parked.state, parked.before, parked.text) == ("other", "other", question_row().text)
    assert [(move.move, move.source) for move in parked.history] == [("undo", "other")]
    assert other == msgspec.structs.replace(question_row(), id=QuestionId("another"))


def test_what_a_known_row_says_in_an_unknown_way_is_left_out_and_what_is_wrong_is_not() -> None:
    read = changes_with({"type": "qa", "talk": "welcome", "revision": 3, "qa": "whispered"}, row_of())
    assert read == messages.Changes(revision=Revision(3), tally=Tally(1), set=(question_row(),))
    bad: tuple[dict[str, object], ...] = (
        {"type": "qa", "talk": "welcome", "revision": "three"},
        row_of(state=7),
    )
    for wrong in bad:
        with pytest.raises(BrokenRules):
            changes_with(wrong)


def test_an_unknown_role_code_or_current_question_ends_no_conversation() -> None:
    welcome = messages.Welcome(epoch=Epoch("e"), server_time=1, view="v", limits=messages.LIMITS, program="p")
    me = {"participant": ID, "name": "Ada", "grants": [{"role": "usher", "scope": ""}, {"role": "organizer"}]}
    read = messages.decode_server(frame({**msgspec.to_builtins(welcome), "me": me}))
    assert isinstance(read, messages.Welcome)
    assert read.me is not None
    assert [grant.role for grant in read.me.grants] == ["organizer"]
    for final, code in ((True, RefusalCode.INVALID), (False, RefusalCode.UNAVAILABLE)):
        refused = {
            "type": "refused",
            "id": ID,
            "code": "too_loud",
            "final": final,
            "detail": "Hush.",
            "current": row_of(state="parked"),
        }
        answer = messages.decode_server(frame(refused))
        assert isinstance(answer, messages.Refused)
        assert (answer.code, answer.final, answer.detail) == (code, final, "Hush.")
        assert answer.current is not None


def test_no_server_reads_a_state_or_kind_it_does_not_know() -> None:
    wanted = {"type": "regulate", "talk": "welcome", "qa": "whispered"}
    with pytest.raises(UnreadableCommand):
        messages.decode_client(frame({"type": "command", "id": ID, "do": wanted}))
