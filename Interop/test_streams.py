"""When the upstream stalls, breaks off or lies, callers get an error that their SDK raises, and nobody else's bytes."""

import json
import threading

import anthropic
import openai
import pytest

from asking import read_anthropic, read_openai
from control import ask
from processes import eventually, free_port
from raw import Connection, chat, post

TEXT = "The lock fills slowly."
TIMEOUTS = {"first-byte-timeout": "1500ms", "between-bytes-timeout": "1s", "connect-timeout": "2s"}


@pytest.fixture(scope="module")
def sluice(new_sluice, scripted_process):
    sluice = new_sluice(
        {"scripted": {"url": scripted_process.url, **TIMEOUTS},
         "nowhere": {"url": f"http://127.0.0.1:{free_port()}", **TIMEOUTS}},
        gateway={"maximum-answer-bytes": 12_000_000})
    sluice.add_model("aurora", "scripted", "ok")
    return sluice


@pytest.fixture
def of_openai(sluice, admitted, clients):
    client = clients.openai(sluice.gateway, admitted.key)
    return lambda script, **options: client.chat.completions.create(
        model="aurora", messages=[{"role": "user", "content": f"script:{script}"}], **options)


@pytest.fixture
def of_anthropic(sluice, admitted, clients):
    client = clients.anthropic(sluice.gateway, admitted.key)
    return lambda script, **options: client.messages.create(
        model="aurora", max_tokens=50, messages=[{"role": "user", "content": f"script:{script}"}], **options)


# Streams.

@pytest.mark.parametrize(("script", "code"), [
    ("truncate-stream", "upstream_truncated"), ("finish-without-done", "upstream_truncated"),
    ("cut-chunk", "upstream_truncated"), ("reset-mid-stream", "upstream_truncated"),
    ("stall-mid-stream", "upstream_timeout"), ("bad-chunk-size", "upstream_bad_response"),
])
@pytest.mark.parametrize("with_usage", [False, True], ids=["", "with-usage"])
def test_openai_is_told_in_the_stream_that_it_broke_off(sluice, of_openai, script, code, with_usage):
    options = {"stream_options": {"include_usage": True}} if with_usage else {}
    stream = of_openai(script, stream=True, **options)
    text, error = read_openai(stream)
    assert text == "The lock"
    assert error is not None and error.code == code
    assert "upstream" in error.message
    entry = sluice.outcome_of(stream.response.headers["x-request-id"])
    assert (entry["outcome"], entry["status"]) == ("truncated", 200)
    assert entry["output"] >= 2, "what was streamed was used"


@pytest.mark.parametrize(("script", "code"), [
    ("truncate-stream", "upstream_truncated"), ("finish-without-done", "upstream_truncated"),
    ("cut-chunk", "upstream_truncated"), ("reset-mid-stream", "upstream_truncated"),
    ("stall-mid-stream", "upstream_timeout"), ("bad-chunk-size", "upstream_bad_response"),
])
def test_anthropic_is_told_in_the_stream_that_it_broke_off(sluice, of_anthropic, script, code):
    stream = of_anthropic(script, stream=True)
    text, error = read_anthropic(stream)
    assert text == "The lock"
    assert isinstance(error, anthropic.APIStatusError)
    assert error.error_code == code
    assert error.body["request_id"] == stream.response.headers["request-id"]


@pytest.mark.parametrize("script", ["comments", "line-ends", "until-close", "one-continue", "ok-stream"])
def test_what_the_standards_allow_arrives_whole(of_openai, of_anthropic, script):
    assert read_openai(of_openai(script, stream=True)) == (TEXT, None)
    assert read_anthropic(of_anthropic(script, stream=True)) == (TEXT, None)


def test_a_stream_cut_into_single_bytes_arrives_whole(of_openai, of_anthropic):
    text = " wörld 日本\r\n"
    assert read_openai(of_openai("byte-by-byte", stream=True)) == (text, None)
    assert read_openai(of_openai("byte-by-byte", stream=True, stream_options={"include_usage": True})) == (text, None)
    assert read_anthropic(of_anthropic("byte-by-byte", stream=True)) == (text, None)


def test_an_error_event_of_the_upstream_passes(of_openai, of_anthropic):
    _, error = read_openai(of_openai("error-event", stream=True))
    assert error.code == "overloaded" and "mid-stream" in error.message
    _, error = read_anthropic(of_anthropic("error-event", stream=True))
    assert error.type == "overloaded_error"


def test_a_bare_ping_does_not_kill_an_openai_stream(of_openai):
    text, error = read_openai(of_openai("bare-ping", stream=True))
    assert text == "The lock"
    assert error.code == "upstream_truncated"


def test_an_upstream_that_hangs_after_the_end_mark_keeps_nobody_waiting_for_long(sluice, of_openai, of_anthropic):
    stream = of_openai("stall-after-done", stream=True)
    assert read_openai(stream) == (TEXT, None)
    stream = of_anthropic("stall-after-done", stream=True)
    assert read_anthropic(stream) == (TEXT, None)
    entry = sluice.outcome_of(stream.response.headers["request-id"])
    assert entry["outcome"] == "completed"
    assert entry["output"] == 5


def test_a_plain_answer_to_a_request_for_a_stream_passes_as_it_is(sluice, admitted):
    answer = ask(
        sluice.gateway_port, "POST", "/v1/chat/completions", chat("aurora", "script:plain-for-stream", stream=True),
        {"Authorization": f"Bearer {admitted.key}"})
    assert answer.status == 200 and answer.headers["content-type"] == "application/json"
    assert answer.json()["choices"][0]["message"]["content"] == TEXT


# Errors of the upstream.

@pytest.mark.parametrize("script", ["401", "403"])
def test_an_upstream_that_refuses_the_gateway_is_not_the_callers_fault(of_openai, of_anthropic, script):
    with pytest.raises(openai.InternalServerError) as of_one:
        of_openai(script)
    with pytest.raises(anthropic.InternalServerError) as of_other:
        of_anthropic(script)
    assert (of_one.value.status_code, of_one.value.code) == (502, "upstream_rejected_credentials")
    assert (of_other.value.status_code, of_other.value.error_code) == (502, "upstream_rejected_credentials")
    for error in (of_one.value, of_other.value):
        assert "secret-upstream-hint" not in str(error) and "forbids" not in str(error)


def test_an_upstream_without_the_version_is_502(of_openai, of_anthropic):
    with pytest.raises(openai.InternalServerError) as caught:
        of_openai("404")
    assert (caught.value.status_code, caught.value.code) == (502, "upstream_model_missing")
    with pytest.raises(anthropic.InternalServerError) as caught:
        of_anthropic("404", stream=True)
    assert (caught.value.status_code, caught.value.error_code) == (502, "upstream_model_missing")


def test_an_upstreams_429_passes_with_its_waiting_time(scripted, of_openai, of_anthropic):
    for asking, kind in ((of_openai, openai.RateLimitError), (of_anthropic, anthropic.RateLimitError)):
        with pytest.raises(kind) as caught:
            asking("429")
        headers = caught.value.response.headers
        assert (headers["retry-after"], headers["retry-after-ms"]) == ("7", "6500")
        assert "busy" in str(caught.value)
        assert headers["x-request-id"].startswith("req_")


@pytest.mark.parametrize(("script", "status"), [
    ("400", 400), ("408", 408), ("413", 413), ("500", 500), ("503", 503), ("529", 529), ("html-500", 500),
    ("empty-500", 500),
])
def test_other_errors_keep_their_status_and_show_no_page(sluice, of_openai, of_anthropic, script, status):
    with pytest.raises(openai.APIStatusError) as of_one:
        of_openai(script)
    with pytest.raises(anthropic.APIStatusError) as of_other:
        of_anthropic(script)
    assert (of_one.value.status_code, of_other.value.status_code) == (status, status)
    for error in (of_one.value, of_other.value):
        assert error.body and "internal-host-7" not in str(error)
    if script in ("html-500", "empty-500"):
        assert of_one.value.code == of_other.value.error_code == "upstream_error"
    entry = sluice.outcome_of(of_other.value.request_id)
    assert entry["outcome"] in ("upstream_error", "upstream_failed")
    assert (entry["input"], entry["output"]) == (0, 0)


@pytest.mark.parametrize("script", [
    "bad-json-200", "html-200", "garbage-status-line", "1xx-flood", "both-lengths", "two-lengths", "huge-head",
    "switching-protocols", "reset-before-head", "close-before-head",
])
def test_what_is_no_answer_is_502_and_nothing_of_it_is_shown(of_openai, of_anthropic, script):
    with pytest.raises(openai.InternalServerError) as caught:
        of_openai(script)
    assert (caught.value.status_code, caught.value.code) == (502, "upstream_bad_response")
    with pytest.raises(anthropic.InternalServerError) as caught:
        of_anthropic(script)
    assert (caught.value.status_code, caught.value.error_code) == (502, "upstream_bad_response")
    assert "smuggled" not in str(caught.value) and "log in" not in str(caught.value)


def test_a_redirect_is_never_followed(scripted, of_openai):
    with pytest.raises(openai.InternalServerError) as caught:
        of_openai("redirect")
    assert caught.value.status_code == 502
    assert len(scripted.seen()) == 1
    assert "location" not in caught.value.response.headers


def test_an_answer_shorter_than_announced_is_not_an_answer(of_openai, of_anthropic):
    with pytest.raises(openai.InternalServerError) as caught:
        of_openai("short-content-length")
    assert (caught.value.status_code, caught.value.code) == (502, "upstream_truncated")
    with pytest.raises(anthropic.InternalServerError) as caught:
        of_anthropic("short-content-length")
    assert caught.value.error_code == "upstream_truncated"


@pytest.mark.parametrize("script", ["stall-before-head", "stall-in-head", "stall-mid-body"])
def test_an_upstream_that_stalls_is_504(scripted, of_openai, of_anthropic, script):
    with pytest.raises(openai.InternalServerError) as caught:
        of_openai(script)
    assert (caught.value.status_code, caught.value.code) == (504, "upstream_timeout")
    assert scripted.last_ended()["peer_closed"], "the upstream is told to stop"
    with pytest.raises(anthropic.APIStatusError) as caught:
        of_anthropic(script, stream=script != "stall-mid-body")
    assert (caught.value.status_code, caught.value.error_code) == (504, "upstream_timeout")


def test_an_upstream_that_is_down_is_503(sluice, clients):
    sluice.add_model("gone", "nowhere", "ok")
    application = sluice.admitted_application("gone")
    with pytest.raises(openai.InternalServerError) as caught:
        clients.openai(sluice.gateway, application.key).chat.completions.create(
            model="gone", messages=[{"role": "user", "content": "hi"}])
    assert (caught.value.status_code, caught.value.code) == (503, "upstream_unavailable")
    with pytest.raises(anthropic.APIStatusError) as caught:
        clients.anthropic(sluice.gateway, application.key).messages.create(
            model="gone", max_tokens=5, messages=[{"role": "user", "content": "hi"}])
    assert (caught.value.status_code, caught.value.error_code) == (503, "upstream_unavailable")


def test_an_upstream_that_is_not_configured_is_503(sluice, clients):
    sluice.add_model("unmapped", "never-configured", "ok")
    application = sluice.admitted_application("unmapped")
    with pytest.raises(openai.InternalServerError) as caught:
        clients.openai(sluice.gateway, application.key).chat.completions.create(
            model="unmapped", messages=[{"role": "user", "content": "hi"}])
    assert (caught.value.status_code, caught.value.code) == (503, "upstream_unavailable")


# Large and mixed.

def test_a_large_answer_passes_and_one_too_large_is_502(sluice, of_openai):
    assert len(of_openai("huge-answer bytes=9000000").choices[0].message.content) == 9_000_000
    assert len(read_openai(of_openai("huge-answer bytes=3000000", stream=True))[0]) == 3_000_000
    with pytest.raises(openai.InternalServerError) as caught:
        of_openai("huge-answer bytes=13000000")
    assert (caught.value.status_code, caught.value.code) == (502, "upstream_bad_response")


def test_a_client_that_reads_slowly_does_not_fill_the_gateway(sluice, admitted):
    def resident():
        status = open(f"/proc/{sluice.process.pid}/status").read()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024
    before = resident()
    connections = [Connection(sluice.gateway_port) for _ in range(8)]
    for connection in connections:
        connection.send(post(chat("aurora", "script:huge-answer bytes=11000000", stream=True), admitted.key))
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 8, 5, "eight in flight")
    threading.Event().wait(0.5)
    grown = resident() - before
    for connection in connections:
        connection.reset()
    print(f"\nresident memory grew by {grown:.0f} MiB for 8 streams of 11 MB that nobody reads")
    assert grown < 60


@pytest.mark.parametrize("lie", [
    "two-answers", "lying-length-long",
    "two-answers split=1",
])
def test_an_answer_that_nobody_asked_for_reaches_nobody(scripted, sluice, admitted, lie):
    failures = []

    def run(canary):
        with Connection(sluice.gateway_port) as connection:
            for number in range(12):
                # The canary is a user of the request, not an option of the script.
                script = lie if number % 3 == 0 else "ok"
                connection.send(post(
                    chat("aurora", f"script:{script}", user=f"{canary}-{number}"), admitted.key))
                status, _, body = connection.answer()
                if status != 200 or json.loads(body)["choices"][0]["message"]["content"] != TEXT:
                    failures.append((canary, number, status, body[:200]))
            if connection.buffer != b"":
                failures.append((canary, "left over", connection.buffer))

    threads = [threading.Thread(target=run, args=(f"client{number}",)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    seen = scripted.seen()
    assert len(seen) == 120
    assert len({json.loads(record["body"])["user"] for record in seen}) == 120, "each was asked once"
    name = lie.split(" ")[0]
    for connection in {record["connection"] for record in seen if record["script"] == name}:
        on_it = [record["script"] for record in seen if record["connection"] == connection]
        assert on_it[-1] == name and name not in on_it[:-1], "a connection that lied was used again"


@pytest.mark.parametrize("lie", ["two-answers", "lying-length-long"])
def test_an_answer_that_comes_while_the_connection_rests_costs_it(scripted, sluice, admitted, lie):
    with Connection(sluice.gateway_port) as connection:
        for script in (f"{lie} delay=0.03", "ok", "ok"):
            connection.send(post(chat("aurora", f"script:{script}"), admitted.key))
            status, _, body = connection.answer()
            assert status == 200 and json.loads(body)["choices"][0]["message"]["content"] == TEXT
            threading.Event().wait(0.15)
    liar, second, third = (record["connection"] for record in scripted.seen())
    assert liar != second == third


def test_a_connection_that_the_upstream_gives_up_costs_nobody_a_request(sluice, of_openai):
    for _ in range(10):
        assert of_openai("stale-connection").choices[0].message.content == TEXT


def test_after_all_of_that_nothing_is_in_flight(sluice, admitted):
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0, 5, "nothing in flight")
    with Connection(sluice.gateway_port) as connection:
        # An error of the upstream does not cost the caller's connection.
        for script in ("500", "401", "bad-json-200", "truncate-stream", "ok"):
            connection.send(post(chat("aurora", f"script:{script}", stream=script == "truncate-stream"), admitted.key))
            connection.answer()
