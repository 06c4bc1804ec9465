"""A stage keeps its caps: on exposure, on people, on invitations, on the rate; and what is closed is cut in the stream."""

import concurrent.futures
import json
import threading
import time

import anthropic
import openai
import pytest

from processes import eventually

PEOPLE = [
    "alice=admin,release_manager,access_reviewer,auditor", "bob=approver", "carol=release_manager,operator,incident_handler"]


def one_stage(model, has_baseline, stage, spec):
    """A plan of one stage that serves everybody in it by the candidate, as far as its caps go."""
    return {
        "apiVersion": "sluice.dev/v1alpha1", "kind": "ReleasePlan", "metadata": {"name": model}, "spec": {
            "model": model, "candidate": f"{model}-2", "baseline": f"{model}-1" if has_baseline else None,
            "owner": "release-team", "bucketing": {"unit": "account"},
            "cohorts": [{"name": "all", "match": {"population": ["cohort"]}}],
            "traffic": {"requests": {"atFullWeight": 8000000}},
            "metrics": [{
                "name": "errors", "kind": "safety", "type": "proportion", "source": {"gateway": {"counter": "http5xx"}},
                "influenceCap": {"per": "application"},
                "rules": {"rollback": {"test": "above", "bound": 0.5, "weight": 0.5}}}],
            "stages": [{
                "name": "all", "audience": {"cohorts": ["all"]}, "analysis": {"metrics": ["errors"]},
                "requiresApproval": {"roles": ["approver", "release_manager"], "distinct": 2},
                "bake": {"min": "1h", "max": "2d"}, "watch": {"for": "1d"}, **(stage or {})}],
            **(spec or {})}}


@pytest.fixture(scope="module")
def sluice(new_sluice, scripted_process):
    return new_sluice({"scripted": scripted_process.url}, people=PEOPLE)


@pytest.fixture
def release(sluice, clients):
    """Opens the stage of a plan for a model's second version, and answers with an application that is in it."""
    opened = []

    def open_stage(model, has_baseline=True, stage=None, plan=None):
        sluice.models[model] = sluice.add("model.add", {
            "name": model, "display_name": model.capitalize(), "visibility": "unlisted"})["id"]
        versions = [sluice.add_version(f"{model}-{number}", model, "scripted", f"{model}-{number}") for number in (1, 2)]
        if has_baseline:
            sluice.make_current(model, versions[0])
        path = sluice.folder / f"{model}.json"
        path.write_text(json.dumps(one_stage(model, has_baseline, stage, plan)))
        rollout = sluice.cli("plan", "propose", path)["entries"][0]["entry"]["content"]["rollout"]
        opened.append(rollout)
        eventually(lambda: status(sluice, rollout)["tick"] > 0, 15, "the first look at the rollout")
        for person in ("bob", "carol"):
            sluice.cli("plan", "approve", rollout, as_person=person)
        sluice.cli("release", "start", rollout)
        eventually(lambda: status(sluice, rollout).get("stage") == 0, 20, "the first stage")
        application = sluice.admitted_application(model)
        return rollout, application

    yield open_stage
    for rollout in opened:
        if status(sluice, rollout)["phase"] not in {"aborted", "completed"}:
            sluice.cli("release", "abort", rollout, "--reason", "over", as_person="carol")
    found = json.loads(sluice.run("decisions", "verify", "--data", sluice.data, "--output", "json").stdout)
    assert found["differences"] == []


def status(sluice, rollout):
    return sluice.api.get(f"/v1/rollouts/{rollout}", sluice.person_key("alice")).json()


def ask(client, model, user, text="hello", **options):
    return client.chat.completions.create(
        model=model, max_tokens=50, messages=[{"role": "user", "content": text}],
        extra_headers={"x-sluice-account": user}, **options)


def exposed(scripted, model):
    """How many requests the upstream saw for the candidate: nobody's count but its own."""
    return sum(json.loads(record["body"])["model"] == f"{model}-2" for record in scripted.seen() if record["body"])


def test_twenty_clients_get_no_more_of_a_stage_than_its_budget_also_across_kill_9(sluice, scripted, release, clients):
    cap = 60
    rollout, application = release("aurora", stage={"exposureBudget": {"initial": cap}})
    client = clients.openai(sluice.gateway, application.key)
    stopped = threading.Event()

    def ask_on(number):
        served = 0
        while not stopped.is_set():
            try:
                ask(client, "aurora", f"user-{number}-{served}")
                served += 1
            except openai.APIConnectionError:
                time.sleep(0.05)
            except openai.InternalServerError as error:
                assert error.code == "rules_stale"
        return served

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        try:
            asking = [pool.submit(ask_on, number) for number in range(20)]
            eventually(lambda: exposed(scripted, "aurora") >= 10, 20, "the first exposures")
            sluice.kill()
            sluice.serve()
            # Were what was lent forgotten, the whole budget would be served once more: twenty clients take no second.
            time.sleep(3)
        finally:
            stopped.set()
        served = sum(future.result() for future in asking)
    assert exposed(scripted, "aurora") <= cap
    assert served > cap, "everybody else was served by the baseline"


def test_a_budget_is_used_to_the_last_request(sluice, scripted, release, clients):
    rollout, application = release("borealis", stage={"exposureBudget": {"initial": 40}})
    client = clients.openai(sluice.gateway, application.key)

    def used_up():
        with concurrent.futures.ThreadPoolExecutor(20) as pool:
            list(pool.map(lambda number: ask(client, "borealis", f"user-{number}"), range(60)))
        return exposed(scripted, "borealis") >= 40
    eventually(used_up, 20, "the whole budget")
    used_up()
    assert exposed(scripted, "borealis") == 40


def test_a_kill_loses_no_exposure_and_a_budget_that_is_used_up_holds_its_stage(sluice, scripted, release, clients):
    cap = 70
    rollout, application = release("fornax", stage={"exposureBudget": {"initial": cap}})

    def ask_until(count):
        client = clients.openai(sluice.gateway, application.key, max_retries=5)

        def served():
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                list(pool.map(lambda number: ask(client, "fornax", f"user-{number}"), range(8)))
            return exposed(scripted, "fornax") >= count
        eventually(served, 30, f"{count} exposures")
    for count in (10, 30):
        ask_until(count)
        sluice.kill()
        sluice.serve()
    ask_until(cap)
    budget = eventually(
        lambda: next((b for b in status(sluice, rollout)["exposure"] if b["used"] == cap), None), 15, "all of it used")
    assert exposed(scripted, "fornax") == cap, "what was lent and lost was lent again, to the last request"
    assert budget["left"] == budget["lent"] == budget["written_off"] == 0
    eventually(
        lambda: any("exposure budget" in reason for reason in status(sluice, rollout)["reasons"]), 15, "the reason")
    told = sluice.run("release", "status", rollout, "--server", sluice.control, "--key-file", sluice.key_file("alice"))
    assert f"{cap} requests, of which {cap} are used" in told.stdout


def test_who_is_removed_is_served_by_the_candidate_no_more_until_two_restore_them(sluice, scripted, release, clients):
    rollout, application = release("gemini", has_baseline=False)
    client = clients.openai(sluice.gateway, application.key)
    assert ask(client, "gemini", "ada").choices
    unit = ("--application", application.id, "--account", "ada")
    sluice.cli("release", "remove", rollout, *unit, "--reason", "abuse", as_person="carol")
    with pytest.raises(openai.PermissionDeniedError) as caught:
        ask(client, "gemini", "ada")
    assert caught.value.code == "stage_removed"
    assert ask(client, "gemini", "bert").choices, "and nobody else"
    assert len(status(sluice, rollout)["removed"]) == 1
    sluice.cli("release", "restore", rollout, *unit, as_person="bob")
    with pytest.raises(openai.PermissionDeniedError):
        ask(client, "gemini", "ada")
    sluice.cli("release", "restore", rollout, *unit, as_person="carol")
    assert ask(client, "gemini", "ada").choices and status(sluice, rollout)["removed"] == []
    assert not any('"ada"' in json.dumps(entry) or "/ada" in json.dumps(entry) for entry in sluice.log_entries("control"))


def test_people_are_let_in_queued_and_refused_and_stay_where_they_are(sluice, scripted, release, clients):
    rollout, application = release("corona", has_baseline=False, stage={
        "audience": {"cohorts": ["all"], "people": {"max": 3}, "invitationsPerWeek": 2}})
    # The SDK asks again by itself while it is being decided.
    patient = clients.openai(sluice.gateway, application.key, max_retries=5)
    for user in ("ada", "bert"):
        assert ask(patient, "corona", user).choices
    with pytest.raises(openai.PermissionDeniedError) as queued:
        ask(patient, "corona", "cleo")
    assert queued.value.code == "stage_queued" and "place in the line is 1" in queued.value.message
    with pytest.raises(openai.PermissionDeniedError) as full:
        ask(patient, "corona", "dora")
    assert full.value.code == "stage_full" and "All 3 places for people are taken" in full.value.message
    with pytest.raises(openai.PermissionDeniedError) as nameless:
        patient.chat.completions.create(model="corona", messages=[{"role": "user", "content": "hello"}])
    assert nameless.value.code == "account_missing"
    sluice.kill()
    sluice.serve()
    client = clients.openai(sluice.gateway, application.key)
    codes = {}

    def settled():
        for user in ("dora", "cleo", "bert", "ada"):
            try:
                codes[user] = bool(ask(client, "corona", user).choices)
            except openai.APIStatusError as error:
                codes[user] = error.code
        return codes == {"ada": True, "bert": True, "cleo": "stage_queued", "dora": "stage_full"}
    eventually(settled, 20, f"the same people in the same places, not {codes}")
    entries = [entry for entry in sluice.log_entries("control") if entry["kind"] == "rollout.changed"]
    rounds = [entry["content"]["entry"]["content"] for entry in entries if "admission" in str(entry["content"]["entry"]["kind"])]
    assert sum(len(round["applicants"]) for round in rounds) == 3
    assert not any(user in json.dumps(rounds) for user in ("ada", "bert", "cleo")), "nobody is named in the log"


def test_a_stages_rate_is_kept_exactly(sluice, scripted, release, clients):
    rollout, application = release("delta", stage={"caps": {"requestsPerMinutePerApp": 15}})
    client = clients.openai(sluice.gateway, application.key)

    def outcome(number):
        try:
            return bool(ask(client, "delta", f"user-{number}").choices)
        except openai.RateLimitError as error:
            assert "stage's limit of requests" in error.message
            return False
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        let_in = sum(pool.map(outcome, range(60)))
    assert 15 <= let_in <= 15 + (time.monotonic() - began) / 4 + 1


def test_a_limit_of_a_stage_has_the_shape_that_sdks_know_a_ramp_by(sluice, release, clients):
    _, application = release("ramped", stage={"caps": {"requestsPerMinutePerApp": 1}})
    client = clients.anthropic(sluice.gateway, application.key)

    def ask_once():
        client.messages.create(
            model="ramped", max_tokens=5, messages=[{"role": "user", "content": "hello"}],
            extra_headers={"x-sluice-account": "ada"})

    with pytest.raises(anthropic.RampLimitExceededError) as caught:
        for _ in range(3):
            ask_once()
    assert caught.value.error_code == "ramp_limit_exceeded" and caught.value.type == "rate_limit_error"
    assert 0 < int(caught.value.response.headers["retry-after-ms"]) <= 60_000
    with pytest.raises(openai.RateLimitError) as caught:
        ask(clients.openai(sluice.gateway, application.key), "ramped", "ada")
    assert caught.value.code == "ramp_limit_exceeded"


def test_the_arms_of_a_rollout_cannot_be_told_apart_by_their_answers(sluice, scripted, release, clients):
    _, application = release("veiled")
    client = clients.openai(sluice.gateway, application.key)
    answer = ask(client, "veiled", "ada")
    assert json.loads(scripted.seen()[-1]["body"])["model"] == "veiled-2" and answer.model == "veiled"
    since = sluice.log_size("access")
    with pytest.raises(openai.InternalServerError):
        ask(client.with_options(max_retries=1), "veiled", "ada", "script:500")
    placed = [e for e in sluice.log_entries("access", since) if e["kind"] == "request.admitted"]
    assert [entry.get("retry") for entry in placed] == [None, 1]
    assert [entry["placement"]["arm"] for entry in placed] == ["candidate"] * 2, "a retry meets the same arm"
    ada = {"x-sluice-account": "ada"}
    made = client.responses.create(model="veiled", input="hello", extra_headers=ada)
    again = client.responses.retrieve(made.id, extra_headers=ada)
    assert (made.model, again.model, again.id) == ("veiled", "veiled", made.id)
    kept = [e for e in sluice.log_entries("access", since) if e.get("route", "").startswith("responses.")]
    assert [entry.get("placement") for entry in kept] == [None], "to look at an answer again is no exposure"


def test_an_answer_is_cut_in_its_stream_when_its_version_is_withdrawn(sluice, scripted, release, clients):
    rollout, application = release("eos", plan={"rollback": {"inFlight": {"default": "cut"}}})
    client = clients.openai(sluice.gateway, application.key)
    stream = ask(client, "eos", "ada", "script:slow-tokens count=2000 delay=0.02", stream=True)
    parts = iter(stream)
    next(parts)
    assert exposed(scripted, "eos") == 1
    before = sluice.log_size("access")
    threading.Thread(target=lambda: sluice.cli(
        "release", "abort", rollout, "--reason", "harm", as_person="carol")).start()
    with pytest.raises(openai.APIError) as caught:
        for _ in parts:
            pass
    assert caught.value.code == "version_withdrawn"
    def recorded():
        return [entry for entry in sluice.log_entries("access", before) if entry.get("outcome") == "withdrawn"]
    assert eventually(recorded, 10, "the entry of the outcome")[0]["status"] == 200
    assert scripted.last_ended()["peer_closed"], "the upstream was told at once"
    assert ask(client, "eos", "ada").choices, "and who asks again is answered by the baseline"
    assert exposed(scripted, "eos") == 1
