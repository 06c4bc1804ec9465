"""The control API: a true document, one shape of problem, repeats that do nothing twice, roles, and two people."""

import threading

import jsonschema
import openapi_spec_validator
import pytest

import tlog
from control import Key, Refused, ask, is_problem
from processes import eventually

NOWHERE = "0" * 26


@pytest.fixture(scope="module")
def document(sluice):
    return sluice.api.get("/openapi.json").json()


# The document.

def test_the_document_is_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    openapi_spec_validator.validate(document)
    names = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))


def test_every_documented_operation_is_there_and_answers_as_documented(sluice, admitted, document):
    alice = sluice.person_key("alice")
    bodies = {
        "command": {"command": "application.add", "content": {"name": "documented"}},
        "add_person_record": {"name": "N", "email": "e@example.org"},
        "put_person_record": {"name": "N", "email": "e@example.org", "salt": "0" * 64},
        "explain_access": {"application": admitted.name, "model": "aurora"},
    }
    examples = {"models": sluice.models["aurora"], "applications": admitted.id, "grants": admitted.grant,
                "keys": admitted.key_id}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            target = path.replace("{path}", "entries/000")
            if "{id}" in target:
                target = target.replace("{id}", examples.get(path.split("/")[2], "nothing"))
            if operation["operationId"].endswith("_proof"):
                target += "?index=0"
            body = bodies.get(operation["operationId"])
            answer = ask(
                sluice.control_port, method.upper(), target, body, {"Authorization": f"Bearer {alice}"})
            where = f"{method.upper()} {target}"
            if answer.status == 404:
                assert answer.json()["code"] == "not_found", where
            else:
                assert answer.status != 405 and answer.status < 500, (where, answer)
            documented = operation["responses"].get(str(answer.status)) or operation["responses"]["default"]
            media_type = answer.headers["content-type"]
            assert media_type in documented["content"], where
            schema = documented["content"][media_type]["schema"]
            if "json" in media_type and answer.body:
                jsonschema.Draft202012Validator(
                    {**schema, "components": document["components"]}).validate(answer.json())


def test_every_operation_but_the_public_ones_asks_for_a_key(sluice, document):
    public = {"healthz", "readyz", "metrics", "openapi", "control_log_checkpoint", "control_log_tile"}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            target = path.replace("{id}", "x").replace("{path}", "entries/000")
            for headers in ({}, {"Authorization": f"Bearer {Key('slp').text}"}, {"Authorization": "Bearer x"}):
                answer = ask(sluice.control_port, method.upper(), target, {} if method != "get" else None, headers)
                if operation["operationId"] in public:
                    assert operation["security"] == [] and answer.status != 401, target
                else:
                    is_problem(answer, 401, "invalid_api_key")
                    assert answer.headers["www-authenticate"].startswith("Bearer")


# Problems.

def test_what_is_wrong_is_told_in_one_shape(sluice):
    alice = sluice.person_key("alice")
    api = sluice.api
    is_problem(api.get("/v1/nothing", alice), 404, "unknown_route")
    is_problem(api.get("/", alice), 404, "unknown_route")
    wrong_method = ask(sluice.control_port, "DELETE", "/v1/models", headers={"Authorization": f"Bearer {alice}"})
    is_problem(wrong_method, 405, "method_not_allowed")
    assert wrong_method.headers["allow"] == "GET"
    assert is_problem(api.get("/v1/models/mdl_" + NOWHERE, alice), 404, "not_found")["field"] == "id"
    assert is_problem(api.get("/v1/models?limt=5", alice), 422, "unknown_parameter")["field"] == "limt"
    assert is_problem(api.get("/v1/models?limit=0", alice), 422, "invalid_parameter")["field"] == "limit"
    assert is_problem(api.get("/v1/models?limit=1&limit=2", alice), 422, "invalid_parameter")["field"] == "limit"


@pytest.mark.parametrize(("body", "status", "code", "field"), [
    (b"{", 400, "invalid_json", None),
    (b'{"command":"application.add","command":"x","content":{"name":"a"}}', 400, "invalid_json", None),
    (b'{"command":"application.add","content":{"name":"a","name":"b"}}', 400, "invalid_json", None),
    (b'{"command":"application.add"}', 422, None, "content"),
    (b'{"command":"application.add","content":{}}', 422, None, "content.name"),
    (b'{"command":"application.add","content":{"name":7}}', 422, None, "content.name"),
    (b'{"command":"application.add","content":{"name":"two words"}}', 422, None, "content.name"),
    (b'{"command":"application.add","content":{"name":"a","nmae":"b"}}', 422, None, "content.nmae"),
    (b'{"command":"application.remove","content":{}}', 422, None, "command"),
    (b'{"command":"application.add","content":{"name":"a"},"extra":1}', 422, None, "extra"),
    (b"[]", 422, None, None),
])
def test_a_body_is_read_strictly(sluice, body, status, code, field):
    size = sluice.log_size("control")
    answer = sluice.api.post("/v1/commands", body, sluice.person_key("alice"), Content_Type="application/json")
    assert answer.status == status, answer
    problem = is_problem(answer, status, code or answer.json()["code"])
    assert problem.get("field") == field
    assert sluice.log_size("control") == size


def test_other_media_and_too_large_bodies_are_refused(sluice):
    alice = sluice.person_key("alice")
    is_problem(sluice.api.post("/v1/commands", b"name=a", alice, Content_Type="application/x-www-form-urlencoded"),
               415, "unsupported_media_type")
    is_problem(sluice.api.post("/v1/commands", b" " * (256 * 1024 + 1), alice, Content_Type="application/json"),
               413, "body_too_large")


def test_commands_say_what_is_in_their_way(sluice):
    sluice.add_application("taken")
    for kind, content, status, code, field in [
        ("application.add", {"name": "taken"}, 409, "already_exists", "name"),
        ("application.add", {"name": "x", "organisation": "org_" + NOWHERE}, 404, "not_found", "organisation"),
        ("grant.revoke", {"grant": "grt_" + NOWHERE, "reason": "x"}, 404, "not_found", "grant"),
        ("model.hold", {"model": sluice.models["aurora"], "reason": ""}, 422, "invalid_field", "reason"),
        ("model.resume", {"model": sluice.models["aurora"], "reason": "x"}, 409, "nothing_to_do", None),
    ]:
        with pytest.raises(Refused) as caught:
            sluice.command(kind, content)
        problem = is_problem(caught.value.answer, status, code)
        assert field is None or problem["field"] == field


# Repeats.

def command(sluice, key, name, idempotency_key):
    return sluice.api.post(
        "/v1/commands", {"command": "application.add", "content": {"name": name}}, key,
        Idempotency_Key=idempotency_key)


def test_a_repeat_gets_the_first_answer_and_does_nothing(sluice):
    alice = sluice.person_key("alice")
    first = command(sluice, alice, "once-only", "key-1")
    size = sluice.log_size("control")
    again = command(sluice, alice, "once-only", "key-1")
    assert first.status == again.status == 201
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true" and "idempotency-replayed" not in first.headers
    assert sluice.log_size("control") == size
    is_problem(command(sluice, alice, "another", "key-1"), 422, "idempotency_key_reused")
    is_problem(command(sluice, alice, "once-only", "key-2"), 409, "already_exists")
    # A refusal is not kept: what stood in the way may be gone.
    is_problem(command(sluice, alice, "once-only", "key-3"), 409, "already_exists")
    assert command(sluice, alice, "no-longer", "key-3").status == 201


def test_a_key_for_repeats_belongs_to_its_caller(sluice, person_with):
    assert command(sluice, sluice.person_key("alice"), "by-alice", "shared-key").status == 201
    assert command(sluice, person_with("release_manager"), "by-another", "shared-key").status == 201


def test_of_twenty_repeats_at_once_one_is_done(sluice):
    alice, answers = sluice.person_key("alice"), []
    threads = [
        threading.Thread(target=lambda: answers.append(command(sluice, alice, "raced", "race"))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} <= {201, 409}
    documents = {answer.body for answer in answers if answer.status == 201}
    assert len(documents) == 1
    assert {answer.json()["code"] for answer in answers if answer.status == 409} <= {"idempotency_key_in_use"}
    found = sluice.api.get("/v1/applications?name=raced", alice).json()["data"]
    assert len(found) == 1


def test_commands_at_once_are_all_recorded_once(sluice):
    alice, answers = sluice.person_key("alice"), []
    threads = [threading.Thread(target=lambda n=n: answers.append(
        command(sluice, alice, f"parallel-{n}", f"parallel-{n}"))) for n in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status for answer in answers] == [201] * 24
    indices = [answer.json()["entries"][0]["index"] for answer in answers]
    assert len(set(indices)) == 24


# People.

def test_what_opens_waits_for_a_second_person_and_what_closes_does_not(sluice):
    application = sluice.add_application()
    proposed = sluice.propose_grant(application, "aurora")
    alice, bob = sluice.person_key("alice"), sluice.person_key("bob")
    proposal = proposed["proposal"]
    waiting = sluice.api.get(f"/v1/proposals/{proposal['id']}", bob).json()
    assert waiting["digest"] == proposal["digest"] and waiting["command"]["command"] == "grant.issue"
    assert waiting["has_lapsed"] is False
    assert sluice.api.get(f"/v1/grants?application={application.id}", alice).json()["data"] == []
    done = sluice.approve(proposed)
    assert [entry["entry"]["kind"] for entry in done["entries"]] == ["proposal.approved", "grant.issued"]
    assert {entry["entry"]["by"] for entry in done["entries"]} == {
        sluice.api.get("/v1/me", bob).json()["id"]}
    grant = done["entries"][1]["entry"]["content"]["id"]
    assert sluice.api.get(f"/v1/grants/{grant}", alice).json()["state"] == "open"
    revoked = sluice.command("grant.revoke", {"grant": grant, "reason": "x"})
    assert "proposal" not in revoked
    assert sluice.api.get(f"/v1/grants/{grant}", alice).json()["state"] == "revoked"


def test_a_proposal_can_be_rejected_and_is_gone(sluice):
    application = sluice.add_application()
    proposed = sluice.propose_grant(application, "aurora")
    sluice.command("proposal.reject", {"proposal": proposed["proposal"]["id"], "reason": "not yet"}, as_person="bob")
    with pytest.raises(Refused) as caught:
        sluice.approve(proposed)
    assert caught.value.code == "not_found"


def test_a_dry_run_says_who_gains_and_changes_nothing(sluice):
    application = sluice.add_application()
    size = sluice.log_size("control")
    content = {"subject": application.id, "model": sluice.models["aurora"], "intent": "operational",
               "population": "cohort", "modalities": ["api"], "exposure": "real"}
    answer = sluice.api.post(
        "/v1/commands?dry_run=true", {"command": "grant.issue", "content": content}, sluice.person_key("alice"))
    assert answer.status == 200
    assert answer.json()["needs_second_person"] is True
    assert [(pair["application_name"], pair["model_name"]) for pair in answer.json()["gains"]] == [
        (application.name, "aurora")]
    assert sluice.log_size("control") == size


def test_the_explanation_is_what_the_gateway_answers(sluice, admitted):
    alice = sluice.person_key("alice")
    waiting = sluice.add_application()
    sluice.command("application.enrol", {"application": waiting.id, "model": sluice.models["aurora"]})
    unknown = sluice.add_application()
    for application, kind in ((admitted, "admitted"), (waiting, "refused"), (unknown, "refused")):
        explained = sluice.api.post(
            "/v1/access/explain", {"key": application.key_id, "model": "aurora"}, alice).json()
        assert kind in str(explained["decision"]), explained["decision"]
        assert explained["may_know"] is (application is not unknown)
        answer = ask(
            sluice.gateway_port, "POST", "/v1/chat/completions",
            {"model": "aurora", "messages": []}, {"Authorization": f"Bearer {application.key}"})
        if answer.status != 200:
            assert answer.json()["error"]["code"] in str(explained["decision"])


# The log and its surroundings.

def test_the_log_can_be_asked_for_what_names_an_object(sluice, admitted):
    alice = sluice.person_key("alice")
    rows = sluice.api.get(f"/v1/log/control/entries?object={admitted.id}", alice).json()["data"]
    assert [row["entry"]["kind"] for row in rows][:2] == ["application.added", "key.issued"]
    assert all(admitted.id in str(row["entry"]) for row in rows)
    indices = [row["index"] for row in rows]
    assert indices == sorted(indices)


def test_lists_have_pages_and_filters(sluice, admitted):
    alice = sluice.person_key("alice")
    seen, after = [], ""
    while True:
        page = sluice.api.get(f"/v1/applications?limit=2{after}", alice).json()
        assert len(page["data"]) <= 2
        seen += [row["id"] for row in page["data"]]
        if "next" not in page:
            break
        after = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) > 2
    assert seen == sorted(seen)
    assert [row["id"] for row in sluice.api.get(f"/v1/applications?name={admitted.name}", alice).json()["data"]] == [
        admitted.id]
    assert [row["id"] for row in sluice.api.get(f"/v1/grants?application={admitted.name}", alice).json()["data"]] == [
        admitted.grant]


def test_usage_is_counted_by_grant_and_day(sluice, clients):
    application = sluice.admitted_application("aurora")
    client = clients.openai(sluice.gateway, application.key)
    for _ in range(3):
        client.chat.completions.create(model="aurora", messages=[{"role": "user", "content": "hi"}])

    def counted():
        rows = sluice.api.get(f"/v1/usage?grant={application.grant}", sluice.person_key("alice")).json()["data"]
        return rows and rows[0]["requests"] == 3 and rows[0]["outcomes"] and rows[0]
    row = eventually(counted, 15, "the usage")
    assert (row["input_tokens"], row["output_tokens"]) == (33, 15)
    assert row["outcomes"] == {"completed": 3}


def test_metrics_are_the_text_format_and_name_no_caller(sluice, admitted):
    answer = sluice.api.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    text = answer.body.decode()
    for line in text.splitlines():
        assert line.startswith(("# HELP ", "# TYPE ", "sluice_", "gen_ai_")), line
    for name in (admitted.id, admitted.key_id, admitted.name):
        assert name not in text
    assert "sluice_gateway_in_flight 0" in text


def test_the_access_logs_head_is_an_entry_of_the_control_log_by_and_by(sluice):
    # Each minute; here it is enough that one that is there names a true head.
    for entry in sluice.log_entries("control"):
        if entry["kind"] == "access_log.checkpointed":
            tlog.Checkpoint(entry["content"]["note"].encode()).verify((sluice.data / "keys/access.vkey").read_text())
            assert entry["by"] == "system"
