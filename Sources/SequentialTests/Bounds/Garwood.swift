/// Exact bounds on events per unit of exposure from an exposure that was fixed beforehand.
///
/// The counterpart of ``ClopperPearson`` for counts in exposure; the one that may be looked at while it grows is
/// ``GammaConfidenceSequence``.
///
/// Source: F. Garwood, *Fiducial limits for the Poisson distribution* (1936). Relative error below 10⁻¹⁰.
public enum Garwood {
    /// The smallest rate with P(at least so many events) ≥ α: the α quantile of Gamma(N), over the exposure.
    ///
    /// 0 without events. Throws unless events ≥ 0, exposure is finite and above 0, and 0 < α < 1.
    public static func lower(events: Int, exposure: Double, errorRate: Double) throws(StatisticsFault) -> Double {
        try self.check(events, exposure, errorRate)
        guard events > 0 else { return 0 }
        return self.quantile(.below, shape: Double(events), errorRate) / exposure
    }

    /// The largest rate with P(at most so many events) ≥ α: the 1 − α quantile of Gamma(N + 1), over the exposure.
    ///
    /// −ln α/exposure without events. Throws as ``lower(events:exposure:errorRate:)`` does.
    public static func upper(events: Int, exposure: Double, errorRate: Double) throws(StatisticsFault) -> Double {
        try self.check(events, exposure, errorRate)
        return self.quantile(.above, shape: Double(events) + 1, errorRate) / exposure
    }

    private static func check(_ events: Int, _ exposure: Double, _ errorRate: Double) throws(StatisticsFault) {
        try events.requireNotNegative("events")
        try exposure.requirePositive("exposure")
        try errorRate.requireFraction("errorRate")
    }

    /// Where a Gamma variable has the probability `errorRate` of lying on `side`.
    private static func quantile(_ side: Side, shape: Double, _ errorRate: Double) -> Double {
        let target = Double.log(errorRate)
        let sign = side == .below ? 1.0 : -1
        let root = Root.rising(near: .log(shape), reach: 1024) { logBoundary in
            sign * (GammaDensity.logProbability(side, a: shape, at: .exp(logBoundary)) - target)
        }
        // Every error rate that is a number has its quantile within reach; without one nothing would be excluded.
        return root.map { .exp($0) } ?? (side == .below ? 0 : .infinity)
    }
}
