import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting

/// A registry with three people, a model with a version, an application and an organisation: where most tests begin.
struct House {
    var registry = Registry()
    var generator = SeededGenerator(seed: 7)
    var now = World.noon
    var entries: [ControlEntry] = []

    /// Administers, and proposes releases and grants; approves nothing.
    let alice: PersonID
    /// Approves; proposes nothing.
    let bob: PersonID
    /// Proposes releases and approves.
    let carol: PersonID
    private(set) var model = Examples.model
    private(set) var version = Examples.version
    private(set) var organisation = Examples.organisation
    private(set) var application = Examples.application

    init() throws {
        let roles: [[Role]] = [
            [.admin, .releaseManager, .accessReviewer], [.approver], [.approver, .releaseManager],
        ]
        var generator = SeededGenerator(seed: 8)
        let people = try roles.map { try House.newPerson($0, &generator) }
        let events = try self.registry.bootstrap(people, at: self.now, using: &generator)
        let ids = events.compactMap { if case .personAdded(let person) = $0 { person.id } else { nil } }
        (self.alice, self.bob, self.carol) = (ids[0], ids[1], ids[2])
        self.record(events, by: .host)
        try self.furnish()
    }

    private mutating func furnish() throws {
        let model = AddModel(name: try name("aurora"), displayName: "Aurora")
        for case .modelAdded(let it) in try self.give(.addModel(model), by: self.alice) { self.model = it.id }
        self.version = try self.addVersion("aurora-1")
        for case .organisationAdded(let it) in try self.give(
            .addOrganisation(AddOrganisation(name: try name("acme"))), by: self.alice)
        {
            self.organisation = it.id
        }
        let application = AddApplication(name: try name("helper"), organisation: nil)
        for case .applicationAdded(let it) in try self.give(.addApplication(application), by: self.alice) {
            self.application = it.id
        }
    }

    mutating func record(_ events: [ControlEvent], by actor: Actor) {
        for event in events {
            let entry = ControlEntry(at: self.now, by: actor, event: event)
            self.entries.append(entry)
            self.registry.apply(entry)
        }
    }

    /// Gives a command, and folds in what it makes.
    @discardableResult
    mutating func give(_ command: Command, by actor: Actor) throws(Refusal) -> [ControlEvent] {
        let events = try self.registry.decide(command, by: actor, at: self.now, using: &self.generator)
        self.record(events, by: actor)
        return events
    }

    /// Gives a command as a person.
    @discardableResult
    mutating func give(_ command: Command, by person: PersonID) throws(Refusal) -> [ControlEvent] {
        try self.give(command, by: .person(person))
    }

    /// Gives a widening, and answers with the proposal that it becomes.
    mutating func propose(_ command: Command, by person: PersonID) throws -> Proposal {
        guard case .proposalMade(let proposal)? = try self.give(command, by: person).first else {
            throw Unreadable(text: "\(command.kind.rawValue) is no proposal")
        }
        return proposal
    }

    /// Gives a widening, which bob approves.
    @discardableResult
    mutating func agree(_ command: Command) throws -> [ControlEvent] {
        let proposal = try self.propose(command, by: self.alice)
        return try self.give(.approve(approval(of: proposal)), by: self.bob)
    }

    mutating func addVersion(_ text: String) throws -> VersionID {
        let version = AddVersion(
            model: self.model, name: try name(text), upstream: try name("sample"), upstreamModel: "a")
        for case .versionAdded(let it) in try self.give(.addVersion(version), by: self.alice) { return it.id }
        throw Unreadable(text: text)
    }

    /// Registers a key of the application, and answers with what its holder shows.
    mutating func addKey(
        for application: ApplicationID? = nil, intent: Intent? = nil, expires: Timestamp? = nil
    ) throws -> PresentedKey {
        let key = KeyText(kind: .api, using: &self.generator).id
        let issue = IssueKey(
            owner: .application(application ?? self.application), key: key, digest: try digest(1), intent: intent,
            expires: expires)
        try self.give(.issueKey(issue), by: self.alice)
        return PresentedKey(id: key, digest: issue.digest)
    }

    /// A grant of the model to the application.
    var grant: GrantTerms { GrantTerms(subject: .application(self.application), model: self.model) }

    /// What admission says now, on fresh rules.
    func admit(_ key: PresentedKey, _ model: String = "aurora", fields: GuardedFields = []) -> Decision {
        let request = AccessRequest(key: key, model: model, modality: .api, region: nil, fields: fields)
        return Snapshot(registry: self.registry, asOf: self.now).admit(request, at: self.now)
    }

    static func newPerson(_ roles: [Role], _ generator: inout SeededGenerator) throws -> AddPerson {
        AddPerson(
            commitment: try digest(2), roles: roles, key: KeyText(kind: .person, using: &generator).id,
            keyDigest: try digest(3))
    }
}

/// An approval of exactly what is proposed.
func approval(of proposal: Proposal) -> ApproveProposal {
    ApproveProposal(proposal: proposal.id, digest: proposal.digest)
}
