"""A line for each bad peer, and in a flood of them no more lines than anybody reads."""

import pytest

from personal_app.server.complaints import LINES, Complaints


def test_a_flood_is_told_of_in_few_lines_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    complaints = Complaints(lambda: now[0])
    for _ in range(1000):
        complaints.closed(1008, "hello is said once")
    lines = [record.getMessage() for record in caplog.records]
    assert lines == ["a live connection was closed with 1008: hello is said once"] * LINES.burst
    now[0] += 1.001 / LINES.per_second
    complaints.cut("a peer answered no ping")
    complaints.cut("a peer answered no ping")
    assert [record.getMessage() for record in caplog.records[LINES.burst :]] == [
        f"a connection was cut: a peer answered no ping ({1000 - LINES.burst} more were not written down)"
    ]
