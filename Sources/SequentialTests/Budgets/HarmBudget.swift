/// How much further exposure a stage may get, so that the harm to be expected in it stays within what is tolerated.
///
/// ΔT ≤ H·r/(κ·U), with the tolerated expected events H, the recall r of the monitor, the shift κ towards a less
/// benign population and the upper bound U on the rate from ``GammaConfidenceSequence``. Whenever U holds at all
/// moments, which has probability at least 1 − α, every stage's expected events are at most H, all stages at once.
/// Without events a stage grows by 1 + H/3.68 at α = 0.05.
///
/// Nearest in the literature: Li, Mao and Bojinov, *Statistical challenges in online controlled experiments: balancing
/// risk and reward* (2023).
public struct HarmBudget: Hashable, Sendable {
    /// H: severe events to be expected in a stage at the most; above 0.
    public let expectedEvents: Double
    /// κ: how many times more harm the next population may do for each exposure; at least 1.
    public let cohortShift: Double

    /// Throws unless the events are finite and above 0 and the shift finite and at least 1.
    public init(expectedEvents: Double, cohortShift: Double = 1) throws(StatisticsFault) {
        try expectedEvents.requirePositive("expectedEvents")
        guard cohortShift >= 1, cohortShift.isFinite else {
            throw .outOfRange(field: "cohortShift", value: cohortShift, expected: "a finite number from 1")
        }
        self.expectedEvents = expectedEvents
        self.cohortShift = cohortShift
    }

    /// The exposure that the next stage may add when the rate *as the monitor sees it* is at most `upperBound`.
    ///
    /// `recall` is a lower bound on the share of events that the monitor sees
    /// (``ClopperPearson/lower(events:trials:errorRate:)`` of seeded probes); 1 where the budget is in events as
    /// seen. 0 for an infinite bound. Throws unless the bound is above 0 and 0 < recall ≤ 1.
    public func exposure(upperBound: Double, recall: Double = 1) throws(StatisticsFault) -> Double {
        guard upperBound > 0 else { throw .notPositive(field: "upperBound", value: upperBound) }
        guard recall > 0, recall <= 1 else {
            throw .outOfRange(field: "recall", value: recall, expected: "a number above 0 and at most 1")
        }
        return self.expectedEvents * recall / (self.cohortShift * upperBound)
    }

    /// The probability of so many events or more in a stage that uses the budget up, at the worst rate within the
    /// bound.
    ///
    /// P(N ≥ k) for N Poisson of mean H; 1 − e^(−H) for the first. 1 for none and fewer.
    public func probability(ofAtLeast events: Int) -> Double {
        guard events > 0 else { return 1 }
        return .exp(GammaDensity.logProbability(.below, a: Double(events), at: self.expectedEvents))
    }
}
