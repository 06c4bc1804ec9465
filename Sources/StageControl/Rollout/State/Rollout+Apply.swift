import ReleaseModel
import SequentialTests

extension Rollout {
    /// Takes an entry in. Never fails; of what ``decide(_:by:in:at:)`` and ``step(_:_:recording:)`` made it loses
    /// nothing.
    ///
    /// It believes what it is given: whether an entry is one that those could have made, ``DecisionCheck`` says.
    public mutating func apply(_ entry: RolloutEntry) {
        let generation = self.enforcement.generation
        defer { if self.enforcement.generation != generation { self.open(at: entry.at) } }
        switch (entry.event, entry.by) {
        case (.command(let command, let roles), .person(let person)):
            self.apply(command, by: Signatory(person, roles: roles), at: entry.at)
        case (.decision(let record), _): self.apply(record)
        case (.admission(let round), .system):
            for event in round.events { self.admissions.apply(AdmissionEntry(at: entry.at, event: event)) }
        case (.command, _), (.admission, _): break
        }
    }

    /// Caps hold for what is open from now on.
    private mutating func open(at now: Timestamp) {
        let (cohorts, isFrozen) = (self.enforcement.cohorts, self.enforcement.isFrozen)
        if let opened = self.admissions.open(cohorts, isFrozen: isFrozen, at: now) { self.admissions.apply(opened) }
    }

    // MARK: Decisions

    private mutating func apply(_ record: DecisionRecord) {
        guard record.tick == self.tick &+ 1, record.rollout == self.id else { return }
        let (assessment, now) = (record.assessment, record.inputs.clock.wall)
        self.tick = record.tick
        self.clock = record.inputs.clock
        self.seen = record.inputsDigest
        self.see(assessment.evidence)
        for hold in assessment.holds where hold.isLatched && !self.latchedHolds.contains(hold) {
            self.latchedHolds.append(hold)
        }
        self.remember(record)
        self.ran = assessment.ran
        self.exposureBudget = record.exposureBudget
        self.isCounting =
            self.standing.isRunning && !assessment.holds.contains(where: \.stopsRelease) && self.heldBy == nil
            && !assessment.obstacles.contains(.preparing)
        self.last = record
        self.freeze(!assessment.holds.isEmpty || self.heldBy != nil)
        if let transition = assessment.transition { self.move(transition, record, at: now) }
    }

    /// Signatures and overrides for other evidence are void.
    mutating func see(_ evidence: ContentDigest) {
        guard evidence != self.evidence else { return }
        self.evidence = evidence
        self.ballots = []
        if self.spec.overrides.riskIncreasing.boundToEvidence { self.override = nil }
        self.unseal()
    }

    /// A plan that has lost a signature before it began goes back to those who approve.
    private mutating func unseal() {
        switch self.standing {
        case .approved, .scheduled: if !self.isSigned(.openPlan) { self.standing = .inReview }
        default: break
        }
    }

    private mutating func remember(_ record: DecisionRecord) {
        for (test, health) in zip(self.tests, record.assessment.health)
        where test.index == health.metric && health.state != .contradictory {
            guard let observed = record.inputs.metrics.first(where: { $0.metric == test.metric.name }) else { continue }
            var memory = self.memories[test.index]
            if let drift = test.drift {
                let (events, trials) = observed.increment(since: memory.last)
                try? drift.observe(events: min(events, trials), trials: trials, in: &memory.drift)
            }
            memory.last = observed
            self.memories[test.index] = memory
        }
        for rule in record.assessment.rules where rule.verdict == .fail && self.memories.indices.contains(rule.metric) {
            switch rule.rule {
            case .rollback: self.memories[rule.metric].isRolledBack = true
            case .hold: self.memories[rule.metric].isHeld = true
            case .drift: self.memories[rule.metric].hasDrifted = true
            case .tripwire, .advance: break
            }
        }
        for bounds in record.bounds where self.memories.indices.contains(bounds.metric) {
            try? self.memories[bounds.metric].bounds.narrow(lower: bounds.lower, upper: bounds.upper ?? .infinity)
            self.memories[bounds.metric].recall = bounds.recall
        }
    }

    private mutating func freeze(_ isFrozen: Bool) {
        guard self.standing.isRunning, isFrozen != self.enforcement.isFrozen else { return }
        self.enforcement.isFrozen = isFrozen
        self.enforcement.generation += 1
    }

    // MARK: Moves

    private mutating func move(_ transition: Transition, _ record: DecisionRecord, at now: Timestamp) {
        switch transition {
        case .start: self.enter(0, record, at: now)
        case .advance(let stage):
            guard self.spec.stages.indices.contains(stage) else { return }
            self.mark(stage, record.assessment.obstacles, at: now)
            self.enter(stage, record, at: now)
        case .rollBack(let back):
            guard back.stage.map(self.spec.stages.indices.contains) ?? true else { return }
            self.automaticRollbacks += 1
            self.goBack(to: back.stage, at: now, drain: back.drain)
            self.wentBack = back
            // What is closed to everybody is opened by people alone.
            let isWithin = self.automaticRollbacks <= self.spec.rollback.maxAutomaticRollbacks
            self.restart = back.stage != nil && isWithin ? .plan : .nobody
        case .rolledBack: self.standing = .rolledBack
        case .restart: self.reopen(at: now)
        case .complete: self.standing = .completed
        }
    }

    /// Opens a stage. Evidence goes on where the plan says so, else it begins anew and is paid for.
    private mutating func enter(_ stage: Int, _ record: DecisionRecord, at now: Timestamp) {
        let carriesOver =
            stage > 0 && self.spec.stages[stage].evidence.carryOver == .sameCohort && self.stage == stage - 1
        self.run(stage, at: now)
        self.override = nil
        self.ballots = []
        if carriesOver {
            for index in self.memories.indices {
                self.memories[index].trippedBefore = self.memories[index].last?.tripped ?? 0
            }
            (self.requestsBefore, self.strataBefore) = (record.inputs.requests, record.inputs.strata)
        } else {
            self.beginEpoch(self.isWatched(stage) ? self.start(ofStage: stage) : nil)
        }
        self.tests = MetricTests.ready(for: self.spec, stage: stage, errorRates: self.shares)
    }

    /// Closes what a stage and those after it opened. Evidence ends with it.
    private mutating func goBack(to stage: Int?, at now: Timestamp, drain: Int64) {
        self.failedStage = max(self.failedStage ?? 0, self.stage ?? 0)
        self.enforcement.openings = self.enforcement.narrowed(to: stage, of: self.spec)
        self.stage = stage
        self.standing = .rollingBack
        self.settle(at: now)
        self.enforcement.drain = drain
        self.enforcement.isFrozen = true
        (self.restart, self.wentBack) = (.nobody, nil)
        (self.override, self.ballots) = (nil, [])
        self.beginEpoch(nil)
        self.tests = stage.map { MetricTests.ready(for: self.spec, stage: $0, errorRates: nil) } ?? []
    }

    /// Lets the stage that is open run again, or the first if none is, with new evidence that is paid for.
    private mutating func reopen(at now: Timestamp) {
        let stage = self.stage ?? 0
        self.run(stage, at: now)
        self.restart = .nobody
        self.beginEpoch(self.isWatched(stage) ? self.unplanned : nil)
        self.tests = MetricTests.ready(for: self.spec, stage: stage, errorRates: self.shares)
    }

    private mutating func run(_ stage: Int, at now: Timestamp) {
        self.stage = stage
        self.standing =
            stage == self.spec.stages.count - 1 && self.spec.stages[stage].watch != nil ? .watching : .active
        self.enforcement.openings = self.enforcement.widened(to: stage, of: self.spec)
        self.settle(at: now)
        (self.wentOn, self.wentBack) = (now, nil)
    }

    /// What is new with everything that opens or closes.
    private mutating func settle(at now: Timestamp) {
        self.enforcement.generation += 1
        self.enforcement.drain = self.spec.rollback.drain(isCritical: false)
        self.enforcement.isFrozen = self.heldBy != nil
        self.openedGeneration = self.enforcement.generation
        self.stageOpened = now
        (self.ran, self.ranWhenResumed, self.isCounting, self.last) = (0, 0, false, nil)
        self.latchedHolds = []
        self.exposureBudget = self.stage.flatMap { self.spec.stages[$0].exposureBudget?.initial }
        self.enforcement.isMetered = self.exposureBudget != nil
    }

    private mutating func beginEpoch(_ start: ErrorBudget.Start?) {
        self.epoch += 1
        self.shares = start.flatMap { self.spend($0) }
        self.memories = self.spec.metrics.map { _ in MetricMemory() }
        (self.requestsBefore, self.strataBefore) = (0, [])
    }

    // MARK: Commands

    private mutating func apply(_ command: RolloutCommand, by signatory: Signatory, at now: Timestamp) {
        switch command {
        case .submit: self.standing = .inReview
        case .approve(let approval): self.sign(approval, signatory, at: now)
        case .withdraw(let motion): self.unsign(signatory.person, of: motion)
        case .start(let notBefore): self.standing = .scheduled(notBefore: notBefore)
        case .hold:
            self.heldBy = signatory.person
            self.isCounting = false
            self.ballots.removeAll { $0.motion == .resume }
            self.restart = self.restart == .people ? .nobody : self.restart
            self.freeze(true)
        case .stepBack: self.goBack(to: self.previousStage, at: now, drain: self.spec.rollback.drain(isCritical: false))
        case .rollBack:
            let target = self.spec.rollback.target == .previousStage ? self.previousStage : nil
            self.goBack(to: target, at: now, drain: self.spec.rollback.drain(isCritical: false))
        case .abort: self.close(.aborted, at: now)
        case .revise(let plan, let reason):
            self.authors = (self.authors.filter { $0 != signatory.person } + [signatory.person]).sorted()
            let revision = PlanRevision(person: signatory.person, at: now, replaced: self.plan.digest, reason: reason)
            self.adopt(plan)
            self.revisions = (self.revisions + [revision]).suffix(self.spec.revisionHistoryLimit)
            self.ballots = []
            self.standing = .draft
        case .dismiss(let person, _):
            self.dismissed = (self.dismissed.filter { $0 != person } + [person]).sorted()
            for motion in self.ballots.map(\.motion) { self.unsign(person, of: motion) }
            if self.override?.people.contains(person) ?? false { self.override = nil }
        case .remove(let unit, _):
            self.admissions.apply(AdmissionEntry(at: now, event: .removed(unit: unit)))
            // Answers on their way end only under a generation that gateways have not seen.
            self.enforcement.generation += 1
        }
    }

    /// The stage before the one that is open; nil if there is none.
    var previousStage: Int? { self.stage.flatMap { $0 > 0 ? $0 - 1 : nil } }

    private mutating func close(_ standing: Standing, at now: Timestamp) {
        let wasLive = self.standing.isLive || self.standing == .completed
        self.standing = standing
        (self.stage, self.ballots, self.override, self.tests) = (nil, [], nil, [])
        (self.heldBy, self.restart) = (nil, .nobody)
        guard wasLive else { return }
        self.enforcement.openings = []
        self.settle(at: now)
    }

    private mutating func sign(_ given: RolloutCommand.Approve, _ signatory: Signatory, at now: Timestamp) {
        let motion = given.motion
        let approval = Approval(person: signatory.person, roles: signatory.roles, at: now, reason: given.reason)
        if let place = self.ballots.firstIndex(where: { $0.motion == motion }) {
            self.ballots[place].approvals.append(approval)
        } else {
            self.ballots.append(Ballot(motion: motion, approvals: [approval]))
        }
        guard self.isSigned(motion) else { return }
        switch motion {
        case .openPlan: self.standing = .approved
        case .openStage: break
        case .resume: self.resume(at: now)
        case .override:
            let rule = self.spec.overrides.riskIncreasing
            let approvals = self.ballots.first { $0.motion == motion }?.approvals ?? []
            let span = min(rule.expires, TimeSpan(1, .day)).milliseconds
            self.override = ActiveOverride(
                approvals: approvals, expires: now.advanced(milliseconds: span), evidence: self.evidence)
            self.ballots.removeAll { $0.motion == motion }
        case .supersede(let rollout): self.close(.superseded(by: rollout), at: now)
        case .restore(let unit):
            self.admissions.apply(AdmissionEntry(at: now, event: .restored(unit: unit)))
            self.ballots.removeAll { $0.motion == motion }
        }
    }

    private mutating func unsign(_ person: PersonID, of motion: Motion) {
        guard let place = self.ballots.firstIndex(where: { $0.motion == motion }) else { return }
        self.ballots[place].approvals.removeAll { $0.person == person }
        if self.ballots[place].approvals.isEmpty { self.ballots.remove(at: place) }
        if motion == .openPlan { self.unseal() }
    }

    private mutating func resume(at now: Timestamp) {
        self.ballots.removeAll { $0.motion == .resume }
        self.heldBy = nil
        guard self.standing.isRunning else {
            if self.standing == .rolledBack { self.restart = .people }
            return
        }
        let isSpoilt = self.latchedHolds.contains(where: \.spoilsEvidence)
        self.latchedHolds = []
        self.wentOn = now
        self.ranWhenResumed = self.ran
        // What holds by itself, such as silence, is not people's to lift.
        let stillHolds = self.last?.assessment.holds.contains { !$0.isLatched } ?? false
        if isSpoilt { self.reopen(at: now) } else { self.freeze(stillHolds) }
    }
}

extension RollbackPolicy {
    /// For how many milliseconds answers on their way may go on.
    func drain(isCritical: Bool) -> Int64 {
        let treatment = isCritical ? self.inFlight.critical : self.inFlight.default
        return treatment == .cut ? 0 : self.inFlight.drainTimeout.milliseconds
    }
}

extension MetricObservation {
    /// Events and exposure since an earlier observation of the same epoch.
    func increment(since earlier: MetricObservation?) -> (events: Int, exposure: Int) {
        (self.events &- (earlier?.events ?? 0), self.exposure &- (earlier?.exposure ?? 0))
    }
}
