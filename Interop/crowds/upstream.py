"""An upstream that serves many at once: plain answers, streams without end, and streams that rest after one event.

    python -m crowds.upstream

The port stands on standard output. A stream's kind is the first word of its last message: `flood`, or anything else.
"""

import json
import os
import select
import socket

EVENT = b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":' \
    b'{"content":"%s"},"finish_reason":null}]}\n\n'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
PLAIN = (
    b'{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant",'
    b'"content":"x"},"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}')
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(PLAIN), PLAIN)


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


FLOOD = memoryview(chunk(EVENT % (b"x" * 1_000)) * 64)


class Client:
    """One connection of the gateway's: what has come of a request, and where in the flood it is."""

    def __init__(self, connection):
        self.socket, self.received, self.at, self.floods = connection, b"", 0, False
        connection.setblocking(False)
        # What a client does not read shall wait in the gateway, not here.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 32 << 10)

    def read(self):
        """Answers what has come whole. False at the end."""
        data = self.socket.recv(1 << 16)
        self.received += data
        head = self.received.find(b"\r\n\r\n") + 4
        if head > 3:
            length = int(self.received[:head].lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            if len(self.received) >= head + length:
                self.answer(json.loads(self.received[head:head + length]))
                self.received = self.received[head + length:]
        return bool(data)

    def answer(self, request):
        if not request.get("stream"):
            self.socket.send(ANSWER)
        elif request["messages"][-1]["content"].startswith("flood"):
            self.floods = True
            self.socket.send(HEAD)
        else:
            self.socket.send(HEAD + chunk(EVENT % b"x"))

    def write(self):
        while True:
            self.at = (self.at + self.socket.send(FLOOD[self.at:])) % len(FLOOD)


def serve(listener):
    """Until the process is ended."""
    poll, clients = select.epoll(), {}
    poll.register(listener, select.EPOLLIN)
    while True:
        for number, _ in poll.poll():
            if number == listener.fileno():
                client = Client(listener.accept()[0])
                clients[client.socket.fileno()] = client
                poll.register(client.socket, select.EPOLLIN)
                continue
            client = clients[number]
            try:
                if client.floods:
                    client.write()
                elif not client.read():
                    raise ConnectionResetError
                elif client.floods:
                    poll.modify(client.socket, select.EPOLLOUT)
            except BlockingIOError:
                pass
            except ConnectionError:
                poll.unregister(client.socket)
                clients.pop(number).socket.close()


if __name__ == "__main__":
    os.nice(10)
    with socket.create_server(("127.0.0.1", 0), backlog=4096) as server:
        print(server.getsockname()[1], flush=True)
        serve(server)
