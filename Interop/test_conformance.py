"""What OpenAI's client needs of a server, item by item, for each major of it. Anthropic's has a module of its own.

The letters: O answers, E errors, S streams, X clients that leave or come again.
"""

import concurrent.futures
import json
import threading

import openai
import pytest

from asking import HELLO, caught, read_openai
from control import ask
from majors import code, field, item
from processes import eventually

# The Sluice of this module speaks up after a second of silence.
GATEWAY, UPSTREAM_MODEL = {"stream-keep-alive": "1s"}, "up/aurora-7b"

EVERYTHING = ["logprobs", "full_sampling", "system_prompt"]


@pytest.fixture
def client(sluice, admitted, clients):
    return clients.openai(sluice.gateway, admitted.key)


def chat(client, script="ok", **options):
    return client.chat.completions.create(
        model="aurora", messages=[{"role": "user", "content": f"script:{script}"}], **options)


# Answers.

@item("O1")
def test_a_chat_is_a_typed_result(client, sdk):
    answer = chat(client)
    assert answer.object == "chat.completion" and answer.choices[0].message.content == "The lock fills slowly."
    assert answer.choices[0].finish_reason == "stop" and answer.usage.total_tokens == 16


@item("O2")
def test_an_answer_has_its_request_id(client, sdk):
    assert chat(client)._request_id.startswith("req_")


@item("O3")
def test_unknown_fields_reach_the_upstream(scripted, client, sdk):
    chat(client, extra_body={"x_new": {"deep": [1, None]}})
    assert json.loads(scripted.seen()[-1]["body"])["x_new"] == {"deep": [1, None]}


@item("O4")
def test_unknown_fields_reach_the_client(client, sdk):
    assert chat(client, "new-field").model_extra["x_new"] == {"deep": [1, None]}


@item("O5")
def test_embeddings_are_vectors_however_they_travel(scripted, sluice, client, sdk):
    answer = client.embeddings.create(model="aurora", input=["a", "b"])
    assert [row.embedding for row in answer.data] == [[0.25, -1.5, 3.0]] * 2
    assert json.loads(scripted.seen()[-1]["body"])["encoding_format"] == "base64"
    assert answer.model == "aurora" and answer.usage.prompt_tokens == 8
    assert client.embeddings.create(model="aurora", input="a", encoding_format="float").data[0].embedding[1] == -1.5
    entry = eventually(lambda: [e for e in sluice.log_entries("access") if e.get("input") == 8], 5, "the outcome")[-1]
    assert (entry["outcome"], entry["output"]) == ("completed", 0)


@item("O6")
def test_models_are_listed_and_shown(client, sdk):
    assert [model.id for model in client.models.list()] == ["aurora"]
    assert client.models.retrieve("aurora").owned_by


@item("O7")
def test_a_response_is_a_typed_result(client, sdk):
    answer = client.responses.create(model="aurora", input="hello")
    assert answer.output_text == "The lock fills slowly." and answer.status == "completed"
    assert answer.usage.output_tokens == 5 and answer._request_id.startswith("req_")


@item("O8")
def test_limits_stand_on_answers(sluice, clients, sdk):
    application = sluice.admitted_application("aurora", limits={"requests_per_minute": 30, "tokens_per_minute": 90_000})
    client = clients.openai(sluice.gateway, application.key)
    fields = client.chat.completions.with_raw_response.create(model="aurora", messages=HELLO).headers
    assert (fields["x-ratelimit-limit-requests"], fields["x-ratelimit-remaining-requests"]) == ("30", "29")
    assert fields["x-ratelimit-limit-tokens"] == "90000" and fields["x-ratelimit-reset-tokens"].endswith("s")
    assert int(fields["openai-processing-ms"]) >= 0


@item("O9")
def test_a_completion_is_a_typed_result(sluice, client, sdk):
    answer = client.completions.create(model="aurora", prompt=["a", "b"], max_tokens=5, n=2)
    assert [choice.text for choice in answer.choices] == ["The lock fills slowly."] * 4
    assert answer.model == "aurora"
    admitted = [e for e in sluice.log_entries("access") if e["kind"] == "request.admitted"][-1]
    # Two prompts, two choices, five tokens each; and the prompt by its size.
    assert admitted["route"] == "completions" and 20 < admitted["reserved"] < 60


@item("O10")
def test_a_moderation_is_a_typed_result(client, sdk):
    answer = client.moderations.create(model="aurora", input="hello")
    assert answer.results[0].flagged and answer.results[0].categories.violence and answer.model == "aurora"


@item("O11")
def test_a_response_that_is_kept_is_found_listed_stopped_and_deleted(scripted, sluice, client, sdk):
    made = client.responses.create(model="aurora", input="hello")
    again = client.responses.retrieve(made.id)
    assert (again.id, again.output_text, again.model) == (made.id, made.output_text, "aurora")
    items = client.responses.input_items.list(made.id, limit=5)
    assert items.data[0].content[0].text == "hello"
    assert client.responses.cancel(made.id).status == "cancelled"
    assert "resp-up-" in scripted.seen()[-1]["path"] and made.id not in scripted.seen()[-1]["path"]
    client.responses.delete(made.id)
    assert code(caught(openai.NotFoundError, lambda: client.responses.retrieve(made.id))) == "response_not_found"
    routes = [e["route"] for e in sluice.log_entries("access") if e["kind"] == "request.admitted"][-6:]
    assert routes == ["responses", "responses.retrieve", "responses.input_items", "responses.cancel",
                      "responses.delete", "responses.retrieve"]


@item("O12")
def test_no_other_key_reads_a_response_that_is_kept(scripted, sluice, admitted, client, clients, sdk):
    made = client.responses.create(model="aurora", input="hello")
    strangers = [sluice.admitted_application("aurora", entitlements=EVERYTHING).key, sluice.issue_key(admitted).text]
    seen = len(scripted.seen())
    for key in strangers:
        stranger = clients.openai(sluice.gateway, key)
        for call in (stranger.responses.retrieve, stranger.responses.cancel, stranger.responses.delete,
                     lambda id: stranger.responses.input_items.list(id)):
            assert code(caught(openai.NotFoundError, lambda: call(made.id))) == "response_not_found"
        error = caught(openai.BadRequestError, lambda: stranger.responses.create(
            model="aurora", input="and then?", previous_response_id=made.id))
        assert (error.code, error.param) == ("previous_response_not_found", "previous_response_id")
    assert len(scripted.seen()) == seen
    changed = made.id[:-1] + ("0" if made.id[-1] != "0" else "1")
    assert caught(openai.NotFoundError, lambda: client.responses.retrieve(changed)).code == "response_not_found"


@item("O13")
def test_a_response_goes_on_from_another(scripted, client, sdk):
    first = client.responses.create(model="aurora", input="hello")
    second = client.responses.create(model="aurora", input="and then?", previous_response_id=first.id)
    assert second.previous_response_id == first.id and second.id != first.id
    body = json.loads(scripted.seen()[-1]["body"])
    assert body["previous_response_id"].startswith("resp-up-")
    again = client.responses.retrieve(second.id)
    assert (again.id, again.previous_response_id) == (second.id, first.id)


@item("O14")
def test_a_conversation_is_made_shorter(client, sdk):
    answer = client.post("/responses/compact", cast_to=object, body={"model": "aurora", "input": "hello"})
    assert answer["object"] == "response.compaction" and answer["output"][0]["encrypted_content"] == "packed"


@item("O15")
def test_a_model_is_called_what_the_caller_called_it(client, sdk):
    assert chat(client).model == "aurora"
    assert {chunk.model for chunk in chat(client, stream=True)} == {"aurora"}
    assert client.responses.create(model="aurora", input="hello").model == "aurora"


@item("O16")
def test_what_others_keep_upstream_cannot_be_named(scripted, client, sdk):
    for body, param in [
        ({"conversation": "conv_1"}, "conversation"), ({"prompt": {"id": "pmpt_1"}}, "prompt"),
        ({"input": [{"type": "item_reference", "id": "msg_1"}]}, "input[0]"),
    ]:
        error = caught(openai.BadRequestError, lambda: client.post(
            "/responses", cast_to=object, body={"model": "aurora", "input": "x"} | body))
        assert (error.code, error.param) == ("invalid_value", param)
    assert scripted.seen() == []


# Errors.

@item("E1")
def test_a_wrong_key_is_401(sluice, clients, sdk):
    error = caught(openai.AuthenticationError, lambda: chat(clients.openai(sluice.gateway, "slk_wrong")))
    assert code(error) == "invalid_api_key" and error.request_id.startswith("req_")


@item("E2")
def test_an_unknown_model_is_404(client, sdk):
    error = caught(openai.NotFoundError, lambda: client.embeddings.create(model="none", input="x"))
    assert (code(error), error.param) == ("model_not_found", "model") and "none" in error.message


@item("E3")
def test_a_wrong_field_is_400_and_named(client, sdk):
    error = caught(openai.BadRequestError, lambda: chat(client, n="two"))
    assert (code(error), error.param, error.type) == ("invalid_type", "n", "invalid_request_error")


@item("E4")
def test_an_error_of_the_upstream_keeps_all_that_it_says(client, sdk):
    error = caught(openai.BadRequestError, lambda: chat(client, "400"))
    assert (code(error), error.type) == ("invalid_value", "invalid_request_error")
    assert "upstream does not like a field" in error.message


@item("E5")
def test_a_limit_is_429_and_says_how_long_to_wait(sluice, clients, sdk):
    application = sluice.admitted_application("aurora", limits={"requests_per_minute": 1})
    client = clients.openai(sluice.gateway, application.key)
    chat(client)
    error = caught(openai.RateLimitError, lambda: chat(client))
    assert code(error) == "rate_limit_exceeded"
    assert 0 < int(field(error, "retry-after-ms")) <= 60_000
    assert int(field(error, "retry-after")) * 1000 >= int(field(error, "retry-after-ms"))
    assert field(error, "x-ratelimit-remaining-requests") == "0"


@item("E6")
def test_a_stage_that_is_not_open_is_403(sluice, clients, sdk):
    waiting = sluice.add_application()
    sluice.command("application.enrol", {"application": waiting.id, "model": sluice.models["aurora"]})
    error = caught(openai.PermissionDeniedError, lambda: chat(clients.openai(sluice.gateway, waiting.key)))
    assert code(error) == "stage_not_open" and "released in stages" in error.message


@item("E7")
def test_each_status_of_the_upstream_raises_its_own_exception(client, sdk):
    for script, kind in [("400", openai.BadRequestError), ("429", openai.RateLimitError),
                         ("500", openai.InternalServerError), ("503", openai.InternalServerError),
                         ("408", openai.APIStatusError)]:
        assert caught(kind, lambda: chat(client, script)).status_code == int(script)


@item("E8")
def test_an_upstream_that_refuses_the_gateway_is_not_the_callers_fault(scripted, sluice, admitted, clients, sdk):
    error = caught(
        openai.InternalServerError,
        lambda: chat(clients.openai(sluice.gateway, admitted.key, max_retries=2), "401"))
    assert (error.status_code, code(error)) == (502, "upstream_rejected_credentials")
    assert "secret-upstream-hint" not in str(error)
    assert len(scripted.seen()) == 1, "only people can mend it, so nobody asks again"


@item("E9")
def test_a_page_of_the_upstream_becomes_an_error(client, sdk):
    error = caught(openai.InternalServerError, lambda: chat(client, "html-500"))
    assert code(error) == "upstream_error" and "internal-host" not in str(error.body)


@item("E10")
def test_an_unknown_path_is_an_error_in_json(client, sdk):
    error = caught(openai.NotFoundError, lambda: client.post("/audio/speech", cast_to=object, body={}))
    assert code(error) == "unknown_route" and error.request_id.startswith("req_")


@item("E11")
def test_a_client_that_waits_as_told_is_let_in(sluice, clients, sdk):
    application = sluice.admitted_application("aurora", limits={"concurrency": 1})
    first = threading.Thread(target=lambda: chat(clients.openai(sluice.gateway, application.key), "slow-plain delay=0.4"))
    first.start()
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 1)
    assert chat(clients.openai(sluice.gateway, application.key, max_retries=5)).choices
    first.join()


@item("E12")
def test_who_would_wait_for_long_is_told_not_to(scripted, sluice, admitted, clients, sdk):
    error = caught(
        openai.RateLimitError,
        lambda: chat(clients.openai(sluice.gateway, admitted.key, max_retries=2), "patience"))
    assert (field(error, "retry-after"), field(error, "x-should-retry")) == ("3600", "false")
    assert len(scripted.seen()) == 1


@item("E13")
def test_a_body_that_is_too_large_is_413(client, sdk):
    error = caught(openai.APIStatusError, lambda: client.embeddings.create(model="aurora", input="x" * (11 << 20)))
    assert (error.status_code, code(error)) == (413, "body_too_large")


@item("E14")
def test_a_request_that_could_cost_too_much_is_refused_before_it_is_sent(scripted, client, sdk):
    error = caught(openai.BadRequestError, lambda: chat(client, n=100_000, max_tokens=1_000))
    assert (code(error), error.param) == ("request_too_costly", "n")
    assert scripted.seen() == []


@item("E15")
def test_an_answer_that_is_packed_unasked_is_no_answer(scripted, client, sdk):
    error = caught(openai.InternalServerError, lambda: chat(client, "packed"))
    assert (error.status_code, code(error)) == (502, "upstream_bad_response")
    assert dict(scripted.seen()[-1]["headers"])["accept-encoding"] == "identity"


# Streams.

@item("S1")
def test_a_stream_is_typed_chunks_in_their_order(client, sdk):
    chunks = list(chat(client, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "The lock fills slowly."
    assert chunks[0].choices[0].delta.role == "assistant" and chunks[-1].choices[0].finish_reason == "stop"


@item("S2")
def test_usage_comes_in_a_chunk_without_choices(client, sdk):
    last = list(chat(client, stream=True, stream_options={"include_usage": True}))[-1]
    assert last.choices == [] and last.usage.total_tokens == 16


@item("S3")
def test_who_did_not_ask_sees_no_usage(scripted, client, sdk):
    assert all(chunk.choices and not chunk.usage for chunk in chat(client, stream=True))
    assert json.loads(scripted.seen()[-1]["body"])["stream_options"] == {"include_usage": True}


@item("S4")
def test_other_options_of_a_stream_ask_for_no_usage(client, sdk):
    chunks = list(chat(client, stream=True, stream_options={"include_obfuscation": False}))
    assert all(chunk.choices for chunk in chunks)


@item("S5")
def test_comments_are_nothing(client, sdk):
    assert read_openai(chat(client, "comments", stream=True)) == ("The lock fills slowly.", None)


@item("S6")
def test_lines_may_end_in_two_bytes(client, sdk):
    assert read_openai(chat(client, "line-ends", stream=True)) == ("The lock fills slowly.", None)


@item("S7")
def test_a_stream_may_come_byte_by_byte(client, sdk):
    chunks = list(chat(client, "byte-by-byte", stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == " wörld 日本\r\n"
    assert {chunk.model for chunk in chunks} == {"aurora"}


@item("S8")
def test_an_event_without_data_kills_nobody(client, sdk):
    text, error = read_openai(chat(client, "bare-ping", stream=True))
    assert text == "The lock" and code(error) == "upstream_truncated"


@item("S9")
def test_an_error_of_the_upstream_is_raised_in_the_stream(client, sdk):
    text, error = read_openai(chat(client, "error-event", stream=True))
    assert text == "The lock" and "upstream broke down in mid-stream" in str(error)


@item("S10")
def test_a_stream_that_is_cut_says_so(client, sdk):
    text, error = read_openai(chat(client, "cut-chunk", stream=True))
    assert text == "The lock" and code(error) in ("upstream_truncated", "upstream_bad_response")


@item("S11")
def test_a_stream_without_its_end_is_not_made_whole(client, sdk):
    for script in ("truncate-stream", "finish-without-done"):
        text, error = read_openai(chat(client, script, stream=True))
        assert text == "The lock" and code(error) == "upstream_truncated", script


@item("S12")
def test_a_stream_ends_with_its_mark(sluice, admitted, sdk):
    answer = ask(
        sluice.gateway_port, "POST", "/v1/chat/completions",
        {"model": "aurora", "messages": HELLO, "stream": True}, {"Authorization": f"Bearer {admitted.key}"})
    assert answer.body.endswith(b"data: [DONE]\n\n") and answer.headers["content-type"] == "text/event-stream"


@item("S13")
def test_a_stream_has_its_id_and_its_limits(sluice, clients, sdk):
    application = sluice.admitted_application("aurora", limits={"requests_per_minute": 30})
    raw = clients.openai(sluice.gateway, application.key).chat.completions.with_raw_response.create(
        model="aurora", messages=HELLO, stream=True)
    assert raw.headers["x-request-id"].startswith("req_") and raw.headers["x-ratelimit-remaining-requests"] == "29"
    list(raw.parse())


@item("S14")
def test_the_first_token_does_not_wait_for_the_last(scripted, client, sdk):
    stream = chat(client, "slow-tokens count=8 delay=0.05", stream=True)
    next(iter(stream))
    assert not scripted.seen()[-1]["finished"]
    assert read_openai(stream)[1] is None


@item("S15")
def test_a_model_that_thinks_for_long_keeps_its_client(sluice, admitted, client, sdk):
    body = {"model": "aurora", "messages": [{"role": "user", "content": "script:late-stream delay=1.8"}], "stream": True}
    with concurrent.futures.ThreadPoolExecutor() as pool:
        answer = pool.submit(
            ask, sluice.gateway_port, "POST", "/v1/chat/completions", body,
            {"Authorization": f"Bearer {admitted.key}"})
        assert read_openai(chat(client, "late-stream delay=1.8", stream=True)) == ("The lock fills slowly.", None)
    answer = answer.result()
    assert answer.body.startswith(b": keep-alive\n\ndata: ") and answer.body.endswith(b"data: [DONE]\n\n")


@item("S16")
def test_a_stream_that_rests_is_kept_alive(sluice, admitted, sdk):
    body = {"model": "aurora", "messages": [{"role": "user", "content": "script:pause delay=1.8"}], "stream": True}
    answer = ask(
        sluice.gateway_port, "POST", "/v1/chat/completions", body, {"Authorization": f"Bearer {admitted.key}"})
    events = answer.body.split(b"\n\n")
    assert b": keep-alive" in events[1:-2] and answer.body.endswith(b"data: [DONE]\n\n")


@item("S17")
def test_what_goes_wrong_after_a_long_silence_is_said_in_the_stream(client, sdk):
    text, error = read_openai(chat(client, "late-error delay=1.8", stream=True))
    assert text == "" and code(error) == "upstream_error" and "503" in str(error)


@item("S18")
def test_a_completion_is_streamed(client, sdk):
    chunks = list(client.completions.create(model="aurora", prompt="hello", stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks) == "The lock fills slowly."
    assert {chunk.model for chunk in chunks} == {"aurora"}


@item("S19")
def test_a_response_is_streamed_and_found_again(client, sdk):
    events = list(client.responses.create(model="aurora", input="hello", stream=True))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert "".join(e.delta for e in events if e.type == "response.output_text.delta") == "The lock fills slowly."
    assert events[-1].type == "response.completed"
    assert {event.response.id for event in events if hasattr(event, "response")} == {events[0].response.id}
    assert client.responses.retrieve(events[0].response.id).output_text == "The lock fills slowly."


@item("S20")
def test_a_response_that_is_cut_says_so(client, sdk):
    events = client.responses.create(model="aurora", input="script:truncate-stream", stream=True)
    error = caught(openai.APIError, lambda: list(events))
    assert code(error) == "upstream_truncated"


@item("S21")
def test_the_rest_of_a_responses_events_can_be_asked_for(client, sdk):
    made = client.responses.create(model="aurora", input="hello")
    events = list(client.responses.retrieve(made.id, stream=True))
    assert events[-1].type == "response.completed" and events[-1].response.id == made.id


# Clients that leave, or come again.

@item("X1")
def test_who_leaves_a_stream_stops_it(scripted, client, sdk):
    stream = chat(client, "slow-tokens count=400 delay=0.02", stream=True)
    next(iter(stream))
    stream.close()
    assert scripted.last_ended()["peer_closed"]


@item("X2")
def test_who_gives_up_a_plain_answer_stops_it(scripted, sluice, admitted, clients, sdk):
    impatient = clients.openai(sluice.gateway, admitted.key, timeout=0.4)
    caught(openai.APITimeoutError, lambda: chat(impatient, "stall-before-head"))
    assert scripted.last_ended()["peer_closed"]


@item("X3")
def test_who_gives_up_before_the_first_token_stops_it(scripted, sluice, admitted, clients, sdk):
    impatient = clients.openai(sluice.gateway, admitted.key, timeout=0.4)
    caught(openai.APITimeoutError, lambda: chat(impatient, "stall-before-head", stream=True))
    assert scripted.last_ended()["peer_closed"]


@item("X4")
def test_a_retry_is_noted_as_one(scripted, sluice, admitted, clients, sdk):
    since = sluice.log_size("access")
    caught(openai.InternalServerError, lambda: chat(clients.openai(sluice.gateway, admitted.key, max_retries=1), "500"))
    admissions = [e for e in sluice.log_entries("access", since) if e["kind"] == "request.admitted"]
    assert [entry.get("retry") for entry in admissions] == [None, 1]
    assert len({entry["version"] for entry in admissions}) == 1
