public import ReleaseModel

extension Rollout {
    /// The entry of what a person does, or why it is not done.
    ///
    /// Whatever opens is only signed for here: with enough signatures the rules may open, or, where nothing needs to be
    /// shown, it happens. Whatever closes happens at once, by one person. The roles are those that the registry of
    /// people gives the person now.
    public static func decide(
        _ command: RolloutCommand, by signatory: Signatory, in rollout: Rollout, at now: Timestamp
    ) throws(RolloutRefusal) -> RolloutEntry {
        switch command {
        case .submit: try rollout.maySubmit(signatory)
        case .approve(let approval): try rollout.maySign(approval, signatory, at: now)
        case .withdraw(let motion): try rollout.mayWithdraw(motion, signatory)
        case .start: try rollout.mayStart(signatory)
        case .hold(let reason):
            try rollout.mayStop(
                signatory, reason, if: rollout.canHold, "running, scheduled or rolled back, and not held")
        case .stepBack(let reason), .rollBack(let reason):
            try rollout.mayStop(signatory, reason, if: rollout.canGoBack, "open")
        case .abort(let reason): try rollout.mayStop(signatory, reason, if: !rollout.isOver, "under way")
        case .revise(let plan, let reason): try rollout.mayRevise(plan, signatory, reason)
        case .dismiss(let person, let reason): try rollout.mayDismiss(person, signatory, reason)
        case .remove(let unit, let reason): try rollout.mayRemove(unit, signatory, reason, at: now)
        }
        return RolloutEntry(at: now, by: .person(signatory.person), event: .command(command, roles: signatory.roles))
    }

    // MARK: What can be done where

    private var canHold: Bool {
        let isThere =
            switch self.standing {
            case .approved, .scheduled, .active, .watching, .rolledBack: true
            default: false
            }
        return isThere && self.heldBy == nil
    }

    private var canGoBack: Bool { self.stage != nil && (self.standing.isLive || self.standing == .completed) }

    private var isOver: Bool {
        switch self.standing {
        case .aborted, .superseded: true
        default: false
        }
    }

    private var hasStarted: Bool {
        switch self.standing {
        case .draft, .inReview, .approved, .scheduled: false
        default: true
        }
    }

    // MARK: Going on

    private func maySubmit(_ signatory: Signatory) throws(RolloutRefusal) {
        try signatory.requireOne(of: [.releaseManager])
        guard self.standing == .draft else { throw .wrongPhase("a draft") }
        let objections = PlanLint.findings(in: self.plan.plan).filter { $0.severity == .error }
        guard objections.isEmpty else {
            throw .planObjection(objections.map(\.description).joined(separator: "; "))
        }
    }

    private func mayRevise(
        _ plan: SealedPlan, _ signatory: Signatory, _ reason: String
    ) throws(RolloutRefusal) {
        try signatory.requireOne(of: [.releaseManager])
        guard !self.hasStarted else { throw .wrongPhase("one that has not started") }
        guard plan != self.plan else { throw .samePlan }
        try Self.check(reason)
    }

    private func mayStart(_ signatory: Signatory) throws(RolloutRefusal) {
        try signatory.requireOne(of: [.releaseManager])
        guard self.standing == .approved, self.isSigned(.openPlan) else { throw .wrongPhase("approved") }
    }

    private func maySign(
        _ approval: RolloutCommand.Approve, _ signatory: Signatory, at now: Timestamp
    ) throws(RolloutRefusal) {
        let motion = approval.motion
        try self.isOpen(motion, at: now)
        guard !self.dismissed.contains(signatory.person) else { throw .dismissed(signatory.person) }
        guard !self.authors.contains(signatory.person) else { throw .ownWork }
        try signatory.requireOne(of: self.requirement(for: motion).roles)
        guard approval.plan == self.plan.digest else {
            throw .otherPlan(found: approval.plan, expected: self.plan.digest)
        }
        guard approval.evidence == self.evidence else {
            throw .otherEvidence(found: approval.evidence, expected: self.evidence)
        }
        guard !self.hasSigned(signatory.person, for: motion) else { throw .alreadySigned }
        try Self.check(approval.reason)
        if motion == .override, approval.reason.isEmpty { throw .reasonMissing }
    }

    /// Whether a motion can be signed for where the rollout stands.
    private func isOpen(_ motion: Motion, at now: Timestamp) throws(RolloutRefusal) {
        switch motion {
        case .openPlan:
            guard self.standing == .inReview else { throw .wrongPhase("before those who approve") }
        case .openStage(let index):
            let isNext = self.standing == .active && self.stage == index - 1 && self.spec.stages.indices.contains(index)
            guard isNext else { throw .wrongPhase("in the stage before") }
            guard self.asksForPeople(index) else { throw .wrongPhase("at a stage that people open") }
        case .override:
            guard self.standing == .active else { throw .wrongPhase("at an open stage") }
        case .supersede(let rollout):
            guard self.standing.isLive || self.standing == .completed, rollout != self.id else {
                throw .wrongPhase("open, to be followed by another")
            }
        case .resume: try self.mayResume(at: now)
        case .restore(let unit):
            guard self.standing.isLive else { throw .wrongPhase("open") }
            guard self.admissions.restore(unit, at: now) != nil else { throw .notRemoved(unit) }
        }
    }

    private func mayResume(at now: Timestamp) throws(RolloutRefusal) {
        if self.standing == .rolledBack {
            let until = self.stageOpened.advanced(milliseconds: self.spec.rollback.coolDown.milliseconds)
            guard now >= until else { throw .coolingDown(until: until) }
            guard self.canRestart else { throw .errorBudgetSpent }
            return
        }
        let isHeld = self.heldBy != nil || self.standing.isRunning && !self.latchedHolds.isEmpty
        guard isHeld else { throw .wrongPhase("held by a person, held until people go on, or rolled back") }
        if self.latchedHolds.contains(where: \.spoilsEvidence), !self.canRestart { throw .errorBudgetSpent }
    }

    private func mayWithdraw(_ motion: Motion, _ signatory: Signatory) throws(RolloutRefusal) {
        guard self.hasSigned(signatory.person, for: motion) else { throw .notSigned }
    }

    private func hasSigned(_ person: PersonID, for motion: Motion) -> Bool {
        self.ballots.first { $0.motion == motion }?.approvals.contains { $0.person == person } ?? false
    }

    // MARK: Stopping

    private func mayStop(
        _ signatory: Signatory, _ reason: String, if isPossible: Bool, _ expected: String
    ) throws(RolloutRefusal) {
        try signatory.requireOne(of: Signatory.stopping)
        guard isPossible else { throw .wrongPhase(expected) }
        try Self.check(reason)
    }

    private func mayDismiss(
        _ person: PersonID, _ signatory: Signatory, _ reason: String
    ) throws(RolloutRefusal) {
        try signatory.requireOne(of: Signatory.stopping + [.admin])
        guard !self.dismissed.contains(person) else { throw .dismissed(person) }
        try Self.check(reason)
    }

    private func mayRemove(
        _ unit: AudienceUnit, _ signatory: Signatory, _ reason: String, at now: Timestamp
    ) throws(RolloutRefusal) {
        try self.mayStop(signatory, reason, if: self.standing.isLive, "open")
        guard self.admissions.remove(unit, at: now) != nil else { throw .alreadyRemoved(unit) }
    }

    private static func check(_ reason: String) throws(RolloutRefusal) {
        guard reason.utf8.count <= RolloutCommand.longestReason else { throw .reasonTooLong }
    }
}

extension Signatory {
    /// The roles of which one is enough to close something.
    static let stopping: [Role] = [
        .operator, .releaseManager, .approver, .safetyLead, .incidentHandler, .breakGlass,
    ]

    fileprivate func requireOne(of roles: [Role]) throws(RolloutRefusal) {
        guard self.roles.contains(where: roles.contains) else { throw .roleMissing(roles) }
    }
}
