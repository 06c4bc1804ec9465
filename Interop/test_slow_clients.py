"""Slow clients, in numbers: each is cut within the limits, memory stays bounded, and others are answered meanwhile.

`SLUICE_SLOW_CLIENTS` is how many there are of each of three kinds, all at once; `make slow-clients` takes 3,000. Only then are
the time and the memory held to bounds: they are those of a release build.
"""

import json
import os
import time

import pytest

import http2
from crowds import begin, told
from processes import eventually
from raw import Connection, chat, post
from sluice import Sluice
from watching import Memory

COUNT = int(os.environ.get("SLUICE_SLOW_CLIENTS", "100"))
IS_FULL = COUNT > 1_000
SECONDS = 10 if IS_FULL else 2
# What a deadline may be late, and a crowd takes to be opened.
LATE = 5 if IS_FULL else 20
MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def impatient(tmp_path_factory, scripted_process, crowd_upstream):
    """A Sluice that waits some seconds for each thing, with an application that may use `aurora` and `crowd`."""
    sluice = Sluice(tmp_path_factory.mktemp("sluice"))
    sluice.init({"scripted": scripted_process.url, "crowd": {"url": crowd_upstream, "maximum-connections": COUNT + 10}}, {
        "head-timeout": f"{SECONDS}s", "body-timeout": f"{SECONDS}s", "write-timeout": f"{SECONDS}s",
        "maximum-connections": 4 * COUNT + 100, "maximum-connections-of-address": 4 * COUNT + 100})
    sluice.serve()
    sluice.add_model("aurora", "scripted", "ok")
    sluice.add_model("crowd", "crowd", "ok")
    sluice.application = sluice.admitted_application("aurora")
    sluice.grant(sluice.application, "crowd")
    yield sluice
    assert sluice.stop() == 0


@pytest.mark.timeout(300)
def test_slow_clients_are_cut_and_others_are_answered(impatient):
    port, key = impatient.gateway_port, impatient.application.key
    honest = post(chat("aurora"), key)
    stream = post(chat("crowd", "flood", stream=True), key)
    body = post(chat("crowd", "x" * 100_000), key)
    slow = {
        "heads": ("sends", b"POST /v1/chat/completions HTTP/1.1\r\nHost: a.example\r\nX-Slow: "),
        "bodies": ("sends", body[:body.index(b"\r\n\r\n") + 100]),
        "readers": ("reads", stream),
    }
    alone = told(begin("honest", port, 2 * SECONDS, first=honest))
    memory = Memory(impatient.process)
    memory.forget()
    before = memory.now()
    began = [begin("slow", kind, port, COUNT, 3 * SECONDS + LATE, first=first) for kind, first in slow.values()]
    beside = told(begin("honest", port, 2 * SECONDS, first=honest))
    cut = dict(zip(slow, map(told, began)))
    took = memory.most() - before
    print(
        f"\n{COUNT} slow heads, {COUNT} slow bodies and {COUNT} slow readers at once, {SECONDS} s for each: {cut}; "
        f"memory {before >> 20} MiB before, {took >> 20} MiB more at most; an honest client alone {alone}, beside them {beside}")
    assert {name: end["left"] for name, end in cut.items()} == dict.fromkeys(slow, 0), "not all were cut"
    assert max(end["longest"] for end in cut.values()) < SECONDS + LATE
    assert set(beside["statuses"]) == {"200"}
    assert impatient.metric("sluice_gateway_connections_cut_total", reason="slow_reader") >= COUNT
    eventually(lambda: impatient.metric("sluice_gateway_connections") == 0, 15, "the end of all connections")
    if IS_FULL:
        assert took <= 150 * MEBIBYTE
        assert beside["p99"] - alone["p99"] <= 20


def test_of_bodies_beyond_the_room_those_are_refused_that_trickle_and_then_the_newest(tmp_path, scripted):
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
        # One that trickles gives way to a newer one that does not: it is held to its rate after a second.
        with Connection(sluice.gateway_port) as slow, Connection(sluice.gateway_port) as fast:
            slow.send(request[:request.index(b"\r\n\r\n") + 5])
            time.sleep(1.8)
            fast.send(request[:200_000])
            assert slow.answer()[0] == 503
            fast.send(request[200_000:])
            assert fast.answer()[0] == 200
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
