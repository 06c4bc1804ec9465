import ReleaseModel

// A command in plain words: what a second person reads before they approve.

extension Command {
    /// What it does, in a sentence.
    var sentence: String {
        switch self {
        case .addModel: "adds a model"
        case .addVersion: "adds a version of a model"
        case .addComponent(let content):
            content.audience == .internal
                ? "registers a component of a version" : "gives a component of a version to an audience"
        case .makeCurrent: "makes a version the one that serves under the model's name"
        case .holdModel: "closes a model to everybody"
        case .resumeModel: "lifts the hold of a model"
        case .addOrganisation: "adds an organisation"
        case .addApplication: "adds an application"
        case .addPerson: "adds a person with roles and a key"
        case .assignRoles: "gives a person exactly these roles"
        case .erasePerson: "forgets a person"
        case .enrol: "puts an application on a model's waiting list, or lets it in while enrolment is open"
        case .openEnrolment: "lets in every application that asks, by grants like this one"
        case .closeEnrolment: "lets nobody in any more who asks"
        case .issueGrant: "lets an application use a model"
        case .revokeGrant: "takes a grant back"
        case .issueKey: "registers a key"
        case .revokeKey: "takes a key back"
        case .publishTerms: "publishes terms"
        case .acceptTerms: "accepts terms"
        case .attachEvidence: "attaches evidence to a version"
        case .acceptEvidence: "finds evidence to be enough"
        case .refuseEvidence: "finds that evidence is not enough"
        case .withdrawEvidence: "takes evidence back"
        case .approve: "approves a proposal"
        case .reject: "ends a proposal"
        }
    }

    /// The things that it names, so that their names can be shown.
    var references: [(things: Things, id: String)] {
        switch self {
        case .addVersion(let content): [(.models, content.model.description)]
        case .addComponent(let content): [(.versions, content.version.description)]
        case .makeCurrent(let content):
            [(.models, content.model.description), (.versions, content.version.description)]
        case .holdModel(let content): [(.models, content.model.description)]
        case .resumeModel(let content): [(.models, content.model.description)]
        case .addApplication(let content): content.organisation.map { [(.organisations, $0.description)] } ?? []
        case .enrol(let content):
            [(.applications, content.application.description), (.models, content.model.description)]
        case .openEnrolment(let content): [(.models, content.model.description)]
        case .closeEnrolment(let content): [(.models, content.model.description)]
        case .issueGrant(let content): content.references
        case .issueKey(let content):
            if case .application(let id) = content.owner { [(.applications, id.description)] } else { [] }
        case .acceptTerms(let content):
            [(.terms, content.terms.description), (.applications, content.application.description)]
        case .attachEvidence(let content): [(.versions, content.version.description)]
        case .addModel, .addOrganisation, .addPerson, .assignRoles, .erasePerson, .revokeGrant, .revokeKey,
            .publishTerms, .acceptEvidence, .refuseEvidence, .withdrawEvidence, .approve, .reject:
            []
        }
    }

    /// Every field of it, for people. Nothing is left out: what is approved is all of it.
    func fields(_ names: Names) -> [(name: String, value: String)] {
        switch self {
        case .addModel(let content):
            [
                ("name", content.name.text), ("display name", content.displayName),
                ("visibility", content.visibility.rawValue),
            ]
        case .addVersion(let content):
            [
                ("model", names.long(content.model)), ("name", content.name.text), ("upstream", content.upstream.text),
                ("upstream model", content.upstreamModel), ("digests", Words.list(content.digests, orIfNil: "none")),
                ("parent", content.parent.map(names.long) ?? "none"), ("build", content.build ?? "not named"),
            ]
        case .addComponent(let content): content.fields(names)
        case .makeCurrent(let content):
            [("model", names.long(content.model)), ("version", names.long(content.version))]
        case .holdModel(let content): [("model", names.long(content.model)), ("reason", content.reason)]
        case .resumeModel(let content): [("model", names.long(content.model)), ("reason", content.reason)]
        case .addOrganisation(let content): [("name", content.name.text)]
        case .addApplication(let content):
            [("name", content.name.text), ("organisation", content.organisation.map(names.long) ?? "none")]
        case .addPerson(let content):
            [
                ("roles", Words.roles(content.roles)), ("key", "slp_\(content.key)"),
                ("key digest", content.keyDigest.description), ("record", content.commitment.description),
            ]
        case .assignRoles(let content):
            [("person", content.person.description), ("roles from then on", Words.roles(content.roles))]
        case .erasePerson(let content): [("person", content.person.description), ("reason", content.reason)]
        case .enrol(let content):
            [("application", names.long(content.application)), ("model", names.long(content.model))]
        case .openEnrolment(let content):
            [
                ("model", names.long(content.model)), ("grants like", content.grant.description),
                ("reason", content.reason),
            ]
        case .closeEnrolment(let content): [("model", names.long(content.model)), ("reason", content.reason)]
        case .issueGrant(let content): content.fields(names)
        case .revokeGrant(let content): [("grant", content.grant.description), ("reason", content.reason)]
        case .issueKey(let content): content.fields(names)
        case .revokeKey(let content): [("key", content.key.description), ("reason", content.reason)]
        case .publishTerms(let content):
            [
                ("terms", "\(content.name)@\(content.version)"), ("text", content.digest.description),
                ("address", content.url),
            ]
        case .acceptTerms(let content):
            [("terms", names.long(content.terms)), ("application", names.long(content.application))]
        case .attachEvidence(let content): content.fields(names)
        case .acceptEvidence(let content), .refuseEvidence(let content):
            [
                ("evidence", content.evidence.description), ("file", content.file.description),
                ("reasons", content.reasons),
            ]
        case .withdrawEvidence(let content):
            [("evidence", content.evidence.description), ("reason", content.reason)]
        case .approve(let content):
            [("proposal", content.proposal.description), ("digest", content.digest.description)]
        case .reject(let content): [("proposal", content.proposal.description), ("reason", content.reason)]
        }
    }
}

extension AddComponent {
    fileprivate func fields(_ names: Names) -> [(name: String, value: String)] {
        [
            ("version", names.long(self.version)), ("kind", self.kind.rawValue),
            ("content", self.digest?.description ?? "not named"), ("licence", self.licence ?? "not named"),
            ("audience", self.audience.rawValue),
            ("available from", self.availableFrom.map(Moment.text) ?? "at once"),
            ("withheld because", self.withheldReason ?? "it is not withheld"),
        ]
    }
}

extension AttachEvidence {
    fileprivate func fields(_ names: Names) -> [(name: String, value: String)] {
        [
            ("version", names.long(self.version)), ("made with", self.subject?.description ?? "the version as a whole"),
            ("kind", self.kind.text), ("file", self.file.description), ("method", self.method),
            ("issuer", self.issuer), ("does not show", self.limits), ("made", Moment.text(self.madeAt)),
            ("holds until", Moment.text(self.validUntil)),
        ]
    }
}

extension IssueKey {
    fileprivate func fields(_ names: Names) -> [(name: String, value: String)] {
        let owner =
            switch self.owner {
            case .application(let id): names.long(id)
            case .person(let id): id.description
            }
        return [
            ("for", owner), ("kind", self.kind.word), ("key", "\(self.kind.rawValue)_\(self.key)"),
            ("digest", self.digest.description), ("intent", (self.intent ?? .operational).rawValue),
            ("exposure", (self.exposure ?? .real).rawValue), ("use", self.use?.text ?? "not declared"),
            ("expires", self.expires.map(Moment.text) ?? "when it is revoked"),
        ]
    }
}

extension GrantTerms {
    /// The things that a grant names.
    var references: [(things: Things, id: String)] {
        let subject: (Things, String) =
            switch self.subject {
            case .application(let id): (.applications, id.description)
            case .organisation(let id): (.organisations, id.description)
            }
        return [subject, (.models, self.model.description)]
            + (self.versions ?? []).map { (.versions, $0.description) } + self.terms.map { (.terms, $0.description) }
    }

    /// Every term of a grant, for people.
    func fields(_ names: Names) -> [(name: String, value: String)] {
        let subject =
            switch self.subject {
            case .application(let id): names.long(id)
            case .organisation(let id): "every application of \(names.long(id))"
            }
        return [
            ("who", subject), ("model", names.long(self.model)),
            ("versions", self.versions.map { Words.list($0.map(names.long)) } ?? "whichever is current"),
            ("intent", self.intent.rawValue), ("population", self.population.rawValue),
            ("by", Words.list(self.modalities.map(\.rawValue))), ("exposure", self.exposure.rawValue),
            ("rights beyond ordinary use", Words.list(self.entitlements.map(Words.entitlement))),
            ("fields that need another right", (self.unentitledFields ?? .refuse).rawValue),
            ("declared uses", self.uses.map { Words.list($0) } ?? "any"),
            ("regions", self.regions.map { Words.list($0) } ?? "any"),
            ("filters", self.filterProfile?.text ?? "none"), ("limits", Words.limits(self.limits)),
            ("terms to accept first", Words.list(self.terms.map(names.long))),
            ("opens", self.opens.map(Moment.text) ?? "at once"),
            ("expires", self.expires.map(Moment.text) ?? "when it is revoked"),
        ]
    }
}

/// Small values in words.
enum Words {
    static func list(_ values: [some CustomStringConvertible]?, orIfNil absent: String = "none") -> String {
        guard let values else { return absent }
        return values.isEmpty ? "none" : values.map(\.description).joined(separator: ", ")
    }

    static func roles(_ roles: [Role]) -> String { Self.list(roles.map(\.rawValue)) }

    static func entitlement(_ entitlement: Entitlement) -> String {
        entitlement.kind.rawValue + (entitlement.until.map { " until \(Moment.text($0))" } ?? "")
    }

    static func limits(_ limits: Limits) -> String {
        let set = limits.named.compactMap { limit in
            limit.value.map { "\($0) \(limit.name.replacing("_", with: " "))" }
        }
        return set.isEmpty ? "none" : set.joined(separator: ", ")
    }
}
