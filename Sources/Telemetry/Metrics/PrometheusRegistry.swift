private import NIOConcurrencyHelpers

/// All series of a process, and the page that shows them (Prometheus text exposition format 0.0.4).
///
/// Series are registered at the start and their handles kept; to register one again gives the same handle. Label
/// values are told at registration, never with an observation. All series but those of ``GenAIMetrics``, which bounds
/// its own, are registered before the process serves. A mistake in a registration is a fault of the program and stops
/// it at the start.
public final class PrometheusRegistry: Sendable {
    /// Series of one process at the most.
    public static let mostSeries = 4_000

    /// The value of the `Content-Type` header of the page.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    enum Source: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
        case reading(@Sendable () -> Double)
    }

    struct Series: Sendable {
        var labelValues: [String]
        var source: Source
    }

    struct Family: Sendable {
        var metric: Metric
        var series: [Series] = []
    }

    private struct State {
        /// In the order of their first registration.
        var families: [Family] = []
        var seriesCount = 0
    }

    private let state = NIOLockedValueBox(State())

    /// A registry without series.
    public init() {}

    /// The counter of `metric` for these label values.
    public func counter(_ metric: Metric, _ labelValues: [String] = []) -> Counter {
        let source = self.register(metric, .counter, labelValues) { .counter(Counter()) }
        guard case .counter(let counter) = source else { preconditionFailure("\(metric.name) is a counter") }
        return counter
    }

    /// The gauge of `metric` for these label values.
    public func gauge(_ metric: Metric, _ labelValues: [String] = []) -> Gauge {
        let source = self.register(metric, .gauge, labelValues) { .gauge(Gauge()) }
        guard case .gauge(let gauge) = source else { preconditionFailure("\(metric.name) is read, not set") }
        return gauge
    }

    /// The histogram of `metric` for these label values.
    public func histogram(_ metric: Metric, _ labelValues: [String] = []) -> Histogram {
        let source = self.register(metric, .histogram, labelValues) {
            .histogram(Histogram(bounds: metric.bounds, unit: metric.unit))
        }
        guard case .histogram(let histogram) = source else { preconditionFailure("\(metric.name) is a histogram") }
        return histogram
    }

    /// A gauge that is read each time a page is made, such as an age, which would be wrong as soon as it was set.
    ///
    /// `read` is called from the thread that makes the page. The first registration of a series stands.
    public func reading(_ metric: Metric, _ labelValues: [String] = [], _ read: @escaping @Sendable () -> Double) {
        _ = self.register(metric, .gauge, labelValues) { .reading(read) }
    }

    /// The page, as it is sent.
    public func render() -> [UInt8] {
        PrometheusText.render(self.families)
    }

    /// All families with their series, as they are now.
    var families: [Family] { self.state.withLockedValue { $0.families } }

    private func register(
        _ metric: Metric, _ kind: Metric.Kind, _ labelValues: [String], _ make: () -> Source
    ) -> Source {
        precondition(metric.kind == kind, "\(metric.name) is a \(metric.kind.rawValue)")
        precondition(
            metric.labels.count == labelValues.count,
            "\(metric.name) has \(metric.labels.count) labels, not \(labelValues.count)")
        return self.state.withLockedValue { state in
            let known = state.families.firstIndex { $0.metric.name == metric.name }
            let index = known ?? state.families.count
            if known == nil { state.families.append(Family(metric: metric)) }
            precondition(state.families[index].metric == metric, "\(metric.name) is registered in another form")
            if let series = state.families[index].series.first(where: { $0.labelValues == labelValues }) {
                return series.source
            }
            precondition(state.seriesCount < Self.mostSeries, "more than \(Self.mostSeries) series")
            state.seriesCount += 1
            let source = make()
            state.families[index].series.append(Series(labelValues: labelValues, source: source))
            return source
        }
    }
}
