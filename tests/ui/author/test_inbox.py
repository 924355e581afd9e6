"""The desk's inbox holds the right questions in the right order, and its strip says what an author should know."""

from datetime import UTC, datetime, timedelta

import pytest

from personal_app.conference.board import DrawnQuestion
from personal_app.conference.ids import ParticipantId, PersonId, QuestionId, Revision, SessionId, TalkId
from personal_app.conference.questions import QuestionState
from personal_app.conference.rows import QuestionRow, SpeakerRow
from personal_app.ui.author.inbox import CueKind, Filter, Myself, cue, shown_in

S = QuestionState
NOW = datetime(2020, 5, 29, 17, 0, tzinfo=UTC)
MINE = frozenset({TalkId("mine")})
ME = "Tony Ginart"
IDS = {ME: ParticipantId("p-tony")}
PEOPLE = {PersonId("tony"): "tony  Ginart", PersonId("udit"): "Udit Gupta"}


def _drawn(
    id_: str,
    state: S = S.APPROVED,
    *,
    talk: str = "mine",
    votes: int = 0,
    order: int | None = None,
    answerer: str | None = None,
    offers: tuple[str, ...] = (),
    assigned: str | None = None,
) -> DrawnQuestion:
    number = ord(id_)
    row = QuestionRow(
        id=QuestionId(id_),
        session=SessionId("s"),
        talk=TalkId(talk),
        text=id_,
        state=state,
        asked_at=NOW + timedelta(minutes=number),
        revision=Revision(number),
        moved=Revision(number),
        order=order,
        answerer=SpeakerRow(answerer, IDS.get(answerer)) if answerer is not None else None,
        offers=tuple(SpeakerRow(name, IDS.get(name)) for name in offers),
        assigned=PersonId(assigned) if assigned is not None else None,
    )
    return DrawnQuestion(row=row, votes=votes)


BOARD = (
    _drawn("a", votes=1),
    _drawn("b", votes=7),
    _drawn("c", S.QUEUED, order=9),
    _drawn("d", S.QUEUED, order=2),
    _drawn("e", S.ANSWERING),
    _drawn("f", S.ANSWERED),
    _drawn("g", S.ANSWERED),
    _drawn("h", S.PENDING),
    _drawn("x", talk="other"),
)


@pytest.mark.parametrize(("wanted", "ids"), [(Filter.OPEN, "edcba"), (Filter.ANSWERED, "gf")])
def test_the_inbox(wanted: Filter, ids: str) -> None:
    assert "".join(question.id for question in shown_in(wanted, BOARD, MINE)) == ids


@pytest.mark.parametrize(
    ("board", "found"),
    [
        ((), None),
        ((_drawn("a"),), None),
        ((_drawn("a", S.QUEUED, order=1),), (CueKind.COULD_TAKE, "a")),
        ((_drawn("a", S.QUEUED, order=1, offers=(ME,)),), (CueKind.UP_NEXT, "a")),
        ((_drawn("a", S.QUEUED, order=1, offers=("Somebody else",)),), (CueKind.COULD_TAKE, "a")),
        ((_drawn("b", S.QUEUED, order=0, talk="other"), _drawn("a", S.QUEUED, order=1, offers=(ME,))), None),
        ((_drawn("c", S.ANSWERING, answerer="Udit Gupta"),), None),
        ((_drawn("a"), _drawn("b", assigned="tony")), (CueKind.ASSIGNED, "b")),
        ((_drawn("b", S.DEFERRED, assigned="tony"),), (CueKind.ASSIGNED, "b")),
        ((_drawn("b", assigned="tony", offers=(ME,)),), None),
        ((_drawn("b", assigned="udit"), _drawn("c", assigned="unknown")), None),
        ((_drawn("b", S.ANSWERED, assigned="tony"), _drawn("c", talk="other", assigned="tony")), None),
        ((_drawn("b", assigned="tony"), _drawn("a", S.QUEUED, order=1)), (CueKind.COULD_TAKE, "a")),
        ((_drawn("a", S.QUEUED, order=1), _drawn("c", S.ANSWERING, answerer=ME)), (CueKind.ANSWERING, "c")),
    ],
)
def test_the_cue(board: tuple[DrawnQuestion, ...], found: tuple[CueKind, str] | None) -> None:
    told = cue(board, MINE, Myself("p-tony", ME), PEOPLE)
    assert (told and (told.kind, told.question.id)) == found


def test_who_was_invited_as_a_person_is_that_one_whatever_their_name() -> None:
    board = (_drawn("b", assigned="tony"),)
    for persons, found in (({"tony"}, "b"), ({"udit"}, None)):
        told = cue(board, MINE, Myself("p-tony", ME, frozenset(map(PersonId, persons))), PEOPLE)
        assert (told and told.question.id) == found
    told = cue(board, MINE, Myself("p", "T. G.", frozenset({PersonId("tony")})), PEOPLE)
    assert told is not None
