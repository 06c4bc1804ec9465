/// Evidence that the rate of a yes-or-no outcome lies on one side of a bound, valid at every moment.
///
/// With S events in n trials, F = n − S, bound p₀ and prior Beta(a, b) truncated to the tested side:
/// ```
/// logE below = ln B(p₀; a+S, b+F) − ln B(p₀; a, b) − S ln p₀ − F ln(1−p₀)     B on [0, p₀]
/// logE above = ln B′(p₀; a+S, b+F) − ln B′(p₀; a, b) − S ln p₀ − F ln(1−p₀)   B′ on [p₀, 1]
/// ```
/// As long as the rate is on the other side, E has expectation at most 1 at any stopping time, so the probability that
/// logE ever reaches ln(1/α) is at most α (Ville 1939; Robbins 1970; Howard, Ramdas, McAuliffe and Sekhon 2021). It is
/// enough that the *running average* of the conditional rates stays there; a good past average therefore says nothing
/// about now, for which there is ``DriftDetector``.
///
/// It is a function of two counts: no state, nothing to replay. Absolute error of logE below 10⁻⁹ to n = 10⁹.
public struct BetaEProcess: Hashable, Sendable {
    /// The side on which the rate is to be shown.
    public let side: Side
    /// The bound p₀ on the rate, events per trial; strictly between 0 and 1.
    public let bound: Double
    /// The prior over the alternatives.
    public let prior: BetaPrior
    /// What the prior alone contributes, kept because evidence is asked for on every event.
    private let priorTerm: Double

    /// Evidence about `bound` on `side`; the prior is ``BetaPrior/standard(_:bound:)`` where none is given.
    ///
    /// Throws unless the bound lies strictly between 0 and 1.
    public init(_ side: Side, bound: Double, prior: BetaPrior? = nil) throws(StatisticsFault) {
        try bound.requireFraction("bound")
        self.init(checked: side, bound: bound, prior: prior ?? .standard(side, bound: bound))
    }

    /// For a bound that is known to be strictly between 0 and 1.
    init(checked side: Side, bound: Double, prior: BetaPrior) {
        self.side = side
        self.bound = bound
        self.prior = prior
        self.priorTerm = BetaDensity.logIntegral(side, a: prior.a, b: prior.b, at: bound)
    }

    /// ln E after `events` among `trials`; 0 before the first trial.
    ///
    /// Never NaN, never infinite. Throws unless 0 ≤ events ≤ trials.
    public func logEvidence(events: Int, trials: Int) throws(StatisticsFault) -> Double {
        try events.requireEvents(within: trials)
        return self.logEvidence(checkedEvents: Double(events), others: Double(trials - events))
    }

    /// For counts that are known not to be negative.
    @inline(__always)
    func logEvidence(checkedEvents events: Double, others: Double) -> Double {
        BetaDensity.logIntegral(self.side, a: self.prior.a + events, b: self.prior.b + others, at: self.bound)
            - self.priorTerm
    }
}
