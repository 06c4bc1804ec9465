import ReleaseModel
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
    /// How the parts of the public stand of which the stage must see enough.
    public var strata: [StratumStanding]
    /// What people are asked to sign for, and have signed for.
    public var asked: [AskedMotion]
    /// What was opened against the rules.
    public var overrides: [OverrideMark]
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
        self.strata = rollout.strata
        self.asked = rollout.asked
        self.overrides = rollout.overrideMarks
        self.advanceBudgetLeft = rollout.advanceBudget.map { $0.remaining / $0.errorRate } ?? 0
        self.alarmBudgetLeft = rollout.alarmBudget.map { $0.remaining / $0.errorRate } ?? 0
    }
}

extension Rollout {
    /// The rollout for people, as of the last record.
    public var summary: RolloutSummary { RolloutSummary(self) }

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
