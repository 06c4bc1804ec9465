"""A stand-in for an OpenTelemetry collector: takes OTLP over HTTP as JSON, and judges it by the names and types of the
protocol. How it answers can be changed while it runs."""

import http.server
import json
import re
import ssl
import threading
import time

HEX32, HEX16, DIGITS = re.compile(r"[0-9a-f]{32}"), re.compile(r"[0-9a-f]{16}"), re.compile(r"-?\d+")

VALUES = {
    "stringValue": lambda value: isinstance(value, str), "boolValue": lambda value: isinstance(value, bool),
    "intValue": lambda value: isinstance(value, str) and bool(DIGITS.fullmatch(value)),
    "doubleValue": lambda value: isinstance(value, (int, float)),
}


def is_int64(value):
    """JSON Protobuf: 64-bit numbers are text."""
    return isinstance(value, str) and bool(DIGITS.fullmatch(value))


def members(thing, required, optional, where):
    missing, strange = set(required) - set(thing), set(thing) - set(required) - set(optional)
    assert not missing and not strange, f"{where}: missing {missing}, unknown {strange}"


def attributes(pairs, where):
    found = {}
    for pair in pairs:
        members(pair, ["key", "value"], [], where)
        (kind, value), = pair["value"].items()
        assert VALUES[kind](value), f"{where}: {pair}"
        assert pair["key"] not in found, f"{where}: {pair['key']} comes twice"
        found[pair["key"]] = value
    return found


def resource(thing):
    members(thing["resource"], ["attributes"], ["droppedAttributesCount"], "resource")
    assert attributes(thing["resource"]["attributes"], "resource")["service.name"] == "sluice"


def check_traces(message):
    members(message, ["resourceSpans"], [], "request")
    for of_resource in message["resourceSpans"]:
        members(of_resource, ["resource", "scopeSpans"], ["schemaUrl"], "resourceSpans")
        resource(of_resource)
        for scoped in of_resource["scopeSpans"]:
            members(scoped, ["scope", "spans"], ["schemaUrl"], "scopeSpans")
            for span in scoped["spans"]:
                members(span, ["traceId", "spanId", "name", "kind", "startTimeUnixNano", "endTimeUnixNano"],
                        ["parentSpanId", "attributes", "status", "events", "flags", "traceState", "links"], "span")
                assert HEX32.fullmatch(span["traceId"]) and HEX16.fullmatch(span["spanId"])
                assert "parentSpanId" not in span or HEX16.fullmatch(span["parentSpanId"])
                assert span["kind"] in range(6) and isinstance(span["flags"], int)
                assert is_int64(span["startTimeUnixNano"]) and is_int64(span["endTimeUnixNano"])
                assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
                attributes(span["attributes"], "span")
                yield span


def check_point(point, metric):
    assert is_int64(point["timeUnixNano"])
    attributes(point["attributes"], metric["name"])
    if "histogram" in metric:
        members(point, ["attributes", "startTimeUnixNano", "timeUnixNano", "count", "sum", "bucketCounts",
                        "explicitBounds"], [], metric["name"])
        counts, bounds = point["bucketCounts"], point["explicitBounds"]
        assert is_int64(point["count"]) and all(is_int64(count) for count in counts)
        assert len(counts) == len(bounds) + 1 and bounds == sorted(set(bounds))
        assert sum(map(int, counts)) == int(point["count"]) and isinstance(point["sum"], (int, float))
    else:
        members(point, ["attributes", "timeUnixNano"], ["startTimeUnixNano", "asInt", "asDouble"], metric["name"])
        assert "asInt" not in point or is_int64(point["asInt"])


def check_metrics(message):
    members(message, ["resourceMetrics"], [], "request")
    for of_resource in message["resourceMetrics"]:
        members(of_resource, ["resource", "scopeMetrics"], ["schemaUrl"], "resourceMetrics")
        resource(of_resource)
        for scoped in of_resource["scopeMetrics"]:
            members(scoped, ["scope", "metrics"], ["schemaUrl"], "scopeMetrics")
            for metric in scoped["metrics"]:
                (kind,) = {"sum", "gauge", "histogram"} & set(metric)
                members(metric, ["name", "description", kind], ["unit"], "metric")
                if kind != "gauge":
                    assert metric[kind]["aggregationTemporality"] == 2
                for point in metric[kind]["dataPoints"]:
                    check_point(point, metric)
                yield metric


class Collector:
    """Listens on a free port, with TLS if it is given a certificate and its key. `status` and `delay` say how it
    answers; what it took and found wrong is kept."""

    def __init__(self, pair=None):
        self.status, self.delay = 200, 0.0
        self.spans, self.metrics, self.faults, self.statuses, self.authorizations = [], {}, [], [], []
        collector = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                time.sleep(collector.delay)
                status = collector.status
                collector.statuses.append(status)
                collector.authorizations.append(self.headers.get("authorization"))
                if status == 200:
                    collector.take(self.path, self.headers["content-type"], body)
                try:
                    self.send_response(status)
                    self.send_header("content-type", "application/json")
                    self.send_header("content-length", "2")
                    self.end_headers()
                    self.wfile.write(b"{}")
                except OSError:
                    pass  # whoever asked has given up

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.scheme = "https" if pair else "http"
        if pair:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*pair)
            # Each handshake in its own thread, so that one that fails holds up no other.
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}"

    def take(self, path, content_type, body):
        try:
            assert content_type == "application/json"
            message = json.loads(body)
            if path == "/v1/traces":
                self.spans += list(check_traces(message))
            else:
                assert path == "/v1/metrics", path
                self.metrics = {metric["name"]: metric for metric in check_metrics(message)}
        except Exception as fault:
            self.faults.append(repr(fault))

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
