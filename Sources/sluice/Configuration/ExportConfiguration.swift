import NIOCore
import Telemetry
import Upstreams

/// Where spans and metrics are sent, and how much.
struct ExportConfiguration {
    var options: OTLPExporter.Options
    /// Spans that may wait.
    var queue: Int
    /// Whose spans are sent.
    var sampling: Sampling
}

extension ValueReader {
    /// Where spans and metrics are sent; nil if the configuration names no collector, or after a fault.
    mutating func export(environment: [String: String], read: (String) throws -> String) -> ExportConfiguration? {
        let prefix = "telemetry.otlp."
        let total = TimeAmount.milliseconds(self.milliseconds(prefix + "timeout"))
        let interval = self.milliseconds(prefix + "metrics-interval")
        let (queue, share) = (self.integer(prefix + "queue"), self.share(prefix + "sample-ratio"))
        guard let url = self.optionalText(prefix + "endpoint") else { return nil }
        let address = self.address(prefix + "endpoint", url)
        let credential = self.credential(at: prefix, of: .collector, environment: environment, read: read)
        let tls = self.tls(at: prefix, isUsed: address?.scheme == .https)
        guard let address, address.scheme == .http || tls != nil else { return nil }
        let collector = Upstream(
            name: "collector", endpoints: [UpstreamEndpoint(name: "collector", address: address)],
            timeouts: UpstreamTimeouts(connect: total, firstByte: total, betweenBytes: total, total: total),
            maximumConnectionsPerLoop: 4, credential: credential, tls: tls, allowsLocalAddresses: true)
        return ExportConfiguration(
            options: .init(collector: collector, metricsMilliseconds: interval), queue: queue,
            sampling: Sampling(ratio: share))
    }
}
