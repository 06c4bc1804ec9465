import Gradient
import ReleaseModel
import SluiceTesting

extension Release {
    /// Facts by chance, on so few days that many of them meet.
    static func random(using generator: inout SeededGenerator) -> Release {
        var release = Release(versions: .random(in: 1...3, using: &generator))
        let versions = release.facts.versions.map(\.id)
        for version in versions where generator.oneIn(2) {
            release.facts.served[version] = day(.random(in: 0...30, using: &generator))
        }
        for _ in 0..<Int.random(in: 0...8, using: &generator) {
            release.randomGrant(of: versions, using: &generator)
        }
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let policies: [EnrolmentPolicy] = [.closed, .cohort, .capped(places: 9), .open, .open, .open]
            release.enrolment(
                policies[.random(in: 0..<6, using: &generator)], from: .random(in: 0...30, using: &generator))
        }
        for version in versions {
            release.randomComponents(of: version, using: &generator)
            release.randomStages(of: version, using: &generator)
        }
        return release
    }

    private mutating func randomGrant(of versions: [VersionID], using generator: inout SeededGenerator) {
        func moment(_ chance: Int) -> Int64? {
            generator.oneIn(chance) ? .random(in: 0...30, using: &generator) : nil
        }
        let modalities = Modality.allCases.filter { $0 == .weights ? generator.oneIn(12) : generator.oneIn(3) }
        let populations: [Population] = [.internal, .trusted, .cohort, .everyone, .everyone, .everyone]
        let population = populations[.random(in: 0..<6, using: &generator)]
        let named = generator.oneIn(2) ? nil : versions.filter { _ in !generator.oneIn(3) }
        self.grant(
            modalities, to: population, versions: named, issued: .random(in: 0...20, using: &generator),
            opens: moment(3), expires: moment(2), revoked: moment(3),
            model: generator.oneIn(15) ? ModelID(bits: 2) : Self.model)
    }

    /// Stages that follow each other and those that do not, for some of the grants.
    private mutating func randomStages(of version: VersionID, using generator: inout SeededGenerator) {
        for grant in self.facts.grants where generator.oneIn(4) {
            let from = Int64.random(in: 0...25, using: &generator)
            let until = generator.oneIn(3) ? nil : from + .random(in: 0...10, using: &generator)
            self.stage(grant.id, of: version, from: from, until: until)
        }
    }

    /// Few of a closed version; of an open one all kinds but some, so that Class I comes and does not come.
    private mutating func randomComponents(of version: VersionID, using generator: inout SeededGenerator) {
        let isOpen = generator.oneIn(3)
        for kind in ComponentKind.allCases where isOpen ? !generator.oneIn(20) : generator.oneIn(12) {
            self.component(
                kind, to: isOpen || generator.oneIn(3) ? .public : .internal, version: version,
                registered: .random(in: 0...25, using: &generator),
                availableFrom: generator.oneIn(2) ? .random(in: 0...30, using: &generator) : nil,
                licence: generator.oneIn(25) ? "llama4" : "MIT", withheld: generator.oneIn(25) ? "not yet" : nil)
        }
    }
}

extension ReleaseFacts {
    /// The level by the rule as it is told, looking at each fact at the one moment that is asked for.
    func obviousLevel(at now: Timestamp) -> Level {
        let levels = self.versions.map { self.obviousLevel(of: $0, at: now) }
        if levels.allSatisfy({ $0 == .fullyClosed }) { return .fullyClosed }
        return levels.contains(.fullyClosed) ? .gradual : levels.min() ?? .fullyClosed
    }

    private func obviousLevel(of version: Version, at now: Timestamp) -> Level {
        let records = self.components.filter { $0.component.version == version.id && $0.isGiven(at: now) }
        let open = records.filter { $0.component.audience == .public && $0.component.licence == "MIT" }
        let openKinds = Set(open.map(\.component.kind))
        let isMissing: (ComponentKind) -> Bool = { kind in
            !openKinds.contains(kind)
                && ![.supportingLibraries, .modelMetadata, .sampleOutputs, .technicalReport].contains(kind)
        }
        if !ComponentKind.allCases.contains(where: isMissing) { return .fullyOpen }

        let isServed = self.served[version.id].map { $0 <= now } ?? false
        let outside = self.grants.filter { grant in
            grant.content.model == version.model && grant.content.population != .internal
                && (grant.content.versions?.contains(version.id) ?? isServed)
        }
        let weights: Set<ComponentKind> = [.modelParametersFinal, .modelParametersIntermediate]
        let givesWeights = records.contains {
            weights.contains($0.component.kind) && $0.component.audience != .internal
        }
        let gaveWeights = outside.contains { grant in
            grant.content.modalities.contains(.weights) && self.wasEverInForce(grant, of: version, until: now)
        }
        if gaveWeights || givesWeights { return .downloadable }
        let inForce = outside.filter { $0.isInForce(at: now) && !$0.content.modalities.isEmpty }
        // Of two changes on one day the later one is the narrower.
        let enrolment = self.enrolment.filter { $0.from <= now }.sorted { ($0.from, $1.policy) < ($1.from, $0.policy) }
        let forEveryone = inForce.filter { $0.content.population == .everyone && enrolment.last?.policy == .open }
        if forEveryone.contains(where: { !Set([.api, .finetune]).isDisjoint(with: $0.content.modalities) }) {
            return .cloudAPI
        }
        if forEveryone.contains(where: { $0.content.modalities.contains(.hosted) }) { return .hosted }
        let isStaged = self.stagings.contains { staged in
            staged.version == version.id && staged.from <= now && staged.until.map { now < $0 } ?? true
                && self.grants.contains {
                    $0.id == staged.grant && $0.content.model == version.model
                        && $0.content.population != .internal && $0.isInForce(at: now)
                }
        }
        return inForce.isEmpty && !isStaged ? .fullyClosed : .gradual
    }

    /// Looks at every day until now, since all random facts begin and end with one.
    private func wasEverInForce(_ grant: Grant, of version: Version, until now: Timestamp) -> Bool {
        let served = grant.content.versions == nil ? self.served[version.id] : nil
        return stride(from: Int64(0), through: now.milliseconds / 86_400_000, by: 1).contains { number in
            grant.isInForce(at: day(number)) && served.map { $0 <= day(number) } ?? true
        }
    }
}

extension Grant {
    fileprivate func isInForce(at now: Timestamp) -> Bool {
        self.issued <= now && self.content.opens.map { $0 <= now } ?? true
            && self.content.expires.map { now < $0 } ?? true && self.revoked.map { now < $0 } ?? true
    }
}

extension ComponentRecord {
    fileprivate func isGiven(at now: Timestamp) -> Bool {
        self.component.withheldReason == nil && self.registered <= now
            && self.component.availableFrom.map { $0 <= now } ?? true
    }
}
