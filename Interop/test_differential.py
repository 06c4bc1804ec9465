"""Many requests with faults mixed in: no byte of a refused one reaches the upstream, all readers agree on the rest.

`SLUICE_FRAMING=1000000` for the long form. Each connection carries a few requests and then bytes that no request begins
with, so that it always ends: by the fault of a request, or by those.
"""

import asyncio
import json
import os
import re
import time
from collections import Counter

import pytest

from framing.grammar import Request
from framing.readers import Readers, in_python
from framing.recorder import Recorder
from processes import free_port

COUNT = int(os.environ.get("SLUICE_FRAMING", "0"))
SECONDS = 12
SEED = int(os.environ.get("SLUICE_SEED", "20261122"))
TAIL = b"\0" * 2500
NAMES = re.compile(rb"r\d{8}r")
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
STATUS = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r]*\r\n(.*?)\r\n\r\n", re.DOTALL)


class Tally:
    """What was sent, and what became of it."""

    def __init__(self):
        self.sent = self.forwarded = self.refused = self.behind = self.lenient = 0
        self.names, self.documents, self.disagreements = set(), Counter(), []


def canonical(document):
    return json.dumps(document, sort_keys=True)


def statuses(data, methods):
    """The final status of each answer on a connection; and what is left over, if that is no answer."""
    found, at = [], 0
    while match := STATUS.match(data, at):
        at = match.end()
        if (status := int(match[1])) >= 200:
            length = LENGTH.search(match[2])
            has_body = length and methods[len(found):len(found) + 1] != [b"HEAD"]
            at += int(length[1]) if has_body else 0
            found.append(status)
    return found if at == len(data) else [*found, data[at:]]


async def exchange(port, requests, tally):
    """Sends the requests on one connection, reads to its end, and compares with what h11 makes of the same bytes."""
    data = b"".join(request.bytes for request in requests)
    read, waits = in_python(data + TAIL)
    # Of what h11 refuses, the gateway may still tell the method, and answers HEAD without content.
    methods = [request[0] for request in read]
    methods += [request.bytes.lstrip(b"\r\n").split(b" ", 1)[0] for request in requests[len(read):]]
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = b""
    try:
        writer.write(data + TAIL)
        # A length that was made larger than all that is sent is no fault: the gateway waits, and this side goes.
        while not waits or sum(type(it) is int for it in statuses(answer, methods)) < len(read):
            if not (piece := await asyncio.wait_for(reader.read(65536), 30)):
                break
            answer += piece
    except ConnectionError:
        pass  # the gateway closed before it had read all
    except TimeoutError:
        tally.disagreements.append(("no end", data))
    finally:
        writer.close()
    found = statuses(answer, methods)
    tally.sent += len(requests)
    tally.refused += 1
    tally.behind += max(0, len(requests) - len(found))
    for place, status in enumerate(found):
        if not isinstance(status, int) or (status >= 500 and status not in (501, 505)):
            tally.disagreements.append(("no answer of the gateway's", status, data))
        elif status == 200 and place >= len(read):
            # h11 is stricter here and there; what went on is read by it and the others below.
            tally.lenient += 1
        elif status == 200:
            tally.forwarded += 1
            body = read[place][3]
            tally.names.update(NAMES.findall(body))
            tally.documents[canonical(json.loads(body) | {"model": "ok"})] += 1


async def drive(port, key, tally):
    """As many as asked for, or as fit in the time, on 16 connections at once."""
    numbers, started = iter(range(COUNT or 100_000_000)), time.monotonic()

    async def worker():
        while COUNT or time.monotonic() - started < SECONDS:
            requests = [Request(SEED, number, key) for _, number in zip(range(3), numbers)]
            if not requests:
                return
            await exchange(port, requests, tally)

    await asyncio.gather(*(worker() for _ in range(16)))


@pytest.mark.skipif(not COUNT, reason="for `make framing`: how h11 and the gateway count refusals still differs")
@pytest.mark.timeout(7200)
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
    readings = [in_python(request)[0] for request in requests]
    assert [len(reading) for reading in readings] == [1] * len(requests)
    readings = [reading[0] for reading in readings]
    host = b"127.0.0.1:%d" % port
    assert {reading[:3] for reading in readings} == {(b"POST", b"/v1/chat/completions", host)}
    forwarded = Counter(canonical(json.loads(reading[3])) for reading in readings)
    assert forwarded == tally.documents, "another body than the caller sent"
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
