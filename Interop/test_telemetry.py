"""What operators see: the page of metrics, traces through the gateway, and a collector that is well, slow, full or gone."""

import json
import time

import pytest

from collector import Collector, attributes
from processes import eventually, free_port
from raw import Connection, chat, post
from sluice import Sluice

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def start(folder, scripted, endpoint, **otlp):
    """A Sluice that exports every span to `endpoint`."""
    sluice = Sluice(folder)
    sluice.init({"scripted": scripted.url})
    configuration = json.loads(sluice.config.read_text())
    configuration["telemetry"] = {
        "otlp": {"endpoint": endpoint, "sample-ratio": "1", "metrics-interval": "300ms", "timeout": "1s"} | otlp}
    sluice.config.write_text(json.dumps(configuration))
    sluice.serve()
    sluice.add_model("aurora", "scripted", "ok")
    return sluice, sluice.admitted_application("aurora")


@pytest.fixture
def collector():
    collector = Collector()
    yield collector
    collector.stop()


def ask(sluice, application, fields=(), **options):
    with Connection(sluice.gateway_port) as connection:
        connection.send(post(chat("aurora", "script:ok", **options), application.key, fields=list(fields)))
        return connection.answer()


def test_a_collector_below_a_path_is_sent_its_key_and_nobody_else(tmp_path, scripted, collector):
    (tmp_path / "collector.key").write_text("collector-secret\n")
    sluice, application = start(
        tmp_path, scripted, collector.url + "/base", **{"authorization-file": str(tmp_path / "collector.key")})
    try:
        # This collector has no such path, and says which it was asked for.
        assert ask(sluice, application)[0] == 200
        eventually(lambda: collector.faults, what="a message under the base path")
        assert all("/base/v1/" in fault for fault in collector.faults)
        assert set(collector.authorizations) == {"Bearer collector-secret"}
        assert "collector-secret" not in sluice.process.output()
        assert "collector-secret" not in sluice.run("config", "check", "--config", sluice.config).stdout
    finally:
        sluice.stop()


def test_a_trace_is_whole_from_the_caller_to_the_upstream(tmp_path, scripted, collector):
    sluice, application = start(tmp_path, scripted, collector.url)
    try:
        status, fields, _ = ask(sluice, application, [f"traceparent: 00-{TRACE}-00f067aa0ba902b7-00"])
        assert status == 200
        ask(sluice, application, stream=True)
        eventually(lambda: len(collector.spans) == 2, what="two spans")
        span = next(span for span in collector.spans if span["traceId"] == TRACE)
        assert span["parentSpanId"] == "00f067aa0ba902b7"
        found = attributes(span["attributes"], "span")
        assert found["gen_ai.operation.name"] == "chat" and found["gen_ai.request.model"] == "aurora"
        assert found["sluice.request.id"] == fields["x-request-id"]
        eventually(lambda: "gen_ai.server.request.duration" in collector.metrics, what="metrics")
        assert collector.faults == []
        assert sluice.metric("sluice_telemetry_spans_total", result="exported") == 2
        assert sluice.metric("gen_ai_server_request_duration_seconds_count", gen_ai_request_model="aurora") == 2
    finally:
        sluice.stop()


def test_requests_are_unmoved_by_a_collector_that_is_slow_full_or_gone(tmp_path, scripted, collector):
    sluice, application = start(tmp_path, scripted, collector.url, queue=4)
    try:
        for status, delay in ((429, 0), (503, 0), (200, 3)):
            collector.status, collector.delay = status, delay
            asked = len(collector.statuses)
            started = time.monotonic()
            for _ in range(20):
                assert ask(sluice, application)[0] == 200
            assert time.monotonic() - started < 10
            eventually(lambda: len(collector.statuses) > asked, what="an attempt")
        assert sluice.metric("sluice_telemetry_spans_total", result="dropped") > 0
        collector.stop()
        for _ in range(20):
            assert ask(sluice, application)[0] == 200
    finally:
        begun = time.monotonic()
        assert sluice.stop() == 0
        assert time.monotonic() - begun < 10, "a collector that is gone holds up no stop"


def test_a_collector_that_was_never_there_stops_nothing(tmp_path, scripted):
    sluice, application = start(tmp_path, scripted, f"http://127.0.0.1:{free_port()}")
    try:
        for _ in range(5):
            assert ask(sluice, application)[0] == 200
        eventually(lambda: sluice.metric("sluice_telemetry_exports_total", signal="metrics", result="failed") > 0)
    finally:
        assert sluice.stop() == 0
