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
    """Requests of many end users, and which version answered whom: the sample model names itself in each answer's fingerprint."""

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
    return response.status, answer.get("system_fingerprint")


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
    made = sluice.cli("plan", "propose", path)
    return made["entries"][0]["entry"]["content"]["rollout"]


def sign_and_start(sluice, rollout):
    settle(sluice, rollout)
    sluice.cli("plan", "approve", rollout, as_person="bob")
    sluice.cli("plan", "approve", rollout, as_person="carol")
    sluice.cli("release", "start", rollout)


def settle(sluice, rollout):
    """What people sign is what the first look has seen."""
    eventually(lambda: status(sluice, rollout)["tick"] > 0, 15, "the first look at the rollout")


def status(sluice, rollout):
    return sluice.api.get(f"/v1/rollouts/{rollout}", sluice.person_key("alice")).json()


def signed(sluice, rollout):
    """For what somebody has signed."""
    return [ballot["motion"]["kind"] for ballot in status(sluice, rollout)["ballots"] if ballot["approvals"]]


def watched(sluice, rollout):
    """The view for people: at 80 columns and without colour where nobody watches."""
    finished = sluice.run("release", "watch", rollout, "--once", "--server", sluice.control,
                          "--key-file", sluice.key_file("alice"))
    assert "\x1b" not in finished.stdout
    assert all(len(line) <= 80 or line.startswith("plan") for line in finished.stdout.splitlines())
    return finished.stdout


def levels(sluice, version):
    """How far a version was open, and by what."""
    document = sluice.api.get(f"/v1/versions/{version}", sluice.person_key("alice")).json()
    return [(change["from"], change["to"], change["because"][0]["kind"]) for change in document["levels"]]


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
        sluice.cli("plan", "approve", rollout, as_person="alice")
    sluice.cli("plan", "approve", rollout, as_person="bob")
    with pytest.raises(CommandFailed, match="somebody else must"):
        sluice.cli("plan", "approve", rollout, as_person="bob")
    with pytest.raises(CommandFailed, match="is not approved"):
        sluice.cli("release", "start", rollout)
    with pytest.raises(CommandFailed, match="not the one that was given"):
        sluice.cli("plan", "approve", rollout, "--plan", "sha256:" + "0" * 64, as_person="carol")
    sluice.cli("release", "abort", rollout, "--reason", "only a test", as_person="carol")
    assert status(sluice, rollout)["phase"] == "aborted"
    assert status(sluice, rollout)["seed"], "the secret of a rollout that is over is no secret"
    verified(sluice)


def test_a_plan_is_revised_and_signatures_are_void(sluice, key):
    rollout = propose(sluice, "aurora-2.0", "aurora-1.0")
    settle(sluice, rollout)
    sluice.cli("plan", "approve", rollout, as_person="bob")
    sluice.cli("release", "withdraw", rollout, as_person="bob")
    assert signed(sluice, rollout) == []
    sluice.cli("plan", "approve", rollout, as_person="bob")
    assert signed(sluice, rollout) == ["open_plan"]
    path = sluice.folder / "revised.yaml"
    path.write_text(PLAN.read_text().replace("setWeight: 10", "setWeight: 5"))
    would = sluice.cli("plan", "revise", rollout, path, "--reason", "5 % are enough", "--dry-run", as_person="carol")
    assert would["before"]["plan"] == status(sluice, rollout)["plan"] != would["after"]["plan"]
    sluice.cli("plan", "revise", rollout, path, "--reason", "5 % are enough", as_person="carol")
    assert [revision["reason"] for revision in status(sluice, rollout)["revisions"]] == ["5 % are enough"]
    assert "5 % are enough" in watched(sluice, rollout)
    assert status(sluice, rollout)["plan"] == would["after"]["plan"] and signed(sluice, rollout) == []
    fetched = sluice.folder / "fetched.json"
    fetched.write_text(json.dumps(sluice.cli("plan", "fetch", rollout)))
    assert sluice.run("plan", "hash", fetched).stdout.strip() == would["after"]["plan"]
    with pytest.raises(CommandFailed, match="does not sign for it"):
        sluice.cli("plan", "approve", rollout, as_person="carol")
    bob = sluice.api.get("/v1/me", sluice.person_key("bob")).json()["id"]
    sluice.cli("release", "dismiss", rollout, "--person", bob, "--reason", "has left", as_person="carol")
    with pytest.raises(CommandFailed, match="may not sign any more"):
        sluice.cli("plan", "approve", rollout, as_person="bob")
    sluice.cli("release", "abort", rollout, "--reason", "only a test", as_person="carol")
    verified(sluice)


def test_what_opens_against_the_rules_is_seen_for_good_and_another_rollout_takes_over(sluice, key):
    rollout = propose(sluice, "aurora-2.0", "aurora-1.0")
    sign_and_start(sluice, rollout)
    eventually(lambda: status(sluice, rollout)["phase"] == "baking", 15, "the first stage")
    sluice.cli("release", "override", rollout, "--reason", "a customer waits", as_person="bob")
    sluice.cli("release", "override", rollout, "--reason", "agreed", as_person="carol")
    eventually(lambda: status(sluice, rollout).get("stage") == 1, 10, "the stage that was opened against the rules")
    view = watched(sluice, rollout)
    mark = " ".join(view.split("OPENED AGAINST THE RULES")[1].split("\n\n")[0].split())
    assert "a customer waits" in mark and "agreed" in mark and "within its bound" in mark
    listed = sluice.run("release", "list", "--server", sluice.control, "--key-file", sluice.key_file("alice"))
    assert "opened against the rules" in listed.stdout
    other = propose(sluice, "aurora-2.1", "aurora-1.0")
    settle(sluice, other)
    for person in ("bob", "carol"):
        sluice.cli("plan", "approve", other, as_person=person)
    with pytest.raises(CommandFailed, match="under way"):
        sluice.cli("release", "start", other)
    for person in ("bob", "carol"):
        sluice.cli("release", "supersede", rollout, "--by", other, "--reason", "newer", as_person=person)
    assert status(sluice, rollout)["phase"] == "superseded"
    sluice.cli("release", "start", other)
    eventually(lambda: status(sluice, other).get("stage") == 0, 10, "the rollout that took over")
    sluice.cli("release", "abort", other, "--reason", "only a test", as_person="carol")
    verified(sluice)


def test_a_seed_of_the_authors_own_is_committed_to_and_revealed(sluice, key):
    seed = bytes(range(32))
    drawn = sluice.folder / "seed"
    drawn.write_bytes(seed)
    path = sluice.folder / "own-seed.yaml"
    commitment = f"bucketing: {{unit: account, seedCommitment: \"sha256:{hashlib.sha256(seed).hexdigest()}\"}}"
    path.write_text(PLAN.read_text().replace("bucketing: {unit: account}", commitment))
    with pytest.raises(CommandFailed, match="hand in the seed"):
        sluice.cli("plan", "propose", path)
    other = sluice.folder / "other-seed"
    other.write_bytes(bytes(32))
    with pytest.raises(CommandFailed, match="seed"):
        sluice.cli("plan", "propose", path, "--seed-file", other)
    made = sluice.cli("plan", "propose", path, "--seed-file", drawn)
    rollout = made["entries"][0]["entry"]["content"]["rollout"]
    assert "seed" not in status(sluice, rollout)
    with pytest.raises(CommandFailed, match="secret until the rollout is over"):
        sluice.run("release", "draw", rollout, "--data", sluice.data)
    sluice.cli("release", "abort", rollout, "--reason", "only a test", as_person="carol")
    assert status(sluice, rollout)["seed"] == seed.hex()
    assert "Nothing was drawn" in sluice.run("release", "draw", rollout, "--data", sluice.data).stderr
    verified(sluice)


def test_a_plan_with_faults_is_refused_with_all_of_them(sluice):
    path = sluice.folder / "bad.yaml"
    path.write_text(PLAN.read_text().replace("bake: {min: 5s", "bake: {min: 5parsecs", 1).replace("setWeight: 50", "setWeigth: 50"))
    with pytest.raises(CommandFailed) as caught:
        sluice.cli("plan", "propose", path)
    assert "setWeigth" in caught.value.stderr and "5parsecs" in caught.value.stderr


def test_a_good_release_advances_by_its_evidence_and_moves_nobody_back(sluice, traffic):
    rollout = propose(sluice, "aurora-2.0", "aurora-1.0")
    sign_and_start(sluice, rollout)
    reaches(sluice, rollout, "baking", "undecided")
    view = watched(sluice, rollout)
    assert "below 0.03" in view and "above 0.05" in view and "|" in view and "gradual or staged (2 of 6)" in view
    before = levels(sluice, "aurora-2.0")
    assert before[-1] == ("closed", "gradual", "stage")
    began = time.monotonic()
    reaches(sluice, rollout, "completed", seconds=180)
    ended = time.monotonic()
    assert levels(sluice, "aurora-2.0") == before, "what serves all by now is open to as many as its grants say"
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
    known = levels(sluice, "aurora-1.0")
    sluice.kill()
    sluice.serve()
    assert levels(sluice, "aurora-1.0")[:len(known)] == known, "the log alone gives the same levels again"
    after = reaches(sluice, rollout, "baking", "undecided", "completed", seconds=30)
    assert after["tick"] >= before["tick"] and after["stage"] >= before["stage"]
    assert after["plan"] == before["plan"]
    reaches(sluice, rollout, "completed", seconds=180)
    verified(sluice)
    finished = sluice.run("log", "verify", "--log", "control", "--data", sluice.data)
    assert "verified" in finished.stdout
