"""What is measured: for each target, how it is started in front of an upstream, or why it cannot be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.peers import (
    BARE_PROXY, ROOT, Front, litellm, prepare_bare_proxy, prepare_haproxy, prepare_litellm, prepare_nginx)
from harness.processes import Command
from harness.scenarios import Scenario
from sluice_under_test import missing as no_sluice
from sluice_under_test import prepare_sluice

__all__ = ["ROOT", "Target", "targets"]


@dataclass(frozen=True)
class Target:
    """A server under test. `prepare` gets a folder of its own, and what it is to stand in front of."""

    name: str
    about: str
    prepare: Callable[[Path, Front], Command]
    missing: Callable[[], str | None]
    #: LiteLLM needs half a minute to start; the others some milliseconds.
    start_seconds: int = 20
    #: The scenarios that it is measured in; all if none is named.
    scenarios: tuple[str, ...] = ()
    speaks_tls: bool = True

    def takes_part(self, scenario: Scenario) -> bool:
        return (not self.scenarios or scenario.name in self.scenarios) and (self.speaks_tls or not scenario.stand.tls)


def program(name: str) -> Callable[[], str | None]:
    return lambda: None if shutil.which(name) else f"`{name}` is not on PATH"


def file(path: Path, how: str) -> Callable[[], str | None]:
    return lambda: None if os.access(path, os.X_OK) else f"{path} is not there ({how})"


def targets() -> list[Target]:
    """All targets in the order of the table; `direct` is the upstream itself."""

    def sluice(loops: int = 1, with_rollout: bool = False) -> Callable[[Path, Front], Command]:
        return lambda folder, front: prepare_sluice(
            folder, front.upstream, with_rollout=with_rollout, loops=loops, certificate=front.certificate)

    return [
        Target("nginx", "one worker, kept-alive upstream, no log", prepare_nginx, program("nginx")),
        Target("haproxy", "one thread, kept-alive upstream, no log", prepare_haproxy, program("haproxy")),
        Target("bare", "the bare ByteBuffer proxy: one event loop, no rules", prepare_bare_proxy,
               file(BARE_PROXY, "build it with `swift build -c release`"), speaks_tls=False),
        Target("sluice", "keys, grants, limits and the durable access log on", sluice(), no_sluice),
        Target("two-loops", "the same on two event loops", sluice(loops=2), no_sluice,
               scenarios=("plain-c32",)),
        Target("rollout", "Sluice, while a rollout has every second end user on the model's next version",
               sluice(with_rollout=True), no_sluice, scenarios=("plain-c32", "stream-c32")),
        Target("litellm", "one worker, master key, no database", prepare_litellm, program(litellm()), 240,
               scenarios=("plain-c32", "stream-c32"), speaks_tls=False),
    ]
