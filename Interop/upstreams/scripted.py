"""An upstream that does what the request tells it to, also what no server should do.

    python -m upstreams.scripted [--port 0] [--side-port 0] [--certificate FILE --key FILE]

A request names its script by its model, or by its last user message: `script:NAME option=value …`, which wins.
Anything else gets the script `ok`. The side port tells what was seen, as it stood at that moment:

    GET  /__seen      every request with head, body, script, and whether and when the peer closed
    POST /__reset     forgets them
    GET  /__scripts   the names of all scripts
    GET  /__names     the server names that TLS clients asked for, oldest first; null for none

Nothing but the standard library is used. When both ports are open, one line of JSON says so on standard output.
"""

import argparse
import asyncio
import itertools
import json
import signal
import ssl

from . import hostile, wire  # noqa: F401  (hostile adds its script)
from .http import Connection, PeerLeft, head_bytes, read_exchange
from .scripts import SCRIPTS


class ScriptedUpstream:
    def __init__(self):
        self.seen = []
        # Answers of the Responses API by their identifiers, with what they answer.
        self.kept = {}
        self.names = []
        self.numbers = itertools.count(1)

    async def serve_connection(self, reader, writer):
        connection = Connection(reader, writer)
        number = next(self.numbers)
        try:
            while True:
                exchange = await read_exchange(connection, number)
                self.seen.append(exchange.record)
                await self.answer(exchange)
                if not exchange.keeps_alive:
                    break
        except (PeerLeft, ValueError, asyncio.IncompleteReadError):
            pass
        finally:
            connection.close()

    async def answer(self, exchange):
        if exchange.path.startswith("/v1/responses/") and exchange.wire != "compaction":
            await self.answer_kept(exchange)
            exchange.note_end(True)
            return
        if exchange.method == "GET":
            kind = "anthropic" if exchange.header("anthropic-version") else "openai"
            await exchange.whole("200 OK", wire.models(kind))
            exchange.note_end(True)
            return
        exchange.kept = self.kept
        name, options = chosen_script(exchange.json)
        exchange.record["script"] = name
        running = asyncio.create_task(SCRIPTS[name](exchange, options))
        leaving = asyncio.create_task(exchange.connection.ended.wait())
        try:
            # A peer that leaves is written down at once, whatever the script is doing.
            await asyncio.wait([running, leaving], return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                exchange.note_end(False)
            await running
            exchange.note_end(True)
        except PeerLeft:
            exchange.note_end(False)
            raise
        finally:
            running.cancel()
            leaving.cancel()

    async def answer_kept(self, exchange):
        """What is asked about an answer that is kept: GET, DELETE, POST …/cancel, GET …/input_items."""
        path, _, query = exchange.path.partition("?")
        identifier, _, rest = path.removeprefix("/v1/responses/").partition("/")
        if identifier not in self.kept:
            await exchange.whole(
                "404 Not Found", wire.error("openai", 404, "invalid_request_error", f"no response {identifier}"))
            return
        answer, request = self.kept[identifier]
        if exchange.method == "DELETE":
            del self.kept[identifier]
            await exchange.whole("200 OK", {"id": identifier, "object": "response", "deleted": True})
        elif rest == "cancel":
            await exchange.whole("200 OK", answer | {"status": "cancelled"})
        elif rest == "input_items":
            item = {
                "id": "msg_input", "type": "message", "role": "user", "status": "completed",
                "content": [{"type": "input_text", "text": str(request.get("input"))}],
            }
            await exchange.whole("200 OK", {
                "object": "list", "data": [item], "first_id": "msg_input", "last_id": "msg_input", "has_more": False})
        elif "stream=true" in query:
            await exchange.open_stream()
            for event in wire.response_events(answer):
                await exchange.chunk(event)
            await exchange.close_stream()
        else:
            await exchange.whole("200 OK", answer)

    async def serve_side(self, reader, writer):
        try:
            request = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[:2]
            if request == [b"POST", b"/__reset"]:
                self.seen.clear()
                answer = {"reset": True}
            elif request == [b"GET", b"/__scripts"]:
                answer = sorted(SCRIPTS)
            elif request == [b"GET", b"/__seen"]:
                answer = self.seen
            elif request == [b"GET", b"/__names"]:
                answer = self.names
            else:
                answer = {"error": "GET /__seen, GET /__scripts, GET /__names or POST /__reset"}
            body = json.dumps(answer).encode()
            fields = [("Content-Type", "application/json"), ("Content-Length", len(body)), ("Connection", "close")]
            writer.write(head_bytes("200 OK", fields) + body)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def chosen_script(body):
    """The script that the request asks for, and its options."""
    said = body.get("messages") or body.get("input") or body.get("prompt") or []
    if isinstance(said, str):
        said = [{"role": "user", "content": said}]
    users = [m for m in said if isinstance(m, dict) and m.get("role") == "user"]
    text = users[-1].get("content") if users else ""
    if isinstance(text, list):
        text = "".join(part.get("text", "") for part in text if isinstance(part, dict))
    first, *rest = text.split() if isinstance(text, str) and text.strip() else [""]
    if first.startswith("script:"):
        name = first.removeprefix("script:")
        options = dict(part.split("=", 1) for part in rest if "=" in part)
    else:
        name, options = body.get("model"), {}
    return (name if name in SCRIPTS else "ok"), options


async def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--side-port", type=int, default=0)
    parser.add_argument("--certificate", help="the file of the certificate to speak TLS with")
    parser.add_argument("--key", help="the file of its key")
    arguments = parser.parse_args()
    upstream = ScriptedUpstream()
    tls = None
    if arguments.certificate:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(arguments.certificate, arguments.key)
        tls.sni_callback = lambda _socket, name, _context: upstream.names.append(name)
    server = await asyncio.start_server(
        upstream.serve_connection, arguments.host, arguments.port, backlog=1024, ssl=tls)
    side = await asyncio.start_server(upstream.serve_side, arguments.host, arguments.side_port)
    ports = {"port": server.sockets[0].getsockname()[1], "side_port": side.sockets[0].getsockname()[1]}
    print(json.dumps(ports), flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    server.close()
    side.close()


if __name__ == "__main__":
    asyncio.run(main())
