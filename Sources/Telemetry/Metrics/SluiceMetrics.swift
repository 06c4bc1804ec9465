/// The handles of all metrics of a process, and their catalogue.
///
/// Made once at the start and handed down. What is written here is a number; nothing of a request's text, key or
/// caller ever becomes a label.
public struct SluiceMetrics: Sendable {
    /// Where the series are registered; it makes the page.
    public let registry: PrometheusRegistry

    /// ``requestsTotal``.
    public let requests: Labeled<Format, Labeled<Outcome, Labeled<StatusClass, Counter>>>
    /// ``refusalsTotal``, by the refusal's code.
    public let refusals: Worded<Counter>
    /// ``inFlight``.
    public let inFlight: Gauge
    /// ``connections``.
    public let connections: Gauge
    /// ``connectionsCutTotal``.
    public let connectionsCut: Labeled<Cut, Counter>
    /// ``requestSeconds``.
    public let requestTime: Histogram
    /// ``firstByteSeconds``.
    public let firstByteTime: Histogram
    /// ``upstreamSeconds``.
    public let upstreamTime: Histogram
    /// ``tokensTotal``.
    public let tokens: Labeled<Direction, Counter>
    /// ``usageUnknownTotal``.
    public let usageUnknown: Labeled<Ending, Counter>
    /// The metrics of OpenTelemetry's GenAI conventions.
    public let genAI: GenAIMetrics
    /// ``upstreamFailuresTotal``, by reason.
    public let upstreamFailures: Worded<Counter>
    /// ``repetitionsTotal``, by why the try before failed.
    public let repetitions: Worded<Counter>
    /// ``truncatedStreamsTotal``.
    public let truncatedStreams: Counter
    /// ``cancelledTotal``.
    public let cancelled: Counter
    /// ``logEntriesTotal``.
    public let logEntries: Labeled<Log, Counter>
    /// ``logAppendSeconds``.
    public let logAppendTime: Labeled<Log, Histogram>
    /// ``logUnavailableTotal``.
    public let logUnavailable: Counter
    /// ``snapshotGeneration``.
    public let snapshotGeneration: Gauge
    /// ``controlRequestsTotal``, by operation.
    public let controlRequests: Worded<Labeled<StatusClass, Counter>>
    /// ``spansTotal``.
    public let spans: Labeled<SpanFate, Counter>
    /// ``exportsTotal``.
    public let exports: Labeled<ExportSignal, Labeled<ExportResult, Counter>>

    /// The words of the labels that other modules own; what is not among them is counted as `other`.
    public struct Words: Sendable {
        /// Codes of refusals.
        public var refusalCodes: [String]
        /// Reasons of upstream failures.
        public var failureReasons: [String]
        /// Operations of the control API.
        public var operations: [String]

        /// The three lists.
        public init(refusalCodes: [String] = [], failureReasons: [String] = [], operations: [String] = []) {
            self.refusalCodes = refusalCodes
            self.failureReasons = failureReasons
            self.operations = operations
        }
    }

    /// Registers everything in `registry`, for a build called `version`.
    public init(registry: PrometheusRegistry = PrometheusRegistry(), version: String, words: Words = Words()) {
        self.registry = registry
        self.requests = Labeled { format in
            Labeled { outcome in
                Labeled { status in
                    registry.counter(
                        Self.requestsTotal, [format.labelValue, outcome.labelValue, status.labelValue])
                }
            }
        }
        self.refusals = Worded(words.refusalCodes) { registry.counter(Self.refusalsTotal, [$0]) }
        self.inFlight = registry.gauge(Self.inFlight)
        self.connections = registry.gauge(Self.connections)
        self.connectionsCut = Labeled { registry.counter(Self.connectionsCutTotal, [$0.labelValue]) }
        self.requestTime = registry.histogram(Self.requestSeconds)
        self.firstByteTime = registry.histogram(Self.firstByteSeconds)
        self.upstreamTime = registry.histogram(Self.upstreamSeconds)
        self.tokens = Labeled { registry.counter(Self.tokensTotal, [$0.labelValue]) }
        self.usageUnknown = Labeled { registry.counter(Self.usageUnknownTotal, [$0.labelValue]) }
        self.genAI = GenAIMetrics(registry: registry)
        self.upstreamFailures = Worded(words.failureReasons) { registry.counter(Self.upstreamFailuresTotal, [$0]) }
        self.repetitions = Worded(words.failureReasons + ["upstream_refused"]) {
            registry.counter(Self.repetitionsTotal, [$0])
        }
        self.truncatedStreams = registry.counter(Self.truncatedStreamsTotal)
        self.cancelled = registry.counter(Self.cancelledTotal)
        self.logEntries = Labeled { registry.counter(Self.logEntriesTotal, [$0.labelValue]) }
        self.logAppendTime = Labeled { registry.histogram(Self.logAppendSeconds, [$0.labelValue]) }
        self.logUnavailable = registry.counter(Self.logUnavailableTotal)
        self.snapshotGeneration = registry.gauge(Self.snapshotGeneration)
        self.controlRequests = Worded(words.operations) { operation in
            Labeled { registry.counter(Self.controlRequestsTotal, [operation, $0.labelValue]) }
        }
        self.spans = Labeled { registry.counter(Self.spansTotal, [$0.labelValue]) }
        self.exports = Labeled { signal in
            Labeled { registry.counter(Self.exportsTotal, [signal.labelValue, $0.labelValue]) }
        }
        registry.gauge(Self.buildInfo, [version]).set(1)
    }

    /// The handles of one endpoint of an upstream: ``endpointsOut`` and ``endpointEjectionsTotal``. Both names are the
    /// configuration's.
    public func endpoint(_ endpoint: String, of upstream: String) -> (out: Gauge, ejections: Counter) {
        (
            self.registry.gauge(Self.endpointsOut, [upstream, endpoint]),
            self.registry.counter(Self.endpointEjectionsTotal, [upstream, endpoint])
        )
    }

    /// Says how the snapshot's age is read, in seconds; ``snapshotAgeSeconds`` is on the page from then on.
    public func readSnapshotAge(_ read: @escaping @Sendable () -> Double) {
        self.registry.reading(Self.snapshotAgeSeconds, [], read)
    }
}
