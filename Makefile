# What people need is two commands: `make run` and `make test`. The rest is for who changes the code.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup venv build run test test-swift interop real endurance slow-clients idle-streams floods soak proofs \
	canaries fuzz framing timing bench lint format clean

SWIFT ?= swift
# Interop finds the binaries here; `make test` builds once, for debugging.
BIN := $(CURDIR)/.build/debug
# What is run and measured is what is deployed: optimized, with the standard library inside.
RELEASE := -c release --static-swift-stdlib

help:  ## Say what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## */  make \1|/' | column -t -s '|'

setup:  ## Install what a fresh Debian machine with Swift lacks
	@Examples/set-up

venv: setup
	@test -x .venv/bin/pytest || python3 -m venv .venv
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check -r Interop/requirements.txt
	@test -x .venv-previous/bin/pytest || python3 -m venv .venv-previous
	@.venv-previous/bin/python -m pip install --quiet --disable-pip-version-check -r Interop/requirements-previous.txt

run: setup  ## Build, start a sample model behind Sluice, and print commands to paste
	$(SWIFT) build $(RELEASE) --product sluice
	$(SWIFT) build $(RELEASE) --product sample-model
	@BIN=.build/release Examples/run

test: venv  ## Build once and run everything: Swift tests, then real clients
	$(SWIFT) build --build-tests
	@$(MAKE) --no-print-directory test-swift interop

test-swift:  ## Run the Swift tests
	$(SWIFT) test --skip-build 2>&1 | tee .build/swift-tests.log | grep -vE '^(◇|✔|.*(started|passed after))' || true
	@Examples/swift-totals .build/swift-tests.log

interop: venv  ## Run the real SDKs and the durability rounds against a running Sluice
	.venv/bin/python -m pytest Benchmarks/tests -q -p no:cacheprovider
	SLUICE_BIN=$(BIN)/sluice SAMPLE_MODEL_BIN=$(BIN)/sample-model .venv/bin/python -m pytest Interop -q
	SLUICE_BIN=$(BIN)/sluice SAMPLE_MODEL_BIN=$(BIN)/sample-model .venv-previous/bin/python -m pytest -q \
		Interop/test_conformance.py Interop/test_conformance_anthropic.py
	@! test -f .build/swift-tests.log || Examples/swift-totals .build/swift-tests.log

real: venv  ## Install a real inference server and ask it through Sluice, with a model made on the spot
	@test -x .venv-real/bin/python || python3 -m venv .venv-real
	@.venv-real/bin/python -m pip install --quiet --disable-pip-version-check -r Interop/real/requirements.txt
	$(SWIFT) build --product sluice
	SLUICE_BIN=$(BIN)/sluice SLUICE_REAL_PYTHON=$(CURDIR)/.venv-real/bin/python .venv/bin/python -m pytest \
		Interop/test_real_server.py -m real -q

endurance: venv  ## Kill a release build 200 times under load, with a million entries in the log
	@command -v wrk >/dev/null || { echo "endurance fills the log with wrk: apt-get install wrk" >&2; exit 1; }
	$(SWIFT) build $(RELEASE) --product sluice
	$(SWIFT) build $(RELEASE) --product sample-model
	SLUICE_KILLS=200 SLUICE_ENTRIES=1000000 SLUICE_BIN=$(CURDIR)/.build/release/sluice SAMPLE_MODEL_BIN=$(CURDIR)/.build/release/sample-model \
		.venv/bin/python -m pytest Interop/test_durability.py -q -s

slow-clients: venv  ## Hold 3,000 slow heads, 3,000 slow bodies and 3,000 slow readers against a release build, at once
	$(SWIFT) build $(RELEASE) --product sluice
	SLUICE_SLOW_CLIENTS=3000 SLUICE_BIN=$(CURDIR)/.build/release/sluice .venv/bin/python -m pytest Interop/test_slow_clients.py -q -s

idle-streams: venv  ## Hold 10,000 open streams on which nothing moves in a release build, and look at its memory
	$(SWIFT) build $(RELEASE) --product sluice
	SLUICE_IDLE_STREAMS=10000 SLUICE_BIN=$(CURDIR)/.build/release/sluice .venv/bin/python -m pytest Interop/test_idle_streams.py -q -s

floods: venv  ## Make each flood of HTTP/2 for five seconds, and watch how long an honest client waits beside it
	$(SWIFT) build $(RELEASE) --product sluice
	SLUICE_FLOODS=5 SLUICE_BIN=$(CURDIR)/.build/release/sluice .venv/bin/python -m pytest Interop/test_floods.py -q -s -k honest

SOAK_SECONDS ?= 1800
soak: venv  ## Keep a release build under half its load for SOAK_SECONDS (1800): its memory does not grow
	@command -v wrk >/dev/null || { echo "the load comes from wrk: apt-get install wrk" >&2; exit 1; }
	$(SWIFT) build $(RELEASE) --product sluice
	SLUICE_SOAK=$(SOAK_SECONDS) SLUICE_BIN=$(CURDIR)/.build/release/sluice .venv/bin/python -m pytest Interop/test_soak.py -q -s

proofs: venv  ## Show at full length what a release promises: 2,000 simulated, an end at each write, 100 drills
	$(SWIFT) build --build-tests
	$(SWIFT) build $(RELEASE) --product sluice
	@rm -f .build/proofs.txt
	SLUICE_PROOFS=$(CURDIR)/.build/proofs.txt $(SWIFT) test --skip-build --filter CrashTests
	SLUICE_PROOFS=$(CURDIR)/.build/proofs.txt $(SWIFT) test --skip-build --filter 'ConductorTests|CollusionTests' --skip CrashTests
	SLUICE_DRILLS=100 SLUICE_BIN=$(CURDIR)/.build/release/sluice SAMPLE_MODEL_BIN=$(BIN)/sample-model \
		.venv/bin/python -m pytest Interop/test_drills.py -q -s
	@cat .build/proofs.txt

canaries:  ## Send a million marked requests over an upstream that misbehaves: nobody may see another's mark
	$(SWIFT) build --build-tests
	@rm -f .build/canaries.txt
	SLUICE_CANARIES=1000000 SLUICE_PROOFS=$(CURDIR)/.build/canaries.txt $(SWIFT) test --skip-build --filter CanaryTests
	@cat .build/canaries.txt

FUZZ_SECONDS ?= 60
fuzz:  ## Let libFuzzer look for contradictions in the readers of the wire: FUZZ_SECONDS for each of seven (60)
	$(SWIFT) build --build-tests
	SLUICE_FUZZ_SEEDS=$(CURDIR)/.build/fuzzing/seeds $(SWIFT) test --skip-build --filter '\.OracleTests/'
	Fuzzing/run $(FUZZ_SECONDS)

framing: venv  ## Send a million requests with faults in them, and let nginx, haproxy, node and h11 read what goes through
	$(SWIFT) build $(RELEASE) --product sluice
	SLUICE_FRAMING=1000000 SLUICE_BIN=$(CURDIR)/.build/release/sluice .venv/bin/python -m pytest Interop/test_differential.py -q -s

timing:  ## Measure whether the time of a refusal tells an unknown key from a wrong or a revoked one
	$(SWIFT) build $(RELEASE) --product KeyTiming
	.build/release/KeyTiming

bench:  ## Measure against nginx, haproxy and a bare proxy in the same run, and count a request's instructions
	$(SWIFT) build $(RELEASE) --product sluice
	$(SWIFT) build $(RELEASE) --product BareProxy
	Benchmarks/run

lint:  ## Check the format
	$(SWIFT) format lint --strict -r Package.swift Sources Tests Benchmarks Fuzzing/Package.swift Fuzzing/Sources/fuzz

format:  ## Put the code into the house's format
	$(SWIFT) format -i -r Package.swift Sources Tests Benchmarks Fuzzing/Package.swift Fuzzing/Sources/fuzz

clean:  ## Remove what was built
	rm -rf .build .venv .venv-previous .venv-real
