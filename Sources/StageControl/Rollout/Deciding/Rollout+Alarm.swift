import ReleaseModel

extension Rollout {
    /// What closes, and how far: of everything that gives a reason, the strictest; nil if nothing does.
    func alarm(_ judgements: [MetricJudgement], _ seen: Observations) -> Transition.RollBack? {
        guard self.standing.isLive, self.stage != nil else { return nil }
        let now = seen.clock.wall
        let causes =
            judgements.compactMap { self.tripwire($0, seen) } + judgements.compactMap { self.shown($0, seen) }
            + judgements.compactMap { self.blindness($0, at: now) }
        var strictest: Cause?
        for cause in causes where cause.reaction > .hold && cause.reaction > strictest?.reaction ?? .hold {
            strictest = cause
        }
        guard let strictest else { return nil }
        let target = self.target(of: strictest)
        return Transition.RollBack(
            stage: target, reaction: strictest.reaction, metric: strictest.metric, rule: strictest.rule,
            drain: self.spec.rollback.drain(isCritical: strictest.isCritical))
    }

    /// A reason to close something, or only to hold.
    private struct Cause {
        let reaction: Reaction
        let metric: Int
        let rule: RuleKind?
        /// How bad the event was that brought it about; nil if none did.
        let severity: Severity?

        var isCritical: Bool { self.severity == .critical || self.reaction == .halt }
    }

    private func target(of cause: Cause) -> Int? {
        switch cause.reaction {
        case .hold: self.stage
        case .stepBack: self.previousStage
        case .rollback: self.spec.rollback.target(after: cause.severity) == .previousStage ? self.previousStage : nil
        case .halt: nil
        }
    }

    private func tripwire(_ judgement: MetricJudgement, _ seen: Observations) -> Cause? {
        guard judgement.verdict(.tripwire) == .fail, let wire = judgement.tests.metric.rules.tripwire else {
            return nil
        }
        // An event of which nobody knows how bad it was is taken for the worst.
        let worst = seen.metric(judgement.tests.metric.name)?.worst.flatMap(Severity.init) ?? .critical
        return Cause(reaction: wire.action, metric: judgement.tests.index, rule: .tripwire, severity: worst)
    }

    private func shown(_ judgement: MetricJudgement, _ seen: Observations) -> Cause? {
        let rule: RuleKind? =
            judgement.verdict(.rollback) == .fail ? .rollback : judgement.verdict(.drift) == .fail ? .drift : nil
        guard let rule, let rollback = judgement.tests.metric.rules.rollback else { return nil }
        let worst = seen.metric(judgement.tests.metric.name)?.worst.flatMap(Severity.init)
        return Cause(reaction: rollback.action, metric: judgement.tests.index, rule: rule, severity: worst)
    }

    /// What is done because nothing is known. Exposure that nobody watches is itself the risk.
    private func blindness(_ judgement: MetricJudgement, at now: Timestamp) -> Cause? {
        let (health, metric) = (judgement.health, judgement.tests.metric)
        guard health.state != .sound else { return nil }
        var reaction = Reaction.hold
        if health.state == .noData { reaction = metric.onNoData.action }
        if health.failures > metric.onError.consecutiveErrorLimit { reaction = max(reaction, metric.onError.action) }
        if now.since(health.known) >= metric.onNoData.escalateAfter.milliseconds {
            reaction = max(reaction, metric.onNoData.escalateAction)
        }
        return Cause(reaction: reaction, metric: judgement.tests.index, rule: nil, severity: nil)
    }
}
