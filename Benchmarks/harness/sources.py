"""From addresses of a program to the files that its instructions were written in, by LLVM's symbolizer."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from harness.processes import SetUpFailed


def symbolizer() -> str | None:
    """LLVM's, which comes with Swift; Debian's has a version in its name."""
    beside_swift = Path(shutil.which("swift") or "/").resolve().parent / "llvm-symbolizer"
    return shutil.which("llvm-symbolizer") or (str(beside_swift) if beside_swift.exists() else None)


def files_of(program: Path, addresses: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """For each address the file of its instruction, then the files of the functions that it was inlined into."""
    asked = sorted(set(addresses))
    if not (found := symbolizer()):
        raise SetUpFailed("llvm-symbolizer is neither on PATH nor beside swift")
    done = subprocess.run(
        [found, f"--obj={program}", "--inlines", "--output-style=JSON"], text=True, capture_output=True, timeout=300,
        input="".join(f"{address:#x}\n" for address in asked))
    if done.returncode != 0:
        raise SetUpFailed(f"llvm-symbolizer: {done.stderr.strip()[-300:]}")
    return dict(zip(asked, map(files_of_answer, done.stdout.splitlines()), strict=True))


def files_of_answer(line: str) -> tuple[str, ...]:
    files = (frame.get("FileName", "") for frame in json.loads(line).get("Symbol", []))
    # What the compiler made itself, such as a copy of a value, belongs to whoever it was inlined into.
    return tuple(file for file in files if file and "<compiler-generated>" not in file)
