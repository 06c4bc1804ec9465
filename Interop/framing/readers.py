"""How other programs read the same bytes: nginx, HAProxy, node's http, and h11, which is strict Python."""

import asyncio
import json
import re
import shutil
import socket
from typing import NamedTuple

import h11

from processes import Process, free_port

# What proxies pass on, they have read: a node behind them takes a request of HTTP/1.0 without Host from them.
NODE = """
const http = require('http');
const tell = (request, response) => {
  const pieces = [];
  request.on('data', piece => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces).toString('latin1');
    const answer = Buffer.from(JSON.stringify([request.method, request.url, request.headers.host || '', body]));
    response.writeHead(200, {'content-length': answer.length});
    response.end(answer);
  });
};
const options = {maxRequestsPerSocket: 0, keepAliveTimeout: 60000};
http.createServer(options, tell).listen(%(port)d, '127.0.0.1');
http.createServer({...options, requireHostHeader: false}, tell).listen(%(behind)d, '127.0.0.1');
"""
NGINX = """
daemon off; worker_processes 1; pid %(folder)s/nginx.pid; error_log %(folder)s/nginx-error.log;
events { worker_connections 256; }
http {
  access_log off; client_body_temp_path %(folder)s; proxy_temp_path %(folder)s; fastcgi_temp_path %(folder)s;
  uwsgi_temp_path %(folder)s; scgi_temp_path %(folder)s;
  upstream node { server 127.0.0.1:%(behind)d; keepalive 16; }
  server {
    listen 127.0.0.1:%(port)d; keepalive_requests 10000000; client_max_body_size 20m; merge_slashes off;
    location / {
      proxy_pass http://node; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Host $http_host;
    }
  }
}
"""
HAPROXY = """
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
frontend f
  bind 127.0.0.1:%(port)d
  default_backend b
backend b
  server node 127.0.0.1:%(behind)d
"""


# After these the connection ends, so that nothing is sent behind them.
LAST = re.compile(rb"^(?:\r\n)?[^\r\n]* HTTP/1\.0\r\n|\r\nconnection:[^\r\n]*close", re.IGNORECASE)
BATCH = 100


class Reading(NamedTuple):
    """What one program takes a request for."""

    method: bytes
    target: bytes
    host: bytes
    body: bytes

    @property
    def in_origin_form(self):
        """With a target as proxies send it on: an absolute one only repeats the host (RFC 9112 §3.2.1, §3.2.2)."""
        prefix = b"http://" + self.host
        if self.host and self.target[:len(prefix)].lower() == prefix.lower():
            return self._replace(target=self.target[len(prefix):] or b"/")
        return self


def in_python(data, most=None):
    """The requests in `data` that are whole, at most so many, each as its bytes and its reading; and whether h11 waits
    for the rest of another.

    It stops at what it refuses. Two things that a server does are done for h11, which leaves them to its caller: one
    empty line before a request is passed over (RFC 9112 §2.2), and an upgrade is not taken up (RFC 9110 §7.8).
    """
    requests = []
    while most is None or len(requests) < most:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=70_000)
        connection.receive_data(data.removeprefix(b"\r\n"))
        head, body = None, b""
        try:
            while not isinstance(event := connection.next_event(), h11.EndOfMessage):
                if isinstance(event, h11.Request):
                    host = [value for name, value in event.headers if name == b"host"]
                    head = (event.method, event.target, host[0] if host else b"")
                elif isinstance(event, h11.Data):
                    body += event.data
                else:
                    return requests, event is h11.NEED_DATA
        except h11.ProtocolError:
            return requests, False
        rest = bytes(connection.trailing_data[0])
        requests.append((data[:len(data) - len(rest)], Reading(*head, bytes(body))))
        data = rest
        if connection.their_state is h11.MUST_CLOSE:
            break
    return requests, False


def batches(messages):
    """The messages in groups that one connection can carry: none stands behind one that ends it."""
    batch = []
    for message in messages:
        batch.append(message)
        if len(batch) == BATCH or LAST.search(message[:message.index(b"\r\n\r\n", 2) + 2]):
            yield batch
            batch = []
    if batch:
        yield batch


async def read_batch(port, messages):
    """What the reader on this port makes of these messages, sent one behind the other; None for what it refuses, or does
    not answer in time, since it waits for more.
    """
    found = []
    while len(found) < len(messages):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(b"".join(messages[len(found):]))
            while len(found) < len(messages):
                head = b"HTTP/1.1 100"
                while head.startswith(b"HTTP/1.1 100"):
                    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
                if head[9:12] != b"200":
                    found.append(None)
                    break
                length = int(re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)[1])
                told = json.loads(await reader.readexactly(length))
                found.append(Reading(*(text.encode("latin-1") for text in told)))
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            found.append(None)
        finally:
            writer.close()
    return found


async def read_by_all(ports, pairs):
    """Lets the reader on each port read each message; answers with where one differs from the reading beside it."""
    async def read(name):
        slots = asyncio.Semaphore(4)

        async def one(batch):
            async with slots:
                return await read_batch(ports[name], batch)

        groups = await asyncio.gather(*(one(batch) for batch in batches(message for message, _ in pairs)))
        differences = []
        for (message, expected), found in zip(pairs, (found for group in groups for found in group), strict=True):
            # A proxy whose connection to node was just closed says 502. What it refuses, it refuses by itself too.
            for _ in range(3):
                found = found or (await read_batch(ports[name], [message]))[0]
            if found is None or found.in_origin_form != expected.in_origin_form:
                differences.append((f"{name} reads it otherwise", message, expected, found))
        return differences

    return sum(await asyncio.gather(*(read(name) for name in ports)), [])


class Readers:
    """Node, and nginx and HAProxy in front of it: whatever reaches node through them was read so by them.

    What is not installed is left out; without node, all of it.
    """

    def __init__(self, folder):
        self.processes, self.ports, self.folder = [], {}, folder
        behind, missing = free_port(), self.missing()
        if "node" in missing:
            return
        self._start("node", ["-e"], lambda port: NODE % {"port": port, "behind": behind})
        for name, options, text in (("nginx", ["-c"], NGINX), ("haproxy", ["-q", "-f"], HAPROXY)):
            if name in missing:
                continue
            self._start(name, options, lambda port, text=text: self._file(
                name, text % {"folder": folder, "port": port, "behind": behind}))

    @staticmethod
    def missing():
        return [name for name in ("node", "nginx", "haproxy") if not shutil.which(name)]

    def _file(self, name, configuration):
        file = self.folder / f"{name}.conf"
        file.write_text(configuration)
        return str(file)

    def _start(self, name, options, configure):
        port = self.ports[name] = free_port()
        process = Process([shutil.which(name), *options, configure(port)], self.folder / f"{name}.log")
        self.processes.append(process)
        process.wait_until(lambda: self._listens(port))

    @staticmethod
    def _listens(port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            return False

    def stop(self):
        for process in reversed(self.processes):
            process.stop()
