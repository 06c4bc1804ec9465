/// A moment: milliseconds since 1970-01-01T00:00:00Z.
///
/// Rules never read a clock; they are told the time.
public struct Timestamp: Hashable, Comparable, Codable, Sendable {
    /// Milliseconds since the epoch.
    public var milliseconds: Int64

    /// A moment so many milliseconds after the epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Reads the integer that an entry holds.
    public init(from decoder: any Decoder) throws {
        self.milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes the integer that an entry holds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(self.milliseconds)
    }

    /// Orders moments by time.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.milliseconds < rhs.milliseconds }

    /// The moment so many milliseconds later; saturates at the ends of time.
    public func advanced(milliseconds: Int64) -> Self {
        let (sum, overflow) = self.milliseconds.addingReportingOverflow(milliseconds)
        return Timestamp(milliseconds: overflow ? (milliseconds < 0 ? .min : .max) : sum)
    }

    /// How many milliseconds lie between an earlier moment and this one; negative if `earlier` is later.
    public func since(_ earlier: Self) -> Int64 {
        let (difference, overflow) = self.milliseconds.subtractingReportingOverflow(earlier.milliseconds)
        return overflow ? (self > earlier ? .max : .min) : difference
    }
}
