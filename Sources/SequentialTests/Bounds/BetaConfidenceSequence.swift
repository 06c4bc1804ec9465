/// Bounds on the rate of a yes-or-no outcome that hold at all moments at once.
///
/// The upper bound is the largest rate that ``BetaEProcess`` below has not excluded, the lower one the smallest that
/// the one above has not: with probability at least 1 − α, no moment shows a bound on the wrong side (Howard et al.
/// 2021, §4). For fixed-size evidence, such as an evaluation suite, ``ClopperPearson`` is tighter.
public struct BetaConfidenceSequence: Hashable, Sendable {
    /// How the prior of a candidate rate is chosen.
    public enum PriorChoice: Hashable, Sendable {
        /// One prior for all candidate rates.
        case fixed(BetaPrior)
        /// ``BetaPrior/standard(_:bound:)`` of each candidate: for rare events.
        case standard
        /// ``BetaPrior/centred(_:bound:)`` of each candidate: for rates that are not small.
        case centred
    }

    /// How the prior of a candidate rate is chosen.
    public let priorChoice: PriorChoice

    /// Bounds by such priors.
    public init(_ priorChoice: PriorChoice = .standard) {
        self.priorChoice = priorChoice
    }

    /// The upper bound on the rate after `events` among `trials`, at `errorRate` α; 1 where no rate is excluded.
    ///
    /// Relative error below 10⁻¹⁰. Throws unless 0 ≤ events ≤ trials and 0 < α < 1.
    public func upper(events: Int, trials: Int, errorRate: Double) throws(StatisticsFault) -> Double {
        let threshold = try Self.threshold(events, trials, errorRate)
        guard events < trials else { return 1 }
        let (count, others) = (Double(events), Double(trials - events))
        let root = Root.rising(near: Self.start(count, others), reach: Self.reach) { logOdds in
            self.logEvidence(.below, logOdds, count, others) - threshold
        }
        return root.map { .probability(logOdds: $0) } ?? 1
    }

    /// The lower bound on the rate after `events` among `trials`, at `errorRate` α; 0 where no rate is excluded.
    ///
    /// Throws as ``upper(events:trials:errorRate:)`` does.
    public func lower(events: Int, trials: Int, errorRate: Double) throws(StatisticsFault) -> Double {
        let threshold = try Self.threshold(events, trials, errorRate)
        guard events > 0 else { return 0 }
        let (count, others) = (Double(events), Double(trials - events))
        let root = Root.rising(near: Self.start(count, others), reach: Self.reach) { logOdds in
            threshold - self.logEvidence(.above, logOdds, count, others)
        }
        return root.map { .probability(logOdds: $0) } ?? 0
    }

    /// How far from the observed log odds a bound is looked for; e⁻¹²⁸ of the observed odds is no rate.
    private static let reach = 128.0

    /// The observed log odds, with half an event and half a trial without one added.
    private static func start(_ count: Double, _ others: Double) -> Double {
        .log((count + 0.5) / (others + 0.5))
    }

    private static func threshold(_ events: Int, _ trials: Int, _ errorRate: Double) throws(StatisticsFault) -> Double {
        try events.requireEvents(within: trials)
        try errorRate.requireFraction("errorRate")
        return -.log(errorRate)
    }

    private func logEvidence(_ side: Side, _ logOdds: Double, _ count: Double, _ others: Double) -> Double {
        let rate = Double.probability(logOdds: logOdds).insideUnitInterval
        let prior =
            switch self.priorChoice {
            case .fixed(let prior): prior
            case .standard: BetaPrior.standard(side, bound: rate)
            case .centred: BetaPrior.centred(side, bound: rate)
            }
        return BetaEProcess(checked: side, bound: rate, prior: prior)
            .logEvidence(checkedEvents: count, others: others)
    }
}
