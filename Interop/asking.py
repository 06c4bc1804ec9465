"""The same question by both SDKs."""

import anthropic
import openai
import pytest

HELLO = [{"role": "user", "content": "hello"}]


def ask_openai(client, model="aurora", **options):
    return client.chat.completions.create(model=model, messages=HELLO, **options)


def ask_anthropic(client, model="aurora", **options):
    return client.messages.create(model=model, max_tokens=5, messages=HELLO, **options)


class Both:
    """Asks with both SDKs, and expects the same of both."""

    def __init__(self, sluice, clients):
        self.sluice, self.clients = sluice, clients

    def refused(self, key, status, code, model="aurora", **options):
        with pytest.raises(openai.APIStatusError) as of_openai:
            ask_openai(self.clients.openai(self.sluice.gateway, key), model, **options)
        with pytest.raises(anthropic.APIStatusError) as of_anthropic:
            ask_anthropic(self.clients.anthropic(self.sluice.gateway, key), model, **options)
        assert (of_openai.value.status_code, of_openai.value.code) == (status, code)
        assert (of_anthropic.value.status_code, of_anthropic.value.error_code) == (status, code)
        assert of_anthropic.value.api_message == of_openai.value.body["message"]
        return of_openai.value, of_anthropic.value

    def admitted(self, key, model="aurora", **options):
        assert ask_openai(self.clients.openai(self.sluice.gateway, key), model, **options).choices
        assert ask_anthropic(self.clients.anthropic(self.sluice.gateway, key), model, **options).content
