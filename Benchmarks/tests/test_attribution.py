import json
import re
from collections import Counter

import pytest
from conftest import BENCHMARKS

from harness.attribution import UNCLAIMED, Table, attribute
from harness.callgrind import Place, Profile
from harness.sources import files_of_answer
from harness.symbols import demangler, module_of

TABLE = Table.read({
    "means": {"allocating": "^malloc$"},
    "steps": [
        {"name": "codec", "about": "", "files": ["Sources/HTTPWire/"]},
        {"name": "log", "about": "", "files": ["Sources/Store/"], "functions": ["^sqlite3"]}]})
PROGRAM = "/tmp/sluice"


def profile(costs, calls, libraries=()):
    """Costs by function and address, and calls by caller, its address and the called."""
    made = Profile(cost=Counter({Place(*place): cost for place, cost in costs.items()}),
                   calls=Counter({(Place(caller, at), called): cost for (caller, at, called), cost in calls.items()}))
    functions = {place.function for place in made.cost} | {called for _, called in made.calls} | {
        place.function for place, _ in made.calls}
    made.names = {function: function for function in functions}
    made.objects = {function: "/lib/libc.so.6" if function in libraries else PROGRAM for function in functions}
    return made


def test_an_instruction_belongs_to_the_file_that_it_was_written_in():
    # One function holds code of two rooms, since the optimizer moved one into the other.
    found = attribute(profile({("append", 1): 30, ("append", 2): 12}, {}), TABLE, {
        1: ("/r/Sources/Store/Log/Writer.swift",),
        2: ("/r/Sources/HTTPWire/Scanner.swift", "/r/Sources/Store/Log/Writer.swift")})
    assert found.steps == {"log": 30, "codec": 12}


def test_what_no_step_names_belongs_to_the_nearest_that_it_was_inlined_into():
    found = attribute(profile({("f", 1): 5}, {}), TABLE, {
        1: ("/swift/Array.swift", "/r/Sources/HTTPWire/A.swift", "/r/Sources/Store/B.swift")})
    assert found.steps == {"codec": 5}


def test_a_functions_name_counts_where_no_file_does():
    assert attribute(profile({("sqlite3Step", 9): 4}, {}), TABLE, {}).steps == {"log": 4}


def test_the_rest_belongs_to_the_callers_in_proportion():
    found = attribute(profile(
        {("scan", 1): 10, ("write", 2): 10, ("malloc", 7): 400},
        {("scan", 1, "malloc"): 300, ("write", 2, "malloc"): 100}, libraries=("malloc",)), TABLE,
        # The library's own address 7 is none of the program's.
        {1: ("/r/Sources/HTTPWire/A.swift",), 2: ("/r/Sources/Store/B.swift",), 7: ("/r/Sources/Store/C.swift",)})
    assert found.steps == pytest.approx({"codec": 310, "log": 110})
    assert found.means["codec", "allocating"] == pytest.approx(300)
    assert found.functions["log", "malloc"] == pytest.approx(100)


def test_functions_that_call_each_other_belong_to_whoever_called_them():
    found = attribute(profile(
        {("scan", 1): 1, ("ping", 3): 50, ("pong", 4): 49},
        {("scan", 1, "ping"): 99, ("ping", 3, "pong"): 90, ("pong", 4, "ping"): 80, ("ping", 3, "ping"): 5}), TABLE,
        {1: ("/r/Sources/HTTPWire/A.swift",)})
    assert found.steps == pytest.approx({"codec": 100})


def test_what_nobody_claims_is_named_and_nothing_is_lost():
    costs = {("start", 5): 8, ("helper", 6): 2, ("scan", 1): 1}
    found = attribute(profile(costs, {("start", 5, "helper"): 2}), TABLE, {1: ("/r/Sources/HTTPWire/A.swift",)})
    assert found.steps == {"codec": 1, UNCLAIMED: 10}
    assert found.total == sum(costs.values())


def test_the_table_of_steps_names_only_what_is_there():
    document = json.loads((BENCHMARKS / "steps.json").read_text())
    table = Table.read(document)
    assert len({step.name for step in table.steps}) == len(table.steps)
    sources = [path.relative_to(BENCHMARKS.parent).as_posix()
               for path in (BENCHMARKS.parent / "Sources").rglob("*.swift")]
    for row in document["steps"]:
        for pattern in row.get("files", []):
            if not pattern.startswith("checkouts/"):
                assert any(re.search(pattern, source) for source in sources), f"{row['name']}: {pattern} is nowhere"


def test_each_step_of_a_request_has_code():
    table = Table.read(json.loads((BENCHMARKS / "steps.json").read_text()))
    steps = Counter(table.step_of_file(path.as_posix()) for path in (BENCHMARKS.parent / "Sources").rglob("*.swift"))
    for name in ("codec", "scan", "admission", "limits", "log", "metering", "forwarding"):
        assert steps[name] > 0, f"{name} has no file"


def test_llvms_answer_gives_files_from_the_inside_out():
    answer = {"Address": "0x10", "Symbol": [
        {"FileName": "/r/Sources/HTTPWire/A.swift"}, {"FileName": "/<compiler-generated>"}, {"FileName": ""},
        {"FileName": "/r/Sources/Gateway/B.swift"}]}
    assert files_of_answer(json.dumps(answer)) == ("/r/Sources/HTTPWire/A.swift", "/r/Sources/Gateway/B.swift")


def test_symbols_lose_what_callgrind_writes_behind_them():
    readable = demangler(["malloc", "work'2"])
    assert readable("malloc'caller'main") == "malloc"
    assert readable("work'2") == "work"


def test_a_mangled_name_says_its_module():
    assert module_of("$s8HTTPWire12FieldScannerV4scanyyF") == "HTTPWire"
    assert module_of("malloc") is None
