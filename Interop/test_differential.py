"""Many requests with faults mixed in: no byte of a refused one reaches the upstream, and all readers agree on the rest.

What the gateway lets through is read by nginx, HAProxy, node and h11 too, twice: as it came, since one of them may stand in
front, and as it went on, since one of them may stand behind. `SLUICE_FRAMING` is how many requests there are, `SLUICE_SEED`
from what they are drawn; `make framing` takes a million. Of the other programs, those are left out that are not installed, but
not from a million.
"""

import asyncio
import multiprocessing
import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

import pytest

from framing.driver import NAMES, Tally, compare, document, drive, summary
from framing.readers import Readers
from framing.recorder import Recorder
from processes import free_port

COUNT = int(os.environ.get("SLUICE_FRAMING", "50000"))
SEED = int(os.environ.get("SLUICE_SEED", "20261122"))
PROCESSES = 2


@pytest.fixture
def readers(tmp_path):
    assert not Readers.missing() or COUNT < 100_000, f"install {', '.join(Readers.missing())}"
    readers = Readers(tmp_path)
    yield readers.ports
    readers.stop()


def parts(whole):
    """The same in as many pieces as there are processes."""
    return [whole[len(whole) * place // PROCESSES:len(whole) * (place + 1) // PROCESSES] for place in range(PROCESSES)]


@pytest.mark.timeout(7200)
def test_no_byte_of_a_refused_request_is_forwarded_and_all_readers_agree_on_the_rest(new_sluice, readers):
    port = free_port()
    sluice = new_sluice({"recorder": f"http://127.0.0.1:{port}"})
    sluice.add_model("aurora", "recorder", "ok")
    key = sluice.admitted_application("aurora").key
    requests, odd, tally = [], [], Tally()
    pool = ProcessPoolExecutor(PROCESSES, multiprocessing.get_context("spawn"))

    async def run():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Recorder(requests, odd), "127.0.0.1", port, backlog=1024)
        driven = [
            loop.run_in_executor(pool, drive, sluice.gateway_port, key, SEED, numbers, readers)
            for numbers in parts(range(COUNT))]
        for part in await asyncio.gather(*driven):
            tally.add(part)
        server.close()

    with pool:
        asyncio.run(run())
        assert odd == [], "bytes that are no whole request reached the upstream"
        assert not tally.disagreements, summary(tally.disagreements)
        # Each answer that came from the upstream has its request there, and nothing else is there.
        assert len(requests) == tally.forwarded
        reached = {name for request in requests for name in NAMES.findall(request)}
        assert reached - tally.names == set(), "bytes of refused requests reached the upstream"
        readings = []
        for read, disagreements in pool.map(compare, parts(requests), [readers] * PROCESSES):
            assert not disagreements, summary(disagreements)
            readings += read
    assert {reading[:3] for reading in readings} == {(b"POST", b"/v1/chat/completions", b"127.0.0.1:%d" % port)}
    assert Counter(document(reading.body) for reading in readings) == tally.documents, "another body than was sent"
    print(
        f"\n{tally.sent} requests, seed {SEED}: {tally.forwarded} forwarded, {tally.answered} answered without, "
        f"{tally.refused} refused, {tally.sent - tally.forwarded - tally.answered - tally.refused} behind one of those; "
        f"{', '.join(readers)} and h11 read all that was forwarded alike, as it came and as it went on")
    assert tally.forwarded > tally.sent / 10 and tally.refused > tally.sent / 10, "too few to say anything"
