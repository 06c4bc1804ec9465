"""Where a run was made: a figure without its machine says nothing."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import time
from pathlib import Path

from harness.processes import machine_cpu_seconds


def first_line(argv: list[str], statuses: tuple[int, ...] = (0,)) -> str:
    """The first line that a program says about itself, on whichever stream, or that it is not there."""
    try:
        done = subprocess.run(argv, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    except OSError:
        return "not installed"
    lines = done.stdout.strip().splitlines()
    return lines[0].strip() if lines and done.returncode in statuses else "unknown"


def file_system(path: Path) -> str:
    """The kind of file system that holds `path`; on tmpfs a durable write costs nothing and a figure flatters."""
    best, kind = "", "unknown"
    for line in Path("/proc/mounts").read_text().splitlines():
        _, place, this, *_ = line.split()
        if (str(path) + "/").startswith(place.rstrip("/") + "/") and len(place) >= len(best):
            best, kind = place, this
    return kind


def busy_cores(seconds: float) -> float:
    """How many cores are at work now, before anything is started here."""
    before, began = machine_cpu_seconds(), time.monotonic()
    time.sleep(seconds)
    return (machine_cpu_seconds() - before) / (time.monotonic() - began)


def sluice_version(repository: Path) -> str:
    return "sluice at " + first_line(["git", "-C", str(repository), "describe", "--always", "--dirty"])


def description(folder: Path, repository: Path) -> dict[str, object]:
    processor = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    return {
        "processor": processor.group(1) if processor else platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(memory.group(1)) / 1024 / 1024, 1) if memory else None,
        "kernel": platform.release(),
        "file_system": file_system(folder),
        "versions": {
            "wrk": first_line(["wrk", "-v"], (0, 1)).split(" Copyright")[0],
            "nginx": first_line(["nginx", "-v"]),
            "haproxy": first_line(["haproxy", "-v"]).split(" - ")[0],
            "h2load": first_line(["h2load", "--version"]),
            "sluice": sluice_version(repository),
        },
    }
