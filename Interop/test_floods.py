"""Floods of HTTP/2: who makes one is cut, and others are answered meanwhile."""

import json
import struct
import time

import pytest

import http2
import raw
from processes import eventually
from raw import chat, post

BODY = json.dumps(chat("aurora")).encode()


def crowd(connection, frame, count=20_000):
    """Many frames in large writes, until they are not taken any more."""
    for _ in range(count // 500):
        connection.send(frame * 500)


def rapid_reset(connection, key):
    for _ in range(3_000):
        stream = connection.begin(connection.head(key), ends=True)
        connection.send(http2.frame(http2.RST_STREAM, stream=stream, payload=b"\0\0\0\x08"))


def made_to_reset(connection, key):
    """Requests that we have to reset, so that the client sends no reset of its own."""
    for _ in range(3_000):
        connection.begin(connection.encoder.encode([(":method", "POST")]), ends=True)


def continuations(connection, key):
    connection.send(http2.frame(http2.HEADERS, 0, 1, connection.head(key)))
    crowd(connection, http2.frame(http2.CONTINUATION, 0, 1, b"\0\1a\1b"))


def bomb(connection, key):
    """One field of 4,000 bytes in the table, named 4,000 times: 16 MB of head in some kilobytes."""
    block = connection.encoder.encode([(":method", "POST")]) + b"\x40\x01a\x7f\xa1\x1e" + b"b" * 4_000 + b"\xbe" * 4_000
    connection.send(http2.frame(http2.HEADERS, 5, 1, block))


def huge_head(connection, key):
    block = connection.head(key, fields=[(f"x-{number}", "y" * 2_000) for number in range(60)])
    connection.send(http2.frame(http2.HEADERS, 0, 1, block[:16_000]))
    for at in range(16_000, len(block), 16_000):
        connection.send(http2.frame(http2.CONTINUATION, 0, 1, block[at:at + 16_000]))


def settings(connection, key):
    crowd(connection, http2.frame(http2.SETTINGS, payload=struct.pack("!HI", http2.INITIAL_WINDOW_SIZE, 65535)))


def pings(connection, key):
    crowd(connection, http2.frame(http2.PING, payload=b"12345678"))


def priorities(connection, key):
    crowd(connection, http2.frame(http2.PRIORITY, stream=1, payload=b"\0\0\0\3\1"))


def window_updates(connection, key):
    crowd(connection, http2.frame(http2.WINDOW_UPDATE, payload=b"\0\0\0\1"))


def unknown_frames(connection, key):
    crowd(connection, http2.frame(0xFA, payload=b"x"))


def empty_data(connection, key):
    stream = connection.begin(connection.head(key))
    crowd(connection, http2.frame(http2.DATA, 0, stream))


def crumbs_of_data(connection, key):
    stream = connection.begin(connection.head(key))
    crowd(connection, http2.frame(http2.DATA, 0, stream, b"x"))


def streams(connection, key):
    """More open requests than may be."""
    for _ in range(2_000):
        connection.begin(connection.head(key))


FLOODS = [
    (rapid_reset, http2.ENHANCE_YOUR_CALM), (made_to_reset, http2.ENHANCE_YOUR_CALM),
    (continuations, http2.ENHANCE_YOUR_CALM), (bomb, None), (huge_head, None), (settings, http2.ENHANCE_YOUR_CALM),
    (pings, http2.ENHANCE_YOUR_CALM), (priorities, http2.ENHANCE_YOUR_CALM), (window_updates, http2.ENHANCE_YOUR_CALM),
    (unknown_frames, http2.ENHANCE_YOUR_CALM), (empty_data, http2.ENHANCE_YOUR_CALM),
    (crumbs_of_data, http2.ENHANCE_YOUR_CALM), (streams, http2.PROTOCOL_ERROR),
]


@pytest.mark.parametrize(("flood", "code"), FLOODS, ids=[flood.__name__ for flood, _ in FLOODS])
def test_a_flood_is_cut_and_others_are_answered(scripted, sluice, admitted, flood, code):
    with http2.Connection(sluice.gateway_port) as victim, http2.Connection(sluice.gateway_port) as attacker:
        slow = victim.post(json.dumps(chat("aurora", "script:slow-tokens count=30 delay=0.02", stream=True)).encode(), admitted.key)
        victim.read_until(lambda: victim.streams[slow].body)
        flood(attacker, admitted.key)
        began = time.monotonic()
        assert victim.answer(victim.post(BODY, admitted.key)).status == 200
        assert time.monotonic() - began < 2, "an honest request waited for the flood"
        assert victim.answer(slow).body.endswith(b"data: [DONE]\n\n"), "an honest stream was cut"
        said = attacker.cut()
        assert attacker.is_closed
        # Where none is given, any fault of the connection may be named: what a head is made of decides which.
        assert said == code if code is not None else said
    with raw.Connection(sluice.gateway_port) as connection:
        connection.send(post(chat("aurora"), admitted.key))
        assert connection.answer()[0] == 200
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0)


def test_as_many_streams_as_may_be_are_answered(scripted, sluice, admitted):
    with http2.Connection(sluice.gateway_port) as connection:
        slow = json.dumps(chat("aurora", "script:slow-plain delay=0.3")).encode()
        connection.update(0, 1 << 20)
        for _ in range(2):
            opened = [connection.begin(connection.head(admitted.key)) for _ in range(100)]
            for stream in opened:
                connection.send(http2.frame(http2.DATA, http2.END_STREAM, stream, slow))
            assert [connection.answer(stream).status for stream in opened] == [200] * 100
