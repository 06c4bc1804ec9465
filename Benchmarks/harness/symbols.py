"""Names of functions as their authors wrote them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable

MANGLED = re.compile(r"^_?\$[sS]")
MODULE = re.compile(r"^_?\$[sS](\d+)")
# The callers that callgrind keeps a function's costs apart by, and a recursion's level: they stand behind its name.
BEHIND = re.compile(r"'.*$")


def demangler(names: Iterable[str]) -> Callable[[str], str]:
    """Asks `swift demangle` for all of these at once. Without Swift, names stay as they are."""
    asked = sorted({BEHIND.sub("", name) for name in names if MANGLED.match(name)})
    program = shutil.which("swift")
    known: dict[str, str] = {}
    if asked and program:
        done = subprocess.run([program, "demangle", "--compact", "--simplified"], input="\n".join(asked) + "\n",
                              text=True, capture_output=True, timeout=120)
        told = done.stdout.splitlines()
        if done.returncode == 0 and len(told) == len(asked):
            known = dict(zip(asked, told))

    def readable(name: str) -> str:
        plain = BEHIND.sub("", name)
        return known.get(plain, plain)

    return readable


def module_of(symbol: str) -> str | None:
    """The module in a mangled name: Swift writes it first, behind its length."""
    if not (match := MODULE.match(symbol)):
        return None
    length = int(match.group(1))
    return symbol[match.end():match.end() + length]
