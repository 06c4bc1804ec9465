"""Reads what callgrind wrote: which function spent how many instructions, at which addresses, and who called whom.

Callgrind has to have been run with `--dump-instr=yes --dump-line=no`. Addresses and not lines, since Debian's valgrind
cannot read DWARF 5, in which Swift writes where an instruction is from; `sources` asks LLVM instead.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

NAMED = re.compile(r"\((\d+)\)(?: (.*))?$")
POSITION = re.compile(r"[+\-*\d]")


class NoProfile(Exception):
    """A file is not callgrind's, or not whole."""


@dataclass(frozen=True)
class Place:
    """Where instructions were spent: in this function, at this address of its object file."""

    function: str
    address: int


@dataclass
class Profile:
    """A callgrind file. Functions go by callgrind's number of them, since two may have one name."""

    names: dict[str, str] = field(default_factory=dict)
    #: The object file of each function that spent anything.
    objects: dict[str, str] = field(default_factory=dict)
    cost: Counter[Place] = field(default_factory=Counter)
    #: What calls from a place to a function cost, with all that they called.
    calls: Counter[tuple[Place, str]] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return self.cost.total()

    def is_of_program(self, function: str) -> bool:
        """Whether a function is Sluice's own, with all that is linked into it, and not a shared library's."""
        return self.objects.get(function, "").endswith("/sluice")

    def addresses_in_program(self) -> set[int]:
        places = [*self.cost, *(place for place, _ in self.calls)]
        return {place.address for place in places if self.is_of_program(place.function)}


def parse(lines: Iterable[str]) -> Profile:
    """The profile of one callgrind file, names and positions compressed or not, instructions counted first."""
    return Reader().read(lines)


class Reader:
    def __init__(self) -> None:
        self.profile = Profile()
        self.known: dict[str, dict[str, str]] = {"object": {}, "function": {}}
        self.function = self.object = self.called = ""
        self.address = 0
        # A call's cost stands in the line behind it.
        self.awaits_cost_of_call = False

    def read(self, lines: Iterable[str]) -> Profile:
        lines = iter(lines)
        if "callgrind" not in next(lines, ""):
            raise NoProfile("the first line does not say that it is callgrind's")
        head = {"positions": "", "events": ""}
        for line in map(str.rstrip, lines):
            if POSITION.match(line):
                self.spend(line.split())
            elif "=" in line:
                self.name(*line.split("=", 1))
            elif (what := line.split(":")[0]) in head:
                head[what] = line.split(":")[1].strip()
        if head["positions"] != "instr" or not head["events"].startswith("Ir"):
            raise NoProfile(f"it has `{head['events']}` by `{head['positions']}`, not `Ir` by `instr`")
        return self.profile

    def resolve(self, table: str, text: str) -> tuple[str, str]:
        """The key and the name of an object or function; a number stands for a name after it was given once."""
        if not (match := NAMED.match(text)):
            return text, text
        key, name = match.groups()
        if name is not None:
            self.known[table][key] = name
        return key, self.known[table].get(key, key)

    def name(self, what: str, text: str) -> None:
        if what == "ob":
            self.object = self.resolve("object", text)[1]
        elif what == "cob":
            self.resolve("object", text)
        elif what == "fn":
            self.function, name = self.resolve("function", text)
            self.profile.names[self.function] = name
            self.profile.objects[self.function] = self.object
        elif what == "cfn":
            self.called, name = self.resolve("function", text)
            self.profile.names[self.called] = name
        elif what == "calls":
            self.awaits_cost_of_call = True

    def spend(self, fields: list[str]) -> None:
        position, spent = fields[0], int(fields[1]) if len(fields) > 1 else 0
        if position[0] in "+-":
            self.address += int(position)
        elif position != "*":
            self.address = int(position, 0)
        place = Place(self.function, self.address)
        if self.awaits_cost_of_call:
            self.profile.calls[place, self.called] += spent
            self.awaits_cost_of_call = False
        else:
            self.profile.cost[place] += spent
