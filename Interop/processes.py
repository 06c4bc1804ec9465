"""Processes that tests start: each has a log file, a way to know that it is ready, and an end by its own id."""

import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent


def binary(variable, name):
    """The program to test: where the environment says, else where `swift build` leaves it."""
    path = pathlib.Path(os.environ.get(variable) or ROOT / ".build" / "debug" / name)
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing: build it with `swift build`, or set {variable}")
    return path


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(condition, seconds=10.0, what="the condition"):
    """The first true value of `condition()`; an AssertionError if none comes in time."""
    deadline = time.monotonic() + seconds
    while True:
        if value := condition():
            return value
        assert time.monotonic() < deadline, f"{what} did not come true within {seconds} s"
        time.sleep(0.02)


def answers(url, context=None):
    """Whether a server answers 200 there; `context` is whom to believe, for https."""
    try:
        with urllib.request.urlopen(url, timeout=2, context=context) as response:
            return response.status == 200
    except OSError:
        return False


class Process:
    """A running program. Standard output and standard error go to `log`, one after the other."""

    running = []

    def __init__(self, arguments, log, cwd=None, environment=None):
        self.arguments = [str(argument) for argument in arguments]
        self.log = pathlib.Path(log)
        self.shown = 0
        with open(self.log, "ab") as sink:
            self.popen = subprocess.Popen(
                self.arguments, stdout=sink, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=cwd,
                env=os.environ | (environment or {}))
        Process.running.append(self)

    @property
    def pid(self):
        return self.popen.pid

    def output(self):
        return self.log.read_text(errors="replace")

    def wait_until(self, ready, seconds=20.0):
        """The first true value of `ready()`. A process that ends first is a failure that shows its log."""
        def check():
            code = self.popen.poll()
            assert code is None, f"{self.arguments[0]} ended with {code}:\n{self.output()}"
            return ready()
        return eventually(check, seconds, f"readiness of {self.arguments[0]}")

    def stop(self, seconds=15.0):
        """SIGTERM, and the exit code; SIGKILL if that is not enough."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(seconds)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        if self in Process.running:
            Process.running.remove(self)
        return self.popen.returncode

    def kill(self):
        """SIGKILL: no chance to write anything."""
        self.popen.kill()
        self.popen.wait()
        if self in Process.running:
            Process.running.remove(self)

    def new_output(self):
        """What was logged since the last call."""
        text = self.output()
        fresh, self.shown = text[self.shown:], len(text)
        return fresh
