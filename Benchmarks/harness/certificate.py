"""The one certificate that all servers of a run show."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness.processes import SetUpFailed


@dataclass(frozen=True)
class Certificate:
    file: Path
    key: Path

    @property
    def both(self) -> Path:
        """Certificate and key in one file, as haproxy reads them."""
        return self.file.with_suffix(".both.pem")


def make_certificate(folder: Path) -> Certificate:
    """A certificate on P-256 for this machine, signed by itself: what most sites show, less its issuers."""
    made = Certificate(folder / "bench.pem", folder / "bench.key")
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", str(made.key), "-out", str(made.file)], capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        raise SetUpFailed(f"openssl made no certificate: {done.stderr.strip()[-300:]}")
    made.key.chmod(0o600)
    made.both.touch(mode=0o600)
    made.both.write_text(made.file.read_text() + made.key.read_text())
    return made
