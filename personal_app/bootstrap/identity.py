"""Joining, invitations and the program, asked over HTTP in the pool and brought back to the services.

All methods run on the UI thread. Must never speak over the live connection (`conversation`).
"""

from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

import msgspec

from personal_app.bootstrap.rooms import Rooms
from personal_app.conference.errors import ConferenceError
from personal_app.conference.people import Grant
from personal_app.net import http_api
from personal_app.net.address import Address, parse_address
from personal_app.services.profile import CodeKind, JoinWish, OwnCode, ReturnWish
from personal_app.store.values import Profile

T = TypeVar("T")


class Joined(msgspec.Struct, frozen=True):
    """The server let us in, and the cache knows who we are."""

    profile: Profile


class Granted(msgspec.Struct, frozen=True):
    """An invitation was used: all grants that the participant holds now."""

    participant: str
    grants: tuple[Grant, ...]


class CodeCame(msgspec.Struct, frozen=True):
    """The server gave a code of the person's own."""

    code: OwnCode


class NotLetIn(msgspec.Struct, frozen=True):
    """Joining or an invitation did not work; the sentence says why and what to do."""

    sentence: str


class SignedOut(msgspec.Struct, frozen=True):
    """The server has ended the sign-in of this device, or so many `others` of the same person."""

    participant: str
    others: int | None = None


class ProgramCame(msgspec.Struct, frozen=True):
    """The program as the server has it now."""

    program: http_api.Program


class ProgramMissed(msgspec.Struct, frozen=True):
    """The program could not be had this time."""

    etag: str


class Desk:
    """Asks the server who we are and what the program is."""

    def __init__(self, rooms: Rooms, post: Callable[[object], None]) -> None:
        self._rooms = rooms
        self._post = post

    def join(self, wish: JoinWish) -> None:
        """Join; `Joined` or `NotLetIn` is posted."""

        def work() -> Joined:
            pasted = parse_address(wish.address)
            found = http_api.join(pasted.address, wish.name, wish.invitation or pasted.invitation)
            return self._let_in(pasted.address, found)

        self._run(work, NotLetIn)

    def come_back(self, wish: ReturnWish) -> None:
        """Come in as who the code belongs to; `Joined` or `NotLetIn` is posted."""

        def work() -> Joined:
            address = parse_address(wish.address).address
            ask = http_api.claim_device if wish.kind is CodeKind.DEVICE else http_api.recover
            return self._let_in(address, ask(address, wish.code.strip()))

        self._run(work, NotLetIn)

    def link_device(self, profile: Profile) -> None:
        """Ask for a code that lets a second device in; `CodeCame` or `NotLetIn` is posted."""
        address = parse_address(profile.address).address

        def work() -> CodeCame:
            link = http_api.link_device(address, profile.token)
            return CodeCame(OwnCode(kind=CodeKind.DEVICE, code=link.code, valid_s=link.expires_in_s))

        self._run(work, NotLetIn)

    def redeem(self, profile: Profile, invitation: str) -> None:
        """Use an invitation; `Granted` or `NotLetIn` is posted."""
        address = parse_address(profile.address).address
        # People paste the whole link as often as its code.
        code = invitation.rsplit("#", 1)[-1].strip()
        self._run(lambda: Granted(profile.participant, http_api.redeem(address, profile.token, code)), NotLetIn)

    def sign_out(self, profile: Profile, *, others: bool) -> None:
        """End this device's sign-in at the server, or those of all others; `SignedOut` or `NotLetIn` is posted."""
        address = parse_address(profile.address).address

        def work() -> SignedOut:
            count = http_api.sign_out(address, profile.token, others=others)
            return SignedOut(profile.participant, count if others else None)

        self._run(work, NotLetIn)

    def fetch_program(self, address: Address, known: str, wanted: str) -> None:
        """Bring the program where it is not the one known; `ProgramCame` or `ProgramMissed` is posted, or nothing."""

        def work() -> ProgramCame | None:
            found = http_api.fetch_program(address, known)
            if found is not None:
                self._rooms.store.keep_program(found.etag, found.conference).result()
            return ProgramCame(found) if found is not None else None

        self._run(work, lambda _: ProgramMissed(wanted))

    def _let_in(self, address: Address, found: http_api.Credentials) -> Joined:
        profile = Profile(
            address=address.base_url,
            participant=found.participant,
            name=found.name,
            token=found.token,
            recovery_code=found.recovery_code,
            grants=found.grants,
        )
        self._rooms.store.keep_profile(profile).result()
        return Joined(profile)

    def _run(self, work: Callable[[], object], trouble: Callable[[str], object]) -> None:
        def done(job: "Future[Any]") -> None:
            try:
                found = job.result()
            except CancelledError:
                return
            except ConferenceError as fault:
                found = trouble(str(fault))
            if found is not None:
                self._post(found)

        self._rooms.pool.run(work).add_done_callback(done)
