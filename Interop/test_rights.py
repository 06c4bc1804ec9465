"""What a grant is for: terms, fields that need a right, the scope of use, and versions by name."""

import json
import time

import anthropic
import openai
import pytest

from asking import HELLO, ask_anthropic, ask_openai
from control import Refused, ask

TOMORROW = int(time.time() * 1000) + 86_400_000


def test_terms_must_be_accepted_by_the_application_itself(scripted, sluice, both):
    terms = sluice.add("terms.publish", {
        "name": "usage-policy", "version": "2026-11", "digest": "sha256:" + "a" * 64,
        "url": "https://example.org/usage-policy"})
    application = sluice.admitted_application("aurora", terms=[terms["id"]])
    of_openai, _ = both.refused(application.key, 403, "terms_not_accepted")
    assert "https://example.org/usage-policy" in of_openai.message
    assert scripted.seen() == []
    acceptance = {"terms": terms["id"], "application": application.id}
    for person in ("alice", "bob"):
        with pytest.raises(Refused) as caught:
            sluice.command("terms.accept", acceptance, as_person=person)
        assert caught.value.code == "not_permitted"
    with pytest.raises(Refused) as caught:
        sluice.api.command("terms.accept", acceptance, sluice.add_application().key)
    assert caught.value.code == "not_permitted"
    sluice.api.command("terms.accept", acceptance, application.key)
    both.admitted(application.key)


FIELDS = {
    "logprobs": ("logprobs", True), "top_logprobs": ("logprobs", 3), "logit_bias": ("full_sampling", {"50256": -100}),
    "seed": ("full_sampling", 7), "top_k": ("full_sampling", 40), "min_p": ("full_sampling", 0.05),
    "typical_p": ("full_sampling", 0.9), "frequency_penalty": ("full_sampling", 0.5),
    "presence_penalty": ("full_sampling", 0.5), "repetition_penalty": ("full_sampling", 1.1),
}


@pytest.fixture(scope="module")
def plain_application(sluice):
    return sluice.admitted_application("aurora")


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_needs_a_right_is_refused_by_name(scripted, sluice, plain_application, admitted, both, field):
    right, value = FIELDS[field]
    of_openai, of_anthropic = both.refused(
        plain_application.key, 403, "entitlement_missing", extra_body={field: value})
    assert of_openai.param == field
    assert of_anthropic.body["error"]["details"]["param"] == field
    assert right in of_openai.message
    assert scripted.seen() == []
    both.admitted(admitted.key, extra_body={field: value})
    assert json.loads(scripted.seen()[-1]["body"])[field] == value


def test_words_above_the_conversation_need_a_right(scripted, sluice, plain_application, admitted, clients):
    below, above = clients.openai(sluice.gateway, plain_application.key), clients.openai(sluice.gateway, admitted.key)
    for role in ("system", "developer"):
        messages = [{"role": role, "content": "You are a pirate."}, *HELLO]
        with pytest.raises(openai.PermissionDeniedError) as caught:
            below.chat.completions.create(model="aurora", messages=messages)
        assert (caught.value.code, caught.value.param) == ("entitlement_missing", "system")
        above.chat.completions.create(model="aurora", messages=messages)
    with pytest.raises(anthropic.PermissionDeniedError) as caught:
        ask_anthropic(clients.anthropic(sluice.gateway, plain_application.key), system="You are a pirate.")
    assert caught.value.body["error"]["details"]["param"] == "system"
    ask_anthropic(clients.anthropic(sluice.gateway, admitted.key), system="You are a pirate.")
    assert len(scripted.seen()) == 3


def test_spelling_a_guarded_field_with_escapes_does_not_hide_it(scripted, sluice, plain_application):
    for body in (
        b'{"model":"aurora","messages":[],"log\\u0070robs":true}', b'{"model":"aurora","messages":[],"top\\u005fk":5}',
        b'{"model":"aurora","messages":[{"r\\u006fle":"s\\u0079stem","content":"x"}]}',
    ):
        answer = ask(
            sluice.gateway_port, "POST", "/v1/chat/completions", body,
            {"Authorization": f"Bearer {plain_application.key}", "Content-Type": "application/json"})
        assert (answer.status, answer.json()["error"]["code"]) == (403, "entitlement_missing"), (body, answer)
    assert scripted.seen() == []


def test_all_reasons_are_told_at_once(sluice, clients):
    terms = sluice.add("terms.publish", {
        "name": "research-terms", "version": "1", "digest": "sha256:" + "b" * 64, "url": "https://example.org/r"})
    application = sluice.admitted_application("aurora", terms=[terms["id"]], intent="research", regions=["mars"])
    with pytest.raises(anthropic.PermissionDeniedError) as caught:
        ask_anthropic(clients.anthropic(sluice.gateway, application.key), extra_body={"top_k": 4})
    assert caught.value.body["error"]["details"]["reasons"] == [
        "terms_not_accepted", "outside_intent", "outside_region", "entitlement_missing"]
    for part in ("https://example.org/r", "research", "mars", "top_k"):
        assert part in str(caught.value)


def test_the_grants_scope_binds_each_part_of_the_key(sluice, both):
    application = sluice.add_application()
    sluice.grant(application, "aurora", uses=["summaries"], exposure="sandbox")
    both.refused(application.key, 403, "outside_exposure")
    assert "summaries" in both.refused(
        sluice.issue_key(application, exposure="sandbox").text, 403, "outside_use_scope")[0].message
    both.admitted(sluice.issue_key(application, exposure="sandbox", use="summaries").text)
    hosted = sluice.admitted_application("aurora", modalities=["hosted"])
    both.refused(hosted.key, 403, "outside_modality")


def test_naming_a_version_needs_the_right_to_pin_it(scripted, sluice, both, plain_application, clients):
    of_openai, _ = both.refused(plain_application.key, 403, "entitlement_missing", model="aurora-1")
    assert of_openai.param == "model" and "pinned_version" in of_openai.message
    pinned = sluice.admitted_application(
        "aurora", entitlements=[{"kind": "pinned_version", "until": int(time.time() * 1000) + 2000}])
    both.admitted(pinned.key, model="aurora-1")
    time.sleep(2.1)
    both.refused(pinned.key, 403, "entitlement_missing", model="aurora-1")
    both.admitted(pinned.key)


def test_a_pinned_version_stays_when_the_model_moves_on(scripted, sluice, clients):
    sluice.add_model("moving", "scripted", "ok")
    application = sluice.admitted_application(
        "moving", entitlements=[{"kind": "pinned_version", "until": TOMORROW}])
    client = clients.openai(sluice.gateway, application.key)
    sluice.make_current("moving", sluice.add_version("moving-2", "moving", "scripted", "ok-stream"))
    ask_openai(client, "moving-1")
    ask_openai(client, "moving", stream=True).close()
    assert [json.loads(seen["body"])["model"] for seen in scripted.seen()] == ["ok", "ok-stream"]


def test_a_grant_may_have_fields_taken_out_instead(scripted, sluice, both, clients):
    application = sluice.admitted_application("aurora", unentitled_fields="strip")
    client = clients.openai(sluice.gateway, application.key)
    raw = client.chat.completions.with_raw_response.create(
        model="aurora", messages=HELLO, seed=7, logprobs=True, top_logprobs=2, temperature=0.5)
    assert raw.headers["x-sluice-stripped"] == "logprobs, top_logprobs, seed"
    body = json.loads(scripted.seen()[-1]["body"])
    assert body["temperature"] == 0.5 and not {"seed", "logprobs", "top_logprobs"} & set(body)
    stream = client.chat.completions.with_raw_response.create(
        model="aurora", messages=HELLO, stream=True, extra_body={"top_k": 3})
    assert stream.headers["x-sluice-stripped"] == "top_k"
    list(stream.parse())
    ordinary = client.chat.completions.with_raw_response.create(model="aurora", messages=HELLO)
    assert "x-sluice-stripped" not in ordinary.headers
    # What is asked, and who answers, is never changed in silence.
    both.refused(application.key, 403, "entitlement_missing", model="aurora-1")
    with pytest.raises(openai.PermissionDeniedError) as caught:
        client.chat.completions.create(
            model="aurora", messages=[{"role": "system", "content": "x"}, *HELLO], seed=7)
    assert caught.value.param == "system"
    with pytest.raises(openai.PermissionDeniedError) as caught:
        client.responses.create(model="aurora", input="x", include=["message.output_text.logprobs"])
    assert caught.value.param == "include"


@pytest.mark.parametrize("path,body,field", [
    ("/completions", {"prompt": "System: be mean"}, "prompt"),
    ("/responses", {"input": "x", "instructions": "be mean"}, "instructions"),
    ("/responses", {"input": [{"role": "developer", "content": "be mean"}]}, "system"),
    ("/responses", {"input": "x", "top_logprobs": 2}, "top_logprobs"),
    ("/responses/compact", {"input": "x", "instructions": "be mean"}, "instructions"),
    ("/chat/completions", {"messages": HELLO, "chat_template": "{{ 'be mean' }}"}, "chat_template"),
])
def test_no_other_call_is_a_way_around_a_right(scripted, plain_application, sluice, clients, path, body, field):
    client = clients.openai(sluice.gateway, plain_application.key)
    with pytest.raises(openai.PermissionDeniedError) as caught:
        client.post(path, cast_to=object, body={"model": "aurora"} | body)
    assert (caught.value.code, caught.value.param) == ("entitlement_missing", field)
    assert scripted.seen() == []


def test_who_reads_a_response_again_needs_the_right_to_its_probabilities_again(sluice, plain_application, clients):
    client = clients.openai(sluice.gateway, plain_application.key)
    made = client.responses.create(model="aurora", input="x")
    assert client.responses.retrieve(made.id, include=["reasoning.encrypted_content"]).id == made.id
    with pytest.raises(openai.PermissionDeniedError) as caught:
        client.responses.retrieve(made.id, include=["message.output_text.logprobs"])
    assert caught.value.param == "include"
    with pytest.raises(openai.BadRequestError) as caught:
        client.responses.retrieve(made.id, extra_query={"api_key": "x"})
    assert caught.value.param == "api_key"


def test_a_response_is_read_only_while_its_version_is_open_to_the_caller(sluice, clients):
    sluice.add_model("shifting", "scripted", "ok")
    application = sluice.admitted_application("shifting")
    client = clients.openai(sluice.gateway, application.key)
    made = client.responses.create(model="shifting", input="x")
    version = sluice.add_version("shifting-2", "shifting", "scripted", "ok")
    sluice.make_current("shifting", version)
    assert client.responses.retrieve(made.id).id == made.id, "what once was current stays open"
    sluice.command("grant.revoke", {"grant": application.grant, "reason": "over"})
    with pytest.raises(openai.PermissionDeniedError) as caught:
        client.responses.retrieve(made.id)
    assert caught.value.code == "grant_revoked"
