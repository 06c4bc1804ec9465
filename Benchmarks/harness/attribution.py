"""From a profile to steps of a request, by a table of source files and function names.

The optimizer moves code into its callers. So an instruction belongs to the step of the file that it was written in; if
no step names that file, to the step of the nearest file that it was inlined into; if none is named, to the step of its
function's name; if no step names that either, as for the allocator or the runtime's counting of references, to the
steps of its callers, in proportion to what the calls cost. What no step claims in the end is named as such.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from harness.callgrind import Place, Profile

UNCLAIMED = "unclaimed"
# Shares settle quickly: cycles among functions of no step are few and short.
ROUNDS = 60


@dataclass(frozen=True)
class Step:
    """What a step is called and what belongs to it: regular expressions for files and for functions."""

    name: str
    about: str
    files: tuple[re.Pattern[str], ...]
    functions: tuple[re.Pattern[str], ...]


@dataclass
class Table:
    """The steps in order, and the means: what costs of any step are spent on, such as allocation."""

    steps: list[Step]
    means: dict[str, re.Pattern[str]]

    @classmethod
    def read(cls, document: dict) -> Table:
        def compiled(patterns: list[str]) -> tuple[re.Pattern[str], ...]:
            return tuple(re.compile(pattern) for pattern in patterns)

        return cls(
            [Step(row["name"], row["about"], compiled(row.get("files", [])), compiled(row.get("functions", [])))
             for row in document["steps"]],
            {name: re.compile(pattern) for name, pattern in document["means"].items()})

    def step_of_file(self, file: str) -> str | None:
        return next((step.name for step in self.steps if any(p.search(file) for p in step.files)), None)

    def step_of_function(self, name: str) -> str | None:
        return next((step.name for step in self.steps if any(p.search(name) for p in step.functions)), None)

    def means_of(self, name: str) -> str | None:
        return next((means for means, pattern in self.means.items() if pattern.search(name)), None)


@dataclass
class Attribution:
    """Instructions by step; by step and means; and by step and function, for those who look for the largest."""

    steps: Counter[str]
    means: Counter[tuple[str, str]]
    functions: Counter[tuple[str, str]]

    @property
    def total(self) -> float:
        return sum(self.steps.values())


Shares = dict[str, float]
Files = dict[int, tuple[str, ...]]


def attribute(profile: Profile, table: Table, files: Files, readable: Callable[[str], str] = str) -> Attribution:
    """Each instruction of the profile to a step; `readable` makes a function's name out of its symbol.

    `files` has the addresses of the program itself and none of its libraries.
    """
    owners = Owners(profile, table, files, readable)
    found = Attribution(Counter(), Counter(), Counter())
    for place, spent in profile.cost.items():
        name = owners.names[place.function]
        means = table.means_of(name)
        for step, share in owners.of_place(place).items():
            found.steps[step] += spent * share
            found.functions[step, name] += spent * share
            if means:
                found.means[step, means] += spent * share
    return found


class Owners:
    """To which steps a function's instructions belong."""

    def __init__(self, profile: Profile, table: Table, files: Files, readable: Callable[[str], str]) -> None:
        self.names = {function: readable(name) for function, name in profile.names.items()}
        self.of_file = {file: table.step_of_file(file) for inlined in files.values() for file in inlined}
        self.of_address = {
            address: next((step for file in inlined if (step := self.of_file[file])), None)
            for address, inlined in files.items()}
        self.profile = profile
        self.shares: dict[str, Shares] = {}
        undecided = []
        for function, name in self.names.items():
            if own := table.step_of_function(name):
                self.shares[function] = {own: 1.0}
            else:
                undecided.append(function)
        self.settle(undecided)

    def of_place(self, place: Place) -> Shares:
        own = self.of_address.get(place.address) if self.profile.is_of_program(place.function) else None
        return {own: 1.0} if own else self.shares[place.function]

    def settle(self, undecided: list[str]) -> None:
        """Shares of those who belong to their callers; callers may be undecided too, and call each other."""
        callers: dict[str, list[tuple[Place, float]]] = defaultdict(list)
        for (place, called), spent in self.profile.calls.items():
            if place.function != called:
                # A call that cost nothing is still a call.
                callers[called].append((place, max(spent, 1e-6)))
        self.shares |= {function: {} for function in undecided}
        for _ in range(ROUNDS):
            for function in undecided:
                mixed: Counter[str] = Counter()
                for place, weight in callers[function]:
                    for step, share in self.of_place(place).items():
                        mixed[step] += weight * share
                known = sum(mixed.values())
                self.shares[function] = {step: share / known for step, share in mixed.items()} if known else {}
        for function in undecided:
            if not self.shares[function]:
                self.shares[function] = {UNCLAIMED: 1.0}
