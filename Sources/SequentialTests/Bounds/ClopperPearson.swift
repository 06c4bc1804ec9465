/// Exact bounds on a rate from evidence of a size that was fixed beforehand.
///
/// For evaluation suites, red-team batteries and the recall of a monitor on seeded probes. Not for counts that grow
/// while one looks: re-run at each look, a 5 % bound is wrong in about 30 % of releases. For those there is
/// ``BetaConfidenceSequence``.
///
/// Source: C. J. Clopper and E. S. Pearson, *The use of confidence or fiducial limits* (1934). Relative error below
/// 10⁻¹⁰.
public enum ClopperPearson {
    /// The smallest rate p with P(at least so many events | p) ≥ α: the α quantile of Beta(k, n − k + 1).
    ///
    /// 0 without events. Throws unless 0 ≤ events ≤ trials and 0 < α < 1.
    public static func lower(events: Int, trials: Int, errorRate: Double) throws(StatisticsFault) -> Double {
        try self.check(events, trials, errorRate)
        guard events > 0 else { return 0 }
        let (a, b) = (Double(events), Double(trials - events) + 1)
        let target = Double.log(errorRate)
        let root = Root.rising(near: .log(a / b), reach: self.reach) { logOdds in
            self.logProbability(.below, a, b, logOdds) - target
        }
        return root.map { .probability(logOdds: $0) } ?? 0
    }

    /// The largest rate p with P(at most so many events | p) ≥ α: the 1 − α quantile of Beta(k + 1, n − k).
    ///
    /// 1 where every trial had an event, and without trials. Without events it is 1 − α^(1/n), about −ln α/n: the
    /// rule of three. Throws unless 0 ≤ events ≤ trials and 0 < α < 1.
    public static func upper(events: Int, trials: Int, errorRate: Double) throws(StatisticsFault) -> Double {
        try self.check(events, trials, errorRate)
        guard events < trials else { return 1 }
        let (a, b) = (Double(events) + 1, Double(trials - events))
        let target = Double.log(errorRate)
        let root = Root.rising(near: .log(a / b), reach: self.reach) { logOdds in
            target - self.logProbability(.above, a, b, logOdds)
        }
        return root.map { .probability(logOdds: $0) } ?? 1
    }

    /// Both bounds at once, each with half of `errorRate`.
    public static func interval(
        events: Int, trials: Int, errorRate: Double
    ) throws(StatisticsFault) -> (lower: Double, upper: Double) {
        let half = errorRate / 2
        return (
            try self.lower(events: events, trials: trials, errorRate: half),
            try self.upper(events: events, trials: trials, errorRate: half)
        )
    }

    private static let reach = 1024.0

    private static func check(_ events: Int, _ trials: Int, _ errorRate: Double) throws(StatisticsFault) {
        try events.requireEvents(within: trials)
        try errorRate.requireFraction("errorRate")
    }

    private static func logProbability(_ side: Side, _ a: Double, _ b: Double, _ logOdds: Double) -> Double {
        let rate = Double.probability(logOdds: logOdds).insideUnitInterval
        return BetaDensity.logProbability(side, a: a, b: b, at: rate)
    }
}
