"""How much memory a caller can take: that of what it has sent, and never of what it says that it will send."""

import gzip
import json
import threading

from raw import Connection, chat, post
from watching import Memory

MEBIBYTE = 1024 * 1024
SIZE = 8 * MEBIBYTE
# The allocator's own, and what a first large request brings in.
SLACK = 6 * MEBIBYTE


def large(key):
    """A request of 8 MiB of JSON with many keys, numbers and strings: what a tree would blow up."""
    piece = [{"type": "text", "text": "x" * 40, "n": number, "deep": [[[{"a": None}]]]} for number in range(64)]
    text = json.dumps(piece)[1:-1]
    parts = ",".join([text] * (SIZE // (len(text) + 1)))
    body = json.dumps(chat("aurora"))[:-1] + f', "unread": [{parts}]}}'
    return post(body.encode(), key), len(body)


def ask(port, request):
    with Connection(port, seconds=60) as connection:
        connection.send(request)
        return connection.answer()[0]


def test_a_body_of_json_takes_at_most_twice_its_size(scripted, sluice, admitted):
    request, size = large(admitted.key)
    memory = Memory(sluice.process)
    assert ask(sluice.gateway_port, post(chat("aurora"), admitted.key)) == 200
    memory.forget()
    before = memory.now()
    assert ask(sluice.gateway_port, request) == 200
    assert memory.most() - before <= 2 * size + SLACK


def test_ten_gigabytes_that_are_announced_take_nothing(scripted, sluice, admitted):
    memory = Memory(sluice.process)
    memory.forget()
    before = memory.now()
    for key in (admitted.key, "slk_nobody00_" + "0" * 36):
        with Connection(sluice.gateway_port) as connection:
            connection.send(
                b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + key.encode()
                + b"\r\nContent-Length: 10000000000\r\n\r\n")
            assert connection.answer()[0] == 413
            assert connection.is_closed()
    assert memory.most() - before <= 2 * MEBIBYTE
    assert scripted.seen() == []


def test_large_bodies_at_once_take_no_more_than_each_by_itself(scripted, sluice, admitted):
    request, size = large(admitted.key)
    memory = Memory(sluice.process)
    memory.forget()
    before, statuses = memory.now(), []
    threads = [
        threading.Thread(target=lambda: statuses.append(ask(sluice.gateway_port, request))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 6
    assert memory.most() - before <= 6 * 2 * size + SLACK


def test_bombs_cost_what_they_weigh(scripted, sluice, admitted):
    """Nothing is unpacked: neither what a caller packed, nor what an upstream did although nobody asked for that."""
    memory, packed = Memory(sluice.process), gzip.compress(bytes(1 << 28), 9)
    assert len(packed) > MEBIBYTE // 5
    memory.forget()
    before = memory.now()
    assert ask(sluice.gateway_port, post(packed, admitted.key, fields=["Content-Encoding: gzip"])) == 415
    assert ask(sluice.gateway_port, post(chat("aurora", "script:hostile case=body-gzip-bomb"), admitted.key)) == 502
    assert memory.most() - before < 20 * MEBIBYTE
