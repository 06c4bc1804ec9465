"""The real OpenAI SDK through Sluice."""

import asyncio
import json

import openai
import pytest

from control import ask
from processes import eventually

HELLO = [{"role": "user", "content": "hello"}]


def says(text):
    return [{"role": "user", "content": text}]


@pytest.fixture
def client(sluice, admitted, clients):
    return clients.openai(sluice.gateway, admitted.key)


def text_of(chunks):
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def test_an_admitted_application_gets_a_completion(scripted, client):
    answer = client.chat.completions.create(model="aurora", messages=HELLO)
    assert answer.choices[0].message.content == "The lock fills slowly."
    assert answer.choices[0].finish_reason == "stop"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (11, 5)


def test_the_upstream_is_asked_for_the_version_and_never_sees_the_callers_key(scripted, sluice, admitted, client):
    client.chat.completions.create(model="aurora", messages=HELLO)
    record = scripted.seen()[-1]
    assert record["path"] == "/v1/chat/completions"
    assert json.loads(record["body"]) == {"messages": HELLO, "model": "ok"}
    assert admitted.key not in record["head"]
    names = [name for name, _ in record["headers"]]
    assert not [name for name in names if name.startswith("x-stainless")]
    assert len(names) == len(set(names))


def test_a_stream_arrives_event_by_event(scripted, client):
    stream = client.chat.completions.create(model="aurora", messages=HELLO, stream=True)
    chunks = list(stream)
    assert text_of(chunks) == "The lock fills slowly."
    assert [c.choices[0].delta.content for c in chunks if c.choices and c.choices[0].delta.content] == [
        "The", " lock", " fills", " slowly", "."]
    assert chunks[-1].choices[0].finish_reason == "stop"


def test_the_first_token_does_not_wait_for_the_last(scripted, client):
    stream = client.chat.completions.create(
        model="aurora", messages=says("script:slow-tokens count=20 delay=0.1"), stream=True)
    chunks = iter(stream)
    next(chunks)
    assert next(chunks).choices[0].delta.content == " 0"
    assert not scripted.seen()[-1]["finished"], "the stream was held back until its end"
    stream.close()


def test_only_who_asks_for_usage_sees_the_usage_chunk(scripted, client):
    without = list(client.chat.completions.create(model="aurora", messages=HELLO, stream=True))
    assert all(chunk.choices and chunk.usage is None for chunk in without)
    with_usage = list(client.chat.completions.create(
        model="aurora", messages=HELLO, stream=True, stream_options={"include_usage": True}))
    assert with_usage[-1].choices == []
    assert with_usage[-1].usage.completion_tokens == 5
    assert len(with_usage) == len(without) + 1
    # Sluice itself asks in both cases, to meter what was used.
    assert all(json.loads(seen["body"])["stream_options"] == {"include_usage": True} for seen in scripted.seen())


def test_usage_is_recorded_also_for_who_did_not_ask(scripted, sluice, client):
    since = sluice.log_size("access")
    with client.chat.completions.with_streaming_response.create(model="aurora", messages=HELLO, stream=True) as answer:
        identifier = answer.headers["x-request-id"]
        for _ in answer.iter_lines():
            pass

    def recorded():
        entries = [entry for entry in sluice.log_entries("access", since) if entry["request"] == identifier]
        return len(entries) == 2 and entries
    entries = eventually(recorded, 5, "the outcome's entry")
    assert [entry["kind"] for entry in entries] == ["request.admitted", "request.completed"]
    assert (entries[1]["input"], entries[1]["output"], entries[1]["outcome"]) == (11, 5, "completed")
    assert entries[1]["finish"] == "stop"


def test_the_asynchronous_client_runs_side_by_side(scripted, sluice, admitted):
    async def ask():
        async with openai.AsyncOpenAI(
            base_url=sluice.gateway + "/v1", api_key=admitted.key, max_retries=0, timeout=20) as client:
            plain = [client.chat.completions.create(model="aurora", messages=HELLO) for _ in range(8)]
            stream = await client.chat.completions.create(model="aurora", messages=HELLO, stream=True)
            text = "".join([c.choices[0].delta.content or "" async for c in stream if c.choices])
            return [answer.choices[0].message.content for answer in await asyncio.gather(*plain)], text

    answers, streamed = asyncio.run(ask())
    assert set(answers) == {"The lock fills slowly."} and len(answers) == 8
    assert streamed == "The lock fills slowly."


def test_the_list_shows_what_would_be_let_in_and_nothing_else(sluice, client, clients):
    sluice.add_model("hidden-stage", "scripted", "ok")
    sluice.add_model("listed-stage", "scripted", "ok", listed=True)
    models = list(client.models.list())
    assert [model.id for model in models] == ["aurora"]
    assert models[0].object == "model" and models[0].created > 1_700_000_000 and models[0].owned_by
    assert client.models.retrieve("aurora").id == "aurora"
    without_grant = clients.openai(sluice.gateway, sluice.add_application().key)
    assert list(without_grant.models.list()) == []


def test_a_model_that_one_may_not_know_of_is_not_found(sluice, client):
    for name in ("hidden-stage-2", "no-such-model"):
        if name == "hidden-stage-2":
            sluice.add_model(name, "scripted", "ok")
        with pytest.raises(openai.NotFoundError) as caught:
            client.models.retrieve(name)
        assert caught.value.code == "model_not_found"


def test_every_answer_has_a_request_id(sluice, client, clients):
    answer = client.chat.completions.create(model="aurora", messages=HELLO)
    assert answer._request_id.startswith("req_")
    with pytest.raises(openai.NotFoundError) as caught:
        client.chat.completions.create(model="nothing", messages=HELLO)
    assert caught.value.request_id.startswith("req_")
    assert caught.value.request_id != answer._request_id
    raw = client.chat.completions.with_raw_response.create(model="aurora", messages=HELLO, stream=True)
    assert raw.headers["x-request-id"] == raw.headers["request-id"]
    list(raw.parse())
    with pytest.raises(openai.AuthenticationError) as caught:
        clients.openai(sluice.gateway, "slk_nonsense").models.list()
    assert caught.value.request_id.startswith("req_")


def test_rate_headers_stand_on_answers_and_on_streams(sluice, clients):
    application = sluice.admitted_application(
        "aurora", limits={"requests_per_minute": 30, "tokens_per_minute": 50_000})
    client = clients.openai(sluice.gateway, application.key)
    for stream in (False, True):
        raw = client.chat.completions.with_raw_response.create(
            model="aurora", messages=HELLO, max_tokens=100, stream=stream)
        fields = raw.headers
        assert fields["x-ratelimit-limit-requests"] == "30"
        assert fields["x-ratelimit-remaining-requests"] == ("28" if stream else "29")
        assert fields["x-ratelimit-limit-tokens"] == "50000"
        assert 49_000 < int(fields["x-ratelimit-remaining-tokens"]) < 50_000
        assert fields["x-ratelimit-reset-requests"].endswith("s")
        assert fields["x-ratelimit-reset-tokens"].endswith("s")
        parsed = raw.parse()
        if stream:
            list(parsed)


def test_no_rate_headers_where_there_are_no_limits(client):
    raw = client.chat.completions.with_raw_response.create(model="aurora", messages=HELLO)
    assert not [name for name in raw.headers if name.startswith("x-ratelimit")]


def test_several_choices_are_asked_for_as_they_come(scripted, client):
    client.chat.completions.create(model="aurora", messages=HELLO, n=2)
    assert json.loads(scripted.seen()[-1]["body"])["n"] == 2


def test_unknown_fields_pass_in_both_directions(scripted, client):
    answer = client.chat.completions.create(
        model="aurora", messages=HELLO, extra_body={"x_new_field": {"deep": [1, 2.5e3, "ü"]}}, reasoning_effort="low")
    body = json.loads(scripted.seen()[-1]["body"])
    assert body["x_new_field"] == {"deep": [1, 2500.0, "ü"]}
    assert body["reasoning_effort"] == "low"
    # The upstream's `refusal` and `logprobs` are null and stay there.
    assert answer.choices[0].model_dump()["logprobs"] is None


def test_only_the_models_name_differs_in_what_is_forwarded(scripted, sluice, admitted):
    sent = (
        b'{ "stream":false,"model" : "aurora" ,"messages":[{"role":"user","content":"\\u00fc \\ud83d\\ude00"}],'
        b'"x":1e-3}')
    answer = ask(
        sluice.gateway_port, "POST", "/v1/chat/completions", sent,
        {"Authorization": f"Bearer {admitted.key}", "Content-Type": "application/json"})
    assert answer.status == 200
    assert scripted.seen()[-1]["body"].encode() == sent.replace(b'"aurora"', b'"ok"')


def test_asking_for_more_tokens_than_granted_names_the_field(scripted, sluice, clients):
    application = sluice.admitted_application("aurora", limits={"maximum_output_tokens": 100})
    client = clients.openai(sluice.gateway, application.key)
    client.chat.completions.create(model="aurora", messages=HELLO, max_tokens=100)
    for field in ("max_tokens", "max_completion_tokens"):
        with pytest.raises(openai.BadRequestError) as caught:
            client.chat.completions.create(model="aurora", messages=HELLO, **{field: 101})
        assert caught.value.code == "invalid_value"
        assert caught.value.param == field
        assert "100" in caught.value.message
    assert len(scripted.seen()) == 1


def test_a_grants_maximum_also_holds_for_who_names_none(scripted, sluice, clients):
    application = sluice.admitted_application("aurora", limits={"maximum_output_tokens": 100})
    clients.openai(sluice.gateway, application.key).chat.completions.create(model="aurora", messages=HELLO)
    body = json.loads(scripted.seen()[-1]["body"])
    assert 100 in (body.get("max_tokens"), body.get("max_completion_tokens")), (
        "the upstream was not told of the grant's bound, so the answer has none")


def test_wrong_types_are_refused_before_the_upstream_is_asked(scripted, client):
    for body, param in [
        ({"model": 7}, "model"), ({"stream": "yes"}, "stream"), ({"messages": "hi"}, "messages"),
        ({"max_tokens": "many"}, "max_tokens"), ({"n": 1.5}, "n"), ({"messages": ["hi"]}, "messages[0]"),
    ]:
        with pytest.raises(openai.BadRequestError) as caught:
            client.post(
                "/chat/completions", cast_to=object, body={"model": "aurora", "messages": HELLO} | body)
        assert (caught.value.code, caught.value.param) == ("invalid_type", param)
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/chat/completions", cast_to=object, body={"messages": HELLO})
    assert (caught.value.code, caught.value.param) == ("missing_required_parameter", "model")
    assert scripted.seen() == []
