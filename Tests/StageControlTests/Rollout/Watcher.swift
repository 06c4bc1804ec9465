import ReleaseModel
import SequentialTests
import StageControl
import Testing

/// The law of rollouts, by what people signed and what became open; nothing is asked of the rules themselves.
struct Watcher {
    /// A signature as it was given.
    private struct Signature: Equatable {
        let motion: Motion
        let person: PersonID
        let plan: ContentDigest
        let evidence: ContentDigest
        /// Whether something closed after it.
        var isSpent = false
    }

    private var signatures: [Signature] = []
    private var authors: Set<PersonID> = [People.author]
    private var dismissed: Set<PersonID> = []
    /// The stages that were closed again, from the lowest that went.
    private var failed: Int?
    private var startedPlan: ContentDigest?

    /// Checks one entry, by the states before and after it.
    mutating func watch(_ entry: RolloutEntry, from before: Rollout, to after: Rollout) throws {
        self.note(entry)
        try self.generations(before, after)
        try self.budgets(after)
        try self.holds(entry, before, after)
        try self.openings(entry, before, after)
        if case .decision(let record) = entry.event { try self.decision(record, before, after) }
        self.close(before, after)
    }

    private mutating func note(_ entry: RolloutEntry) {
        guard case .command(let command, _) = entry.event, case .person(let person) = entry.by else { return }
        switch command {
        case .approve(let approve):
            self.signatures.append(
                Signature(motion: approve.motion, person: person, plan: approve.plan, evidence: approve.evidence))
        case .withdraw(let motion): self.signatures.removeAll { $0.motion == motion && $0.person == person }
        case .dismiss(let who, _):
            self.dismissed.insert(who)
            self.signatures.removeAll { $0.person == who }
        case .revise:
            self.signatures = []
            self.authors.insert(person)
        default: break
        }
    }

    /// How many people signed for a motion with this plan, and if asked with this evidence; authors do not count.
    private func people(_ motion: Motion, _ plan: ContentDigest, _ evidence: ContentDigest? = nil) -> Int {
        Set(
            self.signatures.filter { signature in
                signature.motion == motion && signature.plan == plan && !signature.isSpent
                    && !self.authors.contains(signature.person) && !self.dismissed.contains(signature.person)
                    && (evidence.map { $0 == signature.evidence } ?? true)
            }.map(\.person)
        ).count
    }

    private func generations(_ before: Rollout, _ after: Rollout) throws {
        try #require(after.enforcement.generation >= before.enforcement.generation)
        if after.enforcement != before.enforcement {
            try #require(after.enforcement.generation > before.enforcement.generation)
        }
    }

    private func budgets(_ after: Rollout) throws {
        for budget in [after.advanceBudget, after.alarmBudget].compactMap({ $0 }) {
            try #require(budget.spent <= budget.errorRate * (1 + 1e-12))
        }
        if let shares = after.shares {
            try #require(shares.advance > 0 && shares.alarm > 0)
        }
    }

    /// A person's stop is lifted by two people, or by the end of everything.
    private func holds(_ entry: RolloutEntry, _ before: Rollout, _ after: Rollout) throws {
        if before.heldBy != nil, after.heldBy == nil, after.stage != nil {
            try #require(self.people(.resume, before.plan.digest, before.evidence) >= 2)
        }
        if case .decision = entry.event { try #require(after.heldBy == before.heldBy) }
    }

    private mutating func openings(_ entry: RolloutEntry, _ before: Rollout, _ after: Rollout) throws {
        let cohorts = Set((before.enforcement.openings + after.enforcement.openings).map(\.cohort))
        let changes = cohorts.map { ($0, before.enforcement.weight(of: $0), after.enforcement.weight(of: $0)) }
        guard changes.contains(where: { $0.1 < $0.2 }) else { return }
        // What opens puts nobody out, and is never done against a person's stop.
        try #require(changes.allSatisfy { $0.1 <= $0.2 })
        try #require(before.heldBy == nil && after.heldBy == nil)
        let (plan, stage) = (before.plan.digest, try #require(after.stage))
        if self.startedPlan == nil {
            try #require(self.people(.openPlan, plan) >= 2)
            self.startedPlan = plan
        }
        try #require(self.startedPlan == plan)
        let isNew = changes.contains { $0.1 == 0 && before.enforcement.openings.isEmpty == false }
        if isNew { try #require(self.people(.openStage(stage), plan, before.evidence) >= 2) }
        if let failed = self.failed, failed <= stage {
            try #require(max(self.people(.openStage(stage), plan), self.people(.resume, plan)) >= 2)
        }
        guard case .decision = entry.event else { throw OpenedByCommand() }
    }

    private struct OpenedByCommand: Error {}

    private func decision(_ record: DecisionRecord, _ before: Rollout, _ after: Rollout) throws {
        try #require(record.tick == before.tick + 1 && record.generation == before.enforcement.generation)
        switch record.assessment.transition {
        case .advance(let stage):
            try #require(record.assessment.holds.isEmpty)
            try #require(!record.assessment.rules.contains { $0.verdict == .fail })
            try #require(record.assessment.health.allSatisfy { $0.state == .sound })
            let isShown = !record.assessment.rules.contains { $0.rule == .advance && $0.verdict != .pass }
            if after.overriddenStages.contains(stage) {
                try #require(self.people(.override, before.plan.digest, before.evidence) >= 2)
            } else {
                try #require(isShown)
            }
        case .rollBack:
            for opening in after.enforcement.openings {
                try #require(opening.weight <= before.enforcement.weight(of: opening.cohort))
            }
        case .restart, .rolledBack, .complete, .start, nil: break
        }
        let isHarm = record.assessment.rules.contains { rule in
            rule.verdict == .fail && [.tripwire, .rollback, .drift].contains(rule.rule)
        }
        if isHarm, before.stage != nil {
            guard case .rollBack = record.assessment.transition else { throw HarmHidden() }
        }
    }

    private struct HarmHidden: Error {}

    private mutating func close(_ before: Rollout, _ after: Rollout) {
        let isBack = (after.stage ?? -1) < (before.stage ?? -1)
        guard isBack else { return }
        self.failed = min(self.failed ?? .max, (after.stage ?? -1) + 1)
        for index in self.signatures.indices where self.signatures[index].motion != .openPlan {
            self.signatures[index].isSpent = true
        }
    }
}
