"""The upstream and the named peers: their configurations, as plain as a fair comparison allows."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from harness.certificate import Certificate
from harness.processes import Command, free_port
from harness.scenarios import ANSWERS, Kind

ROOT = Path(__file__).resolve().parents[2]
BARE_PROXY = Path(os.environ.get("BARE_PROXY_BIN") or ROOT / ".build" / "release" / "BareProxy")
# As long as a key of Sluice, so that every target reads the same number of bytes; it opens nothing anywhere.
NO_KEY = "benchmark".ljust(49, "-")
# What wrk's OpenSSL and Sluice settle on; the peers are held to it.
SUITE, CURVE = "TLS_AES_256_GCM_SHA384", "X25519"


@dataclass(frozen=True)
class Front:
    """What a target stands in front of, and what it shows to its clients."""

    upstream: int
    certificate: Certificate | None = None


def nginx_common(folder: Path) -> str:
    places = "\n".join(
        f"    {kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return f"""worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    keepalive_requests 100000000;
    keepalive_timeout 3600s;
    client_body_buffer_size 256k;
{places}
"""


def nginx_command(folder: Path, port: int, servers: str, tls: bool = False) -> Command:
    configuration = folder / "nginx.conf"
    configuration.write_text(nginx_common(folder) + servers + "}\n")
    # The first log of nginx is opened before the configuration is read, hence -e.
    return Command(["nginx", "-e", str(folder / "error.log"), "-c", str(configuration)], port, NO_KEY, tls=tls)


def prepare_upstream(folder: Path, kind: Kind) -> Command:
    """An nginx that answers each request with one file: `chat.json` or `stream.sse`."""
    port = free_port()
    media = "text/event-stream" if kind.streams else "application/json"
    # A stream is not to be collected by an nginx on its way; this is how an answer says so.
    unbuffered = "add_header X-Accel-Buffering no;" if kind.streams else ""
    # nginx answers a POST to a file with 405; that answer is replaced by the file itself.
    return nginx_command(folder, port, f"""
    open_file_cache max=16 inactive=1h;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        root {ANSWERS};
        default_type {media};
        {unbuffered}
        types {{ }}
        location / {{ error_page 405 =200 /{kind.answer.name}; return 405; }}
        location = /{kind.answer.name} {{ }}
    }}
""")


def prepare_nginx(folder: Path, front: Front) -> Command:
    port = free_port()
    listen = f"listen 127.0.0.1:{port} backlog=4096;"
    if shown := front.certificate:
        listen = f"""listen 127.0.0.1:{port} ssl http2 backlog=4096;
        ssl_certificate {shown.file};
        ssl_certificate_key {shown.key};
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_conf_command Ciphersuites {SUITE};
        ssl_ecdh_curve {CURVE};
        http2_max_concurrent_streams 128;"""
    return nginx_command(folder, port, f"""
    upstream model {{
        server 127.0.0.1:{front.upstream};
        keepalive 128;
        keepalive_requests 100000000;
        keepalive_timeout 3600s;
    }}
    server {{
        {listen}
        location / {{
            proxy_pass http://model;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }}
    }}
""", tls=front.certificate is not None)


def prepare_haproxy(folder: Path, front: Front) -> Command:
    port = free_port()
    configuration = folder / "haproxy.cfg"
    bind = f"bind 127.0.0.1:{port}"
    if front.certificate:
        bind += f" ssl crt {front.certificate.both} alpn h2,http/1.1 ciphersuites {SUITE} curves {CURVE}"
    # Without `http-no-delay` it holds pieces of a stream back for up to 200 ms.
    configuration.write_text(f"""global
    nbthread 1
    maxconn 4096
defaults
    mode http
    option http-no-delay
    timeout connect 5s
    timeout client 600s
    timeout server 600s
    http-reuse always
frontend clients
    {bind}
    default_backend model
backend model
    server model 127.0.0.1:{front.upstream} maxconn 4096 pool-max-conn 256
""")
    return Command(["haproxy", "-db", "-f", str(configuration)], port, NO_KEY, tls=front.certificate is not None)


def prepare_bare_proxy(folder: Path, front: Front) -> Command:
    port = free_port()
    return Command([str(BARE_PROXY), str(port), str(front.upstream)], port, NO_KEY)


def prepare_litellm(folder: Path, front: Front) -> Command:
    port = free_port()
    key = "sk-" + os.urandom(23).hex()
    configuration = folder / "litellm.yaml"
    configuration.write_text(f"""model_list:
  - model_name: bench-model
    litellm_params:
      model: openai/bench-model
      api_base: http://127.0.0.1:{front.upstream}/v1
      api_key: {NO_KEY}
litellm_settings:
  telemetry: false
""")
    argv = [litellm(), "--config", str(configuration), "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"]
    return Command(argv, port, key, {"LITELLM_MASTER_KEY": key, "LITELLM_LOG": "ERROR"})


def litellm() -> str:
    return os.environ.get("LITELLM_BIN") or "litellm"
