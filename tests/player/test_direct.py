"""Streams of this machine never go through a proxy, and everything else still may."""

import ctypes
import os
import sys

import pytest

from personal_app.player.direct import keep_streams_direct


@pytest.mark.skipif(sys.platform == "win32", reason="libvlc looks for proxies elsewhere there")
def test_libraries_see_no_proxy_and_python_does(monkeypatch: pytest.MonkeyPatch) -> None:
    c_library = ctypes.CDLL(None)
    c_library.getenv.restype = ctypes.c_char_p
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert c_library.getenv(b"http_proxy") == b"http://127.0.0.1:9"
    keep_streams_direct()
    assert c_library.getenv(b"http_proxy") is None
    assert os.environ["http_proxy"] == "http://127.0.0.1:9"
