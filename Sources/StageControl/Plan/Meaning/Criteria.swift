public import ReleaseModel

/// A rule, and the metric that it belongs to.
public struct MetricCriterion<Rule: Hashable & Sendable>: Hashable, Sendable {
    /// The metric.
    public let metric: Name
    /// The rule.
    public let rule: Rule
}

/// What must hold before a stage ends and the next one opens.
public struct ExitCriteria: Hashable, Sendable {
    /// What must be shown. All of it: a release that is unsafe by one metric is not made safe by another.
    public let advance: [MetricCriterion<AdvanceRule>]
    /// Exposure of each metric below which nothing advances.
    public let minExposure: Int
    /// How much of each part of the public must have been seen.
    public let strata: [Stratum]
    /// How long the stage lasts at least.
    public let bake: Bake?
    /// Evidence that must be there: the next stage's gates.
    public let gates: [Gate]
    /// The people who open the next stage.
    public let approval: ApprovalRequirement?

    /// Whether anything is asked that time alone does not bring.
    public var isNone: Bool { self.advance.isEmpty && self.gates.isEmpty }
}

/// What ends a stage at any moment. One of it is enough.
public struct AbortCriteria: Hashable, Sendable {
    /// What closes once it is shown.
    public let rollback: [MetricCriterion<RollbackRule>]
    /// What closes at a number of events.
    public let tripwires: [MetricCriterion<Tripwire>]

    /// Whether nothing would end the stage.
    public var isNone: Bool { self.rollback.isEmpty && self.tripwires.isEmpty }
}

extension ReleasePlan.Spec {
    /// The metric with this name, if the plan defines it.
    public func metric(named name: Name) -> PlanMetric? { self.metrics.first { $0.name == name } }

    /// What must hold before a stage ends. `index` is a place in ``stages``.
    public func exitCriteria(ofStage index: Int) -> ExitCriteria {
        let stage = self.stages[index]
        let next = self.stages.indices.contains(index + 1) ? self.stages[index + 1] : nil
        return ExitCriteria(
            advance: self.criteria(of: stage.analysis.metrics, \.advance), minExposure: stage.analysis.minExposure,
            strata: stage.strata, bake: stage.bake, gates: next?.gates ?? [], approval: next?.requiresApproval)
    }

    /// What ends a stage at any moment. `index` is a place in ``stages``.
    public func abortCriteria(ofStage index: Int) -> AbortCriteria {
        let watched = self.stages[index].analysis.watched
        return AbortCriteria(
            rollback: self.criteria(of: watched, \.rollback), tripwires: self.criteria(of: watched, \.tripwire))
    }

    private func criteria<Rule: Hashable & Sendable>(
        of names: [Name], _ rule: (MetricRules) -> Rule?
    ) -> [MetricCriterion<Rule>] {
        names.compactMap { name in
            self.metric(named: name).flatMap { rule($0.rules) }.map { MetricCriterion(metric: name, rule: $0) }
        }
    }
}
