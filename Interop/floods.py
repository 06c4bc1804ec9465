"""Floods of HTTP/2, each on one connection: what a client sends that wants to keep others out.

    python -m floods NAME PORT KEY SECONDS

makes one again and again for so long, each time on a connection of its own, and says how often it was cut.
"""

import os
import struct
import sys
import time

import http2


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


def again_and_again(flood, port, key, seconds):
    """How often the flood was made, and cut."""
    count, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        with http2.Connection(port) as connection:
            flood(connection, key)
            connection.cut()
            assert connection.is_closed
        count += 1
    return count


if __name__ == "__main__":
    # It has a machine of its own, and shall not take the gateway's and an honest client's.
    os.nice(10)
    chosen = next(flood for flood, _ in FLOODS if flood.__name__ == sys.argv[1])
    print(again_and_again(chosen, int(sys.argv[2]), sys.argv[3], float(sys.argv[4])))
