/// Bounds that only come closer: the running intersection of a confidence sequence.
///
/// Since the bounds of a confidence sequence hold at all moments at once, the closest so far hold too. The upper never
/// rises, the lower never falls.
public struct RunningBounds: Codable, Hashable, Sendable {
    /// The largest lower bound so far; 0 at first.
    public private(set) var lower = 0.0
    /// The smallest upper bound so far; nil where nothing has been excluded yet.
    public private(set) var upper: Double?

    /// Nothing excluded.
    public init() {}

    /// Whether the bounds have passed each other: either the improbable has happened, or the rate has changed.
    public var isEmpty: Bool { self.upper.map { $0 < self.lower } ?? false }

    /// Takes in the bounds of a moment; infinite is an upper bound that excludes nothing.
    ///
    /// Throws for what is not a number or below 0, and then changes nothing.
    public mutating func narrow(lower: Double = 0, upper: Double = .infinity) throws(StatisticsFault) {
        try lower.requireNotNegative("lower")
        guard upper >= 0 else { throw .negative(field: "upper", value: upper) }
        self.lower = max(self.lower, lower)
        if upper < self.upper ?? .infinity { self.upper = upper }
    }
}
