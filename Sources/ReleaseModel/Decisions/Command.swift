/// What somebody asks the control plane to decide. On the wire an object with `command` and that command's fields.
///
/// A command is a proposal's content too: what a second person approves is its canonical form, by digest.
public enum Command: Hashable, Sendable {
    case addModel(AddModel)
    case addVersion(AddVersion)
    case addComponent(AddComponent)
    case makeCurrent(MakeCurrent)
    case holdModel(HoldModel)
    case resumeModel(ResumeModel)
    case addOrganisation(AddOrganisation)
    case addApplication(AddApplication)
    case addPerson(AddPerson)
    case assignRoles(AssignRoles)
    case erasePerson(ErasePerson)
    case enrol(Enrol)
    case openEnrolment(OpenEnrolment)
    case closeEnrolment(CloseEnrolment)
    case issueGrant(GrantTerms)
    case revokeGrant(RevokeGrant)
    case issueKey(IssueKey)
    case revokeKey(RevokeKey)
    case publishTerms(PublishTerms)
    case acceptTerms(AcceptTerms)
    case attachEvidence(AttachEvidence)
    case acceptEvidence(ReviewEvidence)
    case refuseEvidence(ReviewEvidence)
    case withdrawEvidence(WithdrawEvidence)
    case approve(ApproveProposal)
    case reject(RejectProposal)
}

extension Command: Codable {
    /// Every command's name on the wire; never renamed.
    public enum Kind: String, Codable, CaseIterable, Hashable, Sendable {
        case addModel = "model.add"
        case addVersion = "version.add"
        case addComponent = "component.add"
        case makeCurrent = "version.make_current"
        case holdModel = "model.hold"
        case resumeModel = "model.resume"
        case addOrganisation = "organisation.add"
        case addApplication = "application.add"
        case addPerson = "person.add"
        case assignRoles = "person.assign_roles"
        case erasePerson = "person.erase"
        case enrol = "application.enrol"
        case openEnrolment = "enrolment.open"
        case closeEnrolment = "enrolment.close"
        case issueGrant = "grant.issue"
        case revokeGrant = "grant.revoke"
        case issueKey = "key.issue"
        case revokeKey = "key.revoke"
        case publishTerms = "terms.publish"
        case acceptTerms = "terms.accept"
        case attachEvidence = "evidence.attach"
        case acceptEvidence = "evidence.accept"
        case refuseEvidence = "evidence.refuse"
        case withdrawEvidence = "evidence.withdraw"
        case approve = "proposal.approve"
        case reject = "proposal.reject"
    }

    private enum CodingKeys: String, CodingKey {
        case command, content
    }

    /// The command's name on the wire.
    public var kind: Kind {
        switch self {
        case .addModel: .addModel
        case .addVersion: .addVersion
        case .addComponent: .addComponent
        case .makeCurrent: .makeCurrent
        case .holdModel: .holdModel
        case .resumeModel: .resumeModel
        case .addOrganisation: .addOrganisation
        case .addApplication: .addApplication
        case .addPerson: .addPerson
        case .assignRoles: .assignRoles
        case .erasePerson: .erasePerson
        case .enrol: .enrol
        case .openEnrolment: .openEnrolment
        case .closeEnrolment: .closeEnrolment
        case .issueGrant: .issueGrant
        case .revokeGrant: .revokeGrant
        case .issueKey: .issueKey
        case .revokeKey: .revokeKey
        case .publishTerms: .publishTerms
        case .acceptTerms: .acceptTerms
        case .attachEvidence: .attachEvidence
        case .acceptEvidence: .acceptEvidence
        case .refuseEvidence: .refuseEvidence
        case .withdrawEvidence: .withdrawEvidence
        case .approve: .approve
        case .reject: .reject
        }
    }

    /// Reads `{"command": name, "content": {…}}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func content<T: Decodable>(_ type: T.Type = T.self) throws -> T {
            try container.decode(T.self, forKey: .content)
        }
        switch try container.decode(Kind.self, forKey: .command) {
        case .addModel: self = .addModel(try content())
        case .addVersion: self = .addVersion(try content())
        case .addComponent: self = .addComponent(try content())
        case .makeCurrent: self = .makeCurrent(try content())
        case .holdModel: self = .holdModel(try content())
        case .resumeModel: self = .resumeModel(try content())
        case .addOrganisation: self = .addOrganisation(try content())
        case .addApplication: self = .addApplication(try content())
        case .addPerson: self = .addPerson(try content())
        case .assignRoles: self = .assignRoles(try content())
        case .erasePerson: self = .erasePerson(try content())
        case .enrol: self = .enrol(try content())
        case .openEnrolment: self = .openEnrolment(try content())
        case .closeEnrolment: self = .closeEnrolment(try content())
        case .issueGrant: self = .issueGrant(try content())
        case .revokeGrant: self = .revokeGrant(try content())
        case .issueKey: self = .issueKey(try content())
        case .revokeKey: self = .revokeKey(try content())
        case .publishTerms: self = .publishTerms(try content())
        case .acceptTerms: self = .acceptTerms(try content())
        case .attachEvidence: self = .attachEvidence(try content())
        case .acceptEvidence: self = .acceptEvidence(try content())
        case .refuseEvidence: self = .refuseEvidence(try content())
        case .withdrawEvidence: self = .withdrawEvidence(try content())
        case .approve: self = .approve(try content())
        case .reject: self = .reject(try content())
        }
    }

    /// Writes `{"command": name, "content": {…}}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.kind, forKey: .command)
        switch self {
        case .addModel(let content): try container.encode(content, forKey: .content)
        case .addVersion(let content): try container.encode(content, forKey: .content)
        case .addComponent(let content): try container.encode(content, forKey: .content)
        case .makeCurrent(let content): try container.encode(content, forKey: .content)
        case .holdModel(let content): try container.encode(content, forKey: .content)
        case .resumeModel(let content): try container.encode(content, forKey: .content)
        case .addOrganisation(let content): try container.encode(content, forKey: .content)
        case .addApplication(let content): try container.encode(content, forKey: .content)
        case .addPerson(let content): try container.encode(content, forKey: .content)
        case .assignRoles(let content): try container.encode(content, forKey: .content)
        case .erasePerson(let content): try container.encode(content, forKey: .content)
        case .enrol(let content): try container.encode(content, forKey: .content)
        case .openEnrolment(let content): try container.encode(content, forKey: .content)
        case .closeEnrolment(let content): try container.encode(content, forKey: .content)
        case .issueGrant(let content): try container.encode(content, forKey: .content)
        case .revokeGrant(let content): try container.encode(content, forKey: .content)
        case .issueKey(let content): try container.encode(content, forKey: .content)
        case .revokeKey(let content): try container.encode(content, forKey: .content)
        case .publishTerms(let content): try container.encode(content, forKey: .content)
        case .acceptTerms(let content): try container.encode(content, forKey: .content)
        case .attachEvidence(let content): try container.encode(content, forKey: .content)
        case .acceptEvidence(let content): try container.encode(content, forKey: .content)
        case .refuseEvidence(let content): try container.encode(content, forKey: .content)
        case .withdrawEvidence(let content): try container.encode(content, forKey: .content)
        case .approve(let content): try container.encode(content, forKey: .content)
        case .reject(let content): try container.encode(content, forKey: .content)
        }
    }
}
