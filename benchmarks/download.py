"""[download] A recording of 200 MB from a server on this machine, against `curl -o` + `sync` + `sha256sum`.

Both bring the same file from the same server, `personal-server serve`, in turn; ours resumes, reports its progress,
syncs and checks the hash before the file gets its name. The recording is one of the demo's, made long by a box of
random bytes that players pass over (ISO/IEC 14496-12, 8.1.2). The figure is MB/s; the bar is 0.9 of the peer's.
MEGABYTES=50 tries it with less.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks._figure import in_turn, report
from personal_app.conference.ids import RecordingId
from personal_app.net.address import Address
from personal_app.net.downloads import Download, DownloadPool
from personal_app.net.http_api import fetch_program
from tools.driving import ROOT, Cast, Server

MEGABYTES = int(os.environ.get("MEGABYTES", "200"))
RECORDING = RecordingId("introduction")
ROUNDS = 7


def main() -> None:
    """Measure and print the figure."""
    curl = shutil.which("curl")
    if curl is None:
        sys.exit("curl is needed to measure against: apt-get install -y curl, then again")
    with tempfile.TemporaryDirectory() as name, Cast() as cast:
        folder = Path(name)
        conference = folder / "conference"
        shutil.copytree(ROOT / "assets" / "demo", conference)
        server = cast.add(Server(conference, folder / "data", "--rehearse=-15"))
        lengthen(next((conference / "recordings").glob(f"{RECORDING}*.mp4")), MEGABYTES * 1_000_000)
        server.start()
        program = fetch_program(Address(server.address), "")
        assert program is not None
        recording = program.conference.recording(RECORDING)
        assert recording is not None
        wanted = Download(
            path=f"/recordings/{RECORDING}",
            facts=recording.file,
            blocks=recording.blocks,
            target=folder / "ours" / "file.mp4",
        )
        megabytes = recording.file.size_bytes / 1e6
        pool = DownloadPool()

        def ours() -> float:
            began = time.perf_counter()
            path = pool.fetch(Address(server.address), wanted, lambda _: None).result(120)
            rate = megabytes / (time.perf_counter() - began)
            path.unlink()
            return rate

        def peer() -> float:
            target = folder / "peer.mp4"
            began = time.perf_counter()
            subprocess.run([curl, "-sS", "-o", target, server.address + wanted.path], check=True)
            subprocess.run(["sync", target], check=True)
            told = subprocess.run(["sha256sum", target], check=True, capture_output=True, text=True)
            rate = megabytes / (time.perf_counter() - began)
            assert told.stdout.startswith(wanted.facts.sha256)
            target.unlink()
            return rate

        readings = in_turn(ours, peer, ROUNDS)
        assert pool.close()
    report("download", *readings, "MB/s, checked and synced", megabytes=round(megabytes))


def lengthen(recording: Path, size_bytes: int) -> None:
    """Make a recording `size_bytes` longer by a box that nothing is in."""
    with recording.open("ab") as file:
        file.write((size_bytes + 8).to_bytes(4, "big") + b"free")
        for _ in range(size_bytes >> 20):
            file.write(os.urandom(1 << 20))
        file.write(bytes(size_bytes % (1 << 20)))


if __name__ == "__main__":
    main()
