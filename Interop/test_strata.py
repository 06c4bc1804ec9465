"""A stage waits until it has seen enough of each part of the public: of an organisation, and of a language by a header."""

import http.client
import json
import urllib.parse

import pytest

from processes import eventually
from test_rollout import PEOPLE, PLAN, sign_and_start, status, verified, watched

STRATA = """      strata:
        - {dimension: organisation, quotas: {acme: 20}}
        - {dimension: language, header: x-user-language, quotas: {sw: 15, other: 10}}
"""


@pytest.fixture(scope="module")
def sluice(new_sluice, sample_model):
    sluice = new_sluice({"sample": sample_model}, people=PEOPLE)
    sluice.cli("model", "add", "aurora", "--display-name", "Aurora")
    for version in ("aurora-1.0", "aurora-2.0"):
        sluice.cli("version", "add", version, "--model", "aurora", "--upstream", "sample", "--upstream-model", version)
    made = sluice.cli("version", "make-current", "aurora-1.0")
    sluice.cli("proposal", "approve", made["proposal"]["id"], as_person="bob")
    sluice.cli("organisation", "add", "acme")
    return sluice


@pytest.fixture(scope="module")
def keys(sluice):
    def key(name, *organisation):
        sluice.cli("application", "add", name, *organisation)
        proposed = sluice.cli("grant", "propose", "--application", name, "--model", "aurora", "--population", "trusted")
        sluice.cli("grant", "approve", proposed["proposal"]["id"], as_person="bob")
        return sluice.cli("key", "issue", "--application", name)["key"]
    return {"acme": key("of-acme", "--organisation", "acme"), "nobody": key("of-nobody")}


def plan(sluice, name, text):
    path = sluice.folder / f"{name}.yaml"
    path.write_text(text)
    return path


def text(strata=STRATA):
    """A plan that is decided after some ten requests, but for its strata."""
    found = PLAN.read_text().replace("setWeight: 10\n", f"setWeight: 60\n{strata}", 1)
    found = found.replace("setWeight: 50\n", "setWeight: 80\n      strata: []\n", 1)
    for old, new in (("0.02", "0.2"), ("0.05", "0.5"), ("0.03", "0.2"), ("0.08", "0.5")):
        found = found.replace(f"bound: {old}", f"bound: {new}")
    return found


class Asking:
    def __init__(self, sluice):
        self.url, self.users = urllib.parse.urlparse(sluice.gateway), 0

    def __call__(self, key, count, *languages):
        """Requests of `count` new end users, each with these header lines."""
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=10)
        body = json.dumps({"model": "aurora", "max_tokens": 2, "messages": [{"role": "user", "content": "The river"}]})
        for _ in range(count):
            self.users += 1
            connection.putrequest("POST", "/v1/chat/completions")
            for name, value in [
                    ("authorization", f"Bearer {key}"), ("content-type", "application/json"),
                    ("content-length", str(len(body))), ("x-sluice-account", f"user-{self.users}"),
                    *(("X-User-Language", language) for language in languages)]:
                connection.putheader(name, value)
            connection.endheaders(body.encode())
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            answer.read()
        connection.close()


def standing(sluice, rollout):
    return {f"{part['dimension']} {part['part']}": (part["requests"], part["verdict"])
            for part in status(sluice, rollout)["strata"]}


def test_a_language_without_a_header_cannot_be_counted_and_is_refused(sluice):
    path = plan(sluice, "uncounted", text(STRATA.replace("header: x-user-language, ", "")))
    finished = sluice.run("plan", "lint", path, check=False)
    assert finished.returncode == 1 and "[counted-strata]" in finished.stdout
    assert "no grant says a language" in finished.stdout


def test_a_stage_is_held_by_the_quota_of_a_stratum_alone(sluice, keys):
    rollout = sluice.cli("plan", "propose", plan(sluice, "strata", text()))["entries"][0]["entry"]["content"]["rollout"]
    sign_and_start(sluice, rollout)
    eventually(lambda: status(sluice, rollout).get("stage") == 0, 20, "the first stage")
    ask = Asking(sluice)
    ask(keys["acme"], 120, "en")
    ask(keys["nobody"], 60)
    # What is said twice is said not at all.
    ask(keys["nobody"], 20, "sw", "sw")

    def only_swahili_is_missing():
        seen = status(sluice, rollout)
        assert seen["stage"] == 0, seen
        return seen["reasons"] == ["Too little use has been seen from the language sw."] and seen
    eventually(only_swahili_is_missing, 60, "a stage that waits for one language alone")
    found = standing(sluice, rollout)
    assert found["language sw"] == (0, "undecided")
    assert found["language other"][1] == found["organisation acme"][1] == "pass"
    of_acme, others = found["organisation acme"][0], found["language other"][0]
    assert 20 <= of_acme <= 120 and of_acme < others <= 200
    view = watched(sluice, rollout)
    assert "Parts of the public" in view and "language sw: 0 of 15 requests" in " ".join(view.split())

    ask(keys["nobody"], 60, "SW-ke")
    eventually(lambda: status(sluice, rollout)["stage"] == 1, 30, "the next stage")
    sluice.cli("release", "abort", rollout, "--reason", "only a test", as_person="carol")
    verified(sluice)
