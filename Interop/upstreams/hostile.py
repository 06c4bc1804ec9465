"""Answers that break the rules of HTTP or of the wire format, each named, as the bytes that are sent.

`CASES[name]` is what one upstream does with one request. `plain` and `stream` say what a caller must then be told,
for a plain request and for a stream:

    "bad"        502, nothing of the answer is passed on
    "cut"        a stream: the error is an event in the stream; plain: 502
    "timeout"    504 after a while
    "answer"     the answer, whole: what is wrong comes after it, or harms nobody

`clean` says for which of the two the framing is in order to the end, so that the connection may serve again.
"""

import asyncio
import json
import zlib

from . import wire
from .scripts import FOREVER, SCRIPTS

CASES = {}
STOLEN = "STOLEN BYTES"


class Case:
    def __init__(self, act, plain, stream, clean):
        self.act, self.told, self.clean = act, {"plain": plain, "stream": stream}, clean


def case(name, act, plain="bad", stream=None, clean=()):
    assert name not in CASES, name
    CASES[name] = Case(act, plain, stream or plain, clean)


async def hostile(exchange, options):
    """Plays the case that the request names."""
    await CASES[options["case"]].act(exchange)


SCRIPTS["hostile"] = hostile


# The parts of acts.

def raw(*pieces, end="close", pause=0.0):
    """Sends bytes, each piece by itself if there is a pause, and then closes, keeps or waits."""
    async def act(exchange):
        for piece in pieces:
            await exchange.send(piece)
            if pause:
                await asyncio.sleep(pause)
        if end == "close":
            exchange.hang_up()
        elif end == "reset":
            exchange.reset()
        elif end == "wait":
            await exchange.wait(FOREVER)
    return act


def body(exchange, text="".join(wire.WORDS)):
    return json.dumps(wire.plain(exchange.wire, text)).encode()


def answering(write, end="keep"):
    """An act whose bytes depend on the wire format: `write(exchange)` gives them."""
    async def act(exchange):
        pieces = write(exchange)
        for piece in [pieces] if isinstance(pieces, bytes) else pieces:
            await exchange.send(piece)
        if end == "close":
            exchange.hang_up()
        elif end == "wait":
            await exchange.wait(FOREVER)
    return act


def head(*fields, status=b"200 OK", version=b"HTTP/1.1"):
    return version + b" " + status + b"\r\n" + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


JSON = b"Content-Type: application/json"
EVENTS = b"Content-Type: text/event-stream"
CHUNKED = b"Transfer-Encoding: chunked"


def sized(text):
    return b"Content-Length: %d" % len(text)


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def events(exchange, words=tuple(wire.WORDS)):
    closing = wire.closing(exchange.wire, len(words), False)
    return wire.opening(exchange.wire) + [wire.text(exchange.wire, word) for word in words] + closing


def first_events(exchange):
    return b"".join(wire.opening(exchange.wire) + [wire.text(exchange.wire, "The")])


def stolen(exchange):
    text = body(exchange, STOLEN)
    return head(JSON, sized(text)) + text


def with_fields(*fields):
    """An honest body under these fields and its length."""
    return answering(lambda exchange: head(JSON, sized(body(exchange)), *fields) + body(exchange))


def chunks(write):
    """A chunked body: of a plain answer or a stream, by what was asked for, with what `write(data)` makes of it."""
    def bytes_of(exchange):
        if exchange.streams:
            return head(EVENTS, CHUNKED) + write(b"".join(events(exchange)))
        return head(JSON, CHUNKED) + write(body(exchange))
    return answering(bytes_of, end="wait")


# Lengths that lie.

case("length-short", answering(
    lambda exchange: head(JSON, b"Content-Length: 10") + body(exchange)))
case("length-long", answering(
    lambda exchange: head(JSON, b"Content-Length: 9999") + body(exchange), end="close"))
case("length-long-and-silence", answering(
    lambda exchange: head(JSON, b"Content-Length: 9999") + body(exchange), end="wait"), "timeout")
case("length-twice-the-same", answering(
    lambda exchange: head(JSON, sized(body(exchange)), sized(body(exchange))) + body(exchange)))
case("length-twice-different", answering(
    lambda exchange: head(JSON, sized(body(exchange)), b"Content-Length: 3") + body(exchange)))
case("length-list", answering(
    lambda exchange: head(JSON, b"Content-Length: %d, %d" % (2 * (len(body(exchange)),))) + body(exchange)))
case("length-and-chunked", answering(
    lambda exchange: head(JSON, b"Content-Length: 5", CHUNKED) + chunk(body(exchange)) + b"0\r\n\r\n"))
case("length-negative", with_fields(b"Content-Length: -1"))
case("length-signed", answering(
    lambda exchange: head(JSON, b"Content-Length: +%d" % len(body(exchange))) + body(exchange)))
case("length-hexadecimal", answering(
    lambda exchange: head(JSON, b"Content-Length: 0x%x" % len(body(exchange))) + body(exchange)))
case("length-empty", answering(lambda exchange: head(JSON, b"Content-Length:") + body(exchange)))
case("length-overflow", answering(
    lambda exchange: head(JSON, b"Content-Length: 18446744073709551621") + body(exchange)))
case("length-with-words", answering(
    lambda exchange: head(JSON, b"Content-Length: %d bytes" % len(body(exchange))) + body(exchange)))

# Heads.

case("head-is-no-http", raw(b"SSH-2.0-OpenSSH_9.2\r\n"))
case("head-http-0.9", raw(b"<html>hello</html>"))
case("head-http-2-preface", raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
case("head-http-2-settings", raw(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + b"\x00" * 18, end="wait"))
case("head-http-3.0", raw(head(b"Content-Length: 2", version=b"HTTP/3.0") + b"{}"))
case("head-tls-alert", raw(b"\x15\x03\x01\x00\x02\x02\x28"))
case("head-status-of-two-digits", raw(head(b"Content-Length: 2", status=b"20 OK") + b"{}"))
case("head-status-of-words", raw(head(b"Content-Length: 2", status=b"OK") + b"{}"))
case("head-status-999", raw(head(b"Content-Length: 2", status=b"999 Odd") + b"{}"))
case("head-status-000", raw(head(b"Content-Length: 2", status=b"000 None") + b"{}"))
case("head-bare-line-feeds", raw(b"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}"))
case("head-bare-carriage-return", raw(b"HTTP/1.1 200 OK\r\nX: a\rb\r\nContent-Length: 2\r\n\r\n{}"))
case("head-nul-in-value", raw(b"HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 2\r\n\r\n{}"))
case("head-nul-in-name", raw(b"HTTP/1.1 200 OK\r\nX\0: a\r\nContent-Length: 2\r\n\r\n{}"))
case("head-space-before-colon", raw(b"HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\n{}"))
case("head-no-colon", raw(b"HTTP/1.1 200 OK\r\nContent-Length 2\r\n\r\n{}"))
case("head-folded", raw(b"HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\n{}"))
case("head-empty-name", raw(b"HTTP/1.1 200 OK\r\n: a\r\nContent-Length: 2\r\n\r\n{}"))
case("head-too-many-fields", raw(
    b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: a\r\n" % number for number in range(5_000)), b"\r\n"))
case("head-too-long-a-field", raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 1_000_000, b"\r\n\r\n"))
case("head-too-long-a-status", raw(b"HTTP/1.1 200 " + b"a" * 1_000_000, b"\r\n\r\n"))
case("head-ends-early", raw(b"HTTP/1.1 200 OK\r\nContent-Ty"))
case("head-never-ends", raw(b"HTTP/1.1 200 OK\r\nContent-Ty", end="wait"), "timeout")


async def dripping_head(exchange):
    await exchange.send(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        await exchange.send(b"a")
        await exchange.wait(0.05)

case("head-drips", dripping_head, "timeout")
case("head-reset-within", raw(b"HTTP/1.1 200 OK\r\nContent-Ty", end="reset"))
case("nothing-but-close", raw())
case("nothing-but-reset", raw(end="reset"))
case("empty-lines-first", raw(b"\r\n\r\n\r\n\r\n" + head(b"Content-Length: 2") + b"{}"))

# Interim answers.

case("interim-101", raw(head(b"Upgrade: websocket", b"Connection: Upgrade", status=b"101 Switching"), end="wait"))
case("interim-flood", raw(head(status=b"103 Early Hints") * 5_000, end="wait"))
case("interim-alone", raw(head(status=b"100 Continue")))
case("interim-with-length", answering(
    lambda exchange: head(b"Content-Length: 5", status=b"100 Continue") + b"HELLO" + stolen(exchange)))
case("interim-few", answering(
    lambda exchange: head(status=b"100 Continue") + head(b"Link: </a>", status=b"103 Early Hints")
    + head(JSON, sized(body(exchange))) + body(exchange)), "answer", "answer", clean=("plain", "stream"))

# Transfer codings.

case("coding-gzip", with_fields(b"Transfer-Encoding: gzip"))
case("coding-gzip-chunked", answering(
    lambda exchange: head(JSON, b"Transfer-Encoding: gzip, chunked") + chunk(body(exchange)) + b"0\r\n\r\n"))
case("coding-chunked-twice", answering(
    lambda exchange: head(JSON, CHUNKED, CHUNKED) + chunk(body(exchange)) + b"0\r\n\r\n"))
case("coding-chunked-odd", answering(
    lambda exchange: head(JSON, b"Transfer-Encoding: xchunked") + chunk(body(exchange)) + b"0\r\n\r\n"))
case("coding-identity", answering(
    lambda exchange: head(JSON, b"Transfer-Encoding: identity", sized(body(exchange))) + body(exchange)))
case("coding-chunked-in-http-1.0", answering(
    lambda exchange: head(JSON, CHUNKED, version=b"HTTP/1.0") + chunk(body(exchange)) + b"0\r\n\r\n"))

# Chunks.

case("chunk-size-missing", chunks(lambda data: b"\r\n" + data), "bad", "cut")
case("chunk-size-odd", chunks(lambda data: b"0x%x\r\n%s\r\n0\r\n\r\n" % (len(data), data)), "bad", "cut")
case("chunk-size-negative", chunks(lambda data: b"-5\r\n" + data), "bad", "cut")
case("chunk-size-overflow", chunks(lambda data: b"ffffffffffffffff5\r\n" + data), "bad", "cut")
case("chunk-size-of-zeros", chunks(lambda data: b"0" * 100_000 + b"5\r\n" + data), "bad", "cut")
case("chunk-size-short", chunks(lambda data: b"5\r\n" + data + b"\r\n0\r\n\r\n"), "bad", "cut")
case("chunk-size-bare-line-feed", chunks(lambda data: b"%x\n%s\n0\n\n" % (len(data), data)), "bad", "cut")
case("chunk-extension-giant", chunks(
    lambda data: b"%x;%s\r\n%s\r\n0\r\n\r\n" % (len(data), b"a" * 1_000_000, data)), "bad", "cut")
case("chunk-unended", chunks(lambda data: b"%x\r\n%sXX0\r\n\r\n" % (len(data), data)), "bad", "answer")
case("chunk-then-close", answering(
    lambda exchange: head(EVENTS if exchange.streams else JSON, CHUNKED) + b"fff\r\n"
    + (first_events(exchange) if exchange.streams else body(exchange)), end="close"), "bad", "cut")
case("chunk-then-silence", answering(
    lambda exchange: head(EVENTS if exchange.streams else JSON, CHUNKED) + b"fff\r\n"
    + (first_events(exchange) if exchange.streams else body(exchange)), end="wait"), "timeout", "cut")
case("trailers-endless", chunks(
    lambda data: chunk(data) + b"0\r\n" + b"X: a\r\n" * 50_000), "bad", "answer")
case("trailers-broken", chunks(lambda data: chunk(data) + b"0\r\nX\0: a\r\n\r\n"), "bad", "answer")
case("last-chunk-missing", answering(
    lambda exchange: head(EVENTS, CHUNKED) + chunk(first_events(exchange)) if exchange.streams
    else head(JSON, CHUNKED) + chunk(body(exchange)), end="close"), "bad", "cut")

# More than was asked for.

case("two-answers", answering(
    lambda exchange: head(JSON, sized(body(exchange))) + body(exchange) + stolen(exchange)), "answer", "answer")
case("bytes-after-the-end", answering(
    lambda exchange: head(JSON, sized(body(exchange))) + body(exchange) + STOLEN.encode()), "answer", "answer")
case("half-an-answer-after-the-end", answering(
    lambda exchange: head(JSON, sized(body(exchange))) + body(exchange) + stolen(exchange)[:40]), "answer", "answer")
case("answer-and-close", answering(
    lambda exchange: head(JSON, sized(body(exchange))) + body(exchange), end="close"), "answer", "answer")
case("answer-with-connection-close-kept-open", with_fields(b"Connection: close"), "answer", "answer")
case("answer-of-http-1.0", answering(
    lambda exchange: head(JSON, sized(body(exchange)), version=b"HTTP/1.0") + body(exchange) + stolen(exchange)),
    "answer", "answer")
case("no-content-with-content", answering(
    lambda exchange: head(status=b"204 No Content") + stolen(exchange)))
case("not-modified-with-content", answering(
    lambda exchange: head(sized(body(exchange)), status=b"304 Not Modified") + stolen(exchange)))
case("redirect", raw(head(b"Location: http://169.254.169.254/latest/meta-data/", b"Content-Length: 0",
                          status=b"307 Temporary Redirect")))

# Bodies that are no answers.

case("body-empty", raw(head(JSON, b"Content-Length: 0")))
case("body-html", raw(head(b"Content-Type: text/html", b"Content-Length: 15") + b"<html>hi</html>"))
case("body-cut-json", raw(head(JSON, b"Content-Length: 17") + b'{"id":"chatcmpl-1'))
case("body-invalid-utf-8", raw(head(JSON, b"Content-Length: 13") + b'{"id":"\xff\xfe\xfd"} '[:13]))
case("body-nul", raw(head(JSON, b"Content-Length: 11") + b'{"id":"\0a"}'))
case("body-gzip-unasked", raw(
    head(JSON, b"Content-Encoding: gzip", b"Content-Length: 30") + b"\x1f\x8b\x08" + b"\0" * 27))


async def gzip_bomb(exchange):
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    data = b"".join(packer.compress(bytes(1 << 20)) for _ in range(32)) + packer.flush()
    fields = [JSON, b"Content-Encoding: gzip", sized(data)]
    await exchange.send(head(*fields) + data)

case("body-gzip-bomb", gzip_bomb, clean=("plain", "stream"))


async def endless_body(exchange):
    await exchange.send(head(JSON, CHUNKED))
    while True:
        await exchange.chunk(b" " * 65_536)

case("body-endless", endless_body)
case("body-nested-deep", raw(head(JSON, b"Content-Length: 200000") + b"[" * 200_000))


# Streams. To a plain request they are no answer.

def stream(write, end="wait"):
    return answering(lambda exchange: [head(EVENTS, CHUNKED)] + [chunk(data) for data in write(exchange)], end=end)


def cut(name, write, told="cut"):
    case("stream-" + name, stream(write, end="close"), "bad", told)

cut("no-end-mark", lambda exchange: [first_events(exchange), b""])
cut("cut-in-event", lambda exchange: [first_events(exchange), b'data: {"id"'])
cut("line-without-end", lambda exchange: [first_events(exchange), b"data: " + b"a" * 3_000_000])
cut("event-without-end", lambda exchange: [first_events(exchange)] + [b"data: a\n" * 100_000] * 4)
cut("nul-in-event", lambda exchange: [first_events(exchange), b"data: \0\n\n", b""])
cut("invalid-utf-8", lambda exchange: [first_events(exchange), b"data: \xff\xfe\n\n", b""])
cut("no-json", lambda exchange: [first_events(exchange), b"data: hello\n\n", b""])
cut("html", lambda exchange: [b"<html>hi</html>", b""])
cut("nothing", lambda exchange: [b""])
cut("http-inside", lambda exchange: [first_events(exchange), stolen(exchange), b""])
case("stream-reset", answering(
    lambda exchange: head(EVENTS, CHUNKED) + chunk(first_events(exchange)) + b"5\r\nab", end="close"), "bad", "cut")
case("stream-split-at-every-byte", answering(
    lambda exchange: [bytes([byte]) for byte in head(EVENTS, CHUNKED) + b"".join(
        chunk(event) for event in events(exchange)) + b"0\r\n\r\n"] if exchange.streams
    else [bytes([byte]) for byte in head(JSON, sized(body(exchange))) + body(exchange)]), "answer", "answer",
    clean=("plain", "stream"))
case("stream-after-its-end", answering(
    lambda exchange: head(EVENTS, CHUNKED) + chunk(b"".join(events(exchange))) + b"0\r\n\r\n" + stolen(exchange)
    if exchange.streams else head(JSON, sized(body(exchange))) + body(exchange)), "answer", "answer", clean=("plain",))
case("stream-as-json", answering(
    lambda exchange: head(JSON, CHUNKED) + b"".join(chunk(event) for event in events(exchange)) + b"0\r\n\r\n"),
    clean=("plain", "stream"))
