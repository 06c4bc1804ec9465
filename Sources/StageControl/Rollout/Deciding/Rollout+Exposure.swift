import SequentialTests

extension Rollout {
    /// The exposure budget from a record on. It never falls while the stage runs.
    ///
    /// What has been judged is behind; ahead of it, as much is allowed as the harm budgets of the stage's metrics bear:
    /// H·r/(κ·U) with the bound U that the evidence has come to, so that events to be expected in what nobody has
    /// judged yet stay within H. Where a bound has not come down, nothing grows.
    func budget(after bounds: [MetricBounds], _ judgements: [MetricJudgement], _ seen: Observations) -> Int? {
        guard let budget = self.exposureBudget, let stage, self.standing.isRunning,
            self.spec.stages[stage].exposureBudget?.growth == .byHarmBudget
        else { return self.exposureBudget }
        var allowed: Int?
        for (judgement, bound) in zip(judgements, bounds) {
            let metric = judgement.tests.metric
            guard let harm = metric.harmBudget else { continue }
            guard judgement.health.state == .sound, let upper = bound.upper, upper > 0,
                upper < self.memories[bound.metric].bounds.upper ?? .infinity,
                let recall = metric.detection == nil ? 1 : bound.recall,
                let plan = try? HarmBudget(expectedEvents: harm.expectedPerStage, cohortShift: harm.cohortShift),
                let ahead = try? plan.exposure(upperBound: upper, recall: recall)
            else { return budget }
            let judged = min(Double(seen.requests), bound.matured ?? Double(seen.requests))
            let total = max(0, judged - Double(self.requestsBefore)) + ahead
            let whole = total < Double(PlanLimits.count) ? Int(total) : PlanLimits.count
            allowed = min(allowed ?? whole, whole)
        }
        return max(budget, allowed ?? budget)
    }
}
