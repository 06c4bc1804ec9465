import ReleaseModel
import SequentialTests

extension Rollout {
    /// What the rules make of a moment, in the order in which one thing goes before another.
    ///
    /// Whatever closes is looked for first and beats everything: a person's hold, a broken sample ratio and missing
    /// data never hide harm. Then what holds, and only where nothing does, what goes on.
    ///
    /// - Parameter isRecorded: whether the digest of the evidence is wanted where nobody has signed for one.
    func assess(
        _ seen: Observations, isRecorded: Bool = true
    ) -> (assessment: Assessment, judgements: [MetricJudgement]) {
        let judgements = self.judgements(seen)
        let rules = judgements.flatMap(\.rules)
        let ratio = self.standing.isRunning ? seen.sampleRatio : nil

        // Signatures for other evidence than this are void before anything is opened by them.
        var present = self
        let isAsked = isRecorded || !self.ballots.isEmpty || self.override != nil
        let evidence = isAsked ? self.evidenceNow(rules, seen) : self.evidence
        present.see(evidence)

        // 1. Tripwires, 2. rollback rules and detectors of change, then blindness that has lasted too long.
        let alarm = present.alarm(judgements, seen)
        // 3. The sample ratio, 4. what is not known, and everything else that holds.
        let holds = present.holds(judgements, seen, ratio)
        // 5. What is shown, and what else an opening asks for.
        let isHeld = holds.contains(where: \.stopsRelease)
        let ran = isHeld ? self.ran : self.ran(until: seen.clock)
        let obstacles = present.obstacles(judgements, seen, isHeld: isHeld, ran: ran)

        let transition =
            if let alarm { Transition.rollBack(alarm) } else { present.onward(obstacles, seen, isHeld: isHeld) }
        let assessment = Assessment(
            health: judgements.map(\.health), rules: rules, sampleRatio: ratio, ran: ran, holds: holds,
            obstacles: obstacles, evidence: evidence, transition: transition)
        return (assessment, judgements)
    }

    private func judgements(_ seen: Observations) -> [MetricJudgement] {
        guard self.standing.isLive else { return [] }
        return self.tests.map { test in
            test.judge(
                seen.metric(test.metric.name), self.memories[test.index], at: seen.clock.wall, opened: self.stageOpened)
        }
    }

    /// The evidence digest of this moment, made anew only where something in it has changed.
    private func evidenceNow(_ rules: [RuleRecord], _ seen: Observations) -> ContentDigest {
        if let last, last.epoch == self.epoch, last.stage == self.stage, last.inputs.evidence == seen.evidence,
            last.plan == self.plan.digest, Assessment.areAlike(last.assessment.rules, rules)
        {
            return last.assessment.evidence
        }
        return Self.evidence(self.plan, epoch: self.epoch, stage: self.stage, rules: rules, seen.evidence)
    }

    /// Milliseconds that the stage has run: as far as somebody looked.
    private func ran(until clock: ClockReading) -> Int64 {
        guard self.isCounting, let earlier = self.clock, let elapsed = clock.elapsed(since: earlier), elapsed > 0 else {
            return self.ran
        }
        return self.ran &+ min(elapsed, Self.longestSilence + self.spec.evaluation.interval.milliseconds)
    }

    /// What happens where nothing closes.
    private func onward(_ obstacles: [Obstacle], _ seen: Observations, isHeld: Bool) -> Transition? {
        let now = seen.clock.wall
        if self.standing == .rollingBack { return self.isClosed(at: seen) ? .rolledBack : nil }
        guard !isHeld, obstacles.count == self.waived(obstacles, at: now).count else { return nil }
        switch self.standing {
        case .scheduled: return .start
        case .rolledBack: return .restart
        case .active, .watching:
            guard let stage else { return nil }
            return stage + 1 < self.spec.stages.count ? .advance(to: stage + 1) : .complete
        default: return nil
        }
    }

    /// Whether no gateway serves what was closed: each has confirmed, or what it believed has run out.
    private func isClosed(at seen: Observations) -> Bool {
        let now = seen.clock.wall
        let areAllTold = seen.gateways.allSatisfy { gateway in
            gateway.generation >= self.openedGeneration || gateway.leaseEnds <= now
        }
        // Nobody heard of is nobody known: then the longest lease must be over.
        let isOver = now.since(self.stageOpened) >= self.enforcement.lease
        return areAllTold && (!seen.gateways.isEmpty || isOver)
    }
}

extension Observations {
    /// What is known of a metric.
    func metric(_ name: Name) -> MetricObservation? { self.metrics.first { $0.metric == name } }
}
