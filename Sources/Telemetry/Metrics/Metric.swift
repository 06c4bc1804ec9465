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

    /// What is counted by size.
    public enum Unit: String, Hashable, Sendable {
        /// Seconds, kept in whole nanoseconds.
        case seconds = "s"
        /// Tokens.
        case tokens = "{token}"

        /// How many of what is kept make one.
        var scale: Double { self == .seconds ? 1e9 : 1 }
    }

    /// What a convention that others know calls a metric, where its own letters do not fit on the page.
    public struct Convention: Hashable, Sendable {
        /// The name.
        public let name: String
        /// Names of its labels, in the order of the metric's.
        public let labels: [String]
    }

    /// `sluice_<module>_<noun>_<unit>[_total]`, or as a convention has it; never renamed.
    public let name: String
    /// Counter, gauge or histogram.
    public let kind: Kind
    /// What it tells, in a sentence for the person who reads the page.
    public let help: String
    /// Names of its labels, in order.
    public let labels: [String]
    /// Upper bounds of the buckets of a histogram, in its unit and rising; without the last, which is infinite.
    public let bounds: [Double]
    /// What a histogram counts by size.
    public var unit = Unit.seconds
    /// What a convention calls it; nil if it is ours alone.
    public var convention: Convention?

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

    /// A distribution over fixed buckets, of seconds unless it says otherwise.
    public static func histogram(
        _ name: String, _ help: String, labels: [String] = [], bounds: [Double] = requestBounds, unit: Unit = .seconds,
        convention: Convention? = nil
    ) -> Self {
        precondition((1...Histogram.mostBounds).contains(bounds.count), "a histogram has between 1 and 24 bounds")
        precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "the bounds of a histogram rise")
        return Self(
            name: name, kind: .histogram, help: help, labels: labels, bounds: bounds, unit: unit,
            convention: convention)
    }
}
