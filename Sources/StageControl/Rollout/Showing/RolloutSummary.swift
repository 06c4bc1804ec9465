public import ReleaseModel
import SequentialTests

/// A rollout for people: where it stands, why it does not go on, and what its evidence shows and cannot show.
///
/// No word in it says that something is safe.
public struct RolloutSummary: Hashable, Sendable {
    /// Where it stands.
    public var phase: RolloutPhase
    /// ``phase`` as a sentence.
    public var sentence: String
    /// Why it does not go on, a sentence each: first why it went back, then what holds, then what is in the
    /// way. Empty if nothing is.
    public var reasons: [String]
    /// What is known of each metric that the stage watches.
    public var bands: [MetricBand]
    /// What the evidence cannot rule out at the next scale, metric by metric.
    public var limits: [DetectabilityStatement]
    /// The stages that were opened against the rules, by name.
    public var overridden: [Name]
    /// What of the probability of a false advance is left for evidence that begins anew, from 0 to 1.
    public var advanceBudgetLeft: Double
    /// What of the probability of a false rollback is left for evidence that begins anew, from 0 to 1.
    public var alarmBudgetLeft: Double

    init(_ rollout: Rollout) {
        let spec = rollout.spec
        self.phase = rollout.phase
        self.sentence = rollout.phase.sentence(in: spec)
        self.reasons = [rollout.wentBack?.sentence(in: spec)].compactMap(\.self) + (rollout.last?.reasons ?? [])
        if rollout.heldBy != nil, rollout.last?.assessment.obstacles.contains(.personHold) != true {
            self.reasons.insert(Obstacle.personHold.sentence(in: spec), at: 0)
        }
        self.bands = rollout.bands
        self.limits = rollout.limits
        self.overridden = rollout.overriddenStages.map { spec.stages[$0].name }
        self.advanceBudgetLeft = rollout.advanceBudget.map { $0.remaining / $0.errorRate } ?? 0
        self.alarmBudgetLeft = rollout.alarmBudget.map { $0.remaining / $0.errorRate } ?? 0
    }
}

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

    enum CodingKeys: String, CodingKey {
        case metric, word, events, exposure, lower, upper
        case advanceBound = "advance_bound"
        case alarmBound = "alarm_bound"
        case recall
    }
}

extension Rollout {
    /// The rollout for people, as of the last record.
    public var summary: RolloutSummary { RolloutSummary(self) }

    /// What is known of each metric as of the last record.
    fileprivate var bands: [MetricBand] {
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
                alarmBound: metric.rules.rollback?.bound ?? metric.rules.hold?.bound, recall: bounds?.recall)
        }
    }

    /// What the evidence cannot rule out at the next scale; of the last stage, at its own.
    fileprivate var limits: [DetectabilityStatement] {
        guard let last, let stage, let shares = last.shares else { return [] }
        let next = self.spec.stages[min(stage + 1, self.spec.stages.count - 1)]
        return last.assessment.rules.compactMap { rule in
            let bounds = last.bounds.first { $0.metric == rule.metric }
            guard rule.rule == .advance, let bounds, let upper = bounds.upper,
                self.spec.metrics.indices.contains(rule.metric)
            else { return nil }
            let metric = self.spec.metrics[rule.metric]
            return DetectabilityStatement(
                metric: metric.name, exposure: rule.exposure, events: rule.events,
                excluded: bounds.certified ?? upper, confidence: 1 - shares.advance,
                nextPerDay: self.spec.traffic.perDay(metric.exposure, in: next), isCertified: bounds.certified != nil)
        }
    }
}

extension RolloutPhase {
    /// Where a rollout stands, as a sentence for people.
    public func sentence(in plan: ReleasePlan.Spec) -> String {
        func name(_ stage: Int) -> String { plan.stages.indices.contains(stage) ? plan.stages[stage].name.text : "?" }
        return switch self {
        case .draft: "The plan is being written."
        case .inReview: "The plan waits for those who approve."
        case .approved: "The plan is approved and has not been started."
        case .scheduled: "The first stage opens as soon as nothing is in the way."
        case .active(let stage, let activity): "The stage \(name(stage)) is open and \(activity.words)."
        case .paused(let stage):
            "A person has stopped it\(stage.map { " at the stage \(name($0))" } ?? ""); what is open stays."
        case .watching(let stage): "Nothing more opens after \(name(stage)); it is watched for harm and change."
        case .rollingBack(let stage):
            "It is being closed\(stage.map { " down to the stage \(name($0))" } ?? " to everybody")."
        case .rolledBack(let stage):
            "It was closed\(stage.map { " down to the stage \(name($0))" } ?? " to everybody")."
        case .completed: "It is over, and the candidate stays open."
        case .aborted: "It was ended, and the candidate is closed."
        case .superseded(let rollout): "\(rollout) has taken over, and this is closed."
        }
    }
}

extension StageActivity {
    /// What an open stage does, to follow "is open and".
    fileprivate var words: String {
        switch self {
        case .preparing: "waits for its gateways"
        case .baking: "has not run long enough"
        case .undecided: "its evidence does not suffice yet"
        case .ready: "ready, but for what an opening asks for besides"
        case .awaitingApproval: "waits for people"
        case .held: "held as it is"
        }
    }
}
