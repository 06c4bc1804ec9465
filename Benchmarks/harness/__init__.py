"""The parts of the benchmark; `Benchmarks/run` puts them together. Standard library only."""
