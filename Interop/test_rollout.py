"""A rollout of a plan that decides in seconds, under the traffic of many end users, from the command line alone."""

import collections
import hashlib
import http.client
import json
import pathlib
import random
import threading
import time
import urllib.parse

import pytest

from processes import eventually
from sluice import CommandFailed

PLAN = pathlib.Path(__file__).parent.parent / "Examples" / "plans" / "in-minutes.yaml"
PEOPLE = [
    "alice=admin,release_manager,access_reviewer", "bob=approver", "carol=release_manager,operator,incident_handler"]
USERS = 5_000


class Traffic:
    """Requests of many end users, and which version answered whom: the sample model names itself in each answer."""

    def __init__(self, url, key):
        self.url, self.key = urllib.parse.urlparse(url), key
        self.answers = []
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(number,), daemon=True) for number in range(4)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        chance = random.Random(number)
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=10)
        while not self.stopped.is_set():
            user = f"user-{chance.randrange(USERS)}"
            try:
                status, model = ask(connection, self.key, user)
                self.answers.append((time.monotonic(), user, status, model))
            except (OSError, http.client.HTTPException):
                connection.close()
                time.sleep(0.1)
            time.sleep(0.005)

    def since(self, moment):
        return [answer for answer in self.answers if answer[0] >= moment]

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(10)


def ask(connection, key, user):
    body = json.dumps({"model": "aurora", "max_tokens": 4, "messages": [{"role": "user", "content": "The river"}]})
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "x-sluice-account": user}
    connection.request("POST", "/v1/chat/completions", body, headers)
    response = connection.getresponse()
    answer = json.loads(response.read())
    return response.status, answer.get("model")


@pytest.fixture(scope="module")
def sluice(new_sluice, sample_model):
    sluice = new_sluice({"sample": sample_model}, people=PEOPLE)
    sluice.cli("model", "add", "aurora", "--display-name", "Aurora")
    for version in ("aurora-1.0", "aurora-2.0", "aurora-2.1"):
        sluice.cli("version", "add", version, "--model", "aurora", "--upstream", "sample", "--upstream-model", version)
    made = sluice.cli("version", "make-current", "aurora-1.0")
    sluice.cli("proposal", "approve", made["proposal"]["id"], as_person="bob")
    return sluice


@pytest.fixture(scope="module")
def key(sluice):
    sluice.cli("application", "add", "app")
    proposed = sluice.cli("grant", "propose", "--application", "app", "--model", "aurora", "--population", "trusted")
    sluice.cli("grant", "approve", proposed["proposal"]["id"], as_person="bob")
    return sluice.cli("key", "issue", "--application", "app")["key"]


@pytest.fixture
def traffic(sluice, key):
    traffic = Traffic(sluice.gateway, key)
    yield traffic
    traffic.stop()


def propose(sluice, candidate, baseline, **changes):
    text = PLAN.read_text().replace("baseline: aurora-1.0", f"baseline: {baseline}")
    text = text.replace("candidate: aurora-2.0", f"candidate: {candidate}")
    for old, new in changes.items():
        text = text.replace(old, new)
    path = sluice.folder / f"{candidate}.yaml"
    path.write_text(text)
    made = sluice.cli("release", "propose", path)
    return made["entries"][0]["entry"]["content"]["rollout"]


def sign_and_start(sluice, rollout):
    settle(sluice, rollout)
    sluice.cli("release", "approve", rollout, as_person="bob")
    sluice.cli("release", "approve", rollout, as_person="carol")
    sluice.cli("release", "start", rollout)


def settle(sluice, rollout):
    """What people sign is what the first look has seen."""
    eventually(lambda: status(sluice, rollout)["tick"] > 0, 15, "the first look at the rollout")


def status(sluice, rollout):
    return sluice.api.get(f"/v1/rollouts/{rollout}", sluice.person_key("alice")).json()


def reaches(sluice, rollout, *phases, seconds=90):
    def there():
        found = status(sluice, rollout)
        assert found["phase"] not in {"held", "paused"}, found["reasons"]
        return found if found["phase"] in phases else None
    return eventually(there, seconds, f"one of the phases {phases}")


def verified(sluice):
    finished = sluice.run("decisions", "verify", "--data", sluice.data, "--output", "json")
    found = json.loads(finished.stdout)
    assert found["differences"] == []
    return found


def test_a_plan_is_signed_by_two_who_did_not_write_it(sluice, key):
    rollout = propose(sluice, "aurora-2.0", "aurora-1.0")
    settle(sluice, rollout)
    with pytest.raises(CommandFailed, match="does not sign for it"):
        sluice.cli("release", "approve", rollout, as_person="alice")
    sluice.cli("release", "approve", rollout, as_person="bob")
    with pytest.raises(CommandFailed, match="somebody else must"):
        sluice.cli("release", "approve", rollout, as_person="bob")
    with pytest.raises(CommandFailed, match="is not approved"):
        sluice.cli("release", "start", rollout)
    with pytest.raises(CommandFailed, match="not the one that was given"):
        sluice.cli("release", "approve", rollout, "--plan", "sha256:" + "0" * 64, as_person="carol")
    sluice.cli("release", "abort", rollout, "--reason", "only a test", as_person="carol")
    assert status(sluice, rollout)["phase"] == "aborted"
    assert status(sluice, rollout)["seed"], "the secret of a rollout that is over is no secret"
    verified(sluice)


def test_a_seed_of_the_authors_own_is_committed_to_and_revealed(sluice, key):
    seed = bytes(range(32))
    drawn = sluice.folder / "seed"
    drawn.write_bytes(seed)
    path = sluice.folder / "own-seed.yaml"
    commitment = f"bucketing: {{unit: account, seedCommitment: \"sha256:{hashlib.sha256(seed).hexdigest()}\"}}"
    path.write_text(PLAN.read_text().replace("bucketing: {unit: account}", commitment))
    with pytest.raises(CommandFailed, match="hand in the seed"):
        sluice.cli("release", "propose", path)
    other = sluice.folder / "other-seed"
    other.write_bytes(bytes(32))
    with pytest.raises(CommandFailed, match="seed"):
        sluice.cli("release", "propose", path, "--seed-file", other)
    made = sluice.cli("release", "propose", path, "--seed-file", drawn)
    rollout = made["entries"][0]["entry"]["content"]["rollout"]
    assert "seed" not in status(sluice, rollout)
    sluice.cli("release", "abort", rollout, "--reason", "only a test", as_person="carol")
    assert status(sluice, rollout)["seed"] == seed.hex()
    verified(sluice)


def test_a_plan_with_faults_is_refused_with_all_of_them(sluice):
    path = sluice.folder / "bad.yaml"
    path.write_text(PLAN.read_text().replace("bake: {min: 5s", "bake: {min: 5parsecs", 1).replace("setWeight: 50", "setWeigth: 50"))
    with pytest.raises(CommandFailed) as caught:
        sluice.cli("release", "propose", path)
    assert "setWeigth" in caught.value.stderr and "5parsecs" in caught.value.stderr


def test_a_good_release_advances_by_its_evidence_and_moves_nobody_back(sluice, traffic):
    rollout = propose(sluice, "aurora-2.0", "aurora-1.0")
    sign_and_start(sluice, rollout)
    reaches(sluice, rollout, "baking", "undecided")
    began = time.monotonic()
    reaches(sluice, rollout, "completed", seconds=180)
    ended = time.monotonic()
    shares = collections.Counter(model for _, _, status, model in traffic.since(began) if status == 200)
    assert shares["aurora-1.0"] > 0 and shares["aurora-2.0"] > 0
    seen = collections.defaultdict(list)
    for moment, user, status_, model in traffic.since(began):
        if status_ == 200 and moment < ended:
            seen[user].append(model)
    for user, models in seen.items():
        assert models == sorted(models), f"{user} was moved back: {models}"
    time.sleep(1.5)
    assert {model for _, _, _, model in traffic.since(time.monotonic() - 0.5)} == {"aurora-2.0"}
    assert verified(sluice)["rollouts"] >= 2


def test_a_bad_release_is_rolled_back_and_nobody_is_served_by_it_again(sluice, traffic):
    rollout = propose(sluice, "aurora-2.1", "aurora-2.0")
    sign_and_start(sluice, rollout)
    found = reaches(sluice, rollout, "rolled_back", seconds=120)
    assert any("errors" in reason for reason in found["reasons"])
    back = time.monotonic()
    time.sleep(2)
    after = [(status, model) for _, _, status, model in traffic.since(back + 0.2)]
    assert len(after) > 50 and set(after) == {(200, "aurora-2.0")}
    sluice.cli("release", "abort", rollout, "--reason", "it is bad", as_person="carol")
    verified(sluice)


def test_one_critical_report_closes_at_once(sluice, traffic):
    rollout = propose(sluice, "aurora-1.0", "aurora-2.0")
    sign_and_start(sluice, rollout)
    reaches(sluice, rollout, "baking", "undecided")
    now = int(time.time() * 1000)
    report = {
        "id": "rpt_" + "0" * 25 + "1", "rollout": rollout, "occurred": now - 500, "reported": now, "kind": "incident",
        "severity": "critical", "attributed_to": "candidate"}
    answer = sluice.api.post("/v1/reports", report, sluice.person_key("carol"))
    assert answer.status == 202, answer.json()
    assert status(sluice, rollout)["phase"] in {"rolling_back", "rolled_back"}
    accepted = time.monotonic()
    reaches(sluice, rollout, "rolled_back", seconds=20)
    time.sleep(1)
    assert {model for _, _, _, model in traffic.since(accepted + 0.5)} == {"aurora-2.0"}
    again = sluice.api.post("/v1/reports", report, sluice.person_key("carol"))
    assert again.json()["is_new"] is False
    sluice.cli("release", "abort", rollout, "--reason", "over", as_person="carol")
    verified(sluice)


def test_an_application_reports_what_it_thought_and_nothing_else(sluice, key):
    report = {
        "id": "rpt_" + "0" * 25 + "2", "rollout": "rlt_" + "0" * 26, "occurred": 1, "reported": 2, "kind": "incident"}
    assert sluice.api.post("/v1/reports", report, key).status == 403


def test_a_rollout_survives_kill_9_where_it_stood(sluice, traffic):
    rollout = propose(sluice, "aurora-1.0", "aurora-2.0")
    sign_and_start(sluice, rollout)
    before = reaches(sluice, rollout, "baking", "undecided")
    sluice.kill()
    sluice.serve()
    after = reaches(sluice, rollout, "baking", "undecided", "completed", seconds=30)
    assert after["tick"] >= before["tick"] and after["stage"] >= before["stage"]
    assert after["plan"] == before["plan"]
    reaches(sluice, rollout, "completed", seconds=180)
    verified(sluice)
    finished = sluice.run("log", "verify", "--log", "control", "--data", sluice.data)
    assert "verified" in finished.stdout
