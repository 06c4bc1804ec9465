/// Every metric that Sluice has: the list that the documentation shows and a test compares it with.
extension SluiceMetrics {
    /// Requests that the gateway has answered.
    public static let requestsTotal = Metric.counter(
        "sluice_gateway_requests_total", "Requests that the gateway has answered.",
        labels: ["format", "outcome", "status_class"])
    /// Refusals by the code that the caller was told.
    public static let refusalsTotal = Metric.counter(
        "sluice_gateway_refusals_total", "Requests refused by Sluice itself, by the code that the caller was told.",
        labels: ["code"])
    /// Admitted requests under way.
    public static let inFlight = Metric.gauge(
        "sluice_gateway_in_flight", "Admitted requests that have not ended.")
    /// Open connections of callers.
    public static let connections = Metric.gauge("sluice_gateway_connections", "Open connections of callers.")
    /// Connections and streams that were cut, without a word that a caller's SDK would read.
    public static let connectionsCutTotal = Metric.counter(
        "sluice_gateway_connections_cut_total", "Connections and HTTP/2 streams that the gateway has cut, by reason.",
        labels: ["reason"])
    /// From the first byte of a request to the last byte of its answer.
    public static let requestSeconds = Metric.histogram(
        "sluice_gateway_request_seconds", "Seconds from the head of a request to the last byte of its answer.")
    /// From the head of a request to the first byte of its answer.
    public static let firstByteSeconds = Metric.histogram(
        "sluice_gateway_first_byte_seconds", "Seconds from the head of a request to the first byte of its answer.")
    /// What the upstream took of that.
    public static let upstreamSeconds = Metric.histogram(
        "sluice_gateway_upstream_seconds", "Seconds that the upstream took, from sending to its last byte.")
    /// Tokens that upstreams have counted.
    public static let tokensTotal = Metric.counter(
        "sluice_gateway_tokens_total", "Tokens as counted by upstreams.", labels: ["direction"])
    /// Requests of which nobody knows what they used.
    public static let usageUnknownTotal = Metric.counter(
        "sluice_gateway_usage_unknown_total",
        "Requests sent to an upstream that did not say how many tokens they used, by outcome.", labels: ["outcome"])
    /// Upstreams that did not answer as they should.
    public static let upstreamFailuresTotal = Metric.counter(
        "sluice_gateway_upstream_failures_total", "Requests that an upstream failed, by reason.", labels: ["reason"])
    /// Requests that were sent once more.
    public static let repetitionsTotal = Metric.counter(
        "sluice_gateway_repetitions_total", "Tries beyond the first, by why the try before failed.", labels: ["reason"])
    /// Endpoints out of use.
    public static let endpointsOut = Metric.gauge(
        "sluice_upstream_endpoint_out", "Event loops that keep an endpoint out of use, for upstreams with several.",
        labels: ["upstream", "endpoint"])
    /// How often an endpoint was put out of use.
    public static let endpointEjectionsTotal = Metric.counter(
        "sluice_upstream_endpoint_ejections_total", "Times that an event loop put an endpoint out of use.",
        labels: ["upstream", "endpoint"])
    /// Streams without their end mark.
    public static let truncatedStreamsTotal = Metric.counter(
        "sluice_gateway_truncated_streams_total", "Streams that an upstream ended without the end mark.")
    /// Requests whose caller left.
    public static let cancelledTotal = Metric.counter(
        "sluice_gateway_cancelled_total", "Requests whose caller left before the answer was complete.")
    /// Entries of the logs.
    public static let logEntriesTotal = Metric.counter(
        "sluice_log_entries_total", "Entries made durable since the start, by log.", labels: ["log"])
    /// How long an append takes.
    public static let logAppendSeconds = Metric.histogram(
        "sluice_log_append_seconds", "Seconds from handing over entries to their being durable, by log.",
        labels: ["log"], bounds: Metric.diskBounds)
    /// What was not served because it could not be recorded.
    public static let logUnavailableTotal = Metric.counter(
        "sluice_log_unavailable_total", "Requests not served because they could not be recorded.")
    /// The generation of the rules in force.
    public static let snapshotGeneration = Metric.gauge(
        "sluice_snapshot_generation", "Generation of the snapshot that admission reads.")
    /// Its age; staged levels close at 5 seconds, all at 60.
    public static let snapshotAgeSeconds = Metric.gauge(
        "sluice_snapshot_age_seconds", "Seconds since the snapshot that admission reads was last confirmed.")
    /// Requests to the control API.
    public static let controlRequestsTotal = Metric.counter(
        "sluice_control_requests_total", "Requests that the control API has answered.",
        labels: ["operation", "status_class"])
    /// What became of sampled spans.
    public static let spansTotal = Metric.counter(
        "sluice_telemetry_spans_total",
        "Spans of sampled requests, by what became of them: exported, dropped from a full queue, or refused.",
        labels: ["result"])
    /// Attempts to export.
    public static let exportsTotal = Metric.counter(
        "sluice_telemetry_exports_total", "Attempts to send to the OpenTelemetry collector.",
        labels: ["signal", "result"])
    /// Which build is running.
    public static let buildInfo = Metric.gauge(
        "sluice_build_info", "Always 1; the labels say which build is running.", labels: ["version"])

    /// All of them, in the order of the page.
    public static let all: [Metric] = [
        requestsTotal, refusalsTotal, inFlight, connections, connectionsCutTotal, requestSeconds, firstByteSeconds,
        upstreamSeconds, tokensTotal, usageUnknownTotal, genAIRequestSeconds, genAIFirstTokenSeconds,
        genAIPerTokenSeconds, genAITokenUsage, upstreamFailuresTotal, repetitionsTotal, endpointsOut,
        endpointEjectionsTotal, truncatedStreamsTotal, cancelledTotal, logEntriesTotal, logAppendSeconds,
        logUnavailableTotal, snapshotGeneration, snapshotAgeSeconds, controlRequestsTotal, spansTotal, exportsTotal,
        buildInfo,
    ]
}
