"""What requests cost in instructions, by callgrind, and in calls of the kernel, by strace."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from harness import callgrind, steps_report
from harness.attribution import Table, attribute
from harness.processes import Command, SetUpFailed
from harness.rounds import Rounds
from harness.scenarios import FOLDER
from harness.sources import files_of, symbolizer
from harness.standing import Standing, standing
from harness.symbols import demangler
from sluice_under_test import SLUICE
from sluice_under_test import missing as no_sluice

OUT = "callgrind.out"
# Sluice folds its log every five seconds: what came before is folded before counting begins, and what is counted is
# folded, slowly below valgrind, before it ends.
FOLDED_BEFORE, FOLDED_AFTER = 6, 8
# Calls in `strace -c`: the share, seconds, microseconds each, how many, perhaps failures, and the name.
CALL = re.compile(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s+(?:\d+\s+)?(\w+)$", re.MULTILINE)
PROGRAMS = ("valgrind", "vgdb", "objcopy", "strace", "nginx")


@dataclass(frozen=True)
class Wanted:
    """How many of which requests are counted."""

    kind: str = "plain"
    requests: int = 4000
    warm_up: int = 2000
    connections: int = 32
    rollout: bool = False
    folder: Path | None = None
    #: Where callgrind's own file is kept.
    keep: Path | None = None


def missing() -> str | None:
    """Why nothing can be counted here."""
    if absent := [name for name in PROGRAMS if not shutil.which(name)]:
        return f"not installed: {', '.join(absent)}; on Debian: apt-get install valgrind binutils strace nginx"
    if not symbolizer():
        return "llvm-symbolizer is neither on PATH nor beside swift"
    return no_sluice()


def count(wanted: Wanted, say: Callable[[str], None], calls: bool = True) -> dict:
    """The steps of these requests, to be written as JSON."""
    profile, requests = count_instructions(wanted, say)
    return document(profile, wanted, requests, count_kernel_calls(wanted) if calls else {})


def document(profile: callgrind.Profile, wanted: Wanted, requests: int, calls: dict[str, float]) -> dict:
    table = Table.read(json.loads((FOLDER / "steps.json").read_text()))
    files = files_of(SLUICE, profile.addresses_in_program())
    found = attribute(profile, table, files, demangler(profile.names.values()))
    return {**steps_report.document(found, table, requests, calls),
            "kind": wanted.kind, "connections": wanted.connections, "rollout": wanted.rollout}


def tell(stood: Standing, command: str) -> None:
    """One command to the valgrind that a server runs under."""
    done = subprocess.run(["vgdb", "--wait=10", f"--pid={stood.server.process.pid}", *command.split()],
                          capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise SetUpFailed(f"vgdb did not {command}: {done.stderr.strip()[-300:]}")


def below_valgrind(command: Command, folder: Path) -> Command:
    """The same server below callgrind, which counts nothing until it is told to.

    Valgrind cannot read DWARF 5 and gives up where it meets it, so it gets a copy with nothing but symbols.
    """
    lean = folder / "lean" / "sluice"
    lean.parent.mkdir()
    done = subprocess.run(["objcopy", "--strip-debug", command.argv[0], str(lean)], capture_output=True, text=True)
    if done.returncode != 0:
        raise SetUpFailed(f"objcopy: {done.stderr.strip()[-300:]}")
    return replace(command, argv=[
        "valgrind", "--tool=callgrind", "--instr-atstart=no", "--dump-instr=yes", "--dump-line=no",
        # The one scanner reads requests, answers and entries: its costs are kept apart by who asked.
        "--separate-callers8=$s10StrictJSON*", f"--callgrind-out-file={OUT}", str(lean), *command.argv[1:]])


def count_instructions(wanted: Wanted, say: Callable[[str], None]) -> tuple[callgrind.Profile, int]:
    """Callgrind's profile of so many requests, and how many they were."""
    with standing(wanted.kind, wanted.rollout, below_valgrind, wanted.folder) as stood:
        body = stood.folder / "body"
        body.write_bytes(stood.kind.body())
        say("steps    the server stands below valgrind")
        with Rounds(stood.server, body, wanted.connections) as rounds:
            rounds.run(wanted.warm_up)
            tell(stood, "instrumentation on")
            # The first round with it on finds every function's callers.
            rounds.run(wanted.connections)
            time.sleep(FOLDED_BEFORE)
            tell(stood, "zero")
            began = time.monotonic()
            requests = rounds.run(wanted.requests)
            say(f"steps    {requests} requests counted in {time.monotonic() - began:.1f} s")
            time.sleep(FOLDED_AFTER)
            tell(stood, "dump bench")
        found = sorted((stood.folder / "sluice").glob(OUT + ".*"))
        if not found:
            raise SetUpFailed(f"callgrind left no file; the log ends with:\n{stood.server.tail()}")
        if wanted.keep:
            shutil.copy(found[0], wanted.keep)
        with found[0].open(errors="replace") as lines:
            return callgrind.parse(lines), requests


def count_kernel_calls(wanted: Wanted) -> dict[str, float]:
    """Calls of the kernel for each request, without valgrind."""
    with standing(wanted.kind, wanted.rollout, place=wanted.folder) as stood:
        body, summary = stood.folder / "body", stood.folder / "calls"
        body.write_bytes(stood.kind.body())
        with Rounds(stood.server, body, wanted.connections) as rounds:
            rounds.run(wanted.warm_up)
            watcher = subprocess.Popen(
                ["strace", "-f", "-c", "-o", str(summary), "-p", str(stood.server.process.pid)],
                stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            try:
                # It says one line when it has attached to all threads.
                watcher.stderr.readline()
                requests = rounds.run(wanted.requests)
            finally:
                watcher.terminate()
                watcher.communicate(timeout=20)
        return {name: int(count) / requests for count, name in CALL.findall(summary.read_text()) if name != "total"}
