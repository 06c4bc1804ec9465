"""HTTP/2 as frames: for what no client library would send. Only the compression of heads is a library's."""

import contextlib
import socket
import ssl
import struct

import hpack

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, ACK, END_HEADERS = 1, 1, 4
NO_ERROR, PROTOCOL_ERROR, CANCEL, ENHANCE_YOUR_CALM = 0, 1, 8, 11
INITIAL_WINDOW_SIZE = 4
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack("!I", len(payload))[1:] + bytes([kind, flags]) + struct.pack("!I", stream) + payload


class Stream:
    """What came of one stream so far."""

    def __init__(self):
        self.head, self.body, self.has_ended, self.reset = None, b"", False, None
        # How many bytes of content may be sent yet.
        self.window = 65535

    @property
    def status(self):
        return int(self.head[":status"]) if self.head else None


class Connection:
    """A blocking connection. It sends what it is told, acknowledges settings, and never updates a window by itself."""

    def __init__(self, port, seconds=10.0, context=None, settings=b"", settles=True):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=seconds)
        if context:
            self.socket = context.wrap_socket(self.socket, server_hostname="localhost")
        self.buffer, self.streams, self.next = b"", {}, 1
        self.goaways, self.is_closed, self.has_settled = [], False, False
        self.encoder, self.decoder = hpack.Encoder(), hpack.Decoder()
        self.send(PREFACE + frame(SETTINGS, payload=settings))
        # The server's bounds hold from our acknowledgement on.
        if settles:
            self.read_until(lambda: self.has_settled)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        """Sends; a connection that was given up takes no more, which is no failure of the test."""
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            self.socket.sendall(data)

    def head(self, key=None, path="/v1/chat/completions", method="POST", fields=(), authority="gateway.example"):
        lines = [(":method", method), (":scheme", "http"), (":authority", authority), (":path", path)]
        return self.encoder.encode(lines + ([("authorization", f"Bearer {key}")] if key else []) + list(fields))

    def begin(self, block, ends=False):
        """Opens a stream with a head; answers its number."""
        stream, self.next = self.next, self.next + 2
        self.streams[stream] = Stream()
        self.send(frame(HEADERS, END_HEADERS | (END_STREAM if ends else 0), stream, block))
        return stream

    def post(self, body, key, **options):
        stream = self.begin(self.head(key, **options))
        self.send(frame(DATA, END_STREAM, stream, body))
        return stream

    def content(self, stream, data, ends=True):
        """Sends content as the windows allow."""
        whole, own = self.streams.setdefault(0, Stream()), self.streams[stream]
        while data:
            size = min(len(data), 16_000, whole.window, own.window)
            if not size:
                assert self.read(), self.goaways
                continue
            whole.window, own.window = whole.window - size, own.window - size
            self.send(frame(DATA, END_STREAM if ends and size == len(data) else 0, stream, data[:size]))
            data = data[size:]

    def update(self, stream, bytes):
        self.send(frame(WINDOW_UPDATE, stream=stream, payload=struct.pack("!I", bytes)))

    def read(self):
        """Reads one frame and keeps what it says. False at the connection's end."""
        try:
            while len(self.buffer) < 9 or len(self.buffer) < 9 + int.from_bytes(self.buffer[:3]):
                data = self.socket.recv(65536)
                if not data:
                    raise ConnectionResetError
                self.buffer += data
        except (ConnectionError, ssl.SSLError):
            self.is_closed = True
            return False
        length, kind, flags = int.from_bytes(self.buffer[:3]), self.buffer[3], self.buffer[4]
        number = int.from_bytes(self.buffer[5:9]) & 0x7FFFFFFF
        payload, self.buffer = self.buffer[9:9 + length], self.buffer[9 + length:]
        stream = self.streams.setdefault(number, Stream())
        if kind == HEADERS:
            stream.head = dict(self.decoder.decode(payload))
        if kind == DATA:
            stream.body += payload
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            stream.has_ended = True
        if kind == WINDOW_UPDATE:
            stream.window += int.from_bytes(payload)
        if kind == RST_STREAM:
            stream.reset = int.from_bytes(payload)
        if kind == GOAWAY:
            self.goaways.append((int.from_bytes(payload[:4]), int.from_bytes(payload[4:8])))
        if kind == SETTINGS and not flags & ACK:
            self.send(frame(SETTINGS, ACK))
            self.has_settled = True
        return True

    def read_until(self, condition, seconds=10.0):
        """Reads until `condition()` is true; False if the connection ends first. TimeoutError if neither comes."""
        self.socket.settimeout(seconds)
        while not condition():
            if not self.read():
                return bool(condition())
        return True

    def answer(self, stream, seconds=10.0):
        """The stream, once it has ended or was reset."""
        one = self.streams[stream]
        assert self.read_until(lambda: one.has_ended or one.reset is not None, seconds), self.goaways
        return one

    def cut(self, seconds=10.0):
        """The code of the GOAWAY with which the connection was ended; None if it ended without one."""
        self.read_until(lambda: self.is_closed, seconds)
        return self.goaways[-1][1] if self.goaways else None
