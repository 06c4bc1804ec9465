public import ReleaseModel

/// What is known of a metric, in one of four words, with the numbers behind it.
public struct MetricBand: Codable, Hashable, Sendable {
    /// The word.
    ///
    /// The raw value is public and never renamed.
    public enum Word: String, Codable, CaseIterable, Hashable, Sendable {
        /// It is shown that the rate is within its bound.
        case withinBound = "within_bound"
        /// Nothing is shown yet.
        case notYet = "not_yet"
        /// Harm is shown.
        case harm
        /// Nothing certain is known.
        case unknown
    }

    /// The metric.
    public var metric: Name
    /// What is known.
    public var word: Word
    /// Events that counted.
    public var events: Int
    /// Exposure that counted for the advance rule, or for the rollback rule where there is no other.
    public var exposure: Double
    /// Rates below this are excluded.
    public var lower: Double
    /// Rates above this are excluded; nil if none is.
    public var upper: Double?
    /// The bound under which the rate must be shown to be; nil if nothing must.
    public var advanceBound: Double?
    /// The bound above which it rolls back or holds; nil if it does not.
    public var alarmBound: Double?
    /// The proven recall of what is seen; nil if nobody has proven it.
    public var recall: Double?
    /// What each rule says, in the order in which one goes before another.
    public var rules: [RuleBand]

    enum CodingKeys: String, CodingKey {
        case metric, word, events, exposure, lower, upper
        case advanceBound = "advance_bound"
        case alarmBound = "alarm_bound"
        case recall, rules
    }
}

/// What one rule of a metric says, in the same four words. A rule that closes never says that something is within its
/// bound: where it is silent, harm is not shown, and that is all.
public struct RuleBand: Codable, Hashable, Sendable {
    /// The rule.
    public var rule: RuleKind
    /// What it says.
    public var word: MetricBand.Word
    /// How evidence is weighed.
    public var method: EvidenceMethod
    /// Events that counted.
    public var events: Int
    /// Exposure that counted; of a comparison, events of both arms.
    public var exposure: Double
    /// The bound that is tested; of a tripwire the number that trips it, of a comparison a ratio.
    public var bound: Double
    /// How far the evidence is towards what the rule takes, from 0 to 1; nil for a tripwire and where there is no test.
    public var progress: Double?

    init(_ record: RuleRecord) {
        self.rule = record.rule
        self.word =
            switch record.verdict {
            case .pass: .withinBound
            case .fail: .harm
            case .undecided: .notYet
            case .noData, .error: .unknown
            }
        self.method = record.method
        self.events = record.events
        self.exposure = record.exposure
        self.bound = record.bound
        self.progress = record.logEvidence.flatMap { evidence in
            record.threshold.flatMap { $0 > 0 ? min(1, max(0, evidence / $0)) : nil }
        }
    }
}

extension Rollout {
    /// What is known of each metric as of the last record.
    var bands: [MetricBand] {
        guard let last else { return [] }
        return last.assessment.health.compactMap { health in
            guard self.spec.metrics.indices.contains(health.metric) else { return nil }
            let metric = self.spec.metrics[health.metric]
            let rules = last.assessment.rules.filter { $0.metric == health.metric }
            let counted = rules.first { $0.rule == .advance } ?? rules.first { $0.rule == .rollback } ?? rules.first
            let bounds = last.bounds.first { $0.metric == health.metric }
            let isHarm = rules.contains { $0.verdict == .fail }
            let isShown = rules.contains { $0.rule == .advance && $0.verdict == .pass }
            return MetricBand(
                metric: metric.name,
                word: isHarm ? .harm : health.state != .sound ? .unknown : isShown ? .withinBound : .notYet,
                events: counted?.events ?? 0, exposure: counted?.exposure ?? 0, lower: bounds?.lower ?? 0,
                upper: bounds?.upper, advanceBound: metric.rules.advance?.bound,
                alarmBound: metric.rules.rollback?.bound ?? metric.rules.hold?.bound, recall: bounds?.recall,
                rules: rules.map { RuleBand($0) })
        }
    }
}
