"""The server's certificate and key, read before anything listens, with a sentence for all that is wrong with them.

This module must never say what stands in a key.
"""

import ssl
from pathlib import Path

from personal_app.conference.errors import EnvironmentTrouble


def tls_context(certificate: Path | None, key: Path | None) -> ssl.SSLContext | None:
    """Return what speaks TLS with a PEM file of the certificate and its chain and one of its key; None without them.

    TLS 1.2 at least, as the standard library sets it. Raises EnvironmentTrouble where the files cannot be used.
    """
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        missing = "--tls-certificate" if certificate is None else "--tls-key"
        raise EnvironmentTrouble(f"A certificate is of no use without its key: give {missing} as well.")
    for path in (certificate, key):
        _look_at(path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate, key, password=_no_passphrase)
    except _Locked:
        raise EnvironmentTrouble(
            f"The key {key} is locked with a passphrase, which nobody can type for a server: give a key without one, "
            "readable by the server's user alone."
        ) from None
    except ssl.SSLError as fault:
        raise EnvironmentTrouble(_sentence(certificate, key, fault)) from None
    return context


class _Locked(Exception):
    """The key asks for a passphrase; without an answer of ours the terminal would be asked."""


def _no_passphrase() -> str:
    raise _Locked


def _look_at(path: Path) -> None:
    try:
        path.read_bytes()
    except OSError as fault:
        raise EnvironmentTrouble(
            f"The file {path} cannot be read ({fault.strerror}): see that it is there and that the server's user may "
            "read it."
        ) from None


def _sentence(certificate: Path, key: Path, fault: ssl.SSLError) -> str:
    if fault.reason == "KEY_VALUES_MISMATCH":
        return f"The key {key} does not belong to the certificate {certificate}: give the two that were made together."
    return (
        f"{certificate} and {key} are not a certificate and its key ({fault.reason or 'not PEM'}): give PEM files, the "
        "first with the server's own certificate and then those that lead to its authority."
    )
