"""What the real SDKs make of an upstream that misbehaves, without a gateway between.

These are the facts that the gateway's behaviour is built on: where a client is silent about a broken answer, the
gateway has to speak.
"""

import asyncio
import json
import socket
import time

import anthropic
import httpx2
import openai
import pytest


def ask_openai(client, script, **options):
    return client.chat.completions.create(
        model="m", messages=[{"role": "user", "content": f"script:{script}"}], **options)


def ask_anthropic(client, script, **options):
    return client.messages.create(
        model="m", max_tokens=50, messages=[{"role": "user", "content": f"script:{script}"}], **options)


def openai_text(stream):
    return "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)


def anthropic_text(stream):
    return "".join(event.delta.text for event in stream if event.type == "content_block_delta")


def test_openai_sees_an_honest_answer_and_the_upstream_sees_the_request(scripted, clients):
    client = clients.openai(scripted.url, key="slk_abc")
    assert ask_openai(client, "ok").choices[0].message.content == "The lock fills slowly."
    assert openai_text(ask_openai(client, "ok", stream=True)) == "The lock fills slowly."
    seen = scripted.seen()
    assert [record["path"] for record in seen] == ["/v1/chat/completions"] * 2
    headers = dict(seen[0]["headers"])
    assert headers["authorization"] == "Bearer slk_abc"
    assert headers["x-stainless-retry-count"] == "0"
    assert json.loads(seen[0]["body"])["model"] == "m"
    assert "idempotency-key" not in headers
    assert all(record["finished"] for record in seen)
    assert seen[0]["connection"] == seen[1]["connection"], "the SDK keeps its connection"


def test_anthropic_sees_an_honest_answer_and_sends_a_bearer_key(scripted, clients):
    client = clients.anthropic(scripted.url, key="slk_abc")
    assert ask_anthropic(client, "ok").content[0].text == "The lock fills slowly."
    assert anthropic_text(ask_anthropic(client, "ok", stream=True)) == "The lock fills slowly."
    headers = dict(scripted.seen()[0]["headers"])
    assert headers["authorization"] == "Bearer slk_abc"
    assert headers["anthropic-version"] == "2026-10-21"
    assert "x-api-key" not in headers


def test_the_model_name_chooses_a_script_too(scripted, clients):
    with pytest.raises(openai.InternalServerError):
        clients.openai(scripted.url).chat.completions.create(model="529", messages=[{"role": "user", "content": "hi"}])
    assert scripted.seen()[0]["script"] == "529"
    with pytest.raises(anthropic.APIStatusError) as caught:
        clients.anthropic(scripted.url).messages.create(
            model="529", max_tokens=5, messages=[{"role": "user", "content": "hi"}])
    assert caught.value.status_code == 529


def test_both_list_models(scripted, clients):
    assert [model.id for model in clients.openai(scripted.url).models.list()] == ["ok"]
    assert [model.id for model in clients.anthropic(scripted.url).models.list()] == ["ok"]


def test_a_truncated_stream_looks_complete_to_openai(scripted, clients):
    chunks = list(ask_openai(clients.openai(scripted.url), "truncate-stream", stream=True))
    assert openai_text(chunks) == "The lock"
    assert all(choice.finish_reason is None for chunk in chunks for choice in chunk.choices)


def test_a_truncated_stream_looks_complete_to_anthropic(scripted, clients):
    events = list(ask_anthropic(clients.anthropic(scripted.url), "truncate-stream", stream=True))
    assert anthropic_text(events) == "The lock"
    assert "message_stop" not in [event.type for event in events]
    with clients.anthropic(scripted.url).messages.stream(
        model="m", max_tokens=50, messages=[{"role": "user", "content": "script:truncate-stream"}]) as stream:
        message = stream.get_final_message()
    assert message.content[0].text == "The lock"
    assert message.stop_reason is None


def test_a_stream_without_end_mark_looks_complete_to_both(scripted, clients):
    assert openai_text(ask_openai(clients.openai(scripted.url), "finish-without-done", stream=True)) == "The lock"
    events = ask_anthropic(clients.anthropic(scripted.url), "finish-without-done", stream=True)
    assert anthropic_text(events) == "The lock"


@pytest.mark.parametrize("script", ["cut-chunk", "reset-mid-stream"])
def test_a_broken_stream_raises_and_is_not_tried_again(scripted, clients, script):
    # openai wraps the failure; anthropic lets the transport's own error through.
    with pytest.raises(openai.APIConnectionError):
        list(ask_openai(clients.openai(scripted.url, max_retries=2), script, stream=True))
    with pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)):
        list(ask_anthropic(clients.anthropic(scripted.url, max_retries=2), script, stream=True))
    assert len(scripted.seen(script)) == 2


@pytest.mark.parametrize("script", ["reset-before-head", "close-before-head", "short-content-length"])
def test_a_broken_plain_answer_is_tried_three_times(scripted, clients, script):
    with pytest.raises(openai.APIConnectionError):
        ask_openai(clients.openai(scripted.url, max_retries=2), script)
    counts = [dict(record["headers"])["x-stainless-retry-count"] for record in scripted.seen(script)]
    assert counts == ["0", "1", "2"]
    scripted.reset()
    with pytest.raises(anthropic.APIConnectionError):
        ask_anthropic(clients.anthropic(scripted.url, max_retries=1), script)
    assert len(scripted.seen(script)) == 2


@pytest.mark.parametrize(
    ("script", "openai_class", "anthropic_class"),
    [
        ("400", openai.BadRequestError, anthropic.BadRequestError),
        ("401", openai.AuthenticationError, anthropic.AuthenticationError),
        ("403", openai.PermissionDeniedError, anthropic.PermissionDeniedError),
        ("404", openai.NotFoundError, anthropic.NotFoundError),
        ("413", openai.APIStatusError, anthropic.APIStatusError),
        ("429", openai.RateLimitError, anthropic.RateLimitError),
        ("500", openai.InternalServerError, anthropic.InternalServerError),
        ("529", openai.InternalServerError, anthropic.APIStatusError),
        ("html-500", openai.InternalServerError, anthropic.InternalServerError),
    ])
def test_each_status_has_its_exception(scripted, clients, script, openai_class, anthropic_class):
    with pytest.raises(openai_class) as of_openai:
        ask_openai(clients.openai(scripted.url), script)
    with pytest.raises(anthropic_class) as of_anthropic:
        ask_anthropic(clients.anthropic(scripted.url), script)
    status = int(script.split("-")[-1])
    assert of_openai.value.status_code == status
    assert of_anthropic.value.status_code == status


def test_an_html_error_has_no_message_and_no_code(scripted, clients):
    with pytest.raises(openai.InternalServerError) as caught:
        ask_openai(clients.openai(scripted.url), "html-500")
    assert caught.value.code is None


def test_errors_are_tried_again_but_not_403(scripted, clients):
    with pytest.raises(openai.InternalServerError):
        ask_openai(clients.openai(scripted.url, max_retries=2), "500")
    assert len(scripted.seen()) == 3
    scripted.reset()
    with pytest.raises(openai.PermissionDeniedError):
        ask_openai(clients.openai(scripted.url, max_retries=2), "403")
    assert len(scripted.seen()) == 1


def test_a_bare_ping_kills_an_openai_stream(scripted, clients):
    with pytest.raises(json.JSONDecodeError):
        list(ask_openai(clients.openai(scripted.url), "bare-ping", stream=True))


@pytest.mark.parametrize("script", ["comments", "line-ends", "until-close", "one-continue"])
def test_what_the_standards_allow_is_understood(scripted, clients, script):
    text = "The lock fills slowly."
    assert openai_text(ask_openai(clients.openai(scripted.url), script, stream=True)) == text
    assert anthropic_text(ask_anthropic(clients.anthropic(scripted.url), script, stream=True)) == text


def test_a_stream_cut_into_single_bytes_is_put_together(scripted, clients):
    text = " wörld 日本\r\n"
    assert openai_text(ask_openai(clients.openai(scripted.url), "byte-by-byte", stream=True)) == text
    assert anthropic_text(ask_anthropic(clients.anthropic(scripted.url), "byte-by-byte", stream=True)) == text


def test_an_error_event_raises_in_both(scripted, clients):
    with pytest.raises(openai.APIError) as of_openai:
        list(ask_openai(clients.openai(scripted.url), "error-event", stream=True))
    assert of_openai.value.code == "overloaded"
    assert "mid-stream" in of_openai.value.message
    with pytest.raises(anthropic.APIStatusError) as of_anthropic:
        list(ask_anthropic(clients.anthropic(scripted.url), "error-event", stream=True))
    assert of_anthropic.value.type == "overloaded_error"


@pytest.mark.parametrize("script", ["stall-before-head", "stall-in-head", "stall-mid-body"])
def test_the_upstream_sees_at_once_that_an_impatient_client_leaves(scripted, clients, script):
    with pytest.raises(openai.APITimeoutError):
        ask_openai(clients.openai(scripted.url, timeout=0.5), script)
    record = scripted.last_ended()
    assert record["peer_closed"] and not record["finished"]
    assert 300 < record["peer_closed_after_ms"] < 5000


def test_the_upstream_sees_that_a_stream_was_left(scripted, clients):
    stream = ask_openai(clients.openai(scripted.url), "stall-mid-stream", stream=True)
    next(iter(stream))
    assert not scripted.seen()[-1]["peer_closed"]
    stream.close()
    assert scripted.last_ended()["peer_closed"]


def test_openai_leaves_at_the_end_mark_and_does_not_wait_for_the_last_chunk(scripted, clients):
    stream = ask_openai(clients.openai(scripted.url), "stall-after-done", stream=True)
    assert openai_text(stream) == "The lock fills slowly."
    assert scripted.last_ended()["peer_closed"]


def test_anthropic_waits_for_the_last_chunk(scripted, clients):
    stream = ask_anthropic(clients.anthropic(scripted.url, timeout=0.5), "stall-after-done", stream=True)
    with pytest.raises(httpx2.ReadTimeout):
        anthropic_text(stream)


def test_the_asynchronous_openai_client_does_not_wait_either(scripted):
    async def ask():
        async with openai.AsyncOpenAI(
            base_url=scripted.url + "/v1", api_key="slk_test", max_retries=0, timeout=0.5) as client:
            stream = await ask_openai(client, "stall-after-done", stream=True)
            return "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])

    assert asyncio.run(ask()) == "The lock fills slowly."
    assert scripted.last_ended()["peer_closed"]


def raw(scripted, script, seconds=0.3):
    """The bytes that the script sends until it closes or falls silent, read without any HTTP."""
    body = json.dumps({"model": script, "messages": []}).encode()
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", scripted.port), timeout=seconds) as connection:
        connection.sendall(head + body)
        received = b""
        try:
            while data := connection.recv(65536):
                received += data
        except TimeoutError:
            pass
        return received


def test_the_lies_are_on_the_wire_as_they_are_meant(scripted):
    assert raw(scripted, "two-answers").count(b"HTTP/1.1 200 OK") == 2
    assert raw(scripted, "lying-length-long").endswith(b"and this is more than the length said")
    assert raw(scripted, "garbage-status-line").startswith(b"HELLO?")
    assert raw(scripted, "1xx-flood").count(b"103 Early Hints") == 2000
    both = raw(scripted, "both-lengths")
    assert b"Content-Length: 5\r\n" in both and b"Transfer-Encoding: chunked\r\n" in both
    assert raw(scripted, "two-lengths").count(b"Content-Length") == 2
    assert raw(scripted, "bad-chunk-size").endswith(b"0x5\r\nhello\r\n0\r\n\r\n")
    assert len(raw(scripted, "huge-head")) > 1_000_000


def test_slow_tokens_take_their_time_and_all_arrive(scripted, clients):
    client = clients.openai(scripted.url)
    started = time.monotonic()
    stream = client.chat.completions.create(
        model="m", stream=True, messages=[{"role": "user", "content": "script:slow-tokens count=10 delay=0.05"}])
    assert openai_text(stream) == "".join(f" {number}" for number in range(10))
    assert time.monotonic() - started >= 0.5


def test_a_huge_answer_arrives_whole(scripted, clients):
    answer = clients.openai(scripted.url).chat.completions.create(
        model="m", messages=[{"role": "user", "content": "script:huge-answer bytes=3000000"}])
    assert len(answer.choices[0].message.content) == 3_000_000


def test_every_script_says_in_one_place_that_it_exists(scripted):
    names = scripted.scripts()
    assert len(names) >= 40
    assert {"ok", "truncate-stream", "two-answers", "stall-before-head"} <= set(names)
