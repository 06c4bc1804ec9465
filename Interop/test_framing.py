"""What two readers could frame in two ways is refused, with close, and the upstream sees no byte of it."""

import json
import time

import pytest

from processes import eventually
from raw import Connection, chat, post

BODY = json.dumps(chat("aurora")).encode()
LENGTH = f"Content-Length: {len(BODY)}"
CHUNKED = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
# What a smuggled request would look like: it must never be answered or forwarded.
SMUGGLED = b"POST /v1/chat/completions HTTP/1.1\r\nHost: smuggled\r\nContent-Length: 2\r\n\r\n{}"


def head(*fields, line="POST /v1/chat/completions HTTP/1.1", host="Host: a.example", key=None):
    lines = [line] + ([host] if host is not None else []) + ([f"Authorization: Bearer {key}"] if key else [])
    return ("\r\n".join([*lines, *fields]) + "\r\n\r\n").encode("latin-1")


def with_line(line, *fields):
    return lambda key: head(LENGTH, *fields, line=line, key=key) + BODY


def with_host(host):
    return lambda key: head(LENGTH, host=host, key=key) + BODY


def with_fields(*fields, body=BODY, length=True):
    return lambda key: head(*([LENGTH] if length else []), *fields, key=key) + body


def with_bytes(change):
    return lambda key: change(head(LENGTH, key=key)) + BODY


POST = "POST /v1/chat/completions"
REFUSED = {
    # Host: RFC 9112, 3.2.
    "no host": (with_host(None), 400),
    "empty host": (with_host("Host:"), 400),
    "blank host": (with_host("Host:   "), 400),
    "two hosts": (with_host("Host: a.example\r\nHost: b.example"), 400),
    "the same host twice": (with_host("Host: a.example\r\nHost: a.example"), 400),
    "host with a comma": (with_host("Host: a.example, b.example"), 400),
    "host with user information": (with_host("Host: admin@a.example"), 400),
    "host with a path": (with_host("Host: a.example/v1"), 400),
    "host with a query": (with_host("Host: a.example?x"), 400),
    "host with a fragment": (with_host("Host: a.example#x"), 400),
    "host with a space": (with_host("Host: a.example b.example"), 400),
    "host with a bad port": (with_host("Host: a.example:http"), 400),
    "host with port 0": (with_host("Host: a.example:0"), 400),
    "host with port 65536": (with_host("Host: a.example:65536"), 400),
    "host with a control": (with_host("Host: a.example\x00"), 400),
    "target that contradicts the host": (with_line("POST http://b.example/v1/chat/completions HTTP/1.1"), 400),
    # Framing: RFC 9112, 6.
    "empty transfer-encoding": (with_fields("Transfer-Encoding:"), 400),
    "empty transfer-encoding, no length": (with_fields("Transfer-Encoding:", length=False), 400),
    "length and transfer-encoding": (with_fields("Transfer-Encoding: chunked", body=CHUNKED + SMUGGLED), 400),
    "transfer-encoding and length": (with_fields(
        "Transfer-Encoding: chunked", "Content-Length: 5", body=CHUNKED + SMUGGLED, length=False), 400),
    "two equal lengths": (with_fields(LENGTH), 400),
    "two lengths": (with_fields("Content-Length: 2"), 400),
    "a list of lengths": (with_fields(f"Content-Length: {len(BODY)}, {len(BODY)}", length=False), 400),
    "length with a sign": (with_fields(f"Content-Length: +{len(BODY)}", length=False), 400),
    "negative length": (with_fields("Content-Length: -1", length=False), 400),
    "length in hexadecimal": (with_fields("Content-Length: 0x10", length=False), 400),
    "length with a leading zero": (with_fields(f"Content-Length: 0{len(BODY)}", length=False), 400),
    "length with a space inside": (with_fields("Content-Length: 1 0", length=False), 400),
    "length with an underscore": (with_fields("Content-Length: 1_0", length=False), 400),
    "empty length": (with_fields("Content-Length:", length=False), 400),
    "length beyond 64 bits": (with_fields("Content-Length: 18446744073709551617", length=False), (400, 413)),
    "transfer-encoding gzip": (with_fields("Transfer-Encoding: gzip", length=False), (400, 501)),
    "transfer-encoding gzip, chunked": (with_fields("Transfer-Encoding: gzip, chunked", length=False), (400, 501)),
    "chunked twice": (with_fields("Transfer-Encoding: chunked, chunked", length=False), 400),
    "two transfer-encodings": (with_fields(
        "Transfer-Encoding: chunked", "Transfer-Encoding: identity", length=False), 400),
    "xchunked": (with_fields("Transfer-Encoding: xchunked", length=False, body=CHUNKED), (400, 501)),
    "chunked in quotes": (with_fields('Transfer-Encoding: "chunked"', length=False, body=CHUNKED), (400, 501)),
    "chunked behind a tab and a control": (with_fields(
        "Transfer-Encoding:\t\x0bchunked", length=False, body=CHUNKED), 400),
    "chunked by HTTP/1.0": (lambda key: head(
        "Transfer-Encoding: chunked", line=f"{POST} HTTP/1.0", key=key) + CHUNKED, 400),
    # Chunks: RFC 9112, 7.1.
    "chunk size in 0x": (with_fields(
        "Transfer-Encoding: chunked", length=False, body=b"0x5\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk size with a sign": (with_fields(
        "Transfer-Encoding: chunked", length=False, body=b"+5\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk size with a space": (with_fields(
        "Transfer-Encoding: chunked", length=False, body=b"5 \r\nhello\r\n0\r\n\r\n"), 400),
    "chunk size beyond 64 bits": (with_fields(
        "Transfer-Encoding: chunked", length=False, body=b"10000000000000005\r\nhello\r\n0\r\n\r\n"), (400, 413)),
    "chunk extension": (with_fields(
        "Transfer-Encoding: chunked", length=False, body=b"5;x=y\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk longer than its size": (with_fields(
        "Transfer-Encoding: chunked", length=False, body=b"2\r\nhello\r\n0\r\n\r\n"), 400),
    "chunk lines that end in LF": (with_fields(
        "Transfer-Encoding: chunked", length=False, body=b"5\nhello\n0\n\n"), 400),
    "trailer": (with_fields(
        "Transfer-Encoding: chunked", length=False, body=CHUNKED[:-2] + b"X-Trailer: 1\r\n\r\n"), 400),
    "trailer that names the key": (with_fields(
        "Transfer-Encoding: chunked", length=False, body=CHUNKED[:-2] + b"Authorization: Bearer x\r\n\r\n"), 400),
    # Lines and fields: RFC 9112, 2.2 and 5.
    "folded field": (with_fields("X-Folded: a\r\n b"), 400),
    "field folded into the first line": (with_bytes(lambda b: b.replace(b"\r\nHost", b"\r\n Host", 1)), 400),
    "bare LF": (with_bytes(lambda b: b.replace(b"\r\nHost", b"\nHost", 1)), 400),
    "bare LF everywhere": (with_bytes(lambda b: b.replace(b"\r\n", b"\n")), 400),
    "bare CR in a value": (with_fields("X-Carriage: a\rb"), 400),
    "bare CR at a line's end": (with_bytes(lambda b: b.replace(b"\r\nHost", b"\rHost", 1)), 400),
    "NUL in a value": (with_fields("X-Nul: a\x00b"), 400),
    "space before the colon": (with_fields("X-Space : a"), 400),
    "length with a space before the colon": (with_fields(f"Content-Length : {len(BODY)}", length=False), 400),
    "transfer_encoding": (with_fields("Transfer_Encoding: chunked"), 400),
    "content_length": (with_fields("Content_Length: 2"), 400),
    "a name with an underscore": (with_fields("X_Sluice: 1"), 400),
    "empty name": (with_fields(": value"), 400),
    "field without a colon": (with_fields("X-Colon"), 400),
    "name with a space": (with_fields("X Space: a"), 400),
    "name beyond ASCII": (with_fields("X-\xe9: a"), 400),
    # Request line: RFC 9112, 3.
    "several spaces": (with_line("POST  /v1/chat/completions HTTP/1.1"), 400),
    "tab for a space": (with_line("POST\t/v1/chat/completions HTTP/1.1"), 400),
    "space at the end": (with_line("POST /v1/chat/completions HTTP/1.1 "), 400),
    "space in the target": (with_line("POST /v1/chat completions HTTP/1.1"), 400),
    "no version": (with_line("POST /v1/chat/completions"), 400),
    "version in small letters": (with_line("POST /v1/chat/completions http/1.1"), 400),
    "HTTP/2.0": (with_line("POST /v1/chat/completions HTTP/2.0"), (400, 505)),
    "HTTP/1.2": (with_line("POST /v1/chat/completions HTTP/1.2"), (400, 505)),
    "HTTP/1.1x": (with_line("POST /v1/chat/completions HTTP/1.1x"), 400),
    "method in small letters": (with_line("post /v1/chat/completions HTTP/1.1"), (400, 501)),
    "unknown method": (with_line("SPLICE /v1/chat/completions HTTP/1.1"), (400, 501)),
    "CONNECT": (with_line("CONNECT a.example:443 HTTP/1.1"), (400, 405)),
    "TRACE": (with_line("TRACE /v1/chat/completions HTTP/1.1"), (400, 405)),
    "encoded NUL in the path": (with_line("POST /v1/chat/completions%00 HTTP/1.1"), 400),
    "encoded line end in the path": (with_line("POST /v1/chat/completions%0d%0aX:1 HTTP/1.1"), 400),
    "backslash in the path": (with_line("POST /v1\\chat\\completions HTTP/1.1"), 400),
    "dot segments": (with_line("POST /v1/models/../chat/completions HTTP/1.1"), 400),
    "encoded dot segments": (with_line("POST /v1/models/%2e%2e/chat/completions HTTP/1.1"), 400),
    "fragment": (with_line("POST /v1/chat/completions#x HTTP/1.1"), 400),
    "asterisk": (with_line("POST * HTTP/1.1"), 400),
    "bad escape": (with_line("POST /v1/chat/completions%zz HTTP/1.1"), 400),
    "line of 10,000 bytes": (with_line("POST /" + "a" * 10_000 + " HTTP/1.1"), 414),
    # Sizes.
    "field of 20,000 bytes": (with_fields("X-Large: " + "a" * 20_000), 431),
    "two hundred fields": (with_fields(*[f"X-Field-{number}: a" for number in range(200)]), 431),
    "head of 60,000 bytes": (with_fields(*[f"X-Field-{number}: {'a' * 1000}" for number in range(60)]), 431),
    # Connection.
    "kept HTTP/1.0": (with_line(f"{POST} HTTP/1.0", "Connection: keep-alive"), 400),
    "connection that names the host": (with_fields("Connection: Host"), 400),
    "an expectation that nobody can meet": (with_fields("Expect: 200-ok"), 417),
    "two keys": (lambda key: head(LENGTH, f"Authorization: Bearer {key}", key=key) + BODY, 400),
    "not HTTP at all": (lambda key: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100, 400),
    "half of an HTTP/2 preface": (lambda key: b"PRI * HTTP/1.1\r\nHost: a.example\r\n\r\n", (400, 501, 505)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_ambiguous_request_is_refused_and_the_connection_closed(scripted, sluice, admitted, name):
    request, expected = REFUSED[name]
    with Connection(sluice.gateway_port) as connection:
        connection.send(request(admitted.key) + SMUGGLED)
        status, fields, body = connection.answer()
        assert status in (expected if isinstance(expected, tuple) else (expected,)), (status, body)
        assert fields.get("connection") == "close"
        assert fields["x-request-id"].startswith("req_")
        error = json.loads(body)["error"]
        assert error["code"] and error["message"]
        assert connection.is_closed(), "more was answered"
    assert scripted.seen() == []


def test_the_same_in_small_pieces_is_refused_the_same(scripted, sluice, admitted):
    for name in (
        "length and transfer-encoding", "two hosts", "trailer", "bare LF", "transfer_encoding", "chunk extension"):
        with Connection(sluice.gateway_port) as connection:
            request = REFUSED[name][0](admitted.key)
            for start in range(0, len(request), 7):
                try:
                    connection.send(request[start:start + 7])
                except OSError:
                    break
                time.sleep(0.0005)
            assert connection.answer()[0] == 400, name
            assert connection.is_closed()
    assert scripted.seen() == []


def test_a_body_where_none_belongs_is_refused(scripted, sluice, admitted):
    for method in ("GET", "HEAD", "DELETE", "OPTIONS"):
        with Connection(sluice.gateway_port) as connection:
            connection.send(head(LENGTH, line=f"{method} /v1/models HTTP/1.1", key=admitted.key) + BODY + SMUGGLED)
            status = int(connection.read_until(b"\r\n").split(b" ")[1])
            assert status in (400, 405), (method, status)
    assert scripted.seen() == []


def test_what_is_right_passes(scripted, sluice, admitted):
    requests = [
        post(chat("aurora"), admitted.key),
        head("Transfer-Encoding: chunked", key=admitted.key) + CHUNKED,
        head("transfer-encoding: Chunked", key=admitted.key) + b"".join(
            b"1\r\n%c\r\n" % byte for byte in BODY) + b"0\r\n\r\n",
        b"\r\n" + post(chat("aurora"), admitted.key),
        head(LENGTH, line="POST http://a.example/v1/chat/completions HTTP/1.1", key=admitted.key) + BODY,
        head(LENGTH, host="host:  a.example:8080  ", key=admitted.key) + BODY,
        head(LENGTH, host="Host: [2001:db8::1]:443", key=admitted.key) + BODY,
        head(LENGTH, "Expect: 100-continue", key=admitted.key) + BODY,
        head(LENGTH, line="POST /v1/chat/completions?unknown=1 HTTP/1.1", key=admitted.key) + BODY,
    ]
    with Connection(sluice.gateway_port) as connection:
        for request in requests:
            connection.send(request)
            status, _, body = connection.answer()
            if status == 100:
                status, _, body = connection.answer()
            assert status == 200, (request[:200], body)
    assert len(scripted.seen()) == len(requests)


def test_requests_sent_together_are_answered_in_their_order(scripted, sluice, admitted):
    with Connection(sluice.gateway_port) as connection:
        connection.send(b"".join(post(
            chat("aurora", f"script:slow-plain delay={delay}" if delay else "x", user=str(number)), admitted.key)
            for number, delay in enumerate([0.2, 0, 0.1, 0, 0])))
        assert [connection.answer()[0] for _ in range(5)] == [200] * 5
    assert [json.loads(seen["body"])["user"] for seen in scripted.seen()] == ["0", "1", "2", "3", "4"]


def test_http_1_0_is_answered_and_closed(scripted, sluice, admitted):
    with Connection(sluice.gateway_port) as connection:
        connection.send(head(LENGTH, line=f"{POST} HTTP/1.0", key=admitted.key) + BODY)
        status, fields, _ = connection.answer()
        assert status == 200
        assert "transfer-encoding" not in fields
        assert connection.is_closed()
    stream = json.dumps(chat("aurora", stream=True)).encode()
    with Connection(sluice.gateway_port) as connection:
        connection.send(head(f"Content-Length: {len(stream)}", line=f"{POST} HTTP/1.0", key=admitted.key) + stream)
        assert b"transfer-encoding" not in connection.read_until(b"\r\n\r\n")
        assert connection.read_until(b"[DONE]\n\n").count(b"data:") == 8
        assert connection.is_closed()


def test_a_declared_body_that_is_too_large_is_413_in_json_before_it_is_sent(scripted, sluice, admitted):
    for path in ("/v1/chat/completions", "/v1/messages"):
        with Connection(sluice.gateway_port) as connection:
            connection.send(head(
                "Content-Length: 10485761", "Expect: 100-continue", line=f"POST {path} HTTP/1.1", key=admitted.key))
            status, fields, body = connection.answer()
            assert status == 413
            assert fields["content-type"] == "application/json" and fields["connection"] == "close"
            error = json.loads(body)["error"]
            assert (error["details"]["error_code"] if "messages" in path else error["code"]) == "body_too_large"
            assert connection.is_closed()
    assert scripted.seen() == []


def test_a_body_in_chunks_that_grows_too_large_is_413(scripted, sluice, admitted):
    with Connection(sluice.gateway_port, seconds=30) as connection:
        connection.send(head("Transfer-Encoding: chunked", key=admitted.key))
        chunk = b"100000\r\n" + b"a" * (1 << 20) + b"\r\n"
        try:
            for _ in range(12):
                connection.send(chunk)
        except OSError:
            pass
        assert connection.answer()[0] == 413
    assert scripted.seen() == []


def test_a_caller_without_a_key_cannot_make_the_gateway_read_much(scripted, sluice):
    with Connection(sluice.gateway_port) as connection:
        connection.send(head("Content-Length: 9000000"))
        assert connection.answer()[0] == 401
        assert connection.is_closed()


# Time.

@pytest.fixture(scope="module")
def impatient(new_sluice, scripted_process):
    sluice = new_sluice({"scripted": scripted_process.url}, gateway={
        "head-timeout": "1s", "idle-timeout": "2s", "body-timeout": "1s"})
    sluice.add_model("aurora", "scripted", "ok")
    return sluice


def test_a_slow_head_is_cut_however_it_dribbles(scripted, impatient):
    for dribble in (False, True):
        started = time.monotonic()
        with Connection(impatient.gateway_port) as connection:
            connection.send(b"POST /v1/chat/completions HTTP/1.1\r\nHost: a.example\r\nX-Slow: ")
            while time.monotonic() - started < 5:
                try:
                    if dribble:
                        connection.send(b"a")
                    connection.socket.settimeout(0.1)
                    if (data := connection.socket.recv(4096)) is not None:
                        break
                except TimeoutError:
                    continue
                except OSError:
                    data = b""
                    break
            elapsed = time.monotonic() - started
        assert elapsed < 3, "the connection stayed open"
        assert data.startswith(b"HTTP/1.1 408 ") or data == b""
    assert scripted.seen() == []


def test_a_slow_body_is_cut(scripted, impatient):
    application = impatient.admitted_application("aurora")
    with Connection(impatient.gateway_port) as connection:
        started = time.monotonic()
        connection.send(head("Content-Length: 1000", key=application.key) + b"{")
        assert connection.answer()[0] == 408
        assert time.monotonic() - started < 4
        assert connection.is_closed()
    assert scripted.seen() == []


def test_a_silent_connection_and_a_resting_one_are_closed(scripted, impatient):
    application = impatient.admitted_application("aurora")
    with Connection(impatient.gateway_port) as silent, Connection(impatient.gateway_port) as resting:
        resting.send(post(chat("aurora"), application.key))
        assert resting.answer()[0] == 200
        assert silent.is_closed(4)
        assert resting.is_closed(4)


def test_an_answer_that_takes_longer_than_a_head_may_is_not_cut(scripted, impatient):
    application = impatient.admitted_application("aurora")
    with Connection(impatient.gateway_port) as connection:
        connection.send(post(chat("aurora", "script:slow-plain delay=2.5"), application.key))
        assert connection.answer()[0] == 200
        connection.send(post(chat("aurora"), application.key))
        assert connection.answer()[0] == 200


def test_half_open_connections_do_not_pile_up(impatient):
    connections = [Connection(impatient.gateway_port) for _ in range(200)]
    for connection in connections:
        connection.send(b"GET /v1/mod")
    eventually(lambda: impatient.metric("sluice_gateway_connections") >= 200, 5, "200 connections")
    eventually(lambda: impatient.metric("sluice_gateway_connections") <= 1, 8, "their end")
    for connection in connections:
        connection.socket.close()
