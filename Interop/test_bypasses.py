"""Nothing but the key, the model and the body decide: no header, host, path or field gets around admission."""

import json

import pytest

from control import ask
from processes import eventually
from raw import Connection, chat

TRICKS = [
    "X-Sluice-Model: aurora", "X-Sluice-Admin: true", "X-Sluice-Log: off", "X-Sluice-Grant: everything",
    "x-litellm-api-base: http://127.0.0.1:1", "x-litellm-tags: admin", "x-litellm-enable-message-redaction: true",
    "litellm-disable-message-redaction: true", "x-portkey-provider: openai", "x-portkey-config: {}",
    "Helicone-Auth: Bearer x", "X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: admin.local", "Forwarded: for=::1",
    "X-Original-URL: /healthz", "X-Rewrite-URL: /healthz", "X-HTTP-Method-Override: GET", "X-Real-IP: 127.0.0.1",
    "X-Request-Id: req_00000000000000000000000000", "Request-Id: req_00000000000000000000000000",
    "X-Should-Retry: true", "OpenAI-Organization: org-admin", "OpenAI-Project: proj-admin",
    "anthropic-workspace-id: wrkspc_admin", "X-Stainless-Retry-Count: 99", "Cookie: session=admin",
    "Proxy-Connection: keep-alive", "Origin: http://evil.example", "Range: bytes=0-1", "Accept-Encoding: gzip",
]


def test_no_header_lets_in_or_changes_what_is_asked_and_recorded(scripted, sluice, admitted):
    waiting = sluice.add_application()
    sluice.command("application.enrol", {"application": waiting.id, "model": sluice.models["aurora"]})
    since = sluice.log_size("access")
    with Connection(sluice.gateway_port) as connection:
        for trick in TRICKS:
            for key, expected in ((admitted.key, 200), (waiting.key, 403)):
                body = json.dumps(chat("aurora")).encode()
                connection.send((
                    f"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
                    f"{trick}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body)
                status, fields, _ = connection.answer()
                assert status == expected, trick
                assert fields["x-request-id"] != "req_00000000000000000000000000"
                assert "content-encoding" not in fields
    seen = scripted.seen()
    assert len(seen) == len(TRICKS)
    for record, trick in zip(seen, TRICKS):
        name = trick.partition(":")[0].lower()
        allowed = {"host", "content-type", "content-length", "accept", "accept-encoding", "traceparent",
                   "x-request-id"}
        assert {field for field, _ in record["headers"]} == allowed, f"{trick} was passed on"
        assert dict(record["headers"]).get(name) != trick.partition(": ")[2]
    eventually(
        lambda: len([entry for entry in sluice.log_entries("access", since) if entry["kind"] == "request.completed"])
        == len(TRICKS), 5, "an entry for each")


@pytest.mark.parametrize("host", ["127.0.0.1:1", "localhost", "admin.sluice.local", "[::1]:7081", "a.b:443", "x"])
def test_the_host_field_changes_nothing(scripted, sluice, admitted, host):
    body = json.dumps(chat("aurora")).encode()
    for target in ("/v1/chat/completions", f"http://{host}/v1/chat/completions"):
        with Connection(sluice.gateway_port) as connection:
            connection.send((
                f"POST {target} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {admitted.key}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n").encode() + body)
            assert connection.answer()[0] == 200
    assert len(scripted.seen()) == 2
    assert dict(scripted.seen()[0]["headers"])["host"] == f"127.0.0.1:{scripted.port}"


def test_no_field_of_the_body_names_another_upstream(scripted, sluice, admitted):
    answer = ask(
        sluice.gateway_port, "POST", "/v1/chat/completions",
        chat("aurora", api_base="http://127.0.0.1:1", base_url="http://127.0.0.1:1", api_key="x", user_config={}),
        {"Authorization": f"Bearer {admitted.key}"})
    assert answer.status == 200
    assert len(scripted.seen()) == 1


@pytest.mark.parametrize("method,path,status,code", [
    ("POST", "/v1/audio/speech", 404, "unknown_route"), ("GET", "/", 404, "unknown_route"),
    ("POST", "/v1/chat/completions/", 404, "unknown_route"), ("POST", "/V1/chat/completions", 404, "unknown_route"),
    ("POST", "//v1/chat/completions", 400, "target_invalid"), ("POST", "/v1/chat%2Fcompletions", 404, "unknown_route"),
    ("GET", "/v1/chat/completions", 405, "method_not_allowed"), ("POST", "/v1/models", 405, "method_not_allowed"),
    ("DELETE", "/v1/models", 405, "method_not_allowed"), ("GET", "/metrics", 404, "unknown_route"),
    ("POST", "/v1/commands", 404, "unknown_route"),
])
def test_what_is_not_served_is_said_in_json(sluice, admitted, method, path, status, code):
    answer = ask(sluice.gateway_port, method, path, headers={"Authorization": f"Bearer {admitted.key}"})
    assert (answer.status, answer.json()["error"]["code"]) == (status, code)
    assert answer.headers["x-request-id"]
    assert ("allow" in answer.headers) == (status == 405)
