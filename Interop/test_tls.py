"""TLS: real clients over it, and certificates that are replaced while streams run."""

import json
import signal
import socket
import ssl
import subprocess

import httpx2
import openai
import pytest

from asking import HELLO
from certificates import Authority
from processes import eventually
from raw import Connection, chat, post
from sluice import Sluice


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def secure(tmp_path_factory, scripted_process, authority):
    """A Sluice that speaks TLS, with the model `aurora` and an application that may use it."""
    sluice = Sluice(tmp_path_factory.mktemp("sluice"))
    sluice.init({"scripted": scripted_process.url}, {"tls": {"certificate-file": "leaf.pem", "key-file": "leaf.key"}})
    show(sluice, *authority.local_pair("first"))
    sluice.serve()
    sluice.add_model("aurora", "scripted", "ok")
    sluice.application = sluice.admitted_application("aurora")
    yield sluice
    sluice.stop()


def show(sluice, certificate, key):
    (sluice.data / "leaf.pem").write_text(certificate)
    (sluice.data / "leaf.key").write_text(key)


def shown(sluice, authority):
    """The common name of the certificate that a new connection sees."""
    with socket.create_connection(("127.0.0.1", sluice.gateway_port), timeout=10) as plain:
        with authority.context().wrap_socket(plain, server_hostname="localhost") as connection:
            return dict(pair[0] for pair in connection.getpeercert()["subject"])["commonName"]


def client(sluice, authority, http2):
    return openai.OpenAI(
        base_url=f"https://localhost:{sluice.gateway_port}/v1", api_key=sluice.application.key, max_retries=0, timeout=20,
        http_client=httpx2.Client(http2=http2, verify=authority.context(protocols=())))


@pytest.mark.parametrize("http2", [False, True], ids=["HTTP/1.1", "HTTP/2"])
def test_the_sdk_asks_and_streams(scripted, secure, authority, http2):
    with client(secure, authority, http2) as sdk:
        raw = sdk.chat.completions.with_raw_response.create(model="aurora", messages=HELLO)
        assert raw.http_response.http_version == ("HTTP/2" if http2 else "HTTP/1.1")
        assert raw.parse().choices[0].message.content
        assert raw.headers["x-request-id"].startswith("req_")
        stream = sdk.chat.completions.create(
            model="aurora", stream=True, messages=[{"role": "user", "content": "script:slow-tokens count=20 delay=0.005"}])
        assert len([chunk for chunk in stream if chunk.choices]) >= 20
        with pytest.raises(openai.NotFoundError) as refused:
            sdk.chat.completions.create(model="unheard-of", messages=HELLO)
        assert refused.value.code == "model_not_found"


def test_curl_speaks_both_versions(secure, authority):
    for flag, version in (("--http1.1", "1.1"), ("--http2", "2")):
        said = subprocess.run(
            ["curl", "-sS", flag, "--cacert", authority.certificate, "-w", "%{http_version} %{http_code}", "-o", "/dev/null",
             f"https://localhost:{secure.gateway_port}/healthz"], capture_output=True, text=True, timeout=20)
        assert said.stdout == f"{version} 200", said.stderr


@pytest.mark.parametrize(("flag", "is_taken"), [("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)])
def test_nothing_older_than_tls_1_2_is_spoken(secure, flag, is_taken):
    said = subprocess.run(
        ["openssl", "s_client", flag, "-cipher", "DEFAULT@SECLEVEL=0", "-connect", f"127.0.0.1:{secure.gateway_port}"],
        input="", capture_output=True, text=True, timeout=20)
    assert ("Cipher is (NONE)" not in said.stdout) == is_taken


def test_who_settles_on_one_version_may_not_speak_the_other(secure, authority):
    for protocols, request in ((["http/1.1"], b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), (["h2"], b"GET /healthz HTTP/1.1\r\n\r\n")):
        with socket.create_connection(("127.0.0.1", secure.gateway_port), timeout=10) as plain:
            with authority.context(protocols).wrap_socket(plain, server_hostname="localhost") as connection:
                connection.sendall(request)
                answer = b""
                try:
                    while data := connection.recv(65536):
                        answer += data
                except (ConnectionError, ssl.SSLError):
                    pass
        assert b"200 OK" not in answer
        # 501 says that HTTP/1.1 knows no method PRI; a GOAWAY, that no preface came.
        assert answer.startswith(b"HTTP/1.1 501") if protocols == ["http/1.1"] else b"\x07\x00\x00\x00\x00\x00" in answer


def test_plain_text_to_a_port_with_tls_is_closed(secure):
    with Connection(secure.gateway_port) as connection:
        connection.send(post(chat("aurora"), secure.application.key))
        with pytest.raises((EOFError, ConnectionError)):
            connection.answer()


def test_a_certificate_is_replaced_under_a_running_stream(scripted, secure, authority):
    show(secure, *authority.local_pair("before"))
    secure.process.popen.send_signal(signal.SIGHUP)
    eventually(lambda: shown(secure, authority) == "before")
    numbers = []
    for http2 in (False, True):
        with client(secure, authority, http2) as sdk:
            stream = iter(sdk.chat.completions.create(
                model="aurora", stream=True,
                messages=[{"role": "user", "content": "script:slow-tokens count=60 delay=0.02"}]))
            next(stream)
            show(secure, *authority.local_pair(f"after-{http2}"))
            secure.process.popen.send_signal(signal.SIGHUP)
            eventually(lambda: shown(secure, authority) == f"after-{http2}", 5)
            numbers.append(len([chunk for chunk in stream if chunk.choices]))
    assert all(number >= 59 for number in numbers), numbers


def test_files_that_change_are_shown_without_a_signal(secure, authority):
    show(secure, *authority.local_pair("unasked"))
    eventually(lambda: shown(secure, authority) == "unasked", 10)


@pytest.mark.parametrize("fault", ["no certificate", "no key", "another's key"])
def test_a_bad_certificate_keeps_the_old_and_says_so(secure, authority, fault):
    show(secure, *authority.local_pair("good"))
    eventually(lambda: shown(secure, authority) == "good", 10)
    secure.process.new_output()
    certificate, key = authority.local_pair("bad")
    match fault:
        case "no certificate": show(secure, "nothing\n", key)
        case "no key": show(secure, certificate, "nothing\n")
        case "another's key": show(secure, certificate, authority.local_pair("other")[1])
    secure.process.popen.send_signal(signal.SIGHUP)
    said = eventually(lambda: (text := secure.process.new_output()) and "the old one stays" in text and text, 10)
    assert str(secure.data / ("leaf.pem" if fault == "no certificate" else "leaf.key")) in said
    assert shown(secure, authority) == "good"


@pytest.fixture(scope="module")
def named(tmp_path_factory, scripted_process, authority):
    """A Sluice with a certificate for this machine, one for a partner, and one for all regions."""
    sluice = Sluice(tmp_path_factory.mktemp("named"))
    others = {name: {"certificate-file": f"{name}.pem", "key-file": f"{name}.key"} for name in ("partner", "regions")}
    sluice.init({"scripted": scripted_process.url}, {
        "tls": {"certificate-file": "leaf.pem", "key-file": "leaf.key", "others": others}})
    show(sluice, *authority.local_pair("first"))
    issue(sluice, authority, "partner", "partner", "DNS:partner.example")
    issue(sluice, authority, "regions", "regions", "DNS:*.regions.example", "DNS:localhost")
    sluice.serve()
    sluice.add_model("aurora", "scripted", "ok")
    sluice.application = sluice.admitted_application("aurora")
    yield sluice
    sluice.stop()


def issue(sluice, authority, file, subject, *names):
    """Makes a certificate for some names and lays it where the gateway looks for it."""
    for made, end in zip(authority.issue(f"{file}-{subject}", *names, subject=subject), ("pem", "key")):
        (sluice.data / f"{file}.{end}").write_text(made.read_text())


def shown_for(sluice, authority, name):
    """The common name of the certificate that a client sees that asks for `name`."""
    context = authority.context()
    context.check_hostname = False
    with socket.create_connection(("127.0.0.1", sluice.gateway_port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname=name) as connection:
            return dict(pair[0] for pair in connection.getpeercert()["subject"])["commonName"]


def curl(sluice, authority, name, *arguments):
    """curl, to whom `name` is this machine."""
    return ["curl", "-sS", "-N", "--cacert", str(authority.certificate), "--resolve",
            f"{name}:{sluice.gateway_port}:127.0.0.1", *arguments]


def test_each_server_name_has_its_certificate_and_an_unknown_one_the_first(named, authority):
    for name, subject in (("localhost", "first"), ("partner.example", "partner"), ("PARTNER.example", "partner"),
                          ("eu.regions.example", "regions"), ("a.eu.regions.example", "first"), ("unheard.of", "first")):
        assert shown_for(named, authority, name) == subject, name
    assert shown_for(named, authority, None) == "first"
    for name in ("partner.example", "eu.regions.example"):
        for flag, version in (("--http1.1", "1.1"), ("--http2", "2")):
            said = subprocess.run(
                curl(named, authority, name, flag, "-w", "%{http_version} %{http_code}", "-o", "/dev/null",
                     f"https://{name}:{named.gateway_port}/healthz"), capture_output=True, text=True, timeout=20)
            assert said.stdout == f"{version} 200", said.stderr
    refused = subprocess.run(
        curl(named, authority, "unheard.of", f"https://unheard.of:{named.gateway_port}/healthz"), capture_output=True,
        text=True, timeout=20)
    assert refused.returncode == 60, "the first certificate is not for every name, and a client sees that"


@pytest.mark.parametrize("flag", ["--http1.1", "--http2"])
def test_one_of_several_is_replaced_under_its_own_running_stream(scripted, named, authority, flag):
    body = {"model": "aurora", "stream": True,
            "messages": [{"role": "user", "content": "script:slow-tokens count=60 delay=0.03"}]}
    name = "partner.example"
    streaming = subprocess.Popen(
        curl(named, authority, name, flag, f"https://{name}:{named.gateway_port}/v1/chat/completions", "-H",
             f"authorization: Bearer {named.application.key}", "-H", "content-type: application/json", "-d",
             json.dumps(body)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        first = streaming.stdout.readline()
        issue(named, authority, "partner", f"renewed{flag}", "DNS:partner.example")
        named.process.popen.send_signal(signal.SIGHUP)
        eventually(lambda: shown_for(named, authority, name) == f"renewed{flag}", 5)
        assert streaming.poll() is None, "the stream was to run on while the certificate changed"
        rest, faults = streaming.communicate(timeout=20)
    finally:
        streaming.kill()
        streaming.wait()
    assert first.startswith("data: ") and rest.rstrip().endswith("data: [DONE]"), faults
    assert shown_for(named, authority, "localhost") == "first"


def test_a_bad_one_of_several_leaves_all_as_they_were(named, authority):
    before = shown_for(named, authority, "partner.example")
    named.process.new_output()
    (named.data / "partner.pem").write_text("nothing\n")
    issue(named, authority, "regions", "renewed-regions", "DNS:*.regions.example")
    eventually(lambda: shown_for(named, authority, "eu.regions.example") == "renewed-regions", 10)
    assert shown_for(named, authority, "partner.example") == before
    said = eventually(lambda: (text := named.process.output()) and "the old one stays" in text and text, 10)
    assert "the certificate of gateway.tls.others.partner cannot be used" in said and "partner.pem" in said


def test_a_start_with_a_bad_certificate_names_the_file_and_the_remedy(tmp_path, scripted_process):
    sluice = Sluice(tmp_path)
    sluice.init({"scripted": scripted_process.url}, {"tls": {"certificate-file": "leaf.pem", "key-file": "leaf.key"}})
    finished = sluice.run("serve", "--config", sluice.config, check=False)
    assert finished.returncode != 0
    assert str(sluice.data / "leaf.pem") in finished.stderr and "gateway.tls.certificate-file" in finished.stderr


def test_the_doctor_looks_at_the_pair(secure, authority):
    show(secure, *authority.local_pair("looked-at"))
    said = secure.run("doctor", "--config", secure.config, check=False).stdout
    assert "leaf.pem is for until 20" in said
    show(secure, authority.local_pair("looked-at")[0], authority.local_pair("other")[1])
    assert "is not the key of the first certificate" in secure.run("doctor", "--config", secure.config, check=False).stdout


def test_hanging_up_without_tls_ends_nothing(sluice):
    sluice.process.new_output()
    sluice.process.popen.send_signal(signal.SIGHUP)
    eventually(lambda: "nothing to reload" in sluice.process.new_output())
    assert sluice.process.popen.poll() is None


def test_a_handshake_that_never_ends_is_cut(tmp_path, scripted_process, authority):
    sluice = Sluice(tmp_path)
    sluice.init({"scripted": scripted_process.url}, {
        "head-timeout": "1s", "tls": {"certificate-file": "leaf.pem", "key-file": "leaf.key"}})
    show(sluice, *authority.local_pair("hurried"))
    sluice.serve()
    try:
        with socket.create_connection(("127.0.0.1", sluice.gateway_port), timeout=5) as connection:
            connection.sendall(b"\x16\x03\x01")
            assert connection.recv(1) == b""
    finally:
        assert sluice.stop() == 0
