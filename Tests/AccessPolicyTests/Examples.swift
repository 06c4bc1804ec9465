import ReleaseModel
import StrictJSON

/// One example of every command and of every event, with every field set.
enum Examples {
    static let at = Timestamp(milliseconds: 1_800_000_000_000)
    static let model = ModelID(bits: 1)
    static let version = VersionID(bits: 2)
    static let application = ApplicationID(bits: 3)
    static let organisation = OrganisationID(bits: 4)
    static let person = PersonID(bits: 5)
    static let terms = TermsID(bits: 6)
    static let grant = GrantID(bits: 7)
    static let proposal = ProposalID(bits: 8)
    static let evidence = EvidenceID(bits: 10)

    static func commands() throws -> [Command] {
        let (aurora, eu) = (try name("aurora"), try name("eu"))
        let (digest, key) = (try digest(0xAB), try key("Ab3dEf9h"))
        return [
            .addModel(AddModel(name: aurora, displayName: "Aurora \u{2713}", visibility: .listed)),
            .addVersion(
                AddVersion(
                    model: model, name: try name("aurora-1.0"), upstream: try name("sample"), upstreamModel: "a:1",
                    digests: [digest], parent: version, build: "ci/17")),
            .addComponent(
                AddComponent(
                    version: version, kind: .modelCard, digest: digest, licence: "Apache-2.0", audience: .researchers,
                    availableFrom: at, withheldReason: "until the review is over")),
            .makeCurrent(MakeCurrent(model: model, version: version)),
            .holdModel(HoldModel(model: model, reason: "answers \"oddly\"")),
            .resumeModel(ResumeModel(model: model, reason: "mended")),
            .addOrganisation(AddOrganisation(name: try name("acme"))),
            .addApplication(AddApplication(name: try name("helper"), organisation: organisation)),
            .addPerson(AddPerson(commitment: digest, roles: [.viewer, .approver], key: key, keyDigest: digest)),
            .assignRoles(AssignRoles(person: person, roles: [.releaseManager, .auditor])),
            .erasePerson(ErasePerson(person: person, reason: "asked for it")),
            .enrol(Enrol(application: application, model: model)),
            .openEnrolment(OpenEnrolment(model: model, grant: grant, reason: "the stage is over")),
            .closeEnrolment(CloseEnrolment(model: model, reason: "too many at once")),
            .issueGrant(try grantTerms(region: eu)),
            .revokeGrant(RevokeGrant(grant: grant, reason: "over")),
            .issueKey(
                IssueKey(
                    owner: .application(application), kind: .research, key: key, digest: digest, intent: .research,
                    exposure: .sandbox, use: try name("triage"), expires: at)),
            .revokeKey(RevokeKey(key: key, reason: "lost")),
            .publishTerms(
                PublishTerms(
                    name: try name("usage-policy"), version: try name("2026-11"), digest: digest,
                    url: "https://example.org/terms")),
            .acceptTerms(AcceptTerms(terms: terms, application: application)),
            .attachEvidence(
                AttachEvidence(
                    version: version, subject: digest, kind: try name("red-team-report"), file: digest,
                    method: "40 people, 3 days", issuer: "Red Team Ltd", limits: "no voice", madeAt: at,
                    validUntil: at.advanced(milliseconds: 1))),
            .acceptEvidence(ReviewEvidence(evidence: evidence, file: digest, reasons: "thorough")),
            .refuseEvidence(ReviewEvidence(evidence: evidence, file: digest, reasons: "too few languages")),
            .withdrawEvidence(WithdrawEvidence(evidence: evidence, reason: "the set had leaked")),
            .approve(ApproveProposal(proposal: proposal, digest: digest)),
            .reject(RejectProposal(proposal: proposal, reason: "too wide")),
        ]
    }

    static func entries() throws -> [ControlEntry] {
        try self.events().map { ControlEntry(at: at, by: .person(person), event: $0) }
    }

    static func grantTerms(region: Name) throws -> GrantTerms {
        GrantTerms(
            subject: .organisation(organisation), model: model, versions: [version], intent: .research,
            population: .trusted, modalities: [.api, .hosted], exposure: .sandbox,
            entitlements: [Entitlement(.logprobs), Entitlement(.pinnedVersion, until: at)], uses: [try name("triage")],
            regions: [region], filterProfile: try name("strict"),
            limits: Limits(requestsPerMinute: 60, tokensPerMinute: 90_000, concurrency: 4, maximumOutputTokens: 2_048),
            terms: [terms], opens: at, expires: at.advanced(milliseconds: 1))
    }

    private static func wholeEvidence() throws -> Evidence {
        Evidence(
            id: evidence, version: version, subject: try digest(0xAB), kind: try name("red-team-report"),
            file: try digest(0xAB), method: "40 people, 3 days", issuer: "Red Team Ltd", limits: "no voice",
            madeAt: at, validUntil: at.advanced(milliseconds: 1), by: person, attached: at,
            review: Evidence.Review(verdict: .refused, by: PersonID(bits: 11), at: at, reasons: "no"),
            withdrawal: Evidence.Withdrawal(by: person, at: at, reason: "never mind"))
    }

    private static func events() throws -> [ControlEvent] {
        let (aurora, eu) = (try name("aurora"), try name("eu"))
        let (digest, key) = (try digest(0xAB), try key("Ab3dEf9h"))
        let command = Command.resumeModel(ResumeModel(model: model, reason: "mended"))
        return [
            .modelAdded(Model(id: model, name: aurora, displayName: "Aurora", visibility: .unlisted, added: at)),
            .versionAdded(
                Version(
                    id: version, model: model, name: try name("aurora-1.0"), upstream: try name("sample"),
                    upstreamModel: "a:1", digests: [digest], parent: version, build: "ci/17", added: at)),
            .componentAdded(
                Component(
                    id: ComponentID(bits: 9), version: version, kind: .modelCard, digest: digest,
                    licence: "Apache-2.0", audience: .public, availableFrom: at, withheldReason: "soon")),
            .currentVersionChanged(MakeCurrent(model: model, version: version)),
            .modelHeld(HoldModel(model: model, reason: "wait")),
            .modelResumed(ResumeModel(model: model, reason: "mended")),
            .organisationAdded(Organisation(id: organisation, name: try name("acme"), added: at)),
            .applicationAdded(
                Application(id: application, name: try name("helper"), organisation: organisation, added: at)),
            .personAdded(Person(id: person, commitment: digest, roles: [.viewer, .admin], added: at)),
            .rolesAssigned(AssignRoles(person: person, roles: [.auditor])),
            .personErased(ErasePerson(person: person, reason: "asked for it")),
            .enrolled(Enrolment(application: application, model: model, since: at)),
            .enrolmentOpened(OpenEnrolment(model: model, grant: grant, reason: "the stage is over")),
            .enrolmentClosed(CloseEnrolment(model: model, reason: "too many at once")),
            .grantIssued(Grant(id: grant, content: try grantTerms(region: eu), issued: at, revoked: at)),
            .grantRevoked(RevokeGrant(grant: grant, reason: "over")),
            .keyIssued(
                Key(
                    id: key, kind: .api, digest: digest, owner: .application(application), intent: .operational,
                    exposure: .real, use: try name("triage"), issued: at, expires: at)),
            .keyRevoked(RevokeKey(key: key, reason: "lost")),
            .termsPublished(
                Terms(
                    id: terms, name: try name("usage-policy"), version: try name("2026-11"), digest: digest,
                    url: "https://example.org/terms", published: at)),
            .termsAccepted(Acceptance(terms: terms, application: application, accepted: at)),
            .evidenceAttached(try self.wholeEvidence()),
            .evidenceAccepted(ReviewEvidence(evidence: evidence, file: digest, reasons: "thorough")),
            .evidenceRefused(ReviewEvidence(evidence: evidence, file: digest, reasons: "too few languages")),
            .evidenceWithdrawn(WithdrawEvidence(evidence: evidence, reason: "the set had leaked")),
            .proposalMade(Proposal(id: proposal, command: command, digest: digest, by: person, lapses: at)),
            .proposalApproved(ApproveProposal(proposal: proposal, digest: digest)),
            .proposalRejected(RejectProposal(proposal: proposal, reason: "too wide")),
            .accessLogCheckpointed(AccessLogCheckpoint(note: "access\n7\nroot\n\n\u{2014} access signature\n")),
            .rolloutDrafted(
                RolloutDraft(rollout: RolloutID(bits: 9), plan: ["kind": "ReleasePlan"], seedCommitment: digest)),
            .rolloutChanged(RolloutChange(rollout: RolloutID(bits: 9), entry: ["kind": "rollout.command"])),
            .seedRevealed(SeedReveal(rollout: RolloutID(bits: 9), seed: String(repeating: "0", count: 64))),
            .rollbackDrilled(RollbackDrill(rounds: 100, p99: 12)),
        ]
    }
}

/// A text that should have been readable was not.
struct Unreadable: Error {
    var text: String
}

func name(_ text: String) throws -> Name {
    guard let name = Name(text) else { throw Unreadable(text: text) }
    return name
}

func digest(_ byte: UInt8) throws -> ContentDigest {
    guard let digest = ContentDigest(bytes: repeatElement(byte, count: 32)) else { throw Unreadable(text: "\(byte)") }
    return digest
}

func key(_ text: String) throws -> KeyID {
    guard let key = KeyID(text.utf8) else { throw Unreadable(text: text) }
    return key
}
