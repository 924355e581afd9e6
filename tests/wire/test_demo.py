"""The demo conference on a real server: all of its program and every one of its files."""

from pathlib import Path

from personal_app.net import http_api
from tests.wire.server_process import ROOT, ServerProcess


def test_the_demo_is_served_whole(tmp_path: Path) -> None:
    server = ServerProcess(ROOT / "assets" / "demo", tmp_path / "data", "--rehearse=-15").start()
    try:
        program = http_api.fetch_program(server.address, "")
        assert program is not None
        assert len(program.conference.sessions) == 5
        assert len(program.conference.recordings) == 7
        always = [talk for talk in program.conference.talks if talk.number is not None]
        assert len(always) == 3
        for recording in program.conference.recordings:
            talk = program.conference.talk(recording.talk)
            assert talk is not None
            assert recording.poster is not None
            size = recording.poster.size_bytes
            assert len(http_api.fetch_file(server.address, f"/files/{recording.poster.sha256}", size)) == size
            if talk in always or talk.id == "introduction":
                size = recording.file.size_bytes
                assert len(http_api.fetch_file(server.address, f"/recordings/{recording.id}", size)) == size
    finally:
        server.close()
    assert server.log.read_text() == ""
