"""Who is let in and who is not, and what both SDKs make of it."""

import time

import anthropic
import openai
import pytest

from asking import ask_openai
from control import Key, Refused, ask
from processes import eventually
from raw import chat

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
], ids=[
    "empty", "short", "cut", "longer", "prefix-only", "secret-reversed", "dash", "case", "kind", "separator", "sql"])
def test_a_key_that_is_almost_right_is_answered_like_an_unknown_one(scripted, sluice, admitted, change):
    def answer(key):
        answer = ask(
            sluice.gateway_port, "POST", "/v1/chat/completions", chat("aurora"), {"Authorization": f"Bearer {key}"})
        return answer.status, answer.body
    assert answer(change(admitted.key)) == answer(Key().text)
    assert answer(change(admitted.key))[0] == 401
    assert scripted.seen() == []


def test_why_a_key_opens_nothing_shows_in_no_byte_of_the_answer(scripted, sluice, admitted):
    revoked = sluice.issue_key(admitted)
    sluice.command("key.revoke", {"key": revoked.id, "reason": "a test"})
    keys = {
        "unknown": Key().text, "wrong secret": admitted.key[:13] + Key().text[13:], "revoked": revoked.text,
        "another kind": "slr" + admitted.key[3:]}

    def shape(path, key):
        answer = ask(sluice.gateway_port, "POST", path, chat("aurora"), {"Authorization": f"Bearer {key}"})
        request_id = answer.headers["x-request-id"]
        own = {name: value.replace(request_id, "R") for name, value in answer.headers.items() if name != "date"}
        return answer.status, own, answer.body.replace(request_id.encode(), b"R"), len(request_id)

    for path in ("/v1/chat/completions", "/v1/messages"):
        eventually(lambda: shape(path, revoked.text)[0] == 401)
        shapes = {name: shape(path, key) for name, key in keys.items()}
        assert all(it == shapes["unknown"] for it in shapes.values()), shapes
        assert shapes["unknown"][0] == 401
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
