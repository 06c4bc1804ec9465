"""Two people open a model to whoever asks; one closes it; the levels of release say so, with their dates."""

import re

import pytest

from sluice import CommandFailed
from test_rollout import PEOPLE


@pytest.fixture(scope="module")
def sluice(new_sluice, scripted_process):
    sluice = new_sluice({"scripted": scripted_process.url}, people=PEOPLE)
    sluice.add_model("aurora", "scripted", "aurora-1")
    return sluice


def agreed(sluice, performed):
    sluice.cli("proposal", "approve", performed["proposal"]["id"], as_person="bob")


def shown(sluice):
    finished = sluice.run("version", "show", "aurora-1", "--server", sluice.control,
                          "--key-file", sluice.key_file("alice"))
    return finished.stdout


def asks(sluice, name):
    """An application that asks to be let in, and what came of it."""
    sluice.cli("application", "add", name)
    entry = sluice.cli("application", "enrol", name, "--model", "aurora")["entries"][0]["entry"]
    return entry, sluice.cli("key", "issue", "--application", name)["key"]


def answers(sluice, clients, key):
    client = clients.openai(sluice.gateway, key)
    return client.chat.completions.create(model="aurora", messages=[{"role": "user", "content": "hello"}]).model


def test_who_asks_waits_until_two_people_open_the_model_and_again_when_one_closes_it(sluice, clients):
    first = sluice.add_application("first")
    waiting, _ = asks(sluice, "early")
    assert waiting["kind"] == "application.enrolled"
    grant = sluice.grant(first, "aurora", population="everyone", limits={"requests_per_minute": 600})
    assert "gradual or staged (2 of 6)" in shown(sluice)

    proposed = sluice.cli("enrolment", "open", "aurora", "--like", grant, "--reason", "nothing was seen in four weeks")
    with pytest.raises(CommandFailed):
        sluice.cli("proposal", "approve", proposed["proposal"]["id"])
    assert asks(sluice, "too-early")[0]["kind"] == "application.enrolled"
    agreed(sluice, proposed)
    view = shown(sluice)
    assert "cloud-based or API (4 of 6)" in view or "(4 of 6)" in view
    assert re.search(r"20\d\d-\d\d-\d\d.* to .*enrolment", view), view

    entry, key = asks(sluice, "late")
    assert entry["kind"] == "grant.issued" and entry["content"]["content"]["limits"] == {"requests_per_minute": 600}
    assert answers(sluice, clients, key)
    model = sluice.api.get("/v1/models/aurora", sluice.person_key("alice")).json()
    assert model["enrolment"]["grant"] == grant

    sluice.cli("enrolment", "close", "aurora", "--reason", "too many at once", as_person="carol")
    assert asks(sluice, "last")[0]["kind"] == "application.enrolled"
    assert answers(sluice, clients, key), "who was let in stays in"
    assert "gradual or staged (2 of 6)" in shown(sluice)
    # The log alone gives the same levels again.
    before = sluice.api.get("/v1/versions/aurora-1", sluice.person_key("alice")).json()["levels"]
    assert [change["to"] for change in before] == ["gradual", "api", "gradual"]
    sluice.kill()
    sluice.serve()
    assert sluice.api.get("/v1/versions/aurora-1", sluice.person_key("alice")).json()["levels"] == before
