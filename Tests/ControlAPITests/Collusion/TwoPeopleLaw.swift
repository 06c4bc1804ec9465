import AccessPolicy
import HashTreeCollections
import ReleaseModel
import StageControl
import StrictJSON
import Testing

@testable import ControlAPI

/// The law of two people, by entries alone: who signed what, who was somebody at the time, and what became open.
///
/// It asks nothing of the rules that decide, so that it finds what they overlook.
struct TwoPeopleLaw {
    private struct Signature {
        let motion: Motion
        let person: PersonID
        let plan: ContentDigest
    }

    private var signatures: [RolloutID: [Signature]] = [:]
    private var authors: [RolloutID: Set<PersonID>] = [:]
    /// The highest stage that each rollout went back from: to open it again takes people.
    private var closed: [RolloutID: Int] = [:]
    /// The plan that each rollout began with: from then on what the signatures for it allow is allowed, whoever leaves.
    private var begun: [RolloutID: ContentDigest] = [:]
    /// What whoever asks gets, by the model that two people opened.
    private var enrolments: [ModelID: GrantTerms] = [:]
    /// What became open so far, by kind: a law that nothing came under shows nothing.
    private(set) var openings: [String: Int] = [:]

    /// A rollout that was there before anybody watched.
    mutating func begin(_ rollout: RolloutID, by author: PersonID) { self.authors[rollout] = [author] }

    /// Checks what one question led to.
    mutating func check(_ entries: [ControlEntry], from before: ControlState, to after: ControlState) throws {
        var approved: Command?
        for entry in entries {
            switch entry.event {
            case .proposalApproved(let approval): approved = try self.approved(approval, by: entry.by, before)
            case .rolloutDrafted(let draft):
                guard case .person(let author) = entry.by else { throw Lawless("a draft by nobody") }
                self.authors[draft.rollout] = [author]
            case .rolloutChanged(let change): try self.note(change, entry)
            default: try self.check(entry, approved, before, after)
            }
        }
        for (id, page) in after.book.pages {
            guard let earlier = before.book.pages[id]?.rollout else {
                try #require(page.rollout.enforcement.openings.isEmpty)
                continue
            }
            try self.check(earlier, page.rollout, registry: before.registry)
        }
    }

    // MARK: What the registry opens

    /// What two people have said yes to: the second saw what the first had asked for.
    private func approved(
        _ approval: ApproveProposal, by actor: ReleaseModel.Actor, _ before: ControlState
    ) throws -> Command {
        let proposal = try #require(before.registry.proposals[approval.proposal])
        guard case .person(let second) = actor else { throw Lawless("approved by nobody") }
        try #require(second != proposal.by, "one person said yes twice")
        try #require(approval.digest == (try Registry.digest(of: proposal.command)))
        try #require(before.registry.roles(of: second).contains(.approver))
        let asks = before.registry.roles(of: proposal.by).contains { proposal.command.kind.roles.contains($0) }
        try #require(asks || before.registry.people[proposal.by] != nil && proposal.command.isOwnKey(of: proposal.by))
        return proposal.command
    }

    /// What opens something is what two people said yes to just now, or the end of a rollout.
    private mutating func check(
        _ entry: ControlEntry, _ approved: Command?, _ before: ControlState, _ after: ControlState
    ) throws {
        let opens: String
        switch entry.event {
        case .grantIssued(let grant):
            if var terms = self.enrolments[grant.content.model] {
                terms.subject = grant.content.subject
                if terms == grant.content { return }
            }
            opens = "a grant"
        case .enrolmentOpened(let opening):
            self.enrolments[opening.model] = before.registry.grants[opening.grant]?.content
            opens = "enrolment"
        case .enrolmentClosed(let closing):
            self.enrolments[closing.model] = nil
            return
        case .grantRevoked(let revocation):
            // What it was opened with is over, and so it is closed.
            if let content = before.registry.grants[revocation.grant]?.content,
                self.enrolments[content.model] == content
            {
                self.enrolments[content.model] = nil
            }
            return
        case .modelResumed: opens = "a held model"
        case .personAdded: opens = "a person"
        case .currentVersionChanged(let change):
            let ended = after.book.pages.contains { id, page in
                page.rollout.phase == .completed && before.book.pages[id]?.rollout.phase != .completed
                    && after.registry.version(named: page.rollout.spec.candidate)?.id == change.version
            }
            if ended, entry.by == .system { return }
            opens = "a version"
        case .rolesAssigned(let assignment):
            let known = before.registry.roles(of: assignment.person)
            if Set(assignment.roles).isSubset(of: known) { return }
            opens = "a role"
        case .keyIssued(let key):
            guard case .person(let person) = key.owner, entry.by != .person(person) else { return }
            opens = "somebody's key"
        default: return
        }
        try #require(approved != nil, "\(opens) was opened by \(entry.by) alone")
        self.openings[opens, default: 0] += 1
    }

    // MARK: What rollouts open

    private mutating func note(_ change: RolloutChange, _ entry: ControlEntry) throws {
        guard case .command(let command, _) = try RolloutBook.entry(of: change, in: entry).event,
            case .person(let person) = entry.by
        else { return }
        switch command {
        case .approve(let approval):
            self.signatures[change.rollout, default: []].append(
                Signature(motion: approval.motion, person: person, plan: approval.plan))
        case .withdraw(let motion):
            self.signatures[change.rollout]?.removeAll { $0.motion == motion && $0.person == person }
        case .dismiss(let who, _): self.signatures[change.rollout]?.removeAll { $0.person == who }
        case .revise:
            self.signatures[change.rollout] = []
            self.authors[change.rollout, default: []].insert(person)
        default: break
        }
    }

    private mutating func check(_ before: Rollout, _ after: Rollout, registry: Registry) throws {
        if let stage = before.stage, after.stage ?? -1 < stage {
            self.closed[before.id] = max(self.closed[before.id] ?? 0, stage)
        }
        let widened = after.enforcement.openings.contains { $0.weight > before.enforcement.weight(of: $0.cohort) }
        guard widened else { return }
        let (plan, stage) = (before.plan.digest, try #require(after.stage))
        if self.begun[before.id] == nil {
            let people = self.people(.openPlan, plan, before.id, in: nil)
            try #require(people.count >= 2, "the plan was signed for by \(people)")
            self.begun[before.id] = plan
        }
        try #require(self.begun[before.id] == plan, "another plan than the one that people signed for")
        let isAgain = self.closed[before.id].map { stage <= $0 } ?? false
        let asks = stage == 0 || before.spec.stages[stage].requiresApproval != nil || isAgain
        if asks {
            // Whoever signed is somebody still, in a role that was asked for, when it opens.
            let motion = stage == 0 ? Motion.openPlan : .openStage(stage)
            let roles = before.requirement(for: motion).roles
            let people = self.people(motion, plan, before.id, in: (registry, roles))
            let resumed = isAgain ? self.people(.resume, plan, before.id, in: nil) : []
            try #require(max(people.count, resumed.count) >= 2, "stage \(stage) was opened by \(people)")
        }
        self.openings[stage == 0 ? "the first stage" : asks ? "a stage that asks" : "a stage", default: 0] += 1
    }

    /// The distinct people who signed for a motion with a plan, other than its authors; of those who are asked for now,
    /// only who still has one of the roles.
    private func people(
        _ motion: Motion, _ plan: ContentDigest, _ rollout: RolloutID, in asked: (registry: Registry, roles: [Role])?
    ) -> Set<PersonID> {
        let signed = (self.signatures[rollout] ?? []).filter { $0.motion == motion && $0.plan == plan }
        return Set(signed.map(\.person)).subtracting(self.authors[rollout] ?? []).filter { person in
            guard let asked else { return true }
            return asked.registry.roles(of: person).contains(where: asked.roles.contains)
        }
    }

    private struct Lawless: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }
}

extension Command {
    /// Whether it is somebody's key for themselves, which needs no role.
    fileprivate func isOwnKey(of person: PersonID) -> Bool {
        if case .issueKey(let key) = self { key.owner == .person(person) } else { false }
    }
}
