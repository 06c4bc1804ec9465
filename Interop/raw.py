"""Requests as bytes: for what no HTTP library would send, and for load that no SDK could make."""

import asyncio
import json
import socket


def post(body, key, path="/v1/chat/completions", fields=()):
    """A whole, valid request as bytes."""
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    lines = [
        f"POST {path} HTTP/1.1", "Host: gateway.example", f"Authorization: Bearer {key}",
        "Content-Type: application/json", f"Content-Length: {len(body)}", *fields,
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def chat(model, text="hello", **fields):
    return {"model": model, "messages": [{"role": "user", "content": text}], **fields}


class Connection:
    """A blocking socket that reads HTTP answers with a length, with chunks, or until the end."""

    def __init__(self, port, seconds=10.0):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def _more(self):
        data = self.socket.recv(65536)
        self.buffer += data
        return bool(data)

    def read_until(self, mark):
        while mark not in self.buffer:
            if not self._more():
                raise EOFError(self.buffer)
        at = self.buffer.index(mark) + len(mark)
        taken, self.buffer = self.buffer[:at], self.buffer[at:]
        return taken

    def read_exactly(self, count):
        while len(self.buffer) < count:
            if not self._more():
                raise EOFError(self.buffer)
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def answer(self):
        """The next answer: status, fields by lower-case name, body."""
        head = self.read_until(b"\r\n\r\n").decode("latin-1")
        lines = head.split("\r\n")
        status = int(lines[0].split(" ")[1])
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if status < 200:
            return status, fields, b""
        if fields.get("transfer-encoding") == "chunked":
            body = b""
            while size := int(self.read_until(b"\r\n"), 16):
                body += self.read_exactly(size)
                self.read_exactly(2)
            self.read_exactly(2)
        else:
            body = self.read_exactly(int(fields.get("content-length", "0")))
        return status, fields, body

    def is_closed(self, seconds=3.0):
        """Whether the other side ends the connection, without another byte, in time."""
        self.socket.settimeout(seconds)
        try:
            return self.buffer == b"" and self.socket.recv(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def reset(self):
        """Goes without a word, and with RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        self.socket.close()


class AsyncConnection:
    """The same for load: a kept connection on asyncio streams."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port):
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def ask(self, request):
        """Sends one request and reads its answer to the end."""
        self.writer.write(request)
        status, fields = await self.head()
        return status, fields, await self.body(fields)

    async def head(self):
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        lines = head.split("\r\n")
        fields = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        return int(lines[0].split(" ")[1]), fields

    async def body(self, fields):
        if fields.get("transfer-encoding") != "chunked":
            return await self.reader.readexactly(int(fields.get("content-length", "0")))
        body = b""
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            body += await self.reader.readexactly(size)
            await self.reader.readexactly(2)
        await self.reader.readexactly(2)
        return body

    def close(self):
        self.writer.close()

    def abort(self):
        self.writer.transport.abort()
