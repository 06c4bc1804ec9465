"""TLS on the control listener: the command line and other clients over it, and who is not believed."""

import json
import os
import socket
import ssl
import subprocess
import threading

import pytest

from certificates import Authority
from processes import Process, answers, binary, eventually
from sluice import Sluice


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def secure(tmp_path_factory, scripted_process, authority):
    """A Sluice whose control API speaks TLS."""
    sluice = Sluice(tmp_path_factory.mktemp("sluice"))
    sluice.init({"scripted": scripted_process.url})
    configuration = json.loads(sluice.config.read_text())
    configuration["control"]["tls"] = {"certificate-file": "control.pem", "key-file": "control.key", "others": {
        "office": {"certificate-file": "office.pem", "key-file": "office.key"}}}
    sluice.config.write_text(json.dumps(configuration))
    show(sluice, "control", authority.local_pair("first"))
    show(sluice, "office", texts(authority.issue("office", "DNS:control.office.example", subject="office")))
    sluice.process = Process(
        [binary("SLUICE_BIN", "sluice"), "serve", "--config", sluice.config], sluice.folder / "sluice.log")
    sluice.process.wait_until(lambda: answers(f"{url(sluice)}/readyz", authority.context(())))
    yield sluice
    sluice.stop()


def texts(files):
    return tuple(file.read_text() for file in files)


def show(sluice, name, pair):
    (sluice.data / f"{name}.pem").write_text(pair[0])
    (sluice.data / f"{name}.key").write_text(pair[1])


def url(sluice, host="localhost"):
    return f"https://{host}:{sluice.control_port}"


def shown(sluice, authority, name):
    """The common name of the certificate that a client sees that asks for `name`."""
    context = authority.context(())
    context.check_hostname = False
    with socket.create_connection(("127.0.0.1", sluice.control_port), timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname=name) as connection:
            return dict(pair[0] for pair in connection.getpeercert()["subject"])["commonName"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_the_command_line_gives_commands_over_tls(secure, authority, host):
    options = ["--server", url(secure, host), "--ca-file", authority.certificate, "--key-file", secure.key_file("alice")]
    name = f"model-{host.replace('.', '-')}"
    secure.run("model", "add", name, *options)
    listed = json.loads(secure.run("model", "list", "--output", "json", *options).stdout)
    assert name in [model["name"] for model in listed["data"]]


def test_server_and_authority_come_from_the_environment_too(secure, authority):
    environment = {"SLUICE_SERVER": url(secure), "SLUICE_CA_FILE": str(authority.certificate),
                   "SLUICE_KEY_FILE": str(secure.key_file("alice"))}
    said = subprocess.run([binary("SLUICE_BIN", "sluice"), "model", "list", "--output", "json"], capture_output=True,
                          text=True, timeout=20, env=os.environ | environment)
    assert said.returncode == 0 and "data" in json.loads(said.stdout), said.stderr


def test_an_authority_that_is_not_named_is_not_believed(tmp_path, secure):
    stranger = Authority(tmp_path, "stranger")
    for options in ([], ["--ca-file", stranger.certificate]):
        finished = secure.run("model", "list", "--server", url(secure), "--key-file", secure.key_file("alice"), *options,
                              check=False)
        assert finished.returncode == 6 and "did not prove who it is, so nothing was sent" in finished.stderr
        assert "--ca-file" in finished.stderr


def test_a_server_with_anothers_certificate_hears_nothing(secure, authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("another", "DNS:another.example", "IP:127.0.0.1"))
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve():
            plain, _ = listener.accept()
            try:
                with context.wrap_socket(plain, server_side=True) as connection:
                    heard.append(connection.recv(4096))
            except OSError as fault:
                heard.append(fault)
        server = threading.Thread(target=serve)
        server.start()
        finished = secure.run("model", "list", "--server", f"https://localhost:{listener.getsockname()[1]}",
                              "--ca-file", authority.certificate, "--key-file", secure.key_file("alice"), check=False)
        server.join(10)
    assert finished.returncode == 6 and "did not prove who it is" in finished.stderr
    assert heard[0] == b"" or isinstance(heard[0], OSError), "a key went to somebody else"


def test_plain_http_and_tls_do_not_answer_each_other(secure, sluice, authority):
    options = ["--key-file", secure.key_file("alice")]
    plain = secure.run("model", "list", "--server", f"http://localhost:{secure.control_port}", *options, check=False)
    assert plain.returncode != 0
    finished = secure.run("model", "list", "--server", f"https://localhost:{sluice.control_port}", "--ca-file",
                          authority.certificate, *options, check=False)
    assert finished.returncode == 6 and "did not prove who it is" in finished.stderr
    wrong = secure.run("model", "list", "--server", sluice.control, "--ca-file", authority.certificate, *options, check=False)
    assert wrong.returncode == 2 and "--ca-file is for a server with https" in wrong.stderr


def test_curl_reads_metrics_and_nothing_older_than_tls_1_2_is_spoken(secure, authority):
    page = subprocess.run(["curl", "-sS", "--cacert", authority.certificate, f"{url(secure)}/metrics"], capture_output=True,
                          text=True, timeout=20)
    assert "sluice_build_info" in page.stdout, page.stderr
    for flag, is_taken in (("-tls1_1", False), ("-tls1_2", True), ("-tls1_3", True)):
        said = subprocess.run(
            ["openssl", "s_client", flag, "-cipher", "DEFAULT@SECLEVEL=0", "-connect", f"127.0.0.1:{secure.control_port}"],
            input="", capture_output=True, text=True, timeout=20)
        assert ("Cipher is (NONE)" not in said.stdout) == is_taken


def test_each_name_has_its_certificate_and_each_is_replaced_by_itself(secure, authority):
    assert shown(secure, authority, "control.office.example") == "office"
    assert shown(secure, authority, "localhost") == shown(secure, authority, "unheard.of") == "first"
    show(secure, "control", authority.local_pair("second"))
    eventually(lambda: shown(secure, authority, "localhost") == "second", 10)
    assert shown(secure, authority, "control.office.example") == "office"
    assert "the certificate of control.tls was replaced" in secure.process.output()
    secure.run("model", "list", "--server", url(secure), "--ca-file", authority.certificate, "--key-file",
               secure.key_file("alice"))


def test_the_doctor_looks_at_every_pair(secure):
    said = secure.run("doctor", "--config", secure.config, check=False).stdout
    assert "certificate of control.tls:" in said and "certificate of control.tls.others.office:" in said
