"""Slow clients in one process: those that send a byte now and then, and those that do not read.

    python -m crowds.slow {sends|reads} PORT COUNT SECONDS < FIRST

Each sends the bytes of the input. Then `sends` adds a letter once a second or so, and `reads` reads nothing. When all were
cut, or after so many seconds, a line of JSON says how long the last one was kept, and how many were not cut.
"""

import json
import os
import select
import socket
import sys
import time

# How many are opened, or sent to, before others have their turn.
GROUP, PAUSE = 4, 0.01


class Client:
    def __init__(self, port, first):
        self.socket = socket.socket()
        # What is not read is then held by the other side.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 10)
        self.socket.connect(("127.0.0.1", port))
        self.began = time.monotonic()
        self.socket.sendall(first)
        self.socket.setblocking(False)

    def drip(self):
        try:
            self.socket.send(b"a")
        except OSError:
            pass  # it was cut, and is about to be told so


def crowd(kind, port, count, seconds, first):
    poll, clients, opened, place = select.epoll(), {}, [], 0
    longest, until = 0.0, time.monotonic() + seconds
    while time.monotonic() < until and (len(opened) < count or clients):
        for _ in range(min(count - len(opened), GROUP)):
            client = Client(port, first)
            clients[client.socket.fileno()] = client
            # Who reads nothing is told of a reset all the same.
            poll.register(client.socket, select.EPOLLIN if kind == "sends" else 0)
            opened.append(client)
        if kind == "sends":
            group = opened[place:place + max(GROUP, count // 100)]
            place = place + len(group) if group else 0
            for client in group:
                client.drip()
        time.sleep(PAUSE)
        for number, _ in poll.poll(0):
            client = clients.pop(number)
            poll.unregister(client.socket)
            longest = max(longest, time.monotonic() - client.began)
            client.socket.close()
    return {"longest": round(longest, 2), "left": count - len(opened) + len(clients)}


if __name__ == "__main__":
    # They have machines of their own, and shall not take the gateway's and an honest client's.
    os.nice(10)
    print(json.dumps(crowd(
        sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), sys.stdin.buffer.read())))
