import HashTreeCollections
public import ReleaseModel

extension Snapshot {
    /// Whom a key speaks for.
    public enum Caller: Hashable, Sendable {
        case application(Application, Key)
        case person(Person, Key)

        /// Whether it is an application.
        public var isApplication: Bool { if case .application = self { true } else { false } }
    }

    /// Whom the presented key speaks for at `now`; `nil` alike for an unknown, wrong, revoked or expired one.
    public func authenticate(_ presented: PresentedKey, at now: Timestamp) -> Caller? {
        guard let key = self.registry.key(shown: presented), now < key.expires ?? .distantFuture else { return nil }
        switch key.owner {
        case .application(let id): return self.registry.applications[id].map { .application($0, key) }
        case .person(let id): return self.registry.people[id].map { .person($0, key) }
        }
    }

    /// What a name in a request stands for.
    struct Target {
        var name: Name
        var model: Model
        /// The version that would answer; `nil` if the model has none yet.
        var version: Version?
        /// Whether the caller named a version instead of the model.
        var isPinned: Bool
    }

    func resolve(_ text: String) -> Target? {
        guard let name = Name(text) else { return nil }
        if let model = self.registry.model(named: name) {
            let version = self.registry.current[model.id].flatMap { self.registry.versions[$0] }
            return Target(name: name, model: model, version: version, isPinned: false)
        }
        guard let version = self.registry.version(named: name), let model = self.registry.models[version.model] else {
            return nil
        }
        return Target(name: name, model: model, version: version, isPinned: true)
    }

    /// All grants that the caller ever had to a model, then those of the organisation behind it; each in the order of
    /// their issue.
    func grants(of caller: Application, to model: ModelID) -> [Grant] {
        var grants = self.registry.grants(of: .application(caller.id), to: model)
        if let organisation = caller.organisation {
            grants += self.registry.grants(of: .organisation(organisation), to: model)
        }
        return grants
    }

    /// Whether the caller may learn that the name stands for something: the model is listed, or there is a grant or a
    /// place on its list. Of a version that never was current only a grant that names it tells.
    func mayKnow(of target: Target, _ caller: Application, _ grants: [Grant]) -> Bool {
        if target.isPinned, let version = target.version?.id, self.registry.served[version] == nil {
            return grants.contains { $0.content.versions?.contains(version) ?? false }
        }
        return target.model.visibility == .listed || !grants.isEmpty
            || self.registry.enrolments[caller.id]?[target.model.id] != nil
    }

    /// The models that a caller may know of, with the names that it may use, sorted; for the list of models.
    ///
    /// A model that the caller waits for is not in the list: the list is what a request would find open.
    public func models(for presented: PresentedKey, modality: Modality, region: Name?, at now: Timestamp) -> [Model]? {
        guard case .application? = self.authenticate(presented, at: now) else { return nil }
        return self.registry.models.values.sorted { $0.name < $1.name }.filter { model in
            let request = AccessRequest(key: presented, model: model.name.text, modality: modality, region: region)
            guard case .admitted = self.admit(request, at: now) else { return false }
            return true
        }
    }
}

extension Timestamp {
    /// Later than anything.
    static var distantFuture: Timestamp { Timestamp(milliseconds: .max) }
    /// Before all.
    static var distantPast: Timestamp { Timestamp(milliseconds: .min) }
}
