"""Refusals: which of them are over, and which are tried again."""

import pytest

from personal_app.conference.errors import BadConferenceFile, Refusal, RefusalCode

FOR_NOW = {RefusalCode.SLOW_DOWN, RefusalCode.STORAGE_FULL, RefusalCode.UNAVAILABLE}


@pytest.mark.parametrize("code", RefusalCode)
def test_only_what_may_pass_is_tried_again(code: RefusalCode) -> None:
    assert Refusal(code, "Because.").final is (code not in FOR_NOW)


def test_a_broken_file_tells_all_its_faults() -> None:
    broken = BadConferenceFile(["one", "two"])
    assert broken.faults == ("one", "two")
    assert str(broken) == "one\ntwo"
