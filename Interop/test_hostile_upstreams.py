"""An upstream breaks every rule there is: its caller is told in the wire's own shape, and nobody else notices.

Each case is sent one plain request and one stream, over whatever connections there are, and after each of them an
honest request by another caller, whose answer must be whole and its own.
"""

import json
import time

import pytest

from processes import eventually
from raw import Connection, chat, post
from upstreams.hostile import CASES, STOLEN

TEXT = "The lock fills slowly."
CODES = {"bad": {"upstream_bad_response", "upstream_truncated", "upstream_error"}, "timeout": {"upstream_timeout"}}
STATUS = {"bad": 502, "timeout": 504}


@pytest.fixture(scope="module")
def sluice(new_sluice, scripted_process):
    sluice = new_sluice({"scripted": {
        "url": scripted_process.url, "first-byte-timeout": "700ms", "between-bytes-timeout": "700ms"}},
        gateway={"maximum-answer-bytes": 4_000_000})
    sluice.add_model("aurora", "scripted", "ok")
    return sluice


@pytest.fixture(scope="module")
def neighbour(sluice):
    """Another application, with a connection of its own."""
    application = sluice.admitted_application("aurora")
    with Connection(sluice.gateway_port) as connection:
        def ask(number):
            connection.send(post(chat("aurora", f"neighbour {number}"), application.key))
            status, _, body = connection.answer()
            return status, body
        yield ask


def ask(sluice, key, name, stream):
    with Connection(sluice.gateway_port, seconds=20) as connection:
        connection.send(post(chat("aurora", f"script:hostile case={name}", stream=stream), key))
        return connection.answer()


def error_of(text):
    """The code of the error in a body, or in the last event of a stream."""
    if text.lstrip().startswith(b"{"):
        return json.loads(text)["error"]["code"]
    # Whatever stands before it, the error begins an event of its own.
    last = [event for event in text.split(b"\n\n") if event.strip()][-1]
    assert last.lstrip(b"\n").startswith(b"data: "), last
    return json.loads(last.lstrip(b"\n").removeprefix(b"data: "))["error"]["code"]


def check(told, stream, answer):
    status, fields, body = answer
    assert STOLEN.encode() not in body or told == "cut", "bytes of an answer that nobody asked for"
    if told == "answer":
        assert status == 200
        if fields["content-type"] == "text/event-stream":
            assert body.rstrip().endswith(b"data: [DONE]")
        else:
            assert json.loads(body)["choices"][0]["message"]["content"] == TEXT
    elif told == "cut" and status == 200:
        assert stream and fields["content-type"] == "text/event-stream"
        assert error_of(body) in {"upstream_truncated", "upstream_bad_response", "upstream_timeout"}
    else:
        told = "bad" if told == "cut" else told
        assert status == STATUS[told]
        assert fields["content-type"] == "application/json"
        assert error_of(body) in CODES[told]


def test_there_are_many():
    assert len(CASES) >= 60


@pytest.mark.parametrize("kind", ["plain", "stream"])
@pytest.mark.parametrize("name", CASES)
def test_a_hostile_upstream(sluice, scripted, admitted, neighbour, name, kind):
    case = CASES[name]
    neighbour(f"before {name}")
    check(case.told[kind], kind == "stream", ask(sluice, admitted.key, name, kind == "stream"))
    time.sleep(0.003)  # longer than a connection rests, so that it could be used again
    status, body = neighbour(f"after {name}")
    assert status == 200 and json.loads(body)["choices"][0]["message"]["content"] == TEXT
    seen = scripted.seen()
    connection = [record["connection"] for record in seen if record["script"] == "hostile"][-1]
    if kind not in case.clean:
        last = [record["script"] for record in seen if record["connection"] == connection][-1]
        assert last == "hostile", "the connection was used again"


def test_nothing_is_left_under_way(sluice):
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0)
    sluice.verify_logs()
