"""A client leaves: how soon does the upstream see it, and does it always?"""

from __future__ import annotations

import random
import time

from harness.both_ends import HEAD_OF_STREAM, BothEnds, event, until_taken
from harness.processes import Server

MOMENTS = {
    "cancel-before-first-byte": "before the first byte of the answer",
    "cancel-in-stream": "within a stream",
}


# A server that does not see it at all would take five seconds each time.
ENOUGH_UNSEEN = 5


def cancel(ends: BothEnds, server: Server, moment: str, times: int) -> dict:
    """So many clients, one after the other, half of them with a reset; how many went unseen, how late the others."""
    chance, took, unseen = random.Random(moment), [], 0
    until_taken(ends, server)
    for number in range(times):
        if unseen == ENOUGH_UNSEEN:
            break
        ends.ask(server.port, server.key)
        ends.take()
        if moment == "cancel-in-stream":
            ends.upstream.sendall(HEAD_OF_STREAM + event(0))
            ends.read_until(b"piece 0")
        time.sleep(chance.uniform(0.001, 0.01))
        left_at = ends.leave(abruptly=number % 2 == 1)
        seen_at = ends.wait_for_end()
        if seen_at is None:
            unseen += 1
        else:
            took.append((seen_at - left_at) * 1000)
        ends.drop()
    return {"target": server.name, "moment": moment, "times": len(took) + unseen, "unseen": unseen,
            "milliseconds": took}
