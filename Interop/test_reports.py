"""What is said of answers, by the request ids that the SDK shows, counts for the side that served them."""

import json
import sqlite3
import time

import openai
import pytest

from control import ask
from processes import eventually
from sluice import CommandFailed
from test_rollout import PEOPLE, propose, sign_and_start, status, verified

METRICS = """
    - name: policy-flags
      kind: safety
      type: proportion
      source: {gateway: {counter: flags, category: "spam|cyber"}}
      influenceCap: {per: account, events: 1, window: 24h}
      rules:
        advance: {test: below, bound: 0.2}
        rollback: {test: above, bound: 0.6, weight: 0.2, action: rollback}
        tripwire: {where: "severity >= 'high'", count: 3, action: rollback}
    - name: complaints
      kind: quality
      type: proportion
      source: {gateway: {counter: complaints}}
      influenceCap: {per: account, events: 1, window: 24h}
      rules: {advance: {test: below, bound: 0.3}}
    - name: violations
      kind: safety
      type: proportion
      source: {gateway: {counter: violations}}
      influenceCap: {per: account, events: 1, window: 24h}
      rules:
        advance: {test: below, bound: 0.2}
        rollback: {test: above, bound: 0.6, weight: 0.2, action: rollback}
        tripwire: {where: "severity >= 'high'", count: 3, action: rollback}
  stages:"""
CHANGES = {
    "weight: 0.5": "weight: 0.2", "\n  stages:": METRICS, "setWeight: 10\n": "setWeight: 50\n",
    "bake: {min: 5s, max: 10m}": "bake: {min: 9m, max: 10m}",
    "[severe-harm, errors]": "[severe-harm, errors, policy-flags, complaints, violations]"}


@pytest.fixture(scope="module")
def sluice(new_sluice, sample_model):
    sluice = new_sluice({"sample": sample_model}, people=[*PEOPLE, "dave=auditor"])
    sluice.cli("model", "add", "aurora", "--display-name", "Aurora")
    for version in ("aurora-1.0", "aurora-2.0"):
        sluice.cli("version", "add", version, "--model", "aurora", "--upstream", "sample", "--upstream-model", version)
    made = sluice.cli("version", "make-current", "aurora-1.0")
    sluice.cli("proposal", "approve", made["proposal"]["id"], as_person="bob")
    return sluice


def key_of(sluice, name):
    sluice.cli("application", "add", name)
    proposed = sluice.cli("grant", "propose", "--application", name, "--model", "aurora", "--population", "trusted")
    sluice.cli("grant", "approve", proposed["proposal"]["id"], as_person="bob")
    return sluice.cli("key", "issue", "--application", name)["key"]


@pytest.fixture(scope="module")
def keys(sluice):
    return {name: key_of(sluice, name) for name in ("app", "other")}


def begun(sluice):
    rollout = propose(sluice, "aurora-2.0", "aurora-1.0", **CHANGES)
    sign_and_start(sluice, rollout)
    eventually(lambda: is_open(sluice, rollout), 20, "the first stage")
    return rollout


@pytest.fixture(scope="module")
def rollout(sluice, keys):
    return begun(sluice)


class Answers:
    """Answers of the openai SDK with their request ids, by the version that gave them and by end user.

    An answer bears the name that was asked for; the sample model names itself in the fingerprint.
    """

    def __init__(self, client):
        self.client, self.numbers = client, iter(range(10_000))

    def ask(self, user):
        answer = self.client.chat.completions.with_raw_response.create(
            model="aurora", messages=[{"role": "user", "content": "The river"}], max_tokens=4,
            extra_headers={"x-sluice-account": user})
        told = answer.parse()
        assert told._request_id == answer.headers["x-request-id"], "the SDK shows the id"
        return told._request_id, told.system_fingerprint

    def of(self, version, count=1):
        """So many requests that a version answered, each of another end user."""
        found = []
        while len(found) < count:
            user = f"user-{next(self.numbers)}"
            request, answered = self.ask(user)
            if answered == version:
                found.append((request, user))
        return found


@pytest.fixture
def answers(sluice, keys, clients):
    return Answers(clients.openai(sluice.gateway, keys["app"]))


def report(sluice, rollout, kind, request, *options):
    return sluice.cli("release", "report", rollout, "--kind", kind, "--request", request, *options, as_person="carol")


def is_open(sluice, rollout):
    return status(sluice, rollout)["phase"] in {"baking", "undecided"}


def goes_back(sluice, rollout, metric):
    found = eventually(lambda: (now := status(sluice, rollout))["phase"] == "rolled_back" and now, 15, "the rollback")
    assert any(metric in reason for reason in found["reasons"])
    verified(sluice)


def told(sluice, rollout, kind):
    """What was kept of reports of a kind: each with as what its request counts."""
    with sqlite3.connect(f"file:{sluice.data}/store.sqlite?mode=ro", uri=True) as store:
        rows = store.execute(
            "SELECT body FROM signal_record WHERE rollout = ? AND kind = 'request_report'", (rollout,)).fetchall()
    return [record for (body,) in rows if (record := json.loads(body))["report"]["kind"] == kind]


def test_a_request_that_is_not_there_is_refused_with_the_reason(sluice, rollout, answers, keys):
    [(request, _)] = answers.of("aurora-2.0")
    unknown = request[:-4] + ("0000" if request[-4:] != "0000" else "1111")
    with pytest.raises(CommandFailed, match="is not on the disk yet|no entry in the access log yet"):
        report(sluice, rollout, "flag", unknown)
    with pytest.raises(CommandFailed, match="is not known here"):
        report(sluice, rollout, "flag", "req_01jd" + "0" * 22)
    refused = ask(sluice.gateway_port, "POST", "/v1/chat/completions", {"model": "nothing", "messages": []},
                  {"Authorization": f"Bearer {keys['app']}"})
    assert refused.status == 404
    time.sleep(5.1)
    with pytest.raises(CommandFailed, match="is not known here"):
        report(sluice, rollout, "flag", refused.headers["x-request-id"])
    other = "rlt_01jd" + "0" * 22
    with pytest.raises(CommandFailed, match="is not under way"):
        report(sluice, other, "flag", request)


def test_an_application_says_what_it_thought_of_its_own_answers(sluice, rollout, answers, keys, clients):
    [(request, _)] = answers.of("aurora-2.0")
    client, other = answers.client, clients.openai(sluice.gateway, keys["other"])
    for _ in range(2):
        heard = client.post("/feedback", cast_to=object, body={"request": request, "rating": "bad"})
        assert heard == {"object": "feedback", "request": request, "rating": "bad"}
    [record] = told(sluice, rollout, "feedback")
    assert (record["report"]["request"], record["placement"]["arm"]) == (request, "candidate")
    messages = []
    for name in (request, "req_01jd" + "0" * 22):
        with pytest.raises(openai.NotFoundError) as caught:
            other.post("/feedback", cast_to=object, body={"request": name, "rating": "bad"})
        assert caught.value.code == "request_not_found"
        messages.append(caught.value.body["message"])
    assert messages[0] == messages[1], "another's request is like none"
    heard = client.post("/feedback", cast_to=object, body={"request": request, "rating": 0.25})
    assert heard["rating"] == 0.25
    assert {record["report"]["rating"] for record in told(sluice, rollout, "feedback")} == {"bad", 0.25}
    for wrong in ("awful", 1.5, True):
        with pytest.raises(openai.BadRequestError):
            client.post("/feedback", cast_to=object, body={"request": request, "rating": wrong})
    # By the control API it is the same.
    now = int(time.time() * 1000)
    said = {"id": "rpt_" + "0" * 25 + "7", "rollout": rollout, "request": request, "occurred": now, "reported": now,
            "kind": "feedback", "rating": "bad"}
    assert sluice.api.post("/v1/reports", said, keys["other"]).json()["code"] == "not_found"
    assert sluice.api.post("/v1/reports", said, keys["app"]).status == 202
    with pytest.raises(CommandFailed, match="not of the side"):
        report(sluice, rollout, "incident", request, "--attributed-to", "baseline")


def test_a_request_is_shown_to_auditors(sluice, rollout, answers):
    [(request, _)] = answers.of("aurora-2.0")
    found = eventually(
        lambda: (shown := sluice.cli("request", "show", request, as_person="dave")).get("outcome") and shown)
    assert (found["id"], found["version_name"], found["arm"]) == (request, "aurora-2.0", "candidate")
    assert found["stage_name"] == "canary" and found["outcome"]["entry"]["outcome"] == "completed"
    assert found["admission"]["entry"]["placement"]["rollout"] == rollout
    assert any("candidate's share of the cohort was 50" in reason for reason in found["reasons"])
    table = sluice.run("request", "show", request, "--server", sluice.control, "--key-file", sluice.key_file("dave"))
    assert "completed" in table.stdout and "aurora-2.0" in table.stdout
    with pytest.raises(CommandFailed):
        sluice.cli("request", "show", request, as_person="carol")
    assert "user-" not in json.dumps(found), "end users are told apart, and not named"


def test_enough_confirmed_violations_roll_it_back(sluice, rollout, answers):
    requests = answers.of("aurora-2.0", 3)
    for request, _ in requests[:2]:
        assert report(sluice, rollout, "violation", request, "--severity", "high")["is_new"] is True
    # On the baseline's answers, and once more on the same, they are not the third.
    for request, _ in answers.of("aurora-1.0", 3):
        report(sluice, rollout, "violation", request, "--severity", "critical")
    report(sluice, rollout, "violation", requests[0][0], "--severity", "critical")
    assert is_open(sluice, rollout)
    report(sluice, rollout, "violation", requests[2][0], "--severity", "high")
    goes_back(sluice, rollout, "violations")
    assert {answers.ask(f"user-{number}")[1] for number in range(20)} == {"aurora-1.0"}
    sluice.cli("release", "abort", rollout, "--reason", "it is bad", as_person="carol")


def test_a_flag_counts_once_for_the_side_that_served_also_after_kill_9(sluice, keys, answers):
    rollout = begun(sluice)

    def flag(request, category="spam"):
        report(sluice, rollout, "flag", request, "--category", category, "--severity", "high")

    (first, user), (late, _), (last, _) = answers.of("aurora-2.0", 3)
    again, _ = answers.ask(user)
    # One request that is flagged three times is one flagged request, and the baseline's are the baseline's.
    for category in ("spam", "spam", "cyber"):
        flag(first, category)
    for request, _ in answers.of("aurora-1.0", 3):
        flag(request)
    assert is_open(sluice, rollout)
    sluice.kill()
    sluice.serve()
    eventually(lambda: is_open(sluice, rollout), 30, "the rollout goes on")
    # The same end user is the same one after a restart: of their flags one counts a day.
    third = eventually(lambda: (found := answers.ask(user))[1] == "aurora-2.0" and found[0], 10, "the same side again")
    for request in (first, again, third):
        flag(request)
    # The second, of an answer before the restart.
    flag(late)
    assert is_open(sluice, rollout)
    # What was told before the restart counts still, so this is the third.
    flag(last)
    goes_back(sluice, rollout, "policy-flags")
