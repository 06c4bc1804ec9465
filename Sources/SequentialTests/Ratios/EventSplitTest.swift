/// Evidence that the candidate's rate is above or below so many times the baseline's, at a share that does not change.
///
/// ``BetaEProcess`` on the events of both arms, about p₀ = πr₀/(πr₀ + 1 − π). Where the candidate's share of the
/// exposure changes, ``VaryingShareTest`` takes over. It compares rates, and says nothing while there are no events:
/// beside it stands a rule with an absolute bound.
public struct EventSplitTest: Hashable, Sendable {
    /// The ratio r₀ of the rates, candidate to baseline, that is the bound; above 0.
    public let ratio: Double
    /// The candidate's share π of the exposure of both arms; strictly between 0 and 1.
    public let share: Double
    private let process: BetaEProcess

    /// Evidence about `ratio` on `side`, where the candidate has `share` of the exposure.
    ///
    /// The prior is ``BetaPrior/centred(_:bound:)``. Throws unless the ratio is finite and above 0, the share lies
    /// strictly between 0 and 1, and both arms can have events.
    public init(_ side: Side, ratio: Double, share: Double) throws(StatisticsFault) {
        let bound = try EventSplit.candidateProbability(ratio: ratio, share: share)
        self.ratio = ratio
        self.share = share
        self.process = BetaEProcess(checked: side, bound: bound, prior: .centred(side, bound: bound))
    }

    /// The side of the ratio that is to be shown.
    public var side: Side { self.process.side }

    /// ln E after so many events in either arm; 0 before the first. Throws where a count is negative.
    public func logEvidence(candidateEvents: Int, baselineEvents: Int) throws(StatisticsFault) -> Double {
        try candidateEvents.requireNotNegative("candidateEvents")
        try baselineEvents.requireNotNegative("baselineEvents")
        return self.process.logEvidence(checkedEvents: Double(candidateEvents), others: Double(baselineEvents))
    }

    /// Bounds on the ratio of the rates that hold at all moments, each with the probability `errorRate` of failing.
    ///
    /// The lower is 0 and the upper infinite where no ratio is excluded. Throws where a count is negative, where
    /// their sum is beyond counting, and unless 0 < α < 1.
    public func ratioBounds(
        candidateEvents: Int, baselineEvents: Int, errorRate: Double
    ) throws(StatisticsFault) -> (lower: Double, upper: Double) {
        try candidateEvents.requireNotNegative("candidateEvents")
        try baselineEvents.requireNotNegative("baselineEvents")
        let (events, isTooMany) = candidateEvents.addingReportingOverflow(baselineEvents)
        guard !isTooMany else {
            throw .outOfRange(field: "events", value: .infinity, expected: "counts whose sum is a number")
        }
        let sequence = BetaConfidenceSequence(.centred)
        let lower = try sequence.lower(events: candidateEvents, trials: events, errorRate: errorRate)
        let upper = try sequence.upper(events: candidateEvents, trials: events, errorRate: errorRate)
        return (
            EventSplit.ratio(candidateProbability: lower, share: self.share),
            EventSplit.ratio(candidateProbability: upper, share: self.share)
        )
    }
}
