/// The most that is kept, so that memory has a bound, and how exact clocks are taken to be.
///
/// What goes beyond a bound is never guessed: it is counted as uncounted, and every metric then says that its source
/// fails, so that the stage holds. Tripwires go on counting what is reported.
public enum SignalLimits {
    /// The largest count: beyond it, readers that hold numbers as doubles are not exact. Sums stay there.
    public static let count = 1 << 53
    /// Combinations of who, where and when that one worker of a gateway counts apart.
    public static let lanes = 1 << 16
    /// Cells of a batch: those of all workers of a gateway.
    public static let cells = 1 << 18
    /// Batches of one gateway that may wait for one that is missing.
    public static let ahead = 4_096
    /// Actors and windows that are told apart for influence caps and means, of all metrics of a rollout: about 100 MB.
    public static let actorWindows = 1 << 20
    /// Units that are told apart in an epoch, for the ratio of the arms. Those beyond are not counted; the ratio of
    /// those before stands.
    public static let units = 1 << 20
    /// Reports of one rollout, revisions included. Those beyond are refused.
    public static let reports = 1 << 17
    /// How many of them may be feedback: what applications say in any number leaves room for what people confirm.
    public static let feedback = 1 << 16
    /// Characters of a text for people.
    public static let textLength = 1_024
    /// Milliseconds that a clock elsewhere may be ahead of ours.
    public static let clockTolerance: Int64 = 5_000
    /// Milliseconds after which a request is taken for ended: so long after a window its counts are final.
    public static let longestRequest: Int64 = 3_600_000
    /// Milliseconds after the end of a day in which flags still count for the mean share of flagged requests.
    public static let flagSpan: Int64 = 7 * 86_400_000
}

extension Int {
    /// The sum, at most ``SignalLimits/count``; of counts, associative and commutative.
    func saturatingAdding(_ other: Int) -> Int {
        let (sum, overflow) = self.addingReportingOverflow(other)
        return overflow ? SignalLimits.count : Swift.min(sum, SignalLimits.count)
    }
}

extension Int64 {
    /// The quotient, rounded towards the past.
    func flooredQuotient(_ divisor: Int64) -> Int64 {
        let (quotient, remainder) = self.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
