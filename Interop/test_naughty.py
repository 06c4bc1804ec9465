"""Strings that break programs, through every field and place that a caller can write into.

`naughty/strings.json` is the Big List of Naughty Strings (MIT licence, beside it). Whatever comes, the answer is JSON with
a code that stays, it has a request id, the log has one line of it, and the process goes on.
"""

import json
import pathlib
import urllib.parse

import pytest

from raw import Connection, chat, post

STRINGS = json.loads((pathlib.Path(__file__).parent / "naughty" / "strings.json").read_text()) + [
    "a\u0000b", "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "x" * 9000, "../../etc/passwd",
    "%00", "%2e%2e%2f", "\u202e", "é" * 500, "\x7f", "' OR '1'='1", "${jndi:ldap://x/a}", "{{7*7}}",
]


@pytest.fixture(scope="module")
def sluice(new_sluice, scripted_process):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SLUICE_LOGGING_LEVEL", "debug")
        sluice = new_sluice({"scripted": scripted_process.url})
    sluice.add_model("aurora", "scripted", "ok")
    return sluice


class Sender:
    """Sends on a kept connection, and makes a new one when it was closed."""

    def __init__(self, port):
        self.port, self.connection = port, None

    def send(self, request):
        for _ in range(2):
            try:
                self.connection = self.connection or Connection(self.port)
                self.connection.send(request)
                status, fields, body = self.connection.answer()
                if fields.get("connection") == "close":
                    self.close()
                return status, fields, body
            except (EOFError, ConnectionError):
                self.close()
        raise AssertionError(f"no answer to {request[:200]!r}")

    def close(self):
        if self.connection:
            self.connection.socket.close()
        self.connection = None


@pytest.fixture
def sender(sluice):
    sender = Sender(sluice.gateway_port)
    yield sender
    sender.close()


def head(line, *fields):
    return ("\r\n".join([line, "Host: gateway.example", *fields]) + "\r\n\r\n").encode("utf-8", "surrogatepass")


def refusals(sluice):
    return [line for line in sluice.process.output().splitlines() if '"refused"' in line]


def check(answer, statuses, anthropic=False):
    status, fields, body = answer
    assert status in statuses, answer
    assert fields["x-request-id"] == fields["request-id"] and fields["request-id"].startswith("req_")
    error = json.loads(body)["error"]
    code = error["details"]["error_code"] if anthropic else error["code"]
    assert code and code.replace("_", "").isalpha(), answer
    return fields["request-id"]


def told(sluice, ids):
    """Each of these refusals has one line in the log, and each line is a document."""
    lines = [json.loads(line) for line in refusals(sluice)]
    requests = [line.get("request") or line.get("metadata", {}).get("request") for line in lines]
    assert all(requests.count(id) == 1 for id in ids)
    assert sluice.process.popen.poll() is None


PLACES = {
    "model": lambda s, key: post(chat(s), key),
    "model of a message": lambda s, key: post(
        {"model": s, "max_tokens": 5, "messages": []}, key, "/v1/messages"),
    "previous response": lambda s, key: post(
        {"model": "aurora", "input": "x", "previous_response_id": s}, key, "/v1/responses"),
    "body": lambda s, key: post(s.encode("utf-8", "surrogatepass"), key, "/v1/embeddings"),
    "path of a model": lambda s, key: head(
        f"GET /v1/models/{urllib.parse.quote(s, safe='')} HTTP/1.1", f"Authorization: Bearer {key}"),
    "path of a response": lambda s, key: head(
        f"GET /v1/responses/{urllib.parse.quote(s, safe='')} HTTP/1.1", f"Authorization: Bearer {key}"),
    "bare path": lambda s, key: head(f"GET /v1/{''.join(s.split())} HTTP/1.1", f"Authorization: Bearer {key}"),
}


@pytest.mark.parametrize("place", PLACES)
def test_what_is_refused_is_refused_well(sluice, admitted, sender, place):
    ids = []
    for string in STRINGS:
        if place.startswith("path") and not string.strip():
            continue
        answer = sender.send(PLACES[place](string, admitted.key))
        ids.append(check(answer, {400, 404, 405, 413, 414, 501, 505}, anthropic="message" in place))
    told(sluice, ids)


@pytest.mark.parametrize("name", [
    "Authorization", "x-api-key", "anthropic-version", "x-sluice-account", "x-stainless-retry-count", "user-agent",
    "content-encoding", "x-anything",
])
def test_no_field_of_the_head_breaks_anything(sluice, admitted, sender, name):
    ids, answered = [], 0
    for string in STRINGS:
        if "\r" in string or "\n" in string:
            continue
        own = [] if name in ("Authorization", "x-api-key") else [f"Authorization: Bearer {admitted.key}"]
        answer = sender.send(head("GET /v1/models HTTP/1.1", *own, f"{name}: {string}"))
        if answer[0] == 200:
            assert answer[1]["request-id"].startswith("req_")
            answered += 1
        else:
            ids.append(check(answer, {400, 401, 431}, anthropic=name == "anthropic-version" and b'"type":"error"' in answer[2]))
    told(sluice, ids)
    assert ids or answered


def test_what_people_say_reaches_the_model_as_they_said_it(scripted, sluice, admitted, sender):
    for string in STRINGS:
        body = chat("aurora", string, user=string[:64], metadata={"note": string})
        status, fields, answer = sender.send(post(body, admitted.key))
        assert status == 200 and json.loads(answer)["model"] == "aurora", (string, answer)
    seen = [json.loads(record["body"]) for record in scripted.seen()]
    assert [body["messages"][0]["content"] for body in seen] == STRINGS
    assert [body["metadata"]["note"] for body in seen] == STRINGS
    log = sluice.process.output()
    assert "Ṱ̺̺̕o͞ ̷i̲̬" not in log and "${jndi" not in log, "what people say is in no log"
