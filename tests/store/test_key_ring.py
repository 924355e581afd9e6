"""The system's key store, and the file that lets go of what is in it."""

import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import msgspec
import pytest
from keyring.backends.null import Keyring as NullKeyring

from personal_app.store.key_ring import EntryMissing, KeyRing, KeyStoreShut, NoKeyStore, Secrets
from personal_app.store.snapshot import read_snapshot
from personal_app.store.store import Store
from tests.store.key_stores import MemoryKeyStore
from tests.store.material import ANN, BOB, RESULT_S

SECRETS = Secrets(token="canary-token", recovery_code="canary-code")


@pytest.fixture
def system() -> Iterator[MemoryKeyStore]:
    before = keyring.get_keyring()
    store = MemoryKeyStore()
    keyring.set_keyring(store)
    yield store
    keyring.set_keyring(before)


@pytest.fixture
def keys() -> Iterator[KeyRing]:
    keys = KeyRing()
    yield keys
    assert keys.close(RESULT_S)


def test_what_is_entrusted_comes_back_and_can_be_forgotten(system: MemoryKeyStore, keys: KeyRing) -> None:
    keys.entrust("one", SECRETS).result(RESULT_S)
    assert keys.secrets("one").result(RESULT_S) == SECRETS
    assert [name for _, name in system.entries] == ["one"]
    keys.forget("one").result(RESULT_S)
    keys.forget("one").result(RESULT_S)
    with pytest.raises(EntryMissing, match="recovery code"):
        keys.secrets("one").result(RESULT_S)
    system.entries["PeRSonAl", "one"] = "not ours"
    with pytest.raises(EntryMissing):
        keys.secrets("one").result(RESULT_S)


def test_a_locked_one_says_what_to_do_and_nothing_of_the_secrets(system: MemoryKeyStore, keys: KeyRing) -> None:
    system.dismissed = True
    with pytest.raises(KeyStoreShut, match="Unlock it") as shut:
        keys.entrust("one", SECRETS).result(RESULT_S)
    assert "canary" not in str(shut.value)
    assert "canary" not in repr(SECRETS)


def test_one_that_waits_for_a_password_keeps_nobody_waiting(system: MemoryKeyStore) -> None:
    keys = KeyRing()
    system.open.clear()
    asked = keys.secrets("one")
    assert not keys.close(0.05)
    assert isinstance(keys.secrets("one").exception(RESULT_S), KeyStoreShut)
    system.open.set()
    assert isinstance(asked.exception(RESULT_S), EntryMissing)
    assert keys.close(RESULT_S)


def test_one_that_keeps_nothing_is_none(system: MemoryKeyStore, keys: KeyRing) -> None:
    system.keeps = False
    with pytest.raises(NoKeyStore):
        keys.entrust("one", SECRETS).result(RESULT_S)
    keyring.set_keyring(NullKeyring())  # type: ignore[no-untyped-call]
    with pytest.raises(NoKeyStore):
        keys.entrust("one", SECRETS).result(RESULT_S)


def test_a_system_without_one_says_so(keys: KeyRing) -> None:
    with pytest.raises(NoKeyStore):
        keys.secrets("one").result(RESULT_S)


def test_an_installation_without_the_library_has_none(keys: KeyRing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(NoKeyStore):
        keys.secrets("one").result(RESULT_S)
    # And the thread lives on.
    with pytest.raises(NoKeyStore):
        keys.entrust("one", SECRETS).result(RESULT_S)


def test_the_secrets_leave_the_file_and_its_bytes(tmp_path: Path) -> None:
    secret = msgspec.structs.replace(ANN, token="canary-token", recovery_code="canary-code")
    store = Store(tmp_path)
    store.keep_profile(secret).result(RESULT_S)
    assert b"canary" in every_byte(tmp_path)
    assert not store.entrust_profile(BOB.participant, "canary-token", "entry").result(RESULT_S)
    assert not store.entrust_profile(ANN.participant, "another token", "entry").result(RESULT_S)
    assert store.entrust_profile(ANN.participant, "canary-token", "entry").result(RESULT_S)
    assert b"canary" not in every_byte(tmp_path)

    # Who amends a profile holds the secrets, and does not bring them back into the file.
    store.amend_profile(msgspec.structs.replace(secret, name="Anna")).result(RESULT_S)
    assert store.close(RESULT_S)
    assert b"canary" not in every_byte(tmp_path)
    snapshot = read_snapshot(tmp_path)
    assert snapshot is not None
    assert snapshot.profile == msgspec.structs.replace(
        secret, name="Anna", token="", recovery_code="", key_entry="entry"
    )


def every_byte(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
