"""What Anthropic's client needs of a server, item by item, for each major of it."""

import concurrent.futures
import json

import anthropic
import pytest

from asking import HELLO, caught, read_anthropic
from control import ask
from majors import code, field, item
from processes import eventually

# The Sluice of this module speaks up after a second of silence.
GATEWAY, UPSTREAM_MODEL = {"stream-keep-alive": "1s"}, "up/aurora-7b"


@pytest.fixture
def client(sluice, admitted, clients):
    return clients.anthropic(sluice.gateway, admitted.key)


def message(client, script="ok", **options):
    return client.messages.create(
        model="aurora", max_tokens=50, messages=[{"role": "user", "content": f"script:{script}"}], **options)


@item("A1")
def test_a_message_is_a_typed_result(client, sdk):
    answer = message(client)
    assert answer.content[0].text == "The lock fills slowly." and answer.stop_reason == "end_turn"
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (11, 5)


@item("A2")
def test_an_answer_has_its_request_id(client, sdk):
    assert message(client)._request_id.startswith("req_")


@item("A3")
def test_unknown_fields_pass_in_both_directions(scripted, client, sdk):
    answer = message(client, "new-field", extra_body={"x_new": [1, {"a": None}]})
    assert json.loads(scripted.seen()[-1]["body"])["x_new"] == [1, {"a": None}]
    assert answer.model_extra["x_new"] == {"deep": [1, None]}


@item("A4")
def test_models_are_listed_and_shown(client, sdk):
    assert [model.id for model in client.models.list()] == ["aurora"]
    assert client.models.retrieve("aurora").display_name == "Aurora"


@item("A5")
def test_a_wrong_key_is_401(sluice, clients, sdk):
    error = caught(anthropic.AuthenticationError, lambda: message(clients.anthropic(sluice.gateway, "slk_wrong")))
    assert code(error) == "invalid_api_key" and error.body["error"]["type"] == "authentication_error"
    assert error.request_id == error.body["request_id"]


@item("A6")
def test_an_unknown_model_is_404(client, sdk):
    error = caught(
        anthropic.NotFoundError, lambda: client.messages.create(model="none", max_tokens=5, messages=HELLO))
    assert code(error) == "model_not_found" and error.body["error"]["type"] == "not_found_error"


@item("A7")
def test_an_upstream_that_is_overloaded_says_so(client, sdk):
    error = caught(anthropic.APIStatusError, lambda: message(client, "529"))
    assert error.status_code == 529 and error.body["error"]["type"] == "overloaded_error"


@item("A8")
def test_a_limit_is_429_and_says_how_long_to_wait(sluice, clients, sdk):
    application = sluice.admitted_application("aurora", limits={"requests_per_minute": 1})
    client = clients.anthropic(sluice.gateway, application.key)
    message(client)
    error = caught(anthropic.RateLimitError, lambda: message(client))
    assert code(error) == "rate_limit_exceeded" and error.body["error"]["type"] == "rate_limit_error"
    assert 0 < int(field(error, "retry-after-ms")) <= 60_000 and 0 < int(field(error, "retry-after")) <= 60
    assert field(error, "anthropic-ratelimit-unified-status") == "rejected"


@item("A9")
def test_the_stream_helper_puts_the_message_together(client, sdk):
    with client.messages.stream(model="aurora", max_tokens=50, messages=HELLO) as stream:
        assert "".join(stream.text_stream) == "The lock fills slowly."
        final = stream.get_final_message()
    assert final.stop_reason == "end_turn" and final.model == "aurora" and final.usage.output_tokens == 5


@item("A10")
def test_an_error_of_the_upstream_is_raised_in_the_stream(client, sdk):
    text, error = read_anthropic(message(client, "error-event", stream=True))
    assert text == "The lock" and "upstream broke down in mid-stream" in str(error)


@item("A11")
def test_a_stream_without_its_end_is_not_made_whole(client, sdk):
    for script in ("truncate-stream", "finish-without-done", "cut-chunk"):
        text, error = read_anthropic(message(client, script, stream=True))
        assert text == "The lock" and code(error) in ("upstream_truncated", "upstream_bad_response"), script


@item("A12")
def test_events_come_in_their_order_and_named(client, sdk):
    kinds = [event.type for event in message(client, stream=True)]
    assert kinds == ["message_start", "content_block_start", *["content_block_delta"] * 5, "content_block_stop",
                     "message_delta", "message_stop"]


@item("A13")
def test_tokens_are_counted_and_cost_none(sluice, clients, sdk):
    application = sluice.admitted_application("aurora", limits={"tokens_per_minute": 100, "requests_per_minute": 20})
    client = clients.anthropic(sluice.gateway, application.key)
    for _ in range(5):
        raw = client.messages.with_raw_response.count_tokens(model="aurora", messages=HELLO * 50)
        assert raw.parse().input_tokens == 11
    assert raw.headers["anthropic-ratelimit-tokens-remaining"] == "100"
    assert raw.headers["anthropic-ratelimit-requests-remaining"] == "15"
    error = caught(anthropic.NotFoundError, lambda: client.messages.count_tokens(model="none", messages=HELLO))
    assert code(error) == "model_not_found"


@item("A14")
def test_limits_stand_on_answers_and_streams(sluice, clients, sdk):
    application = sluice.admitted_application("aurora", limits={"requests_per_minute": 30, "tokens_per_minute": 9_000})
    client = clients.anthropic(sluice.gateway, application.key)
    for number, stream in enumerate((False, True)):
        raw = client.messages.with_raw_response.create(model="aurora", max_tokens=5, messages=HELLO, stream=stream)
        fields = raw.headers
        assert fields["anthropic-ratelimit-requests-remaining"] == str(29 - number)
        assert fields["anthropic-ratelimit-tokens-limit"] == "9000"
        assert fields["anthropic-ratelimit-requests-reset"].endswith("Z")
        assert fields["anthropic-ratelimit-unified-status"] == "allowed"
        if stream:
            list(raw.parse())
        else:
            raw.parse()


@item("A15")
def test_an_upstream_sees_the_version_that_the_sdk_speaks(scripted, admitted, client, sdk):
    message(client, extra_headers={"anthropic-beta": "new-thing"})
    seen = dict(scripted.seen()[-1]["headers"])
    expected = "2026-10-21" if int(anthropic.__version__.split(".")[0]) >= 2 else "2023-06-01"
    assert (seen["anthropic-version"], seen["anthropic-beta"]) == (expected, "new-thing")
    assert admitted.key not in scripted.seen()[-1]["head"]


@item("A16")
def test_who_would_wait_for_long_is_told_not_to(scripted, sluice, admitted, clients, sdk):
    client = clients.anthropic(sluice.gateway, admitted.key, max_retries=2)
    error = caught(anthropic.RateLimitError, lambda: message(client, "patience"))
    assert field(error, "x-should-retry") == "false" and len(scripted.seen()) == 1


@item("A17")
def test_a_refusal_of_the_model_arrives_as_one_and_is_recorded(sluice, client, sdk):
    answer = message(client, "refusal")
    assert answer.stop_reason == "refusal"
    entry = eventually(
        lambda: [e for e in sluice.log_entries("access") if e.get("request") == answer._request_id][1:], 5, "the outcome")
    assert entry[0]["finish"] == "refusal"


@item("A18")
def test_a_model_that_thinks_for_long_keeps_its_client(sluice, admitted, client, sdk):
    body = {"model": "aurora", "max_tokens": 5, "stream": True,
            "messages": [{"role": "user", "content": "script:late-stream delay=1.8"}]}
    with concurrent.futures.ThreadPoolExecutor() as pool:
        answer = pool.submit(ask, sluice.gateway_port, "POST", "/v1/messages", body, {"x-api-key": admitted.key})
        assert read_anthropic(message(client, "late-stream delay=1.8", stream=True)) == ("The lock fills slowly.", None)
    answer = answer.result()
    assert answer.body.startswith(b'event: ping\ndata: {"type": "ping"}\n\nevent: message_start')


@item("A19")
def test_what_goes_wrong_after_a_long_silence_is_said_in_the_stream(client, sdk):
    text, error = read_anthropic(message(client, "late-error delay=1.8", stream=True))
    assert text == "" and code(error) == "upstream_error"


@item("A20")
def test_a_model_whose_access_ends_says_when(sluice, clients, sdk):
    sluice.add_model("ending", "scripted", "ok")
    application = sluice.add_application()
    sluice.grant(application, "aurora")
    sluice.grant(application, "ending", expires=4_102_444_800_000)
    client = clients.anthropic(sluice.gateway, application.key)
    listed = {model.id: model.model_dump()["lifecycle"] for model in client.models.list()}
    assert listed == {"aurora": "active", "ending": "deprecated"}
    only = client.models.list(extra_query={"lifecycle": ["active", "retired"]})
    assert [model.id for model in only.data] == ["aurora"]
    error = caught(anthropic.BadRequestError, lambda: client.models.list(extra_query={"lifecycle": "old"}))
    assert error.body["error"]["details"]["param"] == "lifecycle"
    shown = ask(
        sluice.gateway_port, "GET", "/v1/models/ending", headers={"Authorization": f"Bearer {application.key}"}).json()
    assert shown["shutdown_date"] == "2100-01-01"


@item("A21")
def test_a_retry_is_noted_as_one(sluice, admitted, clients, sdk):
    since = sluice.log_size("access")
    client = clients.anthropic(sluice.gateway, admitted.key, max_retries=1)
    caught(anthropic.InternalServerError, lambda: message(client, "500"))
    admissions = [e for e in sluice.log_entries("access", since) if e["kind"] == "request.admitted"]
    assert [entry.get("retry") for entry in admissions] == [None, 1]


@item("A22")
def test_who_leaves_a_stream_stops_it(scripted, client, sdk):
    stream = message(client, "slow-tokens count=400 delay=0.02", stream=True)
    next(iter(stream))
    stream.close()
    assert scripted.last_ended()["peer_closed"]
