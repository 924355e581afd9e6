"""Codes and tokens: enough bits, readable aloud, forgiving when typed."""

import re

import pytest

from personal_app.server import codes


def test_a_short_code_has_sixty_bits_and_a_long_one_twice_as_many() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}", codes.new_code(codes.SHORT_GROUPS))
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}", codes.new_code(codes.LONG_GROUPS))


def test_codes_and_tokens_do_not_repeat() -> None:
    assert len({codes.new_code(codes.SHORT_GROUPS) for _ in range(1000)}) == 1000
    assert len({codes.new_token() for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    "typed",
    ["7k2m-xw01-94rb", " 7K2M XW01 94RB ", "7K2MXW0194RB", "7K2M-XWOI-94RB", "7k2m-xwol-94rb", "7K2M-XW01\t-94RB\n"],
)
def test_a_code_is_known_however_it_was_typed(typed: str) -> None:
    assert codes.code_hash(typed) == codes.code_hash("7K2M-XW01-94RB")


@pytest.mark.parametrize("typed", ["", "7K2M-XW01-94RC", "\ud800", "ß" * 50])
def test_another_code_is_another(typed: str) -> None:
    assert codes.code_hash(typed) != codes.code_hash("7K2M-XW01-94RB")


def test_a_token_is_taken_to_the_letter() -> None:
    token = codes.new_token()
    assert codes.token_hash(token) == codes.token_hash(token)
    assert codes.token_hash(token) != codes.token_hash(token.swapcase())
