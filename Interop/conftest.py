"""Fixtures: the scripted upstream and the sample model as processes of the session, and logs shown on failure."""

import sys

import anthropic
import openai
import pytest

pytest.register_assert_rewrite("asking", "control", "majors", "tlog")

import majors
from asking import Both
from control import Key
from processes import ROOT, Process, answers, binary, free_port
from sluice import Sluice
from upstreams.client import Scripted
from watching import files


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    report.items_of_conformance = list(item.iter_markers("item"))
    if report.when == "setup":
        for process in Process.running:
            process.new_output()
    if report.failed:
        for process in Process.running:
            if fresh := process.new_output()[-8000:]:
                report.sections.append((f"log of {process.log.stem}", fresh))


def pytest_terminal_summary(terminalreporter):
    """How many items of conformance held, with which SDKs."""
    held = {
        mark.args[0]: True
        for report in terminalreporter.getreports("passed") if report.when == "call"
        for mark in getattr(report, "items_of_conformance", ())}
    asked = getattr(terminalreporter.config, "items_asked", set())
    if asked:
        terminalreporter.write_line(
            f"conformance: {len(held)} of {len(asked)} items with {majors.OPENAI} and {majors.ANTHROPIC}")


def pytest_collection_modifyitems(config, items):
    config.items_asked = {mark.args[0] for test in items for mark in test.iter_markers("item")}


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("interop")


@pytest.fixture(scope="session")
def scripted_process(folder):
    upstream = Scripted(folder)
    yield upstream
    upstream.stop()


@pytest.fixture
def scripted(scripted_process):
    """The scripted upstream with nothing seen yet."""
    scripted_process.reset()
    return scripted_process


@pytest.fixture(scope="session")
def sample_model(folder):
    """The URL of a sample model whose answers are repeatable."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"

    process = Process(
        [binary("SAMPLE_MODEL_BIN", "sample-model"), "serve", "--port", port, "--seed", "1"],
        folder / "sample-model.log")
    process.wait_until(lambda: answers(url + "/healthz"))
    yield url
    assert process.stop() == 0, "the sample model did not end well on SIGTERM"


@pytest.fixture(scope="module")
def crowd_upstream(tmp_path_factory):
    """The URL of an upstream that serves thousands at once, where this process may open as many files."""
    files(20_000)
    upstream = Process(
        [sys.executable, "-m", "crowds.upstream"], tmp_path_factory.mktemp("crowd") / "upstream.log", cwd=ROOT / "Interop")
    port = upstream.wait_until(lambda: upstream.output().strip())
    yield f"http://127.0.0.1:{port}"
    upstream.stop()


@pytest.fixture(scope="module")
def new_sluice(tmp_path_factory):
    """Makes and starts Sluices that live as long as the module's tests."""
    made = []

    def make(upstreams, gateway=None, people=()):
        sluice = Sluice(tmp_path_factory.mktemp("sluice"))
        made.append(sluice)
        sluice.init(upstreams, gateway, people)
        sluice.serve()
        return sluice

    yield make
    for sluice in made:
        sluice.stop()


@pytest.fixture(scope="module")
def sluice(request, new_sluice, scripted_process):
    """The module's Sluice, in front of the scripted upstream, with the model `aurora`.

    A module that has `GATEWAY` or `UPSTREAM_MODEL` sets the gateway up, or calls the model, by it.
    """
    sluice = new_sluice({"scripted": scripted_process.url}, gateway=getattr(request.module, "GATEWAY", None))
    sluice.add_model("aurora", "scripted", getattr(request.module, "UPSTREAM_MODEL", "ok"))
    return sluice


@pytest.fixture(scope="module")
def admitted(sluice):
    """An application that may use `aurora` with every right and without limits."""
    return sluice.admitted_application("aurora", entitlements=["logprobs", "full_sampling", "system_prompt"])


@pytest.fixture(scope="module")
def person_with(sluice):
    """The key of a person with exactly this role, let in by two people."""
    made = {}

    def make(role):
        if role not in made:
            key = Key("slp")
            commitment = sluice.api.post(
                "/v1/person-records", {"name": f"Person {role}", "email": f"{role}@example.org"},
                sluice.person_key("alice")).json()["commitment"]
            sluice.approve(sluice.command("person.add", {
                "commitment": commitment, "roles": [role], "key": key.id, "key_digest": key.digest}))
            made[role] = key.text
        return made[role]
    return make


@pytest.fixture
def clients():
    """Makes SDK clients for a URL; they are closed after the test."""
    opened = []

    class Clients:
        def openai(self, url, key="slk_test", **options):
            client = openai.OpenAI(base_url=url + "/v1", api_key=key, **({"max_retries": 0, "timeout": 20} | options))
            opened.append(client)
            return client

        def anthropic(self, url, key="slk_test", **options):
            client = anthropic.Anthropic(base_url=url, api_key=key, **({"max_retries": 0, "timeout": 20} | options))
            opened.append(client)
            return client

    yield Clients()
    for client in opened:
        client.close()


@pytest.fixture
def both(sluice, clients):
    return Both(sluice, clients)
