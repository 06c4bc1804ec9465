"""A plan with a gate and a control beside it: evidence that two people put there, withdrawn again, with real processes."""

import hashlib
import json
import pathlib
import threading
import time

import pytest

from processes import eventually
from sluice import CommandFailed

PLAN = pathlib.Path(__file__).parent.parent / "Examples" / "plans" / "in-minutes.yaml"
PEOPLE = [
    "alice=admin,release_manager,access_reviewer", "bob=approver", "carol=release_manager,operator", "dora=safety_lead"]
GATE = "- name: canary\n      gates: [{evidence: red-team-report}]\n      companions: [{control: output-filter, holdAfter: 5s}]\n"
REPORT = b"%PDF-1.7 what forty people found in three days\n\x00\xff"


@pytest.fixture(scope="module")
def sluice(new_sluice, sample_model):
    sluice = new_sluice({"sample": sample_model}, people=PEOPLE)
    sluice.cli("model", "add", "aurora", "--display-name", "Aurora")
    for version in ("aurora-1.0", "aurora-2.0"):
        sluice.cli("version", "add", version, "--model", "aurora", "--upstream", "sample", "--upstream-model", version)
    made = sluice.cli("version", "make-current", "aurora-1.0")
    sluice.cli("proposal", "approve", made["proposal"]["id"], as_person="bob")
    return sluice


class Control:
    """A control beside the release that says each half second that it is up, with its own service key."""

    def __init__(self, sluice, rollout, key):
        self.sluice, self.rollout, self.key = sluice, rollout, key
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def beat(self, control="output-filter", at=None):
        body = {"control": control, "at": at or int(time.time() * 1000)}
        return self.sluice.api.post(f"/v1/rollouts/{self.rollout}/heartbeats", body, self.key)

    def run(self):
        while not self.stopped.wait(0.5):
            try:
                self.beat()
            except OSError:
                pass

    def stop(self):
        self.stopped.set()
        self.thread.join(10)


def status(sluice, rollout):
    return sluice.api.get(f"/v1/rollouts/{rollout}", sluice.person_key("alice")).json()


def until(sluice, rollout, condition, what, seconds=20):
    def there():
        found = status(sluice, rollout)
        return found if condition(found) else None
    return eventually(there, seconds, what)


def signatures(found):
    return [approval for ballot in found["ballots"] for approval in ballot["approvals"]]


def settled(sluice, rollout):
    """The digest of the evidence once a look has seen all that was decided: the rules look each second."""
    before, since = None, time.monotonic()
    while time.monotonic() - since < 2.5:
        found = status(sluice, rollout)["evidence"]
        if found != before:
            before, since = found, time.monotonic()
        time.sleep(0.1)
    return before


def attach(sluice, content, as_person="alice", name="report.pdf"):
    path = sluice.folder / name
    path.write_bytes(content)
    performed = sluice.cli(
        "evidence", "attach", path, "--version", "aurora-2.0", "--kind", "red-team-report", "--method", "by hand",
        "--issuer", "Red Team Ltd", "--limits", "no voice", "--made-at", "2026-01-01", "--valid-until", "2099-01-01",
        as_person=as_person)
    return performed["entries"][0]["entry"]["content"]["id"]


def sign(sluice, rollout):
    tick = status(sluice, rollout)["tick"]
    sluice.cli("plan", "approve", rollout, as_person="bob")
    sluice.cli("plan", "approve", rollout, as_person="carol")
    assert status(sluice, rollout)["tick"] >= tick


def test_a_gate_opens_by_evidence_that_two_people_put_there_and_closes_when_it_is_withdrawn(sluice):
    path = sluice.folder / "gated.yaml"
    path.write_text(PLAN.read_text().replace("- name: canary\n", GATE))
    rollout = sluice.cli("plan", "propose", path)["entries"][0]["entry"]["content"]["rollout"]
    until(sluice, rollout, lambda found: found["tick"] > 0, "the first look")

    # Signed and told to start, it stays closed, and says why.
    sign(sluice, rollout)
    sluice.cli("release", "start", rollout)
    found = until(sluice, rollout, lambda found: any("red-team-report" in r for r in found["reasons"]), "the reason")
    assert "stage" not in found

    # Alice attaches, and cannot judge; Dora can. Both void what was signed for less.
    evidence = attach(sluice, REPORT)
    digest = "sha256:" + hashlib.sha256(REPORT).hexdigest()
    kept = sluice.data / "evidence" / "sha256" / digest[7:]
    assert kept.read_bytes() == REPORT
    until(sluice, rollout, lambda found: found["phase"] == "in_review" and not signatures(found), "void signatures")
    with pytest.raises(CommandFailed, match="not_permitted"):
        sluice.cli("evidence", "accept", evidence, "--reasons", "mine", as_person="alice")
    own = attach(sluice, REPORT + b"2", as_person="dora", name="second.pdf")
    with pytest.raises(CommandFailed, match="second_person_needed"):
        sluice.cli("evidence", "accept", own, "--reasons", "mine", as_person="dora")
    sluice.cli("evidence", "refuse", own, "--reasons", "it says nothing new", as_person="bob")
    saved = sluice.folder / "saved.pdf"
    sluice.run(
        "evidence", "save", evidence, "--out", saved, "--server", sluice.control, "--key-file", sluice.key_file("dora"))
    assert saved.read_bytes() == REPORT
    before = settled(sluice, rollout)
    sluice.cli("evidence", "accept", evidence, "--reasons", "thorough", "--digest", digest, as_person="dora")
    until(sluice, rollout, lambda found: found["evidence"] != before, "a look at what was accepted")
    sign(sluice, rollout)
    sluice.cli("release", "start", rollout)
    until(sluice, rollout, lambda found: found.get("stage") == 0, "the first stage")

    # The control beside it has not been heard of, so the stage holds; then it is.
    until(sluice, rollout, lambda found: any("output-filter" in r for r in found["reasons"]), "a hold for the control")
    sluice.cli("application", "add", "filter")
    issued = sluice.cli("key", "issue", "--application", "filter", "--kind", "service", "--use", "output-filter")
    control = Control(sluice, rollout, issued["key"])
    try:
        until(sluice, rollout, lambda found: not any("output-filter" in r for r in found["reasons"]), "the control up")
        assert control.beat("incident-channel").json()["code"] == "not_permitted"
        ahead = control.beat(at=int(time.time() * 1000) + 3_600_000)
        assert ahead.json()["code"] == "heartbeat_from_future"
        with pytest.raises(CommandFailed, match="it names output-filter"):
            sluice.cli("release", "heartbeat", rollout, "--control", "output-fliter", as_person="carol")
        sluice.cli("release", "heartbeat", rollout, "--control", "output-filter", as_person="carol")

        # One person withdraws, and the stage holds; what replaces it lets it go on.
        sluice.cli("evidence", "withdraw", evidence, "--reason", "the set had leaked", as_person="carol")
        until(sluice, rollout, lambda found: found["phase"] == "held", "the hold")
        assert any("has lapsed" in reason for reason in status(sluice, rollout)["reasons"])
        again = attach(sluice, REPORT + b"3", name="third.pdf")
        sluice.cli("evidence", "accept", again, "--reasons", "done anew", as_person="bob")
        until(sluice, rollout, lambda found: found["phase"] != "held", "the end of the hold")

        # After a crash the file is there, and the control counts as silent until it reports.
        sluice.kill()
        sluice.serve()
        until(sluice, rollout, lambda found: found["phase"] == "baking", "the stage after a crash", seconds=30)
        assert sluice.api.get(f"/v1/evidence-files/{digest}", sluice.person_key("bob")).body == REPORT
    finally:
        control.stop()
    sluice.cli("release", "abort", rollout, "--reason", "over", as_person="carol")

    decisions = [
        entry["content"]["entry"]["content"] for entry in sluice.log_entries("control")
        if entry["kind"] == "rollout.changed" and entry["content"]["entry"]["kind"] == "rollout.decision"]
    seen = [[status["status"] for status in decision["inputs"]["evidence"]] for decision in decisions]
    assert all(states in seen for states in ([], ["submitted"], ["accepted"])), "each look says what its gates saw"
    finished = json.loads(sluice.run("decisions", "verify", "--data", sluice.data, "--output", "json").stdout)
    assert finished["differences"] == [] and finished["rollouts"] == 1
    assert "verified" in sluice.run("log", "verify", "--log", "control", "--data", sluice.data).stdout
