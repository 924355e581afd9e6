"""Keeps the decoding libraries from sending a stream of this machine through a proxy.

libvlc 3 and FFmpeg read `http_proxy` from the environment of the process, and libvlc knows no exceptions from it, not
even for 127.0.0.1. Python has a copy of its own, so that everything else still sees the proxy. Must never import a
decoding library.
"""

import ctypes
import os
import sys


def keep_streams_direct() -> None:
    """Take `http_proxy` out of what C libraries of this process see."""
    if sys.platform != "win32" and "http_proxy" in os.environ:
        ctypes.CDLL(None).unsetenv(b"http_proxy")
