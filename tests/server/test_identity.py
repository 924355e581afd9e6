"""Identities: one vote per person on however many devices, codes that work once, secrets that are nowhere in clear."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from datetime import timedelta

import pytest

from personal_app.conference import commands as do
from personal_app.conference.errors import InvitationTrouble, Refusal
from personal_app.conference.ids import ParticipantId
from personal_app.conference.people import Grant, Role
from personal_app.server import tables
from personal_app.server.identity import Identity, Joined
from personal_app.server.identity_rows import DEVICE_LINK_VALID, TOKEN_VALID
from tests import factories
from tests.server.office import PATIENCE_S, Office, Offices

DATABASES = ("sqlite", "postgresql")
CHAIR = Grant(Role.CHAIR, factories.OPENING)
AUTHOR = Grant(Role.AUTHOR, factories.WELCOME)


def _got(future: Future[Joined]) -> Joined:
    return future.result(PATIENCE_S)


def test_joining_gives_an_identity_that_the_token_proves(office: Office) -> None:
    joined = _got(office.identity.join("  Ada Lovelace ", None))
    assert (joined.name, joined.grants) == ("Ada Lovelace", ())
    person = office.identity.authenticate(joined.token)
    assert person is not None
    assert person == office.identity.participant(joined.participant)
    assert (person.id, person.name, person.grants) == (joined.participant, "Ada Lovelace", ())


def test_two_of_one_name_are_two(office: Office) -> None:
    first, second = (_got(office.identity.join("Ada", None)) for _ in range(2))
    assert first.participant != second.participant


@pytest.mark.parametrize("name", ["", "   ", "Ada\nLovelace", "a" * 61, "nul\x00", "\ud800"])
def test_a_name_that_cannot_be_kept_is_refused(office: Office, name: str) -> None:
    with pytest.raises(Refusal, match="Your name"):
        _got(office.identity.join(name, None))
    assert office.count(tables.participants) == 0


@pytest.mark.parametrize("token", ["", "nobody's", "\ud800", "ä" * 1000])
def test_an_unknown_token_proves_nothing(office: Office, token: str) -> None:
    office.join("Ada")
    assert office.identity.authenticate(token) is None


def test_a_token_outlives_a_restart_until_its_time_is_over(offices: Offices) -> None:
    office = offices.open()
    joined = office.join_as("Ada", CHAIR)
    office = offices.reopen(office)
    person = office.identity.authenticate(joined.token)
    assert person is not None
    assert person.grants == (CHAIR,)
    offices.clock.move(TOKEN_VALID - timedelta(seconds=1))
    assert office.identity.authenticate(joined.token) is not None
    offices.clock.move(timedelta(seconds=1))
    assert office.identity.authenticate(joined.token) is None
    assert offices.reopen(office).identity.authenticate(joined.token) is None


def test_a_revoked_token_is_good_for_nothing_and_the_other_devices_stays(offices: Offices) -> None:
    office = offices.open()
    first = office.join_as("Ada")
    second = _got(office.identity.claim_link(office.identity.device_link(first.participant).result(PATIENCE_S)))
    office.identity.revoke(first.token).result(PATIENCE_S)
    assert office.identity.authenticate(first.token) is None
    assert office.identity.authenticate(second.token) is not None
    office = offices.reopen(office)
    assert office.identity.authenticate(first.token) is None
    assert office.identity.authenticate(second.token) is not None


def test_an_invitation_grants_on_joining(office: Office) -> None:
    code = office.identity.invite(CHAIR).result(PATIENCE_S)
    joined = _got(office.identity.join("Chiara", code.lower().replace("-", " ")))
    assert joined.grants == (CHAIR,)
    person = office.identity.authenticate(joined.token)
    assert person is not None
    assert person.grants == (CHAIR,)


def test_an_authors_invitation_says_whom_of_the_program_it_is_for(offices: Offices) -> None:
    office = offices.open()
    grant = Grant(Role.AUTHOR, factories.PAPER_1, "amir")
    joined = _got(office.identity.join("A. Author", office.identity.invite(grant).result(PATIENCE_S)))
    assert joined.grants == (grant,)
    person = offices.reopen(office).identity.authenticate(joined.token)
    assert person is not None
    assert person.grants == (grant,)


def test_a_second_invitation_that_names_nobody_leaves_an_author_whom_they_are(office: Office) -> None:
    amir, bea = (Grant(Role.AUTHOR, factories.PAPER_1, person) for person in ("amir", "bea"))
    joined = _got(office.identity.join("A. Author", office.identity.invite(amir).result(PATIENCE_S)))
    for grant, then in ((Grant(Role.AUTHOR, factories.PAPER_1), amir), (bea, bea)):
        code = office.identity.invite(grant).result(PATIENCE_S)
        assert office.identity.redeem(joined.participant, code).result(PATIENCE_S) == (then,)


def test_invitations_add_up_and_one_held_already_is_no_trouble(office: Office) -> None:
    joined = office.join_as("Samuel", CHAIR, AUTHOR, CHAIR)
    assert joined.grants == (AUTHOR, CHAIR)
    assert office.count(tables.grants) == 2


def test_an_invitation_works_once(offices: Offices) -> None:
    office = offices.open()
    code = office.identity.invite(CHAIR).result(PATIENCE_S)
    _got(office.identity.join("Chiara", code))
    office = offices.reopen(office)
    with pytest.raises(InvitationTrouble, match="has been used"):
        _got(office.identity.join("Carlos", code))
    assert office.count(tables.participants) == 1


def test_two_who_use_one_invitation_at_once_are_one_granted_and_one_refused(office: Office) -> None:
    code = office.identity.invite(CHAIR).result(PATIENCE_S)
    release = threading.Event()
    office.ledger.run(lambda _: release.wait(PATIENCE_S))
    both = [office.identity.join(name, code) for name in ("Chiara", "Carlos")]
    release.set()
    assert _got(both[0]).grants == (CHAIR,)
    assert isinstance(both[1].exception(PATIENCE_S), InvitationTrouble)
    assert office.count(tables.participants) == 1


def test_a_code_is_good_for_its_own_kind_alone(office: Office) -> None:
    joined = office.join_as("Ada")
    invitation = office.identity.invite(CHAIR).result(PATIENCE_S)
    link = office.identity.device_link(joined.participant).result(PATIENCE_S)
    tries: list[tuple[Callable[[str], Future[Joined]], str]] = [
        (office.identity.claim_link, invitation),
        (office.identity.recover, invitation),
        (office.identity.claim_link, joined.recovery_code),
        (office.identity.recover, link),
        (lambda code: office.identity.join("Bob", code), link),
        (lambda code: office.identity.join("Bob", code), joined.recovery_code),
    ]
    for use, code in tries:
        with pytest.raises(InvitationTrouble, match="There is no such"):
            _got(use(code))
    assert _got(office.identity.claim_link(link)).participant == joined.participant


@pytest.mark.parametrize("code", ["", "AAAA-BBBB-CCCC", "\ud800", "x" * 10_000])
def test_an_unknown_code_is_told(office: Office, code: str) -> None:
    ada = office.join("Ada")
    with pytest.raises(InvitationTrouble, match="There is no such invitation"):
        office.identity.redeem(ada.id, code).result(PATIENCE_S)
    with pytest.raises(InvitationTrouble, match="There is no such device link"):
        _got(office.identity.claim_link(code))
    with pytest.raises(InvitationTrouble, match="There is no such recovery code"):
        _got(office.identity.recover(code))


def test_a_second_device_is_the_same_person_with_one_vote(office: Office) -> None:
    first = office.join_as("Ada", CHAIR)
    second = _got(office.identity.claim_link(office.identity.device_link(first.participant).result(PATIENCE_S)))
    assert (second.participant, second.name, second.grants) == (first.participant, "Ada", (CHAIR,))
    assert second.token != first.token
    assert second.recovery_code == ""
    people = [office.identity.authenticate(token) for token in (first.token, second.token)]
    question = office.ask(office.join("Bob"))
    for person in people:
        assert person is not None
        office.must(person, do.Vote(question=question))
    assert office.count(tables.votes) == 1


def test_a_device_link_works_once_and_for_ten_minutes(office: Office) -> None:
    ada = office.join("Ada")
    link = office.identity.device_link(ada.id).result(PATIENCE_S)
    office.clock.move(DEVICE_LINK_VALID - timedelta(seconds=1))
    _got(office.identity.claim_link(link))
    with pytest.raises(InvitationTrouble, match="has been used"):
        _got(office.identity.claim_link(link))
    link = office.identity.device_link(ada.id).result(PATIENCE_S)
    office.clock.move(DEVICE_LINK_VALID)
    with pytest.raises(InvitationTrouble, match="10 minutes"):
        _got(office.identity.claim_link(link))


def test_a_new_device_link_makes_the_one_before_lapse(office: Office) -> None:
    ada = office.join("Ada")
    old, new = (office.identity.device_link(ada.id).result(PATIENCE_S) for _ in range(2))
    with pytest.raises(InvitationTrouble, match="no such device link"):
        _got(office.identity.claim_link(old))
    assert _got(office.identity.claim_link(new)).participant == ada.id


def test_a_recovery_code_brings_a_person_back_and_is_replaced(offices: Offices) -> None:
    office = offices.open()
    first = office.join_as("Ada", AUTHOR)
    office = offices.reopen(office)
    back = _got(office.identity.recover(first.recovery_code.lower()))
    assert (back.participant, back.name, back.grants) == (first.participant, "Ada", (AUTHOR,))
    assert back.recovery_code not in ("", first.recovery_code)
    assert office.identity.authenticate(back.token) is not None
    with pytest.raises(InvitationTrouble, match="has been used"):
        _got(office.identity.recover(first.recovery_code))
    assert _got(office.identity.recover(back.recovery_code)).participant == first.participant


def test_a_link_for_nobody_is_a_fault_of_ours_and_harms_nobody(office: Office) -> None:
    with pytest.raises(Exception, match="fault of its own"):
        office.identity.device_link(ParticipantId("nobody")).result(PATIENCE_S)
    assert office.join("Ada").name == "Ada"


def test_no_secret_is_in_the_files_or_the_log(offices: Offices, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    office = offices.open()
    joined = office.join_as("Ada", CHAIR)
    invitation = office.identity.invite(CHAIR).result(PATIENCE_S)
    link = office.identity.device_link(joined.participant).result(PATIENCE_S)
    back = _got(office.identity.recover(joined.recovery_code))
    secrets = [joined.token, back.token, invitation, link, joined.recovery_code, back.recovery_code]
    written = offices.bytes_on_disk()
    office.close()
    written += offices.bytes_on_disk()
    assert b"Ada" in written
    for secret in secrets:
        for form in (secret, secret.replace("-", "")):
            assert form.encode() not in written
            assert form not in caplog.text


def test_whoever_is_told_of_a_new_token_can_use_it_at_once(office: Office) -> None:
    seen: list[object] = []

    def use(joined: Future[Joined]) -> None:
        seen.append(office.identity.authenticate(joined.result().token))

    futures = [office.identity.join(f"Person {number}", None) for number in range(20)]
    for future in futures:
        future.add_done_callback(use)
    for future in futures:
        future.result(PATIENCE_S)
    assert office.close()
    assert len(seen) == 20
    assert None not in seen


def test_an_identity_made_later_knows_the_tokens(office: Office) -> None:
    joined = office.join_as("Ada")
    assert Identity(office.ledger, office.clock).authenticate(joined.token) is not None
