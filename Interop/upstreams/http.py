"""One HTTP/1.1 connection, read and written by hand, so that a script can break any rule it wants to."""

import asyncio
import json
import socket
import struct
import time


# The shape of an answer by the end of the path; anything else is OpenAI's chat.
WIRES = {
    "messages": "anthropic", "messages/count_tokens": "token-count", "completions": "completions",
    "responses": "responses", "responses/compact": "compaction", "embeddings": "embeddings",
    "moderations": "moderations",
}


class PeerLeft(Exception):
    """The other side closed or reset the connection."""


class Connection:
    """Reads all the time, also while a script waits, so that it knows when the peer leaves."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.buffer = bytearray()
        self.ended = asyncio.Event()
        self.ended_at = None
        self.was_reset = False
        self.arrived = asyncio.Event()
        self.bytes_sent = 0
        self.pump = asyncio.create_task(self._pump())

    async def _pump(self):
        try:
            while data := await self.reader.read(65536):
                self.buffer += data
                self.arrived.set()
        except ConnectionError:
            self.was_reset = True
        self.ended_at = time.monotonic()
        self.ended.set()
        self.arrived.set()

    async def _more(self):
        if self.ended.is_set():
            raise PeerLeft
        self.arrived.clear()
        await self.arrived.wait()

    async def read_until(self, mark):
        while (at := self.buffer.find(mark)) < 0:
            await self._more()
        return self._take(at + len(mark))

    async def read_exactly(self, count):
        while len(self.buffer) < count:
            await self._more()
        return self._take(count)

    def _take(self, count):
        taken = bytes(self.buffer[:count])
        del self.buffer[:count]
        return taken

    async def send(self, data):
        if self.was_reset:
            raise PeerLeft
        try:
            self.writer.write(data)
            await self.writer.drain()
        except ConnectionError as error:
            raise PeerLeft from error
        self.bytes_sent += len(data)

    async def wait(self, seconds):
        """Waits, and raises PeerLeft as soon as the peer leaves."""
        try:
            await asyncio.wait_for(self.ended.wait(), seconds)
        except asyncio.TimeoutError:
            return
        raise PeerLeft

    def reset(self):
        """Closes with RST: unsent and unread data are lost on both sides."""
        sock = self.writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    def close(self):
        self.pump.cancel()
        self.writer.close()


class Exchange:
    """One request and the means to answer it."""

    def __init__(self, connection, number, head, body):
        self.connection = connection
        self.head, self.body = head, body
        self.started = time.monotonic()
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.path, _ = (lines[0].split(" ", 2) + ["", ""])[:3]
        fields = [line.partition(":") for line in lines[1:] if line]
        self.headers = [(name.strip().lower(), value.strip()) for name, _, value in fields]
        try:
            self.json = json.loads(body) if body else {}
        except ValueError:
            self.json = {}
        if not isinstance(self.json, dict):
            self.json = {}
        self.wire = WIRES.get(self.path.split("?")[0].removeprefix("/v1/"), "openai")
        self.streams = self.json.get("stream") is True
        self.keeps_alive = True
        self.record = {
            "connection": number,
            "method": self.method,
            "path": self.path,
            "head": head.decode("latin-1"),
            "headers": self.headers,
            "body": body.decode("utf-8", "replace"),
            "wire": self.wire,
            "script": None,
            "bytes_sent": 0,
            "finished": False,
            "peer_closed": False,
            "peer_closed_after_ms": None,
            "peer_closed_at": None,
            "peer_reset": False,
        }

    def header(self, name):
        return next((value for header, value in self.headers if header == name), None)

    async def send(self, data):
        await self.connection.send(data)
        self.record["bytes_sent"] += len(data)

    async def wait(self, seconds):
        await self.connection.wait(seconds)

    async def open(self, status, headers):
        await self.send(head_bytes(status, headers))

    async def whole(self, status, body, content_type="application/json", headers=(), then=b""):
        """A plain answer with a true Content-Length, and in the same write what comes `then`."""
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        fields = [("Content-Type", content_type), ("Content-Length", str(len(body))), *headers]
        await self.send(head_bytes(status, fields) + body + then)

    async def open_stream(self, headers=()):
        fields = [("Content-Type", "text/event-stream"), ("Transfer-Encoding", "chunked"), *headers]
        await self.send(head_bytes("200 OK", fields))

    async def chunk(self, data):
        await self.send(b"%x\r\n%s\r\n" % (len(data), data))

    async def close_stream(self):
        await self.send(b"0\r\n\r\n")

    def hang_up(self):
        self.keeps_alive = False

    def reset(self):
        self.keeps_alive = False
        self.connection.reset()

    def note_end(self, finished):
        """Fills in how the exchange ended; called when the script is over or the peer has left."""
        self.record["finished"] = finished
        if self.connection.ended.is_set() and not finished:
            self.record["peer_closed"] = True
            self.record["peer_reset"] = self.connection.was_reset
            self.record["peer_closed_at"] = self.connection.ended_at
            self.record["peer_closed_after_ms"] = round((self.connection.ended_at - self.started) * 1000, 1)


def head_bytes(status, headers):
    lines = [f"HTTP/1.1 {status}"] + [f"{name}: {value}" for name, value in headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def read_exchange(connection, number):
    """The next request of the connection; PeerLeft if there is none."""
    head = await connection.read_until(b"\r\n\r\n")
    fields = [line.partition(b":") for line in head.split(b"\r\n")[1:]]
    headers = {name.strip().lower(): value.strip() for name, _, value in fields}
    if b"chunked" in headers.get(b"transfer-encoding", b"").lower():
        body = b""
        while True:
            size = int((await connection.read_until(b"\r\n")).split(b";")[0], 16)
            data = await connection.read_exactly(size)
            await connection.read_exactly(2)
            if size == 0:
                break
            body += data
    else:
        body = await connection.read_exactly(int(headers.get(b"content-length", b"0")))
    return Exchange(connection, number, head, body)
