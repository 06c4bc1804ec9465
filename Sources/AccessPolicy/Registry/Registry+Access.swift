import HashTreeCollections
import ReleaseModel

extension Registry {
    func issuing(
        _ content: GrantTerms, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> ControlEvent {
        switch content.subject {
        case .application(let id): _ = try found(self.applications[id], "subject", "application")
        case .organisation(let id): _ = try found(self.organisations[id], "subject", "organisation")
        }
        _ = try found(self.models[content.model], "model", "model")
        for version in content.versions ?? [] {
            let version = try found(self.versions[version], "versions", "version")
            guard version.model == content.model else {
                throw Refusal(.invalidField, field: "versions", "\(version.name) is a version of another model")
            }
        }
        for terms in content.terms { _ = try found(self.terms[terms], "terms", "terms") }
        try Self.check(content, at: now)
        return .grantIssued(Grant(id: GrantID(at: now, using: &generator), content: content, issued: now))
    }

    private static func check(_ content: GrantTerms, at now: Timestamp) throws(Refusal) {
        try Self.checkLists(of: content)
        guard !content.modalities.isEmpty else {
            throw Refusal(.invalidField, field: "modalities", "at least one; an empty list would grant nothing")
        }
        for limit in content.limits.named {
            guard let value = limit.value else { continue }
            guard (1...Limits.maximum).contains(value) else {
                throw Refusal(.invalidField, field: "limits.\(limit.name)", "1 to \(Limits.maximum), or left out")
            }
        }
        guard Set(content.entitlements.map(\.kind)).count == content.entitlements.count else {
            throw Refusal(.invalidField, field: "entitlements", "each right once")
        }
        for entitlement in content.entitlements where entitlement.kind == .pinnedVersion {
            guard let until = entitlement.until, until > now else {
                throw Refusal(
                    .invalidField, field: "entitlements.pinned_version", "a date to come, until which it holds")
            }
        }
        if let expires = content.expires {
            guard expires > now, expires > content.opens ?? now else {
                throw Refusal(.invalidField, field: "expires", "a moment to come, after the grant opens")
            }
        }
    }

    /// An entry has to hold the grant, and nothing is said twice.
    private static func checkLists(of content: GrantTerms) throws(Refusal) {
        func check(_ list: [some Hashable]?, _ field: String) throws(Refusal) {
            guard let list else { return }
            guard list.count <= GrantTerms.maximumListed, Set(list).count == list.count else {
                throw Refusal(.invalidField, field: field, "at most \(GrantTerms.maximumListed), each once")
            }
        }
        try check(content.versions, "versions")
        try check(content.modalities, "modalities")
        try check(content.uses, "uses")
        try check(content.regions, "regions")
        try check(content.terms, "terms")
    }

    func revoking(_ revocation: RevokeGrant) throws(Refusal) -> ControlEvent {
        let grant = try found(self.grants[revocation.grant], "grant", "grant")
        try checkText(revocation.reason, field: "reason")
        guard grant.revoked == nil else { throw Refusal(.nothingToDo, field: "grant", "the grant was revoked before") }
        return .grantRevoked(revocation)
    }

    func issuing(_ key: IssueKey, at now: Timestamp) throws(Refusal) -> ControlEvent {
        switch key.owner {
        case .application(let id):
            _ = try found(self.applications[id], "owner", "application")
            guard key.kind != .person else {
                throw Refusal(
                    .invalidField, field: "kind", "an application's key is api, research, download or service")
            }
        case .person(let id):
            _ = try found(self.people[id], "owner", "person")
            guard key.kind == .person else {
                throw Refusal(.invalidField, field: "kind", "a person's key is of the kind person")
            }
        }
        try self.checkUnused(key.key)
        if let expires = key.expires, expires <= now {
            throw Refusal(.invalidField, field: "expires", "a moment to come")
        }
        return .keyIssued(
            Key(
                id: key.key, kind: key.kind, digest: key.digest, owner: key.owner,
                intent: key.intent ?? .operational, exposure: key.exposure ?? .real, use: key.use, issued: now,
                expires: key.expires))
    }

    func checkUnused(_ key: KeyID) throws(Refusal) {
        guard !self.usedKeys.contains(key) else {
            throw Refusal(.alreadyExists, field: "key", "a key of this identifier was registered before; make another")
        }
    }

    func revoking(_ revocation: RevokeKey) throws(Refusal) -> ControlEvent {
        let key = try found(self.keys[revocation.key], "key", "key in force")
        try checkText(revocation.reason, field: "reason")
        if case .person(let person) = key.owner { try self.checkSomebodyIsHeard(without: key, of: person) }
        return .keyRevoked(revocation)
    }

    /// The last administrator and the last approver keep a key, or nobody could ever open anything again. Whoever lost
    /// that key makes another for themselves first.
    private func checkSomebodyIsHeard(without key: Key, of person: PersonID) throws(Refusal) {
        for role in [Role.admin, .approver] where self.roles(of: person).contains(role) {
            let isHeard = self.keys.values.contains { other in
                guard other.id != key.id, case .person(let owner) = other.owner else { return false }
                return self.roles(of: owner).contains(role)
            }
            guard isHeard else {
                throw Refusal(
                    .invalidField, field: "key",
                    "it is the last key of the last \(role.rawValue); register another first")
            }
        }
    }

    func publishing(
        _ terms: PublishTerms, at now: Timestamp, using generator: inout some RandomNumberGenerator
    ) throws(Refusal) -> ControlEvent {
        guard !self.terms.values.contains(where: { $0.name == terms.name && $0.version == terms.version }) else {
            throw Refusal(.alreadyExists, field: "version", "\(terms.name) \(terms.version) was published before")
        }
        guard terms.url.hasPrefix("https://") || terms.url.hasPrefix("http://") else {
            throw Refusal(.invalidField, field: "url", "an http or https address where the text can be read")
        }
        try checkText(terms.url, field: "url")
        return .termsPublished(
            Terms(
                id: TermsID(at: now, using: &generator), name: terms.name, version: terms.version,
                digest: terms.digest, url: terms.url, published: now))
    }

    func accepting(_ acceptance: AcceptTerms, at now: Timestamp) throws(Refusal) -> ControlEvent {
        _ = try found(self.terms[acceptance.terms], "terms", "terms")
        _ = try found(self.applications[acceptance.application], "application", "application")
        guard self.acceptances[acceptance.application]?[acceptance.terms] == nil else {
            throw Refusal(.nothingToDo, field: "terms", "the application accepted them before")
        }
        return .termsAccepted(
            Acceptance(terms: acceptance.terms, application: acceptance.application, accepted: now))
    }
}
