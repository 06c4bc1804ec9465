import Logging
import ReleaseModel
import Telemetry
import Upstreams

/// What the metrics and the log show of one endpoint among several.
struct EndpointHandles: Sendable {
    private let out: Gauge
    private let ejections: Counter

    /// Registers every endpoint of upstreams that have more than one, so that the number of series is known at the
    /// start.
    static func register(_ upstreams: [Name: Upstream], in metrics: SluiceMetrics) -> [Name: [EndpointHandles]] {
        upstreams.filter { $0.value.endpoints.count > 1 }.mapValues { upstream in
            upstream.endpoints.map { endpoint in
                let (out, ejections) = metrics.endpoint(endpoint.name, of: upstream.name)
                return EndpointHandles(out: out, ejections: ejections)
            }
        }
    }

    /// An event loop has put the endpoint out of use, or takes it back.
    func note(isOut: Bool) {
        self.out.add(isOut ? 1 : -1)
        if isOut { self.ejections.increment() }
    }
}
