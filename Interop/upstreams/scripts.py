"""What a scripted upstream can do. Each script answers one request; its name is what a request asks for.

A script that needs numbers takes them from the request's text, as in `script:slow-tokens count=54 delay=0.02`.
"""

import asyncio
import gzip
import json

from . import wire
from .http import head_bytes

SCRIPTS = {}
FOREVER = 3600


def script(name):
    def register(function):
        SCRIPTS[name] = function
        return function
    return register


async def stream(exchange, words, delay=0.0, opened=False):
    """A whole and honest stream."""
    if not opened:
        await exchange.open_stream()
    if exchange.wire == "responses":
        answer = wire.plain("responses", "".join(words), len(words), request=exchange.json)
        exchange.kept[answer["id"]] = (answer, exchange.json)
        for event in wire.response_events(answer, words):
            if delay:
                await exchange.wait(delay)
            await exchange.chunk(event)
        return
    for event in wire.opening(exchange.wire):
        await exchange.chunk(event)
    for word in words:
        if delay:
            await exchange.wait(delay)
        await exchange.chunk(wire.text(exchange.wire, word))
    for event in wire.closing(exchange.wire, len(words), asks_for_usage(exchange)):
        await exchange.chunk(event)


async def first_half(exchange):
    """A stream up to its second word."""
    await exchange.open_stream()
    if exchange.wire == "responses":
        for event in wire.response_events(wire.plain("responses", request=exchange.json))[:4]:
            await exchange.chunk(event)
        return
    for event in wire.opening(exchange.wire) + [wire.text(exchange.wire, word) for word in wire.WORDS[:2]]:
        await exchange.chunk(event)


def asks_for_usage(exchange):
    options = exchange.json.get("stream_options")
    return isinstance(options, dict) and options.get("include_usage") is True


# Honest answers.

@script("ok")
async def ok(exchange, options):
    if exchange.streams:
        await ok_stream(exchange, options)
    else:
        answer = wire.plain(exchange.wire, request=exchange.json)
        if exchange.wire == "responses":
            exchange.kept[answer["id"]] = (answer, exchange.json)
        await exchange.whole("200 OK", answer, headers=[("x-request-id", "req_upstream")])


@script("ok-stream")
async def ok_stream(exchange, options):
    await stream(exchange, wire.WORDS)
    await exchange.close_stream()


@script("slow-tokens")
async def slow_tokens(exchange, options):
    words = [f" {number}" for number in range(int(options.get("count", 20)))]
    await stream(exchange, words, delay=float(options.get("delay", 0.05)))
    await exchange.close_stream()


@script("slow-plain")
async def slow_plain(exchange, options):
    await exchange.wait(float(options.get("delay", 1)))
    await exchange.whole("200 OK", wire.plain(exchange.wire))


@script("huge-answer")
async def huge_answer(exchange, options):
    text = "water " * (int(options.get("bytes", 8 * 1024 * 1024)) // 6)
    if exchange.streams:
        await stream(exchange, [text])
        await exchange.close_stream()
    else:
        await exchange.whole("200 OK", wire.plain(exchange.wire, text=text))


@script("late-stream")
async def late_stream(exchange, options):
    """A whole stream after a long silence."""
    await exchange.wait(float(options.get("delay", 2)))
    await ok_stream(exchange, options)


@script("late-error")
async def late_error(exchange, options):
    await exchange.wait(float(options.get("delay", 2)))
    await SCRIPTS["503"](exchange, options)


@script("pause")
async def pause(exchange, options):
    """A stream that rests in the middle, between two events."""
    await first_half(exchange)
    await exchange.wait(float(options.get("delay", 2)))
    for event in wire.closing(exchange.wire, 2, asks_for_usage(exchange)):
        await exchange.chunk(event)
    await exchange.close_stream()


@script("refusal")
async def refusal(exchange, options):
    """The model declines."""
    answer = wire.plain(exchange.wire, text="", request=exchange.json)
    if exchange.wire == "anthropic":
        answer |= {"content": [], "stop_reason": "refusal"}
    elif exchange.wire == "responses":
        answer["output"][0]["content"] = [{"type": "refusal", "refusal": "I would rather not."}]
    else:
        answer["choices"][0]["finish_reason"] = "content_filter"
    await exchange.whole("200 OK", answer)


@script("packed")
async def packed(exchange, options):
    """An answer in gzip, although nobody asked for that."""
    body = gzip.compress(json.dumps(wire.plain(exchange.wire)).encode())
    await exchange.whole("200 OK", body, headers=[("Content-Encoding", "gzip")])


@script("patience")
async def patience(exchange, options):
    """Asks for an hour's patience."""
    await exchange.whole(
        "429 Too Many Requests", wire.error(exchange.wire, 429, "rate_limit_error", "come back later"),
        headers=[("retry-after", "3600")])


@script("new-field")
async def new_field(exchange, options):
    """A field that no SDK knows yet."""
    await exchange.whole("200 OK", wire.plain(exchange.wire) | {"x_new": {"deep": [1, None]}})


@script("no-usage")
async def no_usage(exchange, options):
    answer = wire.plain(exchange.wire)
    del answer["usage"]
    await exchange.whole("200 OK", answer)


@script("until-close")
async def until_close(exchange, options):
    """A stream without framing: its end is the end of the connection (RFC 9112, 6.3, case 8)."""
    await exchange.open("200 OK", [("Content-Type", "text/event-stream"), ("Connection", "close")])
    events = wire.opening(exchange.wire) + [wire.text(exchange.wire, word) for word in wire.WORDS]
    for event in events + wire.closing(exchange.wire, len(wire.WORDS), asks_for_usage(exchange)):
        await exchange.send(event)
    exchange.hang_up()


@script("stale-connection")
async def stale_connection(exchange, options):
    """Says that it keeps the connection, and closes it a moment later."""
    await exchange.whole("200 OK", wire.plain(exchange.wire))
    await asyncio.sleep(0.05)
    exchange.hang_up()


@script("byte-by-byte")
async def byte_by_byte(exchange, options):
    """A whole stream in chunks of one byte, cut inside UTF-8 and inside the event marks."""
    await exchange.open_stream()
    events = wire.opening(exchange.wire) + [wire.text(exchange.wire, word) for word in (" wörld", " 日本", "\r\n")]
    for event in events + wire.closing(exchange.wire, 3, asks_for_usage(exchange)):
        for byte in event:
            await exchange.chunk(bytes([byte]))
    await exchange.close_stream()


# Silence.

@script("stall-before-head")
async def stall_before_head(exchange, options):
    await exchange.wait(FOREVER)


@script("stall-in-head")
async def stall_in_head(exchange, options):
    await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: appl")
    await exchange.wait(FOREVER)


@script("stall-mid-stream")
async def stall_mid_stream(exchange, options):
    await first_half(exchange)
    await exchange.wait(FOREVER)


@script("stall-mid-body")
async def stall_mid_body(exchange, options):
    await exchange.open("200 OK", [("Content-Type", "application/json"), ("Content-Length", "400")])
    await exchange.send(b'{"id":"chatcmpl-scr')
    await exchange.wait(FOREVER)


@script("stall-after-done")
async def stall_after_done(exchange, options):
    """All events, the end mark too, but never the last chunk."""
    await stream(exchange, wire.WORDS)
    await exchange.wait(FOREVER)


# Ends that should not be.

@script("reset-before-head")
async def reset_before_head(exchange, options):
    exchange.reset()


@script("close-before-head")
async def close_before_head(exchange, options):
    exchange.hang_up()


@script("reset-mid-stream")
async def reset_mid_stream(exchange, options):
    await first_half(exchange)
    await asyncio.sleep(0.05)
    exchange.reset()


@script("truncate-stream")
async def truncate_stream(exchange, options):
    """Well framed to the end, but without finish reason and end mark."""
    await first_half(exchange)
    await exchange.close_stream()


@script("finish-without-done")
async def finish_without_done(exchange, options):
    """A finish reason but no `[DONE]`, or no `message_stop`."""
    await first_half(exchange)
    await exchange.chunk(wire.closing(exchange.wire, 2, False)[-2])
    await exchange.close_stream()


@script("cut-chunk")
async def cut_chunk(exchange, options):
    await first_half(exchange)
    await exchange.send(b"400\r\ndata: {\"id\"")
    exchange.hang_up()


@script("short-content-length")
async def short_content_length(exchange, options):
    """Announces more than it sends."""
    await exchange.open("200 OK", [("Content-Type", "application/json"), ("Content-Length", "4000")])
    await exchange.send(b'{"id":"chatcmpl-scripted","object":"chat.completion"')
    exchange.hang_up()


# Lies in the framing.

async def whole_and_more(exchange, options, more):
    """An honest answer and more bytes: in the same write, in the next (`split=1`), or `delay` seconds later."""
    answer = wire.plain(exchange.wire)
    if not options:
        await exchange.whole("200 OK", answer, then=more)
        return
    await exchange.whole("200 OK", answer)
    if "delay" in options:
        await exchange.wait(float(options["delay"]))
    await exchange.send(more)


@script("lying-length-long")
async def lying_length_long(exchange, options):
    """Sends more than it announces: what follows could be taken for the next answer."""
    await whole_and_more(exchange, options, b"and this is more than the length said")


@script("two-answers")
async def two_answers(exchange, options):
    """A second answer that nobody asked for."""
    body = json.dumps(wire.plain(exchange.wire, text="STOLEN ANSWER")).encode()
    fields = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    await whole_and_more(exchange, options, head_bytes("200 OK", fields) + body)


@script("both-lengths")
async def both_lengths(exchange, options):
    await exchange.open(
        "200 OK",
        [("Content-Type", "application/json"), ("Content-Length", "5"), ("Transfer-Encoding", "chunked")])
    await exchange.chunk(b'{"id":"smuggled"}')
    await exchange.close_stream()


@script("two-lengths")
async def two_lengths(exchange, options):
    await exchange.open(
        "200 OK", [("Content-Type", "application/json"), ("Content-Length", "2"), ("Content-Length", "4")])
    await exchange.send(b"{}{}")


@script("garbage-status-line")
async def garbage_status_line(exchange, options):
    await exchange.send(b"HELLO? 2OO FINE\r\nContent-Length: 2\r\n\r\n{}")


@script("1xx-flood")
async def one_hundred_flood(exchange, options):
    for _ in range(int(options.get("count", 2000))):
        await exchange.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
    await exchange.whole("200 OK", wire.plain(exchange.wire))


@script("one-continue")
async def one_continue(exchange, options):
    await exchange.send(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
    await ok(exchange, options)


@script("switching-protocols")
async def switching_protocols(exchange, options):
    await exchange.send(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    await exchange.wait(FOREVER)


@script("huge-head")
async def huge_head(exchange, options):
    fields = [(f"X-Filler-{number}", "x" * 1000) for number in range(int(options.get("count", 1000)))]
    await exchange.whole("200 OK", wire.plain(exchange.wire), headers=fields)


@script("bad-chunk-size")
async def bad_chunk_size(exchange, options):
    await first_half(exchange)
    await exchange.send(b"0x5\r\nhello\r\n0\r\n\r\n")


# Errors.

def failing(name, status, kind, message, code=None, headers=()):
    @script(name)
    async def answer(exchange, options):
        body = wire.error(exchange.wire, status, kind, message, code)
        await exchange.whole(status, body, headers=headers)


failing("400", "400 Bad Request", "invalid_request_error", "upstream does not like a field", "invalid_value")
failing(
    "401", "401 Unauthorized", "authentication_error", "upstream key secret-upstream-hint is wrong",
    "invalid_api_key")
failing("403", "403 Forbidden", "permission_error", "upstream forbids it")
failing("404", "404 Not Found", "not_found_error", "upstream has no such model", "model_not_found")
failing("408", "408 Request Timeout", "timeout_error", "upstream waited too long")
failing("413", "413 Content Too Large", "request_too_large", "upstream finds it too large")
failing(
    "429", "429 Too Many Requests", "rate_limit_error", "upstream is busy", "rate_limit_exceeded",
    [("retry-after", "7"), ("retry-after-ms", "6500")])
failing("500", "500 Internal Server Error", "api_error", "upstream failed")
failing("503", "503 Service Unavailable", "api_error", "upstream is down", headers=[("retry-after", "3")])
failing("529", "529 Overloaded", "overloaded_error", "upstream is overloaded")


@script("html-500")
async def html_500(exchange, options):
    page = b"<html><body><h1>502 Bad Gateway</h1>internal-host-7.example</body></html>"
    await exchange.whole("500 Internal Server Error", page, content_type="text/html")


@script("empty-500")
async def empty_500(exchange, options):
    await exchange.whole("500 Internal Server Error", b"")


@script("bad-json-200")
async def bad_json_200(exchange, options):
    await exchange.whole("200 OK", b'{"id": "chatcmpl-1", "choices": [')


@script("html-200")
async def html_200(exchange, options):
    await exchange.whole("200 OK", b"<html>log in</html>", content_type="text/html")


@script("redirect")
async def redirect(exchange, options):
    await exchange.whole("307 Temporary Redirect", b"", headers=[("Location", "http://127.0.0.1:1/elsewhere")])


@script("plain-for-stream")
async def plain_for_stream(exchange, options):
    """A plain answer although a stream was asked for."""
    await exchange.whole("200 OK", wire.plain(exchange.wire))


@script("error-event")
async def error_event(exchange, options):
    await first_half(exchange)
    body = wire.error(exchange.wire, 500, "overloaded_error", "upstream broke down in mid-stream", "overloaded")
    await exchange.chunk(wire.event(body, "error" if exchange.wire == "anthropic" else None))
    await exchange.close_stream()


@script("bare-ping")
async def bare_ping(exchange, options):
    """An event without data, as some servers send to keep a stream alive."""
    await first_half(exchange)
    await exchange.chunk(b"event: ping\n\n")
    await exchange.close_stream()


@script("comments")
async def comments(exchange, options):
    """Comments between the events: they mean nothing to a client (WHATWG HTML, 9.2.6)."""
    await exchange.open_stream()
    await exchange.chunk(b": still here\n\n")
    await stream(exchange, wire.WORDS, opened=True)
    await exchange.chunk(b": good bye\n\n")
    await exchange.close_stream()


@script("line-ends")
async def line_ends(exchange, options):
    """Events whose lines end in CRLF."""
    await exchange.open_stream()
    events = wire.opening(exchange.wire) + [wire.text(exchange.wire, word) for word in wire.WORDS]
    for event in events + wire.closing(exchange.wire, len(wire.WORDS), asks_for_usage(exchange)):
        await exchange.chunk(event.replace(b"\n", b"\r\n"))
    await exchange.close_stream()
