"""The same question by both SDKs."""

import anthropic
import openai
import pytest

HELLO = [{"role": "user", "content": "hello"}]


def ask_openai(client, model="aurora", **options):
    return client.chat.completions.create(model=model, messages=HELLO, **options)


def ask_anthropic(client, model="aurora", **options):
    return client.messages.create(model=model, max_tokens=5, messages=HELLO, **options)


def read_openai(stream):
    """The text that arrived, and the error that ended it."""
    text = ""
    try:
        for chunk in stream:
            if chunk.choices:
                text += chunk.choices[0].delta.content or ""
    except openai.APIError as error:
        return text, error
    return text, None


def read_anthropic(stream):
    """The text that arrived, and the error that ended it."""
    text = ""
    try:
        for event in stream:
            if event.type == "content_block_delta":
                text += event.delta.text
    except anthropic.APIError as error:
        return text, error
    return text, None


def caught(kind, call):
    """The error of this kind that the call raises."""
    with pytest.raises(kind) as raised:
        call()
    return raised.value


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
