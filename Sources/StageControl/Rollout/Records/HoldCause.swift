public import ReleaseModel

/// Why everything stays as it is.
public enum HoldCause: Hashable, Sendable {
    /// Nothing is known of a metric.
    case noData(metric: Int)
    /// A metric's source fails, or contradicts itself.
    case sourceError(metric: Int)
    /// A hold rule has shown that a rate is too high.
    case rule(metric: Int)
    /// Units do not fall to the arms as planned: assignment or counting is broken.
    case sampleRatio
    /// Evidence that the stage rests on has lapsed.
    case evidence(Name)
    /// A control beside the release is not up.
    case companion(Name)
    /// Nothing is left of the exposure budget.
    case exposureBudget
    /// The stage has lasted as long as it may without people.
    case stageTime
    /// Nothing has advanced for too long.
    case progressDeadline
    /// The time of day has jumped.
    case clockJump

    /// Whether it stands until people resume. The others end with what brought them about: that opens nothing.
    var isLatched: Bool {
        switch self {
        case .rule, .sampleRatio, .stageTime, .progressDeadline, .clockJump: true
        case .noData, .sourceError, .evidence, .companion, .exposureBudget: false
        }
    }

    /// Whether the stage's time stands still for it, and the next one stays closed. Where only the exposure is used up
    /// nothing is wrong: nobody new is let in, and what was seen may still come to show enough.
    public var stopsRelease: Bool { self != .exposureBudget }

    /// The cause as a sentence for people.
    public func sentence(in plan: ReleasePlan.Spec) -> String {
        switch self {
        case .noData(let metric): "Nothing is known of \(plan.name(ofMetric: metric)): its source is silent."
        case .sourceError(let metric): "The source of \(plan.name(ofMetric: metric)) fails, or contradicts itself."
        case .rule(let metric): "\(plan.name(ofMetric: metric)) is above the bound at which the plan holds."
        case .sampleRatio: "Units do not fall to the arms as planned: assignment or counting is broken."
        case .evidence(let evidence): "The evidence \(evidence), on which the stage rests, has lapsed."
        case .companion(let control): "The control \(control) beside the release is not up."
        case .exposureBudget: "The stage has had all the requests that its exposure budget allows for now."
        case .stageTime: "The stage has lasted as long as it may; people must look at it."
        case .progressDeadline: "Nothing has advanced for as long as the plan allows; people must look at it."
        case .clockJump: "The time of day has jumped by more than a minute; people must look at it."
        }
    }

    /// Whether the evidence itself is what is wrong, so that going on means beginning anew.
    var spoilsEvidence: Bool {
        switch self {
        case .rule, .sampleRatio: true
        default: false
        }
    }
}

/// Why the next stage does not open now.
public enum Obstacle: Hashable, Sendable {
    /// Gateways have not confirmed the stage yet.
    case preparing
    /// Something holds.
    case held
    /// A person has said stop.
    case personHold
    /// The stage has not lasted long enough.
    case bake
    /// An advance rule has not passed.
    case rule(metric: Int)
    /// A metric cannot be judged.
    case unknown(metric: Int)
    /// A part of the public has not been seen enough of.
    case stratum(dimension: String, part: Name)
    /// Evidence is missing, too old or not far enough.
    case gate(Name)
    /// It is outside the change windows.
    case window
    /// The rollback drill is stale, slow or missing.
    case drill
    /// The pause after a rollback is not over.
    case coolDown
    /// It is before the moment that was set for the start.
    case notBefore
    /// People have not signed.
    case approval
    /// No error rate is left for another start of evidence.
    case errorBudget
    /// Nothing more is opened; the release is watched.
    case watch

    /// Whether people may open in spite of it. What is not known, and what somebody stopped, stays in the way.
    var isWaivable: Bool {
        switch self {
        case .bake, .rule, .stratum, .window: true
        case .preparing, .held, .personHold, .unknown, .gate, .drill, .coolDown, .notBefore, .approval, .errorBudget,
            .watch:
            false
        }
    }

    /// Whether time, evidence or use would remove it, and people need not.
    var isEvidence: Bool {
        switch self {
        case .rule, .unknown, .stratum: true
        default: false
        }
    }

    /// The obstacle as a sentence for people.
    public func sentence(in plan: ReleasePlan.Spec) -> String {
        switch self {
        case .preparing: "Not every gateway has confirmed the stage."
        case .held: "The stage is held."
        case .personHold: "A person has stopped it; people must resume it."
        case .bake: "The stage has not run long enough."
        case .rule(let metric):
            "The evidence does not show yet that \(plan.name(ofMetric: metric)) is within its bound."
        case .unknown(let metric): "Nothing certain is known of \(plan.name(ofMetric: metric))."
        case .stratum(let dimension, let part): "Too little use has been seen from the \(dimension) \(part)."
        case .gate(let evidence): "The evidence \(evidence) is missing, too old or not accepted."
        case .window: "It is outside the hours in which more may be opened."
        case .drill: "No recent rollback drill was fast enough."
        case .coolDown: "The pause after a rollback is not over."
        case .notBefore: "The moment that was set for the start has not come."
        case .approval: "People have not signed for the next stage."
        case .errorBudget: "The plan's error budget allows no new start of evidence."
        case .watch: "Nothing more is opened; the release is watched."
        }
    }
}

extension ReleasePlan.Spec {
    /// The name of the metric at a place.
    func name(ofMetric index: Int) -> String {
        self.metrics.indices.contains(index) ? self.metrics[index].name.text : "an unknown metric"
    }
}
