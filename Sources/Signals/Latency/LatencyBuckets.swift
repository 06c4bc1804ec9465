/// Where latencies fall: buckets that are one nanosecond wide up to 127 ns, and above that 64 to each doubling.
///
/// A bucket is thus at most 1/64 of its lower end wide, and its middle differs from every value in it by at most 1/128
/// of that value, which is 0.79 %. The bounds never change: histograms of all gateways and versions can be added.
///
/// The layout is that of log-linear (high dynamic range) histograms.
public enum LatencyBuckets {
    /// The largest value that is told apart, 2^44 − 1 ns or 4 h 53 min; what is beyond is counted as this.
    public static let largest: UInt64 = 1 << 44 - 1
    /// The number of buckets.
    public static let count = Self.index(of: Self.largest) + 1
    /// The most that ``middle(of:)`` differs from a value in the bucket, as a share of the value.
    public static let relativeError = 1.0 / 128

    /// Buckets of one doubling, as a power of 2.
    private static let bits = 6

    /// The bucket of so many nanoseconds.
    public static func index(of nanoseconds: UInt64) -> Int {
        let value = min(nanoseconds, 1 << 44 - 1)
        guard value >= 64 else { return Int(truncatingIfNeeded: value) }
        // The top seven bits are the leading one and the place in the doubling.
        let shift = 57 - value.leadingZeroBitCount
        return shift << Self.bits + Int(truncatingIfNeeded: value >> UInt64(truncatingIfNeeded: shift))
    }

    /// The values of a bucket, in nanoseconds. `index` is from 0 to ``count`` − 1.
    public static func values(of index: Int) -> ClosedRange<UInt64> {
        guard index >= 64 else { return UInt64(max(0, index))...UInt64(max(0, index)) }
        let shift = UInt64(index >> Self.bits) - 1
        let lower = (UInt64(index & 63) + 64) << shift
        return lower...(lower + (1 << shift) - 1)
    }

    /// The value that stands for a bucket, in nanoseconds: its middle, rounded down.
    public static func middle(of index: Int) -> UInt64 {
        let values = Self.values(of: index)
        return values.lowerBound + (values.upperBound - values.lowerBound) / 2
    }
}
