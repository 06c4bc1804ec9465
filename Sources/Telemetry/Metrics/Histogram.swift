private import Synchronization

/// How long things took, or how large they were, counted by fixed buckets.
///
/// An observation is two relaxed atomic additions and a walk along the bounds. The sum is kept in whole nanoseconds or
/// tokens, so that it does not depend on the order of the observations.
public final class Histogram: Sendable {
    /// Bounds that a histogram can have.
    static let mostBounds = 24

    private let bounds: [UInt64]
    /// One more than the bounds: the last holds what is above all of them.
    private let buckets: InlineArray<25, Atomic<UInt64>>
    private let total = Atomic<UInt64>(0)

    /// Bounds in the unit, rising.
    init(bounds: [Double], unit: Metric.Unit = .seconds) {
        self.bounds = bounds.map { Self.whole($0, unit) }
        self.buckets = InlineArray { _ in Atomic(0) }
    }

    /// Counts something that took so long. What is negative counts as zero; what is not a number is not counted.
    public func observe(seconds: Double) {
        guard !seconds.isNaN else { return }
        self.observe(Self.whole(seconds, .seconds))
    }

    /// Counts something that took so long.
    public func observe(nanoseconds: UInt64) { self.observe(nanoseconds) }

    /// Counts something of so many tokens.
    public func observe(tokens: Int) { self.observe(UInt64(max(0, tokens))) }

    private func observe(_ value: UInt64) {
        var index = 0
        while index < self.bounds.count, value > self.bounds[index] { index += 1 }
        self.buckets[index].wrappingAdd(1, ordering: .relaxed)
        self.total.wrappingAdd(value, ordering: .relaxed)
    }

    /// How many fell between a bound and the one before it, and last those above all bounds.
    var counts: [UInt64] { (0...self.bounds.count).map { self.buckets[$0].load(ordering: .relaxed) } }

    /// What has been counted: for each bound how many were at most that long, and then all of them.
    ///
    /// The last number is the sum of the buckets that were read, so the page never contradicts itself.
    var cumulative: [UInt64] {
        var sum = UInt64(0)
        return self.counts.map { count in
            sum += count
            return sum
        }
    }

    /// All observations together, in nanoseconds or tokens.
    var sum: UInt64 { self.total.load(ordering: .relaxed) }

    private static func whole(_ amount: Double, _ unit: Metric.Unit) -> UInt64 {
        let whole = (max(0, amount) * unit.scale).rounded()
        // About three months for one observation; far enough from the end that no sum wraps.
        return whole < 0x1p53 ? UInt64(whole) : 1 << 53
    }
}
