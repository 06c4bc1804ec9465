private import Synchronization

/// How long things took, counted by fixed buckets.
///
/// An observation is two relaxed atomic additions and a walk along the bounds. The sum is kept in whole nanoseconds,
/// so that it does not depend on the order of the observations.
public final class Histogram: Sendable {
    /// Bounds that a histogram can have.
    static let mostBounds = 24

    private let bounds: [UInt64]
    /// One more than the bounds: the last holds what is above all of them.
    private let buckets: InlineArray<25, Atomic<UInt64>>
    private let total = Atomic<UInt64>(0)

    /// Bounds in seconds, rising.
    init(bounds: [Double]) {
        self.bounds = bounds.map { Self.nanoseconds($0) }
        self.buckets = InlineArray { _ in Atomic(0) }
    }

    /// Counts something that took so long. What is negative counts as zero; what is not a number is not counted.
    public func observe(seconds: Double) {
        guard !seconds.isNaN else { return }
        self.observe(nanoseconds: Self.nanoseconds(seconds))
    }

    /// Counts something that took so long.
    public func observe(nanoseconds: UInt64) {
        var index = 0
        while index < self.bounds.count, nanoseconds > self.bounds[index] { index += 1 }
        self.buckets[index].wrappingAdd(1, ordering: .relaxed)
        self.total.wrappingAdd(nanoseconds, ordering: .relaxed)
    }

    /// What has been counted: for each bound how many were at most that long, and then all of them.
    ///
    /// The last number is the sum of the buckets that were read, so the page never contradicts itself.
    var cumulative: [UInt64] {
        var (sum, result) = (UInt64(0), [UInt64]())
        for index in 0...self.bounds.count {
            sum += self.buckets[index].load(ordering: .relaxed)
            result.append(sum)
        }
        return result
    }

    /// All observations together, in nanoseconds.
    var sum: UInt64 { self.total.load(ordering: .relaxed) }

    private static func nanoseconds(_ seconds: Double) -> UInt64 {
        let nanoseconds = (max(0, seconds) * 1e9).rounded()
        // About three months for one observation; far enough from the end that no sum wraps.
        return nanoseconds < 0x1p53 ? UInt64(nanoseconds) : 1 << 53
    }
}
