public import StageControl

/// A latency that a metric of the plan asks about.
public struct LatencyThreshold: Hashable, Sendable {
    /// Of which time.
    public let histogram: GatewaySource.Histogram
    /// The threshold in nanoseconds. What takes exactly as long is not beyond it: P(x > threshold) is counted.
    public let nanoseconds: UInt64

    /// A threshold with all its fields.
    public init(_ histogram: GatewaySource.Histogram, nanoseconds: UInt64) {
        self.histogram = histogram
        self.nanoseconds = nanoseconds
    }
}

extension LatencyThreshold: Comparable {
    /// Orders by histogram, then by threshold.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.histogram.rawValue, lhs.nanoseconds) < (rhs.histogram.rawValue, rhs.nanoseconds)
    }
}

/// How many requests took longer than a threshold, of those of which that is known. Exact.
///
/// A request that never came to its first token is known to have taken longer if it waited for longer, and not known if
/// it did not; so an upstream that hangs does not look quick.
public struct Exceedance: Hashable, Sendable {
    /// Requests of which it is known.
    public var measured: Int
    /// Requests that took longer, at most ``measured``.
    public var exceeding: Int

    /// So many requests.
    public init(measured: Int = 0, exceeding: Int = 0) {
        self.measured = measured
        self.exceeding = exceeding
    }
}
