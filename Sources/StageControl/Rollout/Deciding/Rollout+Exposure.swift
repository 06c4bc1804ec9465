import SequentialTests

extension Rollout {
    /// The exposure budget from a record on, in requests. It never falls while the stage runs.
    ///
    /// What has been judged is behind; ahead of it, as much is allowed as the harm budgets of the stage's metrics bear:
    /// H·r/(κ·U) with the bound U that the evidence has come to, so that events to be expected in what nobody has
    /// judged yet stay within H. Where a bound has not come down, nothing grows.
    ///
    /// Each metric bears it in its own unit. Of what it bears goes off what there was and is not judged: exposure whose
    /// reports may still come, and requests that are in no count, each with the most that one can bring. What is left
    /// are further requests, each with the most that one can bring, too. So however they turn out, exposure in the unit
    /// stays within what was judged and what is borne.
    func budget(after bounds: [MetricBounds], _ judgements: [MetricJudgement], _ seen: Observations) -> Int? {
        guard let budget = self.exposureBudget, let stage, self.standing.isRunning,
            self.spec.stages[stage].exposureBudget?.growth == .byHarmBudget
        else { return self.exposureBudget }
        var further: Double?
        for (judgement, bound) in zip(judgements, bounds) where judgement.tests.metric.harmBudget != nil {
            guard let borne = self.borne(judgement, bound), let observed = seen.metric(judgement.tests.metric.name),
                let most = judgement.tests.metric.exposure.most(ofRequestUnder: self.enforcement.openings.map(\.caps))
            else { return budget }
            let judged = bound.matured ?? Double(observed.exposure)
            let unjudged =
                max(0, Double(observed.exposure) - judged) + Double(observed.uncounted ?? seen.requests) * Double(most)
            further = min(further ?? .infinity, (borne - unjudged) / Double(most))
        }
        guard let further, further > 0 else { return budget }
        let total = Double(self.requests(seen)) + further.rounded(.down)
        return max(budget, total < Double(PlanLimits.count) ? Int(total) : PlanLimits.count)
    }

    /// What a metric bears of exposure that nobody has judged, in its own unit; nil where nothing has been shown that
    /// could bear more than before.
    private func borne(_ judgement: MetricJudgement, _ bound: MetricBounds) -> Double? {
        let metric = judgement.tests.metric
        guard let harm = metric.harmBudget, judgement.health.state == .sound, let upper = bound.upper, upper > 0,
            upper < self.memories[bound.metric].bounds.upper ?? .infinity,
            let recall = metric.detection == nil ? 1 : bound.recall,
            let plan = try? HarmBudget(expectedEvents: harm.expectedPerStage, cohortShift: harm.cohortShift)
        else { return nil }
        return try? plan.exposure(upperBound: upper, recall: recall)
    }
}
