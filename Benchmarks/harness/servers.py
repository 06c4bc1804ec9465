"""The servers of one run, each in front of an upstream of its kind, and what was measured with them."""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness import processes
from harness.both_ends import BothEnds, NotSeen
from harness.certificate import Certificate, make_certificate
from harness.peers import Front, prepare_upstream
from harness.processes import Command, Server, SetUpFailed
from harness.scenarios import Kind, Scenario, Stand
from harness.targets import Target
from harness.window import BadAnswer, check_answer, measure, settled, until_first_answer

#: What can go wrong with a target without ending the run.
FAULTS = (BadAnswer, NotSeen, SetUpFailed, OSError, subprocess.TimeoutExpired)


@dataclass
class Direct:
    """The upstream in the place of a server, where client and upstream are in one hand."""

    port: int
    name: str = "direct"
    key: str = "-"

    def pids(self) -> list[int]:
        return []


class Servers:
    def __init__(self, options: argparse.Namespace, folder: Path, stack: contextlib.ExitStack, first_in_line: bool,
                 say: Callable[[str], None]) -> None:
        self.options, self.folder, self.stack, self.say = options, folder, stack, say
        self.first_in_line = first_in_line
        self.certificate: Certificate | None = None
        self.upstreams: dict[str, Server] = {}
        self.servers: dict[tuple[str, str], Server] = {}
        self.commands: dict[tuple[str, str], tuple[Command, Stand, Path]] = {}
        self.targets: dict[str, Target] = {}
        self.bodies: dict[str, Path] = {}
        self.starts: dict[str, list[float]] = {}
        self.settled: dict[str, str] = {}
        self.windows: list[dict] = []
        self.cancels: list[dict] = []
        self.paces: list[dict] = []
        self.skipped: dict[str, str] = {}

    def start_all(self, targets: list[Target], scenarios: list[Scenario]) -> None:
        """Starts each target once for each stand of the scenarios that it takes part in."""
        self.targets = {target.name: target for target in targets}
        for scenario in scenarios:
            if scenario.kind.name not in self.bodies:
                body = self.folder / f"{scenario.kind.name}.body"
                body.write_bytes(scenario.kind.body())
                self.bodies[scenario.kind.name] = body
        for stand in dict.fromkeys(scenario.stand for scenario in scenarios):
            self.start_upstream(stand)
            for target in targets:
                if any(target.takes_part(scenario) for scenario in scenarios if scenario.stand == stand):
                    self.start_target(target, stand)

    def start_upstream(self, stand: Stand) -> None:
        if stand.tls and not self.certificate:
            self.certificate = make_certificate(self.folder)
        server = self.upstreams.get(stand.kind.name) or self.upstream_of(stand.kind)
        if not stand.tls:
            self.servers["direct", stand.name] = server

    def upstream_of(self, kind: Kind) -> Server:
        folder = self.folder / f"upstream-{kind.name}"
        folder.mkdir()
        server = Server("direct", prepare_upstream(folder, kind), folder)
        self.stack.callback(server.stop)
        until_first_answer(server, kind, time.monotonic(), limit=20)
        check_answer(server, kind)
        self.upstreams[kind.name] = server
        return server

    def start_target(self, target: Target, stand: Stand) -> None:
        """Starts the target; for plain requests as often as asked, to time it, and the last one stays."""
        folder = self.folder / f"{target.name}-{stand.name}"
        folder.mkdir()
        is_timed = stand.name == "plain"
        front = Front(self.upstreams[stand.kind.name].port, self.certificate if stand.tls else None)
        try:
            command = target.prepare(folder, front)
            for round in range(self.options.starts if is_timed else 1):
                if round > 0:
                    server.stop()
                server, seconds = self.start(target, command, stand, folder)
                if is_timed:
                    self.starts.setdefault(target.name, []).append(seconds * 1000)
            check_answer(server, stand.kind)
            if stand.tls:
                self.settled[target.name] = settled(server, stand.kind)
        except FAULTS as error:
            self.skip(target.name, stand.name, error)
            return
        self.servers[target.name, stand.name] = server
        self.commands[target.name, stand.name] = (command, stand, folder)

    def start(self, target: Target, command: Command, stand: Stand, folder: Path) -> tuple[Server, float]:
        """A server of the target that answers, and after how many seconds it did."""
        started = time.monotonic()
        server = Server(target.name, command, folder)
        self.stack.callback(server.stop)
        return server, until_first_answer(server, stand.kind, started, target.start_seconds)

    def start_anew(self) -> None:
        """Ends each target's server and starts it again, where it was and with what it has.

        How the memory of a process lies makes some percent, and stays as it is for as long as the process lives.
        """
        for place, (command, stand, folder) in list(self.commands.items()):
            self.servers.pop(place).stop()
            try:
                self.servers[place], _ = self.start(self.targets[place[0]], command, stand, folder)
            except FAULTS as error:
                del self.commands[place]
                self.skip(*place, error)

    def skip(self, target: str, where: str, error: Exception) -> None:
        self.skipped[f"{target}, {where}"] = f"it could not be measured: {error}"
        self.say(f"skipped  {target} ({where}): {error}")

    def measure_windows(self, scenarios: list[Scenario]) -> None:
        """Interleaved: each repetition starts each target and visits it once, beginning with another one each time."""
        for repetition in range(self.options.repetitions):
            if repetition > 0:
                self.start_anew()
            for scenario in scenarios:
                names = [name for name, stand in self.servers if stand == scenario.stand.name and (
                    name == "direct" or self.targets[name].takes_part(scenario))]
                turn = repetition % len(names) if names else 0
                for name in names[turn:] + names[:turn]:
                    self.measure_one(repetition, scenario, name)

    def measure_one(self, repetition: int, scenario: Scenario, name: str) -> None:
        found = measure(
            self.servers[name, scenario.stand.name], self.upstreams[scenario.stand.kind.name], scenario,
            self.bodies[scenario.kind.name], self.options.seconds, self.options.warm_up, self.first_in_line)
        self.windows.append({**found, "repetition": repetition})
        fault = "  DOES NOT COUNT: " + "; ".join(found["faults"]) if found["faults"] else ""
        self.say(f"{repetition + 1}/{self.options.repetitions}  {scenario.name:<13} {name:<9} "
                 f"{found['requests_per_second']:>9,.0f}/s  {found['cpu_us_per_request']:>8.1f} µs CPU  "
                 f"p50 {found['p50_us']:>6,} µs  p99 {found['p99_us']:>6,} µs{fault}")

    def with_both_ends(self, targets: list[Target], use: Callable[[BothEnds, Server], object],
                       direct: bool = False) -> None:
        """Each target by itself, in front of an upstream that this program plays while it plays the client too."""
        if direct:
            with BothEnds() as ends:
                use(ends, Direct(ends.port))
        for target in targets:
            folder = self.folder / f"{target.name}-both-ends"
            # A second measurement of this kind finds the first one's folder.
            while folder.exists():
                folder = folder.with_name(folder.name + "-again")
            folder.mkdir()
            try:
                with BothEnds() as ends:
                    server = Server(target.name, target.prepare(folder, Front(ends.port)), folder)
                    try:
                        if self.first_in_line:
                            processes.set_first_in_line(server.pids(), True)
                        use(ends, server)
                    finally:
                        server.stop()
            except FAULTS as error:
                self.skip(target.name, folder.name, error)

    def note_cancel(self, found: dict) -> None:
        self.cancels.append(found)
        latest = max(found["milliseconds"], default=0.0)
        seen = found["times"] - found["unseen"]
        self.say(f"{found['moment']}  {found['target']:<9} {seen} of {found['times']} seen, the latest after "
                 f"{latest:.2f} ms")

    def note_pace(self, found: dict) -> None:
        self.paces.append(found)
        self.say(f"paced-stream  {found['target']:<9} {found['streams']} streams")
