import HashTreeCollections
public import ReleaseModel
public import StageControl

/// Who was waiting when the lists of lotteries were closed: a fold of the log beside the registry and the rollouts.
///
/// The list of a lottery is closed by the entry that opens its cohort for the first time. Whoever enrols later is not
/// on it; whoever was on it stays.
public struct WaitingLists: Sendable {
    /// By rollout and cohort.
    public private(set) var closed: [RolloutID: [Name: [AudienceCaller]]] = [:]

    /// No list is closed.
    public init() {}

    /// Takes note of an entry, after the registry and the book have taken it in.
    public mutating func apply(_ entry: ControlEntry, _ registry: Registry, _ book: RolloutBook) {
        guard case .rolloutChanged(let change) = entry.event, let rollout = book[change.rollout],
            let model = registry.model(named: rollout.spec.model)
        else { return }
        let open = rollout.enforcement.openings.map(\.cohort)
        for cohort in rollout.spec.lotteriesClosed(byOpening: open)
        where self.closed[rollout.id]?[cohort] == nil {
            self.closed[rollout.id, default: [:]][cohort] = registry.waiting(for: model.id, at: entry.at)
        }
    }
}

extension Registry {
    /// The applications on a model's waiting list, each with the first of its grants that is in force.
    func waiting(for model: ModelID, at now: Timestamp) -> [AudienceCaller] {
        self.enrolments.keys.sorted().compactMap { id in
            guard self.enrolments[id]?[model] != nil, let application = self.applications[id] else { return nil }
            let grant = self.grants(of: .application(id), to: model).first { $0.isInForce(at: now) }
            return AudienceCaller(application: id, organisation: application.organisation, grant: grant?.content)
        }
    }
}

extension Grant {
    /// Whether it has begun and has not ended.
    fileprivate func isInForce(at now: Timestamp) -> Bool {
        self.revoked == nil && self.content.opens.map { $0 <= now } ?? true
            && self.content.expires.map { now < $0 } ?? true
    }
}
