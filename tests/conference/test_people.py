"""Grants and the audiences they make."""

from personal_app.conference.people import PUBLIC, Grant, Role, audience
from tests.factories import OPENING, PAPER_1, RESEARCH, WELCOME


def test_no_grants_make_the_public() -> None:
    assert audience(()) == PUBLIC
    assert not PUBLIC.chairs(OPENING)
    assert not PUBLIC.presents(WELCOME)


def test_a_chair_moderates_the_session_of_the_grant_alone() -> None:
    chairs = audience((Grant(Role.CHAIR, OPENING),))
    assert chairs.chairs(OPENING)
    assert not chairs.chairs(RESEARCH)
    assert not chairs.presents(WELCOME)


def test_an_author_presents_the_talk_of_the_grant_and_chairs_nothing() -> None:
    authors = audience((Grant(Role.AUTHOR, PAPER_1),))
    assert authors.presents(PAPER_1)
    assert not authors.presents(WELCOME)
    assert not authors.chairs(RESEARCH)


def test_an_organizer_moderates_every_session_and_presents_none() -> None:
    organizers = audience((Grant(Role.ORGANIZER),))
    assert organizers.chairs(OPENING)
    assert organizers.chairs(RESEARCH)
    assert not organizers.presents(WELCOME)


def test_the_order_of_grants_and_repeats_make_no_difference() -> None:
    one, other = Grant(Role.CHAIR, OPENING), Grant(Role.AUTHOR, PAPER_1)
    assert audience((one, other)) == audience((other, one, one))
