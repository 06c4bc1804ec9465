"""How long the candidate of a release is served after it was tripped, and after nobody conducts the release any more.

    SLUICE_DRILLS=100 pytest test_drills.py -s

runs more drills. Each is a whole rollout under load: proposed, signed by two, started, served, and closed by one report.
"""

import asyncio
import collections
import http.client
import json
import os
import random
import sqlite3
import threading
import time
import urllib.parse

import pytest

from processes import eventually
from test_rollout import PLAN, settle, status, verified

DRILLS = int(os.environ.get("SLUICE_DRILLS", "10"))
PEOPLE = [
    "alice=admin,release_manager,access_reviewer,auditor", "bob=approver",
    "carol=release_manager,operator,incident_handler"]
MODELS = [f"aurora{number}" for number in range(min(10, DRILLS))]
# The lease of gateways, and what a round that was under way when nobody conducted any more may still take.
LEASE, ROUND = 5.0, 0.2


class Upstream:
    """An inference server that answers at once and notes when a request for which version came in."""

    def __init__(self):
        self.arrivals, self.url = [], None
        self.thread = threading.Thread(target=lambda: asyncio.run(self.run()), daemon=True)
        self.thread.start()
        eventually(lambda: self.url, 10, "the upstream")

    async def run(self):
        self.loop, self.over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=1024)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await self.over.wait()

    async def serve(self, reader, writer):
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                arrived = time.time()
                length = next(
                    int(line.split(b":")[1]) for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length:"))
                model = json.loads(await reader.readexactly(length))["model"]
                self.arrivals.append((arrived, model))
                answer = json.dumps({
                    "id": "c", "object": "chat.completion", "created": 1, "model": model,
                    "choices": [{"index": 0, "message": {"role": "assistant", "content": "ok"}, "finish_reason": "stop"}],
                    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}}).encode()
                writer.write(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(answer)
                    + answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def last(self, model):
        """When the last request for a version came in; 0 if none did."""
        return next((moment for moment, seen in reversed(self.arrivals) if seen == model), 0.0)

    def stop(self):
        self.loop.call_soon_threadsafe(self.over.set)
        self.thread.join(10)


class Load:
    """Requests of many end users, without a pause, most of them to one model."""

    def __init__(self, sluice, key):
        self.url, self.key = urllib.parse.urlparse(sluice.gateway), key
        self.focus, self.answers = MODELS[0], collections.Counter()
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=(number,), daemon=True) for number in range(6)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        chance = random.Random(number)
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=10)
        while not self.stopped.is_set():
            model = self.focus if chance.random() < 0.8 else chance.choice(MODELS)
            body = json.dumps({"model": model, "max_tokens": 4, "messages": [{"role": "user", "content": "hello"}]})
            connection.request("POST", "/v1/chat/completions", body, {
                "Authorization": f"Bearer {self.key}", "Content-Type": "application/json",
                "x-sluice-account": f"user-{chance.randrange(5_000)}"})
            response = connection.getresponse()
            answer = response.read()
            told = 200 if response.status == 200 else json.loads(answer)["error"]["code"]
            self.answers[told] += 1
        connection.close()

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join(15)


@pytest.fixture(scope="module")
def upstream():
    upstream = Upstream()
    yield upstream
    upstream.stop()


@pytest.fixture(scope="module")
def sluice(new_sluice, upstream):
    sluice = new_sluice({"sample": upstream.url}, people=PEOPLE)
    for model in MODELS:
        made = sluice.add("model.add", {"name": model, "display_name": model, "visibility": "unlisted"})
        sluice.models[model] = made["id"]
        versions = [sluice.add("version.add", {
            "model": made["id"], "name": f"{model}-{number}", "upstream": "sample",
            "upstream_model": f"{model}-{number}"}) for number in (1, 2)]
        sluice.approve(sluice.command("version.make_current", {"model": made["id"], "version": versions[0]["id"]}))
    return sluice


@pytest.fixture(scope="module")
def load(sluice):
    application = sluice.add_application()
    for model in MODELS:
        sluice.grant(application, model, population="trusted")
    load = Load(sluice, application.key)
    yield load
    load.stop()


def begin(sluice, model):
    """A rollout of a model's second version to half of its users, signed and started."""
    text = PLAN.read_text().replace("model: aurora", f"model: {model}").replace("setWeight: 10\n", "setWeight: 40\n")
    text = text.replace("candidate: aurora-2.0", f"candidate: {model}-2").replace("aurora-1.0", f"{model}-1")
    # It stays in its first stage for as long as the drill takes.
    text = text.replace("bake: {min: 5s", "bake: {min: 9m")
    path = sluice.folder / f"{model}.yaml"
    path.write_text(text)
    return sluice.cli("plan", "propose", path)["entries"][0]["entry"]["content"]["rollout"]


def sign(sluice, rollout):
    settle(sluice, rollout)
    for person in ("bob", "carol"):
        sluice.cli("plan", "approve", rollout, as_person=person)
    sluice.cli("release", "start", rollout)


def is_open(sluice, rollout):
    return status(sluice, rollout)["phase"] in {"baking", "undecided"}


def opened(sluice, load, upstream):
    """A rollout of each model, all of them serving."""
    rollouts = {model: begin(sluice, model) for model in MODELS}
    for rollout in rollouts.values():
        sign(sluice, rollout)
    for rollout in rollouts.values():
        eventually(lambda: is_open(sluice, rollout), 30, "an open stage")
    return rollouts


def trip(sluice, load, upstream, model, rollout, number):
    """Reports a critical incident while the candidate is served; when it was sent, and when it was accepted."""
    load.focus = model
    started = time.time()
    eventually(lambda: upstream.last(f"{model}-2") > started, 10, "requests on the candidate")
    time.sleep(0.1)
    sent = time.time()
    report = {
        "id": f"rpt_{number:026d}", "rollout": rollout, "occurred": int(sent * 1000) - 500,
        "reported": int(sent * 1000), "kind": "incident", "severity": "critical", "attributed_to": "candidate"}
    answer = sluice.api.post("/v1/reports", report, sluice.person_key("carol"))
    assert answer.status == 202, answer
    return sent, time.time()


def p99(spans):
    return sorted(spans)[max(0, -(-len(spans) * 99 // 100) - 1)]


@pytest.mark.timeout(120 + DRILLS * 10)
def test_a_tripped_release_is_served_to_nobody_within_a_second(sluice, load, upstream):
    number, tripped = 0, []
    began = sluice.log_size("access")
    while len(tripped) < DRILLS:
        rollouts = opened(sluice, load, upstream)
        for model, rollout in rollouts.items():
            tripped.append((model, rollout, *trip(sluice, load, upstream, model, rollout, number := number + 1)))
        time.sleep(1.5)
        for rollout in rollouts.values():
            assert status(sluice, rollout)["phase"] in {"rolling_back", "rolled_back"}
            sluice.cli("release", "abort", rollout, "--reason", "a drill", as_person="carol")
    versions = {row["id"]: row["name"] for row in version_rows(sluice)}
    admitted = [
        (entry["at"] / 1000, versions.get(entry["version"])) for entry in sluice.log_entries("access", began)
        if entry["kind"] == "request.admitted"]
    at_upstream, in_log = [], []
    for place, (model, _, sent, accepted) in enumerate(tripped):
        # The next rollout of the model serves the same version again.
        until = next((later[2] for later in tripped[place + 1:] if later[0] == model), float("inf"))
        until = min(until, accepted + 3)
        candidate = f"{model}-2"
        assert any(sent - 1 < moment <= sent for moment, seen in admitted if seen == candidate), "there was no load"
        at_upstream.append(last_before(upstream.arrivals, candidate, until) - accepted)
        in_log.append(last_before(admitted, candidate, until) - accepted)
    taken = [accepted - sent for _, _, sent, accepted in tripped]
    # Less than nothing: the last one came in before the report was answered.
    print(
        f"\n{len(tripped)} drills: from the answer to the report to the last new request on the candidate, at the "
        f"upstream p99 {p99(at_upstream) * 1000:.0f} ms, longest {max(at_upstream) * 1000:.0f} ms, in the access log "
        f"p99 {p99(in_log) * 1000:.0f} ms; from sending it to its answer p99 {p99(taken) * 1000:.0f} ms, longest "
        f"{max(taken) * 1000:.0f} ms; "
        f"{sum(load.answers.values())} requests, answered {dict(load.answers)}")
    assert p99(at_upstream) <= 1.0 and p99(in_log) <= 1.0
    # What was on its way to the candidate when its time was over is told so.
    assert set(load.answers) <= {200, "version_withdrawn"}
    assert load.answers["version_withdrawn"] <= len(tripped)
    verified(sluice)


def last_before(moments, version, until):
    return max(moment for moment, seen in moments if seen == version and moment < until)


def version_rows(sluice):
    return sluice.api.get("/v1/versions?limit=200", sluice.person_key("alice")).json()["data"]


def test_a_release_that_nobody_conducts_is_served_to_nobody_within_the_lease(sluice, load, upstream):
    model = load.focus = MODELS[0]
    rollout = begin(sluice, model)
    sign(sluice, rollout)
    eventually(lambda: is_open(sluice, rollout), 30, "an open stage")
    candidate = f"{model}-2"
    eventually(lambda: time.time() - upstream.last(candidate) < 0.2, 10, "requests on the candidate")
    # The conductor stores what was counted before it decides; as long as another holds the store it is stuck.
    store = sqlite3.connect(sluice.data / "store.sqlite", timeout=10, isolation_level=None)
    try:
        store.execute("BEGIN IMMEDIATE")
        stuck = time.time()
        time.sleep(LEASE + 2)
        served = upstream.last(candidate) - stuck
        before = len(upstream.arrivals)
        time.sleep(1)
        after = {seen for _, seen in upstream.arrivals[before:] if seen.startswith(f"{model}-")}
        store.execute("ROLLBACK")
    finally:
        store.close()
    print(f"\nwith a conductor that is stuck, the candidate was served for {served:.2f} s more")
    assert 0 < served <= LEASE + ROUND
    assert after == {f"{model}-1"}, "there was load, and the version before answered all of it"
    assert set(load.answers) <= {200, "version_withdrawn"}
    # It goes on by itself where it stood.
    healed = time.time()
    eventually(lambda: upstream.last(candidate) > healed, 15, "the candidate's being served again")
    sluice.cli("release", "abort", rollout, "--reason", "over", as_person="carol")
    verified(sluice)
