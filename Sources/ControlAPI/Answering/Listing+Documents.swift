import AccessPolicy
import HashTreeCollections
import ReleaseModel
import StrictJSON

// Each thing as the ledger wrote it, and beside that what the registry knows of it by now.
extension Listing {
    func described(_ model: Model) throws -> [String: JSONValue] {
        var members = try Self.encoded(model)
        members["current"] = self.registry.current[model.id].map { .string($0.description) }
        members["held"] = self.registry.held[model.id].map { .string($0) }
        if self.registry.enrolmentGrant(for: model.id, at: self.call.now) != nil {
            members["enrolment"] = try self.registry.enrolmentPeriods[model.id]?.last.map {
                try JSONValue(encoding: $0)
            }
        }
        return members
    }

    func described(_ version: Version, history: Bool) throws -> [String: JSONValue] {
        let levels = LevelDocument.members(
            of: version, in: self.registry, self.book, at: self.call.now, history: history)
        var members = try Self.encoded(version).merging(levels, uniquingKeysWith: { own, _ in own })
        members["is_current"] = .bool(self.registry.current[version.model] == version.id)
        return members
    }

    func described(_ component: Component) throws -> [String: JSONValue] { try Self.encoded(component) }

    func described(_ organisation: Organisation) throws -> [String: JSONValue] { try Self.encoded(organisation) }

    func described(_ application: Application) throws -> [String: JSONValue] {
        var members = try Self.encoded(application)
        let enrolments = (self.registry.enrolments[application.id] ?? [:]).values.sorted { $0.model < $1.model }
        members["enrolments"] = .array(
            enrolments.map { ["model": .string($0.model.description), "since": .integer($0.since.milliseconds)] })
        let acceptances = (self.registry.acceptances[application.id] ?? [:]).values.sorted { $0.terms < $1.terms }
        members["acceptances"] = .array(
            acceptances.map {
                ["terms": .string($0.terms.description), "accepted": .integer($0.accepted.milliseconds)]
            })
        return members
    }

    func described(_ person: Person) throws -> [String: JSONValue] { try Self.encoded(person) }

    func described(_ grant: Grant) throws -> [String: JSONValue] {
        var members = try Self.encoded(grant)
        members["state"] = .string(GrantState(of: grant, at: self.call.now).rawValue)
        return members
    }

    func described(_ terms: Terms) throws -> [String: JSONValue] { try Self.encoded(terms) }

    func described(_ evidence: Evidence) throws -> [String: JSONValue] {
        var members = try Self.encoded(evidence)
        members["state"] = .string(evidence.state(at: self.call.now).rawValue)
        return members
    }

    func described(_ proposal: Proposal) throws -> [String: JSONValue] {
        var members = try Self.encoded(proposal)
        members["has_lapsed"] = .bool(self.call.now >= proposal.lapses)
        return members
    }

    /// A key without its digest, which is nobody's business.
    static func described(_ key: Key) throws -> JSONValue {
        var members = try Self.encoded(key)
        members["digest"] = nil
        return .object(members)
    }

    private static func encoded(_ value: some Encodable) throws -> [String: JSONValue] {
        Self.members(try JSONValue(encoding: value))
    }
}

/// Where a grant is in its life.
enum GrantState: String, CaseIterable, Hashable, Sendable {
    case waiting, open, expired, revoked

    init(of grant: Grant, at now: Timestamp) {
        if grant.revoked != nil {
            self = .revoked
        } else if let expires = grant.content.expires, now >= expires {
            self = .expired
        } else if let opens = grant.content.opens, now < opens {
            self = .waiting
        } else {
            self = .open
        }
    }
}
