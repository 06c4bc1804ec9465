"""Half of what the gateway can carry, for long: its memory does not grow.

`SLUICE_SOAK` is for how many seconds; `make soak` takes half an hour. Plain requests and streams come in turn from `wrk`, at
half the rate that it reaches without a pause. The slope is that of a straight line through what the kernel says each ten
seconds (least squares), after a third of the time, in which buffers, pools and the log's own parts have grown.
"""

import json
import os
import re
import shutil
import subprocess
import time

import pytest

from processes import Process, eventually, free_port
from raw import chat
from watching import Memory

SECONDS = int(os.environ.get("SLUICE_SOAK", "0"))
CONNECTIONS = 256
EACH = 10
BOUND = 1 << 20

PLAIN = json.dumps({
    "id": "c", "object": "chat.completion", "created": 1, "model": "ok",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello there."}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 3, "total_tokens": 12}})
CHUNK = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "ok"}
EVENTS = [
    CHUNK | {"choices": [{"index": 0, "delta": {"content": "Hello"}, "finish_reason": None}]},
    CHUNK | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    CHUNK | {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10}},
]
STREAM = "".join(f"data: {json.dumps(event)}\\n\\n" for event in EVENTS) + "data: [DONE]\\n\\n"

NGINX = """
daemon off; worker_processes 1; pid %(folder)s/nginx.pid; error_log %(folder)s/nginx-error.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 100000000; keepalive_timeout 3600s; client_body_temp_path %(folder)s;
  proxy_temp_path %(folder)s; fastcgi_temp_path %(folder)s; uwsgi_temp_path %(folder)s; scgi_temp_path %(folder)s;
  server { listen 127.0.0.1:%(plain)d; default_type application/json; location / { return 200 '%(answer)s'; } }
  server { listen 127.0.0.1:%(stream)d; default_type text/event-stream; location / { return 200 '%(events)s'; } }
}
"""
# wrk asks for the pause before each request, in milliseconds.
SCRIPT = """
local pause, number = %(pause)d, 0
wrk.method = "POST"
wrk.headers["Authorization"] = "Bearer %(key)s"
wrk.headers["Content-Type"] = "application/json"
local bodies = { '%(plain)s', '%(stream)s' }
function request()
    number = number + 1
    return wrk.format(nil, "/v1/chat/completions", nil, bodies[number %% 2 + 1])
end
if pause > 0 then
    function delay() return pause end
end
"""


@pytest.fixture
def served(new_sluice, tmp_path):
    """A Sluice with two models before an nginx that answers the one plainly and the other with a stream."""
    ports = {"plain": free_port(), "stream": free_port()}
    configuration = tmp_path / "nginx.conf"
    configuration.write_text(NGINX % (ports | {"folder": tmp_path, "answer": PLAIN, "events": STREAM}))
    nginx = Process([shutil.which("nginx"), "-e", tmp_path / "nginx-error.log", "-c", configuration], tmp_path / "nginx.log")
    sluice = new_sluice({name: f"http://127.0.0.1:{port}" for name, port in ports.items()})
    sluice.application = sluice.add_application()
    for name in ports:
        sluice.add_model(name, name, "ok")
        sluice.grant(sluice.application, name)
    yield sluice
    nginx.stop()
    sluice.stop()
    # Half an hour of entries fill a disk.
    shutil.rmtree(sluice.data)


def load(sluice, folder, pause, seconds):
    """Starts wrk; with a pause between an answer and the next request, in milliseconds."""
    script = folder / f"load-{pause}.lua"
    script.write_text(SCRIPT % {
        "pause": pause, "key": sluice.application.key, "plain": json.dumps(chat("plain")),
        "stream": json.dumps(chat("stream", stream=True))})
    return subprocess.Popen(
        ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds}s", "--timeout", "30s", "-s", script, sluice.gateway],
        stdout=subprocess.PIPE, text=True)


def rate(process):
    """How many requests a second there were; all of them were answered well."""
    told, _ = process.communicate()
    assert process.returncode == 0 and "Non-2xx" not in told and "Socket errors" not in told, told
    return float(re.search(r"Requests/sec: +([\d.]+)", told)[1])


def slope(samples):
    """Bytes a second, by least squares."""
    times, sizes = zip(*samples)
    middle, mean = sum(times) / len(times), sum(sizes) / len(sizes)
    return sum((at - middle) * (size - mean) for at, size in samples) / sum((at - middle) ** 2 for at in times)


@pytest.mark.skipif(not SECONDS, reason="for `make soak`: it takes half an hour")
@pytest.mark.timeout(SECONDS + 120)
def test_memory_does_not_grow_under_half_load(served, tmp_path):
    most = rate(load(served, tmp_path, 0, 10))
    pause = round(2 * CONNECTIONS / most * 1_000)
    memory, samples, began = Memory(served.process), [], time.monotonic()
    loaded = load(served, tmp_path, pause, SECONDS)
    while loaded.poll() is None:
        samples.append((time.monotonic() - began, memory.now()))
        time.sleep(EACH)
    half = rate(loaded)
    rest = samples[len(samples) // 3:]
    growth = slope(rest) * 60
    print(
        f"\n{SECONDS} s at {half:.0f} requests a second, of {most:.0f} that it carries: {samples[0][1] >> 10} KiB at first, "
        f"{rest[0][1] >> 10} KiB after a third, {rest[-1][1] >> 10} KiB at the end; {growth / 1024:.0f} KiB a minute")
    assert 0.35 * most < half < 0.65 * most, "this is not half the load"
    assert growth < BOUND
    eventually(lambda: served.metric("sluice_gateway_in_flight") == 0)
