import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@testable import ControlAPI

/// One history of tokens that try to open something together: with edits after signatures, roles taken away, people
/// erased, keys revoked, proposals and commands sent again.
struct Collusion {
    private(set) var crowd: Crowd
    private(set) var law: TwoPeopleLaw
    var generator: SeededGenerator
    /// How many questions were refused, and how many tokens opened nothing any more.
    private(set) var refused = 0
    private(set) var locked = 0
    /// What was asked before, to be asked again by whomever.
    private var earlier: [ControlPlane.Question] = []
    private var requests = 0
    private var events = 0
    private var epoch: Int?

    init(_ crowd: Crowd, _ law: TwoPeopleLaw, _ generator: SeededGenerator) {
        (self.crowd, self.law, self.generator) = (crowd, law, generator)
    }

    /// What is asked, and by whom.
    typealias Attempt = (question: ControlPlane.Question, actor: ReleaseModel.Actor)

    /// Something happens: the rules look, or somebody tries something.
    mutating func happen() throws {
        guard let (question, actor) = try self.attempt() else { return }
        let before = self.crowd.plane.state
        do {
            try self.settle(try self.crowd.plane.ask(question, by: actor), from: before)
        } catch {
            try self.refuse(error)
        }
    }

    /// What happens next; nil for a token that opens nothing any more.
    mutating func attempt() throws -> Attempt? {
        if self.generator.oneIn(3) { return (.look(try self.look(), self.crowd.rollout), .system) }
        let token = self.pick(self.crowd.tokens)
        guard let actor = self.crowd.plane.holder(of: token) else {
            self.locked += 1
            return nil
        }
        let question = try self.question(for: actor)
        self.earlier.append(question)
        return (question, actor)
    }

    /// Notes what came of an attempt, which is folded in already.
    mutating func settle(_ entries: [ControlEntry], from before: ControlState) throws {
        if case .rolloutDrafted(let draft)? = entries.first?.event { self.crowd.follow(draft.rollout) }
        try self.law.check(entries, from: before, to: self.crowd.plane.state)
    }

    /// Notes that an attempt was refused; anything else is thrown again.
    mutating func refuse(_ error: any Error) throws {
        guard error is Refusal || error is RolloutRefusal || error is ObservationFault else { throw error }
        self.refused += 1
    }

    /// Folds in what was decided elsewhere.
    mutating func fold(_ entries: [ControlEntry]) throws { try self.crowd.plane.fold(entries) }

    private mutating func look() throws -> Observations {
        let rollout = self.crowd.plane.state.book[self.crowd.rollout]
        self.crowd.plane.now = self.crowd.plane.now.advanced(
            milliseconds: self.generator.oneIn(4) ? 3_600_000 : 299_000)
        if rollout?.epoch != self.epoch { (self.requests, self.events, self.epoch) = (0, 0, rollout?.epoch) }
        if rollout?.stage != nil { self.requests += self.generator.oneIn(3) ? 0 : 12_000 }
        if self.generator.oneIn(25) { self.events += 200 }
        let tripped = self.generator.oneIn(40) ? 1 : 0
        return try self.crowd.plane.look(
            at: self.crowd.rollout, requests: self.requests, events: min(self.events, self.requests), tripped: tripped)
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int(self.generator.next() % UInt64(elements.count))]
    }

    // MARK: What is tried

    private mutating func question(for actor: ReleaseModel.Actor) throws -> ControlPlane.Question {
        if self.generator.oneIn(12), !self.earlier.isEmpty {
            let again = self.pick(self.earlier)
            guard case .propose(let plan, _) = again else { return again }
            // The plane numbers what is proposed, also when it is proposed again.
            return .propose(plan, RolloutID(at: self.crowd.plane.now, using: &self.generator))
        }
        return switch self.generator.next() % 16 {
        case 0...7: .rollout(try self.signature(), self.crowd.rollout)
        case 8...10: .rollout(try self.steering(), self.crowd.rollout)
        case 11...14: .command(try self.command(for: actor))
        default: try self.proposal()
        }
    }

    private mutating func signature() throws -> RolloutCommand {
        let rollout = try #require(self.crowd.plane.state.book[self.crowd.rollout])
        let motions: [Motion] = [.openPlan, .openStage(1), .openStage(2), .resume, .override]
        let likely: Motion =
            switch rollout.phase {
            case .inReview: .openPlan
            case .active(let stage, .awaitingApproval): .openStage(stage + 1)
            case .active(_, .held), .paused, .rolledBack: .resume
            default: self.pick(motions)
            }
        var approval = RolloutCommand.Approve(
            self.generator.oneIn(4) ? self.pick(motions) : likely, plan: rollout.plan.digest,
            evidence: rollout.evidence, reason: "because")
        // Of the plan as it was before an edit, or of another.
        if self.generator.oneIn(8) {
            approval.plan = SealedPlan(try Crowd.plan(candidate: "aurora-2.0", weight: self.pick([10, 20]))).digest
        }
        return .approve(approval)
    }

    private mutating func steering() throws -> RolloutCommand {
        let people = self.crowd.plane.state.registry.people.keys.sorted()
        return switch self.generator.next() % 12 {
        case 0...4: .start(notBefore: self.crowd.plane.now)
        case 5...6:
            .revise(
                SealedPlan(try Crowd.plan(candidate: "aurora-2.0", weight: self.pick([10, 20]))), reason: "a draft")
        case 7...8: .submit
        case 9: .withdraw(self.pick([.openPlan, .openStage(2), .resume]))
        case 10: self.generator.oneIn(2) ? .hold(reason: "hm") : .stepBack(reason: "hm")
        default: self.generator.oneIn(4) ? .abort(reason: "hm") : .dismiss(self.pick(people), reason: "hm")
        }
    }

    private mutating func proposal() throws -> ControlPlane.Question {
        let id = RolloutID(at: self.crowd.plane.now, using: &self.generator)
        let isOver = self.crowd.plane.state.book.live.isEmpty && self.generator.oneIn(2)
        return isOver
            ? .propose(try Crowd.plan(candidate: self.pick(["aurora-2.0", "aurora-3.0"])), id)
            : .rollout(.hold(reason: "hm"), self.crowd.rollout)
    }

    private mutating func command(for actor: ReleaseModel.Actor) throws -> Command {
        let registry = self.crowd.plane.state.registry
        let (people, proposals) = (registry.people.keys.sorted(), registry.proposals.values.sorted { $0.id < $1.id })
        if !proposals.isEmpty, self.generator.oneIn(2) {
            let proposal = self.pick(proposals)
            // Now and then with what was seen of another.
            let digest = self.generator.oneIn(6) ? self.pick(proposals).digest : proposal.digest
            return .approve(ApproveProposal(proposal: proposal.id, digest: digest))
        }
        let person = self.pick(people)
        switch self.generator.next() % 12 {
        case 0...3:
            let roles = Role.allCases.filter { _ in self.generator.oneIn(2) }
            return .assignRoles(AssignRoles(person: person, roles: roles))
        case 4: return .erasePerson(ErasePerson(person: person, reason: "left"))
        case 5: return .revokeKey(RevokeKey(key: self.pick(self.crowd.tokens).id, reason: "lost"))
        case 6: return .issueKey(try self.key(for: self.generator.oneIn(2) ? actor : .person(person)))
        case 7:
            return .makeCurrent(MakeCurrent(model: self.crowd.model, version: self.pick(self.crowd.versions)))
        case 8:
            return self.generator.oneIn(2)
                ? .holdModel(HoldModel(model: self.crowd.model, reason: "hm"))
                : .resumeModel(ResumeModel(model: self.crowd.model, reason: "well"))
        case 9:
            return self.generator.oneIn(4)
                ? .closeEnrolment(CloseEnrolment(model: self.crowd.model, reason: "hm"))
                : .openEnrolment(
                    OpenEnrolment(model: self.crowd.model, grant: self.crowd.grant, reason: "well"))
        case 10:
            return .enrol(Enrol(application: self.pick(self.crowd.applications), model: self.crowd.model))
        default:
            let key = try self.key(for: actor)
            return .addPerson(
                AddPerson(commitment: key.digest, roles: [.approver], key: key.key, keyDigest: key.digest))
        }
    }

    private mutating func key(for actor: ReleaseModel.Actor) throws -> IssueKey {
        let text = KeyText(kind: .person, using: &self.generator)
        let token = PresentedKey(id: text.id, digest: try digest(text.secretText))
        self.crowd.keep(token)
        guard case .person(let person) = actor else { throw Unexpected() }
        return IssueKey(owner: .person(person), kind: .person, key: token.id, digest: token.digest)
    }
}
