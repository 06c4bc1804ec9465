public import SequentialTests

/// Runs of evidence: stages that share one test, because the same people are in them.
///
/// A run begins where evidence is not carried over. Each that the plan foresees has an equal share of the error budget;
/// that is what keeps a plan with many stages as honest as one with few.
extension ReleasePlan.Spec {
    /// The runs, as places in ``stages``, in their order. Every stage is in one.
    public var evidenceRuns: [Range<Int>] {
        let starts = self.stages.indices.filter { $0 == 0 || self.stages[$0].evidence.carryOver == .nothing }
        return zip(starts, starts.dropFirst() + [self.stages.count]).map { $0..<$1 }
    }

    /// The stages whose evidence counts in a stage, from where its run began to the stage itself. `index` is a place in
    /// ``stages``.
    public func evidence(inStage index: Int) -> ClosedRange<Int> {
        let start = self.evidenceRuns.last { $0.lowerBound <= index }?.lowerBound ?? index
        return start...index
    }

    /// How many times evidence begins anew by plan: the runs in which something is watched.
    public var plannedStarts: Int {
        self.evidenceRuns.count { run in self.stages[run].contains { !$0.analysis.watched.isEmpty } }
    }

    /// The budget of false advances, with nothing spent. Throws in a plan that the rule `error-rates` objects to.
    public func advanceBudget() throws(StatisticsFault) -> ErrorBudget {
        try self.budget(self.errorBudget.falseAdvance)
    }

    /// The budget of false rollbacks and holds, with nothing spent; their rules share it by weight. Throws in a plan
    /// that the rule `error-rates` objects to.
    public func alarmBudget() throws(StatisticsFault) -> ErrorBudget {
        try self.budget(self.errorBudget.falseRollback)
    }

    /// The probability of a false advance that each advance rule has in each planned run of evidence; nil in a plan
    /// that the rule `error-rates` objects to.
    ///
    /// The rules do not share it: all must pass, so a release that is unsafe by one of them passes no more often than
    /// that one errs.
    public var advanceErrorRate: Double? {
        guard let budget = try? self.advanceBudget() else { return nil }
        return try? budget.share(of: .planned(0))
    }

    private func budget(_ errorRate: Double) throws(StatisticsFault) -> ErrorBudget {
        try ErrorBudget(
            errorRate: errorRate, plannedStarts: max(1, self.plannedStarts), reserve: self.errorBudget.restarts.reserve)
    }
}
