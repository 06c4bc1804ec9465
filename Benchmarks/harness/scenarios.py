"""What is measured: who asks what, how many at once, over which wire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1]
REQUESTS, ANSWERS = FOLDER / "requests", FOLDER / "answers"
#: How long the body of a large request is, in bytes.
LARGE = 100_000
SENTENCE = "The gateway must read every byte of this once, and then no byte of it again. "


@dataclass(frozen=True)
class Kind:
    """What is asked, and what is answered to it."""

    name: str
    answer: Path
    streams: bool = False
    is_large: bool = False

    def body(self) -> bytes:
        content = (REQUESTS / ("stream.json" if self.streams else "plain.json")).read_bytes()
        if not self.is_large:
            return content
        document = json.loads(content)
        missing = LARGE - len(content)
        document["messages"][-1]["content"] += SENTENCE * (missing // len(SENTENCE))
        return json.dumps(document, separators=(",", ":")).encode()


KINDS = {kind.name: kind for kind in (
    Kind("plain", ANSWERS / "chat.json"),
    Kind("large", ANSWERS / "chat.json", is_large=True),
    Kind("stream", ANSWERS / "stream.sse", streams=True),
)}


@dataclass(frozen=True)
class Stand:
    """How a server stands: what its upstream answers, and whether it speaks TLS to its clients."""

    name: str
    kind: Kind
    tls: bool = False


STANDS = {stand.name: stand for stand in (
    Stand("plain", KINDS["plain"]),
    Stand("stream", KINDS["stream"]),
    Stand("tls", KINDS["plain"], tls=True),
)}


@dataclass(frozen=True)
class Scenario:
    """One table of the report."""

    name: str
    title: str
    stand: Stand
    kind: Kind
    connections: int
    #: `wrk` for HTTP/1.1, `h2load` for HTTP/2, `s_time` for handshakes and nothing else.
    program: str = "wrk"
    #: Requests that a connection has open at once; more than one only with HTTP/2.
    streams: int = 1
    #: Whether each request has a connection of its own.
    closes: bool = False


SCENARIOS = [
    Scenario("plain-c32", "Plain, 1 KB, 32 connections", STANDS["plain"], KINDS["plain"], 32),
    Scenario("plain-c1", "Plain, 1 KB, 1 connection", STANDS["plain"], KINDS["plain"], 1),
    Scenario("large-c32", "Plain, 100 kB, 32 connections", STANDS["plain"], KINDS["large"], 32),
    Scenario("stream-c32", "Stream of 54 events, 32 connections", STANDS["stream"], KINDS["stream"], 32),
    Scenario("tls-c32", "Plain, 1 KB, 32 connections of TLS", STANDS["tls"], KINDS["plain"], 32),
    Scenario("comeback-c32", "A connection of TLS for each request, resumed, 32 at once", STANDS["tls"],
             KINDS["plain"], 32, closes=True),
    Scenario("handshake-c1", "Whole TLS handshakes without a request, one after the other", STANDS["tls"],
             KINDS["plain"], 1, program="s_time"),
    Scenario("h2-c4x8", "Plain, 1 KB, HTTP/2 over TLS, 4 connections of 8 streams", STANDS["tls"], KINDS["plain"], 4,
             program="h2load", streams=8),
]
