import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting
import StrictJSON
import Testing

@Suite("A registry through random histories")
struct HistoryTests {
    private let histories: UInt64 = 140
    private let commandsPerHistory = 150

    /// Runs every history, and shows `body` each step.
    private func eachStep(
        of histories: UInt64? = nil, _ body: (_ step: Step) throws -> Void,
        atEnd: (_ history: History) throws -> Void = { _ in }
    ) {
        repeated(seeds: histories ?? self.histories) { seed, _ in
            var history = try #require(History(seed: seed))
            for _ in 0..<self.commandsPerHistory { try body(history.step()) }
            try atEnd(history)
        }
    }

    @Test("meets every kind of event and of refusal in more than 20,000 commands")
    func coverage() {
        var (commands, accepted) = (0, 0)
        var events: Set<ControlEvent.Kind> = [.accessLogCheckpointed]
        var refusals: Set<Refusal.Code> = []
        self.eachStep { step in
            commands += 1
            switch step.result {
            case .success(let made):
                try #require(!made.isEmpty)
                accepted += 1
                events.formUnion(made.map(\.kind))
            case .failure(let refusal):
                try #require(step.after == step.before)
                try #require(!refusal.message.isEmpty)
                refusals.insert(refusal.code)
            }
        }
        guard seeds(self.histories).count > 1 else { return }
        #expect(commands > 20_000)
        #expect(accepted > commands / 3, "only \(accepted) of \(commands) were accepted")
        // Rollouts are decided elsewhere, and change nothing here.
        let elsewhere: Set<ControlEvent.Kind> = [.rolloutDrafted, .rolloutChanged, .seedRevealed, .rollbackDrilled]
        #expect(events == Set(ControlEvent.Kind.allCases).subtracting(elsewhere))
        #expect(refusals == Set(Refusal.Code.allCases))
    }

    @Test("comes back from its entries, each of which survives as canonical JSON")
    func replay() {
        self.eachStep { _ in
        } atEnd: { history in
            var replayed = Registry()
            for entry in history.entries {
                let text = try JSONValue(encoding: entry).canonical
                try #require(text.count <= 65_535, "\(entry.event.kind.rawValue)")
                let read = try JSONValue(parsing: text)
                try #require(read.canonical == text)
                let again = try read.decoded(as: ControlEntry.self)
                try #require(again == entry)
                replayed.apply(again)
            }
            try #require(replayed == history.registry)
            try #require(replayed.generation == UInt64(history.entries.count))
        }
    }

    @Test("binds each proposal to the digest of its command, also after a round trip")
    func digests() {
        self.eachStep(of: 40) { step in
            guard case .proposalMade(let proposal)? = step.events.first else { return }
            try #require(proposal.command == step.command)
            try #require(.person(proposal.by) == step.actor)
            let read = try JSONValue(parsing: try JSONValue(encoding: proposal.command).canonical)
            try #require(try Registry.digest(of: try read.decoded(as: Command.self)) == proposal.digest)
        }
    }

    @Test("widens nothing without a second person")
    func twoPeople() {
        var widenings = 0
        self.eachStep { step in
            let opens = step.events.contains { step.opens($0) }
            guard opens, !step.isByEnrolment else { return }
            widenings += 1
            guard case .proposalApproved(let approval)? = step.events.first else {
                Issue.record("\(step.command) took effect at once")
                return
            }
            let proposal = try #require(step.before.proposals[approval.proposal])
            guard case .person(let approver) = step.actor else {
                Issue.record("\(step.actor) approved")
                return
            }
            try #require(approver != proposal.by)
            try #require(step.before.roles(of: approver).contains(.approver))
            try #require(step.before.roles(of: proposal.by).contains(where: proposal.command.kind.roles.contains))
            try #require(approval.digest == proposal.digest && step.at < proposal.lapses)
            try #require(step.after.proposals[proposal.id] == nil)
        }
        #expect(widenings > 1_000 || seeds(self.histories).count == 1)
    }

    @Test("lets in by asking only on the terms that two people opened, and nobody who was put out")
    func enrolment() {
        var letIn = 0
        self.eachStep { step in
            guard step.isByEnrolment, case .enrol(let asked) = step.command,
                case .grantIssued(let grant)? = step.events.first
            else { return }
            letIn += 1
            try #require(step.events.count == 1)
            let period = try #require(step.before.enrolmentPeriods[asked.model]?.last)
            try #require(period.closed == nil)
            let terms = try #require(step.before.grants[period.grant])
            try #require(terms.revoked == nil && terms.content.population == .everyone)
            var content = terms.content
            content.subject = .application(asked.application)
            content.entitlements = grant.content.entitlements
            try #require(grant.content == content)
            try #require(Set(grant.content.entitlements).isSubset(of: terms.content.entitlements))
            let own = step.before.grants(of: .application(asked.application)).filter { $0.content.model == asked.model }
            try #require(own.allSatisfy { $0.revoked == nil })
        }
        #expect(letIn > 10 || seeds(self.histories).count == 1, "only \(letIn) were let in")
    }

    @Test("never is without an administrator and an approver")
    func somebodyRemains() {
        self.eachStep { step in
            for role in [Role.admin, .approver] {
                try #require(step.after.people.values.contains { $0.roles.contains(role) }, "\(step.command)")
            }
            try #require(step.after.people.values.allSatisfy { !Set([.admin, .approver]).isSubset(of: $0.roles) })
        }
    }

    @Test("never gives a name or a key twice, and forgets erased people wholly")
    func uniqueness() {
        self.eachStep(of: 40) { _ in
        } atEnd: { history in
            let registry = history.registry
            let names = registry.models.values.map(\.name) + registry.versions.values.map(\.name)
            try #require(Set(names).count == names.count)
            let issued = history.entries.compactMap { if case .keyIssued(let key) = $0.event { key.id } else { nil } }
            try #require(Set(issued).count == issued.count)
            for case .personErased(let erasure) in history.entries.map(\.event) {
                try #require(registry.people[erasure.person] == nil)
                try #require(registry.proposals.values.allSatisfy { $0.by != erasure.person })
                try #require(registry.keys.values.allSatisfy { $0.owner != .person(erasure.person) })
            }
        }
    }

    @Test("opens nothing by what one person decides alone")
    func onePersonOpensNothing() {
        var compared = 0
        self.eachStep(of: 40) { step in
            guard step.isDecidedAlone else { return }
            for question in step.questions where step.after.answer(question).isAdmitted {
                try #require(step.before.answer(question).isAdmitted, "\(step.command) opened \(question)")
                compared += 1
            }
        }
        #expect(compared > 50 || seeds(40).count == 1, "only \(compared) were compared")
    }
}

extension Step {
    /// Whether an event opens something, and so must not stand without an approval.
    fileprivate func opens(_ event: ControlEvent) -> Bool {
        switch event {
        case .grantIssued, .currentVersionChanged, .modelResumed, .personAdded, .enrolmentOpened: true
        case .rolesAssigned(let it): !Set(it.roles).isSubset(of: self.before.roles(of: it.person))
        case .componentAdded(let it): it.audience != .internal
        case .keyIssued(let it):
            if case .person(let person) = it.owner { self.actor != .person(person) } else { false }
        default: false
        }
    }

    /// Whether somebody came in by asking, where two people had opened the model to whoever asks.
    fileprivate var isByEnrolment: Bool {
        guard case .enrol(let enrolment) = self.command else { return false }
        return self.before.enrolmentGrant(for: enrolment.model, at: self.at) != nil
    }

    /// Whether the command took effect on one word. A key for an application is left out: it opens to its holder what
    /// two people granted to the application. So is what the application says itself.
    fileprivate var isDecidedAlone: Bool {
        guard !self.isByEnrolment else { return false }
        return switch self.events.first {
        case nil, .proposalApproved, .proposalMade, .keyIssued, .termsAccepted: false
        default: true
        }
    }

    /// What everybody with a key might ask for now.
    fileprivate var questions: [Question] {
        let names = self.after.models.values.map(\.name.text) + self.after.versions.values.map(\.name.text)
        let keys = self.after.keys.values.filter { $0.kind != .person }.sorted { $0.id.packed < $1.id.packed }
        return keys.prefix(6).flatMap { key in
            names.map { name in
                Question(
                    request: AccessRequest(
                        key: PresentedKey(id: key.id, digest: key.digest), model: name, modality: .api,
                        region: Sample.regions[0]),
                    now: self.at, asOf: self.at)
            }
        }
    }
}
