"""The harness's own tests: what it makes of what other programs say. They measure nothing and start no server."""

import sys
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(BENCHMARKS))
