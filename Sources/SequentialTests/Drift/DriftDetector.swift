/// Whether a rate has *begun* to be above its bound, however long it was below.
///
/// The evidence of an e-process is about the whole past: after a long good time it needs as long again to see that it
/// is over. The detector forgets what speaks for the release, by the e-CUSUM of ``EDetector`` with bets on one worse
/// rate. It runs from the start of a stage beside every rollback rule, and for the time of watching after 100 %.
public struct DriftDetector: Hashable, Sendable {
    /// The bound p₀ on the rate, events per trial; strictly between 0 and 1.
    public let bound: Double
    /// The rate that is bet on; above the bound, below 1. Changes to about this rate are found soonest.
    public let alternative: Double
    /// ln M at which there is alarm.
    public let logThreshold: Double
    private let logEvent: Double
    private let logOther: Double

    /// The odds of the usual alternative, over those of the bound.
    public static let oddsMultiple = 2.5

    /// A detector that, while the rate is within the bound, gives alarm with probability at most `falseAlarmRate` in
    /// the whole of `plannedExposure`, counted in trials.
    ///
    /// The threshold is ln(planned exposure/false alarm rate): 20.7 for 10⁷ trials and 1 %. Where no alternative is
    /// given, its odds are ``oddsMultiple`` times those of the bound. Throws unless bound and false alarm rate lie
    /// strictly between 0 and 1, the exposure is finite and at least 1, and the alternative lies between bound and 1.
    public init(
        bound: Double, alternative: Double? = nil, plannedExposure: Double, falseAlarmRate: Double
    ) throws(StatisticsFault) {
        try bound.requireFraction("bound")
        try falseAlarmRate.requireFraction("falseAlarmRate")
        guard plannedExposure >= 1, plannedExposure.isFinite else {
            throw .outOfRange(field: "plannedExposure", value: plannedExposure, expected: "a finite number from 1")
        }
        let alternative = alternative ?? Self.oddsMultiple * bound / (1 - bound + Self.oddsMultiple * bound)
        guard alternative > bound, alternative < 1 else {
            throw .outOfRange(field: "alternative", value: alternative, expected: "a rate above the bound and below 1")
        }
        self.bound = bound
        self.alternative = alternative
        self.logThreshold = .log(plannedExposure / falseAlarmRate)
        self.logEvent = .log(alternative / bound)
        self.logOther = .log(onePlus: -(alternative - bound) / (1 - bound))
    }

    /// ln of how much more probable a batch is under the alternative than at the bound.
    ///
    /// Throws unless 0 ≤ events ≤ trials.
    public func logLikelihoodRatio(events: Int, trials: Int) throws(StatisticsFault) -> Double {
        try events.requireEvents(within: trials)
        return Double(events) * self.logEvent + Double(trials - events) * self.logOther
    }

    /// ln of how much more probable a batch of Poisson events in so many units of exposure is under the alternative.
    ///
    /// For events that are counted against an exposure of which one unit is one trial: tokens, days of accounts. The
    /// error rate holds for batches of a unit of exposure and more. Throws unless events ≥ 0 and exposure is finite and
    /// at least 0.
    public func logLikelihoodRatio(events: Int, exposure: Double) throws(StatisticsFault) -> Double {
        try events.requireNotNegative("events")
        try exposure.requireNotNegative("exposure")
        return Double(events) * self.logEvent - (self.alternative - self.bound) * exposure
    }

    /// Takes a batch into the state; throws unless 0 ≤ events ≤ trials, and then changes nothing.
    ///
    /// The smaller the batches, the sooner the alarm; the error rate holds for any.
    public func observe(events: Int, trials: Int, in state: inout EDetector) throws(StatisticsFault) {
        try state.observe(logLikelihoodRatio: self.logLikelihoodRatio(events: events, trials: trials))
    }

    /// Takes a batch of Poisson events into the state; throws unless events ≥ 0 and exposure is finite and at least 0,
    /// and then changes nothing.
    public func observe(events: Int, exposure: Double, in state: inout EDetector) throws(StatisticsFault) {
        try state.observe(logLikelihoodRatio: self.logLikelihoodRatio(events: events, exposure: exposure))
    }

    /// Whether a state gives alarm.
    public func crossing(_ state: EDetector) -> Crossing {
        Crossing(state.logCUSUM, threshold: self.logThreshold)
    }
}
