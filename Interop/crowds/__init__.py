"""Many clients at once on plain sockets, an upstream for them, and honest clients beside: each a process of its own."""

import json
import subprocess
import sys

from processes import ROOT


def begin(module, *arguments, first):
    """Starts one of the crowd's processes; it is given its bytes, and tells what became of it when it ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"crowds.{module}", *map(str, arguments)], cwd=ROOT / "Interop", stdin=subprocess.PIPE,
        stdout=subprocess.PIPE)
    process.stdin.write(first)
    process.stdin.close()
    return process


def told(process):
    with process:
        line = process.stdout.read()
    assert process.returncode == 0
    return json.loads(line)
