"""The tutorial's commands do what it says that they do, as they are written."""

import os
import re
import subprocess
import sys

from processes import ROOT, binary, free_port

PAGE = ROOT / "docs" / "tutorial.md"


def blocks():
    """The commands of each block, and what it says that they print, if it says."""
    found = []
    for kind, text in re.findall(r"^```(\w+)\n(.*?)^```$", PAGE.read_text(), re.DOTALL | re.MULTILINE):
        if kind == "sh":
            found.append([text, None])
        elif kind == "text":
            assert found[-1][1] is None, "two outputs for one block"
            found[-1][1] = text
    return found


def programs(folder):
    """A folder in which every program has the name that the tutorial calls it by."""
    folder.mkdir()
    (folder / "sluice").symlink_to(binary("SLUICE_BIN", "sluice").resolve())
    (folder / "sample-model").symlink_to(binary("SAMPLE_MODEL_BIN", "sample-model").resolve())
    python = folder / "python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    return folder


def test_each_block_prints_what_the_page_says(tmp_path):
    found = blocks()
    assert len(found) > 15
    # The page's ports may be taken here.
    ports = {number: str(free_port()) for number in ("7080", "7081", "9100")}
    lines = ["exec 2>&1", "set -eu", "trap 'kill ${SLUICE:-} ${MODEL:-} 2>/dev/null || true' EXIT"]
    for number, (commands, _) in enumerate(found):
        for old, new in ports.items():
            commands = commands.replace(old, new)
        lines.append(commands + f"echo '=== end of block {number}'")
    script = tmp_path / "tutorial.sh"
    script.write_text("\n".join(lines))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SLUICE")} | {
        "PATH": f"{programs(tmp_path / 'bin')}:{os.environ['PATH']}", "SLUICE_HOME": str(ROOT), "HOME": str(tmp_path)}
    finished = subprocess.run(
        ["bash", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100)
    output = finished.stdout + finished.stderr
    assert finished.returncode == 0, output
    parts = re.split(r"^=== end of block \d+\n", output, flags=re.MULTILINE)
    if os.environ.get("SLUICE_SHOW"):
        print("\n".join(f"{commands}\n{printed}" for (commands, _), printed in zip(found, parts)))
    for (commands, expected), printed in zip(found, parts):
        for line in (expected or "").splitlines():
            pattern = r"^" + r".+".join(re.escape(part) for part in line.split("…")) + r"\s*$"
            assert re.search(pattern, printed, re.MULTILINE), f"{commands}\nprinted\n{printed}\nand not\n{line}"


def test_no_link_of_the_tutorial_leads_nowhere():
    for target in re.findall(r"\]\(([^)#:]+)", PAGE.read_text()):
        assert (PAGE.parent / target).exists(), target
