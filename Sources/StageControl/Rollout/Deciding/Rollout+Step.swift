public import ReleaseModel

/// What becomes an entry.
public enum Recording: Hashable, Sendable {
    /// What says something else than the last record, and at least one each ``Rollout/longestSilence``.
    case news
    /// Everything.
    case everything
}

/// What a look at a rollout leads to.
public struct Step: Hashable, Sendable {
    /// What the rules make of the moment; nil where there is nothing to look at, or it was looked at before.
    public var assessment: Assessment?
    /// What is to be recorded: nothing, or one decision. It is in force once it is stored, and not before.
    public var entries: [RolloutEntry]
    /// What is to be done once the entries are stored.
    public var actions: [RolloutAction]

    /// Whether nothing is recorded and nothing changes.
    public var isQuiet: Bool { self.entries.isEmpty }

    /// A step with all its parts.
    public init(assessment: Assessment?, entries: [RolloutEntry], actions: [RolloutAction]) {
        self.assessment = assessment
        self.entries = entries
        self.actions = actions
    }

    static let nothing = Step(assessment: nil, entries: [], actions: [])
}

/// What the shell does after entries are stored.
public enum RolloutAction: Hashable, Sendable {
    /// Gateways are to enforce this from now on.
    case enforce(Enforcement)
    /// Counting begins anew for this epoch of evidence: tripwires at once, everything else from this moment on.
    case count(epoch: Int, from: Timestamp)
    /// The seed of the buckets is no secret any more, and is published.
    case revealSeed
}

extension Rollout {
    /// The longest time without a record while a stage runs: 5 minutes. So long a part of a stage's time can be lost.
    public static let longestSilence: Int64 = 300_000
    /// How far the time of day may move against the monotonic clock between two records: a minute.
    public static let clockTolerance: Int64 = 60_000

    /// Looks at a rollout once. A pure function: the same rollout and observations lead to the same, everywhere.
    ///
    /// The state changes by recorded entries alone, so that whoever folds them has the state in which each decision was
    /// made. A look that finds nothing new records nothing; the next one starts from the same state, with the same
    /// clocks, and so nothing is lost by it. Observations that were recorded before, and older ones, lead to nothing.
    ///
    /// Throws for observations that cannot be; then nothing has happened, and no gateway's lease is to be renewed.
    ///
    /// - Parameter digest: what stands for the observations in the record. Nil, as in truth, is the digest of their
    ///   canonical JSON, whose making is most of what a look costs; a rehearsal, whose records nobody reads, tells its
    ///   observations apart by less. Such a record has no bounds but those that decide how much exposure there may be.
    public static func step(
        _ rollout: Rollout, _ observations: Observations, recording: Recording = .news, digest: ContentDigest? = nil
    ) throws(ObservationFault) -> Step {
        guard rollout.isLookedAt, !rollout.hasSeen(observations, digest) else { return .nothing }
        try rollout.check(observations)
        let (assessment, judgements) = rollout.assess(observations)
        guard recording == .everything || rollout.isNews(assessment, at: observations.clock) else {
            return Step(assessment: assessment, entries: [], actions: [])
        }
        let record = rollout.record(assessment, judgements, observations, digest)
        let entry = RolloutEntry(at: observations.clock.wall, by: .system, event: .decision(record))
        var after = rollout
        after.apply(entry)
        return Step(assessment: assessment, entries: [entry], actions: after.actions(after: rollout))
    }

    /// What the rules make of observations, without a record of it; nil where there is nothing to look at. The digest
    /// of the evidence is made anew only where signatures rest on it.
    ///
    /// Throws for observations that cannot be.
    public func assessment(of observations: Observations) throws(ObservationFault) -> Assessment? {
        guard self.isLookedAt else { return nil }
        try self.check(observations)
        return self.assess(observations, isRecorded: false).assessment
    }

    /// What is to be done to come here from an earlier state, after entries of rules or people.
    public func actions(after earlier: Rollout) -> [RolloutAction] {
        var actions: [RolloutAction] = []
        if self.enforcement != earlier.enforcement { actions.append(.enforce(self.enforcement)) }
        if self.epoch != earlier.epoch { actions.append(.count(epoch: self.epoch, from: self.countsFrom)) }
        if self.isFinished, !earlier.isFinished { actions.append(.revealSeed) }
        return actions
    }

    /// From when on exposure and events of the epoch count. Tripwires count before.
    public var countsFrom: Timestamp {
        let delay = self.stage.map { self.spec.stages[$0].analysis.initialDelay.milliseconds } ?? 0
        return self.stageOpened.advanced(milliseconds: delay)
    }

    private var isFinished: Bool {
        switch self.standing {
        case .completed, .aborted, .superseded: true
        default: false
        }
    }

    /// Whether rules have anything to do with it: before people who sign, they look at the evidence only.
    private var isLookedAt: Bool {
        switch self.standing {
        case .inReview, .approved, .scheduled: true
        default: self.standing.isLive
        }
    }

    /// Whether observations are older than the last record, or the very ones.
    private func hasSeen(_ observations: Observations, _ digest: ContentDigest?) -> Bool {
        guard let clock = self.clock else { return false }
        guard observations.clock.boot == clock.boot else { return observations.clock.boot < clock.boot }
        if observations.clock.monotonic != clock.monotonic { return observations.clock.monotonic < clock.monotonic }
        return (digest ?? DecisionRecord.digest(of: observations)) == self.seen
    }

    private func isNews(_ assessment: Assessment, at clock: ClockReading) -> Bool {
        guard let last else { return true }
        guard let earlier = self.clock, self.standing.isLive else { return assessment.differs(from: last.assessment) }
        guard let elapsed = clock.elapsed(since: earlier), elapsed < Self.longestSilence else { return true }
        return last.generation != self.enforcement.generation || assessment.differs(from: last.assessment)
    }

    private func record(
        _ assessment: Assessment, _ judgements: [MetricJudgement], _ seen: Observations, _ digest: ContentDigest?
    ) -> DecisionRecord {
        let inputs = digest ?? DecisionRecord.digest(of: seen)
        let bounds = judgements.map { judgement in
            let metric = judgement.tests.metric
            return judgement.bounds(
                seen.metric(metric.name), self.memories[judgement.tests.index],
                isNarrowed: digest == nil || metric.harmBudget != nil)
        }
        let reasons =
            assessment.holds.map { $0.sentence(in: self.spec) }
            + assessment.obstacles.map { $0.sentence(in: self.spec) }
        return DecisionRecord(
            format: DecisionRecord.format,
            id: DecisionRecord.id(self.id, epoch: self.epoch, tick: self.tick &+ 1, inputs), rollout: self.id,
            plan: self.plan.digest, tick: self.tick &+ 1, epoch: self.epoch, stage: self.stage,
            generation: self.enforcement.generation, inputs: seen, inputsDigest: inputs, shares: self.shares,
            assessment: assessment, bounds: bounds, exposureBudget: self.budget(after: bounds, judgements, seen),
            reasons: reasons)
    }
}
