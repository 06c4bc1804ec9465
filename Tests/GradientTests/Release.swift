import Foundation
import Gradient
import ReleaseModel
import SluiceTesting
import Testing

/// A release of one version (or several) that a test fills with facts. Its day 0 is the moment 0.
struct Release {
    static let model = ModelID(bits: 1)

    var facts: ReleaseFacts

    init(versions: Int = 1) {
        let versions = (1...UInt128(versions)).map { number in
            Version(
                id: VersionID(bits: number), model: Self.model, name: Name("v\(number)") ?? Self.name,
                upstream: Self.name, upstreamModel: "m", added: Timestamp(milliseconds: 0))
        }
        self.facts = ReleaseFacts(versions: versions)
    }

    private static let name = Name(exactly: "local")

    /// Adds a grant of the version's own, unless versions are given.
    @discardableResult
    mutating func grant(
        _ modalities: [Modality], to population: Population, versions: [VersionID]? = [VersionID(bits: 1)],
        issued: Int64 = 0, opens: Int64? = nil, expires: Int64? = nil, revoked: Int64? = nil, model: ModelID = model
    ) -> GrantID {
        let id = GrantID(bits: UInt128(self.facts.grants.count + 1))
        let content = GrantTerms(
            subject: .application(ApplicationID(bits: 1)), model: model, versions: versions, population: population,
            modalities: modalities, opens: opens.map(day), expires: expires.map(day))
        self.facts.grants.append(Grant(id: id, content: content, issued: day(issued), revoked: revoked.map(day)))
        return id
    }

    /// Adds a component of a version.
    @discardableResult
    mutating func component(
        _ kind: ComponentKind, to audience: Audience, version: VersionID = VersionID(bits: 1), registered: Int64 = 0,
        availableFrom: Int64? = nil, licence: String? = "Apache-2.0", withheld: String? = nil, isKnown: Bool = true
    ) -> ComponentID {
        let id = ComponentID(bits: UInt128(self.facts.components.count + 1))
        let component = Component(
            id: id, version: version, kind: kind,
            digest: isKnown ? ContentDigest(bytes: repeatElement(1, count: 32)) : nil, licence: licence,
            audience: audience, availableFrom: availableFrom.map(day), withheldReason: withheld)
        self.facts.components.append(ComponentRecord(component, registered: day(registered)))
        return id
    }

    /// Adds one component of each kind.
    mutating func components(
        _ kinds: some Sequence<ComponentKind>, to audience: Audience, licence: String? = "Apache-2.0",
        registered: Int64 = 0
    ) {
        for kind in kinds.sorted(by: { $0.rawValue < $1.rawValue }) {
            self.component(kind, to: audience, registered: registered, licence: licence)
        }
    }

    /// Lets a stage reach who has a grant.
    mutating func stage(
        _ grant: GrantID, of version: VersionID = VersionID(bits: 1), _ name: String = "canary", from: Int64,
        until: Int64?
    ) {
        self.facts.stagings.append(
            StagedAccess(
                version: version, grant: grant, rollout: RolloutID(bits: 1), stage: Name(exactly: name),
                from: day(from), until: until.map(day)))
    }

    mutating func enrolment(_ policy: EnrolmentPolicy, from: Int64 = 0) {
        self.facts.enrolment.append(EnrolmentChange(policy, from: day(from)))
    }

    func level(at number: Int64 = 10) -> Level { Gradient(facts: self.facts).level(at: day(number)) }

    func history(until number: Int64 = 1_000) -> [LevelChange] {
        Gradient(facts: self.facts).history(until: day(number))
    }
}

/// The beginning of a day, counted from the moment 0.
func day(_ number: Int64) -> Timestamp { Timestamp(milliseconds: number * 86_400_000) }

/// The beginning of a day in UTC, as `2019-11-05`.
func date(_ text: String) throws -> Timestamp {
    let date = try Date(text + "T00:00:00Z", strategy: .iso8601)
    return Timestamp(milliseconds: Int64(date.timeIntervalSince1970) * 1_000)
}

extension Name {
    /// A name that is written in a test.
    init(exactly text: String) {
        guard let name = Self(text) else { preconditionFailure("\(text) is no name") }
        self = name
    }
}
