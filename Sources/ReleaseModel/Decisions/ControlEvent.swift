/// Something that was decided. State is the fold of these and nothing else.
public enum ControlEvent: Hashable, Sendable {
    case modelAdded(Model)
    case versionAdded(Version)
    case componentAdded(Component)
    case currentVersionChanged(MakeCurrent)
    case modelHeld(HoldModel)
    case modelResumed(ResumeModel)
    case organisationAdded(Organisation)
    case applicationAdded(Application)
    case personAdded(Person)
    case rolesAssigned(AssignRoles)
    case personErased(ErasePerson)
    case enrolled(Enrolment)
    case enrolmentOpened(OpenEnrolment)
    case enrolmentClosed(CloseEnrolment)
    case grantIssued(Grant)
    case grantRevoked(RevokeGrant)
    case keyIssued(Key)
    case keyRevoked(RevokeKey)
    case termsPublished(Terms)
    case termsAccepted(Acceptance)
    case evidenceAttached(Evidence)
    case evidenceAccepted(ReviewEvidence)
    case evidenceRefused(ReviewEvidence)
    case evidenceWithdrawn(WithdrawEvidence)
    case proposalMade(Proposal)
    case proposalApproved(ApproveProposal)
    case proposalRejected(RejectProposal)
    case accessLogCheckpointed(AccessLogCheckpoint)
    case rolloutDrafted(RolloutDraft)
    case rolloutChanged(RolloutChange)
    case seedRevealed(SeedReveal)
    case rollbackDrilled(RollbackDrill)
}

/// The access log's signed head, so that the control log's head covers both logs.
public struct AccessLogCheckpoint: Codable, Hashable, Sendable {
    /// The signed note, as it was published (C2SP tlog-checkpoint).
    public var note: String

    /// A head.
    public init(note: String) {
        self.note = note
    }
}

extension ControlEvent: Codable {
    /// Every event's name in the ledger; never renamed.
    public enum Kind: String, Codable, CaseIterable, Hashable, Sendable {
        case modelAdded = "model.added"
        case versionAdded = "version.added"
        case componentAdded = "component.added"
        case currentVersionChanged = "version.made_current"
        case modelHeld = "model.held"
        case modelResumed = "model.resumed"
        case organisationAdded = "organisation.added"
        case applicationAdded = "application.added"
        case personAdded = "person.added"
        case rolesAssigned = "person.roles_assigned"
        case personErased = "person.erased"
        case enrolled = "application.enrolled"
        case enrolmentOpened = "enrolment.opened"
        case enrolmentClosed = "enrolment.closed"
        case grantIssued = "grant.issued"
        case grantRevoked = "grant.revoked"
        case keyIssued = "key.issued"
        case keyRevoked = "key.revoked"
        case termsPublished = "terms.published"
        case termsAccepted = "terms.accepted"
        case evidenceAttached = "evidence.attached"
        case evidenceAccepted = "evidence.accepted"
        case evidenceRefused = "evidence.refused"
        case evidenceWithdrawn = "evidence.withdrawn"
        case proposalMade = "proposal.made"
        case proposalApproved = "proposal.approved"
        case proposalRejected = "proposal.rejected"
        case accessLogCheckpointed = "access_log.checkpointed"
        case rolloutDrafted = "rollout.drafted"
        case rolloutChanged = "rollout.changed"
        case seedRevealed = "rollout.seed_revealed"
        case rollbackDrilled = "rollout.drilled"
    }

    private enum CodingKeys: String, CodingKey {
        case kind, content
    }

    /// The event's name in the ledger.
    public var kind: Kind {
        switch self {
        case .modelAdded: .modelAdded
        case .versionAdded: .versionAdded
        case .componentAdded: .componentAdded
        case .currentVersionChanged: .currentVersionChanged
        case .modelHeld: .modelHeld
        case .modelResumed: .modelResumed
        case .organisationAdded: .organisationAdded
        case .applicationAdded: .applicationAdded
        case .personAdded: .personAdded
        case .rolesAssigned: .rolesAssigned
        case .personErased: .personErased
        case .enrolled: .enrolled
        case .enrolmentOpened: .enrolmentOpened
        case .enrolmentClosed: .enrolmentClosed
        case .grantIssued: .grantIssued
        case .grantRevoked: .grantRevoked
        case .keyIssued: .keyIssued
        case .keyRevoked: .keyRevoked
        case .termsPublished: .termsPublished
        case .termsAccepted: .termsAccepted
        case .evidenceAttached: .evidenceAttached
        case .evidenceAccepted: .evidenceAccepted
        case .evidenceRefused: .evidenceRefused
        case .evidenceWithdrawn: .evidenceWithdrawn
        case .proposalMade: .proposalMade
        case .proposalApproved: .proposalApproved
        case .proposalRejected: .proposalRejected
        case .accessLogCheckpointed: .accessLogCheckpointed
        case .rolloutDrafted: .rolloutDrafted
        case .rolloutChanged: .rolloutChanged
        case .seedRevealed: .seedRevealed
        case .rollbackDrilled: .rollbackDrilled
        }
    }

    /// Reads `kind` and `content`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func content<T: Decodable>(_ type: T.Type = T.self) throws -> T {
            try container.decode(T.self, forKey: .content)
        }
        switch try container.decode(Kind.self, forKey: .kind) {
        case .modelAdded: self = .modelAdded(try content())
        case .versionAdded: self = .versionAdded(try content())
        case .componentAdded: self = .componentAdded(try content())
        case .currentVersionChanged: self = .currentVersionChanged(try content())
        case .modelHeld: self = .modelHeld(try content())
        case .modelResumed: self = .modelResumed(try content())
        case .organisationAdded: self = .organisationAdded(try content())
        case .applicationAdded: self = .applicationAdded(try content())
        case .personAdded: self = .personAdded(try content())
        case .rolesAssigned: self = .rolesAssigned(try content())
        case .personErased: self = .personErased(try content())
        case .enrolled: self = .enrolled(try content())
        case .enrolmentOpened: self = .enrolmentOpened(try content())
        case .enrolmentClosed: self = .enrolmentClosed(try content())
        case .grantIssued: self = .grantIssued(try content())
        case .grantRevoked: self = .grantRevoked(try content())
        case .keyIssued: self = .keyIssued(try content())
        case .keyRevoked: self = .keyRevoked(try content())
        case .termsPublished: self = .termsPublished(try content())
        case .termsAccepted: self = .termsAccepted(try content())
        case .evidenceAttached: self = .evidenceAttached(try content())
        case .evidenceAccepted: self = .evidenceAccepted(try content())
        case .evidenceRefused: self = .evidenceRefused(try content())
        case .evidenceWithdrawn: self = .evidenceWithdrawn(try content())
        case .proposalMade: self = .proposalMade(try content())
        case .proposalApproved: self = .proposalApproved(try content())
        case .proposalRejected: self = .proposalRejected(try content())
        case .accessLogCheckpointed: self = .accessLogCheckpointed(try content())
        case .rolloutDrafted: self = .rolloutDrafted(try content())
        case .rolloutChanged: self = .rolloutChanged(try content())
        case .seedRevealed: self = .seedRevealed(try content())
        case .rollbackDrilled: self = .rollbackDrilled(try content())
        }
    }

    /// Writes `kind` and `content`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.kind, forKey: .kind)
        switch self {
        case .modelAdded(let content): try container.encode(content, forKey: .content)
        case .versionAdded(let content): try container.encode(content, forKey: .content)
        case .componentAdded(let content): try container.encode(content, forKey: .content)
        case .currentVersionChanged(let content): try container.encode(content, forKey: .content)
        case .modelHeld(let content): try container.encode(content, forKey: .content)
        case .modelResumed(let content): try container.encode(content, forKey: .content)
        case .organisationAdded(let content): try container.encode(content, forKey: .content)
        case .applicationAdded(let content): try container.encode(content, forKey: .content)
        case .personAdded(let content): try container.encode(content, forKey: .content)
        case .rolesAssigned(let content): try container.encode(content, forKey: .content)
        case .personErased(let content): try container.encode(content, forKey: .content)
        case .enrolled(let content): try container.encode(content, forKey: .content)
        case .enrolmentOpened(let content): try container.encode(content, forKey: .content)
        case .enrolmentClosed(let content): try container.encode(content, forKey: .content)
        case .grantIssued(let content): try container.encode(content, forKey: .content)
        case .grantRevoked(let content): try container.encode(content, forKey: .content)
        case .keyIssued(let content): try container.encode(content, forKey: .content)
        case .keyRevoked(let content): try container.encode(content, forKey: .content)
        case .termsPublished(let content): try container.encode(content, forKey: .content)
        case .termsAccepted(let content): try container.encode(content, forKey: .content)
        case .evidenceAttached(let content): try container.encode(content, forKey: .content)
        case .evidenceAccepted(let content): try container.encode(content, forKey: .content)
        case .evidenceRefused(let content): try container.encode(content, forKey: .content)
        case .evidenceWithdrawn(let content): try container.encode(content, forKey: .content)
        case .proposalMade(let content): try container.encode(content, forKey: .content)
        case .proposalApproved(let content): try container.encode(content, forKey: .content)
        case .proposalRejected(let content): try container.encode(content, forKey: .content)
        case .accessLogCheckpointed(let content): try container.encode(content, forKey: .content)
        case .rolloutDrafted(let content): try container.encode(content, forKey: .content)
        case .rolloutChanged(let content): try container.encode(content, forKey: .content)
        case .seedRevealed(let content): try container.encode(content, forKey: .content)
        case .rollbackDrilled(let content): try container.encode(content, forKey: .content)
        }
    }
}
