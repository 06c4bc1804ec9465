"""What was answered is on disk, whatever happens to the process or the disk.

    SLUICE_KILLS=200 SLUICE_ENTRIES=1000000 pytest test_durability.py -s

runs more rounds, on an access log that has so many entries before the first; that takes `wrk`.
"""

import asyncio
import json
import os
import random
import shutil
import statistics
import subprocess
import threading
import time

import pytest

import tlog
from control import ask
from processes import eventually, free_port
from raw import AsyncConnection, chat, post
from sluice import Sluice

KILLS = int(os.environ.get("SLUICE_KILLS", "8"))
ENTRIES = int(os.environ.get("SLUICE_ENTRIES", "0"))
SEED = int(os.environ.get("SLUICE_SEED", "7"))
CONNECTIONS = 24
PAUSE = 0.04


class Load:
    """Requests and commands until the process is killed: what a caller has seen of an answer is remembered."""

    def __init__(self, sluice, key):
        self.sluice, self.key = sluice, key
        self.answered, self.refused, self.acknowledged = [], 0, []
        self.cut_off, self.is_killed = 0, False
        self.largest_head = 0

    async def run(self, seconds):
        asking = [asyncio.create_task(self.ask(number)) for number in range(CONNECTIONS)]
        asking += [asyncio.create_task(self.command()), asyncio.create_task(self.watch())]
        # From another thread, so that the moment has nothing to do with this loop's.
        killing = threading.Timer(seconds, self.kill)
        killing.start()
        await asyncio.wait(asking, timeout=seconds + 10)
        killing.join()

    def kill(self):
        self.is_killed = True
        self.sluice.kill()

    async def ask(self, number):
        # A third of them are under way for a while, so that the kill always finds some.
        slow = number % 3 == 0
        text = "script:slow-tokens count=8 delay=0.02" if slow else "hello"
        request = post(chat("aurora", text, stream=slow, max_tokens=20), self.key)
        waits = False
        try:
            connection = await AsyncConnection.open(self.sluice.gateway_port)
            while True:
                waits = not self.is_killed
                connection.writer.write(request)
                status, fields = await connection.head()
                # The head is already an answer: nothing may have left before the entry was durable.
                if status == 200:
                    self.answered.append(fields["x-request-id"])
                else:
                    self.refused += 1
                await connection.body(fields)
                waits = False
                await asyncio.sleep(random.random() * 2 * PAUSE)
        except (OSError, asyncio.IncompleteReadError):
            self.cut_off += waits

    async def command(self):
        try:
            connection = await AsyncConnection.open(self.sluice.control_port)
            while True:
                name = f"under-load-{random.getrandbits(64):016x}"
                request = post(
                    {"command": "application.add", "content": {"name": name}}, self.sluice.person_key("alice"),
                    "/v1/commands")
                status, _, _ = await connection.ask(request)
                assert status == 201
                self.acknowledged.append(name)
                await asyncio.sleep(PAUSE / 2)
        except (OSError, asyncio.IncompleteReadError):
            return

    async def watch(self):
        """The heads of the access log that somebody may have kept: no later one may be smaller."""
        request = (
            f"GET /log/access/checkpoint HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {self.sluice.person_key('alice')}\r\n\r\n").encode()
        try:
            connection = await AsyncConnection.open(self.sluice.control_port)
            while True:
                status, _, body = await connection.ask(request)
                if status == 200:
                    self.largest_head = tlog.Checkpoint(body).size
                await asyncio.sleep(0.05)
        except (OSError, asyncio.IncompleteReadError):
            return


@pytest.fixture
def own_sluice(tmp_path, scripted):
    made = []

    def make(folder=tmp_path, **upstreams):
        sluice = Sluice(folder)
        made.append(sluice)
        sluice.init({"scripted": scripted.url, **upstreams})
        sluice.serve()
        sluice.add_model("aurora", "scripted", "ok")
        return sluice

    yield make
    for sluice in made:
        sluice.stop()


def fill(sluice, entries):
    """Brings the access log to so many entries: requests to an upstream that is not there leave two each."""
    sluice.add_model("nobody", "nowhere", "ok")
    key = sluice.admitted_application("nobody").key
    script = sluice.folder / "fill.lua"
    script.write_text(
        f'wrk.method = "POST"\nwrk.body = \'{json.dumps(chat("nobody"))}\'\n'
        f'wrk.headers["Authorization"] = "Bearer {key}"\n')
    while sluice.log_size("access") < entries:
        subprocess.run(
            ["wrk", "-t2", "-c64", "-d5s", "-s", script, sluice.gateway + "/v1/chat/completions"],
            check=True, capture_output=True)
    print(f"\nfilled to {sluice.log_size('access')} entries")


@pytest.mark.timeout(120 + KILLS * 30 + ENTRIES // 500)
def test_a_killed_process_has_lost_nothing_that_it_had_answered(scripted, own_sluice):
    chance = random.Random(SEED)
    sluice = own_sluice(nowhere=f"http://127.0.0.1:{free_port()}")
    application = sluice.admitted_application("aurora")
    if ENTRIES:
        fill(sluice, ENTRIES)
    restarts, answers, commands, cut_off, lost, forgotten = [], 0, 0, 0, [], []
    for number in range(KILLS):
        access, control = sluice.log_size("access"), sluice.log_size("control")
        load = Load(sluice, application.key)
        asyncio.run(load.run(chance.uniform(0.3, 1.6)))
        started = time.monotonic()
        sluice.serve()
        restarts.append(time.monotonic() - started)
        assert sluice.log_size("access") >= load.largest_head, "a smaller tree was signed"
        admitted = {entry["request"] for entry in sluice.log_entries("access", access)
                    if entry["kind"] == "request.admitted"}
        added = {entry["content"]["name"] for entry in sluice.log_entries("control", control)
                 if entry["kind"] == "application.added"}
        lost += [(number, request) for request in load.answered if request not in admitted]
        forgotten += [(number, name) for name in load.acknowledged if name not in added]
        answers += len(load.answered)
        commands += len(load.acknowledged)
        cut_off += load.cut_off
        assert load.answered and load.acknowledged and load.refused == 0, f"round {number}: there was no load"
        verify(sluice, with_fsck=number == KILLS - 1 and not ENTRIES)
        scripted.reset()
    print(
        f"\n{KILLS} kills (seed {SEED}): {answers} answers, {len(lost)} without an entry, {cut_off} requests cut off; "
        f"{commands} commands, {len(forgotten)} forgotten; {sluice.log_size('access')} access entries; "
        f"ready again after {statistics.median(restarts):.2f} s (median), {max(restarts):.2f} s (longest)")
    assert lost == [] and forgotten == []
    assert max(restarts) < (2 if ENTRIES else 10)
    # And it still works.
    answer = ask(
        sluice.gateway_port, "POST", "/v1/chat/completions", chat("aurora"),
        {"Authorization": f"Bearer {application.key}"})
    assert answer.status == 200


def verify(sluice, with_fsck):
    sluice.verify_logs()
    for log in ("control", "access"):
        if not ENTRIES:
            tlog.verify_folder(sluice.data / "log" / log, (sluice.data / "keys" / f"{log}.vkey").read_text())
        if with_fsck:
            sluice.stop()
            sluice.run("log", "fsck", "--log", log, "--data", sluice.data)
            sluice.serve()


def test_a_stop_by_signal_lets_requests_end_and_loses_nothing(scripted, own_sluice):
    sluice = own_sluice()
    application = sluice.admitted_application("aurora")

    async def run():
        connection = await AsyncConnection.open(sluice.gateway_port)
        connection.writer.write(post(chat("aurora", "script:slow-plain delay=1"), application.key))
        while not scripted.seen("slow-plain"):
            await asyncio.sleep(0.02)
        sluice.process.popen.terminate()
        return await connection.head()

    status, fields = asyncio.run(run())
    assert status == 200 and fields["connection"] == "close"
    assert sluice.stop() == 0
    sluice.serve()
    entries = [entry for entry in sluice.log_entries("access") if entry["request"] == fields["x-request-id"]]
    assert [entry["kind"] for entry in entries] == ["request.admitted", "request.completed"]


# A full disk.

@pytest.fixture
def small_disk(tmp_path):
    if os.geteuid() != 0:
        pytest.skip("a disk of its own takes root to mount")
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill_disk(folder):
    """Takes all space there is but for what one page leaves."""
    filler = folder / "filler"
    with open(filler, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            pass
    assert shutil.disk_usage(folder).free < 4096
    return filler


def test_a_full_disk_serves_nothing_and_heals_by_itself(scripted, own_sluice, small_disk):
    sluice = own_sluice(small_disk)
    application = sluice.admitted_application("aurora")

    def once(path="/v1/chat/completions"):
        return ask(sluice.gateway_port, "POST", path, chat("aurora", max_tokens=5), {"x-api-key": application.key})

    before = [once().headers["x-request-id"] for _ in range(3)]
    filler = fill_disk(small_disk)
    # What fits into the last started block may still be served; then nothing is.
    eventually(lambda: once().status == 503, 20, "a refusal")
    scripted.reset()
    for path in ("/v1/chat/completions", "/v1/messages"):
        answer = once(path)
        assert answer.status == 503
        error = answer.json()["error"]
        assert (error["details"]["error_code"] if "messages" in path else error["code"]) == "audit_unavailable"
        assert answer.headers["retry-after"] == "1"
    assert scripted.seen() == [], "the upstream was called for a request that is not recorded"
    assert sluice.metric("sluice_log_unavailable_total") > 0
    refused = sluice.api.post(
        "/v1/commands", {"command": "application.add", "content": {"name": "no-room"}}, sluice.person_key("alice"))
    assert refused.status == 503 and refused.json()["code"] in ("audit_unavailable", "store_unavailable")
    assert sluice.metric("sluice_gateway_in_flight") == 0
    filler.unlink()
    eventually(lambda: once().status == 200, 10, "healing")
    eventually(lambda: sluice.api.post(
        "/v1/commands", {"command": "application.add", "content": {"name": "room-again"}},
        sluice.person_key("alice")).status == 201, 10, "healing of the control log")
    kept = {entry["request"] for entry in sluice.log_entries("access") if entry["kind"] == "request.admitted"}
    assert set(before) <= kept
    names = [entry["content"].get("name") for entry in sluice.log_entries("control")]
    assert "room-again" in names and "no-room" not in names
    time.sleep(1.2)
    for log in ("control", "access"):
        tlog.verify_folder(sluice.data / "log" / log, (sluice.data / "keys" / f"{log}.vkey").read_text())
    sluice.verify_logs()
    # A full disk is no reason to forget: after a restart all is as it was.
    assert sluice.stop() == 0
    sluice.serve()
    assert once().status == 200
