public import ReleaseModel
public import SequentialTests

/// How much one actor can contribute to a metric, so that nobody alone can force or hide a rollback.
///
/// The rate is then one of actors and windows, not of events, and the metric's bounds are stated in that unit.
public struct InfluenceCap: Hashable, Sendable {
    /// Who is an actor.
    public let per: PlanBucketing.Unit
    /// How many events of one actor count in a window, at least 1.
    public let events: Int
    /// How long a window is.
    public let window: TimeSpan

    /// A cap with all its fields.
    public init(per: PlanBucketing.Unit, events: Int = 1, window: TimeSpan = TimeSpan(1, .day)) {
        self.per = per
        self.events = events
        self.window = window
    }
}

/// How late events are reported, at the worst. Exposure counts for advancing only as far as its reports have come in;
/// for rolling back it counts at once.
public struct PlanReportingDelay: Hashable, Sendable {
    /// What the percentiles mean.
    public enum Model: String, CaseIterable, Hashable, Sendable {
        /// At each delay, at least that share of the reports has come in; in between nothing is assumed.
        case lowerEnvelope
    }

    /// What the percentiles mean.
    public let model: Model
    /// When half of the reports have come in.
    public let p50: TimeSpan
    /// When nine in ten have.
    public let p90: TimeSpan
    /// When ninety-nine in a hundred have.
    public let p99: TimeSpan

    /// Percentiles; the linter asks that they increase.
    public init(model: Model = .lowerEnvelope, p50: TimeSpan, p90: TimeSpan, p99: TimeSpan) {
        self.model = model
        self.p50 = p50
        self.p90 = p90
        self.p99 = p99
    }

    /// The share of reports that has come in at least, by the age of the exposure in days. Throws in a plan that the
    /// rule `reporting-delay` objects to.
    public func envelope() throws(StatisticsFault) -> DelayCurve {
        try .envelope(p50: self.p50.days, p90: self.p90.days, p99: self.p99.days)
    }
}

/// How much of what happens is seen, as seeded probes prove it. What is certified is a bound divided by the recall.
public struct Detection: Hashable, Sendable {
    /// Known-bad requests that are sent through the live path.
    public let probeSet: Name
    /// The share that must be seen. The linter asks for more than 0 and at most 1.
    public let minRecall: Double
    /// How sure the proof is. The linter asks for a number between 0 and 1.
    public let confidence: Double

    /// A proof with all its fields.
    public init(probeSet: Name, minRecall: Double, confidence: Double = 0.95) {
        self.probeSet = probeSet
        self.minRecall = minRecall
        self.confidence = confidence
    }
}

/// How much harm a stage may be expected to do. It limits the exposure of the next one.
public struct PlanHarmBudget: Hashable, Sendable {
    /// Expected events in one stage, more than 0.
    public let expectedPerStage: Double
    /// How much worse the next cohort may be than the ones before, at least 1.
    public let cohortShift: Double

    /// A budget with all its fields.
    public init(expectedPerStage: Double, cohortShift: Double = 1) {
        self.expectedPerStage = expectedPerStage
        self.cohortShift = cohortShift
    }
}

/// What is done when nothing is known: no heartbeat of the source, a watermark that is too old, a missed probe.
///
/// No events with a live heartbeat are data. Nothing known is not, and never passes.
public struct NoDataPolicy: Hashable, Sendable {
    /// For how long nothing may be known.
    public let after: TimeSpan
    /// What is done then.
    public let action: Reaction
    /// When more is done, counted from the same moment as ``after``.
    public let escalateAfter: TimeSpan
    /// What is done then.
    public let escalateAction: Reaction

    /// A policy with all its fields.
    public init(
        after: TimeSpan = TimeSpan(15, .minute), action: Reaction = .hold, escalateAfter: TimeSpan = TimeSpan(4, .hour),
        escalateAction: Reaction = .stepBack
    ) {
        self.after = after
        self.action = action
        self.escalateAfter = escalateAfter
        self.escalateAction = escalateAction
    }
}

/// What is done when the source of a metric fails.
public struct ErrorPolicy: Hashable, Sendable {
    /// How many failures in a row are borne.
    public let consecutiveErrorLimit: Int
    /// What is done at the next.
    public let action: Reaction

    /// A policy with all its fields.
    public init(consecutiveErrorLimit: Int = 4, action: Reaction = .hold) {
        self.consecutiveErrorLimit = consecutiveErrorLimit
        self.action = action
    }
}

extension InfluenceCap {
    static let form = Form<Self>.object(
        Self.init,
        Field("per", \.per, .word()),
        Field("events", \.events, .count(1...PlanLimits.count), default: 1),
        Field("window", \.window, .timeSpan, default: TimeSpan(1, .day)))
}

extension PlanReportingDelay {
    static let form = Form<Self>.object(
        Self.init,
        Field("model", \.model, .word(), default: .lowerEnvelope),
        Field("p50", \.p50, .timeSpan, opens: .bound(.lowered)),
        Field("p90", \.p90, .timeSpan, opens: .bound(.lowered)),
        Field("p99", \.p99, .timeSpan, opens: .bound(.lowered)))
}

extension Detection {
    static let form = Form<Self>.object(
        Self.init,
        Field("probeSet", \.probeSet, .name),
        Field("minRecall", \.minRecall, .amount, opens: .bound(.lowered)),
        Field("confidence", \.confidence, .amount, default: 0.95, opens: .bound(.lowered)))
}

extension PlanHarmBudget {
    static let form = Form<Self>.object(
        Self.init,
        Field("expectedPerStage", \.expectedPerStage, .amount, opens: .exposure(.raised)),
        Field("cohortShift", \.cohortShift, .amount, default: 1, opens: .exposure(.lowered)))
}

extension NoDataPolicy {
    static let form = Form<Self>.object(
        Self.init,
        Field("after", \.after, .timeSpan, default: TimeSpan(15, .minute), opens: .bound(.raised)),
        Field("action", \.action, .word(), default: .hold, opens: .bound(.lowered)),
        Field("escalateAfter", \.escalateAfter, .timeSpan, default: TimeSpan(4, .hour), opens: .bound(.raised)),
        Field("escalateAction", \.escalateAction, .word(), default: .stepBack, opens: .bound(.lowered))
    ).checked { policy, reading in
        if policy.escalateAfter < policy.after {
            reading.note(
                .contradiction,
                "is \(policy.escalateAfter), before 'after' (\(policy.after)); expected at least that",
                of: "escalateAfter")
        }
        if policy.escalateAction < policy.action {
            reading.note(
                .contradiction,
                "is \(policy.escalateAction.rawValue), milder than the action \(policy.action.rawValue)",
                of: "escalateAction")
        }
    }
}

extension ErrorPolicy {
    static let form = Form<Self>.object(
        Self.init,
        Field(
            "consecutiveErrorLimit", \.consecutiveErrorLimit, .count(0...1_000), default: 4, opens: .bound(.raised)),
        Field("action", \.action, .word(), default: .hold, opens: .bound(.lowered)))
}
