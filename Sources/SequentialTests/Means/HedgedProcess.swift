/// Evidence that the mean of a bounded quantity is not m, in either direction.
///
/// The larger of two capitals, of which each began with a half: one bets that the mean is above m, the other that it is
/// below (the hedged capital process of Waudby-Smith and Ramdas, 2024, theorem 3).
public struct HedgedProcess: Codable, Hashable, Sendable {
    private var above: BettingProcess
    private var below: BettingProcess

    /// Evidence about the mean `bound`, with stakes that suit the error rate `tunedErrorRate` for both sides together.
    ///
    /// Throws unless both numbers lie strictly between 0 and 1.
    public init(bound: Double, tunedErrorRate: Double = 0.05) throws(StatisticsFault) {
        self.above = try BettingProcess(.above, bound: bound, tunedErrorRate: tunedErrorRate / 2)
        self.below = try BettingProcess(.below, bound: bound, tunedErrorRate: tunedErrorRate / 2)
    }

    /// Takes in an observation; throws unless it lies from 0 to 1, and then changes nothing.
    public mutating func observe(_ value: Double) throws(StatisticsFault) {
        try self.above.observe(value)
        try self.below.observe(value)
    }

    /// ln of the larger half; −ln 2 before the first observation.
    public var logEvidence: Double {
        max(self.above.logEvidence, self.below.logEvidence) - .log(2)
    }
}
