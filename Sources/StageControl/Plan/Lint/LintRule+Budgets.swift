import ReleaseModel

/// How often a plan may be wrong, and how much harm it may do.
extension LintRule {
    static let ofBudgets = [errorRates, rollbackWeights, carryOver, plannedStarts, harmBudget, driftAlarms]

    static let errorRates = LintRule(
        "error-rates", .error, "The probabilities of error lie between 0 and 0.5, and a part of them is for the plan."
    ) { spec, objections in
        let (budget, path) = (spec.errorBudget, FieldPath.spec["errorBudget"])
        for (name, rate) in [("falseAdvance", budget.falseAdvance), ("falseRollback", budget.falseRollback)]
        where rate <= 0 || rate >= 0.5 {
            objections.add(path[name], "is \(rate); expected more than 0 and less than 0.5, such as 0.05")
        }
        if budget.restarts.reserve >= 1 {
            objections.add(
                path["restarts"]["reserve"],
                "is \(budget.restarts.reserve), which leaves nothing for the planned stages; expected less than 1")
        }
    }

    static let rollbackWeights = LintRule(
        "rollback-weights", .error, "Rollback and hold rules share the budget of false rollbacks, and no more than it."
    ) { spec, objections in
        var sum = 0.0
        for (index, metric) in spec.metrics.enumerated() {
            for (rule, weight) in metric.rules.weights {
                sum += weight
                guard weight <= 0 else { continue }
                objections.add(
                    .metric(index)["rules"][rule]["weight"],
                    "is \(weight), so that the rule never fires; give it a share")
            }
        }
        guard sum > 1 + 1e-9 else { return }
        objections.add(
            .spec["metrics"], "has rollback and hold weights that add up to \(Figures.rate(sum)); expected at most 1")
    }

    static let carryOver = LintRule(
        "carry-over", .error,
        "Evidence goes on only among the same people: not in the first stage, and not with another cohort."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated() where stage.evidence.carryOver == .sameCohort {
            let path = FieldPath.stage(index)["evidence"]["carryOver"]
            guard index > 0 else {
                objections.add(path, "is sameCohort, and there is no stage before; write false")
                continue
            }
            let before = spec.stages[index - 1]
            guard Set(before.audience.cohorts) != Set(stage.audience.cohorts) else { continue }
            objections.add(
                path,
                "is sameCohort, and \(before.name) let in other cohorts; who was chosen tells little about who was "
                    + "not, so write false")
        }
    }

    static let plannedStarts = LintRule(
        "planned-starts", .warning, "Evidence begins anew seldom enough for each test to have a tenth of the budget."
    ) { spec, objections in
        guard let errorRate = spec.advanceErrorRate, spec.plannedStarts > 1 else { return }
        let share = errorRate / spec.errorBudget.falseAdvance
        guard share < 0.1 else { return }
        objections.add(
            .spec["stages"],
            "begins evidence anew \(spec.plannedStarts) times, which leaves each \(Figures.rate(share)) of the error "
                + "budget and makes each slow; carry evidence over where the cohort stays, or have fewer stages")
    }

    static let harmBudget = LintRule(
        "harm-budget", .error, "A budget that grows with the evidence has a harm budget to grow by, which can be kept."
    ) { spec, objections in
        for (index, metric) in spec.metrics.enumerated() {
            guard let budget = metric.harmBudget else { continue }
            let path = FieldPath.metric(index)["harmBudget"]
            if budget.expectedPerStage <= 0 {
                objections.add(
                    path["expectedPerStage"],
                    "is \(budget.expectedPerStage), which no use at all can keep; expected more than 0")
            }
            if budget.cohortShift < 1 {
                objections.add(
                    path["cohortShift"],
                    "is \(budget.cohortShift), as if the next cohort were less harmful than this; expected 1 or more"
                )
            }
        }
        for (index, stage) in spec.stages.enumerated() where stage.exposureBudget?.growth == .byHarmBudget {
            let path = FieldPath.stage(index)
            let metrics = stage.analysis.watched.compactMap { spec.metric(named: $0) }.filter { $0.harmBudget != nil }
            if metrics.isEmpty {
                objections.add(
                    path["exposureBudget"]["growth"],
                    "is byHarmBudget, and no metric that the stage watches has a harmBudget; give one, or write fixed")
            }
            let caps = spec.openings(atStage: index).values.map(\.caps)
            for metric in metrics where metric.exposure.most(ofRequestUnder: caps) == nil {
                let isTokens = metric.exposure == .outputTokens
                objections.add(
                    isTokens ? path["caps"]["outputTokensPerRequest"] : path["exposureBudget"]["growth"],
                    isTokens
                        ? "is not set for everybody whom the stage serves, and \(metric.name) counts tokens: no number "
                            + "of requests keeps its harmBudget; bound the tokens of one"
                        : "is byHarmBudget, and \(metric.name) counts \(metric.exposure.rawValue), which no number of "
                            + "requests bounds; write fixed")
            }
        }
    }

    static let driftAlarms = LintRule(
        "drift-alarms", .warning, "A drift detector raises no false alarm in its time, within the budget."
    ) { spec, objections in
        for (index, stage) in spec.stages.enumerated() {
            guard let watch = stage.watch, let drift = watch.drift else { continue }
            // What the busiest of the detectors counts: as much as the metric's influence cap lets count.
            let counted = stage.analysis.watched.compactMap { name -> (metric: PlanMetric, exposure: Double)? in
                guard let metric = spec.metric(named: name), metric.driftRule(in: stage) != nil,
                    let perDay = spec.perDay(of: metric, inStage: index)
                else { return nil }
                return (metric, perDay * watch.for.days)
            }
            guard let (metric, exposure) = counted.max(by: { $0.exposure < $1.exposure }),
                exposure > drift.arl * spec.errorBudget.falseRollback
            else { continue }
            objections.add(
                .stage(index)["watch"]["drift"]["arl"],
                "is \(Figures.count(drift.arl)), and \(metric.name) counts \(Figures.count(exposure)) "
                    + "\(drift.unit.rawValue) in \(watch.for); expected at least "
                    + "\(Figures.rate(exposure / spec.errorBudget.falseRollback)), or false alarms are likely")
        }
    }
}
