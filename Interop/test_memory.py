"""How much memory a caller can take: that of what it has sent, and never of what it says that it will send."""

import json
import pathlib
import threading

from raw import Connection, chat, post

MEBIBYTE = 1024 * 1024
SIZE = 8 * MEBIBYTE
# The allocator's own, and what a first large request brings in.
SLACK = 6 * MEBIBYTE


class Memory:
    """The resident memory of a process, now and at its most since `forget`."""

    def __init__(self, process):
        self.folder = pathlib.Path(f"/proc/{process.pid}")

    def _line(self, name):
        for line in (self.folder / "status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
        raise LookupError(name)

    def now(self):
        return self._line("VmRSS:")

    def most(self):
        return self._line("VmHWM:")

    def forget(self):
        (self.folder / "clear_refs").write_text("5")


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
