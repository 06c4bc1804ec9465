/// Both bounds of a rate at all moments at once, by the two-sided beta-binomial mixture.
///
/// For a rate that is shown, with no side that matters more; to decide about one side ``BetaConfidenceSequence`` is
/// tighter. Each candidate rate p has the prior Beta(p·c, (1−p)·c) with a strength c that makes the bounds tightest
/// about a chosen number of trials. So an outcome that was seen once leaves the lower bound at 0.
///
/// Source: Howard, Ramdas, McAuliffe and Sekhon (2021), §3.2; it agrees with `bernoulli_confidence_interval` of the
/// package `confseq`.
public struct BernoulliConfidenceSequence: Hashable, Sendable {
    /// The number of trials about which the bounds are tightest.
    public let tunedTrials: Double
    private let strength: Double

    /// Bounds that are tightest about `tunedTrials`, at the error rate `tunedErrorRate`.
    ///
    /// Throws unless the trials are finite and above 0 and the error rate lies strictly between 0 and 1.
    public init(tunedTrials: Double, tunedErrorRate: Double = 0.05) throws(StatisticsFault) {
        let scale = try NormalScale.tuned(for: tunedTrials, errorRate: tunedErrorRate, isOneSided: false)
        self.tunedTrials = tunedTrials
        self.strength = max(scale - 1, 1e-3)
    }

    /// The bounds after `events` among `trials`, at `errorRate` α for both together.
    ///
    /// 0 and 1 where nothing is excluded. Throws unless 0 ≤ events ≤ trials and 0 < α < 1.
    public func interval(
        events: Int, trials: Int, errorRate: Double
    ) throws(StatisticsFault) -> (lower: Double, upper: Double) {
        try events.requireEvents(within: trials)
        try errorRate.requireFraction("errorRate")
        let (count, others) = (Double(events), Double(trials - events))
        let threshold = -Double.log(errorRate)
        let start = Double.log((count + 0.5) / (others + 0.5))
        let evidence = { (logOdds: Double) in
            let rate = Double.probability(logOdds: logOdds).insideUnitInterval
            return BetaBinomialMixture(rate: rate, strength: self.strength).logMartingale(rises: count, falls: others)
        }
        let lower = events > 0 ? Root.rising(near: start, reach: 64) { threshold - evidence($0) } : nil
        let upper = events < trials ? Root.rising(near: start, reach: 64) { evidence($0) - threshold } : nil
        return (lower.map { .probability(logOdds: $0) } ?? 0, upper.map { .probability(logOdds: $0) } ?? 1)
    }
}
