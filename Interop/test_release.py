"""The whole story by the command line alone, in front of a real model: what the README shows."""

import json

import anthropic
import openai
import pytest

from processes import free_port
from sluice import Sluice

RIVER = [{"role": "user", "content": "The river"}]


@pytest.fixture(scope="module")
def sluice(new_sluice, sample_model):
    sluice = new_sluice({"sample": sample_model})
    sluice.cli("model", "add", "aurora", "--display-name", "Aurora")
    sluice.cli("version", "add", "aurora-1.0", "--model", "aurora", "--upstream", "sample")
    sluice.cli("version", "add", "aurora-2.0", "--model", "aurora", "--upstream", "sample", "--parent", "aurora-1.0")
    approve(sluice, sluice.cli("version", "make-current", "aurora-1.0"))
    return sluice


def approve(sluice, performed, as_person="bob"):
    return sluice.cli("proposal", "approve", performed["proposal"]["id"], as_person=as_person)


def application(sluice, name, *grant):
    """An application's key; with options of a grant, let in by two people."""
    sluice.cli("application", "add", name)
    if grant:
        approve(sluice, sluice.cli("grant", "propose", "--application", name, "--model", "aurora", *grant))
    else:
        sluice.cli("application", "enrol", name, "--model", "aurora")
    return sluice.cli("key", "issue", "--application", name)["key"]


def test_an_admitted_application_gets_answers_and_streams_from_both_sdks(sluice, clients):
    key = application(sluice, "first", "--entitlement", "full_sampling")
    of_openai, of_anthropic = clients.openai(sluice.gateway, key), clients.anthropic(sluice.gateway, key)
    asked = dict(model="aurora", messages=RIVER, max_tokens=30, seed=3)
    answer = of_openai.chat.completions.create(**asked)
    assert answer.choices[0].message.content
    assert 0 < answer.usage.completion_tokens <= 30
    chunks = list(of_openai.chat.completions.create(**asked, stream=True))
    assert "".join(c.choices[0].delta.content or "" for c in chunks) == answer.choices[0].message.content
    message = of_anthropic.messages.create(model="aurora", max_tokens=30, messages=RIVER)
    assert message.content[0].text
    with of_anthropic.messages.stream(model="aurora", max_tokens=30, messages=RIVER) as stream:
        assert stream.get_final_message().content[0].text
        assert stream.get_final_message().usage.output_tokens > 0


def test_rights_open_what_the_model_can(sluice, clients):
    without, with_right = application(sluice, "curious", "--concurrency", "2"), application(
        sluice, "entitled", "--entitlement", "logprobs")
    asked = dict(model="aurora", messages=RIVER, max_tokens=10, logprobs=True, top_logprobs=3)
    with pytest.raises(openai.PermissionDeniedError) as caught:
        clients.openai(sluice.gateway, without).chat.completions.create(**asked)
    assert (caught.value.code, caught.value.param) == ("entitlement_missing", "logprobs")
    tokens = clients.openai(sluice.gateway, with_right).chat.completions.create(**asked).choices[0].logprobs.content
    assert tokens and all(len(token.top_logprobs) == 3 for token in tokens)


def test_a_waiting_application_is_let_in_by_two_and_put_out_by_one(sluice, clients):
    key = application(sluice, "second")
    of_openai, of_anthropic = clients.openai(sluice.gateway, key), clients.anthropic(sluice.gateway, key)
    with pytest.raises(openai.PermissionDeniedError, match="released in stages"):
        of_openai.chat.completions.create(model="aurora", messages=RIVER)
    with pytest.raises(anthropic.PermissionDeniedError, match="released in stages"):
        of_anthropic.messages.create(model="aurora", max_tokens=5, messages=RIVER)
    explained = sluice.cli("access", "explain", "--model", "aurora", "--application", "second")
    assert "stage_not_open" in json.dumps(explained["decision"])
    proposed = sluice.cli("grant", "propose", "--application", "second", "--model", "aurora")
    approve(sluice, proposed)
    assert of_openai.chat.completions.create(model="aurora", messages=RIVER, max_tokens=5).choices
    grants = sluice.cli("grant", "list", "--application", "second")["data"]
    assert [grant["state"] for grant in grants] == ["open"]
    sluice.cli("grant", "revoke", grants[0]["id"], "--reason", "over", as_person="bob")
    with pytest.raises(openai.PermissionDeniedError) as caught:
        of_openai.chat.completions.create(model="aurora", messages=RIVER)
    assert caught.value.code == "grant_revoked"
    sluice.cli("key", "revoke", key[4:12], "--reason", "lost")
    with pytest.raises(openai.AuthenticationError):
        of_openai.models.list()


def test_the_model_moves_on_and_only_who_pinned_stays(sluice, clients):
    key = application(sluice, "pinned", "--entitlement", "pinned_version=2099-01-01", "--entitlement", "full_sampling")
    client = clients.openai(sluice.gateway, key)

    def answer(model):
        return client.chat.completions.create(
            model=model, messages=RIVER, max_tokens=40, seed=5).choices[0].message.content

    before = answer("aurora")
    approve(sluice, sluice.cli("version", "make-current", "aurora-2.0"))
    assert answer("aurora-1.0") == before
    assert answer("aurora") == answer("aurora-2.0") != before


def test_terms_are_accepted_with_the_applications_own_key(sluice, clients, tmp_path):
    text = tmp_path / "policy.txt"
    text.write_text("Be kind.\n")
    sluice.cli(
        "terms", "publish", "policy", "--version", "1", "--file", text, "--url", "https://example.org/policy")
    key = application(sluice, "careful", "--terms", "policy@1")
    client = clients.openai(sluice.gateway, key)
    with pytest.raises(openai.PermissionDeniedError, match="https://example.org/policy"):
        client.chat.completions.create(model="aurora", messages=RIVER)
    own = tmp_path / "own.key"
    own.write_text(key + "\n")
    own.chmod(0o600)
    sluice.cli("terms", "accept", "policy@1", key_file=own)
    assert client.chat.completions.create(model="aurora", messages=RIVER, max_tokens=5).choices


def test_each_exit_code_means_one_thing(sluice, tmp_path):
    def code(*arguments, as_person="alice", server=None):
        finished = sluice.run(
            *arguments, "--server", server or sluice.control, "--key-file", sluice.key_file(as_person), check=False)
        if finished.returncode:
            assert finished.stderr.strip(), "a failure says why"
            assert finished.stdout == ""
        return finished.returncode

    assert code("model", "list") == 0
    assert code("model", "list", "--no-such-option") == 2
    assert code("model", "show", "nowhere") == 3
    assert code("model", "add", "other", as_person="bob") == 4
    assert code("model", "add", "aurora") == 5
    assert code("model", "list", server=f"http://127.0.0.1:{free_port()}") == 6
    (tmp_path / "wrong.key").write_text("slp_nonsense\n")
    assert sluice.run(
        "model", "list", "--server", sluice.control, "--key-file", tmp_path / "wrong.key", check=False
    ).returncode in (1, 2, 4)


def test_a_dry_run_says_who_gains(sluice):
    sluice.cli("application", "add", "dry")
    sluice.cli("key", "issue", "--application", "dry")
    answer = sluice.cli("grant", "propose", "--application", "dry", "--model", "aurora", "--dry-run")
    assert [pair["application_name"] for pair in answer["gains"]] == ["dry"]
    assert sluice.cli("grant", "list", "--application", "dry")["data"] == []


def test_faults_of_the_configuration_are_told_all_at_once(sluice, tmp_path):
    file = tmp_path / "sluice.yaml"
    file.write_text(
        "gateway:\n  prot: 7080\n  maximum-body-bytes: many\nupstreams:\n  sample:\n    url: ftp://x\n"
        "    conect-timeout: 5s\n")
    finished = sluice.run("config", "check", "--config", file, check=False)
    assert finished.returncode != 0
    for part in ("gateway.prot", "gateway.port", "gateway.maximum-body-bytes", "upstreams.sample.url",
                 "upstreams.sample.connect-timeout", f"{file}:2"):
        assert part in finished.stderr, part
    assert sluice.run("config", "check", "--config", sluice.config).returncode == 0


def test_a_port_in_use_and_a_folder_in_use_are_said(sluice, tmp_path):
    finished = sluice.run("serve", "--config", sluice.config, check=False)
    assert finished.returncode != 0
    assert "in use" in (finished.stdout + finished.stderr).lower() or "another process" in finished.stderr.lower()
    other = Sluice(tmp_path)
    other.gateway_port = sluice.gateway_port
    other.init({})
    finished = other.run("serve", "--config", other.config, check=False)
    assert finished.returncode != 0
    assert str(sluice.gateway_port) in finished.stderr or "in use" in finished.stderr.lower()
    assert sluice.is_ready()


def test_a_folder_that_was_never_set_up_is_said(sluice, tmp_path):
    finished = sluice.run("serve", "--data", tmp_path, check=False)
    assert finished.returncode != 0 and "sluice init" in finished.stderr
    again = sluice.run("init", "--data", sluice.data, check=False)
    assert again.returncode != 0 and "set up before" in again.stderr
