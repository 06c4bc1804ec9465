/// How often which latencies occurred, for people and for quantiles. Rules do not read it: they read the exact counts
/// beyond thresholds, ``Exceedance``.
///
/// Adding is exact, associative and commutative, so it does not matter who adds what first.
public struct LatencyHistogram: Hashable, Sendable {
    /// The counts of the buckets that have any, by their index in ``LatencyBuckets``.
    public private(set) var buckets: [Int: Int] = [:]
    /// How many latencies there are.
    public private(set) var count = 0

    /// No latencies.
    public init() {}

    /// Adds `times` latencies of so many nanoseconds; a number of times below 1 adds nothing.
    public mutating func record(_ nanoseconds: UInt64, times: Int = 1) {
        self.add(times, to: LatencyBuckets.index(of: nanoseconds))
    }

    /// Adds latencies to a bucket. A bucket that does not exist is left alone.
    mutating func add(_ times: Int, to bucket: Int) {
        guard times > 0, 0..<LatencyBuckets.count ~= bucket else { return }
        self.buckets[bucket] = (self.buckets[bucket] ?? 0).saturatingAdding(times)
        self.count = self.count.saturatingAdding(times)
    }

    /// Adds all latencies of another histogram.
    public mutating func merge(_ other: Self) {
        for (bucket, times) in other.buckets { self.add(times, to: bucket) }
    }

    /// The latency that a share of all does not exceed, in nanoseconds; nil without latencies.
    ///
    /// It is the smallest at which at least `share` of the latencies lie at or below, told to within
    /// ``LatencyBuckets/relativeError``. A share outside 0 to 1 is taken for the nearer end.
    public func quantile(_ share: Double) -> UInt64? {
        guard self.count > 0 else { return nil }
        let rank = max(1, Int((Double(self.count) * min(max(0, share), 1)).rounded(.up)))
        var seen = 0
        for (bucket, times) in self.buckets.sorted(by: { $0.key < $1.key }) {
            seen = seen.saturatingAdding(times)
            if seen >= rank { return LatencyBuckets.middle(of: bucket) }
        }
        return nil
    }

    /// How many latencies lie beyond a threshold at least and at most, as far as whole buckets tell.
    func exceeding(_ nanoseconds: UInt64) -> ClosedRange<Int> {
        var (least, most) = (0, 0)
        for (bucket, times) in self.buckets {
            let values = LatencyBuckets.values(of: bucket)
            if values.lowerBound > nanoseconds { least = least.saturatingAdding(times) }
            if values.upperBound > nanoseconds || values.upperBound == LatencyBuckets.largest {
                most = most.saturatingAdding(times)
            }
        }
        return least...most
    }
}
