"""Whose a connection is: counted for each client address, believed from named proxies only, and recorded nowhere."""

import socket
import struct

import pytest

from processes import eventually
from raw import Connection, chat, post
from sluice import Sluice

CLIENT = "192.0.2.77"


@pytest.fixture
def make(tmp_path, scripted):
    made = []

    def start(**gateway):
        sluice = Sluice(tmp_path)
        sluice.init({"scripted": scripted.url}, gateway)
        sluice.serve()
        made.append(sluice)
        sluice.add_model("aurora", "scripted", "ok")
        sluice.key = sluice.admitted_application("aurora").key
        return sluice
    yield start
    for sluice in made:
        sluice.stop()


def version_1(client):
    return f"PROXY TCP4 {client} 198.51.100.1 56324 443\r\n".encode()


def version_2(client):
    return b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack("!H", 12) + socket.inet_aton(client) + b"\xc6\x33\x64\x01\xdc\x04\x01\xbb"


def status(connection, sluice, header=b""):
    """The answer's status; None if the connection was closed instead."""
    try:
        connection.send(header + post(chat("aurora"), sluice.key))
        return connection.answer()[0]
    except (EOFError, ConnectionError):
        return None


def test_connections_of_one_address_are_bounded_and_another_address_is_not(make):
    sluice = make(**{"maximum-connections-of-address": 3})
    opened = []
    try:
        for expected in (200, 200, 200, None):
            opened.append(Connection(sluice.gateway_port))
            assert status(opened[-1], sluice) == expected
        other = socket.create_connection(("127.0.0.1", sluice.gateway_port), timeout=10, source_address=("127.0.0.2", 0))
        other.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        assert other.recv(65536).startswith(b"HTTP/1.1 200")
        other.close()
        opened[0].socket.close()
        eventually(lambda: sluice.metric("sluice_gateway_connections") == 2)
        with Connection(sluice.gateway_port) as fresh:
            assert status(fresh, sluice) == 200
        assert sluice.metric("sluice_gateway_connections_cut_total", reason="too_many_of_address") == 1
    finally:
        for connection in opened:
            connection.socket.close()


@pytest.mark.parametrize("header", [version_1, version_2])
def test_a_named_proxy_says_whose_a_connection_is(make, header):
    sluice = make(**{"maximum-connections-of-address": 2, "proxies": ["127.0.0.0/8"], "proxy-protocol": True})
    opened = [Connection(sluice.gateway_port) for _ in range(6)]
    try:
        assert [status(connection, sluice, header(CLIENT)) for connection in opened[:3]] == [200, 200, None]
        assert [status(connection, sluice, header("192.0.2.78")) for connection in opened[3:]] == [200, 200, None]
    finally:
        for connection in opened:
            connection.socket.close()
    sluice.stop()
    held = [path for path in sluice.folder.glob("**/*") if path.is_file() and CLIENT.encode() in path.read_bytes()]
    assert not held, "a client's address was recorded"


def test_a_header_may_come_in_pieces_and_before_http2(make):
    sluice = make(proxies=["127.0.0.1"], **{"proxy-protocol": True})
    with Connection(sluice.gateway_port) as connection:
        for byte in version_2(CLIENT):
            connection.send(bytes([byte]))
        assert status(connection, sluice) == 200
    with Connection(sluice.gateway_port) as connection:
        connection.send(version_1(CLIENT) + b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0")
        assert connection.socket.recv(9)[3] == 4, "no settings came"


def test_a_named_proxy_without_a_header_and_anybody_else_with_one_are_closed(make):
    sluice = make(proxies=["127.0.0.2"], **{"proxy-protocol": True})
    with Connection(sluice.gateway_port) as stranger:
        stranger.send(version_1(CLIENT) + post(chat("aurora"), sluice.key))
        assert stranger.answer()[0] in (400, 501), "a header of the PROXY protocol is no request"
    with Connection(sluice.gateway_port) as stranger:
        assert status(stranger, sluice) == 200
    proxy = socket.create_connection(("127.0.0.1", sluice.gateway_port), timeout=10, source_address=("127.0.0.2", 0))
    proxy.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
    try:
        assert proxy.recv(1) == b""
    except ConnectionError:
        pass
    proxy.close()
    assert sluice.metric("sluice_gateway_connections_cut_total", reason="proxy_header") == 1


def test_what_requests_say_of_addresses_is_believed_of_nobody(make):
    sluice = make(proxies=["127.0.0.1"])
    fields = [f"X-Forwarded-For: {CLIENT}", f"Forwarded: for={CLIENT}", f"X-Real-IP: {CLIENT}"]
    with Connection(sluice.gateway_port) as connection:
        connection.send(post(chat("aurora"), sluice.key, fields=fields))
        assert connection.answer()[0] == 200
    sluice.stop()
    held = [path for path in sluice.folder.glob("**/*") if path.is_file() and CLIENT.encode() in path.read_bytes()]
    assert not held, "a client's address was recorded"
