"""What is measured: for each target, how it is started in front of an upstream, or why it cannot be."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.processes import Command, free_port
from sluice_under_test import SLUICE, prepare_sluice, prepare_sluice_with_rollout

ROOT = Path(__file__).resolve().parents[2]
ANSWERS = ROOT / "Benchmarks" / "answers"
BARE_PROXY = Path(os.environ.get("BARE_PROXY_BIN") or ROOT / ".build" / "release" / "BareProxy")
# As long as a key of Sluice, so that every target reads the same number of bytes; it opens nothing anywhere.
NO_KEY = "benchmark".ljust(49, "-")


@dataclass(frozen=True)
class Target:
    """A server under test. `prepare` gets a folder of its own and the upstream's port."""

    name: str
    about: str
    prepare: Callable[[Path, int], Command]
    missing: Callable[[], str | None]
    #: LiteLLM needs half a minute to start; the others some milliseconds.
    start_seconds: int = 20


def program(name: str) -> Callable[[], str | None]:
    return lambda: None if shutil.which(name) else f"`{name}` is not on PATH"


def file(path: Path, how: str) -> Callable[[], str | None]:
    return lambda: None if os.access(path, os.X_OK) else f"{path} is not there ({how})"


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


def nginx_command(folder: Path, port: int, servers: str) -> Command:
    configuration = folder / "nginx.conf"
    configuration.write_text(nginx_common(folder) + servers + "}\n")
    # The first log of nginx is opened before the configuration is read, hence -e.
    return Command(["nginx", "-e", str(folder / "error.log"), "-c", str(configuration)], port, NO_KEY)


def prepare_upstream(folder: Path, answer: str) -> Command:
    """An nginx that answers each request with one file: `chat.json` or `stream.sse`."""
    port = free_port()
    kind = "application/json" if answer.endswith(".json") else "text/event-stream"
    # A stream is not to be collected by an nginx on its way; this is how an answer says so.
    unbuffered = "add_header X-Accel-Buffering no;" if answer.endswith(".sse") else ""
    # nginx answers a POST to a file with 405; that answer is replaced by the file itself.
    return nginx_command(folder, port, f"""
    open_file_cache max=16 inactive=1h;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        root {ANSWERS};
        default_type {kind};
        {unbuffered}
        types {{ }}
        location / {{ error_page 405 =200 /{answer}; return 405; }}
        location = /{answer} {{ }}
    }}
""")


def prepare_nginx(folder: Path, upstream: int) -> Command:
    port = free_port()
    return nginx_command(folder, port, f"""
    upstream model {{
        server 127.0.0.1:{upstream};
        keepalive 128;
        keepalive_requests 100000000;
        keepalive_timeout 3600s;
    }}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location / {{
            proxy_pass http://model;
            proxy_http_version 1.1;
            proxy_set_header Connection "";
        }}
    }}
""")


def prepare_haproxy(folder: Path, upstream: int) -> Command:
    port = free_port()
    configuration = folder / "haproxy.cfg"
    configuration.write_text(f"""global
    nbthread 1
    maxconn 4096
defaults
    mode http
    timeout connect 5s
    timeout client 600s
    timeout server 600s
    http-reuse always
frontend clients
    bind 127.0.0.1:{port}
    default_backend model
backend model
    server model 127.0.0.1:{upstream} maxconn 4096 pool-max-conn 256
""")
    return Command(["haproxy", "-db", "-f", str(configuration)], port, NO_KEY)


def prepare_bare_proxy(folder: Path, upstream: int) -> Command:
    port = free_port()
    return Command([str(BARE_PROXY), str(port), str(upstream)], port, NO_KEY)


def prepare_litellm(folder: Path, upstream: int) -> Command:
    port = free_port()
    key = "sk-" + os.urandom(23).hex()
    configuration = folder / "litellm.yaml"
    configuration.write_text(f"""model_list:
  - model_name: bench-model
    litellm_params:
      model: openai/bench-model
      api_base: http://127.0.0.1:{upstream}/v1
      api_key: {NO_KEY}
litellm_settings:
  telemetry: false
""")
    argv = [litellm(), "--config", str(configuration), "--host", "127.0.0.1", "--port", str(port), "--num_workers", "1"]
    return Command(argv, port, key, {"LITELLM_MASTER_KEY": key, "LITELLM_LOG": "ERROR"})


def litellm() -> str:
    return os.environ.get("LITELLM_BIN") or "litellm"


def targets() -> list[Target]:
    """All targets in the order of the table; `direct` is the upstream itself."""
    build = "build it with `swift build -c release`"
    return [
        Target("nginx", "one worker, kept-alive upstream, no log", prepare_nginx, program("nginx")),
        Target("haproxy", "one thread, kept-alive upstream, no log", prepare_haproxy, program("haproxy")),
        Target("bare", "the bare ByteBuffer proxy: one event loop, no rules", prepare_bare_proxy,
               file(BARE_PROXY, build)),
        Target("sluice", "keys, grants, limits and the durable access log on", prepare_sluice, file(SLUICE, build)),
        Target("rollout", "Sluice, while a rollout has every second end user on the model's next version",
               prepare_sluice_with_rollout, file(SLUICE, build)),
        Target("litellm", "one worker, master key, no database", prepare_litellm, program(litellm()), 240),
    ]
