"""The real Anthropic SDK through Sluice."""

import json

import anthropic
import pytest

from control import ask

HELLO = [{"role": "user", "content": "hello"}]


@pytest.fixture
def client(sluice, admitted, clients):
    return clients.anthropic(sluice.gateway, admitted.key)


def test_an_admitted_application_gets_a_message(scripted, client):
    message = client.messages.create(model="aurora", max_tokens=50, messages=HELLO)
    assert message.content[0].text == "The lock fills slowly."
    assert message.stop_reason == "end_turn"
    assert (message.usage.input_tokens, message.usage.output_tokens) == (11, 5)
    assert message._request_id.startswith("req_")


def test_the_upstream_sees_the_version_and_the_protocols_own_fields(scripted, admitted, client):
    client.messages.create(
        model="aurora", max_tokens=50, messages=HELLO, extra_headers={"anthropic-beta": "new-thing"})
    record = scripted.seen()[-1]
    headers = dict(record["headers"])
    assert record["path"] == "/v1/messages"
    assert json.loads(record["body"])["model"] == "ok"
    assert headers["anthropic-version"] == "2026-10-21"
    assert headers["anthropic-beta"] == "new-thing"
    assert admitted.key not in record["head"]


def test_the_stream_helper_puts_the_message_together(scripted, client):
    with client.messages.stream(model="aurora", max_tokens=50, messages=HELLO) as stream:
        words = list(stream.text_stream)
        message = stream.get_final_message()
    assert words == ["The", " lock", " fills", " slowly", "."]
    assert message.content[0].text == "The lock fills slowly."
    assert message.stop_reason == "end_turn"
    assert (message.usage.input_tokens, message.usage.output_tokens) == (0, 5) or message.usage.output_tokens == 5
    assert stream.request_id.startswith("req_")


def test_events_come_in_their_order(scripted, client):
    kinds = [event.type for event in client.messages.create(
        model="aurora", max_tokens=50, messages=HELLO, stream=True)]
    assert kinds == ["message_start", "content_block_start", *["content_block_delta"] * 5, "content_block_stop",
                     "message_delta", "message_stop"]


def test_models_are_listed_in_the_protocols_own_shape(sluice, client):
    page = client.models.list()
    assert [model.id for model in page.data] == ["aurora"]
    model = client.models.retrieve("aurora")
    assert (model.id, model.type, model.display_name) == ("aurora", "model", "Aurora")
    assert model.created_at.year >= 2026


def test_the_list_of_models_has_pages(sluice, clients):
    names = [f"paged-{number}" for number in range(5)]
    application = sluice.add_application()
    for name in names:
        sluice.add_model(name, "scripted", "ok")
        sluice.grant(application, name)
    client = clients.anthropic(sluice.gateway, application.key)
    first = client.models.list(limit=2)
    assert [model.id for model in first.data] == names[:2]
    assert first.has_more and (first.first_id, first.last_id) == (names[0], names[1])
    # The SDK walks the pages by itself.
    assert [model.id for model in client.models.list(limit=2)] == names
    assert [model.id for model in client.models.list(limit=2, before_id=names[2]).data] == names[:2]
    with pytest.raises(anthropic.BadRequestError):
        client.models.list(after_id="never-seen")
    with pytest.raises(anthropic.BadRequestError):
        client.models.list(limit=0)


def test_the_same_path_answers_each_sdk_in_its_shape(sluice, admitted):
    bearer = {"Authorization": f"Bearer {admitted.key}"}
    openai_list = ask(sluice.gateway_port, "GET", "/v1/models", headers=bearer).json()
    anthropic_list = ask(
        sluice.gateway_port, "GET", "/v1/models", headers=bearer | {"anthropic-version": "2023-06-01"}).json()
    assert openai_list["object"] == "list"
    assert "object" not in anthropic_list and anthropic_list["has_more"] is False


def test_the_key_may_come_as_x_api_key_and_any_version_passes(scripted, sluice, admitted):
    for version in ("2023-06-01", "2026-10-21"):
        answer = ask(
            sluice.gateway_port, "POST", "/v1/messages", {"model": "aurora", "max_tokens": 5, "messages": HELLO},
            {"x-api-key": admitted.key, "anthropic-version": version})
        assert answer.status == 200, answer
        assert dict(scripted.seen()[-1]["headers"])["anthropic-version"] == version
        assert answer.headers["request-id"] == answer.headers["x-request-id"]


def test_two_different_keys_in_one_request_are_no_key(scripted, sluice, admitted):
    other = sluice.add_application()
    answer = ask(
        sluice.gateway_port, "POST", "/v1/messages", {"model": "aurora", "max_tokens": 5, "messages": HELLO},
        {"x-api-key": admitted.key, "Authorization": f"Bearer {other.key}"})
    assert answer.status == 401
    same = ask(
        sluice.gateway_port, "POST", "/v1/messages", {"model": "aurora", "max_tokens": 5, "messages": HELLO},
        {"x-api-key": admitted.key, "Authorization": f"Bearer {admitted.key}"})
    assert same.status == 200


def test_rate_headers_stand_on_answers_and_on_streams(sluice, clients):
    application = sluice.admitted_application(
        "aurora", limits={"requests_per_minute": 30, "tokens_per_minute": 50_000})
    client = clients.anthropic(sluice.gateway, application.key)
    for stream in (False, True):
        raw = client.messages.with_raw_response.create(
            model="aurora", max_tokens=100, messages=HELLO, stream=stream)
        fields = raw.headers
        assert fields["anthropic-ratelimit-requests-limit"] == "30"
        assert fields["anthropic-ratelimit-requests-remaining"] == ("28" if stream else "29")
        assert fields["anthropic-ratelimit-tokens-limit"] == "50000"
        assert fields["anthropic-ratelimit-tokens-reset"].endswith("Z")
        assert fields["request-id"].startswith("req_")
        parsed = raw.parse()
        if stream:
            list(parsed)


def test_errors_have_a_type_a_code_and_the_request_id(sluice, client, clients):
    with pytest.raises(anthropic.NotFoundError) as caught:
        client.messages.create(model="nothing", max_tokens=5, messages=HELLO)
    error = caught.value
    assert error.type == "not_found_error"
    assert error.body["error"]["details"]["error_code"] == "model_not_found"
    assert error.error_code == "model_not_found"
    assert error.body["request_id"] == error.request_id
    assert error.request_id.startswith("req_")
    with pytest.raises(anthropic.AuthenticationError) as caught:
        clients.anthropic(sluice.gateway, "slk_nonsense").messages.create(
            model="aurora", max_tokens=5, messages=HELLO)
    assert caught.value.type == "authentication_error"
    assert caught.value.error_code == "invalid_api_key"


def test_max_tokens_is_required_and_bounded_by_the_grant(scripted, sluice, clients):
    application = sluice.admitted_application("aurora", limits={"maximum_output_tokens": 100})
    client = clients.anthropic(sluice.gateway, application.key)
    with pytest.raises(anthropic.BadRequestError) as caught:
        client.messages.create(model="aurora", max_tokens=101, messages=HELLO)
    assert caught.value.body["error"]["details"] == {"error_code": "invalid_value", "param": "max_tokens"}
    answer = ask(
        sluice.gateway_port, "POST", "/v1/messages", {"model": "aurora", "messages": HELLO},
        {"x-api-key": application.key})
    assert answer.status == 400
    assert answer.json()["error"]["details"]["error_code"] == "missing_required_parameter"
    assert scripted.seen() == []


def test_unknown_fields_pass(scripted, client):
    client.messages.create(
        model="aurora", max_tokens=5, messages=HELLO, extra_body={"x_new_field": [1, {"a": None}]},
        metadata={"user_id": "u1"})
    body = json.loads(scripted.seen()[-1]["body"])
    assert body["x_new_field"] == [1, {"a": None}]
    assert body["metadata"] == {"user_id": "u1"}
    assert "stream_options" not in body
