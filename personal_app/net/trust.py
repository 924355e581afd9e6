"""Whose certificates are believed: those of the system's own trust store, for HTTP and for the live connection alike.

An institution's own authority is believed as soon as the system believes it (or `SSL_CERT_FILE` names it). Where Python
finds no store of the system, as on some macOS, the list that came with the program stands in. Must never import Qt.
"""

import platform
import ssl
from functools import cache
from typing import Any

import certifi
from requests.adapters import HTTPAdapter


@cache
def system_trust() -> ssl.SSLContext:
    """Return what checks a server's certificate and its name; made once, for reading the store takes its time."""
    context = ssl.create_default_context()
    if not _has_store():
        context.load_verify_locations(certifi.where())
    return context


def _has_store() -> bool:
    if platform.system() == "Windows":
        return True
    known = ssl.get_default_verify_paths()
    return bool(known.cafile or known.capath)


def distrust(fault: BaseException) -> str:
    """Return why a certificate was not believed where that is what `fault` comes from, in a few words, else ""."""
    waiting: list[object] = [fault]
    for _ in range(20):
        cause = waiting.pop() if waiting else None
        if isinstance(cause, ssl.SSLCertVerificationError):
            return str(cause.verify_message).strip(" .")
        if isinstance(cause, BaseException):
            waiting += [*cause.args, getattr(cause, "reason", None), cause.__context__, cause.__cause__]
    return ""


class TrustingAdapter(HTTPAdapter):
    """Connections of requests that believe the same as everything else here, where its own would ask certifi alone."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Give direct connections our trust."""
        super().init_poolmanager(*args, ssl_context=system_trust(), **kwargs)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Give connections through a proxy our trust."""
        return super().proxy_manager_for(proxy, ssl_context=system_trust(), **kwargs)

    def cert_verify(self, conn: Any, url: str, verify: bool | str, cert: Any) -> None:  # noqa: ARG002
        """Leave the decision to the context: the library would add the authorities of certifi to it here."""
        if verify is not True or cert is not None:
            raise ValueError("a certificate is always checked, and by the system's trust store")
        conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None
