"""How Sluice is set up and started for a measurement: the only place of the benchmark that knows its commands."""

from __future__ import annotations

import http.client
import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from harness.certificate import Certificate
from harness.processes import Command, Server, SetUpFailed, free_port

ROOT = Path(__file__).resolve().parents[1]
SLUICE = Path(os.environ.get("SLUICE_BIN") or ROOT / ".build" / "release" / "sluice")

# One loop, as the peers have one worker, unless two are asked for. The rest is as it comes: strict wire, metrics, log
# lines, durable access log.
CONFIGURATION = """data: .
gateway: {{host: 127.0.0.1, port: {gateway}, loops: {loops}{tls}}}
control: {{host: 127.0.0.1, port: {control}}}
upstreams:
  bench:
    url: http://127.0.0.1:{upstream}
"""

# Every limit is kept, and none is so small that a measurement reaches it.
LIMITS = [
    "--requests-per-minute", "1000000000", "--tokens-per-minute", "1000000000",
    "--concurrency", "10000", "--maximum-output-tokens", "4096",
]


# Alice writes; the others are the two who have to sign what she wrote.
PEOPLE = ["alice=admin,release_manager,access_reviewer", "bob=approver", "carol=release_manager,operator"]
PROPOSE, APPROVE = ["plan", "propose"], ["plan", "approve"]
PLAN = ROOT / "Benchmarks" / "plans" / "half.yaml"


def prepare_sluice(folder: Path, upstream: int, with_rollout: bool = False, loops: int = 1,
                   certificate: Certificate | None = None) -> Command:
    """Sets up a data folder with one model, one admitted application and its key; `serve` is left to be started.

    With a rollout, the model's next version is on its way out by then, and serves every second end user.
    """
    ports = {"gateway": free_port(), "control": free_port(), "upstream": upstream}
    tls = f", tls: {{certificate-file: {certificate.file}, key-file: {certificate.key}}}" if certificate else ""
    configuration = folder / "sluice.yaml"
    configuration.write_text(CONFIGURATION.format(**ports, loops=loops, tls=tls))
    sluice(["init", "--data", str(folder), *(word for person in PEOPLE for word in ("--person", person))])
    serve = Command([str(SLUICE), "serve", "--config", str(configuration)], ports["gateway"], "",
                    tls=certificate is not None)
    server = Server("sluice-set-up", serve, folder)
    try:
        wait_until_ready(server, ports["control"])
        control = f"http://127.0.0.1:{ports['control']}"
        key = open_door(folder, control)
        if with_rollout:
            start_rollout(folder, control)
    finally:
        server.stop()
    return replace(serve, key=key)


def missing() -> str | None:
    """Why there is no Sluice to measure."""
    if os.access(SLUICE, os.X_OK):
        return None
    return f"{SLUICE} is not there (build it with `swift build -c release --static-swift-stdlib`)"


def caller(folder: Path, control: str) -> Callable[..., str]:
    """How people of this data folder give commands."""
    def by(person: str, *argv: str) -> str:
        return sluice([*argv, "--server", control, "--key-file", str(folder / "keys" / "people" / f"{person}.key")])
    return by


def start_rollout(folder: Path, control: str) -> None:
    """What three people do to let the next version out; returns once every second end user is served by it."""
    by = caller(folder, control)
    by("alice", "version", "add", "bench-model-2", "--model", "bench-model", "--upstream", "bench",
       "--upstream-model", "bench-model-at-upstream")
    rollout = re.search(r"rlt_[0-9A-Za-z]+", by("alice", *PROPOSE, str(PLAN), "--output", "json"))
    if not rollout:
        raise SetUpFailed("no rollout was proposed")

    def position() -> dict:
        return json.loads(by("alice", "release", "status", rollout.group(), "--output", "json"))

    wait_until("the rollout was looked at", lambda: position()["tick"] > 0)
    for person in ("bob", "carol"):
        by(person, *APPROVE, rollout.group())
    by("alice", "release", "start", rollout.group())
    wait_until("the rollout serves", lambda: position()["phase"] == "baking")


def open_door(folder: Path, control: str) -> str:
    """What two people do to let one application in; returns the application's key."""
    by = caller(folder, control)

    def by_two(*argv: str) -> None:
        proposal = re.search(r"prp_[0-9A-Za-z]+", by("alice", *argv))
        if not proposal:
            raise SetUpFailed(f"`sluice {' '.join(argv)}` named no proposal")
        by("bob", "proposal", "approve", proposal.group())

    by("alice", "model", "add", "bench-model", "--display-name", "Bench")
    # Another name at the upstream, so that the model's name has to be replaced in each request.
    by("alice", "version", "add", "bench-model-1", "--model", "bench-model", "--upstream", "bench",
       "--upstream-model", "bench-model-at-upstream")
    by_two("version", "make-current", "bench-model-1")
    by("alice", "application", "add", "bench-app")
    by_two("grant", "propose", "--entitlement", "system_prompt", "--application", "bench-app", "--model", "bench-model",
           "--population", "trusted", *LIMITS)
    key = folder / "bench-app.key"
    by("alice", "key", "issue", "--application", "bench-app", "--out", str(key))
    return key.read_text().strip()


def sluice(argv: list[str]) -> str:
    """One command of Sluice; its standard output, or what it said when it failed."""
    done = subprocess.run([str(SLUICE), *argv], text=True, capture_output=True, timeout=60)
    if done.returncode != 0:
        raise SetUpFailed(f"`sluice {' '.join(argv)}` ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout


def wait_until(what: str, holds: Callable[[], bool], seconds: float = 20) -> None:
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > seconds:
            raise SetUpFailed(f"{what}: not within {seconds} s")
        time.sleep(0.1)


def wait_until_ready(server: Server, control: int) -> None:
    began = time.monotonic()
    while time.monotonic() - began < 20 and server.process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", control, timeout=2)
        try:
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.02)
    raise SetUpFailed(f"sluice was not ready within 20 s; its log ends with:\n{server.tail()}")
