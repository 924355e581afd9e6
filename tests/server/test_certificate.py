"""A certificate and a key that cannot be used are told in a sentence, each in its own."""

from pathlib import Path

import pytest

from personal_app.conference.errors import EnvironmentTrouble
from personal_app.server.certificate import tls_context
from tests.authority import Authority, Certified, locked


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def good(authority: Authority) -> Certified:
    return authority.certify("DNS:localhost")


def told(certificate: Path | None, key: Path | None) -> str:
    with pytest.raises(EnvironmentTrouble) as trouble:
        tls_context(certificate, key)
    return str(trouble.value)


def test_without_a_certificate_there_is_no_tls() -> None:
    assert tls_context(None, None) is None


def test_one_without_the_other(good: Certified) -> None:
    assert "--tls-key as well" in told(good.certificate, None)
    assert "--tls-certificate as well" in told(None, good.key)


def test_what_is_not_there_or_not_to_be_read(good: Certified, tmp_path: Path) -> None:
    assert f"{tmp_path / 'no.pem'} cannot be read (No such file" in told(tmp_path / "no.pem", good.key)
    assert f"{tmp_path} cannot be read (Is a directory" in told(good.certificate, tmp_path)


def test_what_does_not_belong_together(authority: Authority, good: Certified) -> None:
    other = authority.certify("DNS:localhost")
    assert "does not belong to" in told(good.certificate, other.key)


@pytest.mark.parametrize("text", [b"", b"no certificate", b"\x30\x82\x00\x00" * 50])
def test_what_is_no_certificate_or_no_key(good: Certified, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "not.pem").write_bytes(text)
    for certificate, key in ((tmp_path / "not.pem", good.key), (good.certificate, tmp_path / "not.pem")):
        assert "are not a certificate and its key" in told(certificate, key)
    assert "are not a certificate and its key" in told(good.key, good.certificate)


def test_a_locked_key_asks_nobody(good: Certified, tmp_path: Path) -> None:
    said = told(good.certificate, locked(good.key, tmp_path / "locked.key"))
    assert "locked with a passphrase" in said
    assert "canary" not in said
