"""Who is let in and who is not, and what both SDKs make of it."""

import json
import time

import anthropic
import openai
import pytest

from control import Key, Refused, ask
from processes import eventually
from raw import Connection, chat

HELLO = [{"role": "user", "content": "hello"}]
TOMORROW = int(time.time() * 1000) + 86_400_000


def ask_openai(client, model="aurora", **options):
    return client.chat.completions.create(model=model, messages=HELLO, **options)


def ask_anthropic(client, model="aurora", **options):
    return client.messages.create(model=model, max_tokens=5, messages=HELLO, **options)


@pytest.fixture
def both(sluice, clients):
    """Asks with both SDKs and expects the same refusal from both."""
    class Both:
        def refused(self, key, status, code, model="aurora", **options):
            with pytest.raises(openai.APIStatusError) as of_openai:
                ask_openai(clients.openai(sluice.gateway, key), model, **options)
            with pytest.raises(anthropic.APIStatusError) as of_anthropic:
                ask_anthropic(clients.anthropic(sluice.gateway, key), model, **options)
            assert (of_openai.value.status_code, of_openai.value.code) == (status, code)
            assert (of_anthropic.value.status_code, of_anthropic.value.error_code) == (status, code)
            assert of_anthropic.value.api_message == of_openai.value.body["message"]
            return of_openai.value, of_anthropic.value

        def admitted(self, key, model="aurora", **options):
            assert ask_openai(clients.openai(sluice.gateway, key), model, **options).choices
            assert ask_anthropic(clients.anthropic(sluice.gateway, key), model, **options).content

    return Both()


# Who speaks.

def test_a_wrong_key_is_401_in_both_sdks_own_exception(scripted, both, admitted):
    of_openai, of_anthropic = both.refused(Key().text, 401, "invalid_api_key")
    assert isinstance(of_openai, openai.AuthenticationError)
    assert isinstance(of_anthropic, anthropic.AuthenticationError)
    assert "key" in of_openai.message
    assert scripted.seen() == []


@pytest.mark.parametrize("change", [
    lambda key: "", lambda key: "x", lambda key: key[:-1], lambda key: key + "a", lambda key: key[:20],
    lambda key: key[:13] + key[13:][::-1], lambda key: "slk-" + key[4:], lambda key: key.swapcase(),
    lambda key: key.replace("slk", "slr"), lambda key: key[:12] + "-" + key[13:],
    lambda key: key[:4] + "0OIl|'\";" + key[12:],
], ids=["empty", "short", "cut", "longer", "prefix-only", "secret-reversed", "dash", "case", "kind", "separator", "sql"])
def test_a_key_that_is_almost_right_is_answered_like_an_unknown_one(scripted, sluice, admitted, change):
    def answer(key):
        answer = ask(
            sluice.gateway_port, "POST", "/v1/chat/completions", chat("aurora"), {"Authorization": f"Bearer {key}"})
        return answer.status, answer.body
    assert answer(change(admitted.key)) == answer(Key().text)
    assert answer(change(admitted.key))[0] == 401
    assert scripted.seen() == []


def test_no_key_at_all_is_401_also_in_anthropics_shape(sluice):
    plain = ask(sluice.gateway_port, "POST", "/v1/chat/completions", chat("aurora"))
    assert plain.status == 401 and plain.json()["error"]["code"] == "invalid_api_key"
    other = ask(sluice.gateway_port, "POST", "/v1/messages", chat("aurora", max_tokens=5))
    assert other.status == 401 and other.json()["error"]["details"]["error_code"] == "invalid_api_key"
    assert ask(sluice.gateway_port, "GET", "/v1/models").status == 401


def test_a_key_in_the_query_or_a_cookie_is_no_key(sluice, admitted):
    for path, fields in [
        (f"/v1/models?api_key={admitted.key}", {}), ("/v1/models", {"Cookie": f"api_key={admitted.key}"}),
        ("/v1/models", {"Authorization": f"Basic {admitted.key}"}), ("/v1/models", {"Authorization": admitted.key}),
        ("/v1/models", {"Proxy-Authorization": f"Bearer {admitted.key}"}),
    ]:
        assert ask(sluice.gateway_port, "GET", path, headers=fields).status == 401, (path, fields)


def test_the_key_of_a_person_opens_nothing_at_the_gateway(scripted, sluice, both):
    both.refused(sluice.person_key("alice"), 401, "invalid_api_key")
    answer = ask(
        sluice.gateway_port, "GET", "/v1/models", headers={"Authorization": f"Bearer {sluice.person_key('bob')}"})
    assert answer.status == 401
    assert scripted.seen() == []


def test_a_download_key_opens_nothing_at_the_gateway(scripted, sluice, admitted, both):
    key = sluice.issue_key(admitted, kind="download")
    both.refused(key.text, 401, "invalid_api_key")
    listed = ask(sluice.gateway_port, "GET", "/v1/models", headers={"Authorization": f"Bearer {key.text}"})
    assert listed.status == 401 or listed.json()["data"] == []
    assert scripted.seen() == []


def test_a_key_opens_nothing_at_the_control_api_but_its_own(sluice, admitted):
    assert sluice.api.get("/v1/me", admitted.key).json()["kind"] == "application"
    for path in ("/v1/grants", "/v1/people", "/v1/models", "/v1/log/access/entries"):
        assert sluice.api.get(path, admitted.key).status == 403
    with pytest.raises(Refused) as caught:
        sluice.api.command("application.add", {"name": "sneaky"}, admitted.key)
    assert caught.value.code == "not_permitted"


def test_an_expired_key_is_401(sluice, both):
    application = sluice.admitted_application("aurora")
    key = sluice.issue_key(application, expires=int(time.time() * 1000) + 1200)
    both.admitted(key.text)
    time.sleep(1.3)
    both.refused(key.text, 401, "invalid_api_key")


def test_a_revoked_key_is_refused_within_a_second(sluice, both, clients):
    application = sluice.admitted_application("aurora")
    client = clients.openai(sluice.gateway, application.key)
    ask_openai(client)
    started = time.monotonic()
    # One person is enough, and it need not be the one who issued it.
    sluice.command("key.revoke", {"key": application.key_id, "reason": "lost on a train"}, as_person="bob")
    with pytest.raises(openai.AuthenticationError):
        while True:
            ask_openai(client)
    elapsed = time.monotonic() - started
    print(f"\nrevoked key refused after {elapsed * 1000:.0f} ms")
    assert elapsed < 1
    both.refused(application.key, 401, "invalid_api_key")


# What exists.

def test_an_unknown_model_is_404_in_both(scripted, both, admitted):
    of_openai, of_anthropic = both.refused(admitted.key, 404, "model_not_found", model="no-such-model")
    assert isinstance(of_openai, openai.NotFoundError) and isinstance(of_anthropic, anthropic.NotFoundError)
    assert of_openai.param == "model"
    assert "no-such-model" in of_openai.message
    assert scripted.seen() == []


def test_a_model_that_one_may_not_know_of_is_like_one_that_is_not_there(sluice, admitted):
    sluice.add_model("secret-one", "scripted", "ok")

    def answer(model, path, **fields):
        answer = ask(
            sluice.gateway_port, "POST", path, chat(model, **fields), {"Authorization": f"Bearer {admitted.key}"})
        fields = {name: value for name, value in answer.headers.items() if name not in ("date", "content-length")}
        text = answer.body.decode().replace(answer.headers["x-request-id"], "ID").replace(model, "MODEL")
        return answer.status, text, {n: v for n, v in fields.items() if "request-id" not in n}

    for path in ("/v1/chat/completions", "/v1/messages"):
        # Fields that need a right, too much and too often: nothing may tell the two apart.
        for fields in ({"max_tokens": 5}, {"max_tokens": 5, "logprobs": True, "top_k": 3}, {"max_tokens": 2_000_000}):
            unknown = answer("secret-two", path, **fields)
            assert unknown[0] == 404
            assert answer("secret-one", path, **fields) == unknown
            assert answer("secret-one-1", path, **fields)[:2] == unknown[:2], "a version's name tells of its model"

    def shown(model):
        answer = ask(
            sluice.gateway_port, "GET", f"/v1/models/{model}", headers={"Authorization": f"Bearer {admitted.key}"})
        return answer.status, answer.body.replace(model.encode(), b"MODEL")
    assert shown("secret-one") == shown("secret-two") == shown("secret-one-1")


# Stages.

def test_a_waiting_application_is_told_why_in_both_sdks_own_exception(scripted, sluice, both):
    waiting = sluice.add_application()
    both.refused(waiting.key, 404, "model_not_found")
    sluice.command("application.enrol", {"application": waiting.id, "model": sluice.models["aurora"]})
    of_openai, of_anthropic = both.refused(waiting.key, 403, "stage_not_open")
    assert isinstance(of_openai, openai.PermissionDeniedError)
    assert isinstance(of_anthropic, anthropic.PermissionDeniedError)
    assert of_anthropic.type == "permission_error"
    assert "released in stages" in str(of_openai) and "released in stages" in str(of_anthropic)
    assert scripted.seen() == []


def test_a_final_refusal_is_asked_once_even_by_a_client_that_retries(sluice, clients):
    waiting = sluice.add_application()
    before = sluice.metric("sluice_gateway_requests_total")
    with pytest.raises(openai.NotFoundError):
        ask_openai(clients.openai(sluice.gateway, waiting.key, max_retries=2))
    assert sluice.metric("sluice_gateway_requests_total") == before + 1


def test_two_people_let_in_within_a_second(sluice, both, clients):
    application = sluice.add_application()
    sluice.command("application.enrol", {"application": application.id, "model": sluice.models["aurora"]})
    proposal = sluice.propose_grant(application, "aurora")
    assert "proposal" in proposal
    both.refused(application.key, 403, "stage_not_open")
    client = clients.openai(sluice.gateway, application.key)
    started = time.monotonic()
    sluice.approve(proposal)

    def is_admitted():
        try:
            return ask_openai(client)
        except openai.PermissionDeniedError:
            return None
    eventually(is_admitted, 5, "admission")
    elapsed = time.monotonic() - started
    print(f"\nadmitted {elapsed * 1000:.0f} ms after the approval was sent")
    assert elapsed < 1
    both.admitted(application.key)


def test_one_person_cannot_do_both(sluice, both):
    application = sluice.add_application()
    proposal = sluice.propose_grant(application, "aurora")
    with pytest.raises(Refused) as caught:
        sluice.approve(proposal, as_person="alice")
    assert caught.value.status == 403
    assert caught.value.code in ("not_permitted", "second_person_needed")
    # Nor what is not what was proposed.
    other = {"proposal": {**proposal["proposal"], "digest": "sha256:" + "0" * 64}}
    with pytest.raises(Refused) as caught:
        sluice.approve(other)
    assert (caught.value.status, caught.value.code) == (409, "proposal_differs")
    both.refused(application.key, 404, "model_not_found")
    sluice.approve(proposal)
    with pytest.raises(Refused) as caught:
        sluice.approve(proposal)
    assert caught.value.code == "not_found"
    both.admitted(application.key)


def test_a_proposer_with_the_right_to_approve_cannot_approve_their_own(sluice):
    # Bob may approve, and gets the role that proposes.
    bob = next(
        person for person in sluice.api.get("/v1/people", sluice.person_key("alice")).json()["data"]
        if "approver" in person["roles"])
    sluice.approve(sluice.command(
        "person.assign_roles", {"person": bob["id"], "roles": bob["roles"] + ["access_reviewer"]}))
    application = sluice.add_application()
    proposal = sluice.propose_grant(application, "aurora", as_person="bob")
    with pytest.raises(Refused) as caught:
        sluice.approve(proposal, as_person="bob")
    assert (caught.value.status, caught.value.code) == (403, "second_person_needed")


def test_a_revoked_grant_says_so(sluice, both):
    application = sluice.admitted_application("aurora")
    both.admitted(application.key)
    sluice.command("grant.revoke", {"grant": application.grant, "reason": "the trial is over"}, as_person="bob")
    both.refused(application.key, 403, "grant_revoked")


def test_an_expired_grant_says_so(sluice, both):
    application = sluice.add_application()
    sluice.grant(application, "aurora", expires=int(time.time() * 1000) + 1500)
    both.admitted(application.key)
    time.sleep(1.6)
    both.refused(application.key, 403, "grant_expired")


def test_a_grant_opens_when_it_says(sluice, both):
    application = sluice.add_application()
    sluice.grant(application, "aurora", opens=int(time.time() * 1000) + 1500)
    both.refused(application.key, 403, "stage_not_open")
    time.sleep(1.6)
    both.admitted(application.key)


# What for.

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


# Stopping.

def test_one_person_holds_a_model_and_two_let_it_go_on(sluice, both):
    sluice.add_model("river", "scripted", "ok")
    application = sluice.admitted_application("river")
    both.admitted(application.key, model="river")
    content = {"model": sluice.models["river"], "reason": "strange answers"}
    started = time.monotonic()
    assert "proposal" not in sluice.command("model.hold", content, as_person="bob")
    both.refused(application.key, 403, "model_on_hold", model="river")
    assert time.monotonic() - started < 1
    resumption = sluice.command("model.resume", content)
    both.refused(application.key, 403, "model_on_hold", model="river")
    with pytest.raises(Refused):
        sluice.approve(resumption, as_person="alice")
    sluice.approve(resumption)
    both.admitted(application.key, model="river")


# Tricks.

TRICKS = [
    "X-Sluice-Model: aurora", "X-Sluice-Admin: true", "X-Sluice-Log: off", "X-Sluice-Grant: everything",
    "x-litellm-api-base: http://127.0.0.1:1", "x-litellm-tags: admin", "x-litellm-enable-message-redaction: true",
    "litellm-disable-message-redaction: true", "x-portkey-provider: openai", "x-portkey-config: {}",
    "Helicone-Auth: Bearer x", "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: admin.local", "Forwarded: for=::1",
    "X-Original-URL: /healthz", "X-Rewrite-URL: /healthz", "X-HTTP-Method-Override: GET", "X-Real-IP: 127.0.0.1",
    "X-Request-Id: req_00000000000000000000000000", "Request-Id: req_00000000000000000000000000",
    "X-Should-Retry: true", "OpenAI-Organization: org-admin", "OpenAI-Project: proj-admin",
    "anthropic-workspace-id: wrkspc_admin", "X-Stainless-Retry-Count: 99", "Cookie: session=admin",
    "Proxy-Connection: keep-alive", "Origin: http://evil.example", "Range: bytes=0-1", "Accept-Encoding: gzip",
]


def test_no_header_lets_in_or_changes_what_is_asked_and_recorded(scripted, sluice, admitted):
    waiting = sluice.add_application()
    sluice.command("application.enrol", {"application": waiting.id, "model": sluice.models["aurora"]})
    since = sluice.log_size("access")
    with Connection(sluice.gateway_port) as connection:
        for trick in TRICKS:
            for key, expected in ((admitted.key, 200), (waiting.key, 403)):
                body = json.dumps(chat("aurora")).encode()
                connection.send((
                    f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
                    f"{trick}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body)
                status, fields, _ = connection.answer()
                assert status == expected, trick
                assert fields["x-request-id"] != "req_00000000000000000000000000"
                assert "content-encoding" not in fields
    seen = scripted.seen()
    assert len(seen) == len(TRICKS)
    for record, trick in zip(seen, TRICKS):
        name = trick.partition(":")[0].lower()
        allowed = {"host", "content-type", "content-length", "accept", "accept-encoding", "x-request-id"}
        assert {field for field, _ in record["headers"]} == allowed, f"{trick} was passed on"
        assert dict(record["headers"]).get(name) != trick.partition(": ")[2]
    eventually(
        lambda: len([entry for entry in sluice.log_entries("access", since) if entry["kind"] == "request.completed"])
        == len(TRICKS), 5, "an entry for each")


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "admin.sluice.local", "[::1]:7081", "a.b:443", "x"])
def test_the_host_field_changes_nothing(scripted, sluice, admitted, host):
    body = json.dumps(chat("aurora")).encode()
    for target in ("/v1/chat/completions", f"http://{host}/v1/chat/completions"):
        with Connection(sluice.gateway_port) as connection:
            connection.send((
                f"POST {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {admitted.key}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode() + body)
            assert connection.answer()[0] == 200
    assert len(scripted.seen()) == 2
    assert dict(scripted.seen()[0]["headers"])["host"] == f"127.0.0.1:{scripted.port}"


def test_no_field_of_the_body_names_another_upstream(scripted, sluice, admitted):
    answer = ask(
        sluice.gateway_port, "POST", "/v1/chat/completions",
        chat("aurora", api_base="http://127.0.0.1:1", base_url="http://127.0.0.1:1", api_key="x", user_config={}),
        {"Authorization": f"Bearer {admitted.key}"})
    assert answer.status == 200
    assert len(scripted.seen()) == 1


@pytest.mark.parametrize("method,path,status,code", [
    ("POST", "/v1/embeddings", 404, "unknown_route"), ("GET", "/", 404, "unknown_route"),
    ("POST", "/v1/chat/completions/", 404, "unknown_route"), ("POST", "/V1/chat/completions", 404, "unknown_route"),
    ("POST", "//v1/chat/completions", 400, "target_invalid"), ("POST", "/v1/chat%2Fcompletions", 404, "unknown_route"),
    ("GET", "/v1/chat/completions", 405, "method_not_allowed"), ("POST", "/v1/models", 405, "method_not_allowed"),
    ("DELETE", "/v1/models", 405, "method_not_allowed"), ("GET", "/metrics", 404, "unknown_route"),
    ("POST", "/v1/commands", 404, "unknown_route"),
])
def test_what_is_not_served_is_said_in_json(sluice, admitted, method, path, status, code):
    answer = ask(sluice.gateway_port, method, path, headers={"Authorization": f"Bearer {admitted.key}"})
    assert (answer.status, answer.json()["error"]["code"]) == (status, code)
    assert answer.headers["x-request-id"]
    assert ("allow" in answer.headers) == (status == 405)
