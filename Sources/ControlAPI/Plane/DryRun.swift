import AccessPolicy
import HashTreeCollections
public import ReleaseModel
import StrictJSON

/// What a command would do, and who could use more or less by it.
public struct DryRun: Codable, Hashable, Sendable {
    /// The events that it would make at once; identifiers in it are examples.
    public var events: [ControlEvent]
    /// Whether it would wait for a second person.
    public var needsSecondPerson: Bool
    /// Who could use a model by the API, that cannot now; for a proposal, once it is approved.
    public var gains: [AccessPair]
    /// Who could not use a model any more.
    public var loses: [AccessPair]

    enum CodingKeys: String, CodingKey {
        case events
        case needsSecondPerson = "needs_second_person"
        case gains, loses
    }

    init(
        of command: Command, by actor: ReleaseModel.Actor, on registry: Registry, at now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) throws(Refusal) {
        self.events = try registry.decide(command, by: actor, at: now, using: &generator)
        var after = registry
        for event in self.events { after.apply(ControlEntry(at: now, by: actor, event: event)) }
        self.needsSecondPerson = false
        if case .proposalMade(let proposal)? = self.events.first {
            self.needsSecondPerson = true
            after = Self.approved(proposal, on: after, at: now, using: &generator)
        }
        let before = AccessPair.open(in: registry, at: now)
        let then = AccessPair.open(in: after, at: now)
        self.gains = then.subtracting(before).map(\.pair).uniqueSorted()
        self.loses = before.subtracting(then).map(\.pair).uniqueSorted()
    }

    /// The registry after some approver said yes; as it was if nobody could.
    private static func approved(
        _ proposal: Proposal, on registry: Registry, at now: Timestamp,
        using generator: inout some RandomNumberGenerator
    ) -> Registry {
        let approver = registry.people.values.first { $0.roles.contains(.approver) && $0.id != proposal.by }
        guard let approver else { return registry }
        let approval = Command.approve(ApproveProposal(proposal: proposal.id, digest: proposal.digest))
        let events = try? registry.decide(approval, by: .person(approver.id), at: now, using: &generator)
        var after = registry
        for event in events ?? [] { after.apply(ControlEntry(at: now, by: .person(approver.id), event: event)) }
        return after
    }
}

/// An application and a model that it can use.
public struct AccessPair: Codable, Hashable, Comparable, Sendable {
    /// The application.
    public var application: ApplicationID
    /// Its name.
    public var applicationName: Name
    /// The model.
    public var model: ModelID
    /// Its name.
    public var modelName: Name

    enum CodingKeys: String, CodingKey {
        case application
        case applicationName = "application_name"
        case model
        case modelName = "model_name"
    }

    /// Orders by the names.
    public static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.applicationName, lhs.modelName) < (rhs.applicationName, rhs.modelName)
    }

    /// A pair, and how it was found open: by a key that there is, or by one that could be issued any time.
    struct Opening: Hashable {
        var pair: AccessPair
        var byKeyInForce: Bool
    }

    /// Every pair that admission opens for the API.
    ///
    /// Each grant is asked with every key of the application, and with a key as the grant wants it, since that one
    /// needs nobody's approval. Only admission itself says yes.
    static func open(in registry: Registry, at now: Timestamp) -> Set<Opening> {
        var found: Set<Opening> = []
        let applications = Dictionary(grouping: registry.applications.values) { $0.organisation }
        let keys = Dictionary(grouping: registry.keys.values) { $0.owner }
        for grant in registry.grants.values where grant.content.modalities.contains(.api) {
            guard let model = registry.models[grant.content.model] else { continue }
            let callers: [Application] =
                switch grant.content.subject {
                case .application(let id): registry.applications[id].map { [$0] } ?? []
                case .organisation(let id): applications[id] ?? []
                }
            for caller in callers {
                let pair = AccessPair(
                    application: caller.id, applicationName: caller.name, model: model.id, modelName: model.name)
                let snapshot = Snapshot(registry: registry, asOf: now)
                if (keys[.application(caller.id)] ?? []).contains(where: { snapshot.admits($0, to: grant, model, now) })
                {
                    found.insert(Opening(pair: pair, byKeyInForce: true))
                }
                if snapshot.admitsSomeKey(of: caller, to: grant, model, now) {
                    found.insert(Opening(pair: pair, byKeyInForce: false))
                }
            }
        }
        return found
    }
}

extension Snapshot {
    fileprivate func admits(_ key: Key, to grant: Grant, _ model: Model, _ now: Timestamp) -> Bool {
        let request = AccessRequest(
            key: PresentedKey(id: key.id, digest: key.digest), model: model.name.text, modality: .api,
            region: grant.content.regions?.first)
        guard case .admitted = self.admit(request, at: now) else { return false }
        return true
    }

    /// Whether a key that is made for the grant would be let in.
    fileprivate func admitsSomeKey(of caller: Application, to grant: Grant, _ model: Model, _ now: Timestamp) -> Bool {
        guard let key = Key.probe(of: caller.id, for: grant, at: now) else { return false }
        var trial = self
        trial.registry.apply(ControlEntry(at: now, by: .system, event: .keyIssued(key)))
        return trial.admits(key, to: grant, model, now)
    }
}

extension Key {
    /// A key that is in nobody's hands and in no registry, as a grant wants keys to be.
    fileprivate static func probe(of owner: ApplicationID, for grant: Grant, at now: Timestamp) -> Key? {
        guard let id = KeyID("00000000".utf8), let digest = ContentDigest(bytes: repeatElement(1, count: 32)) else {
            return nil
        }
        return Key(
            id: id, kind: .api, digest: digest, owner: .application(owner), intent: grant.content.intent,
            exposure: grant.content.exposure, use: grant.content.uses?.first, issued: now)
    }
}

extension [AccessPair] {
    fileprivate func uniqueSorted() -> [AccessPair] { Set(self).sorted() }
}
