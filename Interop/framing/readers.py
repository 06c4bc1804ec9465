"""How other programs read the same bytes: nginx, HAProxy, node's http, and h11, which is strict Python."""

import asyncio
import json
import re
import shutil
import socket

import h11

from processes import Process, free_port

NODE = """
const http = require('http');
http.createServer({maxRequestsPerSocket: 0, keepAliveTimeout: 60000}, (request, response) => {
  const pieces = [];
  request.on('data', piece => pieces.push(piece));
  request.on('end', () => {
    const body = Buffer.concat(pieces).toString('latin1');
    const answer = Buffer.from(JSON.stringify([request.method, request.url, request.headers.host, body]));
    response.writeHead(200, {'content-length': answer.length});
    response.end(answer);
  });
}).listen(%d, '127.0.0.1');
"""
NGINX = """
daemon off; worker_processes 1; pid %(folder)s/nginx.pid; error_log %(folder)s/nginx-error.log;
events { worker_connections 256; }
http {
  access_log off; client_body_temp_path %(folder)s; proxy_temp_path %(folder)s; fastcgi_temp_path %(folder)s;
  uwsgi_temp_path %(folder)s; scgi_temp_path %(folder)s;
  upstream node { server 127.0.0.1:%(node)d; keepalive 16; }
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
  server node 127.0.0.1:%(node)d
"""


def in_python(data):
    """The requests in `data` that are whole, as (method, target, host, body), and whether h11 waits for a rest.

    It stops at what it refuses. Empty lines before a request are passed over (RFC 9112, 2.2), as h11 does not.
    """
    requests = []
    while True:
        while data.startswith(b"\r\n"):
            data = data[2:]
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=70_000)
        connection.receive_data(data)
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
        requests.append((*head, bytes(body)))
        data = bytes(connection.trailing_data[0])
        if connection.their_state is not h11.DONE:
            return requests, False


class Readers:
    """Node, and nginx and HAProxy in front of it: whatever reaches node through them was read so by them."""

    def __init__(self, folder):
        self.processes, self.ports = [], {}
        node = self._start("node", ["-e"], lambda port: NODE % port, folder, as_text=True)
        for name, options, text in (("nginx", ["-c"], NGINX), ("haproxy", ["-q", "-f"], HAPROXY)):
            self._start(name, options, lambda port, t=text: t % {"folder": folder, "port": port, "node": node}, folder)

    @staticmethod
    def missing():
        return [name for name in ("node", "nginx", "haproxy") if not shutil.which(name)]

    def _start(self, name, options, configure, folder, as_text=False):
        port = free_port()
        configuration = configure(port)
        if not as_text:
            file = folder / f"{name}.conf"
            file.write_text(configuration)
            configuration = str(file)
        process = Process([shutil.which(name), *options, configuration], folder / f"{name}.log")
        self.processes.append(process)
        self.ports[name] = port
        process.wait_until(lambda: self._listens(port))
        return port

    @staticmethod
    def _listens(port):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return True
        except OSError:
            return False

    async def read(self, name, requests):
        """What `name` makes of these requests, sent one behind the other on kept connections."""
        answers = []
        for start in range(0, len(requests), 200):
            part = requests[start:start + 200]
            reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[name])
            writer.write(b"".join(part))
            for _ in part:
                head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 20)
                length = int(re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)[1])
                body = await reader.readexactly(length)
                answers.append(
                    tuple(text.encode("latin-1") for text in json.loads(body)) if head[9:12] == b"200" else head)
            writer.close()
        return answers

    def stop(self):
        for process in reversed(self.processes):
            process.stop()
