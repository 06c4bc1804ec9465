"""Where a run's data lies: a new folder, on a part of the disk where nothing was deleted lately."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def temporary_folder(within: Path | None, keep: bool = False) -> Iterator[Path]:
    """A folder that is removed in the end."""
    folder = Path(tempfile.mkdtemp(prefix="sluice-bench-", dir=within))
    folder.chmod(0o755)  # nginx's worker, which may be another user, reads and writes below it
    spread(folder)
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def spread(folder: Path) -> None:
    """Lets ext4 lay what is made in the folder all over the disk.

    When ext4 makes a file it passes, one by one, over the inodes near it that were deleted within five minutes. A run
    deletes thousands, and then a quarter of the next one's CPU was ext4's search. Other file systems say no.
    """
    with contextlib.suppress(OSError):
        subprocess.run(["chattr", "+T", str(folder)], capture_output=True, timeout=10)
