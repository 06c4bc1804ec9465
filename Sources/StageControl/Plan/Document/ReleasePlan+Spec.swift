public import ReleaseModel

extension ReleasePlan {
    /// What a plan says.
    public struct Spec: Hashable, Sendable {
        /// The model of which a version is released.
        public let model: Name
        /// The version that is released.
        public let candidate: Name
        /// The version that it is compared with while both serve; nil if there is no earlier one, and then only bounds
        /// that need no comparison can be tested.
        public let baseline: Name?
        /// Who answers for the release: a team, or the identifier of a person, never a personal name or address, since
        /// plans stay in the ledger. The linter asks for it.
        public let owner: Name?
        /// How many earlier revisions stay at hand, from 1 to 1,000.
        public let revisionHistoryLimit: Int
        /// Without an advance for this long the release holds. It never ships and never aborts for that.
        public let progressDeadline: TimeSpan
        /// How often the rules may be wrong, over the plan's whole life.
        public let errorBudget: PlanErrorBudget
        /// How it is decided who is in.
        public let bucketing: PlanBucketing
        /// When rules are evaluated, and when an advance may happen.
        public let evaluation: Evaluation
        /// Who can be let in, in the order in which an application is asked for: it belongs to the first cohort that
        /// it fits.
        public let cohorts: [Cohort]
        /// How much use the authors expect. Decides nothing; tells whether the plan can be carried out.
        public let traffic: Traffic
        /// What is watched.
        public let metrics: [PlanMetric]
        /// The stages, from the narrowest to the widest. Each adds to what is open; what an earlier one opened stays.
        public let stages: [Stage]
        /// What a rollback does.
        public let rollback: RollbackPolicy
        /// What people may do against the rules.
        public let overrides: Overrides

        /// A specification with all its fields. What is left out is what a document means that leaves it out.
        public init(
            model: Name, candidate: Name, baseline: Name? = nil, owner: Name? = nil, revisionHistoryLimit: Int = 20,
            progressDeadline: TimeSpan = TimeSpan(45, .day), errorBudget: PlanErrorBudget = PlanErrorBudget(),
            bucketing: PlanBucketing = PlanBucketing(), evaluation: Evaluation = Evaluation(), cohorts: [Cohort] = [],
            traffic: Traffic = Traffic(), metrics: [PlanMetric], stages: [Stage],
            rollback: RollbackPolicy = RollbackPolicy(), overrides: Overrides = Overrides()
        ) {
            self.model = model
            self.candidate = candidate
            self.baseline = baseline
            self.owner = owner
            self.revisionHistoryLimit = revisionHistoryLimit
            self.progressDeadline = progressDeadline
            self.errorBudget = errorBudget
            self.bucketing = bucketing
            self.evaluation = evaluation
            self.cohorts = cohorts
            self.traffic = traffic
            self.metrics = metrics
            self.stages = stages
            self.rollback = rollback
            self.overrides = overrides
        }
    }
}

extension ReleasePlan.Spec {
    static let form = Form<Self>.object(
        Self.init,
        Field("model", \.model, .name),
        Field("candidate", \.candidate, .name),
        Field("baseline", \.baseline, optional: .name),
        Field("owner", \.owner, optional: .name, opens: .neutral),
        Field("revisionHistoryLimit", \.revisionHistoryLimit, .count(1...1_000), default: 20, opens: .neutral),
        Field(
            "progressDeadline", \.progressDeadline, .timeSpan, default: TimeSpan(45, .day), opens: .bound(.raised)),
        Field("errorBudget", \.errorBudget, PlanErrorBudget.form, default: PlanErrorBudget()),
        Field("bucketing", \.bucketing, PlanBucketing.form, default: PlanBucketing()),
        Field("evaluation", \.evaluation, Evaluation.form, default: Evaluation()),
        Field(
            "cohorts", \.cohorts, .list(of: Cohort.form, toldApartBy: "name", atMost: PlanLimits.cohorts), default: [],
            opens: .exposure(.raised)),
        Field("traffic", \.traffic, Traffic.form, default: Traffic(), opens: .neutral),
        Field(
            "metrics", \.metrics, .list(of: PlanMetric.form, toldApartBy: "name", atMost: PlanLimits.metrics),
            default: [], opens: .bound(.lowered)),
        Field(
            "stages", \.stages, .list(of: Stage.form, toldApartBy: "name", atMost: PlanLimits.stages),
            opens: .exposure(.changed)),
        Field("rollback", \.rollback, RollbackPolicy.form, default: RollbackPolicy()),
        Field("overrides", \.overrides, Overrides.form, default: Overrides())
    ).checked { spec, reading in
        guard spec.stages.isEmpty else { return }
        reading.note(.missingField, "is empty; a plan has at least one stage", of: "stages")
    }
}
