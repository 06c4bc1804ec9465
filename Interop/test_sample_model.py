"""The sample model, seen by the real SDKs without anything between."""

import json
import math
import urllib.error
import urllib.request

import anthropic
import openai
import pytest

RIVER = [{"role": "user", "content": "The river"}]
# The Anthropic SDK has no parameter for it any more; the wire format has.
COLD = {"temperature": 0}


def test_openai_gets_a_typed_answer_with_honest_usage(sample_model, clients):
    answer = clients.openai(sample_model).chat.completions.create(
        model="aurora-2.0", messages=RIVER, max_tokens=20, seed=4, logprobs=True)
    assert answer.id.startswith("chatcmpl-")
    assert answer.model == "aurora-2.0"
    assert answer.object == "chat.completion"
    assert answer._request_id.startswith("req_")
    choice = answer.choices[0]
    assert choice.message.role == "assistant"
    assert choice.message.content == "".join(token.token for token in choice.logprobs.content)
    # "The", " river", and one token each for the message's role and its end.
    assert answer.usage.prompt_tokens == 4
    assert answer.usage.completion_tokens == len(choice.logprobs.content)
    assert answer.usage.total_tokens == 4 + answer.usage.completion_tokens


def test_openai_stream_is_the_plain_answer_in_pieces(sample_model, clients):
    client = clients.openai(sample_model)
    asked = dict(model="aurora-2.0", messages=RIVER, max_tokens=30, seed=9)
    plain = client.chat.completions.create(**asked)
    chunks = list(client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    assert chunks[0].choices[0].delta.role == "assistant"
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == plain.choices[0].message.content
    assert chunks[-2].choices[0].finish_reason == plain.choices[0].finish_reason
    assert chunks[-1].choices == []
    assert chunks[-1].usage == plain.usage
    assert all(chunk.usage is None for chunk in chunks[:-1])
    assert len({chunk.id for chunk in chunks}) == 1
    without = list(client.chat.completions.create(**asked, stream=True))
    assert all(chunk.usage is None and chunk.choices for chunk in without)


def test_openai_streams_several_choices_that_differ(sample_model, clients):
    client = clients.openai(sample_model)
    asked = dict(model="aurora-1.0", messages=RIVER, max_tokens=40, seed=2, n=3)
    plain = client.chat.completions.create(**asked)
    texts = [choice.message.content for choice in plain.choices]
    assert [choice.index for choice in plain.choices] == [0, 1, 2]
    assert len(set(texts)) == 3
    streamed = ["", "", ""]
    finished = {}
    for chunk in client.chat.completions.create(**asked, stream=True):
        for choice in chunk.choices:
            assert choice.index not in finished
            streamed[choice.index] += choice.delta.content or ""
            if choice.finish_reason:
                finished[choice.index] = choice.finish_reason
    assert streamed == texts
    assert finished == {choice.index: choice.finish_reason for choice in plain.choices}


def test_openai_logprobs_are_logarithms_of_probabilities(sample_model, clients):
    answer = clients.openai(sample_model).chat.completions.create(
        model="aurora-2.0", messages=RIVER, max_tokens=15, temperature=0, logprobs=True, top_logprobs=5)
    for token in answer.choices[0].logprobs.content:
        assert bytes(token.bytes).decode() == token.token
        assert len(token.top_logprobs) == 5
        assert token.top_logprobs[0].token == token.token
        logprobs = [other.logprob for other in token.top_logprobs]
        assert logprobs == sorted(logprobs, reverse=True)
        assert 0 < sum(math.exp(logprob) for logprob in logprobs) <= 1 + 1e-9
    chunks = clients.openai(sample_model).chat.completions.create(
        model="aurora-2.0", messages=RIVER, max_tokens=15, temperature=0, logprobs=True, top_logprobs=5, stream=True)
    streamed = [t for c in chunks for choice in c.choices if choice.logprobs for t in choice.logprobs.content]
    assert streamed == answer.choices[0].logprobs.content


def test_no_logprobs_unless_asked(sample_model, clients):
    answer = clients.openai(sample_model).chat.completions.create(model="aurora-2.0", messages=RIVER, max_tokens=3)
    assert answer.choices[0].logprobs is None


def test_openai_max_tokens_and_stop_end_an_answer(sample_model, clients):
    client = clients.openai(sample_model)
    for field in ("max_tokens", "max_completion_tokens"):
        answer = client.chat.completions.create(model="aurora-2.0", messages=RIVER, seed=1, **{field: 7})
        assert answer.choices[0].finish_reason == "length"
        assert answer.usage.completion_tokens == 7
    whole = client.chat.completions.create(model="aurora-2.0", messages=RIVER, seed=1, max_tokens=60)
    stop = whole.choices[0].message.content[20:24]
    cut = client.chat.completions.create(model="aurora-2.0", messages=RIVER, seed=1, max_tokens=60, stop=[stop])
    expected = whole.choices[0].message.content
    assert cut.choices[0].message.content == expected[:expected.index(stop)]
    assert cut.choices[0].finish_reason == "stop"


def test_the_same_seed_gives_the_same_text_and_the_versions_differ(sample_model, clients):
    client = clients.openai(sample_model)

    def text(model, seed):
        answer = client.chat.completions.create(model=model, messages=RIVER, seed=seed, max_tokens=40)
        return answer.choices[0].message.content

    assert text("aurora-2.0", 5) == text("aurora-2.0", 5)
    assert len({text("aurora-2.0", seed) for seed in range(8)}) > 3
    assert [text("aurora-1.0", s) for s in range(4)] != [text("aurora-2.0", s) for s in range(4)]


def test_openai_lists_models(sample_model, clients):
    client = clients.openai(sample_model)
    assert [model.id for model in client.models.list()] == ["aurora-1.0", "aurora-2.0", "aurora-2.1"]
    assert client.models.retrieve("aurora-1.0").object == "model"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("aurora-9")


@pytest.mark.parametrize(
    ("change", "kind", "code", "param"),
    [
        ({"model": "aurora-9"}, openai.NotFoundError, "model_not_found", "model"),
        ({"temperature": 3}, openai.BadRequestError, "invalid_value", "temperature"),
        ({"n": 0}, openai.BadRequestError, "invalid_value", "n"),
        ({"messages": []}, openai.BadRequestError, "invalid_value", "messages"),
        ({"messages": [{"role": "user"}]}, openai.BadRequestError, "invalid_value", "messages[0].content"),
        ({"messages": [{"role": "king", "content": "a"}]}, openai.BadRequestError, "invalid_value", "messages[0].role"),
        ({"top_logprobs": 2}, openai.BadRequestError, "invalid_value", "top_logprobs"),
        ({"stream_options": 1}, openai.BadRequestError, "invalid_value", "stream_options"),
    ])
def test_openai_errors_name_the_field(sample_model, clients, change, kind, code, param):
    asked = {"model": "aurora-1.0", "messages": RIVER} | change
    with pytest.raises(kind) as caught:
        clients.openai(sample_model).chat.completions.create(**asked)
    assert caught.value.code == code
    assert caught.value.param == param
    assert param in str(caught.value) or code == "model_not_found"
    assert caught.value.request_id.startswith("req_")


def test_anthropic_gets_a_typed_answer_with_honest_usage(sample_model, clients):
    answer = clients.anthropic(sample_model).messages.create(
        model="aurora-2.0", max_tokens=9, messages=RIVER, system="A lock.")
    assert answer.id.startswith("msg_")
    assert answer.role == "assistant"
    assert answer.stop_reason == "max_tokens"
    assert answer.content[0].type == "text"
    assert answer._request_id.startswith("req_")
    # The system text has three tokens and, like every message, costs two more.
    assert answer.usage.input_tokens == 4 + 5
    assert answer.usage.output_tokens == 9


def test_anthropic_stream_has_all_events_in_order(sample_model, clients):
    client = clients.anthropic(sample_model)
    with client.messages.stream(model="aurora-2.0", max_tokens=25, messages=RIVER, extra_body=COLD) as stream:
        kinds = [event.type for event in stream if event.type not in ("text", "content_block_delta")]
        final = stream.get_final_message()
    assert kinds == ["message_start", "content_block_start", "content_block_stop", "message_delta", "message_stop"]
    plain = client.messages.create(model="aurora-2.0", max_tokens=25, messages=RIVER, extra_body=COLD)
    assert final.content[0].text == plain.content[0].text
    assert final.usage.output_tokens == plain.usage.output_tokens
    assert final.usage.input_tokens == plain.usage.input_tokens
    assert final.stop_reason == plain.stop_reason


def test_anthropic_raw_stream_sends_a_ping(sample_model):
    body = {"model": "aurora-1.0", "max_tokens": 3, "messages": RIVER, "stream": True}
    request = urllib.request.Request(
        sample_model + "/v1/messages", json.dumps(body).encode(), {"anthropic-version": "2026-10-21"})
    with urllib.request.urlopen(request, timeout=10) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        names = [line[7:].strip() for line in response.read().decode().splitlines() if line.startswith("event: ")]
    assert names[:3] == ["message_start", "content_block_start", "ping"]
    assert names[-3:] == ["content_block_stop", "message_delta", "message_stop"]


def test_anthropic_stop_sequence_is_named(sample_model, clients):
    client = clients.anthropic(sample_model)
    asked = dict(model="aurora-2.0", max_tokens=60, messages=RIVER, extra_body=COLD)
    text = client.messages.create(**asked).content[0].text
    stop = text[12:16]
    cut = client.messages.create(**asked, stop_sequences=[stop])
    assert cut.stop_reason == "stop_sequence"
    assert cut.stop_sequence == stop
    assert cut.content[0].text == text[:text.index(stop)]


def test_anthropic_lists_models_at_the_same_path(sample_model, clients):
    client = clients.anthropic(sample_model)
    models = list(client.models.list())
    assert [model.id for model in models] == ["aurora-1.0", "aurora-2.0", "aurora-2.1"]
    assert models[0].lifecycle == "active"
    assert client.models.retrieve("aurora-2.0").display_name == "Aurora 2.0"


@pytest.mark.parametrize(
    ("change", "kind", "type_"),
    [
        ({"model": "aurora-9"}, anthropic.NotFoundError, "not_found_error"),
        ({"extra_body": {"temperature": 1.5}}, anthropic.BadRequestError, "invalid_request_error"),
        ({"messages": []}, anthropic.BadRequestError, "invalid_request_error"),
        ({"messages": [{"role": "system", "content": "a"}]}, anthropic.BadRequestError, "invalid_request_error"),
        ({"max_tokens": 0}, anthropic.BadRequestError, "invalid_request_error"),
    ])
def test_anthropic_errors_are_in_its_own_shape(sample_model, clients, change, kind, type_):
    asked = {"model": "aurora-1.0", "max_tokens": 5, "messages": RIVER} | change
    with pytest.raises(kind) as caught:
        clients.anthropic(sample_model).messages.create(**asked)
    assert caught.value.type == type_
    assert caught.value.request_id == caught.value.body["request_id"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"model":"a","model":"b"}', b"[1,]", b"\xff\xfe", b"null"])
def test_a_body_that_is_not_a_json_object_is_refused(sample_model, body):
    for path in ("/v1/chat/completions", "/v1/messages"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(sample_model + path, body, method="POST"), timeout=10)
        assert caught.value.code == 400
        assert json.load(caught.value)["error"]["type"] == "invalid_request_error"


def test_an_unknown_path_is_404_as_json(sample_model):
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(sample_model + "/v1/nothing", timeout=10)
    assert caught.value.code == 404
    assert json.load(caught.value)["error"]["code"] == "not_found"
