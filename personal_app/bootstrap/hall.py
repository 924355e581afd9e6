"""Where the open rooms meet: conversation, desk and library of one profile, and what has to go to all of them.

Made when the cache and the network are open, on the UI thread. Must never be imported before the first paint: with it
come the network's libraries.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from threading import Thread

import msgspec

from personal_app.bootstrap.bundles import Bundles
from personal_app.bootstrap.conversation import Conversation
from personal_app.bootstrap.identity import (
    CodeCame,
    Desk,
    Granted,
    Joined,
    NotLetIn,
    ProgramCame,
    ProgramMissed,
    SignedOut,
)
from personal_app.bootstrap.library import Library
from personal_app.bootstrap.notebook import Notebook
from personal_app.bootstrap.profiles import Profiles
from personal_app.bootstrap.rooms import CacheTold, Rooms
from personal_app.bootstrap.schedule_keeper import ScheduleKeeper
from personal_app.bootstrap.searching import Searching
from personal_app.bootstrap.showing import who
from personal_app.bootstrap.sign_in import Entrusted, LeftInFile, SecretsCame, SecretsMissed, SignIn
from personal_app.conference.clock import Clock
from personal_app.conference.errors import ConferenceError
from personal_app.conference.ids import CommandId
from personal_app.conference.program import Conference
from personal_app.conference.sent_moves import SentMove
from personal_app.conference.wishes import Wish
from personal_app.net.address import Address, parse_address
from personal_app.services.connection import ConnectionKind, ConnectionState, Why
from personal_app.services.profile import CodeKind, JoinWish, KeptIn, OwnCode, SignOutWish
from personal_app.services.questions import Receipt
from personal_app.services.services import Services
from personal_app.store.snapshot import StartSnapshot
from personal_app.store.values import Profile
from personal_app.store.values import Receipt as KeptReceipt

CLIENT = "personal-app/0.1"
DEMO_NAME = "Guest"


class ReceiptsKept(msgspec.Struct, frozen=True):
    """What the server refused a participant in an earlier run and nobody has put away."""

    participant: str
    receipts: tuple[KeptReceipt, ...]


class SentCame(msgspec.Struct, frozen=True):
    """What a participant has sent and the server has answered."""

    participant: str
    moves: tuple[SentMove, ...]


class WishesKept(msgspec.Struct, frozen=True):
    """What waits in the outbox of the participant whom we have become."""

    participant: str
    wishes: tuple[Wish, ...]


class Hall:
    """The parts that need the cache and the network, connected to the services."""

    def __init__(
        self,
        services: Services,
        rooms: Rooms,
        post: Callable[[object], None],
        clock: Clock,
        folder: Path,
        leave: Callable[[], object],
    ) -> None:
        """`folder` is the profile's; `leave` closes its window."""
        self.profile: Profile | None = None
        self._services = services
        self._rooms = rooms
        self._post = post
        self._etag = ""
        self._asked_etag = ""
        self.desk = Desk(rooms, post)
        self.library = Library(services.recordings, rooms, post, folder, services.program.now)
        services.program.changed.connect(self._on_times)
        services.program.ticked.connect(self.library.look_at_time)
        self.schedule = ScheduleKeeper(services.stars, rooms, post, clock)
        self.notebook = Notebook(services.notes, services.program, rooms, post)
        self.bundles = Bundles(services, rooms, post)
        self.profiles = Profiles(services, rooms, post, folder, leave)
        self.searching = Searching(services.search, rooms, post)
        self.sign_in = SignIn(rooms, post, {})
        self.conversation = Conversation(services, rooms, post, clock, CLIENT, self._want_program)

    def begin(self, snapshot: StartSnapshot | None) -> None:
        """Go on from what the cache held."""
        # What was shown before this was made is news to the profiles beside it too.
        self.profiles.keep_card()
        if snapshot is None:
            return
        self._etag = snapshot.etag
        self.sign_in.close()
        self.sign_in = SignIn(self._rooms, self._post, snapshot.settings)
        self.library.take_kept(snapshot.recordings, snapshot.settings)
        if snapshot.conference is not None:
            self.library.take_conference(snapshot.conference)
            self.searching.take_conference(snapshot.conference)
        if snapshot.profile is not None:
            self._be(snapshot.profile)

    def begin_close(self) -> Thread:
        """End the conversation and begin to close the rooms; the thread that does so is returned."""
        self.conversation.stop()
        self.bundles.close()
        self.sign_in.close()
        return self._rooms.begin_close()

    def is_at(self, address: str) -> bool:
        """Tell whether we have joined the server at `address` already."""
        try:
            return self.profile is not None and parse_address(address).address.base_url == self.profile.address
        except ConferenceError:
            return False

    def look_around(self, address: str) -> None:
        """Join the demo conference that runs at `address`, or come back to it where we were."""
        if self.profile is not None and self._services.program.conference is not None:
            # The demo's server has a new port each time; who we are there stays.
            moved = msgspec.structs.replace(self.profile, address=address)
            self._rooms.store.amend_profile(moved)
            self._be(moved)
        else:
            self.desk.join(JoinWish(address=address, name=DEMO_NAME))

    def redeem(self, invitation: str) -> None:
        """Use an invitation as who we are."""
        if self.profile is None:
            self._services.profile.take_failure("Join the conference first, then use the invitation.")
        elif self._has_sign_in():
            self.desk.redeem(self.profile, invitation)

    def retry_now(self) -> None:
        """Try to connect at once, or to have the sign-in that the key store has not given yet."""
        if self.profile is not None and not self.profile.token and self.profile.key_entry:
            self._look_up(self.profile.key_entry)
        else:
            self.conversation.retry_now()

    def entrust(self) -> None:
        """Ask the key store once more to take the sign-in, for the person wishes it."""
        if self.profile is not None and not self.profile.key_entry:
            self.sign_in.entrust(self.profile, again=True)

    def sign_out(self, wish: SignOutWish) -> None:
        """Sign this device out, or the others."""
        if self.profile is None:
            self._services.profile.take_failure("You have not joined, so there is nobody to sign out.")
        elif wish is SignOutWish.HERE_ALONE:
            self._leave()
        elif self._has_sign_in():
            self.desk.sign_out(self.profile, others=wish is SignOutWish.OTHERS)

    def ask_code(self, kind: CodeKind) -> None:
        """Show the person a code of their own."""
        if self.profile is None:
            self._services.profile.take_failure("Join the conference first; then there are codes to come back with.")
        elif not self._has_sign_in():
            return
        elif kind is CodeKind.DEVICE:
            self.desk.link_device(self.profile)
        elif self.profile.recovery_code:
            self._services.profile.take_code(OwnCode(kind=kind, code=self.profile.recovery_code))
        else:
            self._services.profile.take_failure(
                "This device came in by a code and holds no recovery code: look on the device that joined first."
            )

    def _has_sign_in(self) -> bool:
        """Tell whether the server can be asked as who we are; where the key store still has the sign-in, say so."""
        if self.profile is not None and self.profile.key_entry and not self.profile.token:
            self._services.profile.take_failure(
                "The key store of this computer has not given your sign-in yet: unlock it, then try again."
            )
            return False
        return True

    def export_calendar(self, path: Path, *, starred: bool) -> None:
        """Write a calendar of what is starred, or of the whole program."""
        self.schedule.export(self._services.program.conference, path, starred=starred)

    def look_at_sent(self) -> None:
        """Have the cache tell what we have sent."""
        if self.profile is None:
            self._services.sent.take(())
            return
        participant = self.profile.participant

        def tell(job: "Future[tuple[SentMove, ...]]") -> None:
            if not job.cancelled() and job.exception() is None:
                self._post(SentCame(participant, job.result()))

        self._rooms.store.sent(participant).add_done_callback(tell)

    def forget_receipt(self, command: CommandId) -> None:
        """Forget a refusal that the person has put away."""
        self._rooms.store.forget_receipt(command)

    def keep_setting(self, key: str, value: str) -> None:
        """Keep a setting in the cache."""
        self._rooms.store.keep_setting(key, value)

    def keep_draft(self, key: str, text: str) -> None:
        """Keep a draft in the cache."""
        self._rooms.store.keep_draft(key, text)

    def take(self, values: Iterable[object]) -> None:
        """Take in what came from the other threads, each part what is its own."""
        values = list(values)
        for value in values:
            self._on_sign_in(value)
            match value:
                case Joined(profile=profile):
                    self._become(profile)
                case WishesKept(participant=participant, wishes=wishes) if self._is(participant):
                    self._services.questions.take_wishes(wishes)
                case Granted():
                    self._on_granted(value)
                case CodeCame(code=code):
                    self._services.profile.take_code(code)
                case NotLetIn(sentence=sentence):
                    self._services.profile.take_failure(sentence)
                case ProgramCame(program=program):
                    self._etag = program.etag
                    self._on_conference(program.conference)
                case ReceiptsKept(participant=participant, receipts=receipts) if self._is(participant):
                    self._services.questions.receipts.take_kept(
                        Receipt(each.wish.command, each.detail, final=True) for each in receipts
                    )
                case CacheTold(sentence=""):
                    self.conversation.catch_up()
                case ProgramMissed():
                    self._asked_etag = ""
        self.conversation.take(values)
        self.library.take(values)
        self.searching.take(values)
        self.schedule.take(values)
        self.notebook.take(values)
        self.bundles.take(values)
        self.profiles.take(values)

    def _become(self, profile: Profile) -> None:
        """Be another participant than before: what is drawn of theirs goes, what they wished stays in their outbox."""
        if self.profile is not None and self.profile.participant != profile.participant:
            self._services.questions.start_over()
        if self.profile is not None and self.profile.key_entry != profile.key_entry:
            self.sign_in.forget(self.profile)

        def tell(job: "Future[tuple[Wish, ...]]") -> None:
            if not job.cancelled() and job.exception() is None:
                self._post(WishesKept(profile.participant, job.result()))

        # Before the connection begins: what is acknowledged on it must find the wish that it is about.
        self._rooms.store.wishes(profile.participant).add_done_callback(tell)
        self._be(profile)

    def _be(self, profile: Profile) -> None:
        self.profile = profile
        self._services.questions.take_viewer(profile.name, profile.participant)
        self._services.profile.take(who(profile))
        self._asked_etag = ""
        self.library.take_address(self._address())
        if profile.token or not profile.key_entry:
            self.conversation.start(profile)
            self._keep_safe(profile)
        else:
            self._look_up(profile.key_entry)

        def tell(job: "Future[tuple[KeptReceipt, ...]]") -> None:
            # A cache that cannot be read has been told of.
            if not job.cancelled() and job.exception() is None:
                self._post(ReceiptsKept(profile.participant, job.result()))

        self._rooms.store.receipts(profile.participant).add_done_callback(tell)

    def _is(self, participant: str) -> bool:
        """Tell whether we are still who was asked about."""
        return self.profile is not None and self.profile.participant == participant

    def _keep_safe(self, profile: Profile) -> None:
        if profile.key_entry:
            self._services.profile.take_kept_in(KeptIn.KEY_STORE)
        else:
            self.sign_in.entrust(profile)

    def _look_up(self, entry: str) -> None:
        self.conversation.stop()
        self._services.profile.take_kept_in(KeptIn.KEY_STORE)
        self._services.connection.take(ConnectionState(kind=ConnectionKind.CONNECTING))
        self.sign_in.look_up(entry)

    def _on_sign_in(self, told: object) -> None:
        """Take in what became of the secrets, of signing out, and of what was sent."""
        profile = self.profile
        match told:
            case SecretsCame(entry=entry, secrets=secrets) if profile is not None and entry == profile.key_entry:
                self.profile = msgspec.structs.replace(
                    profile, token=secrets.token, recovery_code=secrets.recovery_code
                )
                self.conversation.start(self.profile)
            case SecretsMissed(entry=entry) if profile is not None and entry == profile.key_entry and not profile.token:
                why = Why.NOT_KNOWN if told.gone else Why.LOCKED
                state = ConnectionState(kind=ConnectionKind.REFUSED, detail=told.sentence, why=why)
                self._services.connection.take(state)
            case Entrusted(participant=participant, entry=entry) if profile is not None and self._is(participant):
                self.profile = msgspec.structs.replace(profile, key_entry=entry)
                self._services.profile.take_kept_in(KeptIn.KEY_STORE)
            case SentCame(participant=participant, moves=moves) if self._is(participant):
                self._services.sent.take(moves)
            case SignedOut(participant=participant, others=None) if self._is(participant):
                self._leave()
            case SignedOut(participant=participant, others=int() as others) if self._is(participant):
                self._services.profile.take_others_signed_out(others)
            case LeftInFile(shut=shut):
                self._services.profile.take_kept_in(KeptIn.FILE_FOR_NOW if shut else KeptIn.FILE)
            case _:
                pass

    def _leave(self) -> None:
        """Be nobody here: secrets and view go, what waits in the outbox stays with whom it belongs to."""
        assert self.profile is not None
        self.conversation.stop()
        self.sign_in.forget(self.profile)
        self._rooms.store.forget_profile()
        self.profile = None
        self.library.take_address(None)
        self._services.questions.start_over()
        self._services.questions.take_viewer("")
        self._services.connection.take(ConnectionState(kind=ConnectionKind.OFFLINE))
        self._services.profile.leave()

    def _on_granted(self, granted: Granted) -> None:
        if self.profile is not None and self._is(granted.participant):
            self.profile = msgspec.structs.replace(self.profile, grants=granted.grants)
            self._rooms.store.amend_profile(self.profile)
            self._services.profile.take(who(self.profile))

    def _on_conference(self, conference: Conference) -> None:
        # The screens ask for recordings as soon as they have the program: the library must know it by then.
        self.library.take_conference(conference)
        self.searching.take_conference(conference)
        self._services.program.take(conference)
        self._on_times()

    def _on_times(self) -> None:
        conference = self._services.program.conference
        if conference is not None:
            self.library.take_timetable(conference)

    def _want_program(self, etag: str) -> None:
        address = self._address()
        # The server has just spoken: what could not be brought while it was away can be now.
        self.library.take_address(address)
        if address is not None and etag not in (self._etag, self._asked_etag):
            self._asked_etag = etag
            self.desk.fetch_program(address, self._etag, etag)

    def _address(self) -> Address | None:
        return parse_address(self.profile.address).address if self.profile is not None else None
