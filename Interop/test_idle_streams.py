"""Streams on which nothing moves: many are open at once, and each takes little memory.

`SLUICE_IDLE_STREAMS` is how many; `make idle-streams` takes 10,000, half of them on connections of their own and half as
streams of HTTP/2. Only then is the memory held to a bound: it is that of a release build.
"""

import json
import os
import socket
import time

import http2
from processes import eventually
from raw import Connection, chat, post
from watching import Memory

COUNT = int(os.environ.get("SLUICE_IDLE_STREAMS", "200"))
IS_FULL = COUNT > 1_000
OF_CONNECTION = 100
BOUND = 250 << 20
# So long that each stream has been told at least once that somebody is there.
REST = 12 if IS_FULL else 1


def open_streams(port, request):
    """Half as many connections, each with a stream whose first event has come."""
    connections = []
    for _ in range(COUNT // 2):
        connections.append(Connection(port))
        connections[-1].send(request)
    for connection in connections:
        assert connection.read_until(b"\n\n").startswith(b"HTTP/1.1 200 ")
    return connections


def open_http2(port, body, key):
    """As many streams again, a hundred on each connection."""
    connections = []
    for _ in range(COUNT // 2 // OF_CONNECTION):
        connection = http2.Connection(port)
        connection.update(0, 1 << 20)
        opened = [connection.post(body, key) for _ in range(OF_CONNECTION)]
        connection.read_until(lambda: all(connection.streams[stream].body for stream in opened))
        connections.append(connection)
    return connections


def test_streams_that_rest_take_little_memory(new_sluice, crowd_upstream):
    sluice = new_sluice({"crowd": {"url": crowd_upstream, "maximum-connections": COUNT}}, {
        "maximum-connections": COUNT, "maximum-connections-of-address": COUNT})
    sluice.add_model("crowd", "crowd", "ok")
    key = sluice.admitted_application("crowd").key
    port, body = sluice.gateway_port, json.dumps(chat("crowd", stream=True)).encode()
    memory = Memory(sluice.process)
    with Connection(port) as connection:
        connection.send(post(chat("crowd"), key))
        assert connection.answer()[0] == 200
    sizes, opened = [memory.now()], []
    try:
        for kind in (lambda: open_streams(port, post(body, key)), lambda: open_http2(port, body, key)):
            opened += kind()
            time.sleep(REST)
            sizes.append(memory.now())
        assert sluice.metric("sluice_gateway_in_flight") == COUNT
        each = [(after - before) // (COUNT // 2) for before, after in zip(sizes, sizes[1:])]
        print(
            f"\n{COUNT} open streams that rest: {sizes[-1] >> 20} MiB in all, {sizes[0] >> 20} MiB before; {each[0]} bytes for "
            f"one on a connection of its own, {each[1]} for one of HTTP/2")
        assert not IS_FULL or sizes[-1] <= BOUND
    finally:
        for connection in opened:
            connection.socket.shutdown(socket.SHUT_RDWR)
            connection.socket.close()
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0, 30, "the end of all streams")
