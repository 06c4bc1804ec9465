"""Limits are exact under any concurrency, a refusal consumes nothing, and waiting as long as told is enough."""

import asyncio
import collections
import concurrent.futures
import random
import threading
import time

import anthropic
import openai
import pytest

from control import ask
from processes import eventually
from raw import AsyncConnection, Connection, chat, post

HELLO = [{"role": "user", "content": "hello"}]


def send(sluice, key, body, path="/v1/chat/completions"):
    return ask(sluice.gateway_port, "POST", path, body, {"Authorization": f"Bearer {key}"})


def at_once(count, work):
    """Runs `work` on so many threads that all start together."""
    barrier = threading.Barrier(count)

    def run(number):
        barrier.wait()
        return work(number)

    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def statuses(answers):
    return {status: [a.status for a in answers].count(status) for status in {a.status for a in answers}}


def test_ten_requests_a_minute_are_ten_for_forty_clients_at_once(scripted, sluice):
    application = sluice.admitted_application("aurora", limits={"requests_per_minute": 10})
    answers = at_once(40, lambda _: send(sluice, application.key, chat("aurora")))
    assert statuses(answers) == {200: 10, 429: 30}
    assert len(scripted.seen()) == 10
    for answer in answers:
        if answer.status == 429:
            error = answer.json()["error"]
            assert (error["code"], error["type"]) == ("rate_limit_exceeded", "rate_limit_error")
            assert "requests" in error["message"]
            assert 0 < int(answer.headers["retry-after-ms"]) <= 6000
            assert int(answer.headers["retry-after"]) == -(-int(answer.headers["retry-after-ms"]) // 1000)


def test_all_keys_and_both_wire_formats_share_the_grants_limit(scripted, sluice):
    application = sluice.admitted_application("aurora", limits={"requests_per_minute": 10})
    keys = [application.key] + [sluice.issue_key(application).text for _ in range(3)]
    answers = at_once(40, lambda n: send(
        sluice, keys[n % 4], chat("aurora", max_tokens=5), ("/v1/chat/completions", "/v1/messages")[n // 4 % 2]))
    assert statuses(answers) == {200: 10, 429: 30}


def test_four_at_a_time_are_four_and_the_slots_come_back(scripted, sluice):
    application = sluice.admitted_application("aurora", limits={"concurrency": 4})
    for _ in range(2):
        scripted.reset()
        answers = at_once(20, lambda _: send(sluice, application.key, chat("aurora", "script:slow-plain delay=1.5")))
        assert statuses(answers) == {200: 4, 429: 16}
        assert len(scripted.seen()) == 4
        refused = next(a for a in answers if a.status == 429)
        assert "concurrency" in refused.json()["error"]["message"]
    assert send(sluice, application.key, chat("aurora")).status == 200


@pytest.mark.parametrize("script", ["500", "401", "garbage-status-line", "reset-before-head", "truncate-stream",
                                    "reset-mid-stream"])
def test_a_slot_comes_back_however_the_request_ends(scripted, sluice, script):
    application = sluice.admitted_application("aurora", limits={"concurrency": 1})
    for _ in range(3):
        send(sluice, application.key, chat("aurora", f"script:{script}", stream="stream" in script))
    assert send(sluice, application.key, chat("aurora")).status == 200


def test_tokens_are_set_aside_before_and_settled_after(scripted, sluice):
    application = sluice.admitted_application("aurora", limits={"tokens_per_minute": 10_000})

    def remaining(answer):
        return int(answer.headers["x-ratelimit-remaining-tokens"])

    # 9,000 are set aside while the request runs, of which 16 are used: the scripted answer counts 11 + 5.
    first = send(sluice, application.key, chat("aurora", max_tokens=9000))
    assert first.status == 200
    assert 900 < remaining(first) < 1000
    second = send(sluice, application.key, chat("aurora", max_tokens=9000))
    assert second.status == 200, "what was not used was not given back"
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        slow = pool.submit(send, sluice, application.key, chat("aurora", "script:slow-plain delay=1", max_tokens=9000))
        eventually(lambda: scripted.seen("slow-plain"))
        refused = send(sluice, application.key, chat("aurora", max_tokens=9000))
        assert refused.status == 429
        assert "tokens" in refused.json()["error"]["message"]
        assert slow.result().status == 200
    assert send(sluice, application.key, chat("aurora", max_tokens=9000)).status == 200


def test_several_choices_cost_as_many_times(scripted, sluice):
    application = sluice.admitted_application("aurora", limits={"tokens_per_minute": 1000})
    assert send(sluice, application.key, chat("aurora", max_tokens=300, n=3)).status == 200
    for more in ({"n": 4}, {"best_of": 4}, {"n": 2, "best_of": 4}):
        refused = send(sluice, application.key, chat("aurora", max_tokens=300, **more))
        assert refused.status == 429
        assert refused.headers["x-should-retry"] == "false", "it can never be let in, so nobody should wait for it"
    assert send(sluice, application.key, chat("aurora", max_tokens=300, n=3)).status == 200


def test_what_can_never_fit_is_said_at_once_to_a_client_that_retries(scripted, sluice, clients):
    application = sluice.admitted_application("aurora", limits={"tokens_per_minute": 1000})
    started = time.monotonic()
    with pytest.raises(openai.RateLimitError) as caught:
        clients.openai(sluice.gateway, application.key, max_retries=2).chat.completions.create(
            model="aurora", messages=HELLO, max_tokens=5000)
    assert time.monotonic() - started < 0.4
    assert "never" in str(caught.value) and "1000" in str(caught.value)


def test_a_refusal_consumes_nothing(scripted, sluice):
    application = sluice.admitted_application(
        "aurora", limits={"requests_per_minute": 3, "tokens_per_minute": 100_000, "concurrency": 3})
    key = application.key
    since = sluice.log_size("access")
    for body in (chat("nothing"), chat("aurora", logprobs=True), chat("aurora", max_tokens="x"), b"{",
                 chat("aurora", max_tokens=500_000)):
        for _ in range(3):
            assert send(sluice, key, body).status in (400, 403, 404, 429)
    assert sluice.log_size("access") == since, "what was refused is no exposure"
    answers = [send(sluice, key, chat("aurora", max_tokens=10)) for _ in range(3)]
    assert [answer.status for answer in answers] == [200] * 3
    assert answers[0].headers["x-ratelimit-remaining-requests"] == "2"
    # Refused ones do not move the end of the wait.
    waits = [int(send(sluice, key, chat("aurora", max_tokens=10)).headers["retry-after-ms"]) for _ in range(20)]
    assert all(later <= earlier for earlier, later in zip(waits, waits[1:]))


def test_sleeping_as_long_as_told_is_enough_and_less_is_not(sluice):
    application = sluice.admitted_application("aurora", limits={"requests_per_minute": 120})
    with Connection(sluice.gateway_port) as connection:
        def once():
            connection.send(post(chat("aurora"), application.key))
            return connection.answer()
        status = 200
        while status == 200:
            asked = time.monotonic()
            status, fields, _ = once()
        proven = 0
        for _ in range(12):
            assert status == 429
            wait = int(fields["retry-after-ms"]) / 1000
            assert wait <= 0.5
            answered = time.monotonic()
            # The time that was told began between our sending and its arrival, so this is surely before its end.
            time.sleep(max(0, asked + wait - 0.05 - time.monotonic()))
            early, _, _ = once()
            if time.monotonic() < asked + wait:
                assert early == 429, f"let in before the {wait} s that were told"
                proven += 1
            time.sleep(max(0, answered + wait - time.monotonic()))
            if early == 429:
                assert once()[0] == 200, f"not let in after the {wait} s that were told"
            status = 200
            while status == 200:
                asked = time.monotonic()
                status, fields, _ = once()
        assert proven > 0


def test_both_sdks_wait_as_told_and_succeed(sluice, clients):
    application = sluice.admitted_application("aurora", limits={"requests_per_minute": 120})
    of_openai = clients.openai(sluice.gateway, application.key, max_retries=2)
    of_anthropic = clients.anthropic(sluice.gateway, application.key, max_retries=2)
    for _ in range(124):
        of_openai.chat.completions.create(model="aurora", messages=HELLO)
    of_anthropic.messages.create(model="aurora", max_tokens=5, messages=HELLO)
    with pytest.raises(anthropic.RateLimitError) as caught:
        clients.anthropic(sluice.gateway, application.key).messages.create(
            model="aurora", max_tokens=5, messages=HELLO)
    assert caught.value.type == "rate_limit_error"
    assert caught.value.error_code == "rate_limit_exceeded"


# A thousand clients that come and go as they please.

CLIENTS, LIMIT, SEED = 1000, 300, 20261121


async def one_client(port, key, chance, begin):
    """What became of one client: a status, or how it left."""
    connection = await AsyncConnection.open(port)
    await begin.wait()
    await asyncio.sleep(chance.random() * 2)
    manner = chance.choice(["stay", "stay", "before-head", "mid-stream", "at-once", "half-head"])
    stream = chance.random() < 0.5
    script = chance.choice(["ok", "slow-tokens count=8 delay=0.05" if stream else "slow-plain delay=0.3"])
    request = post(chat("aurora", f"script:{script}", stream=stream, max_tokens=20), key)
    try:
        if manner == "half-head":
            connection.writer.write(request[:60])
            await asyncio.sleep(chance.random() * 0.2)
            return "never-asked"
        connection.writer.write(request)
        if manner == "at-once":
            await connection.writer.drain()
            return "left"
        if manner == "before-head":
            await asyncio.sleep(chance.random() * 0.1)
            return "left"
        status, fields = await connection.head()
        if manner == "mid-stream" and status == 200:
            await asyncio.sleep(chance.random() * 0.1)
            return "left"
        await connection.body(fields)
        return status
    finally:
        connection.abort()


def test_a_thousand_clients_that_leave_at_random_are_admitted_exactly_to_the_limit(scripted, sluice):
    application = sluice.admitted_application("aurora", limits={"requests_per_minute": LIMIT, "concurrency": CLIENTS})
    since = sluice.log_size("access")
    chance = random.Random(SEED)

    async def run():
        begin = asyncio.Event()
        tasks = [asyncio.create_task(one_client(
            sluice.gateway_port, application.key, random.Random(chance.random()), begin)) for _ in range(CLIENTS)]
        await asyncio.sleep(1)
        begin.set()
        return await asyncio.gather(*tasks, return_exceptions=True)

    results = asyncio.run(run())
    broken = [result for result in results if isinstance(result, BaseException)]
    assert broken == [], f"seed {SEED}: {broken[:3]}"
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0, 10, "nothing in flight")
    eventually(lambda: sluice.metric("sluice_gateway_connections") <= 1, 10, "no connection left")
    entries = sluice.log_entries("access", since)
    admitted = [entry for entry in entries if entry["kind"] == "request.admitted"]
    outcomes = {entry["request"]: entry["outcome"] for entry in entries if entry["kind"] == "request.completed"}
    assert {entry["request"] for entry in admitted} == set(outcomes)
    assert len(entries) == 2 * len(admitted), "each admission ended once"
    told = {result: results.count(result) for result in set(results)}
    print(f"\n{CLIENTS} clients: {told}; {len(admitted)} admitted: {dict(collections.Counter(outcomes.values()))}")
    assert set(told) == {200, 429, "left", "never-asked"}

    # What never went upstream was given back; everything else is charged, whoever had left.
    charged = sorted(entry["at"] for entry in admitted if outcomes[entry["request"]] != "not_forwarded")
    assert len(scripted.seen()) <= len(charged), "nothing goes upstream uncharged"
    # The whole burst was used, and in no stretch of time more than it and what came back meanwhile.
    assert len(charged) >= LIMIT
    for first, begun in enumerate(charged):
        came_back = LIMIT * (charged[-1] - begun + 2) / 60_000
        assert len(charged) - first <= LIMIT + came_back, f"seed {SEED}"
    # Nothing is owed beyond that: a minute is as good as new where it should be.
    status, fields = 429, {}
    with Connection(sluice.gateway_port) as connection:
        connection.send(post(chat("aurora"), application.key))
        status, fields, _ = connection.answer()
    assert status == 200 or int(fields["retry-after-ms"]) <= 60_000 / LIMIT + 1
