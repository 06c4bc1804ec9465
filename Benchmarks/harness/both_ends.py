"""Client and upstream in one hand: what one end does and what the other sees are times of one clock in one thread."""

from __future__ import annotations

import select
import socket
import struct
import time

from harness.processes import Server
from harness.scenarios import KINDS

HEAD_OF_STREAM = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Accel-Buffering: no\r\n"
                  b"Transfer-Encoding: chunked\r\n\r\n")
END_OF_STREAM = b"0\r\n\r\n"
SECONDS = 5.0


class NotSeen(Exception):
    """What one end did never came to the other."""


def event(number: int) -> bytes:
    """One event of a stream, as a chunk."""
    data = ('data: {"id":"chatcmpl-bench","object":"chat.completion.chunk","created":1767225600,'
            '"model":"bench-model-at-upstream","choices":[{"index":0,"delta":{"content":"piece %d "},'
            '"finish_reason":null}]}\n\n' % number).encode()
    return b"%x\r\n%s\r\n" % (len(data), data)


class BothEnds:
    """The upstream's listener, and the connections of the client and of the upstream for one request at a time."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.client: socket.socket | None = None
        self.upstream: socket.socket | None = None

    def __enter__(self) -> BothEnds:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()
        self.listener.close()

    def drop(self) -> None:
        for end in (self.client, self.upstream):
            if end:
                end.close()
        self.client = self.upstream = None

    def ask(self, port: int, key: str) -> float:
        """The client asks for a stream; returns when it did. An open connection is used again."""
        if not self.client:
            self.client = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
            self.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        body = KINDS["stream"].body()
        request = (f"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n"
                   f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body
        began = time.monotonic()
        self.client.sendall(request)
        return began

    def take(self) -> float:
        """The upstream has the whole request; returns when. The client may be told of a failure instead."""
        until = time.monotonic() + SECONDS
        received = b""
        while not self.is_whole(received):
            watched = [end for end in (self.listener, self.upstream, self.client) if end]
            ready, _, _ = select.select(watched, [], [], max(0.0, until - time.monotonic()))
            if not ready:
                raise NotSeen("the request did not come to the upstream")
            if self.client in ready:
                raise NotSeen(f"the client was answered: {self.client.recv(300)!r}")
            if self.upstream in ready:
                data = self.upstream.recv(65536)
                received += data
                if not data:
                    self.upstream.close()
                    self.upstream, received = None, b""
            elif self.listener in ready:
                if self.upstream:
                    self.upstream.close()
                self.upstream, received = self.listener.accept()[0], b""
                self.upstream.settimeout(SECONDS)
                self.upstream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return time.monotonic()

    @staticmethod
    def is_whole(received: bytes) -> bool:
        head, mark, body = received.partition(b"\r\n\r\n")
        if not mark:
            return False
        lengths = [line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
        return len(body) >= int(lengths[0]) if lengths else body.endswith(END_OF_STREAM)

    def read_until(self, mark: bytes) -> float:
        """The client has read up to a mark; returns when."""
        received = b""
        while mark not in received:
            if not (data := self.client.recv(65536)):
                raise NotSeen(f"the answer ended after {received[-100:]!r}")
            received += data
        return time.monotonic()

    def leave(self, abruptly: bool) -> float:
        """The client goes, in order or with a reset; returns when."""
        if abruptly:
            self.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        began = time.monotonic()
        self.client.close()
        self.client = None
        return began

    def wait_for_end(self) -> float | None:
        """When the upstream saw that nobody waits any more, or nothing if it did not."""
        try:
            while self.upstream.recv(65536):
                pass
        except TimeoutError:
            return None
        except ConnectionError:
            pass
        return time.monotonic()


def until_taken(ends: BothEnds, server: Server) -> None:
    """Asks until a server that has just been started passes a request on."""
    until = time.monotonic() + 20
    while True:
        try:
            ends.ask(server.port, server.key)
            ends.take()
            return
        except (OSError, NotSeen) as fault:
            if time.monotonic() > until:
                raise NotSeen(f"{server.name} passes nothing on: {fault}") from fault
            time.sleep(0.01)
        finally:
            ends.drop()
