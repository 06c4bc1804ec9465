import ReleaseModel
import StageControl

/// What a plan means, in tables for people.
struct PlanTables {
    private let spec: ReleasePlan.Spec

    init(_ plan: ReleasePlan) { self.spec = plan.spec }

    /// Whom each stage lets in, how far, how long, and what opens it.
    var stages: Table {
        Table(
            ["STAGE", "LEVEL", "AUDIENCE", "WEIGHT", "LASTS", "OPENS WITH"],
            self.spec.stages.map { stage in
                [
                    stage.name.text, stage.level.rawValue, Self.audience(stage.audience), stage.setWeight.description,
                    Self.duration(stage), Self.opening(stage),
                ]
            })
    }

    /// What ends each stage, for good or ill.
    var criteria: Table {
        Table(
            ["STAGE", "GOES ON WHEN", "CLOSES WHEN"],
            self.spec.stages.indices.map { index in
                [self.spec.stages[index].name.text, self.exit(index), self.abort(index)]
            })
    }

    /// What each stage has to show, what it can show, and how long that takes.
    var decisions: Table {
        Table(
            ["STAGE", "METRIC", "BELOW", "COULD SHOW", "NEEDS", "EXPECTS", "TAKES", "HAS"],
            self.spec.feasibility().map { feasibility in
                let stage = self.spec.stages[feasibility.stage]
                return [
                    stage.name.text, feasibility.metric.text, PlanFigures.rate(feasibility.bound),
                    feasibility.smallestRate.map { PlanFigures.rate($0) } ?? "unknown",
                    feasibility.toDecide.isFinite ? PlanFigures.count(feasibility.toDecide) : "never",
                    feasibility.reach.map { PlanFigures.count($0) } ?? "unknown",
                    self.spec.decisionTime(feasibility).text,
                    self.spec.mostTime(of: stage).description,
                ]
            })
    }

    private static func audience(_ audience: StageAudience) -> String {
        let limits = [
            audience.applications.map { "at most \(PlanFigures.count(Double($0.max))) applications" },
            audience.people.map { "at most \(PlanFigures.count(Double($0.max))) people" },
            audience.invitationsPerWeek.map { "\(PlanFigures.count(Double($0))) a week" },
        ].compactMap(\.self)
        let cohorts = audience.cohorts.map(\.text).joined(separator: ", ")
        return limits.isEmpty ? cohorts : "\(cohorts) (\(limits.joined(separator: ", ")))"
    }

    private static func duration(_ stage: Stage) -> String {
        let bake = stage.bake.map { bake in
            let span = bake.max.map { "\(bake.min) to \($0)" } ?? "\(bake.min)"
            return bake.cover.map { "\(span), \($0.rawValue)" } ?? span
        }
        return [bake, stage.watch.map { "watched \($0.for)" }].compactMap(\.self).joined(separator: ", ")
    }

    private static func opening(_ stage: Stage) -> String {
        let gates = stage.gates.map { gate in
            let status = gate.status == .accepted ? nil : gate.status.rawValue
            let age = gate.maxAge.map { "at most \($0) old" }
            let demands = [status, age].compactMap(\.self).joined(separator: ", ")
            return demands.isEmpty ? gate.evidence.text : "\(gate.evidence) (\(demands))"
        }
        let people = stage.requiresApproval.map { approval in
            "\(approval.distinct) people (\(approval.roles.map(\.rawValue).joined(separator: ", ")))"
        }
        let all = gates + [people].compactMap(\.self)
        return all.isEmpty ? "the rules alone" : all.joined(separator: ", ")
    }

    private func exit(_ index: Int) -> String {
        guard index < self.spec.stages.count - 1 else { return "it is the last" }
        let criteria = self.spec.exitCriteria(ofStage: index)
        let shown = criteria.advance.map { "\($0.metric) \(Self.text("<", $0.rule.bound, $0.rule.test.isRatio))" }
        let exposure = criteria.minExposure > 0 ? ["\(PlanFigures.count(Double(criteria.minExposure))) exposures"] : []
        let strata = criteria.strata.map { stratum in
            let quotas = stratum.quotas.sorted { $0.key < $1.key }
            return "\(stratum.dimension.rawValue) "
                + quotas.map { "\($0.key) \(PlanFigures.count(Double($0.value)))" }.joined(separator: " ")
        }
        let gates = criteria.gates.isEmpty ? [] : ["the next stage's gates"]
        return (shown + exposure + strata + gates).joined(separator: ", ")
    }

    private func abort(_ index: Int) -> String {
        let criteria = self.spec.abortCriteria(ofStage: index)
        let shown = criteria.rollback.map { "\($0.metric) \(Self.text(">", $0.rule.bound, $0.rule.test.isRatio))" }
        let tripwires = criteria.tripwires.map { tripwire in
            let filter = tripwire.rule.where.map { " with \($0)" } ?? ""
            return "\(tripwire.rule.count) \(tripwire.metric)\(filter)"
        }
        return (shown + tripwires).joined(separator: ", ")
    }

    private static func text(_ sign: String, _ bound: Double, _ isRatio: Bool) -> String {
        "\(sign) \(PlanFigures.rate(bound))\(isRatio ? " × baseline" : "")"
    }
}

extension DecisionTime {
    /// The days as a table shows them.
    var text: String {
        switch self {
        case .days(let days): PlanFigures.days(days)
        case .never: "never"
        case .unknown: "unknown"
        }
    }
}
