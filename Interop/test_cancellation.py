"""A client that leaves stops the upstream at once."""

import asyncio
import os
import pathlib
import random
import socket
import time

import openai
import pytest

from processes import eventually
from raw import Connection, chat, post


def outcome(sluice, since):
    def find():
        ended = [entry for entry in sluice.log_entries("access", since) if entry["kind"] == "request.completed"]
        return ended and ended[-1]
    return eventually(find, 5, "the outcome's entry")


@pytest.mark.parametrize("farewell", ["close", "reset"])
@pytest.mark.parametrize(("moment", "script", "stream"), [
    ("before the head", "stall-before-head", True), ("before a plain answer's head", "stall-before-head", False),
    ("in the middle of a stream", "slow-tokens count=400 delay=0.02", True),
    ("in the middle of a plain body", "stall-mid-body", False),
])
def test_the_upstream_sees_it(scripted, sluice, admitted, moment, script, stream, farewell):
    since = sluice.log_size("access")
    connection = Connection(sluice.gateway_port)
    connection.send(post(chat("aurora", f"script:{script}", stream=stream), admitted.key))
    record = eventually(scripted.seen, 5, "the request")[-1]
    if script.startswith("slow-tokens"):
        connection.read_until(b'" 3"')
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 1)
    time.sleep(0.2)
    left_at = time.monotonic()
    getattr(connection.socket if farewell == "close" else connection, farewell)()
    record = eventually(lambda: scripted.seen()[-1]["peer_closed"] and scripted.seen()[-1], 5, "the upstream's notice")
    noticed = time.monotonic() - left_at
    print(f"\n{moment}, {farewell}: the upstream saw it within {noticed * 1000:.0f} ms")
    assert noticed < 1
    assert not record["finished"]
    entry = outcome(sluice, since)
    assert (entry["outcome"], entry["status"]) == ("cancelled", 499)
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0)


def test_an_impatient_sdk_stops_the_upstream(scripted, sluice, admitted, clients):
    with pytest.raises(openai.APITimeoutError):
        clients.openai(sluice.gateway, admitted.key, timeout=0.4).chat.completions.create(
            model="aurora", messages=[{"role": "user", "content": "script:stall-before-head"}])
    record = scripted.last_ended()
    assert record["peer_closed"] and record["peer_closed_after_ms"] < 1500


def test_breaking_out_of_a_stream_stops_the_upstream(scripted, sluice, admitted, clients):
    stream = clients.openai(sluice.gateway, admitted.key).chat.completions.create(
        model="aurora", stream=True,
        messages=[{"role": "user", "content": "script:slow-tokens count=400 delay=0.02"}])
    for number, _ in enumerate(stream):
        if number == 5:
            break
    stream.close()
    record = scripted.last_ended()
    assert record["peer_closed"] and not record["finished"]


def test_a_cancelled_task_stops_the_upstream(scripted, sluice, admitted):
    async def run():
        async with openai.AsyncOpenAI(base_url=sluice.gateway + "/v1", api_key=admitted.key, max_retries=0) as client:
            task = asyncio.create_task(client.chat.completions.create(
                model="aurora", messages=[{"role": "user", "content": "script:stall-before-head"}]))
            await asyncio.sleep(0.4)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    asyncio.run(run())
    record = scripted.last_ended()
    assert record["peer_closed"] and record["peer_closed_after_ms"] < 1500


def test_who_leaves_gives_the_slot_back_but_not_what_was_used(scripted, sluice):
    application = sluice.admitted_application(
        "aurora", limits={"concurrency": 1, "requests_per_minute": 3, "tokens_per_minute": 10_000})
    with Connection(sluice.gateway_port) as connection:
        connection.send(post(chat("aurora", "script:stall-before-head", max_tokens=1000), application.key))
        eventually(scripted.seen, 5, "the request")
    with Connection(sluice.gateway_port) as connection:
        def once():
            connection.send(post(chat("aurora", max_tokens=10), application.key))
            return connection.answer()
        eventually(lambda: once()[0] == 200, 3, "the slot")
        status, fields, _ = once()
        assert status == 200
        assert fields["x-ratelimit-remaining-requests"] == "0", "the request that was left stays counted"
        assert int(fields["x-ratelimit-remaining-tokens"]) < 9_100, "unknown use is not taken for none"


def test_a_client_that_is_gone_before_its_admission_is_recorded_costs_the_upstream_nothing(scripted, sluice):
    application = sluice.admitted_application("aurora")
    for _ in range(30):
        connection = Connection(sluice.gateway_port)
        connection.send(post(chat("aurora"), application.key))
        connection.reset()
    eventually(lambda: sluice.metric("sluice_gateway_connections") == 0)
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0)

    def outcomes():
        entries = [entry for entry in sluice.log_entries("access") if entry["grant"] == application.grant]
        admitted = {entry["request"] for entry in entries if entry["kind"] == "request.admitted"}
        ended = {entry["request"]: entry["outcome"] for entry in entries if entry["kind"] == "request.completed"}
        return admitted == set(ended) and [ended]

    ended = eventually(outcomes, 5, "an outcome for each admission")[0]
    assert set(ended.values()) <= {"not_forwarded", "cancelled", "completed"}
    assert len(scripted.seen()) <= len([outcome for outcome in ended.values() if outcome != "not_forwarded"])


# How soon: `SLUICE_CANCELS=300` for the long form.
CANCELS = int(os.environ.get("SLUICE_CANCELS", "40"))


def report(what, seconds):
    ordered = sorted(seconds)
    p50, p99 = (ordered[min(len(ordered) - 1, len(ordered) * share // 100)] * 1000 for share in (50, 99))
    print(f"\n{what}: {len(ordered)} of {CANCELS} seen, p50 {p50:.1f} ms, p99 {p99:.1f} ms, "
          f"worst {ordered[-1] * 1000:.1f} ms, within 20 ms {sum(late <= 0.02 for late in ordered)}")


@pytest.mark.parametrize(("moment", "script", "stream"), [
    ("before the head", "stall-before-head", False), ("within a head", "stall-in-head", True),
    ("within a stream", "slow-tokens count=2000 delay=0.005", True), ("within a body", "stall-mid-body", False)])
def test_every_upstream_sees_every_client_leave(scripted, sluice, admitted, moment, script, stream):
    chance, took = random.Random(script), []
    for number in range(CANCELS):
        scripted.reset()
        connection = Connection(sluice.gateway_port)
        connection.send(post(chat("aurora", f"script:{script}", stream=stream), admitted.key))
        eventually(scripted.seen, 5, "the request")
        time.sleep(chance.uniform(0.001, 0.03))
        left_at = time.monotonic()
        connection.reset() if number % 2 else connection.socket.close()
        record = eventually(lambda: scripted.seen()[-1]["peer_closed"] and scripted.seen()[-1], 5, "the notice")
        assert not record["finished"]
        took.append(record["peer_closed_at"] - left_at)
    report(moment, took)
    assert len(took) == CANCELS and max(took) < 1
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0)


class Full:
    """A listener whose queue is full, so that whoever connects waits."""

    def __init__(self):
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(0)
        self.port = self.listener.getsockname()[1]
        self.waiting = []
        while True:
            connection = socket.socket()
            connection.settimeout(0.2)
            try:
                connection.connect(("127.0.0.1", self.port))
                self.waiting.append(connection)
            except TimeoutError:
                connection.close()
                break

    def connecting(self):
        """How many are trying to connect, as the kernel says."""
        rows = [row.split() for row in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return sum(row[2].endswith(f":{self.port:04X}") and row[3] == "02" for row in rows)

    def close(self):
        for each in [*self.waiting, self.listener]:
            each.close()


def test_a_client_that_leaves_while_the_gateway_connects_ends_the_attempt(new_sluice):
    full = Full()
    sluice = new_sluice({"full": f"http://127.0.0.1:{full.port}"})
    sluice.add_model("aurora", "full", "ok")
    application = sluice.admitted_application("aurora")
    took = []
    for number in range(CANCELS):
        assert full.connecting() == 0
        connection = Connection(sluice.gateway_port)
        connection.send(post(chat("aurora"), application.key))
        eventually(lambda: full.connecting() == 1, 5, "the attempt")
        left_at = time.monotonic()
        connection.reset() if number % 2 else connection.socket.close()
        while full.connecting():
            assert time.monotonic() - left_at < 5, "it goes on connecting"
            time.sleep(0.0005)
        took.append(time.monotonic() - left_at)
    report("while connecting", took)
    assert max(took) < 1

    def ended():
        entries = [entry for entry in sluice.log_entries("access") if entry["kind"] == "request.completed"]
        return len(entries) == CANCELS and {(entry["outcome"], entry["status"]) for entry in entries}

    assert eventually(ended, 5, "an outcome for each") == {("cancelled", 499)}
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0)
    full.close()
