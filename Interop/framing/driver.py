"""Sends drawn requests to a gateway, and compares what it lets through with how four other programs read the same bytes.

A part of the requests is driven by a process of its own: `drive` is called there, and answers with a `Tally`.
"""

import asyncio
import hashlib
import json
import re
from collections import Counter

from framing.grammar import Request
from framing.readers import in_python, read_by_all

# Bytes that no request begins with, so that each connection ends: by the fault of a request, or by these.
TAIL = b"\0" * 2500
REQUESTS = 3
CONNECTIONS = 24
ROUND = 3_000
STALL, PATIENCE = 0.5, 30.0
HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n")
LENGTH = re.compile(rb"^content-length: (\d+)\r\n", re.MULTILINE)
CLOSE = re.compile(rb"^connection: close\r\n", re.MULTILINE)
NAMES = re.compile(rb"r\d{8}r")


class Tally:
    """What was sent, and what became of it."""

    def __init__(self):
        self.sent = self.forwarded = self.refused = self.answered = self.waiting = 0
        # The names in bodies that went on, and digests of these bodies.
        self.names, self.documents, self.disagreements = set(), Counter(), []

    def add(self, other):
        for name in ("sent", "forwarded", "refused", "answered", "waiting"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.names |= other.names
        self.documents += other.documents
        self.disagreements += other.disagreements


def summary(disagreements):
    """How many there are of each kind, and the first ones."""
    kinds, lines = Counter(it[0] for it in disagreements), []
    for kind, count in kinds.items():
        lines.append(f"{count} times: {kind}")
        lines += [f"    {it[1:]}" for it in disagreements if it[0] == kind][:5]
    return "\n".join(lines)


def document(body):
    """What a body says, in few bytes. The gateway gives it the upstream's name of the model, and nothing else."""
    text = json.dumps(json.loads(body) | {"model": "ok"}, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def answers_in(data, methods):
    """The final answers on a connection, as (status, whether it is the last); and whether there is nothing else.

    `methods` are those of the requests so far. Behind the last answer stands its content or, if the request was HEAD,
    none: what was refused names its method to nobody but the gateway, so that both are right there.
    """
    found, at = [], 0
    while match := HEAD.match(data, at):
        at, status = match.end(), int(match[1])
        if status < 200:
            continue
        length = int(LENGTH.search(match[2])[1])
        found.append((status, bool(CLOSE.search(match[2]))))
        if found[-1][1]:
            return found, len(data) - at in (0, length)
        at += 0 if methods[len(found) - 1:len(found)] == [b"HEAD"] else length
    return found, at == len(data)


class Conversation(asyncio.Protocol):
    """Sends bytes and keeps what comes back, to the end."""

    def __init__(self, data):
        self.data, self.answer = data, bytearray()
        self.ended = asyncio.get_running_loop().create_future()

    def connection_made(self, transport):
        transport.write(self.data)

    def data_received(self, data):
        self.answer += data

    def connection_lost(self, error):
        if not self.ended.done():
            self.ended.set_result(None)


async def converse(port, data):
    """What is answered to `data`, once the gateway ends the connection; or once it waits for more, as h11 does too.

    A length that was made larger than all that is sent is no fault: the gateway waits, and this side goes.
    """
    transport, conversation = await asyncio.get_running_loop().create_connection(
        lambda: Conversation(data), "127.0.0.1", port)
    waited = 0.0
    try:
        while not (await asyncio.wait({conversation.ended}, timeout=STALL))[0]:
            read, waits = in_python(data)
            found, is_whole = answers_in(bytes(conversation.answer), [reading.method for _, reading in read])
            if waits and is_whole and len(found) == len(read):
                return bytes(conversation.answer), True
            waited += STALL
            assert waited < PATIENCE, ("the gateway does not end", bytes(conversation.answer), data)
    finally:
        transport.abort()
    return bytes(conversation.answer), False


async def exchange(port, requests, tally, passed):
    """One connection. What the gateway read, h11 has to read alike; it is added to `passed` if it went on."""
    data = b"".join(request.bytes for request in requests) + TAIL
    answer, waits = await converse(port, data)
    tally.sent += len(requests)
    tally.waiting += waits
    # Each answer that leaves the connection open is one request more that the gateway has read.
    most = answer.count(b"HTTP/1.1 ")
    read = in_python(data, most)[0] if waits or most > 1 or answer.startswith(b"HTTP/1.1 200") else []
    found, is_whole = answers_in(answer, [reading.method for _, reading in read])
    if not is_whole or not (found and found[-1][1] or waits):
        tally.disagreements.append(("these are no answers", answer, data))
    for place, (status, is_last) in enumerate(found):
        if status >= 500 and status not in (501, 505):
            tally.disagreements.append(("an answer of nobody's fault", status, data))
        if is_last and status != 200:
            tally.refused += 1
        elif place >= len(read):
            tally.disagreements.append(("h11 does not read it", status, place, data[:-len(TAIL)]))
        elif status != 200:
            tally.answered += 1
        else:
            message, reading = read[place]
            tally.forwarded += 1
            tally.names.update(NAMES.findall(reading.body))
            tally.documents[document(reading.body)] += 1
            passed.append((message, reading))


async def drive_part(port, key, seed, numbers, readers):
    tally = Tally()
    for start in range(numbers.start, numbers.stop, ROUND):
        passed = []
        places = iter(range(start, min(start + ROUND, numbers.stop), REQUESTS))

        async def worker():
            for first in places:
                stop = min(first + REQUESTS, numbers.stop)
                await exchange(port, [Request(seed, number, key) for number in range(first, stop)], tally, passed)

        await asyncio.gather(*(worker() for _ in range(CONNECTIONS)))
        tally.disagreements += await read_by_all(readers, passed)
    return tally


def drive(port, key, seed, numbers, readers):
    """Drives the requests of these numbers, and lets the readers on these ports read what the gateway let through."""
    return asyncio.run(drive_part(port, key, seed, numbers, readers))


def compare(messages, readers):
    """Lets h11 read what was forwarded, and the others too; answers with the readings and the disagreements."""
    readings, disagreements = [], []
    for message in messages:
        read, _ = in_python(message)
        if len(read) != 1:
            disagreements.append(("forwarded as no one request", message))
        readings += [reading for _, reading in read]
    if not disagreements:
        disagreements = asyncio.run(read_by_all(readers, list(zip(messages, readings))))
    return readings, disagreements
