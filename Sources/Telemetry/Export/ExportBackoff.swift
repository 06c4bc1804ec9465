/// How long to wait before a collector is asked again: a rule, so that it can be tested without one.
struct ExportBackoff: Hashable, Sendable {
    /// The longest wait, in milliseconds, and the longest that a collector may ask for.
    static let mostMilliseconds: Int64 = 30_000
    /// Attempts for the same spans.
    static let mostAttempts = 5

    private(set) var failures = 0

    /// What a collector's answer means (OTLP/HTTP, *Failures*).
    static func result(status: Int) -> SluiceMetrics.ExportResult {
        switch status {
        case 200..<300: .taken
        case 429, 502, 503, 504: .failed
        default: .refused
        }
    }

    /// Whether the spans are to be given up.
    var isOver: Bool { self.failures >= Self.mostAttempts }

    /// Notes a failure and answers the wait: one second, doubled each time, less up to a quarter by `chance` from 0 to
    /// 1; longer if the collector said so.
    mutating func fail(retryAfterSeconds: Int64?, chance: Double) -> Int64 {
        let doubled = min(Self.mostMilliseconds, 1_000 << Int64(min(self.failures, 10)))
        self.failures += 1
        let own = Int64(Double(doubled) * (1 - 0.25 * min(max(chance, 0), 1)))
        guard let asked = retryAfterSeconds, asked > 0 else { return own }
        return min(Self.mostMilliseconds, max(own, min(asked, 3_600) * 1_000))
    }

    /// The collector listens again, or something else is asked.
    mutating func reset() {
        self.failures = 0
    }
}
