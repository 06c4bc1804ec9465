import AccessPolicy
import HashTreeCollections
import ReleaseModel
import SluiceTesting

extension History {
    /// How often each kind is given: what everything else needs, and approvals, more than the rest.
    private static let weights: [(Command.Kind, Int)] = [
        (.addModel, 5), (.addVersion, 8), (.addComponent, 3), (.makeCurrent, 7), (.holdModel, 3), (.resumeModel, 4),
        (.addOrganisation, 2), (.addApplication, 9), (.addPerson, 4), (.assignRoles, 5), (.erasePerson, 2),
        (.enrol, 10), (.openEnrolment, 5), (.closeEnrolment, 1), (.issueGrant, 16), (.revokeGrant, 3), (.issueKey, 8),
        (.revokeKey, 2), (.publishTerms, 2),
        (.acceptTerms, 4), (.attachEvidence, 6), (.acceptEvidence, 5), (.refuseEvidence, 2), (.withdrawEvidence, 2),
        (.approve, 30), (.reject, 3),
    ]
    private static let kinds = Self.weights.flatMap { Array(repeating: $0.0, count: $0.1) }

    mutating func command() -> Command {
        switch self.generator.pick(Self.kinds) {
        case .addModel:
            .addModel(
                AddModel(
                    name: self.name("model"), displayName: self.text(),
                    visibility: self.generator.pick(Model.Visibility.allCases)))
        case .addVersion: .addVersion(self.addVersion())
        case .addComponent: .addComponent(self.addComponent())
        case .makeCurrent: .makeCurrent(self.makeCurrent())
        case .holdModel: .holdModel(HoldModel(model: self.model(), reason: self.text()))
        case .resumeModel: .resumeModel(self.resumption())
        case .addOrganisation: .addOrganisation(AddOrganisation(name: self.name("organisation")))
        case .addApplication:
            .addApplication(
                AddApplication(
                    name: self.name("application"),
                    organisation: self.generator.chance(50) ? self.organisation() : nil))
        case .addPerson:
            .addPerson(
                AddPerson(
                    commitment: self.digest(), roles: self.roles(), key: self.someKey(), keyDigest: self.digest()))
        case .assignRoles: .assignRoles(self.assignment())
        case .erasePerson: .erasePerson(ErasePerson(person: self.person(), reason: self.text()))
        case .enrol: .enrol(self.enrolment())
        case .openEnrolment: .openEnrolment(self.enrolmentOpening())
        case .closeEnrolment: .closeEnrolment(CloseEnrolment(model: self.openModel(), reason: self.text()))
        case .issueGrant: .issueGrant(self.grantTerms())
        case .revokeGrant: .revokeGrant(RevokeGrant(grant: self.grant(), reason: self.text()))
        case .issueKey: .issueKey(self.issueKey())
        case .revokeKey: .revokeKey(RevokeKey(key: self.keyInForce(), reason: self.text()))
        case .publishTerms:
            .publishTerms(
                PublishTerms(
                    name: self.name("terms"), version: self.name("version"), digest: self.digest(),
                    url: self.generator.pick(["https://example.org/t", "http://example.org", "ftp://x", ""])))
        case .acceptTerms: .acceptTerms(AcceptTerms(terms: self.terms(), application: self.application()))
        case .attachEvidence: .attachEvidence(self.attachment())
        case .acceptEvidence: .acceptEvidence(self.review())
        case .refuseEvidence: .refuseEvidence(self.review())
        case .withdrawEvidence:
            .withdrawEvidence(WithdrawEvidence(evidence: self.evidence(), reason: self.text()))
        case .approve: .approve(self.approval())
        case .reject: .reject(RejectProposal(proposal: self.proposal(), reason: self.text()))
        }
    }

    private mutating func addVersion() -> AddVersion {
        let count = self.generator.pick([0, 1, 2, 64, 65])
        return AddVersion(
            model: self.model(), name: self.name("version"), upstream: Sample.upstream, upstreamModel: self.text(),
            digests: self.generator.chance(50) ? (0..<count).map { _ in self.digest() } : nil,
            parent: self.generator.chance(30) ? self.version() : nil,
            build: self.generator.chance(30) ? self.text() : nil)
    }

    private mutating func addComponent() -> AddComponent {
        AddComponent(
            version: self.version(), kind: self.generator.pick(ComponentKind.allCases),
            digest: self.generator.chance(60) ? self.digest() : nil,
            licence: self.generator.chance(50) ? self.text() : nil,
            audience: self.generator.pick(Audience.allCases),
            availableFrom: self.generator.chance(30) ? self.moment() : nil,
            withheldReason: self.generator.chance(50) ? self.text() : nil)
    }

    private mutating func attachment() -> AttachEvidence {
        let version = self.version()
        let digests = self.registry.versions[version]?.digests ?? []
        let subject = digests.isEmpty || self.generator.chance(20) ? self.digest() : self.generator.pick(digests)
        return AttachEvidence(
            version: version, subject: self.generator.chance(20) ? subject : nil,
            kind: self.generator.pick(Sample.kinds), file: self.digest(), method: self.text(), issuer: self.text(),
            limits: self.text(),
            madeAt: self.generator.chance(90) ? self.now.advanced(milliseconds: -3_600_000) : self.moment(),
            validUntil: self.generator.chance(80) ? self.now.advanced(days: 20) : self.moment())
    }

    private mutating func review() -> ReviewEvidence {
        let evidence = self.evidence()
        let file = self.registry.evidence[evidence]?.file
        return ReviewEvidence(
            evidence: evidence, file: self.generator.chance(95) ? file ?? self.digest() : self.digest(),
            reasons: self.text())
    }

    private mutating func makeCurrent() -> MakeCurrent {
        let version = self.version()
        guard let model = self.registry.versions[version]?.model, self.generator.chance(90) else {
            return MakeCurrent(model: self.model(), version: version)
        }
        return MakeCurrent(model: model, version: version)
    }

    private mutating func resumption() -> ResumeModel {
        let held = self.registry.held.keys.sorted()
        let model = held.isEmpty || self.generator.chance(10) ? self.model() : self.generator.pick(held)
        return ResumeModel(model: model, reason: self.text())
    }

    private mutating func enrolmentOpening() -> OpenEnrolment {
        let wide = self.registry.grants.values.filter {
            $0.content.population == .everyone && !$0.content.modalities.contains(.weights)
        }.sorted { $0.id < $1.id }
        let grant = wide.isEmpty || self.generator.chance(10) ? nil : self.generator.pick(wide)
        return OpenEnrolment(
            model: grant?.content.model ?? self.model(), grant: grant?.id ?? self.grant(), reason: self.text())
    }

    /// Mostly of somebody new, where enrolment is open.
    private mutating func enrolment() -> Enrol {
        let model = self.openModel()
        let strangers = self.registry.applications.values.filter { application in
            application.organisation == nil && self.registry.grants(of: .application(application.id)).isEmpty
        }.sorted { $0.id < $1.id }
        let stranger = strangers.isEmpty || self.generator.chance(20) ? nil : self.generator.pick(strangers)
        return Enrol(application: stranger?.id ?? self.application(), model: model)
    }

    private mutating func openModel() -> ModelID {
        let open = self.registry.models.keys.filter { self.registry.enrolmentGrant(for: $0, at: self.now) != nil }
        return open.isEmpty || self.generator.chance(10) ? self.model() : self.generator.pick(open.sorted())
    }

    private mutating func assignment() -> AssignRoles {
        let person = self.person()
        guard self.generator.chance(30) else { return AssignRoles(person: person, roles: self.roles()) }
        return AssignRoles(person: person, roles: Array(self.registry.roles(of: person).dropLast()))
    }

    private mutating func someKey() -> KeyID {
        guard self.generator.chance(8) else { return self.unusedKey() }
        return self.generator.pick(self.registry.usedKeys.sorted { $0.packed < $1.packed })
    }

    private mutating func keyInForce() -> KeyID {
        let keys = self.registry.keys.keys.sorted { $0.packed < $1.packed }
        return keys.isEmpty ? self.unusedKey() : self.generator.pick(keys)
    }

    private mutating func issueKey() -> IssueKey {
        let isPerson = self.generator.chance(30)
        let suits = self.generator.chance(90)
        return IssueKey(
            owner: isPerson ? .person(self.person()) : .application(self.application()),
            kind: suits ? (isPerson ? .person : .api) : self.generator.pick(KeyKind.allCases),
            key: self.someKey(), digest: self.digest(),
            intent: self.generator.chance(20) ? self.generator.pick(Intent.allCases) : nil,
            exposure: self.generator.chance(20) ? self.generator.pick(Exposure.allCases) : nil,
            use: self.generator.chance(20) ? self.generator.pick(Sample.uses) : nil,
            expires: self.generator.chance(20) ? self.moment() : nil)
    }

    private mutating func approval() -> ApproveProposal {
        let proposal = self.proposal()
        guard let seen = self.registry.proposals[proposal]?.digest, self.generator.chance(92) else {
            return ApproveProposal(proposal: proposal, digest: self.digest())
        }
        return ApproveProposal(proposal: proposal, digest: seen)
    }

    private mutating func grantTerms() -> GrantTerms {
        let isWide = self.generator.chance(70)
        var content = GrantTerms(
            subject: self.generator.chance(75)
                ? .application(self.application()) : .organisation(self.organisation()),
            model: self.model())
        if self.generator.chance(50) {
            content.entitlements = [
                Entitlement(.pinnedVersion, until: self.generator.chance(90) ? self.now.advanced(days: 300) : nil)
            ]
        }
        guard !isWide else {
            if self.generator.chance(40) { content.population = .everyone }
            return content
        }
        if self.generator.chance(30) { content.versions = (0..<self.generator.below(3)).map { _ in self.version() } }
        content.intent = self.generator.pick(Intent.allCases)
        content.population = self.generator.pick(Population.allCases)
        content.modalities = Modality.allCases.filter { _ in self.generator.chance(60) }
        content.exposure = self.generator.pick(Exposure.allCases)
        content.entitlements += EntitlementKind.allCases.filter { _ in self.generator.chance(15) }.map { kind in
            Entitlement(kind, until: self.generator.chance(30) ? self.moment() : nil)
        }
        if self.generator.chance(30) { content.uses = Sample.uses }
        if self.generator.chance(30) { content.regions = Sample.regions }
        if self.generator.chance(30) { content.filterProfile = self.name("filter") }
        if self.generator.chance(40) {
            content.limits.requestsPerMinute = self.generator.pick([0, 1, 60, 2_000_000_000])
        }
        if self.generator.chance(40) { content.terms = [self.terms()] }
        if self.generator.chance(20) { content.opens = self.moment() }
        if self.generator.chance(30) { content.expires = self.moment() }
        return content
    }
}

extension Timestamp {
    func advanced(days: Int64) -> Timestamp { self.advanced(milliseconds: days * 24 * 3_600_000) }
}
