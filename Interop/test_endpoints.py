"""Several endpoints behind one name: shares by weight, one that dies and comes back, one that says that it is busy."""

import collections
import concurrent.futures
import itertools
import signal
import time

import pytest

from asking import read_openai
from majors import code
from processes import eventually, free_port
from raw import Connection, chat, post
from upstreams.client import Scripted


@pytest.fixture(scope="module")
def servers(folder):
    """Three scripted upstreams whose ports stay theirs when they are started again."""
    ports = [free_port() for _ in range(3)]
    made, starts = {}, itertools.count()

    def start(place):
        made[place] = Scripted(folder, "--port", str(ports[place]), name=f"endpoint-{place}-{next(starts)}")
        return made[place]

    for place in range(3):
        start(place)
    made["start"] = start
    yield made
    for place in range(3):
        made[place].stop()


@pytest.fixture(scope="module")
def key_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "upstream.key"
    path.write_text("first-key\n")
    return path


@pytest.fixture(scope="module")
def sluice(new_sluice, servers, key_file):
    endpoints = {name: {"url": servers[place].url, "weight": weight}
                 for place, (name, weight) in enumerate([("large", 2), ("small", 1), ("other", 1)])}
    sluice = new_sluice(
        {"pool": {"endpoints": endpoints, "authorization-file": str(key_file), "connect-timeout": "1s"}},
        gateway={"loops": 1, "stream-keep-alive": "1s"})
    sluice.add_model("aurora", "pool", "ok")
    return sluice


def statuses(sluice, key, count, text="hello", threads=8):
    """The statuses of many requests, and when each came."""
    def some(number):
        with Connection(sluice.gateway_port, seconds=20) as connection:
            seen = []
            for _ in range(number):
                connection.send(post(chat("aurora", text), key))
                seen.append(connection.answer()[0])
            return seen
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        return [status for seen in pool.map(some, [count // threads] * threads) for status in seen]


def shares(servers):
    return [len(servers[place].seen()) for place in range(3)]


def test_each_has_its_share(sluice, servers):
    application = sluice.admitted_application("aurora")
    assert statuses(sluice, application.key, 80, threads=1) == [200] * 80
    assert shares(servers) == [40, 20, 20]


def test_one_that_dies_costs_nobody_an_answer_and_is_back_when_it_lives(sluice, servers):
    application = sluice.admitted_application("aurora")
    since = sluice.log_size("access")
    servers[0].process.kill()
    assert collections.Counter(statuses(sluice, application.key, 400)) == {200: 400}
    assert sluice.metric("sluice_upstream_endpoint_out", upstream="pool", endpoint="large") == 1
    assert sluice.metric("sluice_upstream_endpoint_out", endpoint="small") == 0
    assert sluice.metric("sluice_upstream_endpoint_ejections_total", endpoint="large") == 1
    assert sluice.metric("sluice_gateway_repetitions_total", reason="upstream_connect_failed") >= 2
    assert sluice.metric("sluice_gateway_upstream_failures_total") == 0
    ends = [entry for entry in sluice.log_entries("access", since) if entry["kind"] == "request.completed"]
    again = [entry["tries"] for entry in ends if "tries" in entry]
    assert len(ends) == 400 and again and set(again) <= {2, 3}
    servers["start"](0)

    def is_back():
        statuses(sluice, application.key, 8)
        return sluice.metric("sluice_upstream_endpoint_out") == 0
    eventually(is_back, 20, "the endpoint's return")
    servers[0].reset()
    assert statuses(sluice, application.key, 80, threads=1) == [200] * 80
    assert len(servers[0].seen()) == 40


def test_a_busy_one_is_passed_over_once(sluice, servers):
    application = sluice.admitted_application("aurora")
    for place in range(3):
        servers[place].reset()
    assert statuses(sluice, application.key, 1, text="script:503", threads=1) == [503]
    assert sum(shares(servers)) == 3, "each is asked once, and then the caller is told"


def test_one_that_is_busy_after_a_long_silence_is_not_passed_over_any_more(sluice, servers, clients):
    application = sluice.admitted_application("aurora")
    for place in range(3):
        servers[place].reset()
    client = clients.openai(sluice.gateway, application.key)
    stream = client.chat.completions.create(
        model="aurora", stream=True, messages=[{"role": "user", "content": "script:late-error delay=1.8"}])
    text, error = read_openai(stream)
    assert text == "" and code(error) == "upstream_error" and "503" in str(error)
    assert sum(shares(servers)) == 1, "the stream has begun, so it is this answer or none"
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0)


def test_when_all_are_dead_the_caller_is_told_at_once_and_nothing_multiplies(sluice, servers):
    application = sluice.admitted_application("aurora")
    for place in range(3):
        servers[place].process.kill()
    before = sluice.metric("sluice_gateway_repetitions_total")
    started = time.monotonic()
    assert collections.Counter(statuses(sluice, application.key, 200)) == {503: 200}
    print(f"\n200 refusals in {time.monotonic() - started:.2f} s")
    assert sluice.metric("sluice_gateway_repetitions_total") - before <= 10 + 200 / 10
    for place in range(3):
        servers["start"](place)
    eventually(lambda: 503 not in statuses(sluice, application.key, 16), 20, "the return of all")


def test_a_changed_key_is_taken_without_a_restart(sluice, servers, key_file):
    application = sluice.admitted_application("aurora")

    def keys():
        for place in range(3):
            servers[place].reset()
        assert statuses(sluice, application.key, 8) == [200] * 8
        return {dict(record["headers"])["authorization"] for place in range(3) for record in servers[place].seen()}

    assert keys() == {"Bearer first-key"}
    sluice.process.new_output()
    key_file.write_text("")
    said = eventually(lambda: (text := sluice.process.new_output()) and "the old one stays" in text and text, 10)
    assert "the key of the upstream pool cannot be used" in said and str(key_file) in said
    assert keys() == {"Bearer first-key"}, "an empty file is one that is being written"
    key_file.write_text("second-key\n")
    eventually(lambda: keys() == {"Bearer second-key"}, 10, "the new key")
    key_file.write_text("third-key\n")
    sluice.process.popen.send_signal(signal.SIGHUP)
    eventually(lambda: keys() == {"Bearer third-key"}, 5, "the key that was asked for")
    assert "second-key" not in sluice.process.output() and "first-key" not in sluice.process.output()
