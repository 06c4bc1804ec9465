"""Contents are never recorded, an unlogged grant leaves counts only, and no secret is anywhere but in its key file."""

import json

import pytest

from control import Key
from processes import eventually
from raw import Connection, chat, post
from sluice import Sluice

SECRET = "upstream-secret-" + "5f1c9e7ab3"


@pytest.fixture
def own_sluice(tmp_path, scripted):
    sluice = Sluice(tmp_path)
    sluice.run("init", "--data", sluice.data)
    (sluice.data / "upstream.key").write_text(SECRET + "\n")
    sluice.configure({"scripted": {"url": scripted.url, "authorization-file": str(sluice.data / "upstream.key")}})
    sluice.serve()
    sluice.add_model("aurora", "scripted", "ok")
    yield sluice
    sluice.stop()


def files_with(sluice, text, but=()):
    """Every file of the installation, its log on standard error too, that holds these bytes."""
    found = []
    for path in sluice.folder.glob("**/*"):
        if path.is_file() and path not in but and text.encode() in path.read_bytes():
            found.append(str(path.relative_to(sluice.folder)))
    return found


def use(sluice, key, canary):
    """Sends the canary on every way that a request can go, well and badly."""
    with Connection(sluice.gateway_port) as connection:
        for path in ("/v1/chat/completions", "/v1/messages"):
            for stream in (False, True):
                # The scripted answer does not repeat the prompt, so the canary goes into the answer by its own script.
                for script in ("ok", "huge-answer bytes=600", "500", "truncate-stream", "bad-json-200", "401"):
                    body = chat(
                        "aurora", f"script:{script} canary={canary}", stream=stream, max_tokens=20, user=canary,
                        metadata={"user_id": canary}, x_unknown=canary)
                    connection.send(post(body, key, path, [f"X-Canary: {canary}", f"User-Agent: {canary}"]))
                    connection.answer()
            # And what is refused: by its JSON, its fields, its model.
            for body in (b'{"model":"aurora","a":"%s","a":1}' % canary.encode(), chat(canary), chat("aurora", n=canary),
                         chat("aurora", canary, max_tokens=5, top_k=canary)):
                connection.send(post(body, key, path))
                connection.answer()
    with Connection(sluice.gateway_port) as connection:
        connection.send(post(chat("aurora", canary), key, f"/v1/{canary}?q={canary}"))
        connection.answer()
    with Connection(sluice.gateway_port) as connection:
        connection.send(f"GET /v1/models HTTP/1.1\r\nHost: x\r\nX_{canary}: {canary}\r\n\r\n".encode())
        connection.answer()


@pytest.mark.parametrize("unlogged", [False, True], ids=["logged", "unlogged"])
def test_no_word_of_a_request_or_an_answer_is_on_disk(scripted, own_sluice, unlogged):
    sluice = own_sluice
    application = sluice.admitted_application("aurora", entitlements=["unlogged"] if unlogged else [])
    canary = "canary-9e3b71d0"
    use(sluice, application.key, canary)
    eventually(lambda: sluice.metric("sluice_gateway_in_flight") == 0)
    assert any(canary in record["body"] for record in scripted.seen()), "the canary went through"
    # What the scripted upstream answers is on no disk either.
    for text in (canary, "The lock fills", " slowly", "water water", "STOLEN"):
        assert files_with(sluice, text) == [], text
    assert canary.encode() not in sluice.api.get("/metrics").body
    sluice.stop()
    assert files_with(sluice, canary) == []


def test_an_unlogged_grant_leaves_counts_only(scripted, own_sluice):
    sluice = own_sluice
    application = sluice.admitted_application("aurora", entitlements=["unlogged"])
    since = sluice.log_size("access")
    requests = []
    with Connection(sluice.gateway_port) as connection:
        for stream in (False, True, False):
            connection.send(post(chat("aurora", stream=stream), application.key))
            requests.append(connection.answer()[1]["x-request-id"])
    eventually(lambda: sluice.log_size("access") == since + 6, 5, "two entries a request")
    entries = sluice.log_entries("access", since)
    for entry in entries:
        assert entry["at"] % 3_600_000 == 0, "the hour, not the moment"
        assert entry["grant"] == application.grant
        if entry["kind"] == "request.counted":
            assert set(entry) == {"at", "grant", "kind", "v"}
        else:
            assert entry["kind"] == "tokens.counted"
            assert set(entry) == {"at", "grant", "kind", "v", "input", "output"}
            assert (entry["input"], entry["output"]) == (11, 5)
    assert sorted(entry["kind"] for entry in entries) == ["request.counted"] * 3 + ["tokens.counted"] * 3
    for request in requests:
        assert files_with(sluice, request) == [], "a request's identifier ties an entry to a caller's log"
    # The key's public part stands in the control log, where it was issued, and nowhere else.
    assert not [entry for entry in entries if application.key_id in json.dumps(entry)]


def test_no_key_is_written_anywhere(scripted, own_sluice):
    sluice = own_sluice
    application = sluice.admitted_application("aurora")
    wrong, person = Key().text, Key("slp").text
    with Connection(sluice.gateway_port) as connection:
        for key in (application.key, wrong, application.key[:-1] + "0"):
            for path in ("/v1/chat/completions", "/v1/messages"):
                connection.send(post(chat("aurora", max_tokens=5), key, path))
                connection.answer()
    sluice.api.get("/v1/me", person)
    sluice.api.get(f"/v1/{application.key}?key={application.key}", application.key)
    sluice.api.post("/v1/commands", {"command": application.key, "content": {"name": application.key}}, application.key)
    with Connection(sluice.gateway_port) as connection:
        connection.send(post(chat(application.key), application.key, f"/v1/x?key={application.key}"))
        connection.answer()
    shown = sluice.run("config", "check", "--config", sluice.config)
    sluice.run("doctor", "--config", sluice.config, check=False)
    for secret in (application.key, wrong, person):
        assert files_with(sluice, secret) == []
        assert files_with(sluice, secret[13:43]) == [], "not even a part"
    for name in ("alice", "bob"):
        assert files_with(sluice, sluice.person_key(name), but=[sluice.key_file(name)]) == []
    assert files_with(sluice, SECRET, but=[sluice.data / "upstream.key"]) == []
    seed = (sluice.data / "keys/log.key").read_text().strip()
    assert files_with(sluice, seed, but=[sluice.data / "keys/log.key"]) == []
    assert SECRET not in shown.stdout + shown.stderr


def test_the_upstreams_key_goes_to_the_upstream_and_to_nobody_else(scripted, own_sluice):
    sluice = own_sluice
    application = sluice.admitted_application("aurora")
    with Connection(sluice.gateway_port) as connection:
        connection.send(post(chat("aurora"), application.key))
        _, fields, body = connection.answer()
        assert SECRET not in str(fields) and SECRET.encode() not in body
        assert dict(scripted.seen()[0]["headers"])["authorization"] == f"Bearer {SECRET}"
        for script in ("401", "html-500", "garbage-status-line"):
            connection.send(post(chat("aurora", f"script:{script}"), application.key))
            _, fields, body = connection.answer()
            assert SECRET not in str(fields) and SECRET.encode() not in body


def test_secrets_are_for_their_owner_alone(own_sluice):
    keys = own_sluice.data / "keys"
    for path in [keys / "log.key", own_sluice.key_file("alice"), own_sluice.key_file("bob")]:
        assert path.stat().st_mode & 0o077 == 0, path
    assert keys.stat().st_mode & 0o077 == 0


def test_a_person_can_be_erased_and_the_log_still_verifies(own_sluice):
    sluice = own_sluice
    canary = "canary.person.41ff@example.org"
    record = sluice.api.post(
        "/v1/person-records", {"name": "Carol Canary-41ff", "email": canary}, sluice.person_key("alice"))
    assert record.status == 201
    key = Key("slp")
    added = sluice.approve(sluice.command("person.add", {
        "commitment": record.json()["commitment"], "roles": ["viewer"], "key": key.id, "key_digest": key.digest}))
    person = next(e["entry"]["content"] for e in added["entries"] if e["entry"]["kind"] == "person.added")
    assert files_with(sluice, canary) and all("store.sqlite" in name for name in files_with(sluice, canary))
    assert sluice.api.get(f"/v1/people/{person['id']}/record", sluice.person_key("alice")).json()["email"] == canary
    assert sluice.api.get("/v1/me", key.text).status == 200
    sluice.command("person.erase", {"person": person["id"], "reason": "asked for it"})
    assert sluice.api.get("/v1/me", key.text).status == 401
    assert sluice.api.get(f"/v1/people/{person['id']}/record", sluice.person_key("alice")).status == 404
    sluice.stop()
    assert files_with(sluice, canary) == [], "erased is not on disk any more"
    assert files_with(sluice, "Carol Canary-41ff") == []
    sluice.serve()
    sluice.verify_logs()
