public import Logging
import NIOCore
import NIOPosix
public import Upstreams

/// Sends spans and metrics to an OpenTelemetry collector (OTLP/HTTP, JSON), beside everything else: it has an event
/// loop of its own, and what it cannot deliver it counts and drops.
public struct OTLPExporter: Sendable {
    /// What it is told at the start.
    public struct Options: Sendable {
        /// The collector; its timeouts are those of each attempt.
        public var collector: Upstream
        /// How often metrics are sent, in milliseconds.
        public var metricsMilliseconds: Int64
        /// How often waiting spans are looked for, in milliseconds.
        public var spansMilliseconds: Int64 = 1_000
        /// Spans of one message.
        public var batch = 512
        /// How long the last messages may take when the process ends, in milliseconds.
        public var farewellMilliseconds: Int64 = 2_000

        /// Options of which all but the first two have the usual values.
        public init(collector: Upstream, metricsMilliseconds: Int64) {
            self.collector = collector
            self.metricsMilliseconds = metricsMilliseconds
        }
    }

    private let options: Options
    private let queue: SpanQueue
    private let metrics: SluiceMetrics
    private let resource: OTLPResource
    private let logger: Logger

    /// An exporter of what comes into `queue`, and of all metrics.
    public init(
        _ options: Options, queue: SpanQueue, metrics: SluiceMetrics, resource: OTLPResource, logger: Logger
    ) {
        self.options = options
        self.queue = queue
        self.metrics = metrics
        self.resource = resource
        self.logger = logger
    }

    /// Exports until the task is cancelled, and then once more, for a moment.
    public func run() async {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let connection = CollectorConnection(to: self.options.collector, on: group.next())
        let start = UInt64(max(0, WallClock.milliseconds())) * 1_000_000
        await withDiscardingTaskGroup { tasks in
            tasks.addTask { await self.exportSpans(over: connection) }
            tasks.addTask { await self.exportMetrics(over: connection, since: start) }
        }
        await connection.shutDown()
        var last = self.options.collector
        last.timeouts.connect = min(last.timeouts.connect, .milliseconds(self.options.farewellMilliseconds))
        last.timeouts.total = min(last.timeouts.total, .milliseconds(self.options.farewellMilliseconds))
        let farewell = CollectorConnection(to: last, on: group.next())
        await self.farewell(over: farewell, since: start)
        await farewell.shutDown()
        try? await group.shutdownGracefully()
    }

    // MARK: Spans

    private func exportSpans(over connection: CollectorConnection) async {
        var backoff = ExportBackoff()
        while !Task.isCancelled {
            let spans = self.queue.take(self.options.batch)
            guard !spans.isEmpty else {
                try? await Task.sleep(for: .milliseconds(self.options.spansMilliseconds))
                continue
            }
            await self.deliver(spans, over: connection, &backoff)
        }
    }

    /// Delivers a batch or gives it up. Meanwhile the queue fills and then drops, so nobody waits for this.
    private func deliver(
        _ spans: [RequestSpan], over connection: CollectorConnection, _ backoff: inout ExportBackoff
    ) async {
        let message = OTLPTraces.body(spans, from: self.resource)
        backoff.reset()
        while true {
            let (result, wait) = await self.send(message, .traces, over: connection)
            switch result {
            case .taken: return self.metrics.spans[.exported].increment(by: UInt64(spans.count))
            case .refused: return self.giveUp(spans)
            case .failed:
                let milliseconds = backoff.fail(retryAfterSeconds: wait, chance: .random(in: 0...1))
                guard !backoff.isOver, !Task.isCancelled else { return self.giveUp(spans) }
                try? await Task.sleep(for: .milliseconds(milliseconds))
            }
        }
    }

    private func giveUp(_ spans: [RequestSpan]) {
        self.metrics.spans[.refused].increment(by: UInt64(spans.count))
    }

    // MARK: Metrics

    /// A message that is lost is made good by the next one, so none is sent twice.
    private func exportMetrics(over connection: CollectorConnection, since start: UInt64) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(self.options.metricsMilliseconds))
            guard !Task.isCancelled else { return }
            await self.sendMetrics(over: connection, since: start)
        }
    }

    @discardableResult
    private func sendMetrics(
        over connection: CollectorConnection, since start: UInt64
    ) async -> SluiceMetrics.ExportResult {
        let now = UInt64(max(0, WallClock.milliseconds())) * 1_000_000
        let message = OTLPMetrics.body(
            self.metrics.registry.families, .init(start: start, end: max(start, now)), from: self.resource)
        return await self.send(message, .metrics, over: connection).0
    }

    // MARK: Both

    private func send(
        _ message: [UInt8], _ signal: SluiceMetrics.ExportSignal, over connection: CollectorConnection
    ) async -> (SluiceMetrics.ExportResult, retryAfterSeconds: Int64?) {
        let result: (SluiceMetrics.ExportResult, Int64?)
        do {
            let answer = try await connection.send(message, to: "/v1/\(signal.labelValue)")
            result = (ExportBackoff.result(status: answer.status), answer.retryAfterSeconds)
            if result.0 != .taken { self.note(signal, "status \(answer.status)") }
        } catch {
            result = (.failed, nil)
            self.note(signal, "\(error)")
        }
        self.metrics.exports[signal][result.0].increment()
        return result
    }

    private func note(_ signal: SluiceMetrics.ExportSignal, _ fault: String) {
        self.logger.debug(
            "the collector did not take a message", metadata: ["signal": "\(signal.labelValue)", "fault": "\(fault)"])
    }

    /// What is left when the process ends, as far as the collector takes it soon. In a task of its own, since ours is
    /// cancelled.
    private func farewell(over connection: CollectorConnection, since start: UInt64) async {
        await Task {
            let deadline = ContinuousClock.now + .milliseconds(self.options.farewellMilliseconds)
            guard await self.sendMetrics(over: connection, since: start) == .taken else { return }
            while ContinuousClock.now < deadline {
                let spans = self.queue.take(self.options.batch)
                guard !spans.isEmpty else { return }
                let message = OTLPTraces.body(spans, from: self.resource)
                guard await self.send(message, .traces, over: connection).0 == .taken else {
                    return self.giveUp(spans)
                }
                self.metrics.spans[.exported].increment(by: UInt64(spans.count))
            }
        }.value
    }
}
