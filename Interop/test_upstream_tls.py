"""TLS to upstreams: who cannot prove to be the one that is named is sent nothing."""

import json
import socket
import threading

import pytest

from certificates import Authority
from processes import eventually
from raw import Connection, chat, post
from upstreams.client import Scripted

QUICK = {"connect-timeout": "1500ms"}


class Silent:
    """Takes connections and says nothing, or the same few bytes."""

    def __init__(self, greeting=b""):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.greeting, self.received, self.connections = greeting, b"", []
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            connection.sendall(self.greeting)
            threading.Thread(target=self.read, args=[connection], daemon=True).start()

    def read(self, connection):
        try:
            while data := connection.recv(65536):
                self.received += data
        except OSError:
            pass

    def close(self):
        self.listener.close()
        for connection in self.connections:
            connection.close()


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("certificates"))


@pytest.fixture(scope="module")
def servers(authority, folder):
    """Scripted upstreams with TLS, by the names in their certificates."""
    made = {}
    for name, names, days in [
            ("localhost", ["DNS:localhost"], 2), ("address", ["IP:127.0.0.1"], 2),
            ("other", ["DNS:other.example", "IP:192.0.2.7"], 2), ("wildcard", ["DNS:*.example"], 2),
            ("nameless", [], 2), ("expired", ["DNS:localhost"], -1)]:
        certificate, key = authority.issue(name, *names, days=days)
        made[name] = Scripted(folder, "--certificate", certificate, "--key", key, name=f"tls-{name}")
    yield made
    for server in made.values():
        server.stop()


@pytest.fixture(scope="module")
def silent():
    made = {"silent": Silent(), "plain": Silent(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")}
    yield made
    for server in made.values():
        server.close()


@pytest.fixture(scope="module")
def sluice(new_sluice, authority, servers, silent, scripted_process, tmp_path_factory):
    stranger = Authority(tmp_path_factory.mktemp("stranger"), "stranger").certificate
    ours = {"ca-file": str(authority.certificate), **QUICK}

    def at(server, host="localhost", **settings):
        return {"url": f"https://{host}:{servers[server].port}", **ours, **settings}

    upstreams = {
        "by-name": at("localhost"),
        "by-address": at("address", "127.0.0.1"),
        "by-other-name": at("other", **{"server-name": "other.example"}),
        "by-wildcard": at("wildcard", **{"server-name": "models.example"}),
        "of-another-name": at("other"),
        "of-another-address": at("other", "127.0.0.1"),
        "name-for-an-address": at("localhost", "127.0.0.1"),
        "address-for-a-name": at("address"),
        "without-names": at("nameless"),
        "deeper-than-the-wildcard": at("wildcard", **{"server-name": "a.models.example"}),
        "expired": at("expired"),
        "of-another-authority": at("localhost", **{"ca-file": str(stranger)}),
        "of-no-known-authority": {"url": at("localhost")["url"], **QUICK},
        "silent": {"url": f"https://localhost:{silent['silent'].port}", **ours},
        "without-tls": {"url": f"https://localhost:{silent['plain'].port}", **ours},
    }
    sluice = new_sluice(upstreams)
    for name in upstreams:
        sluice.add_model(name, name, "ok")
    return sluice


def answer_of(sluice, name, **fields):
    application = sluice.admitted_application(name)
    with Connection(sluice.gateway_port, seconds=20) as connection:
        connection.send(post(chat(name, **fields), application.key))
        status, _, body = connection.answer()
        return status, body


@pytest.mark.parametrize("name", ["by-name", "by-address", "by-other-name", "by-wildcard"])
def test_who_proves_its_name_is_spoken_to(sluice, name):
    status, body = answer_of(sluice, name)
    assert status == 200 and json.loads(body)["choices"][0]["message"]["content"] == "The lock fills slowly."
    status, body = answer_of(sluice, name, stream=True)
    assert status == 200 and body.rstrip().endswith(b"data: [DONE]")


@pytest.mark.parametrize("name", [
    "of-another-name", "of-another-address", "name-for-an-address", "address-for-a-name", "without-names",
    "deeper-than-the-wildcard", "expired", "of-another-authority", "of-no-known-authority", "silent", "without-tls"])
def test_who_does_not_is_sent_nothing(sluice, servers, silent, name):
    for server in servers.values():
        server.reset()
    status, body = answer_of(sluice, name)
    assert (status, json.loads(body)["error"]["code"]) == (503, "upstream_unavailable")
    assert all(server.seen() == [] for server in servers.values())
    for server in silent.values():
        assert b"script" not in server.received and b"POST" not in server.received


def test_the_name_is_asked_for_and_an_address_is_not(sluice, servers):
    answer_of(sluice, "by-name")
    answer_of(sluice, "by-address")
    answer_of(sluice, "by-other-name")
    seen = {name: server.names() for name, server in servers.items()}
    assert "localhost" in seen["localhost"] and None in seen["address"] and "other.example" in seen["other"]
    assert not any(name and name[0].isdigit() for names in seen.values() for name in names)


def test_a_client_that_leaves_stops_the_upstream_through_tls(sluice, servers):
    application = sluice.admitted_application("by-name")
    servers["localhost"].reset()
    with Connection(sluice.gateway_port) as connection:
        connection.send(post(chat("by-name", "script:stall-before-head"), application.key))
        eventually(servers["localhost"].seen, 5, "the request")
    record = eventually(
        lambda: servers["localhost"].seen()[-1]["peer_closed"] and servers["localhost"].seen()[-1], 5, "the close")
    assert not record["finished"]


def test_a_file_without_certificates_is_refused_at_the_start(sluice, tmp_path):
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    sluice_yaml = tmp_path / "sluice.yaml"
    sluice_yaml.write_text(json.dumps({"upstreams": {
        "u": {"url": "https://localhost:1", "ca-file": str(empty)},
        "v": {"url": "http://localhost:1", "ca-file": str(empty)},
        "w": {"url": "https://localhost:1", "server-name": "127.0.0.1"}}}))
    finished = sluice.run("config", "check", "--config", sluice_yaml, check=False)
    assert finished.returncode != 0
    said = finished.stdout + finished.stderr
    for part in ["upstreams.u.ca-file", "upstreams.v.ca-file", "upstreams.w.server-name"]:
        assert part in said
