"""HTTP/2 without TLS: real clients with prior knowledge, and the rules of RFC 9113 for what a client sends."""

import json
import signal
import subprocess
import time

import httpx2
import openai
import pytest

import http2
from asking import HELLO
from processes import eventually
from raw import chat
from sluice import Sluice

BODY = json.dumps(chat("aurora")).encode()


def ask(text, **fields):
    return json.dumps(chat("aurora", text, **fields)).encode()


@pytest.fixture
def connection(sluice):
    with http2.Connection(sluice.gateway_port) as connection:
        yield connection


def is_still_served(connection, key):
    return connection.answer(connection.post(BODY, key)).status == 200


def test_the_sdk_speaks_it(scripted, sluice, admitted):
    transport = httpx2.Client(http1=False, http2=True)
    with openai.OpenAI(
            base_url=sluice.gateway + "/v1", api_key=admitted.key, max_retries=0, timeout=20, http_client=transport) as sdk:
        raw = sdk.chat.completions.with_raw_response.create(model="aurora", messages=HELLO)
        assert raw.http_response.http_version == "HTTP/2"
        assert raw.headers["content-type"] == "application/json"
        stream = sdk.chat.completions.create(
            model="aurora", stream=True, messages=[{"role": "user", "content": "script:slow-tokens count=50 delay=0.002"}])
        assert len([chunk for chunk in stream if chunk.choices]) >= 50


def test_curl_speaks_it(sluice):
    said = subprocess.run(
        ["curl", "-sS", "--http2-prior-knowledge", "-w", " %{http_version}", sluice.gateway + "/healthz"],
        capture_output=True, text=True, timeout=20)
    assert said.stdout == '{"status":"ok"} 2', said.stderr


def test_many_requests_are_under_way_on_one_connection(scripted, sluice, admitted, connection):
    slow = [connection.post(ask("script:slow-plain delay=0.5"), admitted.key) for _ in range(20)]
    began = time.monotonic()
    assert is_still_served(connection, admitted.key)
    assert all(connection.answer(stream).status == 200 for stream in slow)
    assert time.monotonic() - began < 5, "they were answered one after the other"


def test_answers_are_those_of_http_1(scripted, sluice, admitted, connection):
    stream = connection.answer(connection.post(BODY, admitted.key))
    with httpx2.Client() as client:
        other = client.post(sluice.gateway + "/v1/chat/completions", content=BODY, headers={
            "authorization": f"Bearer {admitted.key}", "content-type": "application/json"})
    once = {"date", "x-request-id", "request-id", "openai-processing-ms"}
    assert {name: value for name, value in stream.head.items() if name not in once | {":status"}} == {
        name: value for name, value in other.headers.items() if name not in once}
    assert json.loads(stream.body) == other.json()


def test_a_huge_answer_waits_for_the_window(scripted, sluice, admitted, connection):
    stream = connection.post(ask("script:huge-answer bytes=1000000"), admitted.key)
    one = connection.streams[stream]
    connection.read_until(lambda: len(one.body) == 65535)
    with pytest.raises(TimeoutError):
        connection.read_until(lambda: len(one.body) > 65535, 0.3)
    connection.update(0, 1 << 21)
    connection.update(stream, 1 << 21)
    assert len(connection.answer(stream).body) > 1_000_000 and one.has_ended


def test_a_body_in_many_frames_is_one_body(scripted, sluice, admitted, connection):
    body = ask("hello " * 5000)
    stream = connection.begin(connection.head(admitted.key, fields=[("content-length", str(len(body)))]))
    for at in range(0, len(body), 1000):
        connection.send(http2.frame(http2.DATA, 0, stream, body[at:at + 1000]))
    connection.send(http2.frame(http2.DATA, http2.END_STREAM, stream))
    assert connection.answer(stream).status == 200


def test_a_reset_stops_the_upstream_and_nothing_else(scripted, sluice, admitted, connection):
    stream = connection.post(ask("script:slow-tokens count=400 delay=0.02", stream=True), admitted.key)
    other = connection.post(ask("script:slow-tokens count=30 delay=0.02", stream=True), admitted.key)
    connection.read_until(lambda: connection.streams[stream].body)
    connection.send(http2.frame(http2.RST_STREAM, stream=stream, payload=b"\0\0\0\x08"))
    assert connection.answer(other).body.endswith(b"data: [DONE]\n\n")
    assert eventually(lambda: [record for record in scripted.seen() if record["peer_closed"]], 5)
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0)


def test_a_request_without_a_key_is_refused_before_its_body_is_read(sluice, connection):
    stream = connection.begin(connection.head("slk_none", fields=[("content-length", "9000000")]))
    answer = connection.answer(stream)
    assert answer.status == 401 and json.loads(answer.body)["error"]["code"] == "invalid_api_key"
    connection.read_until(lambda: answer.reset is not None)
    assert answer.reset == http2.NO_ERROR


def test_an_expectation_is_met(scripted, sluice, admitted, connection):
    stream = connection.begin(connection.head(admitted.key, fields=[
        ("content-length", str(len(BODY))), ("expect", "100-continue")]))
    connection.read_until(lambda: connection.streams[stream].head)
    assert connection.streams[stream].status == 100
    connection.send(http2.frame(http2.DATA, http2.END_STREAM, stream, BODY))
    assert connection.answer(stream).status == 200


# What makes a request malformed: RFC 9113, 8.1.1. Its stream is reset; the connection goes on.
METHOD, SCHEME, AUTHORITY, PATH = (":method", "POST"), (":scheme", "http"), (":authority", "a"), (":path", "/v1/models")
MALFORMED = {
    "no method": [SCHEME, AUTHORITY, PATH], "no scheme": [METHOD, AUTHORITY, PATH], "no path": [METHOD, SCHEME, AUTHORITY],
    "an empty path": [METHOD, SCHEME, AUTHORITY, (":path", "")],
    "two paths": [METHOD, SCHEME, AUTHORITY, PATH, PATH], "a status": [METHOD, SCHEME, PATH, (":status", "200")],
    "a pseudo-header that is none": [METHOD, SCHEME, AUTHORITY, PATH, (":x", "y")],
    "a pseudo-header behind a field": [METHOD, SCHEME, AUTHORITY, ("accept", "*/*"), PATH],
    "a name in upper case": [METHOD, SCHEME, AUTHORITY, PATH, ("Accept", "*/*")],
    "a name with a space": [METHOD, SCHEME, AUTHORITY, PATH, ("a b", "c")],
    "a name with a colon": [METHOD, SCHEME, AUTHORITY, PATH, ("a:b", "c")],
    "a value with a line end": [METHOD, SCHEME, AUTHORITY, PATH, ("accept", "a\r\nauthorization: b")],
    "a value with NUL": [METHOD, SCHEME, AUTHORITY, PATH, ("accept", "a\0b")],
    "a value that begins with a space": [METHOD, SCHEME, AUTHORITY, PATH, ("accept", " a")],
    "a path with a line end": [METHOD, SCHEME, AUTHORITY, (":path", "/ HTTP/1.1\r\nx: y")],
    "connection": [METHOD, SCHEME, AUTHORITY, PATH, ("connection", "keep-alive")],
    "transfer-encoding": [METHOD, SCHEME, AUTHORITY, PATH, ("transfer-encoding", "chunked")],
    "upgrade": [METHOD, SCHEME, AUTHORITY, PATH, ("upgrade", "h2c")],
    "te: gzip": [METHOD, SCHEME, AUTHORITY, PATH, ("te", "gzip")],
    "another host": [METHOD, SCHEME, AUTHORITY, PATH, ("host", "b")],
    "a length without content": [METHOD, SCHEME, AUTHORITY, PATH, ("content-length", "5")],
}


@pytest.mark.parametrize("lines", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_request_is_reset_and_its_connection_goes_on(scripted, sluice, admitted, connection, lines):
    stream = connection.begin(connection.encoder.encode(lines), ends=True)
    answer = connection.answer(stream)
    assert (answer.head, answer.reset) == (None, http2.PROTOCOL_ERROR)
    assert is_still_served(connection, admitted.key)
    assert len(scripted.seen()) == 1


@pytest.mark.parametrize("length", [len(BODY) - 1, len(BODY) + 1])
def test_content_that_is_not_as_long_as_it_says_is_reset(scripted, sluice, admitted, connection, length):
    stream = connection.post(BODY, admitted.key, fields=[("content-length", str(length))])
    assert connection.answer(stream).reset == http2.PROTOCOL_ERROR
    assert is_still_served(connection, admitted.key)
    assert len(scripted.seen()) == 1


# What HTTP/1.1 is refused for too: it is answered, on the stream, and the connection goes on.
REFUSED = {
    "a dot segment": ({"path": "/v1/../healthz"}, 400), "a method that nobody knows": ({"method": "BREW"}, 501),
    "two keys": ({"fields": [("authorization", "Bearer x")]}, 400), "an odd authority": ({"authority": "u@a"}, 400),
    "an underscore": ({"fields": [("x_api_key", "x")]}, 400), "a long field": ({"fields": [("a", "b" * 17_000)]}, 431),
    "an expectation": ({"fields": [("expect", "more")]}, 417), "a length that is none": ({"fields": [("content-length", "x")]}, None),
    "many fields": ({"fields": [("a", "b")] * 120}, 431), "too large a body": ({"fields": [("content-length", "99999999")]}, 413),
}


@pytest.mark.parametrize(("options", "status"), REFUSED.values(), ids=REFUSED)
def test_a_request_that_is_refused_gets_an_answer(scripted, sluice, admitted, connection, options, status):
    answer = connection.answer(connection.begin(connection.head(admitted.key, **options)))
    # The library takes a length that is none for a malformed request, as RFC 9113 allows.
    assert answer.status == status if status else answer.reset == http2.PROTOCOL_ERROR
    assert is_still_served(connection, admitted.key)
    assert len(scripted.seen()) == 1


def test_trailers_are_refused(scripted, sluice, admitted, connection):
    stream = connection.begin(connection.head(admitted.key))
    connection.send(http2.frame(http2.DATA, 0, stream, BODY))
    connection.send(http2.frame(
        http2.HEADERS, http2.END_HEADERS | http2.END_STREAM, stream, connection.encoder.encode([("x-api-key", "y")])))
    answer = connection.answer(stream)
    assert answer.status == 400 and json.loads(answer.body)["error"]["code"] == "trailers_refused"
    assert is_still_served(connection, admitted.key)


# Faults of the connection: RFC 9113, 5.4.1. A GOAWAY says so, and the connection ends.
CONNECTION_FAULTS = {
    "data on a stream that was never opened": http2.frame(http2.DATA, 0, 1, b"x"),
    "an even stream": http2.frame(http2.HEADERS, 5, 2, b"\x82\x84\x86"),
    "settings that are no settings": http2.frame(http2.SETTINGS, payload=b"12345"),
    "a window update of nothing": http2.frame(http2.WINDOW_UPDATE, payload=b"\0\0\0\0"),
    "a head that cannot be decompressed": http2.frame(http2.HEADERS, 5, 1, b"\xff\xff\xff\xff\xff\xff\xff"),
    "a continuation of nothing": http2.frame(http2.CONTINUATION, 4, 1, b""),
    "a ping of nine bytes": http2.frame(http2.PING, payload=b"123456789"),
    "a frame larger than was settled": http2.frame(http2.DATA, 0, 1, b"x" * 20_000),
    "a field without a name": http2.frame(http2.HEADERS, 5, 1, b"\x40\0\1c"),
    "a push": http2.frame(http2.PUSH_PROMISE, 4, 1, b"\0\0\0\2\x82"),
    "a priority of another length": http2.frame(http2.SETTINGS, 1, 0, b"123456"),
}


@pytest.mark.parametrize("frame", CONNECTION_FAULTS.values(), ids=CONNECTION_FAULTS)
def test_a_fault_of_the_connection_ends_it_and_says_why(connection, frame):
    connection.send(frame)
    assert connection.cut(5), "no GOAWAY with a code came"
    assert connection.is_closed


def test_what_is_no_preface_is_http_1(sluice):
    import raw
    with raw.Connection(sluice.gateway_port) as connection:
        connection.send(b"P")
        time.sleep(0.05)
        connection.send(b"OST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
        assert connection.answer()[0] == 405


@pytest.fixture
def own_sluice(tmp_path, scripted):
    def make(**gateway):
        sluice = Sluice(tmp_path)
        sluice.init({"scripted": scripted.url}, gateway)
        sluice.serve()
        sluice.add_model("aurora", "scripted", "ok")
        made.append(sluice)
        return sluice, sluice.admitted_application("aurora").key
    made = []
    yield make
    for sluice in made:
        sluice.stop()


def test_it_can_be_switched_off(own_sluice):
    sluice, _ = own_sluice(http2=False)
    with http2.Connection(sluice.gateway_port, settles=False) as connection:
        data = connection.socket.recv(65536)
    assert data.startswith(b"HTTP/1.1 501")


def test_a_stop_lets_streams_end_and_takes_no_more(own_sluice):
    sluice, key = own_sluice()
    with http2.Connection(sluice.gateway_port) as connection:
        stream = connection.post(ask("script:slow-tokens count=60 delay=0.02", stream=True), key)
        connection.read_until(lambda: connection.streams[stream].body)
        sluice.process.popen.send_signal(signal.SIGTERM)
        connection.read_until(lambda: len(connection.goaways) == 2)
        # First that none is to be opened, then which was the last that counts.
        assert connection.goaways == [(2**31 - 1, http2.NO_ERROR), (stream, http2.NO_ERROR)]
        late = connection.post(BODY, key)
        assert connection.answer(stream).body.endswith(b"data: [DONE]\n\n")
        connection.read_until(lambda: connection.is_closed)
        assert connection.streams[late].head is None
    assert sluice.process.popen.wait(10) == 0


def test_a_connection_that_rests_is_told_and_closed(own_sluice):
    sluice, key = own_sluice(**{"idle-timeout": "1s"})
    with http2.Connection(sluice.gateway_port) as connection:
        # Neither a request that was reset nor one that was refused counts as under way.
        wrong = connection.post(BODY, key, fields=[("content-length", "1")])
        assert connection.answer(wrong).reset == http2.PROTOCOL_ERROR
        assert connection.answer(connection.post(BODY, "slk_none")).status == 401
        assert is_still_served(connection, key)
        assert connection.cut(5) == http2.NO_ERROR
