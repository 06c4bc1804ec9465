import ReleaseModel

extension Rollout {
    /// Why everything stays as it is, with what stands until people go on.
    func holds(_ judgements: [MetricJudgement], _ seen: Observations, _ sampleRatio: Double?) -> [HoldCause] {
        guard self.standing.isRunning, let stage else { return [] }
        var holds: [HoldCause] = []
        if let sampleRatio, Observations.isBroken(sampleRatio) { holds.append(.sampleRatio) }
        for judgement in judgements { holds += self.holds(judgement) }
        holds += self.lapsed(stage, seen) + self.silent(stage, seen)
        if self.isUsedUp(seen) { holds.append(.exposureBudget) }
        holds += self.overdue(stage, seen.clock)
        if self.hasJumped(seen.clock) { holds.append(.clockJump) }
        return holds + self.latchedHolds.filter { !holds.contains($0) }
    }

    /// Requests that the stage has had.
    func requests(_ seen: Observations) -> Int { max(0, seen.requests &- self.requestsBefore) }

    /// Whether nothing is left of the exposure budget: by what was counted, or by those who lend it, for whom what they
    /// lent and nobody gave back is used.
    private func isUsedUp(_ seen: Observations) -> Bool {
        self.exposureBudget.map { max(self.requests(seen), seen.exposureUsed ?? 0) >= $0 } ?? false
    }

    private func holds(_ judgement: MetricJudgement) -> [HoldCause] {
        let (index, metric) = (judgement.tests.index, judgement.tests.metric)
        let isTripped = judgement.verdict(.tripwire) == .fail && metric.rules.tripwire?.action == .hold
        var holds: [HoldCause] = judgement.verdict(.hold) == .fail || isTripped ? [.rule(metric: index)] : []
        switch judgement.health.state {
        case .sound: break
        case .noData: holds.append(.noData(metric: index))
        case .contradictory: holds.append(.sourceError(metric: index))
        case .failing:
            if judgement.health.failures > metric.onError.consecutiveErrorLimit {
                holds.append(.sourceError(metric: index))
            }
        }
        return holds
    }

    /// Evidence on which an open stage rests and which is not there any more.
    private func lapsed(_ stage: Int, _ seen: Observations) -> [HoldCause] {
        var gates: [HoldCause] = []
        for gate in self.spec.stages[...stage].flatMap(\.gates) where !seen.meets(gate) {
            if !gates.contains(.evidence(gate.evidence)) { gates.append(.evidence(gate.evidence)) }
        }
        return gates
    }

    private func silent(_ stage: Int, _ seen: Observations) -> [HoldCause] {
        self.spec.stages[stage].companions.filter { companion in
            let reports = seen.companions.filter { $0.control == companion.control }
            return !reports.contains { seen.clock.wall.since($0.lastHeard) < companion.holdAfter.milliseconds }
        }.map { .companion($0.control) }
    }

    /// What has lasted too long. Nothing opens for that: people are asked.
    private func overdue(_ stage: Int, _ clock: ClockReading) -> [HoldCause] {
        guard self.standing == .active else { return [] }
        var holds: [HoldCause] = []
        if let most = self.spec.stages[stage].bake?.max, self.ran &- self.ranWhenResumed >= most.milliseconds {
            holds.append(.stageTime)
        }
        if clock.wall.since(self.wentOn) >= self.spec.progressDeadline.milliseconds { holds.append(.progressDeadline) }
        return holds
    }

    /// Whether the time of day has moved otherwise than time has.
    private func hasJumped(_ clock: ClockReading) -> Bool {
        guard let earlier = self.clock else { return false }
        let moved = clock.wall.since(earlier.wall)
        // Of a clock that began anew only this is known: time does not go back.
        guard let elapsed = clock.elapsed(since: earlier) else { return moved < -Self.clockTolerance }
        return (moved &- elapsed).magnitude > Self.clockTolerance.magnitude
    }
}

extension Observations {
    /// Whether evidence lies there that a gate asks for: far enough, and not too old.
    func meets(_ gate: Gate) -> Bool {
        self.evidence.contains { status in
            guard status.evidence == gate.evidence, let reached = Gate.Status(rawValue: status.status) else {
                return false
            }
            let age = self.clock.wall.since(status.since)
            guard age >= -MetricTests.clockSkew, reached >= gate.status else { return false }
            return gate.maxAge.map { age <= $0.milliseconds } ?? true
        }
    }
}
