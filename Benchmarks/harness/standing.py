"""One Sluice in front of an upstream, standing while something is counted or sampled."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.peers import prepare_upstream
from harness.place import temporary_folder
from harness.processes import Command, Server
from harness.scenarios import KINDS, Kind
from harness.window import check_answer, until_first_answer
from sluice_under_test import prepare_sluice


@dataclass
class Standing:
    server: Server
    upstream: Server
    kind: Kind
    folder: Path


@contextlib.contextmanager
def standing(kind_name: str, rollout: bool = False, under: Callable[[Command, Path], Command] | None = None,
             place: Path | None = None, limit: float = 120) -> Iterator[Standing]:
    """Starts both and ends them; `under` may change how Sluice is started, as below valgrind."""
    kind = KINDS[kind_name]
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(temporary_folder(place))
        (folder / "upstream").mkdir()
        (folder / "sluice").mkdir()
        upstream = Server("upstream", prepare_upstream(folder / "upstream", kind), folder / "upstream")
        stack.callback(upstream.stop)
        until_first_answer(upstream, kind, time.monotonic(), limit=20)
        command = prepare_sluice(folder / "sluice", upstream.port, with_rollout=rollout)
        command = under(command, folder) if under else command
        server = Server("sluice", command, folder / "sluice")
        stack.callback(server.stop)
        until_first_answer(server, kind, time.monotonic(), limit)
        check_answer(server, kind)
        yield Standing(server, upstream, kind, folder)
