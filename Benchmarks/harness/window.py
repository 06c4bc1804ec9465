"""One measured window: load against one server, what it got, and what the server spent for it."""

from __future__ import annotations

import http.client
import json
import os
import socket
import ssl
import time
from pathlib import Path

from harness import load, processes
from harness.processes import Server
from harness.scenarios import Kind, Scenario

STREAM_EVENTS = 54
# Work that nobody here asked for. Below this it may be the kernel's, writing to the disk for the server.
DISTURBED = 0.6


class BadAnswer(Exception):
    """A server answered, but not with what the upstream said."""


def client_context() -> ssl.SSLContext:
    """A client's, which trusts anybody: the certificate is this run's own, and who shows it is no question here."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def connect(server: Server, timeout: float) -> http.client.HTTPConnection:
    if not server.tls:
        return http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
    return http.client.HTTPSConnection("127.0.0.1", server.port, timeout=timeout, context=client_context())


def ask(server: Server, kind: Kind, timeout: float = 10) -> bytes:
    """One request; returns the body of a 200 and raises for all else."""
    connection = connect(server, timeout)
    try:
        connection.request("POST", "/v1/chat/completions", kind.body(), {
            "Content-Type": "application/json", "Accept": "application/json",
            "Authorization": f"Bearer {server.key}"})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200:
        raise BadAnswer(f"{server.name} answered {answer.status}: {body[:300]!r}")
    return body


def settled(server: Server, kind: Kind) -> str:
    """What a client and this server settle on, and whether a second handshake is shorter: peers are to be alike."""
    context = client_context()
    session = None
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain, \
                context.wrap_socket(plain, session=session) as tls:
            # A session's ticket comes with the first answer.
            tls.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                        b"Authorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                        % (server.key.encode(), len(kind.body()), kind.body()))
            tls.recv(65536)
            session = tls.session
            name, version, _ = tls.cipher()
            found = f"{version} {name}, {'resumed' if tls.session_reused else 'never resumed'}"
    return found


def check_answer(server: Server, kind: Kind) -> None:
    """A server that is fast because it drops a part of the answer is not measured."""
    body = ask(server, kind)
    if not kind.streams:
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


def until_first_answer(server: Server, kind: Kind, started: float, limit: float) -> float:
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


def measure(
    server: Server, upstream: Server, scenario: Scenario, body: Path, seconds: float, warm_up: float,
    first_in_line: bool
) -> dict[str, object]:
    """Warms up, then measures one window. The result says whether it counts, and why not."""
    # Left early, `with` waits for the load, so that none outlives its window.
    with load.start(server, scenario, warm_up, body, False) as warming:
        warming.communicate()
    pids, upstream_pids = server.pids(), upstream.pids()
    involved = sorted({*pids, *upstream_pids})
    if first_in_line:
        processes.set_first_in_line(involved, True)
    try:
        before, involved_before = processes.cpu_seconds(pids), processes.cpu_seconds(involved)
        threads_before = processes.thread_seconds(pids)
        machine_before, began = processes.machine_cpu_seconds(), time.monotonic()
        with load.start(server, scenario, seconds, body, first_in_line) as program:
            # The time that the program used is known only while it has not been waited for.
            os.waitid(os.P_PID, program.pid, os.WEXITED | os.WNOWAIT)
            elapsed = time.monotonic() - began
            load_seconds = processes.cpu_seconds([program.pid])
            spent = processes.cpu_seconds(pids) - before
            involved_spent = processes.cpu_seconds(involved) - involved_before
            machine_spent = processes.machine_cpu_seconds() - machine_before
            threads = processes.thread_seconds(pids)
            output = program.communicate()[0]
    finally:
        if first_in_line:
            processes.set_first_in_line(involved, False)
    faults = []
    try:
        got = load.figures(scenario, output, body, elapsed)
    except load.NoFigures as error:
        got = dict.fromkeys(load.NO_FIGURES, 0)
        faults.append(str(error))
    requests = got["requests"]
    if got["not_2xx"]:
        faults.append(f"{got['not_2xx']} answers were not 2xx")
    if got["socket_errors"]:
        faults.append(f"{got['socket_errors']} socket errors")
    if requests < 10:
        faults.append(f"only {requests} requests")
    elif scenario.program != "s_time" and got["bytes"] / requests < 0.9 * scenario.kind.answer.stat().st_size:
        faults.append("answers are shorter than the upstream's")
    other_cores = max(0.0, machine_spent - involved_spent - load_seconds) / elapsed
    if other_cores > DISTURBED and not first_in_line:
        faults.append(f"other work took {other_cores:.1f} cores meanwhile")
    if server.pids() != pids:
        faults.append("the server's processes changed")
    busiest = max((seconds - threads_before.get(thread, 0.0) for thread, seconds in threads.items()), default=0.0)
    return {
        "target": server.name,
        "scenario": scenario.name,
        "faults": faults,
        "requests": requests,
        "requests_per_second": requests / max(got["microseconds"], 1) * 1e6,
        "cpu_us_per_request": spent * 1e6 / max(requests, 1),
        "requests_per_busiest_second": requests / busiest if busiest else 0.0,
        "p50_us": got["p50_us"],
        "p90_us": got["p90_us"],
        "p99_us": got["p99_us"],
        "max_us": got["max_us"],
        "bytes_per_request": got["bytes"] / max(requests, 1),
        "server_cores": spent / elapsed,
        "load_cores": load_seconds / elapsed,
        "other_cores": other_cores,
        "rss_mb": processes.resident_megabytes(pids),
    }
