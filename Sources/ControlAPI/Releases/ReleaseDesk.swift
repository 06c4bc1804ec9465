import AccessPolicy
import Arms
import HashTreeCollections
import ReleaseModel
import StageControl
import StrictJSON

/// Decides about rollouts, with what the rules of stages cannot know: which models and versions there are, who has
/// which role, and what else goes on.
struct ReleaseDesk {
    let registry: Registry
    let book: RolloutBook
    let seeds: RolloutSeeds

    /// The events of a new rollout: the draft, and that it is put before those who approve.
    func propose(
        _ plan: ReleasePlan, as rollout: RolloutID, by actor: ReleaseModel.Actor, at now: Timestamp
    ) throws -> [ControlEvent] {
        let signatory = try self.signatory(actor)
        guard signatory.roles.contains(.releaseManager) else { throw RolloutRefusal.roleMissing([.releaseManager]) }
        let commitment = try self.seeds.seed(of: rollout).commitment
        try self.check(plan.spec, committingTo: commitment)
        let draft = RolloutDraft(rollout: rollout, plan: plan.document, seedCommitment: commitment)
        let state = Rollout(id: rollout, plan: SealedPlan(plan), author: signatory.person)
        let submission = try Rollout.decide(.submit, by: signatory, in: state, at: now)
        return [.rolloutDrafted(draft), try Self.event(submission, of: rollout)]
    }

    /// The events of what a person does to a rollout.
    func decide(
        _ command: RolloutCommand, on id: RolloutID, by actor: ReleaseModel.Actor, at now: Timestamp
    ) throws -> [ControlEvent] {
        let rollout = try self.rollout(id)
        let signatory = try self.signatory(actor)
        let command = try self.masked(command, on: id)
        switch command {
        case .start: try self.mayStart(rollout)
        case .revise(let plan, _):
            try self.check(plan.plan.spec, committingTo: try self.seeds.seed(of: id).commitment)
        case .approve(let approval):
            if case .supersede(let next) = approval.motion { try self.mayFollow(next, rollout) }
        default: break
        }
        var entries = [try Rollout.decide(command, by: signatory, in: rollout, at: now)]
        if case .revise = command {
            // What is revised goes before those who approve at once, as what is proposed does.
            var draft = rollout
            draft.apply(entries[0])
            entries.append(try Rollout.decide(.submit, by: signatory, in: draft, at: now))
        }
        return try entries.map { try Self.event($0, of: id) } + self.consequences(of: entries, for: rollout)
    }

    /// The events of a look at a rollout: none where nothing is to be recorded.
    ///
    /// The evidence at its gates is that of the very state that is decided on, whatever the observer saw: so nothing
    /// opens on evidence that was withdrawn meanwhile, and whoever has the log can tell what the gates saw.
    func look(at id: RolloutID, _ observations: Observations) throws -> [ControlEvent] {
        let rollout = try self.rollout(id)
        var seen = observations
        seen.evidence = self.registry.evidence(for: rollout.spec, at: seen.clock.wall)
        let step = try Rollout.step(rollout, seen)
        return try step.entries.map { try Self.event($0, of: id) } + self.consequences(of: step.entries, for: rollout)
    }

    /// The events of hearing those who ask for a place: none where that changes nothing.
    func hear(_ applicants: [Applicant], on id: RolloutID, at now: Timestamp) throws -> [ControlEvent] {
        try self.rollout(id).hear(applicants, at: now).map { [try Self.event($0, of: id)] } ?? []
    }

    /// What the ledger has to say besides: a rollout that completes makes its candidate the version of the model, and
    /// one that is over reveals its secret.
    private func consequences(of entries: [RolloutEntry], for rollout: Rollout) throws -> [ControlEvent] {
        var after = rollout
        for entry in entries { after.apply(entry) }
        var events: [ControlEvent] = []
        if after.phase == .completed, rollout.phase != .completed,
            let model = self.registry.model(named: rollout.spec.model),
            let version = self.registry.version(named: rollout.spec.candidate)
        {
            events.append(.currentVersionChanged(MakeCurrent(model: model.id, version: version.id)))
        }
        if after.actions(after: rollout).contains(.revealSeed) {
            let seed = try self.seeds.seed(of: rollout.id)
            events.append(.seedRevealed(SeedReveal(rollout: rollout.id, seed: seed.revealedText)))
        }
        return events
    }

    /// What the ledger has to say of signatures when people change: who is erased, or loses a role that a signature
    /// rests on, has not signed any more, and does not sign again for that rollout.
    func dismissals(
        before events: [ControlEvent], by actor: ReleaseModel.Actor, at now: Timestamp
    ) throws -> [ControlEvent] {
        var dismissals: [ControlEvent] = []
        for event in events {
            let change: (person: PersonID, roles: [Role])
            switch event {
            case .rolesAssigned(let assignment): change = (assignment.person, assignment.roles)
            case .personErased(let erasure): change = (erasure.person, [])
            default: continue
            }
            for page in self.book.newestFirst where page.rollout.rests(on: change.person, notAs: change.roles) {
                let entry = try Rollout.decide(
                    .dismiss(change.person, reason: "the role that the signature rests on was taken away"),
                    by: try self.signatory(actor), in: page.rollout, at: now)
                dismissals.append(try Self.event(entry, of: page.rollout.id))
            }
        }
        return dismissals
    }

    /// Whoever is removed or let in again is named as in the ledger: accounts by their keyed hash.
    private func masked(_ command: RolloutCommand, on id: RolloutID) throws(Refusal) -> RolloutCommand {
        switch command {
        case .remove(let unit, let reason): return .remove(try self.masked(unit, on: id), reason: reason)
        case .approve(var approval):
            guard case .restore(let unit) = approval.motion else { return command }
            approval.motion = .restore(try self.masked(unit, on: id))
            return .approve(approval)
        default: return command
        }
    }

    private func masked(_ unit: AudienceUnit, on id: RolloutID) throws(Refusal) -> AudienceUnit {
        guard self.registry.applications[unit.application] != nil,
            let masked = self.seeds.masking(of: id).masked(unit)
        else {
            throw Refusal(.notFound, field: "unit", "there is no application \(unit.application)")
        }
        return masked
    }

    // MARK: What must be so

    private func rollout(_ id: RolloutID, field: String = "rollout") throws(Refusal) -> Rollout {
        guard let rollout = self.book[id] else {
            throw Refusal(.notFound, field: field, "there is no rollout \(id)")
        }
        return rollout
    }

    private func signatory(_ actor: ReleaseModel.Actor) throws(Refusal) -> Signatory {
        guard case .person(let person) = actor, self.registry.people[person] != nil else {
            throw Refusal(.notPermitted, field: "by", "releases are decided by people, with their own keys")
        }
        return Signatory(person, roles: self.registry.roles(of: person))
    }

    /// The plan is about a model and versions that there are, and divides by the rollout's own seed.
    private func check(_ spec: ReleasePlan.Spec, committingTo seed: ContentDigest) throws(Refusal) {
        try self.check(spec)
        guard spec.bucketing.seedCommitment.map({ $0 == seed }) ?? true else {
            throw Refusal(
                .invalidField, field: "spec.bucketing.seedCommitment",
                "is not the SHA-256 of the rollout's seed; hand in the seed with the plan, or leave it out: then "
                    + "one is made, and the ledger holds its commitment")
        }
        for (place, cohort) in spec.cohorts.enumerated() {
            guard case .lottery(let lottery) = cohort.membership, lottery.seedCommitment != seed else { continue }
            throw Refusal(
                .invalidField, field: "spec.cohorts[\(place)].lottery.seedCommitment",
                "is not the SHA-256 of the rollout's seed, which draws its lotteries too; draw a seed, name its "
                    + "SHA-256 here and in spec.bucketing.seedCommitment, and hand it in with the plan")
        }
    }

    private func check(_ spec: ReleasePlan.Spec) throws(Refusal) {
        guard let model = self.registry.model(named: spec.model) else {
            throw Refusal(.notFound, field: "spec.model", "there is no model \(spec.model); add it first")
        }
        for (field, name) in [("spec.candidate", spec.candidate), ("spec.baseline", spec.baseline ?? spec.candidate)] {
            guard let version = self.registry.version(named: name), version.model == model.id else {
                throw Refusal(.notFound, field: field, "\(spec.model) has no version \(name); add it first")
            }
        }
        guard spec.baseline != spec.candidate else {
            throw Refusal(.invalidField, field: "spec.baseline", "a version is not compared with itself")
        }
    }

    /// One rollout of a model at a time, beside the version that serves now.
    private func mayStart(_ rollout: Rollout) throws(Refusal) {
        let spec = rollout.spec
        try self.check(spec)
        if let other = self.book.live(of: spec.model), other.rollout.id != rollout.id {
            throw Refusal(
                .alreadyExists, field: "spec.model",
                "\(other.rollout.id) of \(spec.model) is under way; abort it, or let this one supersede it")
        }
        let current = self.registry.model(named: spec.model)
            .flatMap { self.registry.current[$0.id] }.flatMap { self.registry.versions[$0]?.name }
        guard current == spec.baseline else {
            throw Refusal(
                .invalidField, field: "spec.baseline",
                "\(spec.model) is served by \(current?.text ?? "no version") now, which the plan does not compare with")
        }
    }

    /// What takes over is a rollout of the same model that has not opened anything and is not over.
    private func mayFollow(_ next: RolloutID, _ rollout: Rollout) throws(Refusal) {
        let other = try self.rollout(next, field: "approval.motion.rollout")
        guard other.spec.model == rollout.spec.model else {
            throw Refusal(
                .invalidField, field: "approval.motion.rollout",
                "\(next) is of \(other.spec.model); name a rollout of \(rollout.spec.model)")
        }
        switch other.phase {
        case .draft, .inReview, .approved, .scheduled: break
        default:
            throw Refusal(
                .invalidField, field: "approval.motion.rollout",
                "\(next) has been started before; propose a rollout that is to take over")
        }
    }

    private static func event(_ entry: RolloutEntry, of rollout: RolloutID) throws -> ControlEvent {
        .rolloutChanged(RolloutChange(rollout: rollout, entry: try JSONValue(encoding: entry)))
    }
}
