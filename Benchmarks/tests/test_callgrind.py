import pytest

from harness.callgrind import NoProfile, Place, parse

HEAD = "# callgrind format\nversion: 1\npositions: instr\nevents: Ir\nsummary: 96\n\n"
# Names are given once and then by number; addresses are relative, by decimals, or repeated.
SAMPLE = HEAD + """ob=(1) /tmp/lean/sluice
fl=(1) ???
fn=(1) $s8HTTPWire4scanyyF
0x1000 10
+4 10
* 1
cob=(2) /lib/libc.so.6
cfi=(2) malloc.c
cfn=(2) malloc
calls=3 0x50
* 60
+12 5

ob=(2)
fl=(2)
fn=(2)
0x50 30
-16 30
"""


def test_costs_are_summed_by_function_and_address():
    profile = parse(SAMPLE.splitlines())
    assert profile.names == {"1": "$s8HTTPWire4scanyyF", "2": "malloc"}
    assert profile.cost == {
        Place("1", 0x1000): 10, Place("1", 0x1004): 11, Place("1", 0x1010): 5,
        Place("2", 0x50): 30, Place("2", 0x40): 30}
    assert profile.total == 86


def test_the_cost_of_a_call_is_not_the_callers_own():
    profile = parse(SAMPLE.splitlines())
    assert profile.calls == {(Place("1", 0x1004), "2"): 60}


def test_only_the_programs_addresses_are_looked_up():
    profile = parse(SAMPLE.splitlines())
    assert profile.is_of_program("1") and not profile.is_of_program("2")
    assert profile.addresses_in_program() == {0x1000, 0x1004, 0x1010}


def test_names_may_stand_for_themselves():
    profile = parse((HEAD + "ob=/x/sluice\nfn=main\n0x10 7\ncfn=work\ncalls=1 0x20\n0x14 3\n").splitlines())
    assert profile.cost == {Place("main", 0x10): 7}
    assert profile.calls == {(Place("main", 0x14), "work"): 3}


@pytest.mark.parametrize("text", [
    "", "a text\n", HEAD.replace("positions: instr", "positions: line"), HEAD.replace("events: Ir", "events: Dr")])
def test_what_is_no_such_profile_is_refused(text):
    with pytest.raises(NoProfile):
        parse(text.splitlines())
