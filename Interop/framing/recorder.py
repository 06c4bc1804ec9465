"""An upstream that keeps each request's bytes and knows no more of HTTP than what the gateway has to send."""

import asyncio
import re

ANSWER_BODY = (
    b'{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"x"},'
    b'"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}')
ANSWER_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
ANSWER = ANSWER_HEAD % len(ANSWER_BODY) + ANSWER_BODY
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.IGNORECASE)


class Recorder(asyncio.Protocol):
    """One connection of it. Bytes that are no whole request with one length are kept in `odd`."""

    requests: list
    odd: list

    def __init__(self, requests, odd):
        self.requests, self.odd, self.buffer = requests, odd, b""

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.buffer += data
        while (head := self.buffer.find(b"\r\n\r\n") + 4) > 3:
            lengths = LENGTH.findall(self.buffer[:head])
            if len(lengths) != 1:
                self.transport.close()
                return
            end = head + int(lengths[0])
            if len(self.buffer) < end:
                return
            self.requests.append(self.buffer[:end])
            self.buffer = self.buffer[end:]
            self.transport.write(ANSWER)

    def connection_lost(self, _):
        if self.buffer:
            self.odd.append(self.buffer)
