"""Which SDKs are under test: the items of conformance are asked of each major by a run in its own environment."""

import anthropic
import openai
import pytest

OPENAI, ANTHROPIC = f"openai {openai.__version__}", f"anthropic {anthropic.__version__}"


def item(name, sdk=None):
    """Marks a test as one item of conformance, and names the SDK that it asks in its identifier."""
    sdk = sdk or (ANTHROPIC if name.startswith("A") else OPENAI)

    def mark(test):
        identifier = f"{name}-{sdk.replace(' ', '-')}"
        return pytest.mark.item(name)(pytest.mark.parametrize("sdk", [sdk], ids=[identifier])(test))
    return mark


def code(error):
    """The error's code, wherever this major has it."""
    body = error.body if isinstance(error.body, dict) else {}
    if isinstance(error, anthropic.APIError):
        return body["error"]["details"]["error_code"]
    return error.code


def field(error, name):
    return error.response.headers.get(name)
