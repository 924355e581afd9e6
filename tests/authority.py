"""A certificate authority of the tests' own, made with the `openssl` program: nothing of it is worth keeping."""

import subprocess
from pathlib import Path

import msgspec

_CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class Certified(msgspec.Struct, frozen=True):
    """A certificate and its key, both PEM files."""

    certificate: Path
    key: Path

    @property
    def options(self) -> tuple[str, ...]:
        """What the server's command line is told."""
        return ("--tls-certificate", str(self.certificate), "--tls-key", str(self.key))


class Authority:
    """An authority; `file` is what is to be trusted."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.file = folder / "authority.pem"
        self._key = folder / "authority.key"
        # Python 3.13 looks whether an authority says that it may sign certificates.
        _openssl(
            *("req", "-x509", *_CURVE, "-keyout", self._key, "-out", self.file, "-days", "2", "-subj", "/CN=Canary CA"),
            *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        )

    def certify(self, names: str, days: int = 2) -> Certified:
        """Return a certificate for `names` ("IP:127.0.0.1,DNS:localhost"), good from now on for `days`."""
        stem = f"server-{len(list(self._folder.iterdir()))}"
        made = Certified(self._folder / f"{stem}.pem", self._folder / f"{stem}.key")
        request, extensions = self._folder / f"{stem}.csr", self._folder / f"{stem}.ext"
        extensions.write_text(f"subjectAltName={names}\nauthorityKeyIdentifier=keyid\n")
        _openssl("req", *_CURVE, "-keyout", made.key, "-out", request, "-subj", "/CN=server")
        _openssl(
            *("x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self._key, "-CAcreateserial"),
            *("-out", made.certificate, "-days", str(days), "-extfile", extensions),
        )
        return made


def locked(key: Path, into: Path) -> Path:
    """Write a key locked with a passphrase and return its path."""
    _openssl("pkey", "-in", key, "-aes256", "-passout", "pass:canary", "-out", into)
    return into


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True, timeout=30)
