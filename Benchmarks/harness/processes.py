"""Processes that this run starts, what they use, and how they end: by their own id and no other way."""

from __future__ import annotations

import os
import socket
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
FIFO_PRIORITY = 10


class SetUpFailed(Exception):
    """A target could not be brought to where it can be started."""


@dataclass
class Command:
    """How a server is started: everything that has to happen before has happened."""

    argv: list[str]
    port: int
    key: str
    environment: dict[str, str] = field(default_factory=dict)
    tls: bool = False


class Server:
    """A running server with its log, ended by `stop`."""

    def __init__(self, name: str, command: Command, folder: Path) -> None:
        self.name, self.port, self.key, self.tls = name, command.port, command.key, command.tls
        self.log = folder / f"{name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command.argv, cwd=folder, env={**os.environ, **command.environment},
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def pids(self) -> list[int]:
        return family(self.process.pid)

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-2000:]

    def stop(self) -> None:
        """Ends the server and waits for it; what it leaves behind of its own children is ended too."""
        if self.process.returncode is not None:
            return  # its id may be another's by now
        pids = self.pids()
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pid in pids[1:]:
            # Only a child that is still the one that we knew: its parent is gone, so it belongs to init.
            if parent(pid) == 1:
                os.kill(pid, 9)


def family(pid: int) -> list[int]:
    """The process and all that descend from it; empty when it has ended."""
    found = [pid] if Path(f"/proc/{pid}").exists() else []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                found += family(int(child))
    except OSError:
        pass
    return found


def stat_fields(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third (the state) on; the second may hold spaces and brackets."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def parent(pid: int) -> int | None:
    try:
        return int(stat_fields(pid)[1])
    except OSError:
        return None


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of all threads of these processes."""
    total = 0
    for pid in pids:
        try:
            fields = stat_fields(pid)
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS_PER_SECOND


def thread_seconds(pids: list[int]) -> dict[tuple[int, int], float]:
    """How long each thread of these processes was on a core, to the nanosecond."""
    found = {}
    for pid in pids:
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                on_core = Path(f"/proc/{pid}/task/{task}/schedstat").read_text().split()[0]
                found[pid, int(task)] = int(on_core) / 1e9
        except OSError:
            continue
    return found


def machine_cpu_seconds() -> float:
    """What the whole machine has worked since it started (neither idle nor waiting for a disk)."""
    fields = [int(x) for x in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS_PER_SECOND


def resident_megabytes(pids: list[int]) -> float:
    """Resident memory, summed; pages that forked workers share are counted once for each."""
    total = 0
    for pid in pids:
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Rss:"))
    return total / 1024


def set_first_in_line(pids: list[int], on: bool) -> None:
    """Lets these processes run before ordinary ones, so that other work on the machine does not count."""
    policy, priority = (os.SCHED_FIFO, FIFO_PRIORITY) if on else (os.SCHED_OTHER, 0)
    for pid in pids:
        try:
            for task in os.listdir(f"/proc/{pid}/task"):
                os.sched_setscheduler(int(task), policy, os.sched_param(priority))
        except OSError:
            continue


def free_port() -> int:
    """A port that nobody listens on now. Another process may take it first; then the start fails and says so."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
