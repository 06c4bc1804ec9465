"""A load of an exact number of requests, where wrk knows only of times: what counts of instructions need."""

from __future__ import annotations

import re
import socket
from pathlib import Path

from harness.processes import Server

LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
USERS = 1000


class Cut(Exception):
    """An answer was not whole, or not 200."""


class Caller:
    """One kept-alive connection."""

    def __init__(self, port: int, seconds: float) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def receive(self) -> None:
        """Reads one answer to its end: by its length, or to the last chunk."""
        while b"\r\n\r\n" not in self.buffer:
            self.more()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 200"):
            raise Cut(f"the answer is {head[:200]!r}")
        if length := LENGTH.search(head + b"\r\n"):
            while len(self.buffer) < int(length.group(1)):
                self.more()
            self.buffer = self.buffer[int(length.group(1)):]
            return
        # A stream in this benchmark never has this end of the last chunk within an event.
        while not self.buffer.endswith(b"\r\n0\r\n\r\n") and self.buffer != b"0\r\n\r\n":
            self.more()
        self.buffer = b""

    def more(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise Cut("the connection was closed within an answer")
        self.buffer += data


class Rounds:
    """Connections that ask all at once, and again when each of them was answered."""

    def __init__(self, server: Server, body: Path, connections: int, seconds: float = 120) -> None:
        content = body.read_bytes()
        self.requests = [
            (f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
             f"X-Sluice-Account: user-{user:04}\r\nContent-Type: application/json\r\nAccept: application/json\r\n"
             f"Authorization: Bearer {server.key}\r\nContent-Length: {len(content)}\r\n\r\n").encode() + content
            for user in range(1, USERS + 1)]
        self.callers = [Caller(server.port, seconds) for _ in range(connections)]
        self.sent = 0

    def run(self, requests: int) -> int:
        """Sends this many, rounded up to whole rounds; returns how many they were."""
        rounds = -(-requests // len(self.callers))
        for _ in range(rounds):
            for caller in self.callers:
                caller.socket.sendall(self.requests[self.sent % USERS])
                self.sent += 1
            for caller in self.callers:
                caller.receive()
        return rounds * len(self.callers)

    def __enter__(self) -> Rounds:
        return self

    def __exit__(self, *_: object) -> None:
        for caller in self.callers:
            caller.socket.close()
