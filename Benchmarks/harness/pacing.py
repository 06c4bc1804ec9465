"""A stream at a model's pace: what a server adds to the first event, and to each one after it."""

from __future__ import annotations

import time

from harness.both_ends import END_OF_STREAM, HEAD_OF_STREAM, BothEnds, event, until_taken
from harness.processes import Server

SCENARIO = "paced-stream"
EVENTS, PAUSE = 10, 0.004


def rest(seconds: float) -> None:
    """Waits without sleeping, so that this program's own waking up is no part of what it measures."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass


def pace(ends: BothEnds, server: Server, streams: int) -> dict:
    """Microseconds to the first event, the upstream's own time taken off, and for each event from end to end."""
    first, later = [], []
    until_taken(ends, server)
    for _ in range(streams):
        asked_at = ends.ask(server.port, server.key)
        taken_at = ends.take()
        wrote_at = time.monotonic()
        ends.upstream.sendall(HEAD_OF_STREAM + event(0))
        read_at = ends.read_until(b"piece 0 ")
        first.append((read_at - asked_at - (wrote_at - taken_at)) * 1e6)
        for number in range(1, EVENTS):
            rest(PAUSE)
            wrote_at = time.monotonic()
            ends.upstream.sendall(event(number))
            later.append((ends.read_until(b"piece %d " % number) - wrote_at) * 1e6)
        ends.upstream.sendall(END_OF_STREAM)
        ends.read_until(b"0\r\n\r\n")
    ends.drop()
    return {"target": server.name, "streams": streams, "first_us": first, "event_us": later}
