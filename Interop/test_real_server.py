"""A real inference server behind Sluice: mlx_lm's, with a model that is made on the spot. `make real` installs it.

The server speaks HTTP/1.0 and ends its bodies by closing, sends usage only in a last chunk, and knows its own names of
models only: what no server of ours does.
"""

import os
import subprocess

import openai
import pytest

from asking import HELLO
from processes import ROOT, Process, answers, eventually, free_port

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """The URL of the server, and the folder of its model, which is the model's name there."""
    python = os.environ["SLUICE_REAL_PYTHON"]
    folder = tmp_path_factory.mktemp("real")
    model = folder / "tiny"
    subprocess.run([python, ROOT / "Interop" / "real" / "tiny_model.py", model], check=True, timeout=120)
    port = free_port()
    url = f"http://127.0.0.1:{port}"

    process = Process(
        [python, "-m", "mlx_lm", "server", "--model", model, "--port", port], folder / "mlx_lm.log")
    process.wait_until(lambda: answers(url + "/health"), 60)
    yield url, str(model)
    process.stop()


@pytest.fixture(scope="module")
def sluice(new_sluice, server):
    url, model = server
    sluice = new_sluice({"real": url})
    sluice.add_model("aurora", "real", model)
    return sluice


@pytest.fixture
def client(sluice, admitted, clients):
    return clients.openai(sluice.gateway, admitted.key, timeout=60)


def test_it_answers_and_is_metered(sluice, client):
    answer = client.chat.completions.create(model="aurora", messages=HELLO, max_tokens=7)
    assert answer.model == "aurora" and answer.choices[0].message.content and answer.choices[0].finish_reason == "length"
    assert answer.usage.completion_tokens == 7
    entry = sluice.outcome_of(answer._request_id)
    assert (entry["outcome"], entry["output"], entry["finish"]) == ("completed", 7, "length")
    assert entry["input"] == answer.usage.prompt_tokens


def test_it_streams_and_is_metered(sluice, client):
    raw = client.chat.completions.with_raw_response.create(
        model="aurora", messages=HELLO, max_tokens=20, stream=True)
    chunks = list(raw.parse())
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert {chunk.model for chunk in chunks} == {"aurora"} and not any(chunk.usage for chunk in chunks)
    entry = sluice.outcome_of(raw.headers["x-request-id"])
    assert (entry["outcome"], entry["output"]) == ("completed", 20)


def test_it_completes_prompts(client):
    answer = client.completions.create(model="aurora", prompt="once", max_tokens=5)
    assert answer.choices[0].text and answer.usage.completion_tokens == 5 and answer.model == "aurora"
    chunks = list(client.completions.create(model="aurora", prompt="once", max_tokens=5, stream=True))
    assert "".join(chunk.choices[0].text for chunk in chunks)


def test_its_probabilities_are_for_who_has_the_right(sluice, client, clients):
    answer = client.chat.completions.create(
        model="aurora", messages=HELLO, max_tokens=3, logprobs=True, top_logprobs=2)
    assert len(answer.choices[0].logprobs.content) == 3
    plain = sluice.admitted_application("aurora")
    with pytest.raises(openai.PermissionDeniedError) as caught:
        clients.openai(sluice.gateway, plain.key).chat.completions.create(model="aurora", messages=HELLO, logprobs=True)
    assert (caught.value.code, caught.value.param) == ("entitlement_missing", "logprobs")
    stripped = sluice.admitted_application("aurora", unentitled_fields="strip")
    answer = clients.openai(sluice.gateway, stripped.key).chat.completions.create(
        model="aurora", messages=HELLO, max_tokens=3, logprobs=True)
    assert not answer.choices[0].logprobs or not answer.choices[0].logprobs.content


def test_who_leaves_stops_nothing_else(sluice, client):
    stream = client.chat.completions.create(model="aurora", messages=HELLO, max_tokens=2000, stream=True)
    next(iter(stream))
    stream.close()
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0, 10)
    assert client.chat.completions.create(model="aurora", messages=HELLO, max_tokens=3).choices


def test_its_errors_arrive_as_errors(client):
    with pytest.raises(openai.APIStatusError) as caught:
        client.chat.completions.create(model="aurora", messages=HELLO, temperature=-5)
    assert caught.value.status_code == 400 and caught.value.request_id.startswith("req_")
    assert caught.value.code == "upstream_error" and "temperature" in caught.value.message
