"""Answers that one of several endpoints keeps: whoever asks for one is led to the endpoint that made it.

The endpoints count their answers alike, so that a request that went astray would find another answer, not none.
"""

import openai
import pytest

from majors import code
from upstreams.client import Scripted

NAMES = ["rack-a", "rack-b"]


@pytest.fixture(scope="module")
def servers(folder):
    servers = {name: Scripted(folder, name=f"kept-{name}") for name in NAMES}
    yield servers
    for server in servers.values():
        server.stop()


def pool(servers, names):
    return {"pool": {"endpoints": {name: {"url": servers[name].url} for name in names}}}


@pytest.fixture(scope="module")
def sluice(new_sluice, servers):
    sluice = new_sluice(pool(servers, NAMES), gateway={"loops": 1})
    sluice.add_model("aurora", "pool", "ok")
    return sluice


@pytest.fixture(scope="module")
def key(sluice):
    return sluice.admitted_application("aurora", entitlements=["system_prompt"]).key


@pytest.fixture
def client(sluice, clients, key):
    return clients.openai(sluice.gateway, key)


@pytest.fixture(scope="module")
def made():
    """The identifiers of the answers that the first test makes, by what they answer."""
    return {}


def count(servers):
    return {name: len(server.seen()) for name, server in servers.items()}


def restart(sluice, upstreams):
    assert sluice.stop() == 0
    sluice.configure(upstreams, {"loops": 1})
    sluice.serve()


def answered(client, identifier):
    """What an answer answers, as its endpoint has it."""
    return client.responses.input_items.list(identifier).data[0].content[0].text


def test_each_answer_is_looked_for_where_it_was_made(servers, client, made):
    for number in range(6):
        text = f"question {number}"
        if number % 2:
            made[text] = client.responses.create(model="aurora", input=text).id
        else:
            events = list(client.responses.create(model="aurora", input=text, stream=True))
            made[text] = events[-1].response.id
    assert count(servers) == {"rack-a": 3, "rack-b": 3}, "new answers go round"
    assert len(set(made.values())) == 6
    for _ in range(3):
        assert {answered(client, identifier): identifier for identifier in made.values()} == made
    for identifier in made.values():
        assert client.responses.retrieve(identifier).id == identifier
    assert count(servers) == {"rack-a": 15, "rack-b": 15}


def test_a_conversation_goes_on_where_it_is_kept(servers, client, made):
    for text, first in made.items():
        before = count(servers)
        home = next(name for name in NAMES if any(text in record["body"] for record in servers[name].seen()))
        for number in range(3):
            answer = client.responses.create(model="aurora", input=f"{text}, part {number}", previous_response_id=first)
            assert answer.previous_response_id == first
            assert answered(client, answer.id) == f"{text}, part {number}"
        assert {name: number - before[name] for name, number in count(servers).items()} == {
            name: 6 if name == home else 0 for name in NAMES}


def test_answers_are_found_after_a_restart_and_in_another_order(sluice, servers, client, made):
    restart(sluice, pool(servers, NAMES[::-1]))
    assert {answered(client, identifier): identifier for identifier in made.values()} == made


def test_an_endpoint_that_is_gone_is_as_an_answer_that_never_was(sluice, servers, client, made):
    home = {text: name for text in made for name in NAMES
            if any(f'"{text}"' in record["body"] for record in servers[name].seen())}
    restart(sluice, pool(servers, ["rack-a"]))
    before = count(servers)
    gone = [identifier for text, identifier in made.items() if home[text] == "rack-b"]
    assert len(gone) == 3
    size = sluice.log_size("access")
    for call in (client.responses.retrieve, client.responses.cancel, client.responses.delete,
                 lambda id: client.responses.input_items.list(id)):
        for identifier in gone:
            with pytest.raises(openai.NotFoundError) as error:
                call(identifier)
            assert code(error.value) == "response_not_found"
    with pytest.raises(openai.BadRequestError) as error:
        client.responses.create(model="aurora", input="and then?", previous_response_id=gone[0])
    assert (error.value.code, error.value.param) == ("previous_response_not_found", "previous_response_id")
    assert count(servers) == before, "nobody is asked for what he cannot have"
    assert sluice.log_size("access") == size, "what leads nowhere is no admission"
    for text, identifier in made.items():
        if home[text] == "rack-a":
            assert answered(client, identifier) == text


def test_an_endpoint_that_is_down_keeps_its_answers_to_itself(sluice, servers, client, made):
    restart(sluice, pool(servers, NAMES))
    home = {text: name for text in made for name in NAMES
            if any(f'"{text}"' in record["body"] for record in servers[name].seen())}
    servers["rack-b"].process.kill()
    before = len(servers["rack-a"].seen())
    for text, identifier in made.items():
        if home[text] == "rack-b":
            with pytest.raises(openai.APIStatusError) as error:
                client.responses.retrieve(identifier)
            assert (error.value.status_code, code(error.value)) == (503, "upstream_unavailable")
    assert len(servers["rack-a"].seen()) == before
    assert client.responses.create(model="aurora", input="hello").id, "new answers are made by who is there"
