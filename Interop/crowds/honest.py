"""An honest client: a request now and then, in turn on a kept connection and on a new one.

    python -m crowds.honest PORT SECONDS < REQUEST

A line of JSON says how long the answers took, in milliseconds from when each request was due, and what their statuses were.
"""

import json
import sys
import time
from collections import Counter

from raw import Connection

PAUSE = 0.01


def ask(port, request, seconds):
    kept, waits, statuses = Connection(port), [], Counter()
    began = time.monotonic()
    for number in range(int(seconds / PAUSE)):
        due = began + number * PAUSE
        time.sleep(max(0.0, due - time.monotonic()))
        connection = kept if number % 2 else Connection(port)
        connection.send(request)
        statuses[connection.answer()[0]] += 1
        waits.append((time.monotonic() - due) * 1_000)
        if connection is not kept:
            connection.socket.close()
    waits.sort()
    part = {name: round(waits[int(len(waits) * place)], 2) for name, place in (("p50", 0.5), ("p99", 0.99))}
    return part | {"longest": round(waits[-1], 2), "statuses": statuses}


if __name__ == "__main__":
    print(json.dumps(ask(int(sys.argv[1]), sys.stdin.buffer.read(), float(sys.argv[2]))))
