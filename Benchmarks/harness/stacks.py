"""Sampled stacks: from what `perf script` says to folded ones, outermost frame first, with how often each was seen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable

# A frame: address, symbol with its offset, and in brackets the object. A symbol may have spaces, and so may a path.
FRAME = re.compile(r"^\s+([0-9a-f]+) (.*?)(?:\+0x[0-9a-f]+)? \(([^()]*(?:\([^()]*\))?[^()]*)\)$")
KERNEL = "[kernel"


def fold(lines: Iterable[str]) -> Counter[tuple[str, ...]]:
    """Samples of `perf script -F comm,ip,sym,dso`: the thread's name, then frames from the innermost out, then a line
    without anything."""
    found: Counter[tuple[str, ...]] = Counter()
    thread, frames = "", []
    for line in [*lines, ""]:
        line = line.rstrip()
        if not line:
            if thread and frames:
                found[thread, *reversed(frames)] += 1
            thread, frames = "", []
        elif frame := FRAME.match(line):
            frames.append(name(frame.group(2), frame.group(3)))
        elif not thread:
            thread = line.strip().rstrip(":")
    return found


def name(symbol: str, where: str) -> str:
    """A frame's name; what is the kernel's ends with `_[k]`, as other tools for folded stacks know it."""
    if where.startswith(KERNEL) or where.endswith(".ko"):
        return f"{symbol}_[k]"
    return symbol if symbol != "[unknown]" else f"[{where.rpartition('/')[2].strip('[]')}]"


def renamed(stacks: Counter[tuple[str, ...]], readable: Callable[[str], str]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for stack, count in stacks.items():
        found[tuple(map(readable, stack))] += count
    return found


def text(stacks: Counter[tuple[str, ...]]) -> str:
    """The common form: frames with semicolons between, and the count behind."""
    return "".join(
        ";".join(frame.replace(";", ":") for frame in stack) + f" {count}\n" for stack, count in sorted(stacks.items()))


def parse_text(lines: Iterable[str]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for line in lines:
        stack, _, count = line.strip().rpartition(" ")
        if stack:
            found[tuple(stack.split(";"))] += int(count)
    return found
