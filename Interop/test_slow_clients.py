"""Slow clients, in numbers: each is cut within the limits, memory stays bounded, and others are answered meanwhile.

`SLUICE_SLOW_CLIENTS` is how many there are that send slowly, of each kind; `make slow-clients` takes 3,000, and a tenth of
that of readers, each of which holds a connection of the upstream too.
"""

import asyncio
import json
import os
import re
import resource
import socket
import time

import pytest

import http2
from processes import eventually
from raw import AsyncConnection, Connection, chat, post
from sluice import Sluice

COUNT = int(os.environ.get("SLUICE_SLOW_CLIENTS", "100"))
READERS = max(min(COUNT, 100), COUNT // 10)
SECONDS = 2
LARGE = 400_000


@pytest.fixture(scope="module")
def impatient(tmp_path_factory, scripted_process):
    """A Sluice that waits two seconds for each thing, with an application that may use `aurora`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 8 * COUNT + 1_000)), hard))
    sluice = Sluice(tmp_path_factory.mktemp("sluice"))
    sluice.init({"scripted": scripted_process.url}, {
        "head-timeout": f"{SECONDS}s", "body-timeout": f"{SECONDS}s", "write-timeout": f"{SECONDS}s", "idle-timeout": f"{SECONDS}s",
        "maximum-connections": 4 * COUNT + 100, "maximum-connections-of-address": 4 * COUNT + 100,
        "maximum-buffered-bytes": 64 << 20})
    sluice.serve()
    sluice.add_model("aurora", "scripted", "ok")
    sluice.application = sluice.admitted_application("aurora")
    yield sluice
    assert sluice.stop() == 0


def memory(sluice):
    """Resident bytes now, and the most so far."""
    status = open(f"/proc/{sluice.process.pid}/status").read()
    return [int(re.search(rf"{name}:\s+(\d+) kB", status)[1]) << 10 for name in ("VmRSS", "VmHWM")]


async def drip(port, data, pause=0.25):
    """Sends a byte now and then; answers after how many seconds the other side had enough."""
    connection = await AsyncConnection.open(port)
    began = time.monotonic()
    try:
        for at in range(len(data)):
            connection.writer.write(data[at:at + 1])
            await connection.writer.drain()
            done, _ = await asyncio.wait([asyncio.ensure_future(connection.reader.read(65536))], timeout=pause)
            if done:
                break
    except ConnectionError:
        pass
    finally:
        connection.abort()
    return time.monotonic() - began


async def never_read(port, request, seconds):
    """Asks for a large answer and reads nothing; answers whether it was cut, so that only a part of it is there."""
    loop = asyncio.get_running_loop()
    with socket.socket() as plain:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 10)
        plain.setblocking(False)
        await loop.sock_connect(plain, ("127.0.0.1", port))
        await loop.sock_sendall(plain, request)
        await asyncio.sleep(seconds)
        total = 0
        try:
            while data := await loop.sock_recv(plain, 1 << 20):
                total += len(data)
        except ConnectionError:
            pass
    return total < LARGE


async def probe(port, key, seconds):
    """Honest requests meanwhile, each on a connection of its own; the longest wait."""
    longest, until = 0.0, time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        connection = await AsyncConnection.open(port)
        status, _, _ = await connection.ask(post(chat("aurora"), key))
        connection.close()
        assert status == 200
        longest = max(longest, time.monotonic() - began)
        await asyncio.sleep(0.1)
    return longest


async def together(slow, port, key):
    results = asyncio.gather(*slow)
    waits = []
    while not results.done():
        waits.append(await probe(port, key, 0.5))
    return await results, max(waits)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("kind", ["slow heads", "slow bodies", "slow readers"])
def test_slow_clients_are_cut_and_others_are_answered(scripted, impatient, kind):
    port, key = impatient.gateway_port, impatient.application.key
    request = post(chat("aurora", "x" * 100_000), key)
    stream = post(chat("aurora", f"script:huge-answer bytes={LARGE}", stream=True), key)
    before = memory(impatient)[0]
    # What a slow body declares counts against the room for bodies, so that some are refused at once.
    slow = {
        "slow heads": lambda: drip(port, request[:200]),
        "slow bodies": lambda: drip(port, request[:request.index(b"\r\n\r\n") + 4] + b"{" * 200, 0.25),
        # One event of this size is sent at once, and has two seconds for each started 256 KiB.
        "slow readers": lambda: never_read(port, stream, 3 * SECONDS + READERS / 200),
    }[kind]
    count = READERS if kind == "slow readers" else COUNT
    results, longest = asyncio.run(together([slow() for _ in range(count)], port, key))
    if kind == "slow readers":
        assert all(results), "a client that read nothing got its whole answer"
        assert impatient.metric("sluice_gateway_connections_cut_total", reason="slow_reader") >= count
    else:
        assert max(results) < 3 * SECONDS + COUNT / 200, max(results)
    eventually(lambda: impatient.metric("sluice_gateway_connections") == 0, 15, "the end of all connections")
    after, most = memory(impatient)
    print(f"\n{count} {kind}: an honest request waited {longest * 1000:.0f} ms at most; memory {before >> 20} MB before, "
          f"{most >> 20} MB at most, {after >> 20} MB after")
    assert longest < 2 + COUNT / 500
    assert most < (400 << 20) + COUNT * (64 << 10)


def test_bodies_beyond_the_room_are_refused_newest_first(tmp_path, scripted):
    sluice = Sluice(tmp_path)
    sluice.init({"scripted": scripted.url}, {"loops": 1, "maximum-buffered-bytes": 1 << 20})
    sluice.serve()
    try:
        sluice.add_model("aurora", "scripted", "ok")
        key = sluice.admitted_application("aurora").key
        body = json.dumps(chat("aurora", "x" * 600_000)).encode()
        request = post(body, key)
        with Connection(sluice.gateway_port) as first, Connection(sluice.gateway_port) as second:
            first.send(request[:200_000])
            time.sleep(0.2)
            second.send(request[:200_000])
            status, fields, told = second.answer()
            assert (status, json.loads(told)["error"]["code"]) == (503, "overloaded")
            assert fields["retry-after"] == "1" and fields["connection"] == "close"
            first.send(request[200_000:])
            assert first.answer()[0] == 200
        # Of two whose length nobody knows, the newer gives way, although it is the older that grows.
        with http2.Connection(sluice.gateway_port) as older, http2.Connection(sluice.gateway_port) as newer:
            growing = older.begin(older.head(key))
            older.content(growing, body[:16_000], ends=False)
            time.sleep(0.1)
            other = newer.begin(newer.head(key, fields=[("content-length", str(len(body)))]))
            newer.content(other, body[:16_000], ends=False)
            time.sleep(0.1)
            older.content(growing, body[16_000:])
            assert newer.answer(other).status == 503
            assert older.answer(growing).status == 200
        eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0)
        with Connection(sluice.gateway_port) as connection:
            connection.send(request)
            assert connection.answer()[0] == 200, "the room was not given back"
    finally:
        assert sluice.stop() == 0


def test_streams_of_http2_that_are_not_read_or_not_sent_are_cut(scripted, impatient):
    body = json.dumps(chat("aurora")).encode()
    key = impatient.application.key
    port = impatient.gateway_port
    # With a window of nothing no answer fits, however small.
    with (http2.Connection(port, settings=b"\0\4\0\0\0\0") as unread, http2.Connection(port) as unsent,
          http2.Connection(port) as headless):
        answered = unread.post(body, key)
        waited_for = unsent.begin(unsent.head(key, fields=[("content-length", "100")]))
        headless.send(http2.frame(http2.HEADERS, 0, 1, headless.head(key)))
        answer = unread.answer(answered, 3 * SECONDS + 3)
        assert (answer.status, answer.body, answer.reset) == (200, b"", http2.CANCEL)
        assert unsent.answer(waited_for, 3 * SECONDS).status == 408
        assert headless.cut(3 * SECONDS) == http2.ENHANCE_YOUR_CALM
    eventually(lambda: impatient.metric("sluice_gateway_in_flight") == 0)
