/// Bounds on the events per unit of exposure that hold at all moments at once.
///
/// The upper bound is the largest rate that ``GammaEProcess`` below has not excluded, the lower one the smallest that
/// the one above has not: with probability at least 1 − α, no moment shows a bound on the wrong side. A maximum sample
/// size, a schedule of looks or a correction for them is not needed (Howard et al. 2021, §4).
///
/// With the default prior, which is made anew for each candidate rate, bound × exposure depends on the events and α
/// alone: 3.680 for no event and α = 0.05, where the rule of three has 2.996 for a single look.
public struct GammaConfidenceSequence: Hashable, Sendable {
    /// The one prior for all candidate rates; nil where each has its own default.
    public let prior: GammaPrior?

    /// Bounds by one prior for all candidate rates, or by the default of each candidate.
    public init(prior: GammaPrior? = nil) {
        self.prior = prior
    }

    /// The upper bound on the rate after `events` in `exposure`, at `errorRate` α; infinite where no rate is excluded.
    ///
    /// Relative error below 10⁻¹⁰. Throws unless events ≥ 0, exposure is finite and ≥ 0, and 0 < α < 1.
    public func upper(events: Int, exposure: Double, errorRate: Double) throws(StatisticsFault) -> Double {
        let threshold = try Self.threshold(events, exposure, errorRate)
        guard exposure >= Self.leastExposure else { return .infinity }
        let count = Double(events)
        let root = Root.rising(near: Self.start(count, exposure), reach: Self.reach) { logRate in
            self.logEvidence(.below, logRate, count, exposure) - threshold
        }
        return root.map { .exp($0) } ?? .infinity
    }

    /// The lower bound on the rate after `events` in `exposure`, at `errorRate` α; 0 where no rate is excluded.
    ///
    /// Throws as ``upper(events:exposure:errorRate:)`` does.
    public func lower(events: Int, exposure: Double, errorRate: Double) throws(StatisticsFault) -> Double {
        let threshold = try Self.threshold(events, exposure, errorRate)
        guard events > 0, exposure >= Self.leastExposure else { return 0 }
        let count = Double(events)
        let root = Root.rising(near: Self.start(count, exposure), reach: Self.reach) { logRate in
            threshold - self.logEvidence(.above, logRate, count, exposure)
        }
        return root.map { .exp($0) } ?? 0
    }

    /// Less exposure than this says nothing; its inverse would leave the range of a number.
    private static let leastExposure = 1e-200
    /// How far from the logarithm of the observed rate a bound is looked for.
    private static let reach = 128.0

    /// The logarithm of the observed rate, with half an event added.
    private static func start(_ count: Double, _ exposure: Double) -> Double {
        .log((count + 0.5) / exposure)
    }

    private static func threshold(
        _ events: Int, _ exposure: Double, _ errorRate: Double
    ) throws(StatisticsFault) -> Double {
        try events.requireNotNegative("events")
        try exposure.requireNotNegative("exposure")
        try errorRate.requireFraction("errorRate")
        return -.log(errorRate)
    }

    private func logEvidence(_ side: Side, _ logRate: Double, _ count: Double, _ exposure: Double) -> Double {
        let rate = Double.exp(logRate)
        return GammaEProcess(checked: side, bound: rate, prior: self.prior ?? .standard(side, bound: rate))
            .logEvidence(checkedEvents: count, exposure: exposure)
    }
}
