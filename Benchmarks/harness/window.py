"""One measured window: wrk against one server, what it got, and what the server spent for it."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from harness import processes
from harness.processes import Server

FOLDER = Path(__file__).resolve().parents[1]
STREAM_EVENTS = 54
# Work that nobody here asked for. Below this it may be the kernel's, writing to the disk for the server.
DISTURBED = 0.6
NO_FIGURES = ("requests", "microseconds", "bytes", "p50_us", "p90_us", "p99_us", "max_us", "not_2xx", "socket_errors")


@dataclass(frozen=True)
class Scenario:
    """What is asked, and by how many connections at once."""

    name: str
    title: str
    #: `plain` or `stream`: the request's file and the upstream that answers it.
    kind: str
    connections: int

    @property
    def body(self) -> Path:
        return FOLDER / "requests" / f"{self.kind}.json"

    @property
    def answer(self) -> Path:
        return FOLDER / "answers" / ("chat.json" if self.kind == "plain" else "stream.sse")


SCENARIOS = [
    Scenario("plain-c32", "Plain, 1 KB, 32 connections", "plain", 32),
    Scenario("plain-c1", "Plain, 1 KB, 1 connection", "plain", 1),
    Scenario("stream-c32", "Stream of 54 events, 32 connections", "stream", 32),
]


class BadAnswer(Exception):
    """A server answered, but not with what the upstream said."""


def ask(server: Server, kind: str, timeout: float = 10) -> bytes:
    """One request; returns the body of a 200 and raises for all else."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    try:
        connection.request("POST", "/v1/chat/completions", (FOLDER / "requests" / f"{kind}.json").read_bytes(), {
            "Content-Type": "application/json", "Accept": "application/json",
            "Authorization": f"Bearer {server.key}"})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise BadAnswer(f"{server.name} answered {answer.status}: {body[:300]!r}")
    return body


def check_answer(server: Server, kind: str) -> None:
    """A server that is fast because it drops a part of the answer is not measured."""
    body = ask(server, kind)
    if kind == "plain":
        try:
            completion = json.loads(body)
            complete = completion["choices"][0]["message"]["content"] and completion["usage"]["total_tokens"]
        except (ValueError, LookupError, TypeError):
            complete = False
        if not complete:
            raise BadAnswer(f"{server.name} gave a completion without text or usage: {body[:300]!r}")
        return
    events = [line for line in body.splitlines() if line.startswith(b"data:")]
    # LiteLLM may merge the first and the last piece with their neighbours; text and end mark have to be there.
    if len(events) < STREAM_EVENTS - 4 or events[-1].strip() != b"data: [DONE]":
        raise BadAnswer(f"{server.name} gave {len(events)} events, the last being {events[-1:]!r}")


def until_first_answer(server: Server, kind: str, started: float, limit: float) -> float:
    """Seconds from `started` (a monotonic time) to the end of the first 200."""
    last: Exception | None = None
    while time.monotonic() - started < limit:
        try:
            ask(server, kind)
            return time.monotonic() - started
        except (OSError, http.client.HTTPException, BadAnswer) as error:
            last = error
            time.sleep(0.001)
        if server.process.poll() is not None:
            break
    raise BadAnswer(f"{server.name} gave no 200 within {limit:.0f} s ({last}); its log ends with:\n{server.tail()}")


def wrk(server: Server, scenario: Scenario, seconds: float, first_in_line: bool) -> subprocess.Popen[str]:
    def claim() -> None:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(processes.FIFO_PRIORITY))

    environment = {**os.environ, "BENCH_BODY": str(scenario.body), "BENCH_KEY": server.key}
    return subprocess.Popen(
        ["wrk", "-t1", f"-c{scenario.connections}", f"-d{seconds:g}s", "--timeout", "30s",
         "-s", str(FOLDER / "request.lua"), f"http://127.0.0.1:{server.port}"],
        env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        preexec_fn=claim if first_in_line else None)


def figures(output: str) -> dict[str, int]:
    for line in output.splitlines():
        if line.startswith("FIGURES "):
            return json.loads(line.removeprefix("FIGURES "))
    raise BadAnswer(f"wrk gave no figures: {output[-500:]}")


def measure(
    server: Server, upstream: Server, scenario: Scenario, seconds: float, warm_up: float, first_in_line: bool
) -> dict[str, object]:
    """Warms up, then measures one window. The result says whether it counts, and why not."""
    # Left early, `with` waits for wrk, so that no load outlives its window.
    with wrk(server, scenario, warm_up, False) as load:
        load.communicate()
    pids, upstream_pids = server.pids(), upstream.pids()
    involved = sorted({*pids, *upstream_pids})
    if first_in_line:
        processes.set_first_in_line(involved, True)
    try:
        before, involved_before = processes.cpu_seconds(pids), processes.cpu_seconds(involved)
        machine_before, began = processes.machine_cpu_seconds(), time.monotonic()
        with wrk(server, scenario, seconds, first_in_line) as load:
            # The time that wrk used is known only while it has not been waited for.
            os.waitid(os.P_PID, load.pid, os.WEXITED | os.WNOWAIT)
            elapsed = time.monotonic() - began
            wrk_seconds = processes.cpu_seconds([load.pid])
            spent = processes.cpu_seconds(pids) - before
            involved_spent = processes.cpu_seconds(involved) - involved_before
            machine_spent = processes.machine_cpu_seconds() - machine_before
            output = load.communicate()[0]
    finally:
        if first_in_line:
            processes.set_first_in_line(involved, False)
    faults = []
    try:
        got = figures(output)
    except BadAnswer as error:
        got = dict.fromkeys(NO_FIGURES, 0)
        faults.append(str(error))
    requests = got["requests"]
    if got["not_2xx"]:
        faults.append(f"{got['not_2xx']} answers were not 2xx")
    if got["socket_errors"]:
        faults.append(f"{got['socket_errors']} socket errors")
    if requests < 10:
        faults.append(f"only {requests} requests")
    elif got["bytes"] / requests < 0.9 * scenario.answer.stat().st_size:
        faults.append("answers are shorter than the upstream's")
    other_cores = max(0.0, machine_spent - involved_spent - wrk_seconds) / elapsed
    if other_cores > DISTURBED and not first_in_line:
        faults.append(f"other work took {other_cores:.1f} cores meanwhile")
    if server.pids() != pids:
        faults.append("the server's processes changed")
    return {
        "target": server.name,
        "scenario": scenario.name,
        "faults": faults,
        "requests": requests,
        "requests_per_second": requests / max(got["microseconds"], 1) * 1e6,
        "cpu_us_per_request": spent * 1e6 / max(requests, 1),
        "p50_us": got["p50_us"],
        "p90_us": got["p90_us"],
        "p99_us": got["p99_us"],
        "max_us": got["max_us"],
        "bytes_per_request": got["bytes"] / max(requests, 1),
        "server_cores": spent / elapsed,
        "other_cores": other_cores,
        "rss_mb": processes.resident_megabytes(pids),
    }
