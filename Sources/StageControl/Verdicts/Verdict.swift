public import ReleaseModel

/// What a rule says at a moment. Two of the five mean that nothing is known, and neither ever passes.
///
/// The raw value is public and never renamed.
public enum Verdict: String, Codable, CaseIterable, Hashable, Sendable {
    /// What was to be shown is shown: the rate is within its bound.
    case pass
    /// Harm is shown, or was at an earlier moment of this run of evidence.
    case fail
    /// Neither is shown. Time alone makes nothing else of it.
    case undecided
    /// Nothing is known: no heartbeat, an old watermark, a probe that was missed.
    case noData = "no_data"
    /// The source has failed, or contradicts itself.
    case error
}

/// Which of a metric's rules.
///
/// The raw value is public and never renamed.
public enum RuleKind: String, Codable, CaseIterable, Hashable, Sendable {
    case tripwire, rollback, drift, hold, advance
}

/// How evidence is weighed.
///
/// The raw value is public and never renamed.
public enum EvidenceMethod: String, Codable, CaseIterable, Hashable, Sendable {
    /// Counting alone.
    case count
    /// Events in exposure, by a mixture over Gamma.
    case gamma
    /// Events among trials, by a mixture over Beta.
    case beta
    /// Events by arm at one share, by a mixture over Beta.
    case eventSplit = "event_split"
    /// Events by arm at several shares, by a grid of ratios.
    case varyingShare = "varying_share"
    /// A detector of change.
    case cusum
    /// The plan's numbers allow no test.
    case none
}

/// Whether anything is known of a metric.
public struct MetricHealth: Codable, Hashable, Sendable {
    /// What stands in the way of knowing.
    ///
    /// The raw value is public and never renamed.
    public enum State: String, Codable, CaseIterable, Hashable, Sendable {
        /// Nothing does.
        case sound
        /// Nothing was heard, or not for too long, or a probe went unseen.
        case noData = "no_data"
        /// The source does not answer.
        case failing
        /// What it says cannot be.
        case contradictory
    }

    /// The metric's place in the plan.
    public var metric: Int
    /// What stands in the way of knowing.
    public var state: State
    /// Until when something was known, but not before the stage opened.
    public var known: Timestamp
    /// How many times in a row the source has failed.
    public var failures: Int
    /// What cannot be; nil if nothing contradicts itself.
    public var reason: String?

    /// What a rule says that has nothing to say.
    var verdict: Verdict {
        switch self.state {
        case .sound: .undecided
        case .noData: .noData
        case .failing, .contradictory: .error
        }
    }
}

/// What one rule says, with every number that it takes to compute it again.
public struct RuleRecord: Codable, Hashable, Sendable {
    /// The metric's place in the plan.
    public var metric: Int
    /// The rule.
    public var rule: RuleKind
    /// What it says.
    public var verdict: Verdict
    /// How evidence was weighed.
    public var method: EvidenceMethod
    /// Events that counted; of a comparison the candidate's.
    public var events: Int
    /// Exposure that counted: matured for an advance, raw for everything that closes. Of a comparison, events of both
    /// arms.
    public var exposure: Double
    /// The bound that is tested; of a tripwire the number that trips it.
    public var bound: Double
    /// The probability of deciding wrongly that the rule has; nil for a tripwire.
    public var errorRate: Double?
    /// The shapes of the prior, if there is one.
    public var prior: [Double]
    /// ln E; nil for a tripwire and where there is no test.
    public var logEvidence: Double?
    /// What ln E must reach.
    public var threshold: Double?

    enum CodingKeys: String, CodingKey {
        case metric, rule, verdict, method, events, exposure, bound
        case errorRate = "error_rate"
        case prior
        case logEvidence = "log_evidence"
        case threshold
    }
}
