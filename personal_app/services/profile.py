"""Who the person is at this conference, and how they join it. Must never speak HTTP itself."""

from collections.abc import Callable
from enum import StrEnum

import msgspec
from PySide6.QtCore import QObject, Signal

from personal_app.conference.people import PUBLIC, Audience, Grant, audience

_NO_SERVER = "There is no server to ask here. Join a conference first."


class Who(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the server takes us for, and where; no secret is in it."""

    address: str
    participant: str
    name: str
    grants: tuple[Grant, ...] = ()


class JoinWish(msgspec.Struct, frozen=True, kw_only=True):
    """What a person typed to join: a server's address, their name, an invitation code or nothing."""

    address: str
    name: str
    invitation: str = ""


class CodeKind(StrEnum):
    """What a code is for: letting a second device in, or coming back when everything was lost."""

    DEVICE = "device"
    RECOVERY = "recovery"


class ReturnWish(msgspec.Struct, frozen=True, kw_only=True):
    """What a person typed to come in as who they are already: a server's address and a code of either kind."""

    address: str
    kind: CodeKind
    code: str

    def __repr__(self) -> str:
        return f"ReturnWish(address={self.address!r}, kind={self.kind!r})"


class OwnCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code of the person's own, to be shown to them and to nobody else; a device's is good for `valid_s` seconds."""

    kind: CodeKind
    code: str
    valid_s: int | None = None

    def __repr__(self) -> str:
        return f"OwnCode(kind={self.kind!r}, valid_s={self.valid_s!r})"


class SignOutWish(StrEnum):
    """Whom a person signs out: this device, all others of theirs, or this device without telling the server."""

    HERE = "here"
    OTHERS = "others"
    HERE_ALONE = "here_alone"


class KeptIn(StrEnum):
    """Where the sign-in of this profile lies: in the system's key store, in a file of ours where there is none, or in
    that file although there is one, for it did not take it."""

    KEY_STORE = "key_store"
    FILE = "file"
    FILE_FOR_NOW = "file_for_now"


class ProfileService(QObject):
    """Joins, and tells the screens who the person is."""

    changed = Signal()
    joined = Signal()
    failed = Signal(str)
    #: OwnCode: the code that was asked for.
    code_given = Signal(object)
    #: The person has signed out, here; or so many (int) other devices of theirs.
    left = Signal()
    others_signed_out = Signal(int)

    def __init__(
        self,
        join: Callable[[JoinWish], None],
        redeem: Callable[[str], None],
        look_around: Callable[[], None],
        parent: QObject | None = None,
        *,
        come_back: Callable[[ReturnWish], None] | None = None,
        ask_code: Callable[[CodeKind], None] | None = None,
        sign_out: Callable[[SignOutWish], None] | None = None,
        entrust: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._come_back = come_back
        self._ask_code = ask_code
        self._sign_out = sign_out
        self._entrust = entrust
        self._kept_in = KeptIn.FILE
        self._join = join
        self._redeem = redeem
        self._look_around = look_around
        self._identity: Who | None = None
        self._busy = False

    @property
    def identity(self) -> Who | None:
        """Who we are, or None before joining."""
        return self._identity

    def participant(self) -> str | None:
        """Return whom the server takes us for, or None before joining."""
        return self._identity.participant if self._identity is not None else None

    @property
    def audience(self) -> Audience:
        """What our grants let us see and do."""
        return audience(self._identity.grants) if self._identity is not None else PUBLIC

    @property
    def busy(self) -> bool:
        """True while a join or an invitation is on its way."""
        return self._busy

    def join(self, address: str, name: str, invitation: str = "") -> None:
        """Join the conference at `address`; `joined` or `failed` (with a sentence) follows."""
        self._set_busy(True)
        self._join(JoinWish(address=address, name=name, invitation=invitation))

    def redeem(self, invitation: str) -> None:
        """Use an invitation as the participant we are; `changed` or `failed` follows."""
        self._set_busy(True)
        self._redeem(invitation)

    def look_around(self) -> None:
        """Open the conference that comes with the program, without a server."""
        self._look_around()

    def come_back(self, address: str, kind: CodeKind, code: str) -> None:
        """Come in as who one is already, by a code from another device or the recovery code; as `join` it ends."""
        if self._come_back is None:
            self.failed.emit(_NO_SERVER)
            return
        self._set_busy(True)
        self._come_back(ReturnWish(address=address, kind=kind, code=code))

    def ask_code(self, kind: CodeKind) -> None:
        """Ask for a code that lets a second device in, or for the recovery code; `code_given` or `failed` follows."""
        if self._ask_code is None:
            self.failed.emit(_NO_SERVER)
            return
        self._set_busy(True)
        self._ask_code(kind)

    @property
    def kept_in(self) -> KeptIn:
        """Where the sign-in lies."""
        return self._kept_in

    def entrust(self) -> None:
        """Ask the system's key store once more to take the sign-in; `changed` follows."""
        if self._entrust is not None:
            self._entrust()

    def take_kept_in(self, place: KeptIn) -> None:
        """Take in where the sign-in lies."""
        if place is not self._kept_in:
            self._kept_in = place
            self.changed.emit()

    def sign_out(self, wish: SignOutWish) -> None:
        """Sign out; `left`, `others_signed_out` or `failed` follows."""
        if self._sign_out is None:
            self.failed.emit(_NO_SERVER)
            return
        self._set_busy(True)
        self._sign_out(wish)

    def leave(self) -> None:
        """Take in that we are nobody here any more."""
        self._identity = None
        self._set_busy(False)
        self.changed.emit()
        self.left.emit()

    def take_others_signed_out(self, devices: int) -> None:
        """Take in how many other devices were signed out."""
        self._set_busy(False)
        self.others_signed_out.emit(devices)

    def take_code(self, code: OwnCode) -> None:
        """Take in a code of the person's own and pass it on; it is not kept here."""
        self._set_busy(False)
        self.code_given.emit(code)

    def take(self, identity: Who) -> None:
        """Take in who we are."""
        first = self._identity is None
        self._identity = identity
        self._set_busy(False)
        self.changed.emit()
        if first:
            self.joined.emit()

    def take_failure(self, sentence: str) -> None:
        """Take in why joining or an invitation did not work."""
        self._set_busy(False)
        self.failed.emit(sentence)

    def _set_busy(self, busy: bool) -> None:
        if busy != self._busy:
            self._busy = busy
            self.changed.emit()
