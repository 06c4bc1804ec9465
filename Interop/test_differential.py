"""Many requests with faults mixed in: no byte of a refused one reaches the upstream, all readers agree on the rest.

`SLUICE_FRAMING=1000000` for the long form. Each connection carries a few requests and then bytes that no request begins
with, so that it always ends: by the fault of a request, or by those.
"""

import asyncio
import json
import os
import re
import time

import pytest

from framing.grammar import Request
from framing.readers import Readers, in_python
from framing.recorder import Recorder
from processes import free_port

COUNT = int(os.environ.get("SLUICE_FRAMING", "0"))
SECONDS = 12
SEED = int(os.environ.get("SLUICE_SEED", "20261122"))
TAIL = b"\0" * 400
NAMES = re.compile(rb"r\d{8}r")
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r]*\r\n(.*?)\r\n\r\n", re.DOTALL)


class Tally:
    """What was sent, and what became of it."""

    def __init__(self):
        self.sent = self.forwarded = self.refused = self.behind = 0
        self.names, self.expected = set(), {}
        self.disagreements = []


def statuses(data):
    """The final status of each answer on a connection, with its body's length cut off by its own framing."""
    found, at = [], 0
    while match := STATUS.match(data, at):
        at = match.end()
        status = int(match[1])
        if status >= 200:
            length = re.search(rb"content-length: (\d+)", match[2], re.IGNORECASE)
            at += int(length[1]) if length else 0
            found.append(status)
    return found if at == len(data) else [*found, data[at:]]


async def exchange(port, requests, tally):
    """Sends the requests on one connection, reads its end, and compares with what h11 makes of the same bytes."""
    data = b"".join(request.bytes for request in requests)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    try:
        writer.write(data + TAIL)
        while piece := await asyncio.wait_for(reader.read(65536), 20):
            answer += piece
    except ConnectionError:
        pass
    finally:
        writer.close()
    found, read = statuses(answer), in_python(data + TAIL)
    tally.sent += len(requests)
    tally.refused += 1
    tally.behind += max(0, len(requests) - len(found))
    for place, status in enumerate(found):
        if not isinstance(status, int) or (status >= 500 and status not in (501, 505)):
            tally.disagreements.append(("no answer of the gateway's", status, data))
        elif status == 200:
            tally.forwarded += 1
            if place >= len(read):
                tally.disagreements.append(("forwarded what h11 refuses", data))
                return
            body = json.loads(read[place][3])
            tally.names.add(body["user"].encode())
            tally.expected[body["user"]] = body | {"model": "ok"}


async def drive(port, key, tally):
    """As many as asked for, or as fit in the time, on 16 connections at once."""
    numbers, started = iter(range(COUNT or 100_000_000)), time.monotonic()

    async def worker():
        while COUNT or time.monotonic() - started < SECONDS:
            requests = [Request(SEED, number, key) for number, _ in zip(numbers, range(3))]
            if not requests:
                return
            await exchange(port, requests, tally)

    await asyncio.gather(*(worker() for _ in range(16)))


@pytest.mark.timeout(7200 if COUNT else 120)
def test_no_byte_of_a_refused_request_is_forwarded_and_all_readers_agree_on_the_rest(new_sluice, tmp_path):
    port = free_port()
    sluice = new_sluice({"recorder": f"http://127.0.0.1:{port}"})
    sluice.add_model("aurora", "recorder", "ok")
    key = sluice.admitted_application("aurora").key
    tally, requests, odd = Tally(), [], []

    async def run():
        server = await asyncio.get_running_loop().create_server(lambda: Recorder(requests, odd), "127.0.0.1", port)
        await drive(sluice.gateway_port, key, tally)
        server.close()

    asyncio.run(run())
    assert odd == [], "bytes that are no whole request reached the upstream"
    assert tally.disagreements == []
    # Each answer that came from the upstream has its request there, and nothing else is there.
    assert len(requests) == tally.forwarded
    reached = {name for request in requests for name in NAMES.findall(request)}
    assert reached - tally.names == set(), "bytes of refused requests reached the upstream"
    readings = [in_python(request) for request in requests]
    assert [len(reading) for reading in readings] == [1] * len(requests)
    readings = [reading[0] for reading in readings]
    for method, target, host, body in readings:
        document = json.loads(body)
        assert (method, target, host) == (b"POST", b"/v1/chat/completions", b"127.0.0.1:%d" % port)
        assert document == tally.expected[document["user"]], "another body than the caller sent"
    agreed = compare_readers(tmp_path, requests, readings)
    print(
        f"\n{tally.sent} requests sent, seed {SEED}: {tally.forwarded} forwarded, {tally.refused} connections ended by "
        f"a fault, {tally.behind} requests behind one; h11{agreed} read all alike")
    assert tally.forwarded > 200 and tally.refused > 200, "too few to say anything"


def compare_readers(folder, requests, readings):
    """Sends what was forwarded to the other readers. Those that are not installed are left out, and said to be."""
    missing = Readers.missing()
    if missing:
        assert not COUNT, f"not installed: {', '.join(missing)}"
        return f" (without {', '.join(missing)})"
    readers = Readers(folder)
    try:
        for name in readers.ports:
            assert asyncio.run(readers.read(name, requests)) == readings, f"{name} reads it otherwise"
    finally:
        readers.stop()
    return ", node, nginx, haproxy"
