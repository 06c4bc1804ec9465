"""The programs that make load, and what they say of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from harness import processes
from harness.peers import SUITE
from harness.processes import Server
from harness.scenarios import FOLDER, Scenario

NO_FIGURES = ("requests", "microseconds", "bytes", "p50_us", "p90_us", "p99_us", "max_us", "not_2xx", "socket_errors")


class NoFigures(Exception):
    """A program of load said nothing that can be counted."""


def command(server: Server, scenario: Scenario, seconds: float, body: Path, log: Path) -> list[str]:
    origin = f"{'https' if scenario.stand.tls else 'http'}://127.0.0.1:{server.port}"
    if scenario.program == "wrk":
        return ["wrk", "-t1", f"-c{scenario.connections}", f"-d{seconds:g}s", "--timeout", "30s",
                "-s", str(FOLDER / "request.lua"), origin]
    if scenario.program == "s_time":
        return ["openssl", "s_time", "-connect", f"127.0.0.1:{server.port}", "-new", "-tls1_3", "-ciphersuites", SUITE,
                "-time", f"{seconds:g}"]
    # Its fields are the same in each request, so that all are of one end user.
    fields = {"content-type": "application/json", "accept": "application/json", "x-sluice-account": "user-0001",
              "authorization": f"Bearer {server.key}"}
    return ["h2load", "-t1", f"-c{scenario.connections}", f"-m{scenario.streams}", f"-D{seconds:g}",
            f"--log-file={log}", "-d", str(body), f"--tls13-ciphers={SUITE}",
            *(word for name, value in fields.items() for word in ("-H", f"{name}: {value}")),
            f"{origin}/v1/chat/completions"]


def start(server: Server, scenario: Scenario, seconds: float, body: Path, first_in_line: bool) -> subprocess.Popen[str]:
    """Starts the load of a scenario against a server."""
    def claim() -> None:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(processes.FIFO_PRIORITY))

    log = body.with_suffix(".log")
    log.unlink(missing_ok=True)
    # A body of 100 kB a thousand times would measure wrk's memory.
    environment = {
        **os.environ, "BENCH_BODY": str(body), "BENCH_KEY": server.key,
        "BENCH_USERS": "16" if scenario.kind.is_large else "1000", "BENCH_CLOSES": "1" if scenario.closes else ""}
    return subprocess.Popen(
        command(server, scenario, seconds, body, log), env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=claim if first_in_line else None)


def figures(scenario: Scenario, output: str, body: Path, elapsed: float) -> dict[str, int]:
    """What the program counted in this time; the same names for all programs."""
    if scenario.program == "wrk":
        return wrk_figures(output)
    if scenario.program == "s_time":
        return s_time_figures(output, elapsed)
    log = body.with_suffix(".log")
    return h2load_figures(output, log.read_text() if log.exists() else "")


def wrk_figures(output: str) -> dict[str, int]:
    for line in output.splitlines():
        if line.startswith("FIGURES "):
            return json.loads(line.removeprefix("FIGURES "))
    raise NoFigures(f"wrk gave no figures: {output[-500:]}")


def s_time_figures(output: str, elapsed: float) -> dict[str, int]:
    """Handshakes, and nothing on how long each took: it tells whole seconds only, of all of them."""
    if not (match := re.search(r"^(\d+) connections in \d+ real seconds", output, re.MULTILINE)):
        raise NoFigures(f"openssl s_time gave no figures: {output[-500:]}")
    return {**dict.fromkeys(NO_FIGURES, 0), "requests": int(match.group(1)), "microseconds": round(elapsed * 1e6)}


def h2load_figures(output: str, log: str) -> dict[str, int]:
    """Counts from its summary, times from its log: a line for each answer with start, status and microseconds."""
    def number(pattern: str) -> float:
        if not (match := re.search(pattern, output)):
            raise NoFigures(f"h2load gave no figures: {output[-500:]}")
        return float(match.group(1))

    rows = [line.split("\t") for line in log.splitlines()]
    times = sorted(int(row[2]) for row in rows if row[1] != "-1")
    if not times:
        raise NoFigures("h2load logged no answer")
    rate, succeeded = number(r"finished in .*?, ([\d.]+) req/s"), int(number(r"(\d+) succeeded"))
    return {
        "requests": succeeded,
        "microseconds": round(succeeded / rate * 1e6) if rate else 0,
        "bytes": int(number(r"traffic: \S+ \((\d+)\) total")),
        "p50_us": percentile(times, 50), "p90_us": percentile(times, 90), "p99_us": percentile(times, 99),
        "max_us": times[-1],
        "not_2xx": sum(int(number(rf"(\d+) {kind}xx")) for kind in (3, 4, 5)),
        "socket_errors": int(number(r"(\d+) failed")) + int(number(r"(\d+) timeout")),
    }


def percentile(ordered: list[int], share: int) -> int:
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]
