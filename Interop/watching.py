"""What a process takes of the machine, as the kernel tells it."""

import pathlib
import resource


def files(count):
    """Lets this process, and those that it starts, open so many files, or as many as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, count)), hard))


class Memory:
    """The resident memory of a process, now and at its most since `forget`."""

    def __init__(self, process):
        self.folder = pathlib.Path(f"/proc/{process.pid}")

    def _line(self, name):
        for line in (self.folder / "status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) * 1024
        raise LookupError(name)

    def now(self):
        return self._line("VmRSS:")

    def most(self):
        return self._line("VmHWM:")

    def forget(self):
        (self.folder / "clear_refs").write_text("5")
