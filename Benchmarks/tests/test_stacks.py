import xml.etree.ElementTree as ElementTree
from collections import Counter

from harness import flame, stacks

SCRIPT = """NIO-ELT-0-#0
\t    55d2 $s8HTTPWire4scanyyF+0x1c (/r/.build/release/sluice)
\t    55d0 $s7Gateway3runyyF+0x40 (/r/.build/release/sluice)
\t    7f10 start_thread+0x2f4 (/usr/lib/x86_64-linux-gnu/libc.so.6)

NIO-ELT-0-#0
\tffffffff8100 do_syscall_64+0x5 ([kernel.kallsyms])
\t    55d0 $s7Gateway3runyyF+0x44 (/r/.build/release/sluice)
\t    7f10 start_thread+0x2f4 (/usr/lib/x86_64-linux-gnu/libc.so.6)

writer
\t    7f99 [unknown] (/usr/lib/x86_64-linux-gnu/libc.so.6)

NIO-ELT-0-#0
\t    55d9 $s8HTTPWire4scanyyF+0x2c (/r/.build/release/sluice)
\t    55d0 $s7Gateway3runyyF+0x40 (/r/.build/release/sluice)
\t    7f10 start_thread+0x2f4 (/usr/lib/x86_64-linux-gnu/libc.so.6)
"""
FOLDED = Counter({
    ("NIO-ELT-0-#0", "start_thread", "$s7Gateway3runyyF", "$s8HTTPWire4scanyyF"): 2,
    ("NIO-ELT-0-#0", "start_thread", "$s7Gateway3runyyF", "do_syscall_64_[k]"): 1,
    ("writer", "[libc.so.6]"): 1})


def test_samples_are_folded_from_the_outside_in():
    assert stacks.fold(SCRIPT.splitlines()) == FOLDED


def test_folded_stacks_are_written_and_read_alike():
    assert stacks.parse_text(stacks.text(FOLDED).splitlines()) == FOLDED


def test_stacks_that_become_one_by_renaming_are_added():
    found = stacks.renamed(FOLDED, lambda name: name if name.startswith(("NIO", "writer")) else "f")
    assert found[("NIO-ELT-0-#0", "f", "f", "f")] == 3


def test_widths_are_shares_and_children_stand_within_their_parent():
    drawn = {bar.frame.name: bar for bar in flame.bars(flame.tree(FOLDED, {}), 1000)}
    assert drawn["all"].width == 1000
    assert drawn["NIO-ELT-0-#0"].width == 750 and drawn["writer"].width == 250
    scan, run = drawn["$s8HTTPWire4scanyyF"], drawn["$s7Gateway3runyyF"]
    assert scan.width == 500 and scan.depth == run.depth + 1
    assert run.left <= scan.left and scan.left + scan.width <= run.left + run.width + 1e-9


def test_what_is_too_narrow_is_not_drawn():
    root = flame.tree(Counter({("wide",): 100_000, ("narrow", "above"): 1}), {})
    assert {bar.frame.name for bar in flame.bars(root, 1000)} == {"all", "wide"}


def test_frames_are_told_apart_by_whose_they_are():
    assert flame.kind_of("anything", "HTTPWire") == "sluice"
    assert flame.kind_of("swift_retain") == "runtime"
    assert flame.kind_of("x", "NIOPosix") == "package"
    assert flame.kind_of("tcp_sendmsg_[k]") == "kernel"


def test_the_picture_is_a_whole_svg_and_holds_every_name_as_text():
    root = flame.tree(Counter({("thread", "Array<Int>.append & more"): 3}), {})
    picture = ElementTree.fromstring(flame.draw(root, "A title", "3 < 4 stacks"))
    texts = ["".join(element.itertext()) for element in picture.iter()]
    assert "Array<Int>.append & more: 100.0%, 3 samples" in texts
    assert len(picture.findall(".//{*}rect")) == 3 + len(flame.KINDS)


def test_a_name_is_cut_where_its_bar_ends():
    assert flame.shortened("a long name of a function", 80) == "a long na…"
    assert flame.shortened("name", 200) == "name"
    assert flame.shortened("name", 10) == ""
