"""How Sluice is set up and started for a measurement: the only place of the benchmark that knows its commands."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import time
from pathlib import Path

from harness.processes import Command, Server, SetUpFailed, free_port

ROOT = Path(__file__).resolve().parents[1]
SLUICE = Path(os.environ.get("SLUICE_BIN") or ROOT / ".build" / "release" / "sluice")

# One loop, as the peers have one worker. The rest is as it comes: strict wire, metrics, log lines, durable access log.
CONFIGURATION = """data: .
gateway: {{host: 127.0.0.1, port: {gateway}, loops: 1}}
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


def prepare_sluice(folder: Path, upstream: int) -> Command:
    """Sets up a data folder with one model, one admitted application and its key; `serve` is left to be started."""
    ports = {"gateway": free_port(), "control": free_port(), "upstream": upstream}
    configuration = folder / "sluice.yaml"
    configuration.write_text(CONFIGURATION.format(**ports))
    sluice(["init", "--data", str(folder)])
    serve = [str(SLUICE), "serve", "--config", str(configuration)]
    server = Server("sluice-set-up", Command(serve, ports["gateway"], ""), folder)
    try:
        wait_until_ready(server, ports["control"])
        key = open_door(folder, f"http://127.0.0.1:{ports['control']}")
    finally:
        server.stop()
    return Command(serve, ports["gateway"], key)


def open_door(folder: Path, control: str) -> str:
    """What two people do to let one application in; returns the application's key."""

    def by(person: str, *argv: str) -> str:
        return sluice([*argv, "--server", control, "--key-file", str(folder / "keys" / "people" / f"{person}.key")])

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
    by_two("grant", "propose", "--entitlement", "system_prompt", "--application", "bench-app", "--model", "bench-model", *LIMITS)
    key = folder / "bench-app.key"
    by("alice", "key", "issue", "--application", "bench-app", "--out", str(key))
    return key.read_text().strip()


def sluice(argv: list[str]) -> str:
    """One command of Sluice; its standard output, or what it said when it failed."""
    done = subprocess.run([str(SLUICE), *argv], text=True, capture_output=True, timeout=60)
    if done.returncode != 0:
        raise SetUpFailed(f"`sluice {' '.join(argv)}` ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return done.stdout


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
