"""Floods of HTTP/2: who makes one is cut, and others are answered meanwhile.

`SLUICE_FLOODS` is for how many seconds each is made again and again, while an honest client is watched; `make floods` takes five.
"""

import json
import os
import subprocess
import sys
import time

import pytest

import http2
import raw
from crowds import begin, told
from floods import FLOODS
from processes import ROOT, eventually
from raw import chat, post

SECONDS = int(os.environ.get("SLUICE_FLOODS", "0"))
# How much later, in milliseconds, 99 of 100 answers may come.
LATER = 20
BODY = json.dumps(chat("aurora")).encode()


@pytest.mark.parametrize(("flood", "code"), FLOODS, ids=[flood.__name__ for flood, _ in FLOODS])
def test_a_flood_is_cut_and_others_are_answered(scripted, sluice, admitted, flood, code):
    with http2.Connection(sluice.gateway_port) as victim, http2.Connection(sluice.gateway_port) as attacker:
        slow = victim.post(json.dumps(chat("aurora", "script:slow-tokens count=30 delay=0.02", stream=True)).encode(), admitted.key)
        victim.read_until(lambda: victim.streams[slow].body)
        flood(attacker, admitted.key)
        began = time.monotonic()
        assert victim.answer(victim.post(BODY, admitted.key)).status == 200
        assert time.monotonic() - began < 2, "an honest request waited for the flood"
        assert victim.answer(slow).body.endswith(b"data: [DONE]\n\n"), "an honest stream was cut"
        said = attacker.cut()
        assert attacker.is_closed
        # Where none is given, any fault of the connection may be named: what a head is made of decides which.
        assert said == code if code is not None else said
    with raw.Connection(sluice.gateway_port) as connection:
        connection.send(post(chat("aurora"), admitted.key))
        assert connection.answer()[0] == 200
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0)


@pytest.mark.skipif(not SECONDS, reason="for `make floods`: it compares times, which a release build alone keeps")
@pytest.mark.timeout(60 + 5 * SECONDS)
def test_an_honest_client_waits_little_longer_beside_a_flood(crowd_upstream, new_sluice):
    sluice = new_sluice({"crowd": crowd_upstream})
    sluice.add_model("crowd", "crowd", "ok")
    key, port = sluice.admitted_application("crowd").key, sluice.gateway_port
    honest = post(chat("crowd"), key)
    alone = told(begin("honest", port, 2 * SECONDS, first=honest))
    print(f"\nan honest client alone: {alone}")
    for flood, _ in FLOODS:
        with subprocess.Popen(
                [sys.executable, "-m", "floods", flood.__name__, str(port), key, str(SECONDS)], cwd=ROOT / "Interop",
                stdout=subprocess.PIPE, text=True) as attacker:
            time.sleep(0.3)
            beside = told(begin("honest", port, SECONDS - 1, first=honest))
            count = int(attacker.stdout.read())
        ratio = beside["p99"] / alone["p99"]
        print(f"beside {flood.__name__}, cut {count} times: {beside}, {ratio:.2f} times as long")
        assert attacker.returncode == 0 and set(beside["statuses"]) == {"200"}
        assert beside["p50"] < 2 * alone["p50"] and beside["p99"] - alone["p99"] <= LATER, flood.__name__


def test_as_many_streams_as_may_be_are_answered(scripted, sluice, admitted):
    with http2.Connection(sluice.gateway_port) as connection:
        slow = json.dumps(chat("aurora", "script:slow-plain delay=0.3")).encode()
        connection.update(0, 1 << 20)
        for _ in range(2):
            opened = [connection.begin(connection.head(admitted.key)) for _ in range(100)]
            for stream in opened:
                connection.send(http2.frame(http2.DATA, http2.END_STREAM, stream, slow))
            assert [connection.answer(stream).status for stream in opened] == [200] * 100
