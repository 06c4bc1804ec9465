import HashTreeCollections
import ReleaseModel

extension Registry {
    func adding(
        _ model: AddModel, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> ControlEvent {
        try self.checkFree(model.name)
        try checkText(model.displayName, field: "display_name")
        return .modelAdded(
            Model(
                id: ModelID(at: now, using: &generator), name: model.name, displayName: model.displayName,
                visibility: model.visibility, added: now))
    }

    func adding(
        _ version: AddVersion, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> ControlEvent {
        _ = try found(self.models[version.model], "model", "model")
        try self.checkFree(version.name)
        try checkText(version.upstreamModel, field: "upstream_model")
        let digests = version.digests ?? []
        guard digests.count <= Version.maximumDigests else {
            throw Refusal(.invalidField, field: "digests", "at most \(Version.maximumDigests)")
        }
        if let parent = version.parent { _ = try found(self.versions[parent], "parent", "version") }
        if let build = version.build { try checkText(build, field: "build") }
        return .versionAdded(
            Version(
                id: VersionID(at: now, using: &generator), model: version.model, name: version.name,
                upstream: version.upstream, upstreamModel: version.upstreamModel, digests: digests,
                parent: version.parent, build: version.build, added: now))
    }

    func adding(
        _ component: AddComponent, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> ControlEvent {
        _ = try found(self.versions[component.version], "version", "version")
        if let licence = component.licence { try checkText(licence, field: "licence") }
        if let reason = component.withheldReason { try checkText(reason, field: "withheld_reason") }
        guard component.digest != nil || component.withheldReason != nil else {
            throw Refusal(
                .invalidField, field: "digest", "a component is given by its digest or withheld with a reason")
        }
        guard component.audience == .internal || component.digest != nil else {
            throw Refusal(
                .invalidField, field: "digest", "what is given to \(component.audience.rawValue) has a digest")
        }
        return .componentAdded(
            Component(
                id: ComponentID(at: now, using: &generator), version: component.version, kind: component.kind,
                digest: component.digest, licence: component.licence, audience: component.audience,
                availableFrom: component.availableFrom, withheldReason: component.withheldReason))
    }

    func making(_ change: MakeCurrent) throws(Refusal) -> ControlEvent {
        _ = try found(self.models[change.model], "model", "model")
        let version = try found(self.versions[change.version], "version", "version")
        guard version.model == change.model else {
            throw Refusal(.invalidField, field: "version", "\(version.name) is a version of another model")
        }
        guard self.current[change.model] != change.version else {
            throw Refusal(.nothingToDo, field: "version", "\(version.name) is the current version")
        }
        return .currentVersionChanged(change)
    }

    func holding(_ hold: HoldModel) throws(Refusal) -> ControlEvent {
        _ = try found(self.models[hold.model], "model", "model")
        try checkText(hold.reason, field: "reason")
        return .modelHeld(hold)
    }

    func resuming(_ resumption: ResumeModel) throws(Refusal) -> ControlEvent {
        _ = try found(self.models[resumption.model], "model", "model")
        try checkText(resumption.reason, field: "reason")
        guard self.held[resumption.model] != nil else {
            throw Refusal(.nothingToDo, field: "model", "the model is not on hold")
        }
        return .modelResumed(resumption)
    }

    /// Requests name models and versions in one field, so they share one space of names.
    private func checkFree(_ name: Name) throws(Refusal) {
        guard self.modelsByName[name] == nil, self.versionsByName[name] == nil else {
            throw Refusal(.alreadyExists, field: "name", "a model or version is called \(name)")
        }
    }
}
