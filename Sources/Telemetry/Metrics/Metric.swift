/// What a metric is called, what it counts and how it is split. The catalogue is ``SluiceMetrics``.
public struct Metric: Hashable, Sendable {
    /// The kinds of the Prometheus text format that Sluice uses.
    public enum Kind: String, Hashable, Sendable {
        /// Only grows.
        case counter
        /// Goes up and down.
        case gauge
        /// Counts observations by size.
        case histogram
    }

    /// `sluice_<module>_<noun>_<unit>[_total]`; never renamed.
    public let name: String
    /// Counter, gauge or histogram.
    public let kind: Kind
    /// What it tells, in a sentence for the person who reads the page.
    public let help: String
    /// Names of its labels, in order.
    public let labels: [String]
    /// Upper bounds of the buckets of a histogram, in seconds and rising; without the last, which is infinite.
    public let bounds: [Double]

    /// Buckets for waits of a request: half a millisecond to two minutes.
    public static let requestBounds: [Double] = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
    ]

    /// Buckets for writes to a disk: fifty microseconds to a second.
    public static let diskBounds: [Double] = [
        0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
    ]

    /// A number that only grows.
    public static func counter(_ name: String, _ help: String, labels: [String] = []) -> Self {
        Self(name: name, kind: .counter, help: help, labels: labels, bounds: [])
    }

    /// A number that goes up and down.
    public static func gauge(_ name: String, _ help: String, labels: [String] = []) -> Self {
        Self(name: name, kind: .gauge, help: help, labels: labels, bounds: [])
    }

    /// A distribution of seconds over fixed buckets.
    public static func histogram(
        _ name: String, _ help: String, labels: [String] = [], bounds: [Double] = requestBounds
    ) -> Self {
        precondition((1...Histogram.mostBounds).contains(bounds.count), "a histogram has between 1 and 24 bounds")
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "the bounds of a histogram rise")
        return Self(name: name, kind: .histogram, help: help, labels: labels, bounds: bounds)
    }
}
