"""Each move of a question says what it needs, and each command that gets that far does something."""

from typing import get_args

import pytest

from personal_app.conference import commands as do
from personal_app.conference import rights
from personal_app.conference.effects import EFFECTS
from personal_app.conference.errors import Refusal, RefusalCode
from personal_app.conference.questions import NO_QUESTIONS_MOVES, TABLE, Move


@pytest.mark.parametrize("move", sorted(set(TABLE) - NO_QUESTIONS_MOVES))
def test_who_has_no_standing_is_told_what_a_move_needs(move: Move) -> None:
    with pytest.raises(Refusal) as refused:
        rights.check(frozenset(), move)
    assert refused.value.code is RefusalCode.NOT_ALLOWED
    assert refused.value.detail.endswith(".")


def test_each_command_about_a_question_has_an_effect() -> None:
    elsewhere = {do.Ask, do.Vote, do.Unvote, *get_args(do.OfOpening), *get_args(do.OfPoll)}
    assert set(EFFECTS) == set(do.MOVE_OF) - elsewhere
