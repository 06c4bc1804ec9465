"""What operators see: the page of metrics, traces through the gateway, and a collector that is well, slow, full or gone."""

import json
import subprocess
import time

import pytest

from certificates import Authority
from collector import Collector, attributes
from processes import Process, binary, eventually, free_port
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
        sluice.process.new_output()
        (tmp_path / "collector.key").write_text("second-secret\n")
        eventually(lambda: "Bearer second-secret" in collector.authorizations, what="the new key")
        said = sluice.process.new_output()
        assert "the key of the collector was replaced" in said and "upstream" not in said and "secret" not in said
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
        # They are counted when the collector's answer has come, which is after it has them.
        eventually(lambda: sluice.metric("sluice_telemetry_spans_total", result="exported") == 2, what="both counted")
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


def test_a_collector_with_a_certificate_of_its_own_is_believed_by_its_authority_alone(tmp_path, scripted):
    authority, stranger = Authority(tmp_path), Authority(tmp_path, "stranger")
    collector = Collector(authority.issue("collector", "IP:127.0.0.1"))
    sluice, application = start(
        tmp_path, scripted, collector.url, **{"ca-file": str(stranger.certificate), "metrics-interval": "200ms"})
    try:
        assert ask(sluice, application)[0] == 200
        eventually(lambda: sluice.metric("sluice_telemetry_exports_total", result="failed") > 1, what="refused handshakes")
        assert collector.statuses == [], "nothing is said to whom nobody vouches for"
        assert sluice.stop() == 0
        configuration = json.loads(sluice.config.read_text())
        configuration["telemetry"]["otlp"]["ca-file"] = str(authority.certificate)
        sluice.config.write_text(json.dumps(configuration))
        sluice.serve()
        _, fields, _ = ask(sluice, application)
        eventually(lambda: collector.spans and collector.metrics, what="spans and metrics over TLS")
        assert attributes(collector.spans[0]["attributes"], "span")["sluice.request.id"] == fields["x-request-id"]
        assert collector.faults == []
    finally:
        sluice.stop()
        collector.stop()


def test_a_refusal_has_a_span_and_an_unlogged_request_has_none(tmp_path, scripted, collector):
    sluice, application = start(tmp_path, scripted, collector.url)
    try:
        researcher = sluice.admitted_application("aurora", entitlements=["unlogged"])
        trace = [f"traceparent: 00-{TRACE}-00f067aa0ba902b7-01", "tracestate: rojo=1"]
        scripted.reset()
        status, fields, _ = ask(sluice, researcher, trace)
        assert status == 200
        assert not {"traceparent", "tracestate"} & {name.lower() for name, _ in scripted.seen()[-1]["headers"]}
        with Connection(sluice.gateway_port) as connection:
            connection.send(post(chat("no-such-model-of-mine"), application.key, fields=trace))
            status, fields, _ = connection.answer()
        assert status == 404
        eventually(lambda: collector.spans, what="the refusal's span")
        (span,) = collector.spans
        found = attributes(span["attributes"], "span")
        assert (span["traceId"], span["parentSpanId"]) == (TRACE, "00f067aa0ba902b7")
        assert found["error.type"] == "model_not_found" and found["http.response.status_code"] == "404"
        assert found["sluice.request.id"] == fields["x-request-id"]
        assert "status" not in span, "a refusal is no fault of the server's"
        assert "no-such-model-of-mine" not in json.dumps(span) and len(scripted.seen()) == 1
        # The rest of what was said of both comes with metrics; a span of the unlogged one would have come by now.
        ask(sluice, application)
        eventually(lambda: len(collector.spans) == 2, what="the span of one that was let in")
        assert collector.faults == []
    finally:
        sluice.stop()


def test_a_followed_tail_shows_each_request_as_it_ends_and_outlives_the_server(tmp_path, scripted):
    sluice = Sluice(tmp_path)
    sluice.init({"scripted": scripted.url})
    sluice.serve()
    sluice.add_model("aurora", "scripted", "ok")
    application = sluice.admitted_application("aurora")
    earlier = [ask(sluice, application)[1]["x-request-id"] for _ in range(3)]
    eventually(lambda: sluice.log_size("access") == 6, what="the outcomes")
    tail = Process([binary("SLUICE_BIN", "sluice"), "request", "tail", "--data", sluice.data, "--count", "2",
                    "--follow", "--output", "json"], tmp_path / "tail.log")

    def shown():
        return [json.loads(line)["outcome"]["request"] for line in tail.output().splitlines()]

    try:
        tail.wait_until(lambda: len(shown()) == 2)
        assert shown() == earlier[1:]
        later = [ask(sluice, application, stream=stream)[1]["x-request-id"] for stream in (False, True)]
        tail.wait_until(lambda: len(shown()) == 4)
        assert shown() == earlier[1:] + later
        last = json.loads(tail.output().splitlines()[-1])
        assert last["admission"]["model"] == "aurora" and last["admission"]["stream"] is True
        assert last["outcome"]["outcome"] == "completed"
        # A server that stops and comes back goes on in the same log, and the reader with it.
        assert sluice.stop() == 0
        sluice.serve()
        again = ask(sluice, application)[1]["x-request-id"]
        tail.wait_until(lambda: len(shown()) == 5)
        assert shown()[-1] == again
        # Whoever pipes it into `head` closes the pipe: the process ends with the next line, and says nothing of it.
        piped = subprocess.Popen(
            [binary("SLUICE_BIN", "sluice"), "request", "tail", "--data", sluice.data, "--count", "0", "--follow"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        try:
            piped.stdout.close()
            eventually(lambda: ask(sluice, application)[0] == 200 and piped.poll() is not None, 15, "the reader's end")
            assert piped.stderr.read() == b""
        finally:
            piped.kill()
            piped.wait()
    finally:
        tail.stop()
        sluice.stop()
